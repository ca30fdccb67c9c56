"""A one-time code as it is kept: see accounts.login_codes, which makes and redeems it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import codes
from accounts.privacy import Policy


class LoginCode(models.Model):
    """A one-time code, printed for a person who then chooses a password with it. Only its hash is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="login_code")
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    more_was_lost = models.BooleanField(default=False)  # with her password second factors or an address; she is told
    privacy = {"user": Policy.ERASE}

    class Meta:
        verbose_name = _("log-in code")
        verbose_name_plural = _("log-in codes")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.expires_at:%Y-%m-%d}"

    def fits(self, code: str, *, now: datetime) -> bool:
        """Whether this is the code, as typed, and it is still good at `now`."""
        return now < self.expires_at and codes.is_same(code, self.code_hash, of=self.user_id)

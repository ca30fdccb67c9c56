"""The exam days that students set for themselves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.privacy import Policy
from cards.models.decks import Deck


class ExamDate(models.Model):
    """Her own exam day of a deck that she studies; that of her class stands beside it, and the earlier one rules."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="exam_dates", verbose_name=_("student")
    )
    deck = models.ForeignKey(Deck, models.CASCADE, related_name="exam_dates", verbose_name=_("deck"))
    exam_on = models.DateField(_("exam day"))
    privacy = {"user": Policy.EXPORT}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "deck"], name="exam_date_once")]
        verbose_name = _("exam day")
        verbose_name_plural = _("exam days")

    def __str__(self) -> str:
        return f"{self.user_id} · {self.deck_id} · {self.exam_on}"

"""What we ask of allauth beyond its settings."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.audit import Kind, record
from accounts.models import User

PASSWORD_CHANGED = "account/messages/password_changed.txt"  # noqa: S105


class AccountAdapter(DefaultAccountAdapter):
    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say only what the next page would not show: that one is logged in or out needs no banner."""
        if message_template == PASSWORD_CHANGED:
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP != "closed"

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        record(Kind.LOG_IN, by=user, of=user, now=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Whose name was tried, if it is anybody’s; what was typed is not kept, it may be a password."""
        of = User.objects.filter(username__iexact=credentials.get("username") or "").first()
        record(Kind.LOG_IN_FAILED, of=of, now=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        record(Kind.LOG_OUT, by=user, of=user, now=timezone.now())  # type: ignore[arg-type]

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        saved = super().save_user(request, user, form, commit)
        if commit:
            record(Kind.SIGN_UP, by=saved, of=saved, now=timezone.now())
        return saved

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        record(Kind.PASSWORD_CHANGED, by=user, of=user, now=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """A teacher comes to her classes, a student to today’s cards; a page that was asked for goes before."""
        return reverse("teach" if request.user.is_staff else "home")

"""What we ask of allauth beyond its settings."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

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

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """A teacher comes to her classes, a student to today’s cards; a page that was asked for goes before."""
        return reverse("teach" if request.user.is_staff else "home")

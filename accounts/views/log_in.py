"""The log-in page, which is allauth's but for one answer."""

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpResponse
from django.utils import timezone

from accounts.limits import refuse


class LogIn(LoginView):
    def form_invalid(self, form: Any) -> HttpResponse:
        """Too many wrong passwords for one name: said with the status that means it, and when to come back."""
        if form.has_error("__all__", "too_many_login_attempts"):
            return refuse(self.request, "login_failed", now=timezone.now(), key=form.cleaned_data["login"].lower())
        return super().form_invalid(form)

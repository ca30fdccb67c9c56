"""A forgotten password: a link to the confirmed address, and the page that it opens."""

from typing import Any

from allauth.account.internal.flows.password_reset import finalize_password_reset
from allauth.account.views import PasswordResetFromKeyView, PasswordResetView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone

from accounts.audit import Kind, record
from accounts.limits import refuse
from accounts.resets import give_password
from accounts.views.email import CONFLICT, no_mail

TOO_MANY = 429


class AskForReset(PasswordResetView):
    """The same answer whether there is such an address or not, and a mail only if there is."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.EMAIL_IS_SET_UP:
            return self.render_to_response(self.get_context_data(), status=CONFLICT)
        try:
            return super().post(request, *args, **kwargs)
        except OSError:
            return no_mail(request)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if response.status_code != TOO_MANY:
            return response
        return refuse(self.request, "reset_password", now=timezone.now(), key=form.cleaned_data["email"].lower())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"email_is_set_up": settings.EMAIL_IS_SET_UP}


class Reset(PasswordResetFromKeyView):
    """Then she logs in as ever, with her second factor if she has one."""

    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Any) -> HttpResponse:
        if not give_password(self.reset_user, form.cleaned_data["password1"]):
            return self.render_to_response(self.get_context_data(token_fail=True), status=CONFLICT)
        record(Kind.PASSWORD_RESET, by=self.reset_user, of=self.reset_user, now=timezone.now())
        finalize_password_reset(self.request, self.reset_user)
        return redirect(self.get_success_url())

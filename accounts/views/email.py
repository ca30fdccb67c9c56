"""Her address: give one, change it, send the link again, take it away. allauth keeps it; it counts once confirmed."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmEmailView, EmailView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Kind, record
from accounts.mailings import address_of

CONFLICT = 409


def no_mail(request: HttpRequest) -> HttpResponse:
    """The mail server is not there; the same for every address, so that nobody learns which ones there are."""
    return render(request, "account/no_mail.html", status=503)


class ConfirmEmail(ConfirmEmailView):
    """The page says whose account it is and asks; by which account she is logged in is not changed by looking."""

    def logout_other_user(self, confirmation: Any) -> None:
        """She stays who she is: nothing of the other account is shown to her."""


class Email(EmailView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.EMAIL_IS_SET_UP and "action_remove" not in request.POST:
            return self.render_to_response(self.get_context_data(), status=CONFLICT)
        try:
            return super().post(request, *args, **kwargs)
        except OSError:
            return no_mail(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | address_of(self.request.user)

    def _action_send(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        response = super()._action_send(request, *args, **kwargs)
        if self._get_email_address(request) and not self._did_send_verification_email:
            messages.warning(request, _("A link was sent a moment ago. Wait three minutes before you ask again."))
        return response

    def _action_remove(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """With a word to the address itself, if it was hers."""
        address = self._get_email_address(request)
        response = super()._action_remove(request, *args, **kwargs)
        if response and address and address.verified:
            record(Kind.EMAIL_REMOVED, by=request.user, of=address.user, now=timezone.now())
            notice = {"deleted_email": address.email}
            get_adapter().send_notification_mail("account/email/email_deleted", address.user, notice, address.email)
        return response

    def _action_primary(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """There is one address, and it counts by being confirmed."""

"""Setting up a second factor: allauth's pages, but for pictures of their own address and codes that are shown once."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.recovery_codes.internal import flows
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import second_factor
from accounts.audit import Kind, record, record_refused
from accounts.limits import refuse
from accounts.views import UserRequest


class Authenticate(AuthenticateView):
    def form_invalid(self, form: Any) -> HttpResponse:
        return _refused(self.request, self.stage.login.user, form) or super().form_invalid(form)


class Reauthenticate(ReauthenticateView):
    def form_invalid(self, form: Any) -> HttpResponse:
        return _refused(self.request, self.request.user, form) or super().form_invalid(form)


def _refused(request: HttpRequest, user: Any, form: Any) -> HttpResponse | None:
    """Note a wrong code; too many of them are said with the status that means it, and when to come back."""
    codes, now = {error.code for errors in form.errors.as_data().values() for error in errors}, timezone.now()
    if "too_many_login_attempts" in codes:
        record_refused(f"second_factor:{user.pk}", of=user, now=now, second_factor=1)
        return refuse(request, "login_failed", now=now, key=f"mfa-auth-user-{user.pk}")
    if "incorrect_code" in codes:
        record(Kind.LOG_IN_FAILED, of=user, now=now, second_factor=1)
    return None


class ActivateTotp(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        second_factor.count_as_given(self.request)
        return response


class AddPasskey(AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        second_factor.count_as_given(self.request)
        return response


class RemovePasskey(RemoveWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        """The last one of somebody who needs one stays."""
        if not get_adapter().can_delete_authenticator(self.object):
            return self.render_to_response(self.get_context_data(form=form, is_needed=True), status=409)
        return super().form_valid(form)


@never_cache
@require_safe
def totp_picture(request: UserRequest) -> HttpResponse:
    """The code that an authenticator app photographs, as a picture; in the page itself the CSP would not show it."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if secret is None:
        raise Http404
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(picture, content_type="image/svg+xml")


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(GenerateRecoveryCodesView):
    """New codes in the answer to the button, and never again."""

    def form_valid(self, form: Any) -> HttpResponse:
        codes = flows.generate_recovery_codes(self.request).wrap().get_unused_codes()
        return self.render_to_response(self.get_context_data(form=form, codes=codes))


@require_safe
def recovery_codes(request: UserRequest) -> HttpResponse:
    """Where allauth would show them again."""
    return redirect("mfa_generate_recovery_codes")

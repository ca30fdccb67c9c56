"""What a log-in must keep to: it ends in time, and on the staff it needs a second factor."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from accounts import sessions
from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]
# All that somebody on the staff reaches before she has set one up.
ENROLMENT = {
    "mfa_index",
    "mfa_activate_totp",
    "totp_picture",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "account_logout",
    "privacy",
    "privacy_school",
    # what the pages themselves ask for, nobody's
    "manifest",
    "service_worker",
    "offline",
}


class SessionLifeMiddleware:
    """End a log-in that is too old or was idle for too long; note now and then that she is still here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and not sessions.keep_up(request.session, user, now=timezone.now()):
            logout(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Staff without a second factor reach the pages on which they set one up, and no others (the admin included)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if not _lacks_second_factor(request) or (match and match.url_name in ENROLMENT):
            return None
        if get_adapter().is_mfa_enabled(request.user):  # hers, but not given in this session
            logout(request)
        where = resolve_url("mfa_index")  # which sends a visitor to the log-in
        if getattr(request, "htmx", False):
            leave = HttpResponseClientRedirect(where)
            leave.status_code = 401
            return leave
        return redirect(where)


def _lacks_second_factor(request: HttpRequest) -> bool:
    user = request.user
    if not (settings.REQUIRE_STAFF_MFA and user.is_authenticated and (user.is_staff or user.is_superuser)):
        return False
    return all(record["method"] != "mfa" for record in get_authentication_records(request, user))

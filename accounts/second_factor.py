"""What we ask of allauth's second factors; and WRITES: none any more, for a lost phone."""

from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from accounts import sessions
from accounts.models import User

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class MFAAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        return "PactCards"

    def _get_user_identifier(self, user: Any) -> str:
        """In an app that others may look at: her user name, and never her e-mail address."""
        return user.username

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Recovery codes alone are no factor."""
        return super().is_mfa_enabled(user, types=types or FACTORS)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one of somebody who needs one stays."""
        user = authenticator.user
        if not (settings.REQUIRE_STAFF_MFA and (user.is_staff or user.is_superuser)):
            return True
        return Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk).exists()


def count_as_given(request: HttpRequest) -> None:
    """She has just set one up, so this log-in has it; those on other devices have not, and end."""
    user = cast(User, request.user)
    sessions.end_all(user)
    update_session_auth_hash(request, user)
    record_authentication(request, user, "mfa", reauthenticated=True)


@transaction.atomic
def reset(user: User) -> int:
    """Take away all factors and recovery codes and end all log-ins; how many there were."""
    count, _ = Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user)
    return count

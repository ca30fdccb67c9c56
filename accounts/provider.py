"""What we ask of allauth when somebody signs in with Google or Microsoft: who she is there, and nothing else."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class ProviderAdapter(DefaultSocialAccountAdapter):
    """An account there opens the account here that it is linked with, and no other: an address proves nothing."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Her name stays, for her teacher; the address, the picture and the rest are not kept, nor ever compared."""
        sociallogin.account.extra_data = {}
        sociallogin.email_addresses = []
        names = {key: (data.get(key) or "")[:150] for key in ("first_name", "last_name")}
        return super().populate_user(request, sociallogin, names)

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        return {}

    def authenticate_by_email(self, sociallogin: Any) -> None:
        """Never, whatever a setting says."""

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("socialaccount_connections")

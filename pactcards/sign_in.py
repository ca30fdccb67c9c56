"""Sign-in with Google or Microsoft, as the environment switches it on: without its variables neither is there."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env

# A browser counts the redirect after a form among what the form may do.
HOSTS = {"google": "https://accounts.google.com", "microsoft": "https://login.microsoftonline.com"}


def providers(env: Env) -> dict[str, dict[str, Any]]:
    """For allauth, each with what the school has registered there."""
    tenant = env.str("MICROSOFT_TENANT", "organizations")  # school accounts of any school, or of one
    registered = {provider: _app(env, provider) for provider in HOSTS}
    more = {"OAUTH_PKCE_ENABLED": True, "TENANT": tenant}
    return {provider: {"APPS": [app], **more} for provider, app in registered.items() if app}


def _app(env: Env, provider: str) -> dict[str, str]:
    """Both halves, or it is off."""
    names = [f"{provider.upper()}_CLIENT_ID", f"{provider.upper()}_CLIENT_SECRET"]
    client_id, secret = (env.str(name, "") for name in names)
    if bool(client_id) != bool(secret):
        raise ImproperlyConfigured(f"{names[0]} and {names[1]} must be set together")
    return {"client_id": client_id, "secret": secret} if client_id else {}

"""What every page may say about the ways in."""

from django.conf import settings
from django.http import HttpRequest


def ways_in(request: HttpRequest) -> dict[str, object]:
    return {"signup": settings.SIGNUP, "sign_in_with": settings.SIGN_IN_WITH}

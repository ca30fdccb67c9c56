"""What is kept of a person, and her own copy of it."""

from allauth.core import ratelimit
from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.audit import Kind, record
from accounts.export import zip_of
from accounts.models import User
from accounts.views import UserRequest


@require_POST
def privacy_export(request: UserRequest) -> HttpResponse | FileResponse:
    """Everything about oneself, as a file."""
    if not ratelimit.consume(request, action="privacy_export"):
        return ratelimit.respond_429(request)
    return copy_of(request.user, by=request.user)


def copy_of(user: User, *, by: User) -> FileResponse:
    now = timezone.now()
    packed = zip_of(user, now=now)
    record(Kind.COPY_MADE, by=by, of=user, now=now)
    return FileResponse(packed, as_attachment=True, filename=f"pactcards-{user.username}.zip")

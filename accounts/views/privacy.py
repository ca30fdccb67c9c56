"""What is kept of a person, and her own copy of it."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import Kind, record
from accounts.export import zip_of
from accounts.limits import refuse
from accounts.models import User
from accounts.views import UserRequest


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, why, who sees it and for how long, for a student to read."""
    return render(request, "accounts/privacy.html")


@login_not_required
@require_safe
def privacy_school(request: HttpRequest) -> HttpResponse:
    """The same for whoever answers for data protection at the school."""
    return render(request, "accounts/privacy_school.html")


@require_POST
def privacy_export(request: UserRequest) -> HttpResponse | FileResponse:
    """Everything about oneself, as a file."""
    if not ratelimit.consume(request, action="privacy_export"):
        return refuse(request, "privacy_export", now=timezone.now())
    return copy_of(request.user, by=request.user)


def copy_of(user: User, *, by: User) -> FileResponse:
    now = timezone.now()
    packed = zip_of(user, now=now)
    record(Kind.COPY_MADE, by=by, of=user, now=now)
    return FileResponse(packed, as_attachment=True, filename=f"pactcards-{user.username}.zip")

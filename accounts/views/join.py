"""Into a class with its code."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import join_limits, roster
from accounts.audit import Kind, record
from accounts.forms.joining import CLASS_IS_FULL, NO_SUCH_CLASS, JoinForm, no_such_class
from accounts.models import SchoolClass
from accounts.replanning import replan
from accounts.views import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: UserRequest) -> HttpResponse:
    """One joins as a student; a teacher makes her classes, or a colleague adds her."""
    if request.user.is_staff:
        raise PermissionDenied
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and not join_limits.may_try(request):
        form.add_error("code", ValidationError(NO_SUCH_CLASS, code=join_limits.STUDENT))
    if form.is_valid() and (school_class := _joined(request, form)):
        messages.success(request, _("You are in %(name)s now.") % {"name": school_class})
        return redirect("join")
    if refused := join_limits.refused(request, form, now=timezone.now()):
        return refused
    context = {"form": form, "classes": SchoolClass.objects.of_student(request.user)}
    return render(request, "accounts/join.html", context, status=422 if form.is_bound else 200)


def _joined(request: UserRequest, form: JoinForm) -> SchoolClass | None:
    before = set(request.user.memberships.values_list("school_class", flat=True))
    try:
        school_class = roster.join(request.user, form.cleaned_data["code"])
        if school_class.pk not in before:
            record(Kind.STUDENT_JOINED, by=request.user, of=school_class, now=timezone.now())
            replan([request.user.pk], now=timezone.now())
        return school_class
    except roster.NoSuchCodeError:
        form.add_error("code", no_such_class(request))
    except roster.FullError:
        form.add_error("code", str(CLASS_IS_FULL))
    return None

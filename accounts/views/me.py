"""Pages about oneself."""

from copy import copy

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sessions
from accounts.audit import Kind, record
from accounts.forms.me import SettingsForm
from accounts.mailings import DIGEST, REMINDER, Mailing, address_of
from accounts.models import SchoolClass
from accounts.replanning import replan
from accounts.views import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: UserRequest) -> HttpResponse:
    # A form writes even refused values into its instance; the page around it shows the user as she is.
    sent = request.POST if request.method == "POST" else None
    form = SettingsForm(sent, instance=copy(request.user))
    if form.is_valid():
        with override(form.save().language or get_language_from_request(request)):  # as the next page speaks
            messages.success(request, _("Saved."))
        if request.user.replan_on and {"minutes_per_day", "new_per_day"} & {*form.changed_data}:
            replan([request.user.pk], now=timezone.now())
        return redirect("settings")
    context = {"form": form, "classes": SchoolClass.objects.of_student(request.user)} | address_of(request.user)
    return render(request, "accounts/settings.html", context, status=422 if form.is_bound else 200)


@require_POST
def log_out_everywhere(request: UserRequest) -> HttpResponse:
    """Every other device; this one goes on, under a new key."""
    sessions.end_all(request.user)
    record(Kind.LOG_OUT_EVERYWHERE, by=request.user, of=request.user, now=timezone.now())
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are logged out on every other device."))
    return redirect("settings")


@login_not_required
@never_cache
@csrf_exempt  # RFC 8058: a mail program posts without cookies. The signed token is the permission, a log-in gives none.
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a reminder: it shows a button, and the button (or the mail program's own) acts."""
    return _stop(request, "accounts/reminder_stop.html", REMINDER, token)


@login_not_required
@never_cache
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def digest_stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a weekly digest."""
    return _stop(request, "accounts/digest_stop.html", DIGEST, token)


def _stop(request: HttpRequest, template: str, mailing: Mailing, token: str) -> HttpResponse:
    user_id = mailing.user_id_of(token)
    if user_id is None:
        return render(request, template, {"is_broken": True}, status=404)
    if request.method == "POST":
        mailing.stop(user_id)
    return render(request, template, {"is_stopped": request.method == "POST"})

"""In with a printed card: user name, code, and a new password."""

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import counts
from accounts.audit import Kind, record, record_refused
from accounts.forms.joining import CodeLoginForm
from accounts.limits import refuse
from accounts.login_codes import find_code, redeem
from accounts.models import User
from accounts.user_names import folded

NOT_GOOD = _(
    "This user name and this code do not go together, or the code is too old or has been used. "
    "Ask whoever gave you the card for a new one."
)

MORE_WAS_LOST = _(
    "When your teacher made this card, your second factors, e-mail address and linked accounts were removed. "
    "If you use them, add them again in your settings."
)


@login_not_required
@never_cache
@sensitive_post_parameters("code", "password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def code_login(request: HttpRequest) -> HttpResponse:
    """The same sentence whatever is wrong with name or code: nobody learns which names there are."""
    form = CodeLoginForm(request.POST if request.method == "POST" else None)
    if form.is_bound and not _may_try(request):
        record_refused(_name(request), of=_whose(_name(request)), now=timezone.now(), by_code=1)
        return refuse(request, "code_login", now=timezone.now(), key=_name(request))
    if form.is_valid() and (user := _user_who_redeems(request, form)):
        return perform_login(request, user)
    return render(request, "accounts/code_login.html", {"form": form}, status=422 if form.is_bound else 200)


def _may_try(request: HttpRequest) -> bool:
    with counts.written_once():
        return bool(ratelimit.consume(request, action="code_login", key=_name(request)))


def _name(request: HttpRequest) -> str:
    return folded(request.POST.get("username", ""))


def _user_who_redeems(request: HttpRequest, form: CodeLoginForm) -> User | None:
    found = find_code(form.cleaned_data["username"], form.cleaned_data["code"], now=timezone.now())
    if found and not form.check_password(found.user):
        return None
    if found and redeem(found, form.cleaned_data["password1"]):
        record(Kind.CODE_REDEEMED, by=found.user, of=found.user, now=timezone.now())
        if found.more_was_lost:
            messages.info(request, MORE_WAS_LOST)
        return found.user
    record(Kind.LOG_IN_FAILED, of=_whose(form.cleaned_data["username"]), now=timezone.now(), by_code=1)
    form.add_error(None, str(NOT_GOOD))
    return None


def _whose(name: str) -> User | None:
    return User.objects.filter(username__iexact=folded(name)).first()

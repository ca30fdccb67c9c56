"""What holds for every page: clean input, her language, log in first, nothing in a shared computer's cache."""

import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth import middleware as auth_middleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import FieldDoesNotExist
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware import common
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from pactcards.errors import bad_request, in_maintenance, too_big, unknown_type
from pactcards.health import is_in_maintenance

logger = logging.getLogger(__name__)
WHOSE_DEVICE = "pactcards-whose"  # by it the page without a connection knows whose cards to show; set by offline.js
UNTYPABLE = re.compile("[\0\ud800-\udfff]")
# What shows nothing and turns or splits the line it is in: as `cleaned` in cards/formatting.py, which sees to files.
UNSEEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
LARGEST_ID = 2**63 - 1  # that a database can look for
# Numbers and days that there are not, or no database knows, and no field at all.
UNREADABLE = (ValueError, OverflowError, DataError, FieldDoesNotExist)
POSTED = {"_selected_action", TO_FIELD_VAR}
FORMS = {"", "application/x-www-form-urlencoded", "multipart/form-data"}
LARGEST_BODY = 11_000_000  # bytes: a file of 10 MB and what a form puts round it
LOG_OUTS = ("account_logout", "admin:logout")
GetResponse = Callable[[HttpRequest], HttpResponse]


class OwnHeadersMiddleware:
    """On whatever is answered, files and errors too: no other site uses it, and search engines list the front page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.path != "/":
            response.headers["X-Robots-Tag"] = "noindex"
        return response


class MaintenanceMiddleware:
    """While the school’s server is being updated or restored: a plain page, and nothing is read or written."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_in_maintenance() and not request.path.startswith("/health/"):
            return in_maintenance(request)
        return self.get_response(request)


class SmallBodyMiddleware:
    """Refuse what is no form, or larger than any that PactCards takes, before it is read; Django lets files pass."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            return bad_request(request)
        if request.method == "POST" and request.content_type not in FORMS:
            return unknown_type(request)
        digits = length.lstrip("0")[:20]  # not cut with its zeros, which a server does not count
        return too_big(request) if int(digits or "0") > LARGEST_BODY else self.get_response(request)


class CommonMiddleware(common.CommonMiddleware):
    """An address without its last slash leads to the page; what is posted to it is not lost on the way, it is 404."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in ("GET", "HEAD") and super().should_redirect_with_slash(request)


class PlainInputMiddleware:
    """Refuse what no keyboard types and no database can hold: NUL and lone surrogates, in address or form. What is
    pasted along unseen is dropped: no name or text turns the line round that it is shown in.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_plain(request):
            return bad_request(request)
        request.POST = _seen(request.POST)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(value, int) and value > LARGEST_ID for value in kwargs.values()):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django’s admin hands what stands in an address or is ticked in a list to the database as it is. Noted all the
        same, for it may be a fault of ours.
        """
        match = request.resolver_match
        is_asked_for = bool(request.GET or POSTED & request.POST.keys())
        if not (match and match.namespace == "admin" and is_asked_for and isinstance(error, UNREADABLE)):
            return None
        logger.warning("not readable in %s", match.view_name, exc_info=error)
        return bad_request(request)


def _is_plain(request: HttpRequest) -> bool:
    texts = [request.path, unquote(request.META.get("QUERY_STRING", ""))]
    for pairs in (request.GET, request.POST):
        for key, values in pairs.lists():
            texts += [key, *values]
    return not any(map(UNTYPABLE.search, texts))


def _seen(form: QueryDict) -> QueryDict:
    if not any(UNSEEN.search(value) for _name, values in form.lists() for value in values):
        return form
    seen = QueryDict(mutable=True)
    for name, values in form.lists():
        seen.setlist(name, [UNSEEN.sub("", str(value)) for value in values])
    return seen


class ChosenLanguageMiddleware:
    """The language that she has chosen in her settings goes before that of the browser she sits at."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class LoginRequiredMiddleware(auth_middleware.LoginRequiredMiddleware):
    """Send a visitor to log in and then back to the page she was on, never to the address of a POST."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponse:
        redirect = redirect_to_login(_page_she_was_on(request), resolve_url(self.get_login_url(view_func)))
        if not getattr(request, "htmx", False):
            return redirect
        # htmx would swap the log-in page into the card; the header makes it leave the page instead.
        leave = HttpResponseClientRedirect(redirect.url)
        leave.status_code = 401
        return leave


def _page_she_was_on(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD") and not getattr(request, "htmx", False):
        return request.get_full_path()
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(shown, allowed_hosts={request.get_host()}):
        return resolve_url("home")
    parts = urlsplit(shown)
    return parts.path + (f"?{parts.query}" if parts.query else "")


class PrivatePagesMiddleware:
    """No page of somebody's own stays in the cache of a computer that others use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        if request.method == "POST" and request.path in map(reverse, LOG_OUTS):
            # Not “storage”: in it wait the answers that this device has not yet been able to send.
            response.headers["Clear-Site-Data"] = '"cache"'
        if request.COOKIES.get(WHOSE_DEVICE, str(request.user.pk)) != str(request.user.pk):
            response.delete_cookie(WHOSE_DEVICE, samesite="Strict")
        return response

"""What holds for every page: clean input, her language, log in first, nothing in a shared computer's cache."""

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from django.contrib.auth import middleware as auth_middleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from pactcards.errors import bad_request, too_big

WHOSE_DEVICE = "pactcards-whose"  # by it the page without a connection knows whose cards to show; set by offline.js
UNTYPABLE = re.compile("[\0\ud800-\udfff]")
LARGEST_BODY = 11_000_000  # bytes: a file of 10 MB and what a form puts round it
GetResponse = Callable[[HttpRequest], HttpResponse]


class SmallBodyMiddleware:
    """Refuse what is larger than anything that PactCards takes, before any of it is read; Django lets files pass."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            return bad_request(request)
        return too_big(request) if int(length[:20]) > LARGEST_BODY else self.get_response(request)


class PlainInputMiddleware:
    """Refuse what no keyboard types and no database can hold: NUL and lone surrogates, in address or form."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if _is_plain(request) else bad_request(request)


def _is_plain(request: HttpRequest) -> bool:
    texts = [request.path, unquote(request.META.get("QUERY_STRING", ""))]
    for pairs in (request.GET, request.POST):
        for key, values in pairs.lists():
            texts += [key, *values]
    return not any(map(UNTYPABLE.search, texts))


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
        if request.COOKIES.get(WHOSE_DEVICE, str(request.user.pk)) != str(request.user.pk):
            response.delete_cookie(WHOSE_DEVICE, samesite="Strict")
        return response

"""What a person reads when something goes wrong: one plain sentence, with no need of the database."""

import sys
from math import ceil

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import requires_csrf_token

RETRY_FIELDS = (  # all that an answer may carry, and nothing else that was posted
    *("card", "version", "quality", "attempt", "elapsed_ms"),
    *("deck", "set", "of"),
    *("pick", "ticks", "without_hint", "thought_so"),
)
RETRY_AFTER_SECONDS = "1"
MAINTENANCE_SECONDS = "20"
WAIT_SECONDS = 60  # by the limits that allauth answers itself; they are all of a minute
MOST_MINUTES = 90  # longer than that is said in hours

BAD_REQUEST = gettext_lazy("Something in that request can’t be read. Go back and try again.")
TOO_FAST = gettext_lazy(
    "Not saved: these are more answers in a minute than anybody reads. Wait a moment and try again."
)
NOT_SAVED = gettext_lazy("Not saved. Try again.")


def say(request: HttpRequest, status: int, sentence: str, **context: object) -> HttpResponse:
    """The sentence alone for htmx, which puts it into the page that is open; a small page of its own otherwise."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    return HttpResponse(render_to_string("error.html", {"sentence": sentence, **context}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_big(request)
    if _is_database_away(exception):  # so that a session couldn’t be saved, which Django takes for her fault
        return server_error(request)
    return say(request, 400, str(BAD_REQUEST))


def too_big(request: HttpRequest) -> HttpResponse:
    return say(request, 413, _("That is too much at once: send at most 1 MB of text, or a file of 10 MB."))


def unknown_type(request: HttpRequest) -> HttpResponse:
    return say(request, 415, str(BAD_REQUEST))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return say(request, 403, _("This page is not for your account."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return say(request, 403, _("This page has been open for too long. Reload it and try again."))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return say(request, 404, _("There is no such page, or it is not yours to see."))


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    seconds = getattr(request, "wait_seconds", WAIT_SECONDS)
    response = say(request, 429, _too_often(seconds))
    response["Retry-After"] = str(seconds)
    return response


def _too_often(seconds: int) -> str:
    minutes, hours = ceil(seconds / 60), ceil(seconds / 3600)
    if minutes > MOST_MINUTES:
        sentence = ngettext(
            "That was too often. Wait %(count)d hour and try again.",
            "That was too often. Wait %(count)d hours and try again.",
            hours,
        )
        return sentence % {"count": hours}
    sentence = ngettext(
        "That was too often. Wait %(count)d minute and try again.",
        "That was too often. Wait %(count)d minutes and try again.",
        minutes,
    )
    return sentence % {"count": minutes}


def too_fast(request: HttpRequest, seconds: int) -> HttpResponse:
    """An answer that came too soon after many others can be sent again from here."""
    response = say(request, 429, str(TOO_FAST), **_retry_form(request))
    response["Retry-After"] = str(seconds)
    return response


@requires_csrf_token
def in_maintenance(request: HttpRequest) -> HttpResponse:
    """An answer that is posted meanwhile stays on the page, and is sent again from there."""
    sentence = NOT_SAVED if request.method == "POST" else _("PactCards is being updated. Try again in a minute.")
    response = say(request, 503, str(sentence), **_retry_form(request))
    response["Retry-After"] = MAINTENANCE_SECONDS
    return response


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is busy or away, 500 for a fault of ours; an answer can be sent again from here."""
    busy = _is_database_away(sys.exc_info()[1])
    response = say(request, 503 if busy else 500, _sentence(request, busy=busy), **_retry_form(request))
    if busy:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _is_database_away(error: BaseException | None) -> bool:
    """Whether that is the error, or what it came of."""
    while error and not isinstance(error, (OperationalError, InterfaceError)):
        error = error.__context__
    return error is not None


def _sentence(request: HttpRequest, *, busy: bool) -> str:
    if request.method == "POST":
        return str(NOT_SAVED)
    return _("PactCards is busy. Try again in a moment.") if busy else _("Something went wrong on our side.")


def _retry_form(request: HttpRequest) -> dict[str, object]:
    if request.method != "POST" or request.path != reverse("review_answer"):
        return {}
    fields = [(name, value) for name in RETRY_FIELDS for value in request.POST.getlist(name)]
    return {"retry_to": request.path, "retry_fields": fields, "csrf_token": get_token(request)}

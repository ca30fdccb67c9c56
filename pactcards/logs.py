"""What the server writes down: JSON lines without personal data, each with the number of its request.

A line names the view, never the address (that may hold a code or a number of somebody), and SQL without its values. Of
a fault it tells where it happened; its own words may quote what a person typed.
"""

import logging
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse
from django_guid import get_guid
from pythonjsonlogger.json import JsonFormatter

requests = logging.getLogger("pactcards.request")
queries = logging.getLogger("pactcards.query")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class PlainJsonFormatter(JsonFormatter):
    def __init__(self) -> None:
        names = {"levelname": "level", "name": "logger"}
        super().__init__("{levelname}{name}{message}", style="{", timestamp="time", rename_fields=names)

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        super().add_fields(log_data, record, message_dict)
        log_data.pop("request", None)  # Django hands the whole request over
        if number := get_guid():
            log_data["request_id"] = number

    def formatException(self, ei: ExcInfo) -> str:  # type: ignore[override] # noqa: N802
        return without_words(ei)


def without_words(exc_info: ExcInfo) -> str:
    """Where it happened and of what kind it is; of the database’s own errors the first line, which holds no values."""
    kind, error, place = exc_info
    frames = "".join(traceback.format_tb(place))
    said = str(error).split("\n", 1)[0] if isinstance(error, Error) else ""
    return f"{frames}{kind.__module__}.{kind.__qualname__}{': ' if said else ''}{said}"


class WithoutAddress(logging.Filter):
    """Django’s own lines about a request name its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        if request := getattr(record, "request", None):
            record.msg, record.args = "%s in %s", (getattr(record, "status_code", 500), view_of(request))
        return True


def view_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if getattr(request, "resolver_match", None) else "-"  # type: ignore[union-attr]


class RequestLogMiddleware:
    """A line for each request that reached Django, and one for each query that took long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        with ExitStack() as stack:
            for connection in connections.all():  # the pages of figures have another: pactcards/replica.py
                stack.enter_context(connection.execute_wrapper(note_slow))
            response = self.get_response(request)
        if settings.LOG_REQUESTS:
            ms = round(1000 * (time.perf_counter() - start), 1)
            about = {"view": view_of(request), "method": request.method, "status": response.status_code, "ms": ms}
            requests.info("answered", extra=about)
        return response


def note_slow(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Values are handed over beside the SQL, so the text names none."""
    start = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        ms = 1000 * (time.perf_counter() - start)
        if ms >= settings.SLOW_QUERY_MS:
            queries.warning("slow", extra={"sql": sql[:2000], "ms": round(ms)})


def logging_by(*, as_json: bool, debug: bool) -> dict[str, Any]:
    """For logging.config.dictConfig: everything to the console, where systemd or the container keeps it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_address": {"()": WithoutAddress}},
        "formatters": {"json": {"()": PlainJsonFormatter}, "plain": {"format": "%(levelname)s %(name)s %(message)s"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if as_json else "plain",
                "filters": ["without_address"] if as_json else [],
            }
        },
        "root": {"handlers": ["console"], "level": "INFO" if debug else "WARNING"},
        "loggers": {
            "pactcards": {"level": "INFO"},
            "django_guid": {"level": "WARNING"},
            "django": {"handlers": [], "level": "INFO" if debug else "WARNING"},
            # What was refused has its line from RequestLogMiddleware; here are only faults.
            **({} if debug else {"django.request": {"level": "ERROR"}}),
        },
    }

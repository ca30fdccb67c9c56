"""A copy of the database for reading: the pages of figures come from it, so that answers have the first to themselves.

A copy lags behind a little, so no page stands here that shows what a student has done a moment ago.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

REPLICA = "replica"
VIEWS = {
    "stats",
    "motives",
    "motive",
    "school_class",
    "class_csv",
    "class_student",
    "class_card",
    "do_now",
    "do_now_sheet",
}
_reads_copy: ContextVar[bool] = ContextVar("reads_copy", default=False)


class ReplicaMiddleware:
    """From the view on; who asks, and with which session, is read from the first database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _reads_copy.set(False)
        try:
            return self.get_response(request)
        finally:
            _reads_copy.reset(token)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> None:
        bool(request.user.pk)  # before the switch
        _reads_copy.set(request.resolver_match.view_name in VIEWS)  # type: ignore[union-attr]


class ReplicaRouter:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return REPLICA if _reads_copy.get() else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"

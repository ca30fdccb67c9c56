"""Queries that are built once: for those of an answer Django takes twenty times as long as the database.

Only a query’s text is kept, never a row, so there is nothing that could be out of date.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import User


class Given(Expression):
    """Stands in the query for a value that is given whenever it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", (self,)


class GivenStudent(Given):
    """Has no more than this of a student: a rule that looks at anything else of hers fails instead of being kept."""

    def __init__(self, *, has_board: bool) -> None:
        super().__init__("user")
        self.exam_board = Given("exam_board") if has_board else ""


class Prepared:
    """Decorates a function that builds a query for a student and a day; it is kept for each further argument."""

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"]) -> None:
        self.build = build
        self.built: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}

    def rows(self, user: User, today: date, *shape: Any, limit: int | None = None, **given: Any) -> list[Any]:
        """Tuples of the values as the database has them."""
        text, values = self._sql(user, today, shape, given)
        if limit is not None:
            text, values = f"{text} LIMIT %s", [*values, limit]
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    def subquery(self, user: User, today: date, *shape: Any, **given: Any) -> RawSQL:
        """For use in `__in`."""
        return RawSQL(*self._sql(user, today, shape, given))  # noqa: S611 - the text is Django’s, the values are apart

    def _sql(self, user: User, today: date, shape: tuple[Any, ...], given: dict[str, Any]) -> tuple[str, list[Any]]:
        has_board = bool(user.exam_board)
        key = (connection.vendor, has_board, *shape)
        if key not in self.built:
            queryset = self.build(GivenStudent(has_board=has_board), Given("today"), *shape)
            self.built[key] = queryset.query.sql_with_params()
        text, values = self.built[key]
        given |= {"user": user.pk, "exam_board": user.exam_board, "today": connection.ops.adapt_datefield_value(today)}
        return text, [given[value.name] if isinstance(value, Given) else value for value in values]

"""Queries that are built once: for those of an answer Django takes twenty times as long as the database.

Only a query’s text is kept, never a row, so there is nothing that could be out of date.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

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
        self.built: dict[tuple[Any, ...], _Query] = {}

    def rows(self, user: User, today: date, *shape: Any, limit: int | None = None, **given: Any) -> list[Any]:
        """Tuples of the values as the database has them."""
        query = self._query(user, shape)
        text, values = query.text, query.filled(user, today, given)
        if limit is not None:
            text, values = f"{text} LIMIT %s", [*values, limit]
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    def first(self, user: User, today: date, *shape: Any, **given: Any) -> Any:
        """The first as the queryset has it, a model with related ones and annotations; None if there is none."""
        found = self.rows(user, today, *shape, limit=1, **given)
        return self._query(user, shape).instance(found[0]) if found else None

    def _query(self, user: User, shape: tuple[Any, ...]) -> "_Query":
        has_board = bool(user.exam_board)
        key = (connection.vendor, has_board, *shape)
        if key not in self.built:
            self.built[key] = _Query(self.build(GivenStudent(has_board=has_board), Given("today"), *shape))
        return self.built[key]


class _Query:
    """What Django finds out about a query each time that it is asked; all of it depends on the models alone."""

    def __init__(self, queryset: "QuerySet[Any, Any]") -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.text, self.values = compiler.as_sql()
        is_model = queryset._iterable_class is ModelIterable
        self.instance: Callable[[Sequence[Any]], Any] = _maker(compiler) if is_model else tuple

    def filled(self, user: User, today: date, given: dict[str, Any]) -> list[Any]:
        given |= {"user": user.pk, "exam_board": user.exam_board, "today": connection.ops.adapt_datefield_value(today)}
        return [given[value.name] if isinstance(value, Given) else value for value in self.values]


def _maker(compiler: Any) -> Callable[[Sequence[Any]], Model]:
    """Makes a model of a row as Django’s ModelIterable does."""
    places, columns = compiler.klass_info["select_fields"], [column for column, *_rest in compiler.select]
    own, annotations = slice(places[0], places[-1] + 1), compiler.annotation_col_map
    names = [column.target.attname for column in columns[own]]
    related = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]
    converted = compiler.get_converters(columns)
    model = compiler.klass_info["model"]

    def instance(row: Sequence[Any]) -> Model:
        values = list(row)
        for place, (converters, column) in converted.items():
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        made: Model = model.from_db(connection.alias, names, values[own])
        for each in related:
            each.populate(values, made)
        for name, place in annotations.items():
            setattr(made, name, values[place])
        return made

    return instance

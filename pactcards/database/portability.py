"""READS a SQLite database for what PostgreSQL would refuse: SQLite takes any value in any column."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.backends.base.operations import BaseDatabaseOperations

NUL = "instr({column}, char(0)) > 0"
NUL_IN_JSON = r"instr(replace({column}, '\\', ''), '\u0000') > 0"  # after a backslash that is a text's own it is none
WRONG_KIND = "typeof({column}) <> '{kind}'"


def problems() -> Iterator[str]:
    """Each a sentence with table, column and how many rows; nothing of a database that refuses them itself."""
    if connection.vendor != "sqlite":
        return
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.concrete_fields:
                for sentence, condition in conditions(field):
                    yield from _found(model._meta.db_table, str(field.column), sentence, condition)
    yield from _orphans()


def _found(table: str, column: str, sentence: str, condition: str) -> Iterator[str]:
    where = condition.format(column=f'"{column}"')
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL AND ({where})')  # noqa: S608
        (count,) = cursor.fetchone()
    if count:
        yield f"{table}.{column}: {count} {'row' if count == 1 else 'rows'} {sentence}"


def _orphans() -> Iterator[str]:
    with connection.cursor() as cursor:
        found = cursor.execute('SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2')
        for table, parent, count in found.fetchall():
            yield f"{table}: {count} {'row' if count == 1 else 'rows'} of a {parent} that is gone"


def conditions(field: Any) -> Iterator[tuple[str, str]]:
    """What must not be, in words and in SQL."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    kind = field.get_internal_type()
    if kind in BaseDatabaseOperations.integer_field_ranges:
        low, high = BaseDatabaseOperations.integer_field_ranges[kind]
        yield "with something else than a whole number", WRONG_KIND.format(column="{column}", kind="integer")
        yield "with too large a number", f"{{column}} NOT BETWEEN {low} AND {high}"
    elif kind == "JSONField":
        yield "with no JSON", "NOT json_valid({column})"
        yield "with the character zero in its JSON", NUL_IN_JSON
    elif kind in OF_OTHER_KINDS:
        yield OF_OTHER_KINDS[kind]
    else:
        yield from _of_text(field)


OF_OTHER_KINDS = {
    "BooleanField": ("with neither yes nor no", "{column} NOT IN (0, 1)"),
    "DateField": ("with no date", "date({column}, '+0 days') IS NOT {column}"),
    "DateTimeField": ("with no time", "datetime({column}) IS NULL"),
    "TimeField": ("with no time of day", "time({column}) IS NULL"),
    "UUIDField": ("with no UUID", "length({column}) <> 32 OR {column} GLOB '*[^0-9a-f]*'"),
    "FloatField": ("with no finite number", "abs({column}) > 1.7e308"),
}


def _of_text(field: Any) -> Iterator[tuple[str, str]]:
    yield "with something else than text", WRONG_KIND.format(column="{column}", kind="text")
    yield "with the character zero in it", NUL
    if field.max_length:
        yield f"longer than {field.max_length} letters", f"length({{column}}) > {field.max_length}"

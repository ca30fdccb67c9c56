"""READS every row of every table: how many there are, and a number that changes when any of them does."""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any, TypedDict

ROUND = 1 << 128
NEWEST_ANSWER = "SELECT max(id), max(answered_at) FROM cards_reviewlog"


class Table(TypedDict):
    rows: int
    digest: str


class Contents(TypedDict):
    tables: dict[str, Table]
    migrations: list[str]
    newest_answer: dict[str, Any]


def table_of(rows: Iterable[bytes]) -> Table:
    """The hashes of the rows are added up, so that it does not matter in which order a database hands them out."""
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(blake2b(row, digest_size=16).digest())
    return {"rows": count, "digest": f"{total % ROUND:032x}"}


def contents_of(
    database: Any,
    *,
    rows: Callable[[Any, str], Iterable[bytes]],
    table_names: Callable[[Any], list[str]],
) -> Contents:
    """Of one moment only if the caller holds the database still."""
    migrations = database.execute("SELECT app, name FROM django_migrations")
    return {
        "migrations": sorted(f"{app}.{name}" for app, name in migrations),
        "newest_answer": newest_answer(database, table_names(database)),
        "tables": {name: table_of(rows(database, name)) for name in table_names(database)},
    }


def newest_answer(database: Any, tables: list[str]) -> dict[str, Any]:
    number, at = database.execute(NEWEST_ANSWER).fetchone() if "cards_reviewlog" in tables else (None, None)
    return {"number": number or 0, "at": str(at)[:19] if at else None}


def differences(promised: dict[str, Table], found: dict[str, Table]) -> list[str]:
    """Each table that is not what it should be, in words."""
    words = []
    for name in sorted(promised.keys() | found.keys()):
        there, here = promised.get(name), found.get(name)
        if there is None or here is None:
            words.append(f"table {name} is {'missing' if here is None else 'not expected'}")
        elif there["rows"] != here["rows"]:
            words.append(f"table {name} has {here['rows']} rows and not {there['rows']}")
        elif there != here:
            words.append(f"table {name} has other values in its {here['rows']} rows")
    return words

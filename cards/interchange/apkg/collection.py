"""The inside of an Anki package: an SQLite database that a stranger made.

It is opened read-only, may look at five tables and nothing else, and has a second and a half of work at most.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.interchange.apkg.archive import damaged, newer_than_known
from cards.interchange.apkg.errors import PackageError
from cards.interchange.apkg.messages import parts
from cards.interchange.apkg.schema import check_schema

MOST_NOTES = 5_000
LONGEST_LIST = 4_000_000  # bytes of the note types, which older packages keep in one cell
LONGEST_NOTE = 200_000  # bytes of all fields of one note
MOST_SECONDS = 1.5  # of work, not of waiting for a busy machine
STEPS_BETWEEN_LOOKS = 10_000
LIST_SCHEMA = 11  # note types as JSON in the table `col`; later ones have tables for them
TABLE_SCHEMAS = range(15, 19)
TABLES = {"col", "notes", "cards", "notetypes", "fields", "templates", "sqlite_master"}
HIDDEN = 6  # where table_xinfo says that a column is computed
DECOY = "Please update to the latest Anki version"
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST_LIST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 50,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 20,
}


@dataclass(frozen=True, slots=True)
class NoteType:
    """What the notes of one kind are made of, and how Anki shows them."""

    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    question: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    guid: str
    note_type: NoteType | None
    fields: tuple[str, ...]
    tags: tuple[str, ...]


class Clock:
    """Says when reading has taken too long."""

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self.ends_at = time.thread_time() + seconds

    def is_over(self) -> bool:
        return time.thread_time() > self.ends_at

    def check(self) -> None:
        if self.is_over():
            raise PackageError(_("Reading this package takes too long. Export a smaller deck from Anki."))


class Collection:
    def __init__(self, database: sqlite3.Connection, clock: Clock) -> None:
        self._database, self._clock = database, clock
        version = self._first("SELECT ver FROM col LIMIT 1")
        if version != LIST_SCHEMA and version not in TABLE_SCHEMAS:
            raise newer_than_known()
        self._types = self._listed_types() if version == LIST_SCHEMA else self._types_of_tables()
        self._database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_NOTE)

    def notes(self) -> Iterator[Note]:
        rows = self._rows("SELECT guid, mid, tags, flds FROM notes")
        for number, (guid, note_type, tags, fields) in enumerate(rows, start=1):
            if number > MOST_NOTES:
                raise too_many()
            if DECOY in _text(fields):
                raise newer_than_known()
            words = tuple(word[:100] for word in _text(tags).split()[:20])
            yield Note(_text(guid)[:100], self._types.get(note_type), tuple(_text(fields).split("\x1f")), words)

    def reviewed(self) -> int:
        """How many cards have been answered in Anki."""
        try:
            return int(self._first("SELECT count(*) FROM cards WHERE reps > 0"))
        except sqlite3.OperationalError:  # a collection without this table has lost nothing that we need
            self._clock.check()
            return 0

    def _first(self, query: str) -> Any:
        row = self._database.execute(query).fetchone()
        if row is None:
            raise damaged()
        return row[0]

    def _listed_types(self) -> dict[Any, NoteType]:
        listed = json.loads(_text(self._first("SELECT models FROM col LIMIT 1")))
        return {int(key): _listed_type(entry) for key, entry in list(listed.items())[:MOST_NOTES]}

    def _types_of_tables(self) -> dict[Any, NoteType]:
        fields: dict[Any, dict[int, str]] = {}
        for note_type, place, name in self._rows("SELECT ntid, ord, name FROM fields"):
            fields.setdefault(note_type, {})[place] = _text(name)
        first = dict(self._rows("SELECT ntid, config FROM templates WHERE ord = 0"))
        return {
            key: NoteType(
                _text(name),
                parts(config).get(1) == 1,
                tuple(name for _place, name in sorted(fields.get(key, {}).items())),
                *(_text(parts(first.get(key, b"")).get(field)) for field in (1, 2)),
            )
            for key, name, config in self._rows("SELECT id, name, config FROM notetypes")
        }

    def _rows(self, query: str) -> Iterator[Any]:
        for row in self._database.execute(query):
            self._clock.check()
            yield row


def too_many() -> PackageError:
    sentence = ngettext(
        "This package holds more than %(most)d note. Export a smaller deck from Anki.",
        "This package holds more than %(most)d notes. Export a smaller deck from Anki.",
        MOST_NOTES,
    )
    return PackageError(sentence % {"most": MOST_NOTES})


@contextmanager
def opened(path: Path, clock: Clock) -> Iterator[Collection]:
    """The collection, for as long as its notes are being read; raises PackageError."""
    check_schema(path)
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            _guard(database, clock)
            yield Collection(database, clock)
    except sqlite3.DataError as error:
        raise PackageError(_("A note in this package is longer than any card can be.")) from error
    except (sqlite3.Error, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        clock.check()
        raise damaged() from error


def _guard(database: sqlite3.Connection, clock: Clock) -> None:
    for limit, most in LIMITS.items():
        database.setlimit(limit, most)
    database.set_progress_handler(clock.is_over, STEPS_BETWEEN_LOOKS)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    database.create_collation("unicase", _compare)
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
        database.execute(f"PRAGMA {pragma}")
    _check_tables(database)
    database.set_authorizer(_authorize)


def _check_tables(database: sqlite3.Connection) -> None:
    """A view, a virtual table or a computed column would run what its maker wrote."""
    for kind, name, root in database.execute("SELECT type, name, rootpage FROM sqlite_master").fetchall():
        if str(name).lower() in TABLES and (kind != "table" or not root):
            raise damaged()
    for table in TABLES:
        if any(column[HIDDEN] for column in database.execute(f"PRAGMA table_xinfo({table})")):
            raise damaged()


def _authorize(action: int, first: str | None, second: str | None, _base: str | None, source: str | None) -> int:
    reads = action == sqlite3.SQLITE_READ and str(first).lower() in TABLES and source is None
    counts = action == sqlite3.SQLITE_FUNCTION and second == "count"
    return sqlite3.SQLITE_OK if reads or counts or action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_DENY


def _compare(one: str, other: str) -> int:
    """Anki's own order of names, which its tables ask for."""
    return (one.casefold() > other.casefold()) - (one.casefold() < other.casefold())


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else "" if value is None else str(value)


def _listed_type(entry: Any) -> NoteType:
    names = tuple(str(field["name"]) for field in entry["flds"])
    template = entry["tmpls"][0]
    return NoteType(str(entry["name"]), entry.get("type") == 1, names, str(template["qfmt"]), str(template["afmt"]))

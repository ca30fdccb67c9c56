"""READS every row of the school into one file of JSON lines, which is the same whichever database they are in.

The first line says what is in the file, the last is the hash of all before it, and between them stand the rows as
Django's own serializer writes them, ordered by their numbers.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

from django.core.serializers import jsonl
from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from pactcards.database import archive, sqlite, vendors
from pactcards.database.errors import DatabaseToolError
from pactcards.database.making import version
from pactcards.database.moving import all_models
from pactcards.health import newest_migrations

FORMAT = 1
NOT_OF_THE_SCHOOL = {"sessions.Session"}  # caches and the list of migrations have no model
AT_ONCE = 2000
Counts = dict[str, int]


class WholeTimes(DjangoJSONEncoder):
    """With the microseconds that Django's own leaves out: by them the list of erasures knows people."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


class Lines(jsonl.Serializer):
    """Writes a line at once; Django's own writes it sign by sign, eight times as slow."""

    def end_object(self, obj: Any) -> None:
        self.stream.write(json.dumps(self.get_dump_object(obj), **self.json_kwargs) + "\n")


class Hashed:
    """Takes text, writes it as bytes, and knows the hash of all of them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.hash = file, sha256()

    def write(self, text: str) -> None:
        self.hash.update(text.encode())
        self._file.write(text.encode())

    def write_line(self, value: Any) -> None:
        self.write(json.dumps(value, sort_keys=True) + "\n")


def dump(path: Path) -> Counts:
    """How many rows of each kind are in the new file. Raises DatabaseToolError, and then there is none."""
    if path.exists():
        raise DatabaseToolError(f"There is a file {path} already.")
    refuse_other_version()
    try:
        with archive.workplace(path.parent) as work, archive.put_in_place(path, work) as file, _of_one_moment(work):
            return _write(Hashed(file))
    except Error as error:
        raise DatabaseToolError(f"The database cannot be read: {str(error).strip()}") from error


@contextmanager
def _of_one_moment(work: Path) -> Iterator[None]:
    """While everybody goes on working: of SQLite a copy, since who reads it for long lets nobody write."""
    if connection.vendor == "sqlite":
        copy, _contents = sqlite.dump(vendors.name(), work)
        with vendors.looking_at(str(copy)):
            yield
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _write(file: Hashed) -> Counts:
    counts = counts_here()
    about = {"format": FORMAT, "pactcards": version(), "migrations": migrations_here(), "counts": counts}
    file.write_line({"school": about})
    for model in school_models():
        rows = model._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE)
        names = [field.name for field in model._meta.concrete_fields]  # what is many to many has rows of its own
        Lines().serialize(rows, stream=cast(IO[str], file), fields=names, cls=WholeTimes, sort_keys=True)
    file.write_line({"sha256": file.hash.hexdigest()})
    return counts


def school_models() -> list[Any]:
    return [model for model in all_models() if model._meta.label not in NOT_OF_THE_SCHOOL]


def counts_here() -> Counts:
    return {model._meta.label: model._base_manager.count() for model in school_models()}


def migrations_here() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in newest_migrations())


def refuse_other_version() -> None:
    try:
        missing = newest_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except Error as error:
        raise DatabaseToolError(f"The database does not answer: {str(error).strip()}") from error
    if missing:
        raise DatabaseToolError("The database is not of this version of PactCards. Run migrate first.")

"""WRITES a school that `dumping` has read into an empty database, in one transaction; whoever was erased goes again."""

import json
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from itertools import groupby, islice, pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import Error, connection, transaction

from pactcards.database import vendors
from pactcards.database.dumping import (
    FORMAT,
    Counts,
    counts_here,
    migrations_here,
    refuse_other_version,
    school_models,
)
from pactcards.database.errors import DatabaseToolError
from pactcards.database.verifying import unknown_migrations

AT_ONCE = 500
LONGEST_HEADER = 1 << 20
MADE_BY_MIGRATE = {"contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions"}


class Loaded(NamedTuple):
    counts: Counts
    erased_again: str
    still_to_do: list[str]


def load(path: Path) -> Loaded:
    """Everything or, with a DatabaseToolError, nothing; then what restored backups need, too."""
    refuse_other_version()
    try:
        with path.open("rb") as file, transaction.atomic():
            counts = _load(file, path.name)
    except OSError as error:
        raise DatabaseToolError(f"{path} cannot be read: {error.strerror}.") from error
    except (Error, OverflowError) as error:
        raise DatabaseToolError(f"Nothing was loaded. The database says: {str(error).strip()}") from error
    finally:
        ContentType.objects.clear_cache()  # they have other numbers now, or again
    return _follow_up(counts, path.parent / settings.ERASURES_FILE.name)


def _load(file: IO[bytes], name: str) -> Counts:
    first = file.readline(LONGEST_HEADER)
    promised = _header(first, name)["counts"]
    _make_room()
    _put_in(_rows(first, file, name), name)
    connection.check_constraints()
    if (counts := counts_here()) != promised:
        raise DatabaseToolError(f"Nothing was loaded: {name} has not the rows that its first line promises.")
    with connection.cursor() as cursor:  # new rows begin after these
        for statement in connection.ops.sequence_reset_sql(no_style(), school_models()):
            cursor.execute(statement)
    return counts


def _header(line: bytes, name: str) -> dict[str, Any]:
    """What the file says of itself, if this PactCards can do something with it."""
    try:
        about = json.loads(line)["school"]
        made_by, migrations = about["pactcards"], about["migrations"]
    except (ValueError, KeyError, TypeError):
        raise DatabaseToolError(f"{name} is no file of dump_school.") from None
    if unknown := unknown_migrations(migrations):
        raise DatabaseToolError(
            f"{name} was made by a newer PactCards ({made_by}), which has {unknown[-1]}. Update PactCards first."
        )
    if about["format"] > FORMAT:
        raise DatabaseToolError(f"{name} was made by a newer PactCards ({made_by}). Update PactCards first.")
    if migrations != migrations_here():
        raise DatabaseToolError(
            f"{name} was made by an older PactCards ({made_by}), whose tables were others. "
            "Load it with that version, then update."
        )
    return about


def _make_room() -> None:
    """What `migrate` puts in goes, because its numbers in the school are others."""
    found = [f"{count} {label}" for label, count in counts_here().items() if count and label not in MADE_BY_MIGRATE]
    if found:
        raise DatabaseToolError(
            f"There is something in the database already ({', '.join(found)}). Load into a new one, "
            "in which nothing but migrate has been run."
        )
    Group.objects.all().delete()
    ContentType.objects.all().delete()  # with the permissions


def _rows(first: bytes, file: IO[bytes], name: str) -> Iterator[bytes]:
    """The lines between the first and the last, if the last is the hash of those before it."""
    found, last = sha256(first), b""
    for line, last in pairwise(file):  # noqa: B007 (the last of them is looked at below)
        found.update(line)
        yield line
    if last != json.dumps({"sha256": found.hexdigest()}).encode() + b"\n":
        raise DatabaseToolError(f"Nothing was loaded: {name} is cut off, or somebody has changed it.")


def _put_in(rows: Iterator[bytes], name: str) -> None:
    try:
        objects = (row.object for row in serializers.deserialize("jsonl", rows))
        for model, of_model in groupby(objects, type):
            _insert(model, of_model)
    except DeserializationError as error:
        raise DatabaseToolError(f"Nothing was loaded: {name} has a line that is no row. {error}".strip()) from error


def _insert(model: Any, objects: Iterator[Any]) -> None:
    """Raw, as Django's loaddata saves each: `bulk_create` would set every time of a change to now."""
    fields = model._meta.local_concrete_fields
    at_once = connection.ops.bulk_batch_size(fields, range(AT_ONCE))
    while batch := list(islice(objects, at_once)):
        model._base_manager._insert(batch, fields=fields, raw=True)


def _follow_up(counts: Counts, erasures: Path) -> Loaded:
    said = StringIO()
    troubles = [
        vendors.trouble_with("erase_listed", str(erasures), said=said),
        vendors.trouble_with("check_reviews"),
    ]
    return Loaded(counts, said.getvalue().strip(), [trouble for trouble in troubles if trouble])

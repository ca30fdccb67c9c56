"""Writes: an import from the first look to undo. New cards come as drafts, schedules are never touched."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cards.formatting import cleaned
from cards.interchange import anki_text
from cards.interchange.apkg import PackageError, read_package
from cards.interchange.apkg import Row as PackageRow
from cards.interchange.rows import Reading, Row, guess_reading, read_rows, with_header_guessed
from cards.interchange.text import UnreadableError, decoded, plain, typable
from cards.interchange.verdicts import Look, known_of, look_at
from cards.models import Deck, ImportBatch, Motive

MOST_WAITING = 20
ZIP_START = b"PK\3\4"
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Received:
    """What a teacher handed in, as read."""

    rows: list[Row]
    kind: str = ImportBatch.Kind.TEXT
    name: str = ""
    text: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)  # what the look step starts with


def received_text(text: str, *, name: str = "") -> Received:
    """Raises UnreadableError."""
    text = plain(text)
    table = anki_text.as_table(text)
    reading = with_header_guessed(table, anki_text.SEPARATOR) if table else guess_reading(text)
    text = table or text
    return Received(read_rows(text, reading), name=name[:200], text=text, choices={"reading": asdict(reading)})


def received_file(name: str, data: bytes) -> Received:
    """Text, or a package from Anki. Raises UnreadableError."""
    name = cleaned(name)
    if data.startswith(ZIP_START) or name.lower().endswith(".apkg"):
        return received_package(data, name=name)
    return received_text(decoded(data), name=name)


def received_package(data: bytes, *, name: str = "") -> Received:
    """Raises UnreadableError."""
    try:
        package = read_package(data)
    except PackageError as error:
        raise UnreadableError(str(error)) from error
    rows = [_row_of_package(row) for row in package.rows]
    counts = {"notes": package.notes, "media": package.media, "reviewed": package.reviewed}
    return Received(rows, ImportBatch.Kind.APKG, name[:200], choices={"package": counts})


def _row_of_package(row: PackageRow) -> Row:
    cells = {name: typable(cell) for name, cell in row.cells.items()}
    return Row(row.line, cells, tags=tuple(map(typable, row.tags)), problem=row.problem)


# --- waiting


def make_batch(deck: Deck, user: User, received: Received, *, now: datetime) -> ImportBatch:
    """Its rows wait here for a day. Raises UnreadableError when too many wait already."""
    clear_imports(now=now)
    if ImportBatch.objects.filter(user=user, imported_at=None).count() >= MOST_WAITING:
        sentence = _("You have %(count)d imports waiting. Import or throw away one of them first.")
        raise UnreadableError(sentence % {"count": MOST_WAITING}, TOO_MANY)
    return ImportBatch.objects.create(
        deck=deck,
        user=user,
        kind=received.kind,
        name=received.name,
        text=received.text,
        rows=[row.json for row in received.rows],
        choices=dict(received.choices),
        made_at=now,
    )


def clear_imports(*, now: datetime) -> int:
    """Forget what has waited for a day; of what was imported, the rows that were kept back."""
    ImportBatch.objects.with_leftovers(now).update(rows=[], text="", choices={})
    return ImportBatch.objects.expired(now).delete()[0]


def discard(batch: ImportBatch) -> None:
    ImportBatch.objects.filter(pk=batch.pk, imported_at=None).delete()


# --- looking


def rows_of(batch: ImportBatch) -> list[Row]:
    return [Row.of_json(kept) for kept in batch.rows]


def reading_of(batch: ImportBatch) -> Reading:
    return Reading(**batch.choices.get("reading", {}))


def looks_of(batch: ImportBatch) -> list[Look]:
    """The verdicts as of now: the deck may have changed since the paste."""
    rows = rows_of(batch)
    return look_at(rows, known_of(batch.deck, motives_of(batch, rows)))


def tags_of(rows: Iterable[Row]) -> list[str]:
    """The words for motives, the most frequent first."""
    return [tag for tag, _count in Counter(tag for row in rows for tag in row.tags).most_common()]


def motives_of(batch: ImportBatch, rows: Iterable[Row]) -> dict[str, Motive]:
    """The motive of each tag: as the teacher said, or else the one with that very code or name."""
    tags = tags_of(rows)
    if not tags:
        return {}
    motives = list(Motive.objects.all())
    by_code = {motive.code: motive for motive in motives}
    by_name = {motive.name.casefold(): motive for motive in motives} | by_code
    said: Mapping[str, str] = batch.choices.get("motives", {})
    found = {tag: by_code.get(said[tag]) if tag in said else by_name.get(_bare(tag)) for tag in tags}
    return {tag: motive for tag, motive in found.items() if motive}


def _bare(tag: str) -> str:
    """The last part of a tag such as history::motives::buying-time."""
    return tag.rsplit("::", 1)[-1].strip().casefold()


# --- what the teacher says at the look step; none of it does anything once the batch is imported


def save_rows(batch: ImportBatch, cells: Mapping[int, Mapping[str, str]], takes: Mapping[int, bool]) -> None:
    """Keep what she mended, and which rows she wants."""
    with transaction.atomic():
        if held := _held(batch):
            held.rows = [_said(Row.of_json(kept), cells, takes).json for kept in held.rows]
            held.save(update_fields=["rows"])
            batch.rows = held.rows


def _said(row: Row, cells: Mapping[int, Mapping[str, str]], takes: Mapping[int, bool]) -> Row:
    written = cells.get(row.line, {})
    if any(text != row.cells.get(name, "") for name, text in written.items()):
        row = row.mended(written)
    return replace(row, take=takes[row.line]) if row.line in takes else row


def read_anew(batch: ImportBatch, reading: Reading) -> None:
    """With another separator, or other columns; rows mended before are read anew as well. Raises UnreadableError."""
    with transaction.atomic():
        if (held := _held(batch)) and held.text:
            held.rows = [row.json for row in read_rows(held.text, reading)]
            held.choices["reading"] = asdict(reading)
            held.save(update_fields=["rows", "choices"])


def say_motives(batch: ImportBatch, codes: Mapping[str, str]) -> None:
    """Which motive each tag means, by code; an empty one is none."""
    with transaction.atomic():
        if held := _held(batch):
            held.choices["motives"] = {**held.choices.get("motives", {}), **codes}
            held.save(update_fields=["choices"])


def _held(batch: ImportBatch) -> Any:
    """The batch as it is now, for as long as the transaction lasts; none once it is imported or gone."""
    return ImportBatch.objects.select_for_update().filter(pk=batch.pk, imported_at=None).first()

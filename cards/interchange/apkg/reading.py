"""The notes of an Anki package as rows of cells, to be looked at before anything is imported."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from django.utils.translation import gettext as _

from cards import kinds
from cards.interchange.apkg import cloze, layout
from cards.interchange.apkg.archive import unpacked
from cards.interchange.apkg.collection import MOST_NOTES, Clock, Note, opened, too_many
from cards.interchange.apkg.errors import PackageError
from cards.interchange.apkg.markup import exact, plain
from cards.models import Card

LONGEST_FIELD = 20_000  # characters, markup and all
MOST_CHARACTERS = 10_000_000  # of all notes together
SECONDS_TO_READ, SECONDS_A_NOTE = 0.9, 0.0015  # of work; five thousand notes full of bold words take three seconds
CODE_LENGTH = 16
_CODE = re.compile(r"[-\w]{1,60}", re.ASCII)
_FIELD = re.compile(r"\{\{([^{}#^/!][^{}]*)\}\}")


@dataclass(frozen=True, slots=True)
class Row:
    """One card of a package. `line` counts the cards; `code` among its cells is the same at the next import."""

    line: int
    cells: dict[str, str]  # what is written, by the name of a card's field; empty cells are left out
    tags: tuple[str, ...]  # words for the motive, to be matched with ours
    guid: str  # Anki's own name of the note
    problem: str = ""  # why it can't be a card, in a sentence


@dataclass(frozen=True, slots=True)
class Package:
    """What a package holds, and how much of it is left out."""

    rows: list[Row]
    notes: int
    media: int  # files of pictures and sounds
    reviewed: int  # cards with a schedule of Anki's

    @property
    def tags(self) -> Counter[str]:
        """How many cards have each tag, for the teacher who says which motive it means."""
        return Counter(tag for row in self.rows for tag in row.tags)


def read_package(data: bytes) -> Package:
    """The cards of an Anki package, old or new; raises PackageError. Writes nothing."""
    clock = Clock()
    with unpacked(data) as package, opened(package.collection, clock) as collection:
        counted = _Counted(collection.notes())
        notes = list(counted)
        reviewed = collection.reviewed()
    reading = Clock(SECONDS_TO_READ + SECONDS_A_NOTE * len(notes))
    rows = list(islice(_rows(notes, reading), MOST_NOTES + 1))
    if len(rows) > MOST_NOTES:
        raise too_many()
    if not rows:
        raise PackageError(_("There are no notes in this package."))
    return Package(rows, counted.notes, package.media, reviewed)


class _Counted:
    """The notes one after another; refuses to go on when there is too much in them."""

    def __init__(self, notes: Iterator[Note]) -> None:
        self._found = notes
        self.notes = self.characters = 0

    def __iter__(self) -> Iterator[Note]:
        for note in self._found:
            self.notes += 1
            self.characters += sum(map(len, note.fields))
            if self.characters > MOST_CHARACTERS:
                raise PackageError(_("There is more text in this package than a deck can hold. Export a smaller one."))
            yield note


def _rows(notes: Iterable[Note], clock: Clock) -> Iterator[Row]:
    line = 0
    for note in notes:
        clock.check()
        for cells, problem in _cards_of(note):
            line += 1
            tags = (cells.pop("motive"),) if cells.get("motive") else note.tags
            yield Row(line, {name: text for name, text in cells.items() if text}, tags, note.guid, problem)


def _cards_of(note: Note) -> Iterator[tuple[dict[str, str], str]]:
    """The cells of each card that Anki makes of a note, and what is wrong with it."""
    if any(len(text) > LONGEST_FIELD for text in note.fields):
        start = plain(note.fields[0][:LONGEST_FIELD])[:100]
        yield {"code": _code(note.guid), "front": start}, _("This note is longer than any card can be.")
    elif note.note_type and layout.is_ours(note.note_type.name, note.note_type.fields):
        yield _our_cells(note)
    elif note.note_type and note.note_type.is_cloze:
        yield from _cloze_cells(note)
    else:
        yield _basic_cells(note)


def _code(guid: str, number: str = "1") -> str:
    """A code that the same note has at the next import, too."""
    digest = sha256(guid.encode()).hexdigest()[:CODE_LENGTH]
    return f"anki-{digest}" + (f"-{number}" if number != "1" else "")


def _our_cells(note: Note) -> tuple[dict[str, str], str]:
    named = _named(note)
    cells = {column: exact(named.get(name, "")) for column, name in layout.FIELD_OF.items()}
    if not _CODE.fullmatch(cells["code"]):
        cells["code"] = _code(note.guid)
    if cells["kind"] != Card.Kind.CLOZE:
        return cells, ""
    cells["front"] = cloze.ours(cells["front"])
    return cells, cloze.problem(cells["front"])


def _cloze_cells(note: Note) -> Iterator[tuple[dict[str, str], str]]:
    """Anki's sentence is in the field that its question shows; the others tell more."""
    asked, more = _sides(note)
    for number, front, problem in cloze.fronts(plain("<br>".join(asked))):
        answer = kinds.split_cloze(front).answer if kinds.has_one_blank(front) else ""
        cells = {"code": _code(note.guid, number), "kind": "cloze", "front": front, "back": answer}
        yield cells | {"why": _text(more)}, problem


def _basic_cells(note: Note) -> tuple[dict[str, str], str]:
    asked, answered = _sides(note)
    front, back = _text(asked), _text(answered)
    cells = {"code": _code(note.guid), "kind": "basic", "front": front, "back": back}
    if front and back:
        return cells, ""
    if not "".join(asked if not front else answered).strip():
        return cells, _("The answer is empty.") if front else _("The question is empty.")
    return cells, _("One side is only a picture or a sound, and those are left out.")


def _text(fields: list[str]) -> str:
    return "\n".join(filter(None, map(plain, fields)))


def _named(note: Note) -> dict[str, str]:
    return dict(zip(note.note_type.fields if note.note_type else (), note.fields, strict=False))


def _sides(note: Note) -> tuple[list[str], list[str]]:
    """The fields that Anki's first card shows as question, and those that come with the answer."""
    named = _named(note)
    asked = _shown(note.note_type.question, named) if note.note_type else []
    answered = [name for name in _shown(note.note_type.answer, named) if name not in asked] if note.note_type else []
    if not asked or not answered:
        return list(note.fields[:1]), list(note.fields[1:2])
    return [named[name] for name in asked], [named[name] for name in answered]


def _shown(template: str, named: Mapping[str, str]) -> list[str]:
    """The fields that a template shows, each once; `{{type:Back}}` shows Back."""
    names = [match[1].rpartition(":")[2].strip() for match in _FIELD.finditer(template)]
    return [name for name in dict.fromkeys(names) if name in named]

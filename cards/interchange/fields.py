"""What an import may say about a card: the names of its columns, and how a cell becomes what is stored."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cards import kinds
from cards.formatting import cleaned
from cards.models import Card

FRONT, BACK, MOTIVE, MISCONCEPTION = "front", "back", "motive", "misconception"
# The names of a column, in small letters; the first two are what a header row must have one of, each.
ALIASES: dict[str, tuple[str, ...]] = {
    FRONT: ("front", "term", "question", "q", "prompt", "vorderseite", "frage", "begriff"),
    BACK: ("back", "definition", "answer", "a", "response", "rückseite", "antwort"),
    MOTIVE: ("motive", "motives", "theme", "tag", "tags", "motiv"),
    "source": ("source", "sources", "reference", "quelle"),
    "why": ("why", "why it matters", "explanation"),
    "actor": ("actor", "who", "akteur"),
    "kind": ("kind", "type", "kind of card"),
    "code": ("code", "card code"),
    "section": ("section", "lesson", "topic"),
    "level": ("level",),
    "contested": ("contested", "historians disagree"),
    "common_mistake": ("common_mistake", "common mistake", "mistake"),
    "misconception": ("misconception",),
    "hint": ("hint",),
    "options": ("options",),
    "answer": ("right option", "right_option"),
    "points": ("points", "credit points"),
    "claims": ("claims",),
    "board": ("board", "exam board"),
    "marks": ("marks",),
    "rewarded": ("rewarded", "what is rewarded"),
    "link": ("link", "published question"),
    "checked_on": ("checked_on", "source checked on"),
}
FIELD_OF = {alias: name for name, aliases in ALIASES.items() for alias in aliases}
FIELDS: dict[str, models.Field] = {name: Card._meta.get_field(name) for name in ALIASES}  # type: ignore[misc]
LABELS = {name: field.verbose_name for name, field in FIELDS.items()}
WITH_MARKS = {
    FRONT,
    BACK,
    "why",
    "source",
    "contested",
    "common_mistake",
    "hint",
    "rewarded",
    "options",
    "answer",
    "points",
}
CHOICES = ("kind", "actor", "level")
MOST_CHARACTERS_OF_A_LIST = 2000
_ROOM = {name: field.max_length for name, field in FIELDS.items() if field.max_length}


def field_of_column(header: str) -> str:
    """The field that a column of this name is about, or nothing."""
    return FIELD_OF.get(" ".join(header.casefold().split()), "")


def fields_of_header(cells: list[str]) -> list[str]:
    """The field of each column; empty where the row is no header. The same field is taken once."""
    fields = [field_of_column(cell) for cell in cells]
    if "back" in map(str.casefold, cells) and "answer" in map(str.casefold, cells):  # our own: the right option
        fields[[cell.casefold() for cell in cells].index("answer")] = "answer"
    fields = [name if name not in fields[:place] else "" for place, name in enumerate(fields)]
    return fields if FRONT in fields and sum(map(bool, fields)) > 1 else []


# --- a cell as what is stored; each raises ValidationError with a sentence


def stored(name: str, cell: str) -> Any:
    cell = cleaned(cell)
    most = _ROOM.get(name, MOST_CHARACTERS_OF_A_LIST)
    if len(cell) > most and name not in CHOICES:
        raise ValidationError(
            _("The %(field)s has %(count)d characters; there is room for %(most)d."),
            params={"field": LABELS[name], "count": len(cell), "most": most},
        )
    return _choice(name, cell) if name in CHOICES else _READERS.get(name, str)(cell)


def _choice(name: str, cell: str) -> str:
    wanted = cell.casefold()
    for value, label in FIELDS[name].flatchoices:
        if wanted in (value, str(label).casefold()):
            return value
    raise ValidationError(
        _("The %(field)s “%(value)s” is not known. Write one of these: %(known)s."),
        params={"field": LABELS[name], "value": cell[:40], "known": ", ".join(_known(name))},
    )


def _known(name: str) -> list[str]:
    return [str(label) for _value, label in FIELDS[name].flatchoices]


def _front(cell: str) -> str:
    """With a blank as we write it, also where it is Anki’s, as in {{c1::time::hint}}."""
    return _ANKI_BLANK.sub(r"{{\1}}", cell)


_ANKI_BLANK = re.compile(r"\{\{c\d+::([^{}]+?)(?:::[^{}]*)?\}\}")


def _code(cell: str) -> str:
    try:
        validate_slug(cell)
    except ValidationError:
        raise ValidationError(_("A code may have letters without accents, digits and hyphens only.")) from None
    return cell


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.split("\n") if line.strip()]


def _points(cell: str) -> list[dict[str, str]]:
    return [_point(line) for line in _lines(cell)]


def _point(line: str) -> dict[str, str]:
    sort, _colon, text = (part.strip() for part in line.partition(":"))
    if sort.lower() not in kinds.SORTS or not text:
        raise ValidationError(
            _("Begin each credit point with claim:, evidence: or link: (“%(line)s”)."), params={"line": line[:40]}
        )
    return {"sort": sort.lower(), "text": text}


def _marks(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit() or not 0 < int(cell[:6]) < 1000:
        raise ValidationError(_("The marks are a whole number, such as 10."))
    return int(cell)


def _date(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValidationError(_("Write the date as year-month-day, such as 2026-11-23.")) from None


def _link(cell: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(cell)
    except ValidationError:
        raise ValidationError(_("The link is no address of a page: it begins with https://.")) from None
    return cell


_READERS: Mapping[str, Callable[[str], Any]] = {
    FRONT: _front,
    "code": _code,
    "options": _lines,
    "points": _points,
    "claims": _lines,
    "marks": _marks,
    "checked_on": _date,
    "link": _link,
}


# --- what is stored as a cell


def written(name: str, value: Any) -> str:
    """As a person reads it, and `stored` reads it back."""
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value)
    if name == "points":
        return "\n".join(f"{point['sort']}: {point['text']}" for point in value)
    return "\n".join(value) if isinstance(value, list) else str(value)


def shown(name: str, value: Any) -> str:
    """As `written`, a choice by its words."""
    if name in CHOICES and value:
        return str(dict(FIELDS[name].flatchoices)[value])
    return written(name, value) or str(NOTHING)


NOTHING = gettext_lazy("nothing")

"""Reads: what an import would do with each row, in words, and what should be looked at again. Saves nothing."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cards import kinds
from cards.content import rules
from cards.interchange import fields
from cards.interchange.fields import BACK, FRONT, MISCONCEPTION, MOTIVE
from cards.interchange.rows import Row
from cards.models import Card, Deck, Misconception, Motive

_TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
OF_KIND = ("kind", FRONT, BACK, "options", "answer", "points")  # what Card.clean looks at


class Verdict(StrEnum):
    NEW = "new"
    SAME = "same"
    CHANGES = "changes"
    PROBLEM = "problem"


class Change(NamedTuple):
    name: str
    old: Any
    new: Any

    @property
    def label(self) -> str:
        return str(fields.LABELS[self.name])

    @property
    def has_marks(self) -> bool:
        return self.name in fields.WITH_MARKS

    @property
    def old_text(self) -> str:
        return fields.shown(self.name, self.old)

    @property
    def new_text(self) -> str:
        return fields.shown(self.name, self.new)


@dataclass(slots=True)
class Look:
    """A row, and what the teacher is told about it."""

    row: Row
    values: dict[str, Any]  # what would be stored
    problems: dict[str, str]  # sentences by field; "" is the whole row
    card: Card | None = None  # the one in the deck that it is about
    same_line: int = 0  # an earlier row that says the same
    warnings: list[str] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.row.line

    @property
    def verdict(self) -> Verdict:
        if self.problems:
            return Verdict.PROBLEM
        if self.same_line or (self.card and not self.changes):
            return Verdict.SAME
        return Verdict.CHANGES if self.card else Verdict.NEW

    @property
    def is_taken(self) -> bool:
        """New cards unless she leaves one out; changes of a card only if she says so."""
        verdict = self.verdict
        if verdict not in (Verdict.NEW, Verdict.CHANGES):
            return False
        return verdict is Verdict.NEW if self.row.take is None else self.row.take

    @property
    def changes(self) -> list[Change]:
        if not self.card:
            return []
        pairs = [(name, getattr(self.card, name), value) for name, value in self.values.items() if name != "code"]
        return [Change(name, old, new) for name, old, new in pairs if new != old]


@dataclass(slots=True)
class Known:
    """What rows are compared with: the deck’s cards, the motives by tag, and the rows before."""

    by_code: dict[str, Card]
    by_front: dict[str, Card]
    motives: Mapping[str, Motive]
    misconceptions: Mapping[str, Misconception]
    seen: dict[object, Look] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)


def known_of(deck: Deck, motives: Mapping[str, Motive]) -> Known:
    cards = list(deck.cards.select_related("motive", "misconception").order_by("-position", "-pk"))
    cards.sort(key=lambda card: card.status != Card.Status.ARCHIVED)  # the living win, and the first of equals
    by_code, by_front = {card.code: card for card in cards}, {key_of(card.front): card for card in cards}
    return Known(by_code, by_front, motives, {wrong.code: wrong for wrong in Misconception.objects.all()})


def key_of(front: str) -> str:
    """By which two fronts are the same question, however it was typed."""
    text = " ".join(unicodedata.normalize("NFKC", front).casefold().translate(_TYPED).split())
    return text.rstrip(".?!… ") or text


def look_at(rows: Iterable[Row], known: Known) -> list[Look]:
    return [_look(row, known) for row in rows]


def _look(row: Row, known: Known) -> Look:
    values, problems = _values(row, known)
    card = known.by_code.get(values.get("code", "")) or known.by_front.get(key_of(values.get(FRONT, "")))
    look = Look(row, values, problems, card)
    if card is None:
        _complete(look)
    _look_at_shape(look)
    _look_at_others(look, known)
    if look.verdict in (Verdict.NEW, Verdict.CHANGES):
        look.warnings += _warnings(look, known)
    return look


def _values(row: Row, known: Known) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, cell in row.cells.items():
        try:
            values[name] = fields.stored(name, cell)
        except ValidationError as error:
            problems[name] = error.messages[0]
    if motive := next((known.motives[tag] for tag in row.tags if tag in known.motives), None):
        values[MOTIVE] = motive
    if code := values.pop(MISCONCEPTION, ""):
        if found := known.misconceptions.get(code.lower()):
            values[MISCONCEPTION] = found
        else:
            problems[MISCONCEPTION] = _("There is no misconception called “%(code)s”.") % {"code": code[:40]}
    if row.problem:
        problems[""] = row.problem
    if row.surplus:
        sentence = _("It has more columns than the table. Put quotes round the cell with the separator in it: %(line)s")
        problems[""] = sentence % {"line": row.surplus}
    return values, problems


def _complete(look: Look) -> None:
    """What a new card may leave out: its kind, and the back of a sentence with a blank."""
    values, problems = look.values, look.problems
    front = values.get(FRONT, "")
    if "kind" not in problems:
        values.setdefault("kind", Card.Kind.CLOZE if kinds.has_one_blank(front) else Card.Kind.BASIC)
    if values.get("kind") == Card.Kind.CLOZE and kinds.has_one_blank(front):
        values.setdefault(BACK, kinds.split_cloze(front).answer.strip())
    if look.row.problem:  # which says what is wrong with its front and back
        return
    if not front:
        problems.setdefault(FRONT, _("It has no front: write what the card asks."))
    elif not values.get(BACK):
        problems.setdefault(BACK, _("It has no back: write the answer."))


def _look_at_shape(look: Look) -> None:
    """Whether a student could be shown a card of this kind."""
    said = {name: getattr(look.card, name) for name in OF_KIND} if look.card else {}
    said |= {name: value for name, value in look.values.items() if name in OF_KIND}
    if look.problems or said["kind"] == Card.Kind.BASIC:
        return
    try:
        Card(**said).clean()
    except ValidationError as error:
        look.problems |= {name: sentences[0] for name, sentences in error.message_dict.items()}


def _look_at_others(look: Look, known: Known) -> None:
    """Whether an earlier row is about the same card."""
    key = look.card.pk if look.card else key_of(look.values.get(FRONT, ""))
    earlier = known.seen.get(key) if key else None
    if earlier is None:
        known.seen[key] = look
    elif earlier.values == look.values:
        look.same_line = earlier.line
    elif look.card and not look.problems and look.changes:
        look.problems[""] = _("Line %(line)d is about the same card; only one of the two can be imported.") % {
            "line": earlier.line
        }
    code = look.values.get("code")
    if code and not look.same_line and known.codes.setdefault(code, look.line) != look.line:
        look.problems.setdefault("code", _("Line %(line)d has the same code.") % {"line": known.codes[code]})


def _warnings(look: Look, known: Known) -> list[str]:
    said = {**look.values, "mistake": look.values.get("common_mistake", "")}
    found = [_(breach.sentence) % breach.values for breach in rules.advice(said)]
    if not look.values.get("source") and not (look.card and look.card.source):
        found.append(_("names no source"))
    if look.row.tags and MOTIVE not in look.values:
        found.append(_("“%(tags)s” is no motive of ours yet") % {"tags": ", ".join(look.row.tags)[:60]})
    if look.row.joined:
        found.append(_("it had more columns than the others; the rest is in the back"))
    return [sentence[:1].upper() + sentence[1:] for sentence in found + _twins(look, known)]


def _twins(look: Look, known: Known) -> list[str]:
    """Other cards with the same front."""
    front = key_of(look.values.get(FRONT, ""))
    other = known.by_front.get(front)
    if look.card and other and other.pk != look.card.pk:
        return [_("card %(code)s has the same front") % {"code": other.code}]
    earlier = known.seen.get(front)
    if not look.card and earlier and earlier is not look:
        return [_("line %(line)d has the same front, with another answer") % {"line": earlier.line}]
    return []

"""What is right in the content files besides the cards: the head of a deck, a motive, a misconception."""

from collections.abc import Iterable, Iterator
from datetime import date

from cards.content.rules import CODE, Entry, badly_worded, is_known, said, too_long

DECK_ROOM = {"slug": 60, "title": 120, "description": 300}
DECK_OTHERS = ("position", "checked_on")
MOTIVE_ROOM = {"code": 30, "name": 80, "meaning": 300, "counter": 500, "source": 400}
EVIDENCE_ROOM = {"stalin_evidence": 400, "hitler_evidence": 400}
MISCONCEPTION_ROOM = {"code": 30, "wrong": 300, "fact": 400}


def deck_problems(deck: Entry) -> Iterator[str]:
    """Every breach in the head of a deck file."""
    yield from _fields(deck, [*DECK_ROOM, *DECK_OTHERS])
    yield from said(too_long(deck, DECK_ROOM))
    if not CODE.fullmatch(str(deck.get("slug", ""))):
        yield "the slug may have small letters, digits and single hyphens only"
    if type(deck.get("position")) is not int or deck["position"] < 0:
        yield "position is no whole number"
    if type(deck.get("checked_on")) is not date:
        yield "checked_on is no date"


def motive_problems(motive: Entry) -> Iterator[str]:
    """Every breach in one motive: it has evidence for at least one actor, and a counter-argument."""
    yield from _fields(motive, MOTIVE_ROOM, [*EVIDENCE_ROOM, "context"])
    yield from said(too_long(motive, MOTIVE_ROOM | EVIDENCE_ROOM))
    if not CODE.fullmatch(str(motive.get("code", ""))):
        yield "the code may have small letters, digits and single hyphens only"
    if not isinstance(motive.get("context", False), bool):
        yield "context is neither true nor false"
    if not motive.get("context") and not any(motive.get(name) for name in EVIDENCE_ROOM):
        yield "has no evidence"
    yield from said(badly_worded(" ".join(map(str, motive.values())), str(motive.get("source", ""))))


def misconception_problems(misconception: Entry) -> Iterator[str]:
    """Every breach in one misconception of the fact sheet."""
    yield from _fields(misconception, MISCONCEPTION_ROOM)
    yield from said(too_long(misconception, MISCONCEPTION_ROOM))
    if not is_known(str(misconception.get("code", ""))):
        yield "the code is no misconception of the fact sheet"
    yield from said(badly_worded(str(misconception.get("fact", ""))))


def _fields(entry: Entry, required: Iterable[str], optional: Iterable[str] = ()) -> Iterator[str]:
    if missing := [name for name in required if not entry.get(name)]:
        yield f"lacks {', '.join(missing)}"
    if unknown := set(entry) - {*required, *optional}:
        yield f"has fields that nobody knows: {', '.join(sorted(unknown))}"

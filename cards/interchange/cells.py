"""A card as named cells of text: a spreadsheet's columns, or the fields of an Anki note."""

from typing import Any

from cards.models import Card

COLUMNS = (
    *("code", "kind", "front", "back", "why"),
    *("actor", "motive", "source", "checked_on", "section", "level"),
    *("contested", "common_mistake", "misconception"),
    *("options", "answer", "points", "hint"),
    *("board", "marks", "rewarded", "link", "claims"),
)
NAMED_BY_CODE = ("motive", "misconception")


def cells_of(card: Card) -> dict[str, str]:
    """Every column: a motive by its code, a list one item a line, credit points as “claim: …”."""
    return {name: _cell(getattr(card, name)) for name in COLUMNS}


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(_line, value))
    return "" if value is None else str(getattr(value, "code", value))


def _line(item: Any) -> str:
    return f"{item['sort']}: {item['text']}" if isinstance(item, dict) else str(item)

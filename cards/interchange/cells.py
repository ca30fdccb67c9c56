"""A card as named cells of text: a spreadsheet's columns, or the fields of an Anki note."""

from cards.interchange.fields import written
from cards.models import Card

COLUMNS = (
    *("code", "kind", "front", "back", "why"),
    *("actor", "motive", "source", "checked_on", "section", "level"),
    *("contested", "common_mistake", "misconception"),
    *("options", "answer", "points", "hint"),
    *("board", "marks", "rewarded", "link", "claims"),
)
NAMED = ("motive", "misconception")  # by their codes


def cells_of(card: Card) -> dict[str, str]:
    """Every column, as it is read back."""
    return {
        name: _code(getattr(card, name)) if name in NAMED else written(name, getattr(card, name)) for name in COLUMNS
    }


def _code(named: object) -> str:
    return getattr(named, "code", "")

"""Cards as lines of text, out and in."""

import csv
import re
from collections.abc import Iterable
from io import StringIO

from cards.models import Card

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads curly quotes wrongly
COLUMNS = ("kind", "front", "back")
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_DEFUSED = re.compile("''*[=+\\-@\t\r\n＝＋－＠]")


def csv_of_cards(cards: Iterable[Card]) -> str:
    """A table with a header row, one card a row, that a spreadsheet opens as text."""
    table = StringIO()
    rows = csv.writer(table)
    rows.writerow(COLUMNS)
    rows.writerows([defuse(getattr(card, name)) for name in COLUMNS] for card in cards)
    return BYTE_ORDER_MARK + table.getvalue()


def defuse(text: str) -> str:
    """The text as a cell that no spreadsheet reckons with; `as_written` gives it back exactly."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_written(cell: str) -> str:
    return cell[1:] if _DEFUSED.match(cell) else cell

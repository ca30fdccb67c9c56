"""A deck as a table of all its columns, which a spreadsheet opens as text and an import reads back."""

import csv
from collections.abc import Iterable
from io import StringIO

from cards.interchange.cells import COLUMNS, cells_of
from cards.interchange.text import BYTE_ORDER_MARK, defuse
from cards.models import Card


def deck_csv(cards: Iterable[Card]) -> str:
    return BYTE_ORDER_MARK + _table(cards, ",")  # without the mark Excel reads curly quotes wrongly


def deck_tsv(cards: Iterable[Card]) -> str:
    return BYTE_ORDER_MARK + _table(cards, "\t")


def _table(cards: Iterable[Card], delimiter: str) -> str:
    table = StringIO()
    rows = csv.writer(table, delimiter=delimiter)
    rows.writerow(COLUMNS)
    rows.writerows([defuse(cells_of(card)[name]) for name in COLUMNS] for card in cards)
    return table.getvalue()

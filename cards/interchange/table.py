"""Any table as CSV that a spreadsheet opens as text."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from cards.interchange.text import BYTE_ORDER_MARK, defuse


def csv_of_rows(rows: Iterable[Sequence[Any]]) -> str:
    """Texts are defused, numbers stay numbers, None is an empty cell."""
    table = StringIO()
    csv.writer(table).writerows([defuse(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return BYTE_ORDER_MARK + table.getvalue()

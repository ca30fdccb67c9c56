"""A paste or a file as rows: which column is what, and each line's cells under the names of a card's fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Self

from django.utils.translation import gettext as _

from cards.interchange import fields
from cards.interchange.text import (
    SAMPLE,
    SAMPLE_ROWS,
    SEPARATORS,
    Record,
    UnreadableError,
    as_written,
    guess_separator,
    records,
)

MOST_ROWS = 5000
CHARACTERS_OF_A_LINE = 500  # that are shown of one that does not fit


@dataclass(frozen=True, slots=True)
class Row:
    """One card on its way in. `line` names it within its batch; `take` is what the teacher said, if anything."""

    line: int
    cells: Mapping[str, str]  # what is written, by field; empty cells are left out
    tags: tuple[str, ...] = ()  # words for the motive, to be matched with ours
    surplus: str = ""  # the line as written, if it has cells beyond the last column
    joined: bool = False  # cells beyond the last column have become part of it
    problem: str = ""  # told by what read it
    take: bool | None = None

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**{**kept, "tags": tuple(kept["tags"])})

    @property
    def json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def mended(self, cells: Mapping[str, str]) -> Self:
        """With other cells; what was too much has been looked at by then."""
        kept = {name: text for name, text in {**self.cells, **cells}.items() if text}
        return replace(self, cells=kept, surplus="", joined=False, problem="")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text is read: a guess at first, then what the teacher says."""

    separator: str = "tab"
    header: bool = False
    columns: list[str] = field(default_factory=list)  # the field of each, "" for one that is not used

    @property
    def joins_the_rest(self) -> bool:
        """A comma within the answer must not cost its second half."""
        return bool(self.columns) and self.columns[-1] == fields.BACK


def guess_reading(text: str) -> Reading:
    return with_header_guessed(text, guess_separator(text))


def with_header_guessed(text: str, separator: str) -> Reading:
    text = text[:SAMPLE]
    first = next(records(text, separator), Record(1, []))
    columns = fields.fields_of_header([cell.strip() for cell in first.cells])
    return Reading(separator, bool(columns), columns or _columns_in_order(text, separator))


def _columns_in_order(text: str, separator: str) -> list[str]:
    """Front and back; what further columns are about, only the teacher can say."""
    return [fields.FRONT, fields.BACK, *[""] * (_usual_width(text, separator) - 2)]


def _usual_width(text: str, separator: str) -> int:
    widths = [len(record.cells) for record in islice(records(text, separator), SAMPLE_ROWS)]
    return max(widths, key=widths.count, default=0)


def read_rows(text: str, reading: Reading) -> list[Row]:
    """Every line after the header; raises UnreadableError when there are too many, or none."""
    rows = [_row(record, reading) for record in _body(text, reading)]
    if not rows:
        raise UnreadableError(_("There is no row in it. Paste one card a line: the question, a tab, the answer."))
    return rows


def _body(text: str, reading: Reading) -> Iterable[Record]:
    lines = records(text, reading.separator)
    if reading.header:
        next(lines, None)
    for count, record in enumerate(lines):
        if count == MOST_ROWS:
            raise too_many()
        yield record


def too_many() -> UnreadableError:
    return UnreadableError(
        _("That is more than %(most)s cards. Import them in parts, or as several decks.") % {"most": f"{MOST_ROWS:,}"}
    )


def _row(record: Record, reading: Reading) -> Row:
    cells, beyond = record.cells, len(record.cells) - len(reading.columns)
    joined = beyond > 0 and reading.joins_the_rest
    if joined:
        last = len(reading.columns) - 1
        cells = [*cells[:last], SEPARATORS[reading.separator].join(cells[last:])]
    named = {
        name: text
        for name, cell in zip(reading.columns, cells, strict=False)
        if name and (text := as_written(cell.strip()).strip())
    }
    tag = named.pop(fields.MOTIVE, "")
    surplus = "" if joined else "".join(map(str.strip, cells[len(reading.columns) :]))
    line = SEPARATORS[reading.separator].join(cells)[:CHARACTERS_OF_A_LINE] if surplus else ""
    return Row(record.line, named, tags=(tag,) if tag else (), surplus=line, joined=joined)


def headings(text: str, reading: Reading) -> list[str]:
    """What stands over each column, or the first row's cells: by them a teacher knows which is which."""
    first = next(records(text, reading.separator), Record(1, []))
    width = max(len(reading.columns), min(len(first.cells), 50))
    return [*first.cells, *[""] * (width - len(first.cells))][:width]

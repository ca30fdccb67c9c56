"""Cards as lines of text, out and in."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cards.models import Card

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads curly quotes wrongly
COLUMNS = ("kind", "front", "back")
# In the order in which they are believed when two fit equally well: the rarer in prose first.
SEPARATORS = {"tab": "\t", "colons": "::", "bar": "|", "semicolon": ";", "comma": ","}
MOST_COLUMNS = 50
LONGEST_CELL = 20_000
SAMPLE, SAMPLE_ROWS = 65_536, 200  # characters and rows that a guess looks at
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_DEFUSED = re.compile("''*[=+\\-@\t\r\n＝＋－＠]")
_UNTYPABLE = re.compile("[\0\ud800-\udfff]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1f]")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*+\n)*+")
_SAID_BY_EXCEL = re.compile(r"sep=([\t|;,])\n")


_MANY_COLUMNS = gettext_lazy("Line %(line)d has more than %(most)d columns.")
_LONG_CELL = gettext_lazy("Line %(line)d has more than %(most)s characters in one cell; is a quote in it not closed?")


class UnreadableError(Exception):
    """What was handed in can’t be read; its text is a sentence for the teacher, `status` what the reply says."""

    def __init__(self, sentence: object, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


# --- out


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


# --- in


class Record(NamedTuple):
    """A line of a table, or several where a quoted cell goes on; `line` is the first, counted from 1."""

    line: int
    cells: list[str]


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 with or without its mark, UTF-16, or what Excel for Windows writes."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or not _CONTROL.search(text):
            return plain(text)
    raise UnreadableError(
        _("This file is no text that can be read. Save it as “CSV UTF-8”, or copy the cells and paste them."), 415
    )


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    start = data[:1000]
    if b"\0" not in start:
        return ("utf-8-sig", "cp1252")
    # UTF-16 without its mark: every other byte of Latin letters is nothing
    low, high = start[1::2].count(0), start[::2].count(0)
    if max(low, high) < len(start) / 3 or min(low, high):
        return ()
    return ("utf-16-le",) if low > high else ("utf-16-be",)


def plain(text: str) -> str:
    """With one kind of line end, and nothing in it that no database can hold."""
    if _UNTYPABLE.search(text):
        raise UnreadableError(_("There is a character in it that no card can hold. Copy the text anew."))
    return text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")


def typable(text: str) -> str:
    """Without what no database can hold."""
    return _UNTYPABLE.sub("", text)


def guess_separator(text: str) -> str:
    """The name of what stands between the columns of most lines; “tab” when nothing does."""
    if said := _SAID_BY_EXCEL.match(text):
        return next(name for name, sign in SEPARATORS.items() if sign == said[1])
    return max(SEPARATORS, key=lambda name: _fit(text[:SAMPLE], name))  # the first of those that fit equally well


def _fit(text: str, separator: str) -> float:
    """The share of records that have the usual number of cells, two at least."""
    try:
        widths = Counter(len(record.cells) for record in islice(records(text, separator), SAMPLE_ROWS))
    except UnreadableError:
        return 0
    return max((count for width, count in widths.items() if width > 1), default=0) / max(1, widths.total())


def records(text: str, separator: str) -> Iterator[Record]:
    """The lines that say something, cell by cell. A quote that is never closed is taken as written.

    Not csv.reader: one stray quote makes that swallow all that follows, and it can’t tell Quizlet’s quotes, which are
    part of the text, from a spreadsheet’s, which hold a cell together.
    """
    sign, cell = SEPARATORS[separator], _CELLS[separator]
    keeps_quotes = separator == "tab" and not _all_quoted(text)
    said = _SAID_BY_EXCEL.match(text)
    place, line = (said.end(), 2) if said else (0, 1)
    while True:
        start, place = place, _end_of_blank_lines(text, place)
        line += text.count("\n", start, place)
        if place == len(text):
            return
        start, cells = place, []
        while True:
            content, end = _cell_at(text, place, cell, keeps_quotes=keeps_quotes)
            if end - place > LONGEST_CELL:
                raise UnreadableError(_LONG_CELL % {"line": line, "most": f"{LONGEST_CELL:,}"})
            cells.append(content)
            place = end
            if not text.startswith(sign, place):
                break
            place += len(sign)
            if len(cells) == MOST_COLUMNS:
                raise UnreadableError(_MANY_COLUMNS % {"line": line, "most": MOST_COLUMNS})
        if any(map(str.strip, cells)):
            yield Record(line, cells)
        line += text.count("\n", start, place)


def _cell_pattern(sign: str) -> re.Pattern[str]:
    # Anki writes a blank as {{c1::time}}, which is one cell. No “*+” round a choice: before 3.11.5 it takes too much.
    bare = r"(?:\{\{[^{}\n]*+\}\}|[^:\n]|:(?!:))*" if sign == "::" else f"[^{sign}\n]*+"
    quoted = r'[^\S\n\t]*+"([^"]*+(?:""[^"]*+)*+)"[^\S\n\t]*+' + rf"(?={re.escape(sign)}|\n|\Z)"
    return re.compile(f"{quoted}|({bare})")


_CELLS = {name: _cell_pattern(sign) for name, sign in SEPARATORS.items()}


def _end_of_blank_lines(text: str, place: int) -> int:
    return _BLANK_LINES.match(text, place).end()  # type: ignore[union-attr] # it matches nothing at all, too


def _cell_at(text: str, place: int, cell: re.Pattern[str], *, keeps_quotes: bool) -> tuple[str, int]:
    """A cell without the quotes that hold it together, and where it ends."""
    found: re.Match[str] = cell.match(text, place, place + LONGEST_CELL + 1)  # type: ignore[assignment]
    if found[1] is None:
        return found[2], found.end()
    held = not keeps_quotes or not found[1] or re.search('["\n\t]', found[1])
    return found[1].replace('""', '"') if held else found[0], found.end()


def _all_quoted(text: str) -> bool:
    """Whether a program has put every cell in quotes; then they are no part of the text."""
    lines = [line for line in text[:SAMPLE].split("\n")[:20] if line.strip()]
    return all(line.startswith('"') and line.endswith('"') for line in lines)

"""Notes as Anki writes them into a text file: lines that say how to read it, then a table, often of HTML."""

import csv
import re
from io import StringIO

from cards.interchange.apkg.markup import plain
from cards.interchange.text import records

SEPARATOR = "comma"  # of what `as_table` gives back
_SAID = re.compile(r"#([a-z ]{1,30}):([^\n]*)\n")
_SEPARATORS = {"tab": "tab", "pipe": "bar", "semicolon": "semicolon", "comma": "comma"}
_NO_TEXT = ("guid column", "notetype column", "deck column")


def as_table(text: str) -> str:
    """The notes as a table of text with our marks, every cell in quotes; nothing when it is no such file."""
    said, place = {}, 0
    while line := _SAID.match(text, place):
        said[line[1]], place = line[2].strip(), line.end()
    if "html" not in said:
        return ""
    separator = _SEPARATORS.get(said.get("separator", "tab").casefold(), "tab")
    left_out = {said[name] for name in _NO_TEXT if name in said}
    read = plain if said["html"] == "true" else str
    table = StringIO()
    rows = csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for record in records(text[place:], separator):
        rows.writerow([read(cell) for number, cell in enumerate(record.cells, 1) if str(number) not in left_out])
    return table.getvalue()

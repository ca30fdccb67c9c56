"""A paste or a file as rows: whatever a teacher copies from, each line becomes its cells."""

import csv
from io import StringIO
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.interchange.rows import Reading, guess_reading, headings, read_rows
from cards.interchange.text import (
    UnreadableError,
    as_written,
    csv_of_cards,
    decoded,
    defuse,
    guess_separator,
    plain,
    records,
)
from cards.models import Card

FRONT, BACK = "Why did Stalin sign, and not Litvinov?", "To win time; he “feared” war"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))
TRICKY = TEXTS | st.text("'=+-@\t\n＝＋－＠\",;|:x ", max_size=6)


def rows_of(text):
    """The cells of each row, as guessed."""
    text = plain(text)
    return [dict(row.cells) for row in read_rows(text, guess_reading(text))]


def cells_of(text, separator=None):
    return [record.cells for record in records(text, separator or guess_separator(text))]


def said_of(data):
    """The end of the sentence with which it is refused, if it is."""
    try:
        rows_of(data if isinstance(data, str) else decoded(data))
    except UnreadableError as error:
        return str(error)[-1]


# formats

SAME = [{"front": "Who signed?", "back": "Ribbentrop, Molotov"}, {"front": "When?", "back": "23 August 1939"}]
FORMATS = {
    "Quizlet's export": "Who signed?\tRibbentrop, Molotov\nWhen?\t23 August 1939\n",
    "cells of a spreadsheet": "Who signed?\tRibbentrop, Molotov\r\nWhen?\t23 August 1939",
    "TSV with a header": "Term\tDefinition\nWho signed?\tRibbentrop, Molotov\nWhen?\t23 August 1939\n",
    "CSV": 'Who signed?,"Ribbentrop, Molotov"\nWhen?,23 August 1939\n',
    "CSV, all in quotes": '"Front","Back"\n"Who signed?","Ribbentrop, Molotov"\n"When?","23 August 1939"\n',
    "CSV with semicolons": "question;answer\nWho signed?;Ribbentrop, Molotov\nWhen?;23 August 1939\n",
    "CSV that names its separator": "sep=;\nWho signed?;Ribbentrop, Molotov\nWhen?;23 August 1939\n",
    "columns the other way round": 'back,FRONT\n"Ribbentrop, Molotov",Who signed?\n23 August 1939,When?\n',
    "bars": "Who signed?|Ribbentrop, Molotov\nWhen? | 23 August 1939\n",
    "double colons": "Who signed? :: Ribbentrop, Molotov\nWhen?::23 August 1939",
    "blank lines": "\n\n Who signed?\tRibbentrop, Molotov \n \t \n\nWhen?\t23 August 1939\n\n",
    "old Mac line ends": "Who signed?\tRibbentrop, Molotov\rWhen?\t23 August 1939\r",
    "all in quotes, with tabs": '"Who signed?"\t"Ribbentrop, Molotov"\n"When?"\t"23 August 1939"',
}


@pytest.mark.parametrize("text", FORMATS.values(), ids=FORMATS)
def test_format_is_guessed(text):
    assert rows_of(text) == SAME


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encoding_is_told(encoding):
    text = f"{FRONT}\t{BACK}\n"
    assert decoded(text.encode(encoding)) == text


HEADERS = {
    "term\tdefinition": ["front", "back"],
    "Question\tAnswer\tSource": ["front", "back", "source"],
    "Front\tBack\tMotive\tActor\tWhy\tKind\tCode": ["front", "back", "motive", "actor", "why", "kind", "code"],
    "Code\tFront\tNotes\tBack\tid": ["code", "front", "", "back", ""],
    "front\tback\tanswer\toptions": ["front", "back", "answer", "options"],
    "Frage\tAntwort\tQuelle": ["front", "back", "source"],
    "term\tterm\tdefinition": ["front", "", "back"],
}


@pytest.mark.parametrize(("header", "columns"), HEADERS.items(), ids=HEADERS)
def test_header_names_the_columns(header, columns):
    assert guess_reading(f"{header}\na\tb\n") == Reading("tab", True, columns)


@pytest.mark.parametrize("line", ["Who?\tStalin", "source\tcode", "front\tx"])
def test_first_row_that_is_no_header_is_a_row(line):
    assert guess_reading(line) == Reading("tab", False, ["front", "back"])


def test_further_columns_without_a_name_are_not_used():
    reading = guess_reading("a\tb\tc\nd\te\tf\n")
    assert (reading.columns, headings("a\tb\tc\n", reading)) == (["front", "back", ""], ["a", "b", "c"])


# quotes and line breaks


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,"b, c"', ["a", "b, c"]),
        ('a,"one\ntwo"', ["a", "one\ntwo"]),
        ('a,"he said ""no"""', ["a", 'he said "no"']),
        ('a, "b" ', ["a", "b"]),
        ('a,"never closed', ["a", '"never closed']),
        ('a,b "c" d', ["a", 'b "c" d']),
        ('a,""', ["a", ""]),
    ],
)
def test_quotes_of_a_table_hold_a_cell_together(text, cells):
    assert cells_of(text, "comma") == [cells]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"Peace in our time"\tChamberlain', ['"Peace in our time"', "Chamberlain"]),
        ('a\t"one\ntwo"', ["a", "one\ntwo"]),
        ('a\t"he said ""no"""', ["a", 'he said "no"']),
    ],
)
def test_quotes_of_a_paste_are_text_unless_they_hold_a_cell_together(text, cells):
    assert cells_of(text, "tab") == [cells]


def test_quote_that_is_never_closed_spoils_one_row_only():
    assert cells_of('"a,b\nc,d\ne,f', "comma") == [['"a', "b"], ["c", "d"], ["e", "f"]]


def test_rows_carry_the_number_of_their_line():
    text = 'front,back\n\na,"one\ntwo"\nb,c\n'
    assert [row.line for row in read_rows(text, guess_reading(text))] == [3, 5]


def test_separator_within_the_answer_costs_nothing():
    text = "Who?,Stalin\nWhere?,Moscow\nWhy?,Time, land, and fear\n"
    rows = read_rows(text, guess_reading(text))
    assert (rows[2].cells["back"], rows[2].joined, rows[1].joined) == ("Time, land, and fear", True, False)


def test_too_many_cells_of_a_table_are_told():
    text = "front,back,source\na,b,c\nd,e,f,g,\n"
    assert [row.surplus for row in read_rows(text, guess_reading(text))] == ["", "d,e,f,g,"]


# round trip


@given(st.lists(st.tuples(TRICKY, TRICKY), max_size=4))
def test_exported_table_comes_back(texts):
    text = plain(csv_of_cards([Card(front=front, back=back) for front, back in texts]))
    cells = [tuple(map(as_written, record.cells[1:])) for record in records(text, "comma")]
    assert cells[1:] == texts


@given(st.lists(st.tuples(TRICKY, TRICKY, TRICKY), min_size=1, max_size=4))
def test_any_table_with_tabs_comes_back(rows):
    table = StringIO()
    csv.writer(table, "excel-tab").writerows([("x", *map(defuse, row)) for row in rows])
    cells = [tuple(map(as_written, record.cells)) for record in records(plain(table.getvalue()), "tab")]
    assert cells == [("x", *row) for row in rows]


# what is refused

BINARY = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF-1.7\n%\x81\x8d\x01", b"\xff\xd8\xff\xe0\0\x10JFIF", b"\xff\xfe\0\0a"]


@pytest.mark.parametrize("data", BINARY)
def test_file_that_is_no_text_is_refused(data):
    with pytest.raises(UnreadableError):
        decoded(data)


@pytest.mark.parametrize("text", ["a\0\tb", "a\ud800\tb"])
def test_what_no_database_holds_is_refused(text):
    with pytest.raises(UnreadableError):
        plain(text)


@pytest.mark.parametrize("text", ["", "\n \n\t\n", "front,back\n"])
def test_nothing_is_refused_with_a_sentence(text):
    with pytest.raises(UnreadableError, match="no row"):
        rows_of(text)


def test_more_than_five_thousand_rows_are_refused():
    assert len(rows_of("a\tb\n" * 5000)) == 5000
    with pytest.raises(UnreadableError, match="5,000"):
        rows_of("a\tb\n" * 5001)


def test_more_than_fifty_columns_are_refused():
    with pytest.raises(UnreadableError, match="Line 2"):
        list(records("a,b\n" + "a," * 50, "comma"))


@pytest.mark.parametrize("text", ["a," + "b" * 20_001, '"' + "b" * 20_001 + '",a'])
def test_cell_without_end_is_refused(text):
    with pytest.raises(UnreadableError, match=r"Line 1 .* is a quote in it not closed"):
        list(records(text, "comma"))


HOSTILE = {
    "line ends": "\n" * 10**7,
    "spaces": " " * 10**7,
    "separators": "," * 10**7,
    "colons": ":" * 10**7,
    "quotes": '"' * 10**7,
    "opened quotes": ',"' * 5 * 10**6,
    "quotes never closed": '"' + '""b,' * 25 * 10**5,
    "short rows": "a\n" * 5 * 10**6,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_ten_hostile_megabytes_are_read_or_refused_at_once(text):
    started = thread_time()
    assert said_of(text) in (None, ".", "?")
    assert thread_time() - started < 2


@given(st.binary(max_size=200) | st.text(max_size=50).map(lambda text: text.encode("utf-16", "surrogatepass")))
def test_any_bytes_become_rows_or_a_sentence(data):
    assert said_of(data) in (None, ".", "?")

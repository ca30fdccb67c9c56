"""Cards as lines of text: what is written out is read back exactly, and no spreadsheet reckons with it."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.interchange.text import as_written, csv_of_cards, defuse
from cards.models import Card

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
TRICKY = TEXTS | st.text("'=+-@\t\r\n＝＋－＠\",x", max_size=6)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r", "\n=1", "'=1", "''=1", "＝1"])
def test_formula_is_defused(cell):
    assert defuse(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "1939", "'tis", "“=”", "’=1"])
def test_other_text_is_left_alone(cell):
    assert defuse(cell) == cell


@given(TRICKY)
def test_defused_text_comes_back(text):
    assert as_written(defuse(text)) == text


@given(TRICKY)
def test_no_cell_begins_like_a_formula(text):
    assert defuse(text)[:1] not in tuple("=+-@\t\r\n＝＋－＠")


@given(st.lists(st.tuples(TRICKY, TRICKY), max_size=4))
def test_table_comes_back(texts):
    cards = [Card(front=front, back=back) for front, back in texts]
    table = csv.reader(StringIO(csv_of_cards(cards).removeprefix("\ufeff"), newline=""))
    assert [tuple(map(as_written, row[1:])) for row in table][1:] == texts

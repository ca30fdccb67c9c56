"""A deck as an Anki package: read back it is the same deck, in Anki it is the same notes again."""

import tempfile
from datetime import timedelta
from io import BytesIO
from sqlite3 import connect
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.interchange.apkg import read_package, write_package
from cards.interchange.cells import COLUMNS, cells_of
from cards.models import Card, Deck, Misconception, Motive
from tests.conftest import NOON

LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("<>&;{}:'\"=[]"), max_size=20
)
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1f") | st.sampled_from("<>&;{}:\r\n *_[]()\\-")
)
TEXT |= st.lists(st.sampled_from(["**", "*", "a", " ", "\n", "\n- ", "[", "](https://a.org)", "\\", "<"])).map("".join)
WORDS = LINE.map(str.strip).filter(bool)
POINTS = st.builds(
    lambda sort, text: {"sort": sort, "text": text}, st.sampled_from(["claim", "evidence", "link"]), WORDS
)
BLANK = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(":<&"), min_size=1).filter(
    lambda text: "}" not in text and "{" not in text
)
SENTENCE = st.builds(
    "{0}{{{{{1}}}}}{2}".format, *[LINE.filter(lambda text: not set(text) & set("{}"))] * 1, BLANK, LINE
)
FRONT = {"cloze": SENTENCE.filter(lambda front: front.count("}}") == front.count("{{") == 1)}


@st.composite
def cards(draw):
    """A card of any kind with something in every field."""
    kind = draw(st.sampled_from(Card.Kind.values))
    texts = {name: draw(TEXT) for name in ("back", "why", "source", "contested", "common_mistake", "hint", "answer")}
    return Card(
        code=draw(st.from_regex(r"[a-z0-9]{1,20}(-[a-z0-9]{1,9}){0,3}", fullmatch=True)),
        kind=kind,
        front=draw(FRONT.get(kind, TEXT)),
        **texts,
        actor=draw(st.sampled_from(["", *Card.Actor.values])),
        motive=draw(st.sampled_from([None, Motive(code="time")])),
        misconception=draw(st.sampled_from([None, Misconception(code="m1")])),
        options=draw(st.lists(WORDS, max_size=4)),
        points=draw(st.lists(POINTS, max_size=4)),
        claims=draw(st.lists(WORDS, max_size=3)),
        checked_on=draw(st.none() | st.dates()),
        marks=draw(st.none() | st.integers(1, 99)),
    )


def package(*cards, slug="stalin", now=NOON):
    return write_package(Deck(title="Stalin’s motives", slug=slug), cards, now=now)


def said(card):
    return {name: text for name, text in cells_of(card).items() if text and name != "motive"}


@settings(max_examples=40, deadline=None)
@given(st.lists(cards(), max_size=3, min_size=1, unique_by=lambda card: card.code))
def test_deck_comes_back_exactly(deck):
    rows = read_package(package(*deck)).rows
    assert [(row.cells, row.problem) for row in rows] == [(said(card), "") for card in deck]


@settings(max_examples=10, deadline=None)
@given(cards().filter(lambda card: card.motive))
def test_motive_comes_back_as_the_tag_to_be_matched(card):
    assert read_package(package(card)).rows[0].tags == ("time",)


def collection_of(data):
    """The tables of a package, as a connection."""
    with ZipFile(BytesIO(data)) as archive:
        database = connect(":memory:")
        database.deserialize(archive.read("collection.anki2"))
    return database


def notes_of(*args, **more):
    return collection_of(package(*args, **more)).execute("SELECT guid, mid, mod, tags, flds FROM notes").fetchall()


def test_note_is_known_by_the_code_and_newer_at_each_export():
    (first,), (second,) = (
        notes_of(Card(code="a-1", front="Q", back="A"), now=NOON + timedelta(days=day)) for day in (0, 1)
    )
    assert (first[:2] == second[:2], first[0], second[2] - first[2]) == (True, "a-1", 86_400)


def test_note_types_are_the_decks_own():
    ids = {notes_of(Card(code="a", front="Q"), slug=slug)[0][1] for slug in ("stalin", "hitler", "stalin")}
    assert len(ids) == 2


def test_anki_gets_tags_blanks_and_readable_text():
    card = Card(
        code="a", kind="cloze", front="He & she\nneeded {{time: now}}.", actor="stalin", motive=Motive(code="time")
    )
    ((_guid, _type, _mod, tags, fields),) = notes_of(card)
    assert tags == " motive::time actor::stalin "
    assert fields.split("\x1f")[0] == "He &amp; she<br>needed {{c1::time&#58; now}}."


def test_each_kind_becomes_one_card_in_anki():
    kinds = [Card(code=kind, kind=kind, front="{{Q}}", back="A", options=["A", "B"]) for kind in Card.Kind.values]
    assert collection_of(package(*kinds)).execute("SELECT count(*), count(DISTINCT nid) FROM cards").fetchone() == (
        4,
        4,
    )


def test_sentence_without_a_blank_is_kept_and_named_as_a_problem():
    row = read_package(package(Card(code="a", kind="cloze", front="No blank", back="A"))).rows[0]
    assert (row.cells["front"], "can’t be read" in row.problem) == ("No blank", True)


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    package(Card(code="a", front="Q", back="A"))
    assert list(tmp_path.iterdir()) == []


def test_every_column_is_a_field_of_a_card():
    assert [name for name in COLUMNS if name not in {field.name for field in Card._meta.fields}] == []


@pytest.mark.parametrize("name", ["Back", "Why it matters", "Credit points", "Options"])
def test_fields_have_readable_names(name):
    assert name in collection_of(package(Card(code="a", front="Q"))).execute("SELECT models FROM col").fetchone()[0]

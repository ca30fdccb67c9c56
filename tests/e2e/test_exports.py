"""The sheets of a deck and the page that leads to them: for everybody's eyes, on every screen, and on A4."""

import re

import pytest

from tests.e2e.axe import violations
from tests.e2e.conftest import log_in
from tests.e2e.test_print import at_each, paper
from tests.factories import CardFactory, DeckTeacherFactory

pytestmark = pytest.mark.browser
SHEETS = ["print/fold", "print/list", "print/blank"]
LONG = "Stalin feared that the capitalist states would combine against the USSR. "
POINTS = [{"sort": sort, "text": LONG} for sort in ("claim", "evidence", "evidence", "link")]


@pytest.fixture
def deck(db):
    """Every kind of card, one of them with all the text that a card is meant to hold."""
    deck = DeckTeacherFactory().deck
    CardFactory(deck=deck, kind="cloze", front="He needed {{time}} first.")
    CardFactory(deck=deck, kind="choice", options=["Yes", "No", "Nobody knows"], answer="No")
    CardFactory(deck=deck, kind="explain", front=LONG * 2, back=LONG * 2, points=POINTS, marks=8)
    CardFactory.create_batch(13, deck=deck)
    return deck


@pytest.fixture
def desk_page(page, deck, live_server):
    log_in(page.context, deck.teachers.get(), live_server)
    return page


def addresses(deck, sheets):
    return [f"/admin/cards/deck/{deck.pk}/{sheet}/" for sheet in sheets]


def test_pages_are_accessible(desk_page, deck):
    pages = addresses(deck, ["export", *SHEETS])
    assert at_each(desk_page, violations, pages) == {address: [] for address in pages}


def test_pages_do_not_scroll_sideways_on_a_phone(desk_page, deck):
    desk_page.set_viewport_size({"width": 320, "height": 640})
    pages = addresses(deck, ["export", *SHEETS])
    overflow = at_each(
        desk_page, lambda page: page.evaluate("document.documentElement.scrollWidth - innerWidth"), pages
    )
    assert overflow == dict.fromkeys(pages, 0)


def test_paper_is_black_on_white_without_furniture(desk_page, deck):
    pages = addresses(deck, SHEETS)
    clean = (["rgb(255, 255, 255)", "rgb(0, 0, 0)"], [True, True])
    assert at_each(desk_page, paper, pages) == dict.fromkeys(pages, clean)


def test_sixteen_cards_fill_two_pages_to_fold(desk_page, deck):
    desk_page.goto(*addresses(deck, ["print/fold"]))
    assert len(re.findall(rb"/Type /Page\b", desk_page.pdf(prefer_css_page_size=True))) == 2


def test_files_are_downloaded_from_the_page(desk_page, deck):
    desk_page.goto(*addresses(deck, ["export"]))
    with desk_page.expect_download() as download:
        desk_page.get_by_role("button", name="Anki package").click()
    assert download.value.suggested_filename == f"{deck.slug}.apkg"

"""The page cards in a browser: results as she types, an address that keeps them, and the same without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from cards import browse
from tests.e2e.conftest import with_and_without_script, without_script
from tests.factories import CardFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def cards_page(student_page, deck):
    """The cards page, with four cards, one of them about Poland."""
    CardFactory(deck=deck, front="What did Stalin want of Poland?", actor="poland")
    student_page.goto("/cards/")
    return student_page


def expect_found(page, count):
    expect(page.locator("#count")).to_have_text(count)
    expect(page.locator("#found details")).to_have_count(int(count.split()[0]))


def words(page):
    return page.get_by_label("Words in question, answer or reason")


def test_results_and_address_follow_as_she_types(cards_page, base_url):
    words(cards_page).press_sequentially("poland")
    expect_found(cards_page, "1 card")
    cards_page.wait_for_url(base_url + "/cards/?words=poland")
    expect(words(cards_page)).to_be_focused()
    cards_page.reload()
    expect_found(cards_page, "1 card")
    expect(words(cards_page)).to_have_value("poland")


def test_going_back_brings_back_results_and_form(cards_page, base_url):
    cards_page.get_by_label("Actor").select_option("poland")
    expect_found(cards_page, "1 card")
    cards_page.get_by_label("suspended").check()
    expect_found(cards_page, "0 cards")
    cards_page.go_back()
    expect_found(cards_page, "1 card")
    expect(cards_page.get_by_label("suspended")).not_to_be_checked()
    words(cards_page).fill("xyz")
    expect_found(cards_page, "0 cards")
    cards_page.wait_for_url(base_url + "/cards/?words=xyz&actor=poland")


@with_and_without_script
def test_form_and_rows_work_with_and_without_script(cards_page, script):
    words(cards_page).fill("poland")
    words(cards_page).press("Enter")
    expect_found(cards_page, "1 card")
    cards_page.locator("#found summary").click()
    expect(cards_page.locator("#found .back")).to_be_visible()
    cards_page.get_by_role("link", name="Show all cards").click()
    expect_found(cards_page, "4 cards")


@without_script
def test_pages_are_plain_links(cards_page, monkeypatch):
    monkeypatch.setattr(browse, "PAGE_SIZE", 3)
    cards_page.reload()
    cards_page.get_by_role("link", name="More cards").click()
    expect(cards_page.locator("#found summary")).to_have_text(re.compile("What did Stalin want of Poland?"))
    cards_page.get_by_role("link", name="Earlier cards").click()
    expect(cards_page.locator("#found details")).to_have_count(3)


def test_search_that_fails_says_so_and_recovers(cards_page):
    cards_page.route("**/cards/?*", lambda route: route.fulfill(status=503, body="busy"), times=1)
    words(cards_page).fill("poland")
    expect(cards_page.get_by_role("alert")).to_have_text("The search did not come through. Try again.")
    cards_page.get_by_role("button", name="Search").click()
    expect_found(cards_page, "1 card")
    expect(cards_page.get_by_role("alert")).to_have_count(0)

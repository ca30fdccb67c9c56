"""Writing, changing and deleting cards of her own, with and without JavaScript, on every screen."""

import pytest
from playwright.sync_api import expect

from cards.models import Card
from tests.conftest import write_card
from tests.e2e.axe import violations
from tests.e2e.conftest import with_and_without_script

pytestmark = pytest.mark.browser
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän"


@pytest.fixture
def places(student_page, student):
    """Brings the page to one place of her own cards after another, and names each."""
    return visit(student_page, student)


def visit(page, student):
    page.goto("/own/")
    yield "no cards"
    card = write_card(student, front=LONG_WORD, back=LONG_WORD)
    for _ in range(50):
        write_card(student, kind="cloze", front=f"{LONG_WORD} {{{{time}}}}", back="time")
    page.goto("/own/?page=2")
    yield "list"
    page.goto("/own/new/")
    yield "new"
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errorlist")).to_have_count(2)
    yield "new with errors"
    page.goto(f"/own/{card.pk}/")
    yield "change"
    page.goto(f"/own/{card.pk}/delete/")
    yield "delete"
    page.goto("/")
    yield "home"
    page.goto(f"/review/?card={card.pk}")
    page.get_by_text("Show answer").click()
    yield "review"


def test_every_place_is_accessible(student_page, places):
    found = {place: violations(student_page) for place in places}
    assert found == {place: [] for place in found}
    assert len(found) == 8


def test_no_place_scrolls_sideways_on_a_phone(student_page, places):
    student_page.set_viewport_size({"width": 320, "height": 640})
    found = {place: student_page.evaluate("document.documentElement.scrollWidth - innerWidth") for place in places}
    assert found == dict.fromkeys(found, 0)


@with_and_without_script
def test_card_is_written_changed_and_deleted(student_page, script):
    student_page.goto("/")
    student_page.get_by_role("link", name="My own cards").click()
    student_page.get_by_role("link", name="Write a card").click()
    student_page.get_by_label("Sentence with a blank").check()
    student_page.get_by_label("Front").fill("Stalin needed {{time}}.")
    student_page.get_by_role("button", name="Save", exact=True).click()
    expect(student_page.locator(".own")).to_contain_text("Stalin needed time.")
    student_page.get_by_role("link", name="Change").click()
    student_page.get_by_label("Front").fill("Hitler needed {{oil}}.")
    student_page.get_by_role("button", name="Save", exact=True).click()
    expect(student_page.locator(".own")).to_contain_text("Hitler needed oil.")
    student_page.get_by_role("link", name="Delete").click()
    student_page.get_by_role("button", name="Delete").click()
    expect(student_page.get_by_role("status")).to_have_text("Deleted.")
    assert Card.objects.filter(deck__owner__isnull=False).count() == 0


def test_card_is_written_by_keyboard_alone(student_page):
    student_page.goto("/own/new/")
    student_page.get_by_label("Question and answer").focus()
    for typed in ("Why?", "Time."):
        student_page.keyboard.press("Tab")
        student_page.keyboard.type(typed)
    student_page.keyboard.press("Tab")
    student_page.keyboard.press("Enter")
    student_page.wait_for_url("**/own/")
    assert list(Card.objects.filter(deck__owner__isnull=False).values_list("front", "back")) == [("Why?", "Time.")]


def test_file_is_downloaded(student_page, student):
    write_card(student)
    student_page.goto("/own/")
    with student_page.expect_download() as download:
        student_page.get_by_role("button", name="Download them").click()
    assert download.value.suggested_filename == "my-own-cards.csv"

"""Twenty rows with three bad ones: pasted, mended, imported and taken back, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.conftest import log_in, with_and_without_script
from tests.factories import CardFactory, DeckTeacherFactory

pytestmark = pytest.mark.browser
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän"
GOOD = [f"Question {number}?\tAnswer {number}." for number in range(1, 18)]
BAD = ["Who signed for the USSR?", "\tNobody asked this.", "x" * 1001 + "\tToo long."]
ROWS = "\n".join([*GOOD, *BAD])


@pytest.fixture
def deck(live_server, transactional_db):
    return DeckTeacherFactory().deck


@pytest.fixture
def desk(page, deck, live_server):
    """The first step, with the teacher of the deck logged in."""
    log_in(page.context, deck.teachers.get(), live_server)
    page.goto(f"/admin/cards/deck/{deck.pk}/import/")
    return page


def paste(page, text):
    page.get_by_label("Your cards").fill(text)
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_role("heading", name="Look at every row")).to_be_visible()


def line(page, number):
    return page.locator(f"#row-{number}")


def import_cards(page, count):
    expect(page.locator(".import-ticked").first).to_contain_text(f"{count} rows are ticked")
    page.get_by_role("button", name="Import the ticked rows").first.click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()


@with_and_without_script
def test_rows_are_pasted_mended_imported_and_taken_back(desk, deck, script):
    paste(desk, ROWS)
    expect(desk.locator("#totals")).to_contain_text("17 rows are new cards. 3 rows have a problem")
    line(desk, 18).get_by_label("Back").fill("Molotov")
    line(desk, 18).get_by_role("button", name="Save").click()
    expect(line(desk, 18)).to_contain_text("New")
    if script == "on":
        expect(line(desk, 18).get_by_label("Import line 18")).to_be_focused()
    expect(desk.locator("#totals")).to_contain_text("18 rows are new cards. 2 rows have a problem")
    import_cards(desk, 18)
    assert (deck.cards.count(), deck.cards.get(front="Who signed for the USSR?").back) == (18, "Molotov")
    expect(desk.locator("#content-main")).to_contain_text("2 rows were kept back.")
    desk.get_by_role("link", name="Undo this import").click()
    expect(desk.get_by_text("18 new cards are deleted.")).to_be_visible()
    desk.get_by_role("button", name="Undo this import").click()
    expect(desk.get_by_text("undone on")).to_be_visible()
    assert deck.cards.count() == 0


@with_and_without_script
def test_row_is_left_out_and_a_change_is_ticked(desk, deck, script):
    CardFactory(deck=deck, front="Question 2?", back="Old.", code="q-2")
    paste(desk, "\n".join(GOOD[:3]))
    expect(line(desk, 2)).to_contain_text("Changes card q-2")
    line(desk, 1).get_by_label("Import line 1").uncheck()
    line(desk, 2).get_by_label("Change the card of line 2").check()
    if script == "off":
        desk.get_by_role("button", name="Save this page").first.click()
    import_cards(desk, 2)
    assert sorted(deck.cards.values_list("back", flat=True)) == ["Answer 2.", "Answer 3."]


@with_and_without_script
def test_double_click_imports_once(desk, deck, script):
    paste(desk, ROWS)
    desk.get_by_role("button", name="Import the ticked rows").first.dblclick()
    expect(desk.get_by_role("heading", name="Imported")).to_be_visible()
    assert deck.cards.count() == 17


@with_and_without_script
def test_only_problems_and_later_rows_are_one_press_away(desk, script):
    paste(desk, "\n".join(f"Question {number}?\tAnswer." for number in range(1, 60)) + "\nNo answer?")
    desk.get_by_role("button", name="Later rows").click()
    expect(line(desk, 60)).to_contain_text("Problem")
    desk.get_by_role("button", name="only problems").click()
    expect(desk.locator(".import-row")).to_have_count(1)
    desk.get_by_role("button", name="all rows").click()
    expect(desk.locator(".import-row")).to_have_count(50)


def test_file_is_dropped_in(desk):
    desk.get_by_label("Or a file").set_input_files(
        {"name": "cards.csv", "mimeType": "text/csv", "buffer": "Wer?;Molotow\nWo?;„Moskau“".encode("cp1252")}
    )
    desk.get_by_role("button", name="Look at the rows").click()
    expect(line(desk, 2)).to_contain_text("„Moskau“")


@pytest.fixture
def places(desk, deck):
    """Brings the page to one place of an import after another, and names each."""
    return visit(desk, deck)


def visit(page, deck):
    CardFactory(deck=deck, front="Question 2?", back=LONG_WORD)
    yield "paste"
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.locator(".errorlist")).to_be_visible()
    yield "nothing pasted"
    header = "front\tback\ttags\tsource\n"
    paste(page, f"{header}{ROWS}\n{LONG_WORD}\t{LONG_WORD}\t{LONG_WORD}\t{LONG_WORD}")
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    yield "look"
    page.get_by_role("button", name="only changes").click()
    expect(page.locator(".import-row")).to_have_count(1)
    yield "changes"
    page.get_by_role("button", name="Import the ticked rows").first.click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    yield "done"
    page.get_by_role("link", name="Import more").click()
    expect(page.get_by_role("heading", name="Your imports so far")).to_be_visible()
    yield "past imports"


def test_every_place_is_accessible(desk, places):
    found = {place: violations(desk) for place in places}
    assert found == {place: [] for place in found}
    assert len(found) == 6


def test_no_place_scrolls_sideways_on_a_phone(desk, places):
    desk.set_viewport_size({"width": 320, "height": 640})
    found = {place: desk.evaluate("document.documentElement.scrollWidth - innerWidth") for place in places}
    assert found == dict.fromkeys(found, 0)


def test_policy_refuses_nothing(context, desk, places):
    heard = []
    desk.on("console", lambda message: heard.append(message.text))
    assert len(list(places)) == 6
    assert [text for text in heard if "400 (Bad Request)" not in text] == []

"""German pages in a browser: for everybody's eyes, on narrow screens, and never half German, online or offline."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.conftest import answer, write_card
from tests.e2e.axe import too_wide, violations
from tests.e2e.conftest import expect_settled, log_in
from tests.e2e.test_offline import KEPT_NOW, go_offline, settle, wait_until
from tests.factories import MotiveFactory

pytestmark = pytest.mark.browser

SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
ADDRESSES = ["/", "/review/", "/stats/?range=all", "/settings/", "/cards/", "/motives/", "/practice/", "/own/"]
ADDRESSES += ["/own/new/", "/motives/time/", "/print/cards/", "/print/exam-eve/", "/print/motives/", "/offline/de/"]

in_a_german_browser = pytest.mark.browser_context_args(locale="de-DE")


@pytest.fixture
def german(student):
    """The student has chosen German, all six buttons, and has something to see on every page."""
    student.language = "de"
    student.grade_buttons = 6
    student.save()
    return student


@pytest.fixture
def german_page(page, german, deck, live_server):
    answer(german, deck.cards.first(), 2, now=timezone.now())
    write_card(german)
    deck.cards.update(motive=MotiveFactory(code="time"))
    log_in(page.context, german, live_server)
    return page


def open_all(page):
    for summary in page.locator("main summary").all():
        if summary.is_visible():
            summary.click()


def test_german_pages_are_accessible(german_page):
    found = {}
    for address in ADDRESSES:
        german_page.goto(address)
        open_all(german_page)
        found[address] = (german_page.evaluate("document.documentElement.lang"), violations(german_page))
    assert found == dict.fromkeys(ADDRESSES, ("de", []))


def test_german_pages_do_not_scroll_sideways_on_a_phone(german_page):
    german_page.set_viewport_size({"width": 360, "height": 700})
    found = {}
    for address in ADDRESSES:
        german_page.goto(address)
        open_all(german_page)
        found[address] = too_wide(german_page, 360, 320)
    assert found == {place: {} for place in ADDRESSES}


@in_a_german_browser
def test_visitor_with_a_german_browser_reads_german(page, db, live_server):
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Warum unterschrieben Stalin und Hitler?")
    page.goto("/accounts/signup/")
    assert (page.evaluate(SIDEWAYS), violations(page)) == (0, [])


# without a connection, in a browser that speaks English


@pytest.fixture
def ready(page, german, deck, live_server):
    """The home page, after the device has kept the shell and today's cards."""
    log_in(page.context, german, live_server)
    page.goto("/")
    settle(page)
    return page


def expect_offline_in(page, language, *, sentence, button):
    """The page of the shell and the card in it speak one language."""
    go_offline(page)
    expect(page.locator("#left")).to_have_text(sentence)
    expect(page.locator("#review summary .show")).to_have_text(button)
    assert page.evaluate("document.documentElement.lang") == language
    page.context.set_offline(False)


def test_page_and_cards_without_a_connection_are_german(ready):
    expect_offline_in(ready, "de", sentence="Noch 3 Karten auf diesem Gerät", button="Antwort zeigen")


def test_page_and_cards_without_a_connection_follow_a_new_choice(ready):
    ready.goto("/settings/")
    ready.get_by_label("English").check()
    ready.get_by_role("button", name="Einstellungen speichern").click()
    expect(ready.get_by_text("Saved.")).to_be_visible()
    wait_until(ready, HAS_ONLY_ENGLISH)
    expect_offline_in(ready, "en-gb", sentence="3 cards left on this device", button="Show answer")


HAS_ONLY_ENGLISH = f"""async () => {{
  const [name, ...others] = await caches.keys();
  const [page] = await (await caches.open(name)).keys();
  const isPage = new URL(page.url).pathname === "/offline/en-gb/";
  const bundle = await pactcardsStore.bundle(Number(document.body.dataset.user));
  return isPage && !others.length && bundle.language === "en-gb" && await ({KEPT_NOW})();
}}"""


def test_answer_that_did_not_count_is_told_with_its_question_in_english(ready, german, deck):
    first = deck.cards.first()
    go_offline(ready)
    ready.get_by_text("Antwort zeigen").click()
    expect_settled(ready)
    ready.locator("form[data-grades] button").filter(has=ready.get_by_text("Gut", exact=True)).click()
    answer(german, first, 5, now=timezone.now())
    ready.context.set_offline(False)
    told = ready.locator("#waiting > section")
    expect(told).to_contain_text("Schon anderswo beantwortet, mit „Leicht“.")
    expect(told.locator('strong[lang="en-gb"]')).to_have_text(first.front)

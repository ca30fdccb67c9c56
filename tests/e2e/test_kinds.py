"""Cloze, choice and explain cards in a browser: by mouse, by keyboard, without JavaScript, and for everybody's eyes."""

from unittest.mock import DEFAULT, Mock

import pytest
from django.db import OperationalError
from playwright.sync_api import expect

from cards.models import Card, Misbelief, ReviewLog
from cards.review import answer_card
from tests.e2e.axe import violations
from tests.e2e.conftest import expect_done, grade_button, log_in, reveal
from tests.factories import CardFactory, MotiveFactory, PickedDeckFactory

pytestmark = pytest.mark.browser

POINTS = [
    {"sort": "claim", "text": "He feared to fight alone."},
    {"sort": "evidence", "text": "Poland was promised support on 31 March 1939."},
    {"sort": "link", "text": "So a deal with Hitler looked safer."},
]
KINDS = {
    "cloze": {"front": "Stalin needed {{time}} because of the purge.", "back": "Time"},
    "choice": {
        "options": ["Stalin", "Hitler", "Both"],
        "answer": "Stalin",
        "common_mistake": "Many think it was Hitler; in fact it was Stalin.",
    },
    "explain": {"points": POINTS, "hint": "Think of Poland."},
}


@pytest.fixture
def card(request, student):
    motive = MotiveFactory(code="time", name="Buying time", counter="Germany gained as much.")
    deck = PickedDeckFactory(user=student).deck
    return CardFactory(deck=deck, kind=request.param, motive=motive, **KINDS[request.param])


@pytest.fixture
def asked(page, student, card, live_server):
    log_in(page.context, student, live_server)
    page.goto("/review/")
    return page


def logged():
    return [(log.quality, log.detail) for log in ReviewLog.objects.standing()]


def of_kind(*kinds):
    return pytest.mark.parametrize("card", kinds, indirect=True)


@of_kind("cloze")
def test_cloze_fills_its_blank(asked):
    expect(asked.locator("#question")).to_have_text("Stalin needed (blank) because of the purge.")
    reveal(asked)
    expect(asked.locator("mark")).to_have_text("time")
    grade_button(asked, "Good").click()
    expect_done(asked)


@of_kind("choice")
def test_right_pick_by_keyboard_asks_only_how_sure(asked):
    asked.keyboard.press("1")
    expect(asked.locator(".verdict")).to_have_text("Right.")
    expect(asked.locator(".grades .name")).to_have_text(["Hard", "Good", "Easy"])
    expect(asked.locator("#answer")).to_be_focused()
    asked.keyboard.press("3")
    expect_done(asked)
    assert logged() == [(4, {"pick": 0})]


@of_kind("choice")
def test_wrong_pick_tells_the_mistake_and_goes_on(asked, card):
    asked.get_by_role("button", name="Both").click()
    expect(asked.locator(".mistake")).to_have_text(card.common_mistake)
    asked.get_by_label("I thought that too").check()
    asked.get_by_role("button", name="Continue").click()
    expect(asked.locator("#receipt")).to_contain_text("again today")
    assert logged() == [(1, {"pick": 2})]


@of_kind("cloze")
def test_mistake_is_told_after_a_fail_and_owned_by_keyboard(asked, card):
    Card.objects.update(common_mistake="Many think he had time; in fact he had none.")
    reveal(asked)
    grade_button(asked, "Again").click()
    expect(asked.locator("#mistake .mistake")).to_have_text("Many think he had time; in fact he had none.")
    asked.get_by_role("button", name="I thought that too").press("Enter")
    expect(asked.locator("#noted")).to_be_focused()
    assert Misbelief.objects.get().card == card


@of_kind("explain")
def test_ticks_propose_a_grade_that_may_be_overruled(asked):
    reveal(asked)
    for place in (0, 2):
        with asked.expect_response("**weigh=on*"):
            asked.locator("input[name=ticks]").nth(place).check()
    expect(asked.locator(".proposal")).to_have_text("Your ticks are worth: Hard. You decide.")
    grade_button(asked, "Good").click()
    expect_done(asked)
    assert logged() == [(4, {"ticks": [0, 2], "without_hint": False})]


@pytest.fixture
def browser_context_args(request, browser_context_args):
    return browser_context_args | {"java_script_enabled": "no_javascript" not in request.keywords}


@pytest.mark.no_javascript
@of_kind("cloze", "choice", "explain")
def test_each_kind_works_without_javascript(asked, card):
    if card.kind == "choice":
        asked.get_by_role("button", name="Stalin").click()
    else:
        reveal(asked)
    if card.kind == "explain":
        asked.locator("input[name=ticks]").first.check()
        asked.get_by_role("button", name="What are my ticks worth?").click()
        expect(asked.locator(".proposal")).to_have_text("Your ticks are worth: Again. You decide.")
    asked.locator(".grades button", has_text="Easy").click()
    expect_done(asked)
    assert logged()[0][0] == 5


@pytest.mark.no_javascript
@of_kind("choice")
def test_pick_is_sent_again_without_javascript_when_the_database_was_busy(asked, monkeypatch):
    busy = OperationalError("database is locked")
    monkeypatch.setattr("cards.views.review.answer_card", Mock(side_effect=[busy, DEFAULT], wraps=answer_card))
    asked.get_by_role("button", name="Both").click()
    asked.get_by_label("I thought that too").check()
    asked.get_by_role("button", name="Continue").click()
    asked.get_by_role("button", name="Try again").click()
    expect(asked.locator("#receipt")).to_contain_text("again today")
    assert (logged(), Misbelief.objects.count()) == ([(1, {"pick": 2})], 1)


@of_kind("cloze", "choice", "explain")
def test_each_kind_is_accessible_before_and_after_the_answer(asked, card):
    closed = violations(asked)
    if card.kind == "choice":
        asked.get_by_role("button", name="Hitler").click()
        expect(asked.locator(".verdict")).to_be_visible()
    else:
        reveal(asked)
    assert (closed, violations(asked)) == ([], [])


@of_kind("explain")
def test_pages_about_cards_are_accessible_and_narrow(asked, card):
    asked.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for place in ("/motives/", "/motives/time/", f"/cards/{card.pk}/", "/practice/", "/practice/?set=motive&of=time"):
        asked.goto(place)
        overflow = asked.evaluate("document.documentElement.scrollWidth - innerWidth")
        found[place] = (violations(asked), overflow)
    assert found == dict.fromkeys(found, ([], 0))

"""Logging out, and a computer that several students share: answers wait for their owner, cards for nobody else."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from cards.models import Card, ReviewLog
from tests.e2e.conftest import all_qualities, expect_card, grade, log_in, without_script
from tests.e2e.test_offline import CACHED, WAITING, answer_card, expect_waiting, go_offline, kept_rows, settle
from tests.factories import PickedDeckFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def ready(student_page):
    """The home page, after the device has kept the shell and today's cards."""
    student_page.goto("/")
    settle(student_page)
    return student_page


def log_out(page):
    page.get_by_role("button", name="Log out").click()


def keep_an_answer_unsent(page, deck):
    """One answer waits, and the server can't take it."""
    go_offline(page)
    answer_card(page, deck.cards.first())
    page.route("**/review/offline/answer/", lambda route: route.fulfill(status=503, body="busy"))
    for try_to_send in (lambda: page.context.set_offline(False), lambda: page.goto("/")):
        with page.expect_response("**/review/offline/answer/"):
            try_to_send()
    expect_waiting(page, 1)


def test_log_out_sends_first_what_waits(ready, deck):
    keep_an_answer_unsent(ready, deck)
    ready.unroute("**/review/offline/answer/")
    log_out(ready)
    expect(ready.get_by_role("main").get_by_role("link", name="Sign up")).to_be_visible()
    assert all_qualities() == [4]


def test_log_out_asks_when_it_cannot_send(ready, deck):
    keep_an_answer_unsent(ready, deck)
    log_out(ready)
    expect(ready.get_by_role("dialog")).to_contain_text("1 answer waits on this device to be sent.")
    ready.get_by_role("button", name="Stay logged in").click()
    ready.reload()
    expect_waiting(ready, 1)
    assert all_qualities() == []


def test_answers_left_at_log_out_are_sent_at_the_next_log_in(ready, student, deck, live_server):
    keep_an_answer_unsent(ready, deck)
    log_out(ready)
    ready.get_by_role("button", name="Log out all the same").click()
    expect(ready.get_by_role("main").get_by_role("link", name="Sign up")).to_be_visible()
    expect(ready.locator(WAITING)).to_be_hidden()
    ready.unroute("**/review/offline/answer/")
    log_in(ready.context, student, live_server)
    ready.goto("/")
    expect(ready.get_by_role("link", name="Review 2 cards")).to_be_visible()
    assert all_qualities() == [4]


def test_after_log_out_nothing_of_hers_is_left(ready, student, deck):
    log_out(ready)
    expect(ready.get_by_role("main").get_by_role("link", name="Sign up")).to_be_visible()
    ready.wait_for_load_state()  # the cache is empty: its scripts come anew
    assert [kept_rows(ready, store, student) for store in ("bundle", "waiting", "told")] == [None, [], []]
    go_offline(ready, "/review/")
    expect(ready.get_by_role("heading")).to_have_text("No connection")
    assert deck.cards.first().front not in ready.content()


@pytest.fixture
def other(db):
    return PickedDeckFactory(deck__cards=1).user


def test_other_student_on_the_same_browser_sees_and_sends_nothing(ready, student, other, deck, live_server):
    keep_an_answer_unsent(ready, deck)
    log_in(ready.context, other, live_server)
    ready.unroute("**/review/offline/answer/")  # what is tried again from here on comes in her name
    ready.goto("/")
    settle(ready)
    expect(ready.locator(WAITING)).to_be_hidden()
    go_offline(ready)
    expect(ready.locator("#question")).to_have_text(Card.objects.last().front)
    assert [card.front in ready.content() for card in deck.cards.all()] == [False] * 3
    assert (kept_rows(ready, "bundle", student), all_qualities()) == (None, [])


def test_answers_of_each_student_reach_their_own_log(ready, student, other, deck, live_server):
    keep_an_answer_unsent(ready, deck)
    ready.unroute("**/review/offline/answer/")
    for user in (other, student):
        log_in(ready.context, user, live_server)
        ready.goto("/")
        expect_waiting(ready, 0)
        settle(ready)
    expect(ready.get_by_role("link", name="Review 2 cards")).to_be_visible()
    assert list(ReviewLog.objects.values_list("user", flat=True)) == [student.pk]


def test_ended_log_in_shows_no_cards_without_a_connection(ready, deck):
    ready.context.clear_cookies(name="sessionid")
    ready.goto("/")
    go_offline(ready)
    expect(ready.get_by_role("heading")).to_have_text("No connection")


def test_closed_browser_ends_the_mark_of_a_log_in_that_is_not_remembered(student_page, live_server):
    [session] = [cookie for cookie in student_page.context.cookies() if cookie["name"] == "sessionid"]
    stored = SessionStore(session["value"])
    stored.set_expiry(0)
    stored.save()
    student_page.goto("/")
    settle(student_page)
    [mark] = [cookie for cookie in student_page.context.cookies() if cookie["name"] == "pactcards-whose"]
    assert mark["expires"] == -1


def test_worker_keeps_nobodys_card(ready, student, deck):
    ready.goto("/review/")
    grade(ready, "Good")
    expect_card(ready, deck.cards.all()[1])
    ready.goto("/motives/")
    cached = ready.evaluate(CACHED)
    assert len(cached) == 8
    texts = [text for card in deck.cards.all() for text in (card.front, card.back, student.username)]
    assert [path for path, body in cached.items() if any(text in body for text in texts)] == []


@without_script
def test_nothing_is_kept_without_javascript(student_page):
    student_page.goto("/review/")
    assert [cookie["name"] for cookie in student_page.context.cookies() if "pactcards" in cookie["name"]] == []

"""Exactly once: double clicks, tabs, the back button, bad connections and ended sessions invent and lose nothing."""

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from playwright.sync_api import expect

from cards.models import ReviewLog
from cards.review import answer_card
from tests.e2e.conftest import (
    ANSWER_URL,
    PASSWORD,
    UNDO_URL,
    all_qualities,
    answer_elsewhere,
    expect_card,
    expect_receipt,
    grade,
    grade_button,
    hold_back,
    let_go,
    lose_one_reply,
    refuse_once,
    reveal,
    standing_qualities,
    undo,
    with_and_without_script,
    without_script,
)

pytestmark = pytest.mark.browser

A_SECOND = 1000  # milliseconds; then an answer that could not be saved is sent again
NOT_SAVED = "Not saved. Try again."
OFFLINE = "Not saved: no connection. It is sent again as soon as you are back."


def slow_double_click(page, button, then_on):
    """Click twice, the second time on what the answer to the first click has put under the pointer."""
    with page.expect_response("**/review/*/"):
        button.click()
    expect(page.locator("#question")).to_be_focused()
    box = page.locator(then_on).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)


@with_and_without_script
def test_double_click_on_a_grade_counts_once(review, deck, script):
    reveal(review)
    grade_button(review, "Good").dblclick()
    expect_card(review, deck.cards.all()[1])
    expect_receipt(review, "Good: back tomorrow (1 day).")
    assert all_qualities() == [4]


@pytest.fixture
def clocked_review(student_page):
    """The review page with a clock that a test can move on."""
    student_page.clock.install()
    student_page.goto("/review/")
    return student_page


def test_double_click_on_show_answer_leaves_it_open(clocked_review):
    clocked_review.clock.fast_forward(A_SECOND)  # she has read the question
    clocked_review.get_by_text("Show answer").dblclick()
    expect(clocked_review.locator("#reveal")).to_have_attribute("open", "")


@pytest.mark.parametrize("then_on", ["#reveal summary", "#undo button"])
def test_slow_double_click_on_a_grade_does_not_reach_the_next_card(review, deck, then_on):
    reveal(review)
    slow_double_click(review, grade_button(review, "Good"), then_on)
    expect_card(review, deck.cards.all()[1])
    with review.expect_response(ANSWER_URL):
        grade(review, "Easy")
    assert standing_qualities() == [4, 5]


def test_slow_double_click_on_undo_takes_back_one_answer(review, deck):
    for card in deck.cards.all()[:2]:
        expect_card(review, card)
        grade(review, "Good")
    expect_card(review, deck.cards.all()[2])
    slow_double_click(review, review.locator("#undo button"), "#undo button")
    expect_card(review, deck.cards.all()[1])
    with review.expect_response(ANSWER_URL):
        grade(review, "Easy")
    assert standing_qualities() == [4, 5]


def test_clicks_on_two_grades_while_the_first_is_on_its_way(review, deck):
    waiting = hold_back(review, ANSWER_URL)
    reveal(review)
    grade_button(review, "Good").click()
    grade_button(review, "Easy").click()
    let_go(review, ANSWER_URL, waiting)
    expect_card(review, deck.cards.all()[1])
    assert (len(waiting), all_qualities()) == (1, [4])


@with_and_without_script
def test_second_tab_shows_the_conflict_and_the_true_next_card(review, deck, script):
    second = review.context.new_page()
    second.goto("/review/")
    grade(review, "Good")
    expect_card(review, deck.cards.all()[1])
    grade(second, "Again")
    expect(second.get_by_role("alert").first).to_have_text(
        "Already answered as Good in another tab or on another device."
    )
    expect_card(second, deck.cards.all()[1])
    expect_receipt(second, "Good: back tomorrow (1 day).")
    assert all_qualities() == [4]


def test_undo_of_an_older_answer_in_a_second_tab_is_refused(review, student, deck):
    _, second, third = deck.cards.all()
    grade(review, "Good")
    expect_card(review, second)
    answer_elsewhere(student, second, 5)
    undo(review)
    expect(review.locator("#review [role=alert]")).to_have_text("Only your newest answer of today can be taken back.")
    expect_card(review, third)
    expect_receipt(review, "Easy: back tomorrow (1 day).")
    assert standing_qualities() == [4, 5]


@with_and_without_script
def test_back_button_shows_the_true_card_and_counts_nothing_twice(student_page, deck, script):
    student_page.goto("/")
    student_page.get_by_role("link", name="Review 3 cards").click()
    grade(student_page, "Good")
    expect_receipt(student_page, "Good: back tomorrow (1 day).")
    student_page.get_by_role("link", name="Today").click()
    expect(student_page.get_by_role("heading", name="Your decks")).to_be_attached()
    student_page.go_back()
    expect_card(student_page, deck.cards.all()[1])
    grade(student_page, "Easy")
    expect_receipt(student_page, "Easy: back tomorrow (1 day).")
    assert all_qualities() == [4, 5]


@without_script
def test_back_to_an_answered_card_that_the_browser_kept(review, deck):
    form = review.locator("form[data-grades]")
    fields = form.evaluate("form => Object.fromEntries(new FormData(form))")
    grade(review, "Good")
    expect_card(review, deck.cards.all()[1])
    reply = review.request.post("/review/answer/", form={**fields, "quality": "2"})
    assert (reply.status, all_qualities()) == (409, [4])


def attempt_on_page(page):
    return page.locator("form[data-grades] [name=attempt]").get_attribute("value")


def logged_attempts():
    return [str(attempt) for attempt in ReviewLog.objects.values_list("attempt", flat=True)]


def test_answer_given_offline_is_sent_when_back_online(review, deck):
    attempt = attempt_on_page(review)
    review.context.set_offline(True)
    grade(review, "Good")
    expect(review.locator("#unsaved p")).to_have_text(OFFLINE)
    expect(review.locator("#question")).to_have_text(deck.cards.first().front)
    assert all_qualities() == []
    review.context.set_offline(False)
    expect_card(review, deck.cards.all()[1])
    expect(review.locator("#unsaved")).to_be_hidden()
    assert (logged_attempts(), all_qualities()) == ([attempt], [4])


def test_undo_given_offline_is_sent_when_back_online(review, deck):
    grade(review, "Good")
    expect_card(review, deck.cards.all()[1])
    review.context.set_offline(True)
    undo(review)
    expect(review.locator("#unsaved p")).to_have_text(OFFLINE)
    review.context.set_offline(False)
    expect_card(review, deck.cards.first())
    assert standing_qualities() == []


@pytest.mark.parametrize("status", [503, 429])
def test_refused_answer_is_sent_again_by_itself(clocked_review, deck, status):
    attempt = attempt_on_page(clocked_review)
    refuse_once(clocked_review, ANSWER_URL, status)
    grade(clocked_review, "Good")
    expect(clocked_review.locator("#unsaved p")).to_have_text(NOT_SAVED)
    clocked_review.clock.fast_forward(A_SECOND)
    expect_card(clocked_review, deck.cards.all()[1])
    expect(clocked_review.locator("#unsaved")).to_be_hidden()
    assert (logged_attempts(), all_qualities()) == ([attempt], [4])


def test_refused_answer_is_sent_again_by_the_button(review, deck):
    attempt = attempt_on_page(review)
    refuse_once(review, ANSWER_URL, 503)
    grade(review, "Good")
    review.get_by_role("button", name="Try again").click()
    expect_card(review, deck.cards.all()[1])
    assert (logged_attempts(), all_qualities()) == ([attempt], [4])


def test_answer_whose_reply_was_lost_counts_once(clocked_review, deck):
    lose_one_reply(clocked_review, ANSWER_URL)
    grade(clocked_review, "Good")
    expect(clocked_review.locator("#unsaved p")).to_have_text(NOT_SAVED)
    clocked_review.clock.fast_forward(A_SECOND)
    expect_card(clocked_review, deck.cards.all()[1])
    expect_receipt(clocked_review, "Good: back tomorrow (1 day).")
    assert all_qualities() == [4]


def test_undo_whose_reply_was_lost_takes_back_one_answer(clocked_review, deck):
    for card in deck.cards.all()[:2]:
        expect_card(clocked_review, card)
        grade(clocked_review, "Good")
    expect_card(clocked_review, deck.cards.all()[2])
    lose_one_reply(clocked_review, UNDO_URL)
    undo(clocked_review)
    expect(clocked_review.locator("#unsaved p")).to_have_text(NOT_SAVED)
    clocked_review.clock.fast_forward(A_SECOND)
    expect_card(clocked_review, deck.cards.all()[1])
    assert standing_qualities() == [4]


@without_script
def test_busy_database_without_javascript_offers_the_answer_again(review, deck, monkeypatch):
    attempt = attempt_on_page(review)
    outcomes = iter([OperationalError("database is locked")])

    def busy_once(*args, **kwargs):
        for error in outcomes:
            raise error
        return answer_card(*args, **kwargs)

    monkeypatch.setattr("cards.views.review.answer_card", busy_once)
    grade(review, "Good")
    expect(review.get_by_role("heading")).to_have_text(NOT_SAVED)
    review.get_by_role("button", name="Try again").click()
    expect_card(review, deck.cards.all()[1])
    assert (logged_attempts(), all_qualities()) == ([attempt], [4])


def test_answer_that_can_never_be_saved_says_so_once(review, deck):
    review.wait_for_load_state("networkidle")  # or the reply with today's cards would bring the cookie back
    review.context.clear_cookies(name="csrftoken")
    grade(review, "Good")
    expect(review.locator("#unsaved p")).to_have_text("This page has been open for too long. Reload it and try again.")
    expect(review.get_by_role("button", name="Try again")).to_be_hidden()
    review.reload()
    expect_card(review, deck.cards.first())
    assert all_qualities() == []


@with_and_without_script
def test_ended_session_leads_over_the_log_in_back_to_the_card(review, student, deck, base_url, script):
    student.set_password(PASSWORD)
    student.save()
    Session.objects.all().delete()
    grade(review, "Good")
    expect(review).to_have_url(f"{base_url}/accounts/login/?next=/review/")
    review.get_by_label("User name").fill(student.username)
    review.get_by_label("Password").fill(PASSWORD)
    review.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(review).to_have_url(f"{base_url}/review/")
    expect_card(review, deck.cards.first())
    assert all_qualities() == []

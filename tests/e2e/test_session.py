"""A whole session: by mouse, without JavaScript, in one deck, and from signing up."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import (
    PASSWORD,
    all_qualities,
    expect_card,
    expect_done,
    expect_receipt,
    grade,
    standing_qualities,
    undo,
    with_and_without_script,
    without_script,
)
from tests.factories import DeckFactory, PickedDeckFactory

pytestmark = pytest.mark.browser


def test_session_by_mouse_ends_done(review, deck):
    expect_receipt(review, "")
    for card in deck.cards.all():
        expect_card(review, card)
        grade(review, "Good")
        expect_receipt(review, "Good: back tomorrow (1 day).")
    expect_done(review)
    expect(review.locator(".done p").first).to_have_text("You went through 3 cards.")
    assert standing_qualities() == [4, 4, 4]


def test_progress_counts_the_cards_done(review):
    expect(review.locator(".progress span").first).to_have_text("0 of 3 today")
    grade(review, "Good")
    expect(review.locator(".progress span").first).to_have_text("1 of 3 today")


def test_card_graded_again_comes_back_last(review, deck):
    first, second, third = deck.cards.all()
    grade(review, "Again")
    expect_receipt(review, "Again: again today, then tomorrow (1 day).")
    for card in (second, third):
        expect_card(review, card)
        grade(review, "Good")
    expect_card(review, first)
    grade(review, "Easy")
    expect_done(review)
    expect_receipt(review, "Easy: done for today.")


def test_undo_from_the_done_page_asks_the_card_again(review, deck):
    for _ in range(3):
        grade(review, "Good")
    expect_done(review)
    undo(review)
    expect_card(review, deck.cards.last())
    assert (all_qualities(), standing_qualities()) == ([4, 4, 4], [4, 4])


@without_script
def test_session_without_javascript(review, deck):
    first, second, third = deck.cards.all()
    grade(review, "Good")
    expect_receipt(review, "Good: back tomorrow (1 day).")
    expect_card(review, second)
    undo(review)
    expect_card(review, first)
    for _ in range(3):
        grade(review, "Good")
    expect_done(review)
    undo(review)
    expect_card(review, third)
    grade(review, "Hard")
    expect(review.locator("#receipt")).to_contain_text("Hard:")
    assert standing_qualities() == [4, 4, 3]


def test_new_visitor_signs_up_picks_a_deck_and_reviews(page):
    deck = DeckFactory(cards=3)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.get_by_role("button", name="Study this").click()
    page.get_by_role("link", name="Review 3 cards").click()
    expect_card(page, deck.cards.first())
    grade(page, "Good")
    expect_card(page, deck.cards.all()[1])
    assert standing_qualities() == [4]


@pytest.fixture
def other_deck(student):
    return PickedDeckFactory(user=student, deck__cards=2).deck


def test_deck_review_stays_in_the_deck(student_page, deck, other_deck):
    student_page.goto(other_deck.get_absolute_url())
    for card in other_deck.cards.all():
        expect_card(student_page, card)
        grade(student_page, "Good")
    expect_done(student_page)
    assert standing_qualities() == [4, 4]


@with_and_without_script
def test_undo_on_another_decks_page_asks_the_undone_card(student_page, deck, other_deck, script):
    student_page.goto(deck.get_absolute_url())
    grade(student_page, "Good")
    expect_receipt(student_page, "Good: back tomorrow (1 day).")
    student_page.goto(other_deck.get_absolute_url())
    expect_card(student_page, other_deck.cards.first())
    undo(student_page)
    expect_card(student_page, deck.cards.first())
    assert standing_qualities() == []

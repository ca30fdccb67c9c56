"""A session by keyboard: what each key does, where the focus goes, and what a key must not do."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import (
    ANSWER_URL,
    all_qualities,
    expect_card,
    expect_done,
    expect_receipt,
    expect_settled,
    grade,
    grade_button,
    hold_back,
    let_go,
    reveal,
    standing_qualities,
)

pytestmark = pytest.mark.browser


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def expect_revealed(page):
    expect(page.locator("#reveal")).to_have_attribute("open", "")
    expect(page.locator("#answer")).to_be_focused()


def test_session_by_keys(review, deck):
    for card, key in zip(deck.cards.all(), "342", strict=True):
        expect_card(review, card)
        press(review, "Space")
        expect_revealed(review)
        press(review, key)
        expect(review.locator("#question")).to_be_focused()
    expect_card(review, deck.cards.last())  # graded Hard, so it comes back today
    assert standing_qualities() == [4, 5, 3]


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_key_reveals_the_first_and_the_next_answer(review, deck, key):
    press(review, key)
    expect_revealed(review)
    press(review, "3")
    expect_card(review, deck.cards.all()[1])
    press(review, key)
    expect_revealed(review)


def test_revealing_by_mouse_moves_the_focus_to_the_answer(review):
    reveal(review)
    expect_revealed(review)


def grade_by_keys(page, keys):
    for key in keys:
        press(page, "Space")
        with page.expect_response(ANSWER_URL):
            press(page, key)
        expect(page.locator("#question")).to_be_focused()
        expect_settled(page)


def test_grade_keys_of_four_buttons(review):
    grade_by_keys(review, "1234")
    assert standing_qualities() == [2, 3, 4, 5]


def test_grade_keys_of_six_buttons_are_the_qualities(student_page, student):
    student.grade_buttons = 6
    student.save()
    student_page.goto("/review/")
    grade_by_keys(student_page, "012345")
    assert standing_qualities() == [0, 1, 2, 3, 4, 5]


def test_grade_keys_do_nothing_before_the_reveal(review, deck):
    press(review, "1", "2", "3", "4", "Space", "0", "5", "3")
    expect_card(review, deck.cards.all()[1])
    assert all_qualities() == [4]


def test_undo_key_asks_the_card_again(review, deck):
    press(review, "Space", "3")
    expect_card(review, deck.cards.all()[1])
    press(review, "U")
    expect_card(review, deck.cards.first())
    expect(review.locator("#question")).to_be_focused()
    expect_receipt(review, "")
    assert (all_qualities(), standing_qualities()) == ([4], [])


def test_undo_key_on_the_done_page(review, deck):
    for card in deck.cards.all():
        expect_card(review, card)
        press(review, "Space", "3")
    expect_done(review)
    expect(review.locator("#question")).to_be_focused()
    press(review, "u")
    expect_card(review, deck.cards.last())


def test_question_mark_opens_and_closes_the_help(review):
    press(review, "?")
    expect(review.locator("#keys")).to_have_attribute("open", "")
    expect(review.locator("#keys summary")).to_be_focused()
    press(review, "?")
    expect(review.locator("#keys")).not_to_have_attribute("open", "")


def expect_only(page, qualities, next_card):
    """Nothing but these answers came of it: the next grade, Easy by mouse, is the next in the log."""
    expect_card(page, next_card)
    with page.expect_response(ANSWER_URL):
        grade(page, "Easy")
    assert all_qualities() == [*qualities, 5]


def hold(page, key):
    """Keep a key down for as long as it takes the page to ask another card, and longer."""
    with page.expect_response("**/review/*/"):
        for _ in range(5):
            page.keyboard.down(key)
    expect(page.locator("#question")).to_be_focused()
    expect_settled(page)
    for _ in range(5):
        page.keyboard.down(key)
    page.keyboard.up(key)


def test_held_grade_key_answers_one_card(review, deck):
    press(review, "Space")
    hold(review, "3")
    expect_only(review, [4], deck.cards.all()[1])


def test_enter_held_on_a_grade_button_answers_one_card(review, deck):
    press(review, "Space")
    grade_button(review, "Good").focus()
    hold(review, "Enter")
    expect_only(review, [4], deck.cards.all()[1])


def test_space_held_on_the_question_only_reveals(review, deck):
    for _ in range(5):
        review.keyboard.down("Space")
    review.keyboard.up("Space")
    expect_revealed(review)


def test_held_undo_key_takes_back_one_answer(review, deck):
    for card in deck.cards.all()[:2]:
        expect_card(review, card)
        press(review, "Space", "3")
    expect_card(review, deck.cards.all()[2])
    hold(review, "u")
    assert (all_qualities(), standing_qualities()) == ([4, 4], [4])
    expect_only(review, [4, 4], deck.cards.all()[1])


def test_more_keys_while_the_answer_is_on_its_way_are_dropped(review, deck):
    waiting = hold_back(review, ANSWER_URL)
    press(review, "Space", "3", "3", "4")
    let_go(review, ANSWER_URL, waiting)
    expect_only(review, [4], deck.cards.all()[1])
    assert len(waiting) == 1


def test_keys_with_a_modifier_belong_to_the_browser(review, deck):
    press(review, "Space", "Control+3", "Alt+3", "Meta+3")
    with review.expect_response(ANSWER_URL):
        grade_button(review, "Easy").click()
    assert all_qualities() == [5]


def test_keys_can_be_turned_off_for_good_on_this_device(review, deck):
    press(review, "?")
    review.get_by_label("Use these keys on this device").uncheck()
    review.reload()
    press(review, "Space", "Enter", "?")
    expect_card(review, deck.cards.first())
    expect(review.locator("#keys")).not_to_have_attribute("open", "")
    reveal(review)
    press(review, "3")
    with review.expect_response(ANSWER_URL):
        grade_button(review, "Easy").click()
    assert all_qualities() == [5]

"""What the buttons and the receipt say."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from cards.models import CardState, ReviewLog
from cards.views.wording import day_in_words, grade_buttons, receipt
from tests.conftest import TODAY

DAY = timedelta(days=1)


def hints(state, **user):
    return [button.hint for button in grade_buttons(User(**user), state, today=TODAY)]


def due_state(**kwargs):
    return CardState(**{"repetitions": 2, "interval": 6, "sm2_due_on": TODAY, "due_on": TODAY, **kwargs})


def test_new_card():
    assert hints(CardState()) == ["again today", "today, then 1 day", "1 day", "1 day, longer after"]


def test_due_card_names_the_next_interval():
    assert hints(due_state()) == ["again today", "today, then 15 days", "15 days", "15 days, longer after"]


def test_repeat_says_only_whether_it_comes_back_today():
    state = due_state(due_on=TODAY + 15 * DAY, repeat_on=TODAY)
    assert hints(state) == ["again today", "again today", "done for today", "done for today"]


def test_six_buttons_are_numbered_0_to_5():
    buttons = grade_buttons(User(grade_buttons=6), due_state(), today=TODAY)
    assert [(b.key, b.name) for b in buttons] == [
        ("0", "Blank"),
        ("1", "Wrong"),
        ("2", "Again"),
        ("3", "Hard"),
        ("4", "Good"),
        ("5", "Easy"),
    ]


def test_hints_leave_the_state_alone():
    state = due_state()
    hints(state)
    assert (state.repetitions, state.interval, state.due_on) == (2, 6, TODAY)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY + DAY, "tomorrow"),
        (TODAY + 2 * DAY, "on Wednesday"),
        (TODAY + 6 * DAY, "on Sunday"),
        (TODAY + 7 * DAY, "on 30 November"),
        (date(2027, 1, 9), "on 9 January 2027"),
    ],
)
def test_days_in_words(day, words):
    assert day_in_words(day, today=TODAY) == words


@pytest.mark.parametrize(
    ("kind", "quality", "line"),
    [
        ("scheduled", 4, "Good: back on 8 December (15 days)."),
        ("scheduled", 3, "Hard: again today, then on 8 December (15 days)."),
        ("scheduled", 2, "Again: again today, then on 8 December (15 days)."),
        ("repeat", 4, "Good: done for today."),
        ("repeat", 2, "Again: again today."),
        ("practice", 4, "Good, as practice: nothing changed."),
    ],
)
def test_receipt(kind, quality, line):
    assert receipt(ReviewLog(kind=kind, quality=quality, day=TODAY, interval_after=15)) == line

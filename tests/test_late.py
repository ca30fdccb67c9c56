"""Answers that waited on a device: counted as if they had come when they were given."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from accounts.days import study_day_ends
from accounts.models import User
from cards.late import UntimelyError
from cards.models import CardState, ReviewLog
from cards.replay import find_damage
from cards.review import Answer, Outcome, answer_card, undo_answer
from tests.conftest import NOON, TODAY, answer

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Kind = ReviewLog.Kind


@pytest.fixture
def card(deck):
    return deck.cards.first()


def answer_late(user, card, given_at, quality=4, *, version=0, now=NOON, attempt=None):
    message = Answer(card.pk, version, quality, attempt or uuid4(), answered_at=given_at)
    return answer_card(User.objects.get(pk=user.pk), message, now=now)


def rows():
    return list(ReviewLog.objects.order_by("pk").values_list("answered_at", "day", "kind"))


def test_late_answer_keeps_its_own_time_and_study_day(student, card):
    result = answer_late(student, card, NOON - DAY)
    state = CardState.objects.get()
    assert (result.outcome, rows()) == (Outcome.COUNTED, [(NOON - DAY, TODAY - DAY, Kind.SCHEDULED)])
    assert (state.answered_at, state.answered_on, state.due_on) == (NOON - DAY, TODAY - DAY, TODAY)


@pytest.mark.parametrize("given_at", [NOON, NOON - timedelta(hours=72)])
def test_times_up_to_72_hours_back_are_taken(student, card, given_at):
    assert answer_late(student, card, given_at).log.answered_at == given_at


@pytest.mark.parametrize(
    "given_at",
    [
        NOON + timedelta(milliseconds=1),
        NOON - timedelta(hours=72, milliseconds=1),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ],
)
def test_other_times_are_refused_and_change_nothing(student, card, given_at):
    with pytest.raises(UntimelyError):
        answer_late(student, card, given_at)
    assert (rows(), CardState.objects.count()) == ([], 0)


@pytest.mark.parametrize("first_quality", [2, 4])
def test_time_before_the_cards_last_answer_is_refused(student, card, first_quality):
    answer(student, card, first_quality, now=NOON - HOUR)
    with pytest.raises(UntimelyError):
        answer_late(student, card, NOON - 2 * HOUR, version=1)
    assert len(rows()) == 1


def test_time_before_an_answer_that_was_taken_back_is_not_refused(student, card):
    log = answer(student, card, now=NOON - HOUR).log
    undo_answer(student, card_id=card.pk, attempt=log.attempt, now=NOON)
    assert answer_late(student, card, NOON - 2 * HOUR, version=2).outcome == Outcome.COUNTED


def test_same_attempt_again_is_replayed_even_after_the_limit(student, card):
    attempt = uuid4()
    answer_late(student, card, NOON, attempt=attempt)
    outcome = answer_late(student, card, NOON, attempt=attempt, now=NOON + 9 * DAY).outcome
    assert (outcome, len(rows())) == (Outcome.REPLAYED, 1)


def test_late_answer_to_a_card_answered_elsewhere_is_stale(student, card):
    answer(student, card, 5)
    result = answer_late(student, card, NOON - HOUR)
    assert (result.outcome, result.log.quality, len(rows())) == (Outcome.STALE, 5, 1)


def test_yesterdays_answer_keeps_its_day_after_another_device_studied_today(student, deck):
    first, second, _ = deck.cards.all()
    answer(student, first)
    answer_late(student, second, NOON - DAY)
    student.refresh_from_db()
    assert [day for _, day, _ in rows()] == [TODAY, TODAY - DAY]
    assert student.studied_on == TODAY


def test_day_never_goes_back_behind_an_answer_given_earlier(student, deck):
    """West over the date line: on Kiritimati it was the 24th already, on Pago Pago it is the 22nd again."""
    first, second, _ = deck.cards.all()
    User.objects.update(time_zone="Pacific/Kiritimati")
    answer_late(student, first, NOON + 6 * HOUR, now=NOON + 6 * HOUR)
    User.objects.update(time_zone="Pacific/Pago_Pago")
    answer_late(student, second, NOON + 7 * HOUR, now=NOON + 9 * HOUR)
    assert [day for _, day, _ in rows()] == [date(2026, 11, 24)] * 2


def test_answer_given_before_that_has_the_day_of_its_own_time(student, deck):
    first, second, _ = deck.cards.all()
    User.objects.update(time_zone="Pacific/Kiritimati")
    answer_late(student, first, NOON + 6 * HOUR, now=NOON + 6 * HOUR)
    answer_late(student, second, NOON - 6 * HOUR, now=NOON + 9 * HOUR)
    assert [day for _, day, _ in rows()] == [date(2026, 11, 24), date(2026, 11, 23)]


@pytest.mark.parametrize(("minute", "day"), [(59, date(2026, 10, 24)), (60, date(2026, 10, 25))])
def test_day_is_by_the_wall_clock_on_the_night_the_clocks_change(student, card, minute, day):
    User.objects.update(time_zone="Europe/London")
    given_at = datetime(2026, 10, 25, 3, tzinfo=UTC) + timedelta(minutes=minute)
    assert answer_late(student, card, given_at, now=given_at + DAY).log.day == day


def test_repeat_of_yesterday_sent_today_is_still_a_repeat(student, card):
    answer(student, card, 2, now=NOON - DAY)
    log = answer_late(student, card, NOON - DAY + HOUR, version=1).log
    assert (log.kind, log.day) == (Kind.REPEAT, TODAY - DAY)


def test_repeat_answered_the_next_day_is_scheduled(student, card):
    answer(student, card, 2, now=NOON - DAY)
    assert answer_late(student, card, NOON - HOUR, version=1).log.kind == Kind.SCHEDULED


def test_check_reviews_finds_no_damage_after_late_answers(student, deck):
    first, second, third = deck.cards.all()
    answer(student, first, 2)
    for hours, card, quality in ((30, second, 2), (29, second, 5), (20, third, 3)):
        version = CardState.objects.filter(card=card).values_list("version", flat=True).first() or 0
        answer_late(student, card, NOON - hours * HOUR, quality, version=version)
    answer(student, second, 4, version=2)
    assert list(find_damage()) == []


def test_stale_user_never_sets_the_last_study_day_back(student, deck):
    first, second, _ = deck.cards.all()
    read_before = User.objects.get(pk=student.pk)
    answer(student, first)
    answer_card(read_before, Answer(second.pk, 0, 4, uuid4(), answered_at=NOON - DAY), now=NOON)
    assert (User.objects.get(pk=student.pk).studied_on, list(find_damage())) == (TODAY, [])


@pytest.mark.parametrize(
    ("zone", "now", "ends"),
    [
        ("UTC", NOON, datetime(2026, 11, 24, 4, tzinfo=UTC)),
        ("UTC", datetime(2026, 11, 23, 3, tzinfo=UTC), datetime(2026, 11, 23, 4, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 4, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=UTC)),
    ],
)
def test_study_day_ends_by_the_wall_clock(zone, now, ends):
    assert study_day_ends(User(time_zone=zone, day_start=time(4)), now=now) == ends

"""Answering and undoing: what changes, what does not, and each exactly once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from cards import sm2
from cards.models import Card, CardState, ReviewLog
from cards.review import Outcome, hide_card, undo_answer
from cards.sm2 import Memory
from tests.conftest import NOON, TODAY, answer
from tests.factories import CardFactory, CardStateFactory, UserFactory

DAY = timedelta(days=1)
Kind = ReviewLog.Kind


@pytest.fixture
def card(deck):
    return deck.cards.first()


def state_of(student, card):
    return CardState.objects.get(user=student, card=card)


def undo(student, log, now=NOON):
    return undo_answer(student, card_id=log.card_id, attempt=log.attempt, now=now)


def everything(state):
    return {name: value for name, value in vars(state).items() if name not in ("_state", "version")}


def test_first_answer_makes_the_state_at_version_1(student, card):
    result = answer(student, card, 4)
    state = state_of(student, card)
    assert (result.outcome, result.log.kind, result.log.version) == (Outcome.COUNTED, Kind.SCHEDULED, 0)
    assert (state.version, state.memory, state.due_on) == (1, Memory(1, 1, 250), TODAY + DAY)
    assert (state.introduced_on, state.answered_on, state.repeat_on) == (TODAY, TODAY, None)


def test_log_row_tells_before_and_after(student, card):
    log = answer(student, card, 3).log
    log.refresh_from_db()
    assert (log.memory_before, log.memory_after) == (sm2.NEW, Memory(1, 1, 236))
    assert (log.day, log.quality, log.elapsed_ms) == (TODAY, 3, 5000)


@pytest.mark.parametrize(("elapsed", "kept"), [(-5, 0), (0, 0), (59_999, 59_999), (10**12, 60_000)])
def test_elapsed_is_brought_into_range(student, card, elapsed, kept):
    assert answer(student, card, elapsed_ms=elapsed).log.elapsed_ms == kept


@pytest.mark.parametrize(("quality", "repeat_on"), [(0, TODAY), (2, TODAY), (3, TODAY), (4, None), (5, None)])
def test_under_4_comes_back_today(student, card, quality, repeat_on):
    answer(student, card, quality)
    assert state_of(student, card).repeat_on == repeat_on


def test_repeat_changes_nothing_but_the_repeat_and_the_version(student, card):
    answer(student, card, 2)
    before = state_of(student, card)
    log = answer(student, card, 4, version=1, now=NOON + timedelta(minutes=5)).log
    after = state_of(student, card)
    assert log.kind == Kind.REPEAT
    assert (after.memory, after.lapses, after.sm2_due_on) == (before.memory, before.lapses, before.sm2_due_on)
    assert (after.repeat_on, after.version) == (None, 2)


def test_repeat_not_done_is_dropped_when_the_day_ends(student, card):
    answer(student, card, 2)
    log = answer(student, card, 4, version=1, now=NOON + DAY).log
    assert log.kind == Kind.SCHEDULED


def test_answer_to_a_card_that_is_not_due_is_practice(student, card):
    answer(student, card, 4)
    before = state_of(student, card)
    log = answer(student, card, 0, version=1).log
    assert log.kind == Kind.PRACTICE
    assert everything(state_of(student, card)) == everything(before)
    assert state_of(student, card).version == 2


def test_late_answer_multiplies_the_scheduled_interval(student, card):
    CardStateFactory(user=student, card=card, repetitions=2, interval=6, due_on=TODAY - 30 * DAY)
    answer(student, card, 4, version=1)
    assert state_of(student, card).interval == 15


@pytest.mark.parametrize("quality", [3, 4, 5])
def test_early_pass_keeps_memory_and_moves_the_date(student, card, quality):
    CardStateFactory(
        user=student, card=card, repetitions=3, interval=15, sm2_due_on=TODAY + 9 * DAY, plan_on=TODAY, due_on=TODAY
    )
    answer(student, card, quality, version=1)
    state = state_of(student, card)
    assert state.memory == Memory(3, 15, 250)
    assert (state.sm2_due_on, state.plan_on, state.due_on) == (TODAY + 15 * DAY, None, TODAY + 15 * DAY)


def test_early_fail_is_a_full_fail(student, card):
    CardStateFactory(
        user=student, card=card, repetitions=3, interval=15, sm2_due_on=TODAY + 9 * DAY, revised_on=TODAY, due_on=TODAY
    )
    answer(student, card, 2, version=1)
    state = state_of(student, card)
    assert (state.memory, state.lapses) == (Memory(0, 1, 218), 1)
    assert (state.revised_on, state.due_on) == (None, TODAY + DAY)


def test_plan_that_has_not_come_stays_and_is_the_due_date(student, card):
    CardStateFactory(user=student, card=card, repetitions=2, interval=6, due_on=TODAY, plan_on=TODAY + 3 * DAY)
    answer(student, card, 4, version=1)
    state = state_of(student, card)
    assert (state.sm2_due_on, state.due_on) == (TODAY + 15 * DAY, TODAY + 3 * DAY)


def test_lapse_is_a_fail_after_a_pass(student, card):
    answer(student, card, 2)
    assert state_of(student, card).lapses == 0
    CardState.objects.update(repetitions=1, due_on=TODAY, sm2_due_on=TODAY, repeat_on=None)
    answer(student, card, 2, version=1)
    assert state_of(student, card).lapses == 1


def test_same_attempt_again_is_replayed_and_counts_once(student, card):
    attempt = uuid4()
    answer(student, card, 4, attempt=attempt)
    assert answer(student, card, 4, attempt=attempt).outcome == Outcome.REPLAYED
    assert (ReviewLog.objects.count(), state_of(student, card).version) == (1, 1)


def test_same_attempt_with_another_quality_is_refused(student, card):
    attempt = uuid4()
    answer(student, card, 4, attempt=attempt)
    result = answer(student, card, 2, attempt=attempt)
    assert (result.outcome, result.log.quality) == (Outcome.FIRST_WINS, 4)


def test_second_tab_is_stale_and_told_of_the_first(student, card):
    answer(student, card, 5)
    result = answer(student, card, 2)
    assert (result.outcome, result.is_conflict, result.log.quality) == (Outcome.STALE, True, 5)
    assert ReviewLog.objects.count() == 1


@pytest.mark.parametrize("version", [1, 7, 2**31 - 1])
def test_version_from_the_future_is_stale(student, card, version):
    assert answer(student, card, version=version).outcome == Outcome.STALE
    assert not CardState.objects.exists()


def test_card_of_a_deck_she_does_not_study_is_not_found(student, deck):
    with pytest.raises(Card.DoesNotExist):
        answer(student, CardFactory())


def test_pace_is_the_median_of_measured_answers_once_a_study_day(student, deck):
    for card, elapsed in zip(deck.cards.all(), [0, 4000, 8000], strict=True):
        answer(student, card, elapsed_ms=elapsed)
    student.refresh_from_db()
    assert (student.studied_on, student.pace_ms) == (TODAY, 10_000)
    answer(student, deck.cards.first(), version=1, elapsed_ms=12_000, now=NOON + DAY)
    student.refresh_from_db()
    assert (student.studied_on, student.pace_ms) == (TODAY + DAY, 8000)


def test_undo_restores_the_exact_state_and_raises_the_version(student, card):
    CardStateFactory(user=student, card=card, repetitions=2, interval=6, lapses=1, answered_on=TODAY - 6 * DAY)
    before = state_of(student, card)
    log = answer(student, card, 2, version=1).log
    assert undo(student, log).outcome == Outcome.COUNTED
    assert everything(state_of(student, card)) == everything(before)
    assert state_of(student, card).version == 3


def test_undo_of_a_first_answer_leaves_a_new_card(student, card):
    undo(student, answer(student, card).log)
    state = state_of(student, card)
    assert (state.memory, state.due_on, state.introduced_on, state.is_new) == (sm2.NEW, None, None, True)


def test_undo_of_a_repeat_brings_the_repeat_back(student, card):
    answer(student, card, 2)
    before = state_of(student, card)
    undo(student, answer(student, card, 4, version=1, now=NOON + timedelta(minutes=1)).log)
    assert everything(state_of(student, card)) == everything(before)


def test_undo_twice_takes_back_one(student, deck):
    first, second, _ = deck.cards.all()
    answer(student, first)
    log = answer(student, second).log
    assert [undo(student, log).outcome for _ in range(2)] == [Outcome.COUNTED, Outcome.REPLAYED]
    assert ReviewLog.objects.standing().count() == 1


def test_undo_goes_back_one_after_another_across_decks(student, deck):
    logs = [answer(student, card).log for card in deck.cards.all()]
    assert [undo(student, log).outcome for log in reversed(logs)] == [Outcome.COUNTED] * 3


def test_undo_of_any_but_the_newest_is_refused(student, deck):
    first, second, _ = deck.cards.all()
    log = answer(student, first).log
    answer(student, second)
    assert undo(student, log).outcome == Outcome.STALE
    assert ReviewLog.objects.standing().count() == 2


def test_undo_ends_with_the_study_day(student, card):
    log = answer(student, card).log
    assert undo(student, log, now=NOON + DAY).outcome == Outcome.STALE


def test_late_duplicate_of_an_undone_answer_stays_undone(student, card):
    log = answer(student, card).log
    undo(student, log)
    assert answer(student, card, attempt=log.attempt).outcome == Outcome.UNDONE
    assert state_of(student, card).is_new


def test_undo_keeps_a_date_that_a_teacher_set_since(student, card):
    log = answer(student, card).log
    CardState.objects.update(revised_on=TODAY + DAY)
    CardStateFactory(user=student, repetitions=2)
    undo(student, log)
    assert state_of(student, card).revised_on == TODAY + DAY


def test_undo_of_somebody_elses_answer_is_not_found(student, card):
    log = answer(student, card).log
    with pytest.raises(ReviewLog.DoesNotExist):
        undo(UserFactory(), log)


def test_interval_beyond_the_calendar_is_capped(student, card):
    CardStateFactory(user=student, card=card, repetitions=9, interval=36_500, due_on=date(2026, 11, 23))
    answer(student, card, 5, version=1)
    assert state_of(student, card).interval == 36_500


@pytest.mark.parametrize("change", [{"suspended": True}, {"buried_on": TODAY}])
def test_hidden_card_raises_the_version_and_keeps_its_schedule(student, card, change):
    answer(student, card, 4)
    before = state_of(student, card)
    assert hide_card(student, card.pk, version=1, today=TODAY, **change)
    after = state_of(student, card)
    assert (after.version, after.memory, after.due_on) == (2, before.memory, before.due_on)
    assert answer(student, card, 2, version=1).outcome == Outcome.STALE


def test_hiding_a_card_written_meanwhile_does_nothing(student, card):
    answer(student, card, 4)
    assert not hide_card(student, card.pk, version=0, today=TODAY, suspended=True)
    assert not state_of(student, card).suspended


def test_undo_leaves_a_suspended_card_suspended(student, card):
    log = answer(student, card, 4).log
    hide_card(student, card.pk, version=1, today=TODAY, suspended=True)
    undo(student, log)
    assert (state_of(student, card).suspended, state_of(student, card).is_new) == (True, True)

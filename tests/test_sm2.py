"""SM-2 against the published steps: golden rows a human can check, and every six-answer history in exact fractions."""

from fractions import Fraction
from itertools import product
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.sm2 import MAXIMUM_INTERVAL, MINIMUM_EASE, NEW, Memory, schedule

GOLDEN_ROWS = [
    ("444444", [1, 6, 15, 38, 95, 238], [250, 250, 250, 250, 250, 250]),
    ("555555", [1, 6, 17, 48, 140, 420], [260, 270, 280, 290, 300, 310]),
    ("333333", [1, 6, 14, 30, 59, 107], [236, 222, 208, 194, 180, 166]),
    ("444044", [1, 6, 15, 1, 1, 6], [250, 250, 250, 170, 170, 170]),
    ("00553", [1, 1, 1, 6, 9], [170, 130, 140, 150, 136]),
    ("5350555", [1, 6, 15, 1, 1, 6, 12], [260, 246, 256, 176, 186, 196, 206]),
]
QUALITIES = range(6)


def replay(qualities):
    memories = [NEW]
    for quality in qualities:
        memories.append(schedule(memories[-1], int(quality)))
    return memories[1:]


def in_fractions(qualities):
    """The published steps once more, with exact fractions and nothing shared with the code under test."""
    repetitions, interval, ease = 0, 0, Fraction(5, 2)
    for quality in qualities:
        if quality < 3:
            repetitions, interval = 0, 1
        else:
            interval = {0: 1, 1: 6}.get(repetitions) or ceil(interval * ease)
            repetitions += 1
        ease = max(
            Fraction(13, 10),
            ease + Fraction(1, 10) - (5 - quality) * (Fraction(8, 100) + (5 - quality) * Fraction(2, 100)),
        )
    return Memory(repetitions, interval, int(ease * 100))


@pytest.mark.parametrize(("qualities", "intervals", "eases"), GOLDEN_ROWS)
def test_golden_row(qualities, intervals, eases):
    memories = replay(qualities)
    assert [memory.interval for memory in memories] == intervals
    assert [memory.ease for memory in memories] == eases


def test_all_46656_six_answer_histories_equal_exact_fractions():
    histories = list(product(QUALITIES, repeat=6))
    assert len(histories) == 46_656
    assert [history for history in histories if replay(history)[-1] != in_fractions(history)] == []


@pytest.mark.parametrize("quality", [-1, 6, 2.5, "4", None])
def test_quality_outside_0_to_5_is_refused(quality):
    with pytest.raises(ValueError, match="quality must be 0 to 5"):
        schedule(NEW, quality)


def test_fail_starts_over_but_keeps_a_lower_ease():
    assert schedule(Memory(7, 100, 250), 2) == Memory(0, 1, 218)


def test_interval_stops_at_a_hundred_years():
    assert schedule(Memory(9, MAXIMUM_INTERVAL, 250), 4).interval == MAXIMUM_INTERVAL


@given(st.lists(st.sampled_from(QUALITIES), min_size=1, max_size=60))
def test_ease_and_interval_stay_in_range(qualities):
    memory = replay(qualities)[-1]
    assert memory.ease >= MINIMUM_EASE
    assert 1 <= memory.interval <= MAXIMUM_INTERVAL


@given(st.lists(st.sampled_from(QUALITIES), max_size=30), st.sampled_from([3, 4, 5]))
def test_pass_after_the_second_never_shortens_the_interval(qualities, quality):
    before = replay(qualities)[-1] if qualities else NEW
    after = schedule(before, quality)
    assert after.repetitions == before.repetitions + 1
    assert after.interval >= before.interval

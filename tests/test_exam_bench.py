"""The exam bench itself: every way to study stays within its minutes, and luck depends on the student alone."""

import pytest

from tests.bench.exam_plan import CARDS, MINUTES_A_DAY, PLAN, SM2, WAYS, Person


@pytest.fixture(scope="module")
def results():
    return Person(exam=20, late=0, missed=0.15, seed=3).go_all()


def test_every_way_gives_a_recall_and_minutes(results):
    assert tuple(results) == WAYS
    assert [way for way, result in results.items() if not 0 < result.recall < 1] == []


def test_plan_meets_more_cards_than_ten_a_day_in_the_time_that_is_left(results):
    assert results[PLAN].recall > results[SM2].recall
    # With repeats, that a student finishes: they are not in her minutes a day.
    assert results[PLAN].minutes <= 1.5 * MINUTES_A_DAY * 20
    assert CARDS == 200


def test_same_student_gives_the_same_results(results):
    assert Person(exam=20, late=0, missed=0.15, seed=3).go_all() == results

"""Exam plans: numbers worked out by hand, and a student who follows her plan."""

from collections import Counter
from dataclasses import replace

import pytest

from cards import sm2
from cards.planning import PlanCard, final_days_of, plan_card
from cards.planning.days import next_interval
from tests.a_plan import TODAY, Walk, day, met, plan_of, unmet


@pytest.mark.parametrize("repetitions", range(6))
def test_next_interval_is_that_of_sm2_for_good(repetitions):
    memory = sm2.Memory(repetitions, 15, 236)
    assert next_interval(repetitions, 15, 236) == sm2.schedule(memory, 4).interval


def test_card_always_good_is_seen_once_more_before_an_exam_on_day_40():
    # SM-2 alone: days 0, 1, 7, 22 and then 60. The last five days are 35 to 39.
    walk = Walk(unmet(1, exam_on=day(40)), days=40)
    assert walk.seen[0] == [0, 1, 7, 22, 39]


def test_two_hundred_cards_in_forty_days():
    # 40 days less 12 for reviews leave 28: 200 / 28 = 7.1, so 8 on four days, and then 7 on days 4 to 27.
    exam = plan_of(unmet(200, exam_on=day(40))).exams[0]
    assert (exam.new_per_day, exam.new_today, exam.new_until) == (7, 8, day(27))
    assert (exam.meets, exam.of, exam.fits, exam.final_from) == (200, 200, True, day(35))


def test_late_starter_is_told_how_many_she_will_meet_and_which():
    # 15 minutes are 90 cards a day, 450 in five days: enough to see 150 cards on three of them.
    exam = plan_of(unmet(200, exam_on=day(5)), minutes=15).exams[0]
    assert (exam.meets, exam.of, exam.fits, exam.minutes_needed) == (150, 200, False, 20)
    assert exam.chosen == tuple(range(150))
    assert plan_of(unmet(200, exam_on=day(5)), minutes=exam.minutes_needed).fits
    assert not plan_of(unmet(200, exam_on=day(5)), minutes=exam.minutes_needed - 5).fits


@pytest.mark.parametrize(("days", "looks", "unseen", "fits"), [(1, 1, 9, False), (2, 2, 0, False), (3, 3, 0, True)])
def test_new_cards_are_promised_only_what_the_days_left_allow(days, looks, unseen, fits):
    exam = plan_of([*unmet(9, exam_on=day(days)), met(9, day(days), interval=30, due_in=40)]).exams[0]
    assert (exam.meets, exam.looks, exam.unseen, exam.fits) == (10, looks, unseen, fits)
    assert exam.minutes_needed == (20 if fits else 0)


def test_reviews_that_crowd_the_last_day_keep_no_new_card_away():
    cards = [met(100 + number, day(10), interval=30, due_in=9) for number in range(15)] + unmet(10, exam_on=day(10))
    exam = plan_of(cards, minutes=2).exams[0]
    assert (exam.meets, exam.of, exam.unseen, exam.fits) == (25, 25, 3, False)


def test_last_evening_is_never_longer_than_her_minutes():
    exam = plan_of(unmet(200, exam_on=day(1)), minutes=15).exams[0]
    assert (exam.new_today, exam.chosen, exam.unseen) == (90, tuple(range(90)), 90)


@pytest.mark.parametrize("days", [1, 2])
def test_what_is_said_of_the_last_days_stays_the_same_all_day(days):
    walk = Walk(unmet(9, exam_on=day(days)), days=1)
    exam = plan_of(walk.cards.values()).exams[0]
    assert (exam.meets, exam.new_today, exam.looks, exam.fits) == (9, 9, days, False)


def test_core_cards_come_first():
    cards = [PlanCard(number, day(5), order=-number) for number in range(200)]
    assert plan_of(cards, minutes=15).exams[0].chosen[:3] == (199, 198, 197)


def test_missed_days_raise_the_number_of_new_cards_quietly():
    # After ten days 4 × 8 + 6 × 7 = 74 of 200 are met. A week is missed: 126 are left for 23 - 9 = 14 days, 9 on each.
    walk = Walk(unmet(200, exam_on=day(40)), days=10)
    later = plan_of(walk.cards.values(), today=day(17)).exams[0]
    assert (later.meets, later.fits, later.chosen) == (200, True, tuple(range(74, 200)))
    assert (later.new_today, later.new_per_day) == (9, 9)


@pytest.mark.parametrize("missed", [(), (3, 4, 9, 20, 21, 22, 30), range(1, 40, 3)])
def test_every_card_is_seen_on_three_days_and_in_the_last_five(missed):
    walk = Walk(unmet(200, exam_on=day(40)), days=40, missed=missed)
    assert len(walk.seen) == 200
    assert min(map(len, walk.seen.values())) >= 3
    assert min(seen[-1] for seen in walk.seen.values()) >= 35 - (35 in missed)


@pytest.mark.parametrize(
    ("count", "days", "minutes", "free"),
    [(60, 6, 20, ()), (156, 8, 18, (2, 3)), (90, 14, 12, (5,)), (200, 30, 9, (4, 11, 18)), (250, 120, 5, ())],
)
def test_who_follows_a_plan_that_fits_meets_all_within_her_minutes(count, days, minutes, free):
    cards, free_days = unmet(count, exam_on=day(days)), [day(number) for number in free]
    assert plan_of(cards, minutes=minutes, free_days=free_days).fits
    walk = Walk(cards, days=days, minutes=minutes, free_days=free_days)
    assert len(walk.seen) == count
    assert min(map(len, walk.seen.values())) >= 3
    assert max(walk.loads.values()) <= minutes * 6


def test_last_looks_are_spread_evenly_and_the_weakest_come_latest():
    cards = [met(number, day(20), interval=30 + number, due_in=25) for number in range(50)]
    plan_on = plan_of(cards).plan_on
    assert Counter(plan_on.values()) == {day(number): 10 for number in range(15, 20)}
    assert [plan_on[number] for number in range(50)] == sorted(plan_on.values(), reverse=True)


def test_looks_that_sm2_asks_for_itself_make_their_day_lighter():
    cards = [met(number, day(20), interval=30, due_in=25) for number in range(40)]
    cards += [met(100 + number, day(20), interval=30, due_in=15) for number in range(10)]
    assert Counter(plan_of(cards).plan_on.values()) == {None: 10} | {day(number): 10 for number in range(16, 20)}


@pytest.mark.parametrize(("interval", "on"), [(6, [8, 9]), (15, [7, 8, 9]), (38, [None])])
def test_a_card_too_weak_to_be_left_alone_is_seen_once_more(interval, on):
    # Seen on day 5, the first of the last five: late enough for a mature card only.
    card = replace(met(1, day(10), interval=interval, due_in=5 + interval), answered_on=day(5))
    expected = [number and day(number) for number in on]
    assert plan_of([card], today=day(6)).plan_on[1] in expected
    assert plan_card(card, today=day(5), free_days=frozenset()) in expected
    assert plan_of([replace(card, answered_on=day(8))], today=day(9)).plan_on[1] is None


def test_nothing_is_planned_where_sm2_asks_in_time_or_the_exam_is_over():
    cards = [met(1, day(20), interval=30, due_in=19), met(2, TODAY, interval=30, due_in=19)]
    cards.append(met(3, None, interval=30, due_in=19))
    assert plan_of(cards).plan_on == {1: None, 2: None, 3: None}


def test_last_day_before_the_exam_is_a_study_day():
    free_days = {day(18), day(19)}
    plan = plan_of([met(1, day(20), interval=30, due_in=18)], free_days=free_days)
    assert plan.plan_on[1] in final_days_of(day(20), free_days)
    assert final_days_of(day(20), free_days) == [day(number) for number in range(13, 18)]


def test_when_no_study_day_is_left_nothing_is_planned():
    cards = [met(1, day(1), interval=6, due_in=3), *unmet(1, exam_on=day(1))]
    plan = plan_of([*cards, met(2, day(9), interval=6, due_in=12)], free_days={TODAY})
    assert (plan.plan_on[1], plan.exams[0].meets, plan.exams[0].fits) == (None, 1, False)
    assert plan.exams[0].final_from is None


def test_a_card_of_two_exams_is_planned_for_the_earlier_and_both_share_her_minutes():
    cards = unmet(60, exam_on=day(20)) + unmet(100, exam_on=day(40), first=60)
    plan = plan_of(cards, minutes=8)
    assert [(exam.exam_on, exam.meets, exam.fits) for exam in plan.exams] == [(day(20), 60, True), (day(40), 100, True)]
    assert max(load.new + load.reviews for load in plan.load) <= 48


def test_new_today_stays_the_same_all_day():
    walk = Walk(unmet(200, exam_on=day(40)), days=3)
    assert plan_of(walk.cards.values(), today=day(2)).exams[0].new_today == 8


@pytest.mark.parametrize("number", [5, 16, 18])
def test_planning_again_in_the_middle_of_a_day_moves_nothing(number):
    walk = Walk(unmet(100, exam_on=day(20)), days=number)
    first = plan_of(walk.cards.values(), today=day(number))
    walk.plan_on |= first.plan_on
    for card_id in walk.due(day(number))[:10]:
        walk.answer(card_id, day(number))
    again = plan_of(walk.cards.values(), today=day(number))
    open_cards = {card_id for card_id in first.plan_on if walk.cards[card_id].answered_on != day(number)}
    moved = {card_id for card_id in open_cards if again.plan_on[card_id] != first.plan_on[card_id]}
    assert (moved, again.exams, len(again.load)) == (set(), first.exams, len(first.load))


@pytest.mark.parametrize("minutes", [5, 20])
def test_a_weekend_that_has_passed_costs_no_third_look(minutes):
    # From Thursday to the Wednesday after, with a free weekend.
    walk = Walk(unmet(20, exam_on=day(6)), days=6, free_days={day(2), day(3)}, minutes=minutes)
    assert min(map(len, walk.seen.values())) == 3


def test_a_missed_day_costs_no_third_look_where_there_is_room():
    walk = Walk(unmet(20, exam_on=day(5)), days=5, missed=[2], minutes=10)
    assert [seen for seen in walk.seen.values() if len(seen) < 3] == [[3, 4]] * 6


@pytest.mark.parametrize(("count", "days", "minutes", "most"), [(80, 5, 10, 60), (150, 8, 10, 60), (150, 5, 15, 90)])
def test_what_an_earlier_plan_asks_today_leaves_its_room_to_no_new_card(count, days, minutes, most):
    walk = Walk(unmet(count, exam_on=day(days)), days=days, missed=[1, 3], minutes=minutes)
    assert max(walk.loads.values()) == most


@pytest.mark.parametrize(("days", "number"), [(12, 4), (13, 4), (14, 3), (17, 3)])
def test_exam_a_day_later_brings_no_burst(days, number):
    # 30 cards on 12 - 4, 13 - 5, 14 - 5 and 17 - 6 days: 3.8, 3.8, 3.3 and 2.7.
    assert plan_of(unmet(30, exam_on=day(days))).exams[0].new_per_day == number


def test_bursts_are_told_as_so_many_a_day_on_average():
    # 60, none, 60, none, 60, none, 60, none, none, none and 10: 250 on eleven days.
    exam = plan_of(unmet(250, exam_on=day(13)), minutes=10).exams[0]
    assert (exam.new_today, exam.new_per_day, exam.new_until) == (60, 23, day(10))


def test_deck_that_comes_lesson_by_lesson_is_met_at_the_rate_of_the_whole():
    # 25 are open and 175 to come: 200 on 40 - 12 days, so 8 on the first four, until the open ones are used up.
    plan = plan_of(unmet(25, exam_on=day(40)), closed={day(40): 175})
    (exam,) = plan.exams
    assert [load.new for load in plan.load[:5]] == [8, 8, 8, 1, 0]
    assert (exam.new_per_day, exam.new_until, exam.of, exam.meets, exam.fits) == (8, day(3), 25, 25, True)


def test_card_is_planned_though_a_whole_year_is_free():
    free_days = frozenset(day(n) for n in range(1, 401))
    card = met(1, day(500), interval=600, due_in=600)
    assert plan_card(card, today=TODAY, free_days=free_days) in final_days_of(card.exam_on, free_days)


def test_one_card_waits_for_a_day_from_which_all_its_looks_have_room():
    """Met on the first day that has room, it would be asked again where other cards fill the days before the exam."""
    memory = {"repetitions": 0, "interval": 1, "ease": 130}
    dates = {"sm2_due_on": day(1), "answered_on": TODAY, "introduced_on": TODAY}
    others = [PlanCard(number, None, **memory, **dates) for number in range(24)]
    exam = plan_of([*others, PlanCard(24, day(28))], minutes=2).exams[0]
    assert (exam.meets, exam.fits) == (1, True)

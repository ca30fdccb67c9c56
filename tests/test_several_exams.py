"""Plans for several exams that share her minutes."""

from dataclasses import replace

import pytest

from tests.a_plan import TODAY, Walk, answered, day, plan_of, unmet

TIGHT = unmet(200, exam_on=day(8))
LATER = unmet(60, exam_on=day(30), first=200)


def test_an_exam_that_is_too_tight_leaves_the_later_one_its_own_days():
    alone = plan_of(TIGHT, minutes=10).exams[0]
    first, later = plan_of(TIGHT + LATER, minutes=10).exams
    assert (first.meets, first.fits) == (alone.meets, False)
    assert (later.meets, later.fits, later.new_today, later.new_from, later.new_per_day) == (60, True, 0, day(8), 6)


def test_as_many_new_cards_as_can_be_come_before_an_earlier_exam():
    plans = [plan_of(TIGHT[:count] + LATER, minutes=10) for count in (40, 130, 200)]
    assert [plan.exams[1].new_today for plan in plans] == [4, 4, 0]
    assert [plan.exams[1].fits for plan in plans] == [True, True, True]


@pytest.mark.parametrize("count", [40, 130, 200])
def test_planning_again_after_the_new_cards_of_the_day_gives_the_same(count):
    cards = {card.card_id: card for card in TIGHT[:count] + LATER}
    plan = plan_of(cards.values(), minutes=10)
    for card_id in Walk.new(plan):
        cards[card_id] = answered(cards[card_id], 4, today=TODAY)
    again = plan_of(cards.values(), minutes=10)
    assert again.load == plan.load
    assert [replace(exam, chosen=()) for exam in again.exams] == [replace(exam, chosen=()) for exam in plan.exams]


def test_cards_met_beyond_the_plan_keep_no_other_of_their_exam_away():
    beyond = [answered(card, 4, today=TODAY) for card in LATER[:20]]
    _, later = plan_of(TIGHT + beyond + LATER[20:], minutes=10).exams
    assert (later.meets, later.fits, later.unseen) == (60, True, 0)


def test_cards_of_an_exam_that_is_over_take_time_from_the_next():
    both = plan_of(unmet(60, exam_on=day(6)) + LATER, minutes=10)
    over = sum(load.reviews for load in both.load if load.day >= day(6))
    alone = sum(load.reviews for load in plan_of(LATER, minutes=10).load if load.day >= day(6))
    assert over > alone + 60


def test_minutes_named_do_for_all_exams_together():
    cards = unmet(200, exam_on=day(8)) + unmet(200, exam_on=day(14), first=200)
    plan = plan_of(cards, minutes=7)
    (minutes,) = {exam.minutes_needed for exam in plan.exams}
    assert (plan.fits, minutes % 5, plan_of(cards, minutes=minutes).fits) == (False, 0, True)
    assert not plan_of(cards, minutes=minutes - 5).fits


def test_no_minutes_are_named_where_days_are_too_few():
    plan = plan_of(unmet(9, exam_on=day(2)) + unmet(200, exam_on=day(14), first=9), minutes=5)
    assert [(exam.fits, exam.minutes_needed) for exam in plan.exams] == [(False, 0), (False, 0)]


def test_an_exam_that_fits_needs_no_other_minutes():
    plan = plan_of(unmet(9, exam_on=day(9)) + unmet(900, exam_on=day(14), first=9), minutes=5)
    assert [(exam.fits, exam.minutes_needed > 5) for exam in plan.exams] == [(True, False), (False, True)]


def test_who_follows_two_plans_meets_all_and_sees_them_again():
    walk = Walk(TIGHT[:130] + LATER, days=30, minutes=10)
    last = {card_id: seen[-1] for card_id, seen in walk.seen.items() if card_id >= 200}
    assert (len(walk.seen), min(last.values()) >= 25, max(walk.loads.values())) == (190, True, 60)

"""What holds for any exam plan."""

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cards.planning import make_plan, plan_card
from cards.planning.days import may_be_more
from cards.planning.spread import usual_lead
from tests.a_plan import PACE_MS, TODAY, Walk, day, plan_of, situations, unmet
from tests.conftest import short_or_long


@given(situations())
@settings(deadline=None)
def test_planned_dates_are_study_days_before_the_exam_and_earlier_than_sm2s(situation):
    cards, free_days, minutes = situation
    plan = plan_of(cards, free_days=free_days, minutes=minutes)
    by_id = {card.card_id: card for card in cards}
    for card_id, plan_on in plan.plan_on.items():
        card = by_id[card_id]
        if plan_on:
            assert TODAY <= plan_on < min(card.exam_on, card.sm2_due_on)
            assert plan_on not in free_days


@given(situations())
@settings(deadline=None)
def test_no_card_is_lost(situation):
    cards, free_days, minutes = situation
    plan = plan_of(cards, free_days=free_days, minutes=minutes)
    assert plan.plan_on.keys() == {card.card_id for card in cards if card.sm2_due_on}
    coming = [card for card in cards if card.exam_on and card.exam_on > TODAY]
    assert sum(exam.of for exam in plan.exams) == len(coming)
    for exam in plan.exams:
        hers = {card.card_id for card in coming if card.exam_on == exam.exam_on}
        assert hers.issuperset(exam.chosen)
        assert exam.meets - len(exam.chosen) == len(hers & plan.plan_on.keys())


@given(situations())
@settings(deadline=None)
def test_load_is_never_more_than_her_minutes(situation):
    cards, free_days, minutes = situation
    plan = plan_of(cards, free_days=free_days, minutes=minutes)
    done = sum(card.answered_on == TODAY for card in cards)
    assert max((load.new + load.reviews for load in plan.load), default=0) <= max(minutes * 6, done)
    assert all(exam.unseen == 0 for exam in plan.exams if exam.fits)


@given(situations())
@settings(deadline=None)
def test_no_day_gets_more_planned_dates_than_her_minutes_leave(situation):
    cards, free_days, minutes = situation
    planned = Counter(filter(None, plan_of(cards, free_days=free_days, minutes=minutes).plan_on.values()))
    due = Counter(max(TODAY, card.asked_on) for card in cards if card.asked_on)
    assert [on for on in planned if planned[on] + due[on] > minutes * 6] == []


@given(situations(exams=[day(21)]), st.integers(1, 10))
@settings(deadline=None)
def test_more_minutes_never_mean_fewer_cards(situation, more):
    cards, free_days, minutes = situation
    (fewer,) = plan_of(cards, free_days=free_days, minutes=minutes).exams
    (most,) = plan_of(cards, free_days=free_days, minutes=minutes + more).exams
    assert fewer.meets <= most.meets


@given(situations(), st.integers(1, 10))
@settings(deadline=None)
def test_more_minutes_never_cost_the_first_of_several_exams_a_card(situation, more):
    cards, free_days, minutes = situation
    fewer, most = (plan_of(cards, free_days=free_days, minutes=number).exams for number in (minutes, minutes + more))
    assert [exam.meets for exam in fewer[:1]] <= [exam.meets for exam in most[:1]]


@given(situations())
@settings(deadline=None)
def test_minutes_named_make_the_whole_plan_fit(situation):
    cards, free_days, minutes = situation
    plan = plan_of(cards, free_days=free_days, minutes=minutes)
    named = {exam.minutes_needed for exam in plan.exams if not exam.fits}
    assert len(named) <= 1
    for enough in named - {0}:
        assert enough > minutes
        assert plan_of(cards, free_days=free_days, minutes=enough).fits


@given(situations())
@settings(deadline=None)
def test_same_cards_give_the_same_plan_in_any_order(situation):
    cards, free_days, minutes = situation
    plan = plan_of(cards, free_days=free_days, minutes=minutes)
    assert plan_of(cards[::-1], free_days=free_days, minutes=minutes) == plan


@given(situations(exams=[day(21)]))
@settings(deadline=None)
def test_one_card_alone_gets_a_date_where_the_whole_plan_gives_one(situation):
    cards, free_days, _ = situation
    plan = make_plan(cards, today=TODAY, free_days=free_days, minutes_a_day=600, pace_ms=PACE_MS)
    met = [card for card in cards if card.card_id in plan.plan_on]
    alone = {card.card_id: plan_card(card, today=TODAY, free_days=free_days) for card in met}
    dated = {number for number, on in plan.plan_on.items() if on}
    in_doubt = {card.card_id for card in met if may_be_more(card) and card.repetitions < 3}  # room alone decides
    assert {number for number, on in alone.items() if on} - in_doubt == dated - in_doubt
    assert {number for number, on in alone.items() if on} <= dated
    assert not free_days.intersection(filter(None, alone.values()))


@given(situations(exams=[day(21)]))
@settings(deadline=None)
def test_numbers_promised_are_those_of_the_days(situation):
    cards, free_days, minutes = situation
    plan = plan_of(cards, free_days=free_days, minutes=minutes)
    (exam,), days = plan.exams, [load for load in plan.load if load.new]
    if exam.chosen:
        assert (exam.new_from, exam.new_until) == (days[0].day, days[-1].day)
        span = [load for load in plan.load if days[0].day <= load.day <= days[-1].day]
        total, number = sum(load.new for load in days), exam.new_per_day
        assert abs(number * len(span) - total) < len(span) or -(-total // number) == len(span)
    assert TODAY in free_days or exam.new_today == plan.load[0].new
    introduced = sum(card.introduced_on == TODAY for card in cards if TODAY not in free_days)
    assert sum(load.new for load in plan.load) == len(exam.chosen) + introduced


@st.composite
def walks(draw):
    """Half of the cards that there is time for before an exam: her minutes have some to spare for what comes of it."""
    days, free_days = draw(st.integers(6, 30)), draw(st.frozensets(st.integers(0, 30).map(day), max_size=6))
    minutes = draw(st.integers(1, 6))
    cards = unmet(draw(st.integers(10, 200)), exam_on=day(days))
    exams = plan_of(cards, minutes=minutes, free_days=free_days).exams
    cards = cards[: len(exams[0].chosen) // 2]
    (exam,) = plan_of(cards, minutes=minutes, free_days=free_days).exams if cards else exams
    assume(exam.fits and cards)
    return len(cards), exam.final_from, Walk(cards, days=days, minutes=minutes, free_days=free_days)


@given(walks())
@settings(deadline=None, max_examples=short_or_long(25, 500))
def test_who_follows_a_plan_that_fits_meets_every_card_and_sees_it_again_at_the_end(found):
    count, final_from, walk = found
    last = [day(seen[-1]) for seen in walk.seen.values()]
    assert (len(last), min(last) >= final_from) == (count, True)


COUNTS, DAYS, MINUTES = (10, 30, 100, 200, 250), range(3, 61), (5, 10, 20, 60)


@cache
def numbers(count, days, minutes):
    """If all fits: how many new cards a day, and whether her minutes let them come in the usual time."""
    (exam,) = plan_of(unmet(count, exam_on=day(days)), minutes=minutes).exams
    until = (exam.new_until - TODAY).days + 1
    return (-(-count // until), until <= days - usual_lead(days)) if exam.fits else None


@pytest.mark.parametrize("count", COUNTS)
def test_number_a_day_rises_with_no_later_exam_and_no_more_minutes(count):
    steps = [((days, minutes), (days + 1, minutes)) for days in DAYS for minutes in MINUTES]
    steps += [((days, few), (days, more)) for days in DAYS for few, more in pairwise(MINUTES)]
    found = [(*step, *(numbers(count, *situation) for situation in step)) for step in steps]
    assert [step for step in found if step[2] and step[2][1] and step[3] and step[3][0] > step[2][0]] == []


@pytest.mark.parametrize(
    ("count", "days", "minutes", "free"),
    [(200, 40, 20, ()), (250, 10, 20, ()), (30, 13, 20, ()), (60, 28, 10, (5, 6, 12, 13, 19, 20, 26, 27))],
)
def test_who_does_what_is_asked_finds_the_promise_the_same_each_day(count, days, minutes, free):
    walk = Walk(unmet(count, exam_on=day(days)), days=days, minutes=minutes, free_days=map(day, free))
    exams = [exam for exam in walk.exams if exam.new_until]
    last, number = exams[0].new_until, exams[0].new_per_day
    assert [exam.new_until for exam in exams if abs((exam.new_until - last).days) > 1] == []
    assert [exam.new_per_day for exam in exams if abs(exam.new_per_day - number) > 1] == []

"""For tests of exam plans: any situation, and a student who follows her plan, by sm2 and the rules of early answers."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from cards import sm2
from cards.planning import PlanCard, make_plan, plan_card

TODAY = date(2026, 3, 2)
PACE_MS = 10_000  # six cards a minute


def day(number):
    return TODAY + timedelta(days=number)


def plan_of(cards, *, today=TODAY, free_days=frozenset(), minutes=20, **more):
    free_days = frozenset(free_days)
    return make_plan(cards, today=today, free_days=free_days, minutes_a_day=minutes, pace_ms=PACE_MS, **more)


def unmet(count, *, exam_on, first=0):
    return [PlanCard(first + number, exam_on) for number in range(count)]


def met(card_id, exam_on, *, interval, due_in, repetitions=3, ease=250):
    """A card that SM-2 asks `due_in` days from today."""
    due_on = day(due_in)
    answered_on = due_on - timedelta(days=interval)
    memory = {"repetitions": repetitions, "interval": interval, "ease": ease}
    return PlanCard(
        card_id,
        exam_on,
        sm2_due_on=due_on,
        answered_on=answered_on,
        introduced_on=answered_on - timedelta(40),
        **memory,
    )


def answered(card, quality, *, today):
    """As in cards.review: an early pass keeps the memory and only moves SM-2's own date."""
    memory = sm2.Memory(card.repetitions, card.interval, card.ease)
    is_early = card.sm2_due_on is not None and today < card.sm2_due_on
    if not (is_early and quality >= sm2.PASS):
        memory = sm2.schedule(memory, quality)
    return replace(
        card,
        repetitions=memory.repetitions,
        interval=memory.interval,
        ease=memory.ease,
        sm2_due_on=today + timedelta(days=memory.interval),
        answered_on=today,
        introduced_on=card.introduced_on or today,
        revised_on=None,
    )


def cards_of(draw, exams):
    """Any mixture of unmet cards and of met ones at any stage."""
    interval = draw(st.integers(1, 200))
    answered_on = TODAY - timedelta(days=draw(st.integers(0, 60)))
    introduced_on = answered_on - timedelta(days=draw(st.integers(0, 60)))
    repetitions, ease = draw(st.integers(0, 8)), draw(st.integers(130, 300))
    memory = {"repetitions": repetitions, "interval": interval, "ease": ease}
    if draw(st.booleans()):
        memory |= {"sm2_due_on": answered_on + timedelta(days=interval)}
        memory |= {"answered_on": answered_on, "introduced_on": introduced_on}
        memory |= {"revised_on": draw(st.sampled_from([None, None, day(1)]))}
    return PlanCard(0, draw(st.sampled_from(exams)), order=draw(st.integers(0, 2)), **memory)


@st.composite
def situations(draw, exams=None):
    """Cards, free days and minutes a day."""
    exams = exams or [None, TODAY, day(draw(st.integers(1, 60))), day(draw(st.integers(1, 60)))]
    kinds = [cards_of(draw, exams) for _ in range(draw(st.integers(1, 12)))]
    numbers = st.integers(1, 30)
    cards = [card for card in kinds for _ in range(draw(numbers))]
    cards = [replace(card, card_id=number) for number, card in enumerate(cards)]
    free_days = draw(st.frozensets(st.integers(0, 60).map(day), max_size=25))
    return cards, free_days, draw(st.integers(1, 30))


class Walk:
    """From today to the last exam, all Good, a new plan each day, as cards.replan keeps it: `seen` are the days on
    which each card was asked, `loads` how many were asked on each day."""

    def __init__(self, cards, *, days, free_days=frozenset(), minutes=20, missed=()):
        self.cards = {card.card_id: card for card in cards}
        self.free_days, self.minutes = frozenset(free_days), minutes
        self.plan_on = {}
        self.seen = defaultdict(list)
        self.loads = Counter()
        self.exams = []
        for number in range(days):
            if day(number) not in self.free_days and number not in missed:
                self.study(day(number))

    def study(self, today):
        plan = self.plan(today)
        self.exams += plan.exams[:1]
        for card_id in [*self.due(today)[: self.minutes * 6], *self.new(plan)]:
            self.answer(card_id, today)

    def plan(self, today):
        """What an earlier plan asks already stays."""
        asked = {card_id for card_id, on in self.plan_on.items() if on and on <= today}
        cards = [replace(card, is_asked=card.card_id in asked) for card in self.cards.values()]
        plan = plan_of(cards, today=today, free_days=self.known_free(today), minutes=self.minutes)
        self.plan_on |= {card_id: on for card_id, on in plan.plan_on.items() if card_id not in asked}
        return plan

    def known_free(self, today):
        """Of those that have passed only yesterday is known."""
        return frozenset(free for free in self.free_days if free >= today - timedelta(days=1))

    def due(self, today):
        hers = [card for card in self.cards.values() if card.sm2_due_on]
        dates = {card.card_id: min(filter(None, (card.asked_on, self.plan_on.get(card.card_id)))) for card in hers}
        return sorted((i for i, due_on in dates.items() if due_on <= today), key=lambda i: self.cards[i].interval)

    @staticmethod
    def new(plan):
        return [card_id for exam in plan.exams for card_id in exam.chosen[: exam.new_today]]

    def answer(self, card_id, today):
        self.cards[card_id] = answered(self.cards[card_id], 4, today=today)
        self.plan_on[card_id] = plan_card(self.cards[card_id], today=today, free_days=self.known_free(today))
        self.seen[card_id].append((today - TODAY).days)
        self.loads[(today - TODAY).days] += 1

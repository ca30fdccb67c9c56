"""Computes: what must be seen when before an exam, on top of SM-2’s own dates, which stay as they are.

words: what goes in and out · days: study days · looks: last looks · work: load by day · spread: new cards over days
exam: one exam · others: new cards without one · minutes: how many would do · one_card: one card after an answer
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from cards.planning.days import Calendar, final_days_of
from cards.planning.exam import Exam
from cards.planning.minutes import minutes_needed
from cards.planning.one_card import plan_card
from cards.planning.others import Others
from cards.planning.words import DayLoad, ExamPlan, Plan, PlanCard
from cards.planning.work import Met, Work

__all__ = ["DayLoad", "ExamPlan", "Plan", "PlanCard", "final_days_of", "make_plan", "plan_card"]


def make_plan(  # noqa: PLR0913 - all that is known of her
    cards: Sequence[PlanCard],
    *,
    today: date,
    free_days: frozenset[date],
    minutes_a_day: int,
    pace_ms: int,
    other_new: int = 0,
    other_unmet: int = 0,
    closed: Mapping[date, int] = MappingProxyType({}),
) -> Plan:
    """The whole plan of a student who answers a card in `pace_ms`; cards without an exam only take their time.

    `closed` are cards of each exam that will come until then: she gets no more a day than if they were there.
    Unmet cards without an exam are a number: `other_new` of `other_unmet` a day, as far as her exams leave room.
    The earliest exam is planned first: more minutes never cost it a card, but what it gains may cost a later one some.
    """
    days = sorted({card.exam_on for card in cards if card.exam_on and card.exam_on > today})
    calendar = Calendar.until(days[-1] if days else today, today=today, free_days=free_days)
    work = Work(calendar, minutes_a_day, pace_ms)
    work.add_today(cards)
    exams = _exams(cards, days, work, closed)
    fresh = work.beside(minutes_a_day)
    plan_on: dict[int, date | None] = {card.card_id: None for card in cards if card.sm2_due_on}
    for exam in exams:
        exam.plan(plan_on)
    for exam in exams:
        exam.place_second_looks(plan_on)
    _, begun, _ = work.load()
    done = sum(_is_new_beside_exams(card, today) for card in cards)
    others = Others(other_new, other_unmet, done, sum(closed.values()))
    others.add_to(work)
    reports = [exam.report(new) for exam, new in zip(exams, begun, strict=True)]
    if not all(exam.fits for exam in reports):
        needed = minutes_needed(exams, fresh)
        reports = [exam if exam.fits else replace(exam, minutes_needed=needed) for exam in reports]
    return others.told(work.summary(reports, plan_on))


def _is_new_beside_exams(card: PlanCard, today: date) -> bool:
    return card.introduced_on == today and (card.exam_on is None or card.exam_on <= today)


def _exams(cards: Sequence[PlanCard], days: list[date], work: Work, closed: Mapping[date, int]) -> list[Exam]:
    """Puts on the work what SM-2 alone asks for; an exam keeps what cards that are new today ask for by themselves."""
    met: dict[date | None, list[Met]] = {None: []} | {day: [] for day in days}
    unmet: dict[date | None, list[PlanCard]] = {None: []} | {day: [] for day in days}
    reviews: dict[date | None, list[int]] = {None: work.reviews} | {day: [0] * len(work.reviews) for day in days}
    for card in sorted(cards, key=lambda card: (card.order, card.card_id)):
        exam_on = card.exam_on if card.exam_on in met else None
        if card.sm2_due_on:
            is_of_today = card.introduced_on == work.calendar.today
            met[exam_on].append(work.add_met(card, exam_on, reviews[exam_on if is_of_today else None]))
        else:
            unmet[exam_on].append(card)
    return [Exam(work, day, met[day], unmet[day], reviews[day], closed.get(day, 0)) for day in days]

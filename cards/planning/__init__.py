"""Computes: what must be seen when before an exam, on top of SM-2’s own dates, which stay as they are.

words: what goes in and out · days: study days · looks: last looks · work: load by day · exam: one exam
one_card: one card after an answer
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from cards.planning.days import Calendar, final_days_of
from cards.planning.exam import Exam
from cards.planning.one_card import plan_card
from cards.planning.words import DayLoad, ExamPlan, Plan, PlanCard
from cards.planning.work import Met, Work

__all__ = ["DayLoad", "ExamPlan", "Plan", "PlanCard", "final_days_of", "make_plan", "plan_card"]


def make_plan(
    cards: Sequence[PlanCard], *, today: date, free_days: frozenset[date], minutes_a_day: int, pace_ms: int
) -> Plan:
    """The whole plan of a student who answers a card in `pace_ms`; cards without an exam only take their time.

    Unmet cards without an exam are not planned: her own daily number stands for them.
    """
    exams = sorted({card.exam_on for card in cards if card.exam_on and card.exam_on > today})
    calendar = Calendar.until(exams[-1] if exams else today, today=today, free_days=free_days)
    work = Work(calendar, minutes_a_day, pace_ms)
    work.add_today(cards)
    met: dict[date | None, list[Met]] = defaultdict(list)
    for card in cards:
        if card.sm2_due_on:
            exam_on = card.exam_on if card.exam_on in exams else None
            met[exam_on].append(work.add_met(card, exam_on))
    plan_on: dict[int, date | None] = {card.card_id: None for card in cards if card.sm2_due_on}
    planned, reports = [], []
    for exam_on in exams:
        unmet = [card for card in cards if card.exam_on == exam_on and not card.sm2_due_on]
        unmet.sort(key=lambda card: (card.order, card.card_id))
        introduced = sum(found.card.introduced_on == today for found in met[exam_on])
        planned.append(Exam(work, exam_on, met[exam_on], unmet, introduced))
        reports.append(planned[-1].plan(plan_on))
    for exam in planned:
        exam.place_second_looks(plan_on)
    return work.summary(reports, plan_on)

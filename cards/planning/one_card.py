"""One card after an answer, in a moment: the same rules as in the whole plan."""

from datetime import date

from cards.planning.days import final_days_of, may_be_more, seen_at_least, study_day_after
from cards.planning.looks import MATURE, YOUNG, holds, study_days_ago
from cards.planning.words import PlanCard
from cards.planning.work import LOOKS


def plan_card(card: PlanCard, *, today: date, free_days: frozenset[date]) -> date | None:
    """The `plan_on` of one card after an answer; the next whole plan may even it out by a few days."""
    due = card.asked_on
    if due is None or card.exam_on is None or card.exam_on <= today:
        return None
    final = final_days_of(card.exam_on, free_days)
    if not final or due <= final[-1]:
        return None
    days = [day for day in final if day >= today and (card.answered_on is None or day > card.answered_on)]
    is_barely = seen_at_least(card) < LOOKS and not may_be_more(card)
    if study_days_ago(card.answered_on, final) <= len(final) and not is_barely:
        days = [day for day in days if day in final[-holds(card.interval) :]]
        if study_days_ago(card.answered_on, final) <= holds(card.interval):
            return None  # if that was its second look, the whole plan gives it another if there is room
    if card.answered_on == today and days[:1] == [study_day_after(today, free_days)]:
        days = days[1:] or days  # tomorrow’s whole plan knows how much room tomorrow has
    return days[_place(card, len(days))] if days else None


def _place(card: PlanCard, count: int) -> int:
    """Weakest latest: a third of the days for each of three strengths, spread over it by card."""
    third = (card.interval < MATURE) + (card.interval < YOUNG)
    return (third * 3 + card.card_id % 3) * count // 9

"""One card after an answer, in a moment: the same rules as in the whole plan."""

from datetime import date

from cards.planning.days import final_days_of
from cards.planning.words import PlanCard

YOUNG, MATURE = 7, 21


def plan_card(card: PlanCard, *, today: date, free_days: frozenset[date]) -> date | None:
    """The `plan_on` of one card after an answer; the next whole plan may even it out by a few days."""
    due = card.asked_on
    if due is None or card.exam_on is None or card.exam_on <= today:
        return None
    final = final_days_of(card.exam_on, free_days)
    if not final or due <= final[-1]:
        return None
    if card.answered_on and card.answered_on >= final[0] and not card.is_barely_met:
        return None
    days = [day for day in final if day >= today and (card.answered_on is None or day > card.answered_on)]
    return days[_place(card, len(days))] if days else None


def _place(card: PlanCard, count: int) -> int:
    """Weakest latest: a third of the days for each of three strengths, spread over it by card."""
    third = (card.interval < MATURE) + (card.interval < YOUNG)
    return (third * 3 + card.card_id % 3) * count // 9

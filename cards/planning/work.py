"""What is to be asked on each study day, and how much of it her minutes allow."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from cards.planning.days import Calendar, is_barely_met
from cards.planning.words import DayLoad, ExamPlan, Plan, PlanCard

MILLISECONDS_A_MINUTE = 60_000
LOOKS = 3  # days on which every card is seen before the exam, at least


@dataclass(slots=True)
class Met:
    """A card that was met, and what SM-2 alone does with it before the exam."""

    card: PlanCard
    last: date | None  # the last day on which it is asked, else on which it was answered
    is_waiting: bool  # it is asked no more
    is_barely: bool  # so far, and then, on fewer than three days
    interval: int  # at the last of them


@dataclass(slots=True)
class Work:
    """Reviews and new cards by study day, as far as they are planned."""

    calendar: Calendar
    minutes_a_day: int
    pace_ms: int
    reviews: list[int] = field(init=False)
    new: list[int] = field(init=False)
    answered: int = 0  # today, new cards too
    introduced: int = 0
    new_today: int = 0  # of the exams planned so far, still to be met today
    deadlines: list[int] = field(default_factory=list)  # days at whose end nothing may be left over

    def __post_init__(self) -> None:
        self.reviews = [0] * len(self.calendar.study)
        self.new = self.reviews[:]

    def add_today(self, cards: Iterable[PlanCard]) -> None:
        """What she did today already."""
        self.answered = sum(card.answered_on == self.calendar.today for card in cards)
        self.introduced = sum(card.introduced_on == self.calendar.today for card in cards)

    def add_met(self, card: PlanCard, exam_on: date | None) -> Met:
        calendar, study = self.calendar, self.calendar.study
        due = ((card.asked_on or calendar.today) - calendar.today).days
        end = calendar.before(exam_on) if exam_on else len(study)
        looks, interval = calendar.path(card.repetitions, card.interval, card.ease, due, end)
        for at in looks:
            self.reviews[at] += 1
        last = study[looks[-1]] if looks else card.answered_on
        seen = 1 + (card.answered_on != card.introduced_on) + len(looks)
        has_later = bool(end) and (last is None or last < study[end - 1])
        return Met(
            card, last, not looks, is_barely_met(card, calendar.free_days) and seen < LOOKS and has_later, interval
        )

    def limits(self, minutes: int) -> list[int]:
        """Cards a day; for today, what is left of them."""
        cards = minutes * MILLISECONDS_A_MINUTE // self.pace_ms
        limits = [cards] * len(self.calendar.study)
        if self.calendar.starts_today:
            limits[0] = max(0, cards - self.answered)
        return limits

    def spill(self, reviews: list[int], new: list[int], limits: list[int]) -> tuple[list[int], list[int], list[int]]:
        """What is asked of either on each day, and what is left at its end: reviews first, the rest a day later."""
        asked, begun, left = [], [], []
        late_reviews = late_new = 0
        for due, fresh, limit in zip(reviews, new, limits, strict=True):
            late_reviews += due
            late_new += fresh
            asked.append(min(limit, late_reviews))
            begun.append(min(limit - asked[-1], late_new))
            late_reviews -= asked[-1]
            late_new -= begun[-1]
            left.append(late_reviews + late_new)
        return asked, begun, left

    def rooms(self) -> list[int]:
        """What her minutes leave free on each day."""
        limits = self.limits(self.minutes_a_day)
        asked, begun, _ = self.spill(self.reviews, self.new, limits)
        return [limit - a - b for limit, a, b in zip(limits, asked, begun, strict=True)]

    def summary(self, exams: list[ExamPlan], plan_on: dict[int, date | None]) -> Plan:
        asked, begun, _ = self.spill(self.reviews, self.new, self.limits(self.minutes_a_day))
        if self.calendar.starts_today:
            begun[0] += self.introduced
            asked[0] += self.answered - self.introduced
        load = tuple(map(DayLoad, self.calendar.study, begun, asked))
        counts = sorted(day.new + day.reviews for day in load) or [0]
        usual, most = counts[len(counts) // 2], counts[-1]
        return Plan(tuple(exams), plan_on, load, self.minutes_of(usual), self.minutes_of(most))

    def minutes_of(self, cards: int) -> int:
        return -(-cards * self.pace_ms // MILLISECONDS_A_MINUTE)

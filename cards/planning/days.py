"""Study days before an exam, and on which of them SM-2 asks a card."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from cards.planning.words import DAY, PlanCard

FINAL_DAYS = 5  # study days before an exam on which every card is seen once more, if her minutes allow
LONGEST_BREAK = 366
SURE = 3  # of a card from elsewhere nothing is known


def final_days_of(exam_on: date, free_days: Iterable[date], count: int = FINAL_DAYS) -> list[date]:
    """The last `count` study days before the exam, earliest first; fewer if a whole year is free."""
    free, day = set(free_days), exam_on
    days: list[date] = []
    while len(days) < count and (exam_on - day).days < LONGEST_BREAK:
        day -= DAY
        if day not in free:
            days.append(day)
    return days[::-1]


def study_day_after(day: date, free_days: Container[date]) -> date | None:
    """None if a whole year is free."""
    return next((later for n in range(1, LONGEST_BREAK) if (later := day + n * DAY) not in free_days), None)


def seen_at_least(card: PlanCard) -> int:
    """On so many days it was surely seen, by its memory alone: each pass in a row had a day of its own.

    Free and missed days are not reckoned backwards: those that have passed are forgotten.
    """
    if not card.introduced_on or not card.answered_on:
        return max(SURE, card.repetitions)
    return max(card.repetitions, 1 + (card.answered_on > card.introduced_on))


def may_be_more(card: PlanCard) -> bool:
    """Whether it may have been seen on days in between, early or after a fail."""
    if not card.introduced_on or not card.answered_on:
        return False
    return (card.answered_on - card.introduced_on).days > 1


def next_interval(repetitions: int, interval: int, ease: int) -> int:
    """The interval that SM-2 gives for a Good answer."""
    if repetitions < 2:
        return 6 if repetitions else 1
    return -(-interval * ease // 100)


@dataclass(slots=True)
class Calendar:
    """The study days from today until the day before the last exam."""

    today: date
    free_days: frozenset[date]
    study: list[date]
    offsets: list[int]  # of each study day, in days from today
    next_at: list[int]  # for each day from today to the last exam, the index of the study day on or after it

    @classmethod
    def until(cls, last: date, *, today: date, free_days: frozenset[date]) -> "Calendar":
        days = [today + n * DAY for n in range((last - today).days)]
        study = [day for day in days if day not in free_days]
        next_at = list(accumulate((day not in free_days for day in days), initial=0))
        return cls(today, free_days, study, [(day - today).days for day in study], next_at)

    @property
    def starts_today(self) -> bool:
        return self.study[:1] == [self.today]

    def before(self, exam_on: date) -> int:
        """How many study days are left before it."""
        return self.next_at[(exam_on - self.today).days]

    def path(self, repetitions: int, interval: int, ease: int, due: int, end: int) -> tuple[list[int], int]:
        """The indexes, under `end`, on which SM-2 asks a card from day `due` on if all is Good; its interval then."""
        looks = []
        while due < len(self.next_at) and (at := self.next_at[max(0, due)]) < end:
            looks.append(at)
            interval = next_interval(repetitions, interval, ease)
            repetitions += 1
            due = self.offsets[at] + interval
        return looks, interval

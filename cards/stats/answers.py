"""What she has answered: one scan of her log, and from it the figures of any days, hours and buttons."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from accounts.models import User
from cards.kinds import PASS
from cards.models import LEARNED_REPETITIONS, ReviewLog
from cards.queue import MILLISECONDS_A_MINUTE
from cards.stats.motives import MATURE_INTERVAL, Level

STAGES = (Level.LEARNING, Level.YOUNG, Level.MATURE)


class Retention(NamedTuple):
    """Scheduled answers to cards answered on an earlier day, and how many of them were passes."""

    tries: int
    passes: int

    @property
    def percent(self) -> int | None:
        """Rounded to the nearest whole number; None without tries."""
        return (200 * self.passes + self.tries) // (2 * self.tries) if self.tries else None


class Tally(NamedTuple):
    """Standing answers, counted. A review is a scheduled answer or a repeat; practice is counted apart."""

    answers: int = 0
    practice: int = 0
    repeats: int = 0
    milliseconds: int = 0  # of the reviews
    tries: int = 0
    passes: int = 0
    young_tries: int = 0
    young_passes: int = 0
    mature_tries: int = 0
    mature_passes: int = 0
    blank: int = 0  # reviews by quality, 0 to 4; the others are 5
    wrong: int = 0
    again: int = 0
    hard: int = 0
    good: int = 0

    @property
    def reviews(self) -> int:
        return self.answers - self.practice

    @property
    def scheduled(self) -> int:
        return self.reviews - self.repeats

    @property
    def first_meetings(self) -> int:
        return self.scheduled - self.tries

    @property
    def minutes(self) -> int:
        return (self.milliseconds + MILLISECONDS_A_MINUTE // 2) // MILLISECONDS_A_MINUTE

    @property
    def by_quality(self) -> tuple[int, ...]:
        counted = self[-5:]
        return (*counted, self.reviews - sum(counted))

    @property
    def retention(self) -> Retention:
        return Retention(self.tries, self.passes)

    def retention_of(self, stage: Level) -> Retention:
        """Of cards that were at this level when they were asked."""
        young, mature = (self.young_tries, self.young_passes), (self.mature_tries, self.mature_passes)
        if stage == Level.LEARNING:
            return Retention(self.tries - young[0] - mature[0], self.passes - young[1] - mature[1])
        return Retention(*(young if stage == Level.YOUNG else mature))


def total(tallies: Iterable[Tally]) -> Tally:
    return Tally(*map(sum, zip(*tallies, strict=True)))


# In each condition the part that most rows fail comes first: SQLite then stops there.
_REVIEW = ~Q(kind=ReviewLog.Kind.PRACTICE)
_PASS = Q(quality__gte=PASS)
_YOUNG = Q(interval_before__lt=MATURE_INTERVAL, repetitions_before__gte=LEARNED_REPETITIONS)
_MATURE = Q(interval_before__gte=MATURE_INTERVAL, repetitions_before__gte=LEARNED_REPETITIONS)
# A second scheduled answer can't fall on the same day: the first moved the card's date beyond it.
TRY = Q(kind=ReviewLog.Kind.SCHEDULED, sm2_due_on_before__isnull=False)


def _count(condition: Q) -> Count:
    return Count("id", filter=condition)


_COUNTS = {
    "answers": Count("id"),
    "practice": _count(Q(kind=ReviewLog.Kind.PRACTICE)),
    "repeats": _count(Q(kind=ReviewLog.Kind.REPEAT)),
    "milliseconds": Sum("elapsed_ms", filter=_REVIEW, default=0),
    "tries": _count(TRY),
    "passes": _count(TRY & _PASS),
    "young_tries": _count(_YOUNG & TRY),
    "young_passes": _count(_YOUNG & TRY & _PASS),
    "mature_tries": _count(_MATURE & TRY),
    "mature_passes": _count(_MATURE & TRY & _PASS),
} | {name: _count(Q(quality=quality) & _REVIEW) for quality, name in enumerate(Tally._fields[-5:])}


@dataclass(frozen=True)
class History:
    """All her standing answers, counted by study day and hour of her own clock."""

    slices: list[tuple[date, int, Tally]]

    def __bool__(self) -> bool:
        return bool(self.slices)

    @cached_property
    def by_day(self) -> dict[date, Tally]:
        """Days on which she answered, oldest first."""
        tallies: dict[date, list[Tally]] = defaultdict(list)
        for day, _, tally in self.slices:
            tallies[day].append(tally)
        return {day: total(of_day) for day, of_day in tallies.items()}

    @cached_property
    def days(self) -> list[date]:
        return list(self.by_day)

    def between(self, first: date, last: date) -> Tally:
        return total(self.by_day[day] for day in self._days_between(first, last))

    def days_practised(self, first: date, last: date) -> int:
        """On how many days she reviewed."""
        return sum(self.by_day[day].reviews > 0 for day in self._days_between(first, last))

    def _days_between(self, first: date, last: date) -> list[date]:
        return self.days[bisect_left(self.days, first) : bisect_right(self.days, last)]

    def last_days(self, days: int | None, *, today: date) -> Tally:
        """Of today and the days before it, `days` in all; None for ever."""
        first = today - timedelta(days=days - 1) if days else date.min
        return self.between(first, today)

    def by_hour(self, first: date, last: date) -> list[Tally]:
        """24 of them."""
        tallies: list[list[Tally]] = [[] for _ in range(24)]
        for day, hour, tally in self.slices:
            if first <= day <= last:
                tallies[hour].append(tally)
        return [total(of_hour) for of_hour in tallies]


def load_history(user: User) -> History:
    """In one query, in the order of the index (user, day, hour)."""
    logs = ReviewLog.objects.standing().filter(user=user)
    rows = logs.values_list("day", "hour").annotate(**_COUNTS).order_by("day", "hour")
    return History([(row[0], row[1], Tally(*row[2:])) for row in rows])

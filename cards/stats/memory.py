"""What she remembers now: the intervals and ease of her cards, and when they come back."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from accounts.models import User
from cards.models import CardState
from cards.queue import Queue

FORECAST_DAYS = 30
# Lower bounds: the second pass gives 6 days, mature begins at 21; then two months, half a year, a year.
INTERVAL_STEPS = (1, 2, 7, 21, 61, 183, 366)
EASE_STEPS = (130, 150, 170, 190, 210, 230, 250, 270, 290)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Cards that come back: today's queue, what is due beyond it, and each of the days after today."""

    today: int
    backlog: int
    later: list[tuple[date, int]]

    @property
    def coming(self) -> int:
        return sum(count for _, count in self.later)


def forecast(user: User, queue: Queue) -> Forecast:
    """The 30 days from today. New cards are not in it, since nobody knows which day she will meet them."""
    days = [queue.today + timedelta(days=place) for place in range(1, FORECAST_DAYS)]
    states = CardState.objects.studied_by(user, queue.today).filter(suspended=False)
    coming = states.filter(due_on__range=(days[0], days[-1])).order_by()
    counts = Counter(dict(coming.values_list("due_on").annotate(count=Count("pk"))))
    return Forecast(len(queue.due) + len(queue.repeats), queue.backlog, [(day, counts[day]) for day in days])


def intervals_and_eases(user: User, *, today: date) -> tuple[Counter[int], Counter[int]]:
    """How many of the cards she has met have which interval (days) and which ease (hundredths)."""
    met = CardState.objects.studied_by(user, today).filter(sm2_due_on__isnull=False).order_by()
    intervals, eases = Counter[int](), Counter[int]()
    for interval, ease, count in met.values_list("interval", "ease").annotate(count=Count("pk")):
        intervals[interval] += count
        eases[ease] += count
    return intervals, eases


def count_in_steps(counts: Mapping[int, int], steps: Sequence[int]) -> list[int]:
    """How many lie from each step up to the next; what is below the first step counts there."""
    found = [0] * len(steps)
    for value, count in counts.items():
        found[max(bisect_right(steps, value) - 1, 0)] += count
    return found


def upper_half(counts: Mapping[int, int]) -> int | None:
    """The largest value that at least half of all reach or pass; None of nothing."""
    waiting = -(-sum(counts.values()) // 2)
    for value in sorted(counts, reverse=True):
        waiting -= counts[value]
        if waiting <= 0:
            return value
    return None

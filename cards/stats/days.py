"""Her study days: the calendar of a year, and spans of days, weeks or months for the pictures over time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cards.stats.answers import History, Tally

DAY = timedelta(days=1)
CALENDAR_WEEKS = 53
MOST_DAYS = 62  # more spans than this make thin bars
MOST_WEEKS = 60


class Unit(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Span:
    """A day, a week or a month, and what she answered in it."""

    first: date
    last: date
    days_practised: int
    tally: Tally


def finest_unit(first: date, last: date) -> Unit:
    """The finest that still makes a readable picture."""
    days = (last - first).days + 1
    if days <= MOST_DAYS:
        return Unit.DAY
    return Unit.WEEK if days <= 7 * MOST_WEEKS else Unit.MONTH


def spans(history: History, first: date, last: date, unit: Unit) -> list[Span]:
    """From `first` to `last`; weeks begin on Monday, and the spans at both ends may be cut short."""
    return [
        Span(start, end, history.days_practised(start, end), history.between(start, end))
        for start, end in _pieces(first, last, _NEXT[unit])
    ]


def _pieces(first: date, last: date, start_of_next: Callable[[date], date]) -> Iterator[tuple[date, date]]:
    while first <= last:
        after = start_of_next(first)
        yield first, min(after - DAY, last)
        first = after


def _next_day(day: date) -> date:
    return day + DAY


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


_NEXT = {Unit.DAY: _next_day, Unit.WEEK: _next_monday, Unit.MONTH: _next_month}


def calendar_weeks(today: date) -> list[list[date]]:
    """The weeks of a year, Monday to Sunday, up to today; the last one may be cut short."""
    first = today - timedelta(days=today.weekday() + 7 * (CALENDAR_WEEKS - 1))
    days = [first + timedelta(days=place) for place in range((today - first).days + 1)]
    return [days[place : place + 7] for place in range(0, len(days), 7)]

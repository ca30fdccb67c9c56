"""How days, hours, intervals and ease are written under the pictures of the page of her progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from cards.stats import History, PractisedDay, Span, Tally, Unit

SHADE_STEPS = (50, 25, 10, 1)  # reviews of a day, deepest shade first
INTERVALS = (  # one for each of cards.stats.INTERVAL_STEPS
    gettext_lazy("1 day"),
    gettext_lazy("2 to 6 days"),
    gettext_lazy("1 to 3 weeks"),
    gettext_lazy("3 weeks to 2 months"),
    gettext_lazy("2 to 6 months"),
    gettext_lazy("6 to 12 months"),
    gettext_lazy("over a year"),
)


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    label: str
    days_practised: int
    tally: Tally


class CalendarDay(NamedTuple):
    """A cell of the calendar, ready to be written: there are 371 of them."""

    shade: str
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weeks stand beside each other, weekdays below each other."""

    weeks: list[tuple[str, str]]  # its Monday; the month, where one begins
    weekdays: list[tuple[str, list[CalendarDay]]]


def calendar(history: History, weeks: list[list[date]]) -> Calendar:
    heads = [(day(week[0]), _month_that_begins(week)) for week in weeks]
    names = [date_format(weekday, "l") for weekday in weeks[0]]
    lines = [[_calendar_day(history, week[place]) for week in weeks if place < len(week)] for place in range(7)]
    return Calendar(heads, list(zip(names, lines, strict=True)))


def timeline(weeks: list[list[PractisedDay]]) -> list[tuple[str, list[CalendarDay]]]:
    """The weeks below each other, each named by its Monday."""
    return [(day(week[0].day), [_timeline_day(found) for found in week]) for week in weeks]


def _timeline_day(found: PractisedDay) -> CalendarDay:
    text = str(found.answers) if found.answers else ""
    return CalendarDay(_shade_of(found.answers), text, day(found.day))


def _month_that_begins(week: list[date]) -> str:
    return date_format(week[-1], "M") if week[-1].day <= len(week) else ""


def _calendar_day(history: History, of: date) -> CalendarDay:
    tally = history.by_day.get(of)
    if tally is None:
        return _EMPTY_DAY
    text = str(tally.reviews)
    if tally.practice:
        text += ", " + _("practice %(count)d") % {"count": tally.practice}
    return CalendarDay(_shade(tally), text, f"{day(of)}: {text}")


_EMPTY_DAY = CalendarDay("s0", "0", "")


def _shade(tally: Tally) -> str:
    """The CSS classes of a day."""
    shade = _shade_of(tally.reviews)
    return f"{shade} practice" if tally.practice else shade


def _shade_of(reviews: int) -> str:
    return f"s{sum(reviews >= step for step in SHADE_STEPS)}"


def spans(found: list[Span], unit: Unit) -> list[LabelledSpan]:
    write = month if unit == Unit.MONTH else day
    return [LabelledSpan(write(span.first), span.days_practised, span.tally) for span in found]


def day(of: date) -> str:
    return _day(of, get_language())


@lru_cache(maxsize=5000)
def _day(of: date, language: str | None) -> str:
    """Remembered, because a calendar writes 371 of them and each asks for its format and the name of its month."""
    return date_format(of, pgettext("date format", "j M"))


def weekday(of: date) -> str:
    return date_format(of, "D")


def weekday_and_day(of: date) -> str:
    return date_format(of, pgettext("date format", "l j F"))


def month(of: date) -> str:
    return date_format(of, pgettext("date format", "M Y"))


def hour(of: int) -> str:
    """On the clock, 24 being midnight again."""
    return f"{of % 24:02}:00"


def ease(hundredths: int) -> str:
    """As SM-2 writes it: 2.50."""
    return number_format(Decimal(hundredths) / 100, decimal_pos=2)


def eases(steps: Sequence[int]) -> list[str]:
    """“1.30–1.49” and so on, the last without an end."""
    closed = [f"{ease(step)}–{ease(after - 1)}" for step, after in pairwise(steps)]
    return [*closed, _("%(ease)s and more") % {"ease": ease(steps[-1])}]

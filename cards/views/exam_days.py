"""The days until an exam, as a picture and in numbers: by the day while they are few, else by the week or the month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.days import monday_of
from cards.planning import DayLoad, ExamPlan, Plan
from cards.views.charts import Chart, chart
from cards.views.wording import day_in_words, short_day

DAY = timedelta(days=1)
MOST_ROWS = 14  # days in the table
MOST_BARS = 60
MOST_WEEKS = 60
EACH = 7  # so many bars have a name each


@dataclass(frozen=True, slots=True)
class ExamDays:
    said: str
    chart: Chart
    head: str  # of the first column
    spans: list[tuple[str, int, int]]  # new cards and reviews of each day, week or month


@dataclass(frozen=True, slots=True)
class Grouping:
    said: str  # of the picture
    head: str
    first_of: Callable[[date], date]


def exam_days(exam: ExamPlan, plan: Plan, *, today: date, has_others: bool) -> ExamDays | None:
    """None if there is nothing to learn for it, or nothing is asked. What she has to do for other decks is in it."""
    loads = {load.day: load for load in plan.load if load.day < exam.exam_on}
    days = [today + n * DAY for n in range((exam.exam_on - today).days)]
    all_days = [loads.get(day, DayLoad(day, 0, 0)) for day in days]  # a free day is one with nothing on it
    if not exam.of or not any(load.new + load.reviews for load in all_days):
        return None
    bars, rows = _grouping(len(days), MOST_BARS), _grouping(len(days), MOST_ROWS)
    others = _("The cards of all your decks are counted.") if has_others else ""
    label = partial(short_day, today=today)
    return ExamDays(
        said=" ".join(filter(None, (_said(exam, list(loads.values()), len(days), today), others, bars.said))),
        chart=_chart(_grouped(all_days, bars), today),
        head=rows.head,
        spans=[(label(load.day), load.new, load.reviews) for load in _grouped(all_days, rows)],
    )


def _grouping(days: int, most: int) -> Grouping:
    if days <= most:
        return Grouping("", _("Day"), lambda day: day)
    if days <= MOST_WEEKS * EACH:
        return Grouping(_("In the picture a bar is a week."), _("Week from"), monday_of)
    return Grouping(_("In the picture a bar is a month."), _("Month from"), lambda day: day.replace(day=1))


def _grouped(loads: list[DayLoad], by: Grouping) -> list[DayLoad]:
    """Each group begins on its first day that is still to come."""
    groups: dict[date, list[DayLoad]] = {}
    for load in loads:
        groups.setdefault(by.first_of(load.day), []).append(load)
    return [
        DayLoad(group[0].day, sum(load.new for load in group), sum(load.reviews for load in group))
        for group in groups.values()
    ]


def _chart(loads: list[DayLoad], today: date) -> Chart:
    each = len(loads) <= EACH
    labels = [date_format(load.day, "D") if each else short_day(load.day, today=today) for load in loads]
    return chart(labels, [load.reviews for load in loads], [load.new for load in loads], each=each)


def _said(exam: ExamPlan, loads: list[DayLoad], days: int, today: date) -> str:
    """The picture in words: the days on which something is asked, the free ones, and the last looks."""
    most = max(load.new + load.reviews for load in loads)
    values = {"count": len(loads), "cards": ngettext("%(count)d card", "%(count)d cards", most) % {"count": most}}
    said = ngettext(
        "%(count)d day is left to study, with %(cards)s.",
        "%(count)d days are left to study, with at most %(cards)s on one of them.",
        len(loads),
    )
    return " ".join(filter(None, (said % values, _free(days - len(loads)), _last_looks(exam, len(loads), today))))


def _free(count: int) -> str:
    said = ngettext("%(count)d day until then is free.", "%(count)d days until then are free.", count)
    return said % {"count": count} if count else ""


def _last_looks(exam: ExamPlan, days: int, today: date) -> str:
    """Where every day that is left is one of them, the promise has said so."""
    if not exam.final_from or exam.final_days >= days or exam.meets <= exam.unseen:
        return ""
    return _("The last look at each card begins %(day)s.") % {"day": day_in_words(exam.final_from, today=today)}

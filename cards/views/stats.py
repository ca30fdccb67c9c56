"""The page of her progress: what she has done, what she remembers and what comes back."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.days import study_day
from accounts.models import User
from cards.queue import load_queue
from cards.stats import (
    EASE_STEPS,
    INTERVAL_STEPS,
    STAGES,
    History,
    Level,
    Tally,
    Unit,
    calendar_weeks,
    cards_by_level,
    count_in_steps,
    finest_unit,
    forecast,
    intervals_and_eases,
    level_counts,
    load_history,
    map_rows,
    spans,
    upper_half,
)
from cards.views import StudentRequest, labels
from cards.views.charts import Row, chart, rows
from cards.views.motives import LEVEL_NAMES, map_context
from cards.views.wording import FOUR_BUTTONS, QUALITY_NAMES, SIX_BUTTONS, day_in_words
from pactcards.errors import say

RANGES = {"30": 30, "365": 365, "all": None}
RANGE_NAMES = {
    "30": gettext_lazy("30 days"),
    "365": gettext_lazy("a year"),
    "all": pgettext_lazy("range of days", "all"),
}
RETENTION_DAYS = (7, 30, 365, None)


@require_safe
def stats(request: StudentRequest) -> HttpResponse:
    chosen = request.GET.get("range", "30")
    if chosen not in RANGES:
        return say(request, 400, _("There is no such range. Choose 30 days, a year or all."))
    user, today = request.user, study_day(request.user, now=timezone.now())
    context: dict[str, Any] = {"ranges": RANGE_NAMES, "chosen": chosen}
    context["history"] = history = load_history(user)
    if history:
        context |= _days_context(history, today) | _retention_context(history, today)
        context |= _range_context(user, history, RANGES[chosen], today) | _motives_context(user, today)
        context |= _forecast_context(user, today) | _memory_context(user, today)
    return render(request, "cards/stats.html", context)


def _days_context(history: History, today: date) -> dict[str, Any]:
    """Today, and the calendar of a year with its numbers by month."""
    weeks = calendar_weeks(today)
    first = weeks[0][0]
    return {
        "today": history.by_day.get(today, Tally()),
        "calendar": labels.calendar(history, weeks),
        "days_practised": history.days_practised(first, today),
        "year": history.between(first, today),
        "months": labels.spans(spans(history, first, today, Unit.MONTH), Unit.MONTH),
    }


def _retention_context(history: History, today: date) -> dict[str, Any]:
    tallies = [history.last_days(days, today=today) for days in RETENTION_DAYS]
    stages = [(LEVEL_NAMES[stage], [tally.retention_of(stage) for tally in tallies]) for stage in STAGES]
    everything = [tally.retention for tally in tallies]
    return {"retention_stages": stages, "retention": everything, "retention_30": everything[1]}


def _range_context(user: User, history: History, days: int | None, today: date) -> dict[str, Any]:
    """Everything that the chosen range governs."""
    first = today - timedelta(days=days - 1) if days else history.days[0]
    unit, tally = finest_unit(first, today), history.between(first, today)
    context = {"unit": unit, "tally": tally, "buttons": _buttons(user, tally)}
    context |= _over_time(labels.spans(spans(history, first, today, unit), unit))
    return context | _hours(history.by_hour(first, today))


def _over_time(shown: list[labels.LabelledSpan]) -> dict[str, Any]:
    names = [span.label for span in shown]
    return {
        "spans": shown,
        "reviews_chart": chart(names, [span.tally.scheduled for span in shown], [span.tally.repeats for span in shown]),
        "minutes_chart": chart(names, [span.tally.minutes for span in shown]),
    }


def _hours(tallies: list[Tally]) -> dict[str, Any]:
    names = [labels.hour(place) for place in range(24)]
    busiest = max(range(24), key=lambda place: tallies[place].reviews)
    return {
        "hours": list(zip(names, tallies, strict=True)),
        "hours_chart": chart(names, [tally.reviews for tally in tallies]),
        "busiest": (labels.hour(busiest), labels.hour(busiest + 1)),
    }


def _buttons(user: User, tally: Tally) -> list[Row]:
    """The buttons she has, or had when she used them."""
    six = user.grade_buttons == User.GradeButtons.SIX or any(tally.by_quality[:2])
    shown = SIX_BUTTONS if six else FOUR_BUTTONS
    return rows([str(QUALITY_NAMES[quality]) for quality in shown], [tally.by_quality[quality] for quality in shown])


def _motives_context(user: User, today: date) -> dict[str, Any]:
    counts = level_counts(user, today=today)
    found, levels = map_context(map_rows(counts)), cards_by_level(counts)
    return {
        "motive_rows": found["rows"],
        "actors": found["actors"],
        "levels": rows([str(LEVEL_NAMES[level]) for level in levels], list(levels.values())),
        "learned": levels[Level.YOUNG] + levels[Level.MATURE],
        "cards": sum(levels.values()),
    }


def _forecast_context(user: User, today: date) -> dict[str, Any]:
    coming = forecast(user, load_queue(user, today=today, with_new=False))
    names = [_("today"), *(labels.day(day) for day, _count in coming.later)]
    counts = [coming.today, *(count for _day, count in coming.later)]
    fullest, most = max(coming.later, key=lambda pair: pair[1])
    return {
        "forecast": coming,
        "forecast_days": list(zip(names, counts, strict=True)),
        "forecast_chart": chart(names, counts),
        "fullest": {"day": day_in_words(fullest, today=today), "count": most},
    }


def _memory_context(user: User, today: date) -> dict[str, Any]:
    intervals, eases = intervals_and_eases(user, today=today)
    ease = upper_half(eases)
    return {
        "intervals": rows(map(str, labels.INTERVALS), count_in_steps(intervals, INTERVAL_STEPS)),
        "interval": upper_half(intervals),
        "eases": rows(labels.eases(EASE_STEPS), count_in_steps(eases, EASE_STEPS)),
        "ease": labels.ease(ease) if ease else "",
    }

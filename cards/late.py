"""Reads: when a late answer was given. It waited on a device without a connection, and counts as if it had not."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max

from accounts.days import study_day, wall_clock_day
from accounts.models import User
from cards.models import CardState, ReviewLog

LATE_LIMIT = timedelta(hours=72)


class UntimelyError(ValueError):
    """An answer says that it was given too long ago, before the card's last answer, or in the future."""


def study_day_at(user: User, given_at: datetime, *, now: datetime) -> date:
    """The study day that it was for her at `given_at`, by then the last day logged; today's for an impossible time."""
    if not now - LATE_LIMIT <= given_at < now:
        return study_day(user, now=now)
    day = wall_clock_day(given_at, ZoneInfo(user.time_zone), user.day_start)
    if user.studied_on is None or user.studied_on <= day:
        return day
    logged = ReviewLog.objects.filter(user=user, day__gt=day, answered_at__lte=given_at)
    return logged.aggregate(last=Max("day"))["last"] or day


def check_time(state: CardState, given_at: datetime, *, now: datetime) -> None:
    """Raises UntimelyError unless `given_at` lies between the card's last answer and `now`, at most 72 hours back."""
    later = ReviewLog.objects.standing().filter(user=state.user_id, card=state.card_id, answered_at__gt=given_at)
    if not now - LATE_LIMIT <= given_at <= now or later.exists():
        raise UntimelyError(f"this answer can't have been given at {given_at}")

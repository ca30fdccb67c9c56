"""The study day: which date it is for a student."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from accounts.models import User


def wall_clock_day(now: datetime, zone: ZoneInfo, day_start: time) -> date:
    """The local date of `now` (aware); before the day's start it is still yesterday.

    By the wall clock and not by elapsed hours, so that the two nights on which the clocks change are
    no longer or shorter than the student's own clock says.
    """
    local = now.astimezone(zone)
    return local.date() - timedelta(days=1 if local.time() < day_start else 0)


def local_time(user: "User", *, now: datetime) -> datetime:
    """What the student's own clock says."""
    return now.astimezone(ZoneInfo(user.time_zone))


def study_day(user: "User", *, now: datetime) -> date:
    """The student's study day at `now`. It never goes back: a change of zone can end a day early, not repeat one."""
    today = wall_clock_day(now, ZoneInfo(user.time_zone), user.day_start)
    return max(today, user.studied_on) if user.studied_on else today


def study_day_ends(user: "User", *, now: datetime) -> datetime:
    """When the study day of `now` is over by the student's own clock."""
    morning = datetime.combine(study_day(user, now=now) + timedelta(days=1), user.day_start)
    return morning.replace(tzinfo=ZoneInfo(user.time_zone)).astimezone(UTC)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())

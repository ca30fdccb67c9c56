"""The study day: 04:00 by the student's wall clock, on ordinary nights and on both nights the clocks change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accounts.days import study_day, wall_clock_day
from accounts.models import User

LONDON = ZoneInfo("Europe/London")
FOUR = time(4)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (utc(2026, 11, 23, 3, 59, 59), date(2026, 11, 22)),
        (utc(2026, 11, 23, 4, 0, 0), date(2026, 11, 23)),
        (utc(2026, 11, 24, 3, 59, 59), date(2026, 11, 23)),
        # 29 March 2026: at 01:00 the clocks go to 02:00, so 04:00 is 03:00 UTC
        (utc(2026, 3, 29, 2, 59, 59), date(2026, 3, 28)),
        (utc(2026, 3, 29, 3, 0, 0), date(2026, 3, 29)),
        # 25 October 2026: at 02:00 the clocks go back to 01:00, so 04:00 is 04:00 UTC
        (utc(2026, 10, 25, 3, 59, 59), date(2026, 10, 24)),
        (utc(2026, 10, 25, 4, 0, 0), date(2026, 10, 25)),
        (utc(2026, 10, 24, 2, 59, 59), date(2026, 10, 23)),
        (utc(2026, 10, 24, 3, 0, 0), date(2026, 10, 24)),
    ],
)
def test_day_starts_at_four_in_london(now, day):
    assert wall_clock_day(now, LONDON, FOUR) == day


def test_zones_on_either_side_of_the_date_line():
    now = utc(2026, 11, 23, 12)
    assert wall_clock_day(now, ZoneInfo("Pacific/Kiritimati"), FOUR) == date(2026, 11, 23)
    assert wall_clock_day(now, ZoneInfo("Pacific/Auckland"), FOUR) == date(2026, 11, 23)
    assert wall_clock_day(now, ZoneInfo("Pacific/Pago_Pago"), FOUR) == date(2026, 11, 22)


def test_day_never_goes_back_when_the_zone_changes():
    student = User(time_zone="Pacific/Pago_Pago", studied_on=date(2026, 11, 24))
    assert study_day(student, now=utc(2026, 11, 23, 12)) == date(2026, 11, 24)


def test_day_goes_on_when_it_is_later_than_the_last_studied():
    student = User(time_zone="UTC", studied_on=date(2026, 11, 20))
    assert study_day(student, now=utc(2026, 11, 23, 12)) == date(2026, 11, 23)


def test_day_start_of_midnight_is_the_calendar_day():
    assert wall_clock_day(utc(2026, 11, 23, 0, 0), ZoneInfo("UTC"), time(0)) == date(2026, 11, 23)

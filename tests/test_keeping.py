"""Which backups are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from pactcards.database.keeping import DEFAULT, read_rule, to_keep

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)  # a Wednesday
NIGHTLY = [NOW - timedelta(days=days) for days in range(800)]


def kept(times, rule):
    return sorted((NOW - made_at).days for made_at in to_keep(times, read_rule(rule)))


def test_a_year_of_nights_leaves_days_weeks_and_months():
    days = [0, 1, 2, 3, 4, 5, 6]
    weeks = [3, 10, 17, 24]
    months = [25, 56, 86, 117, 148, 178, 209, 239, 270, 298, 329]
    assert kept(NIGHTLY, DEFAULT) == sorted({*days, *weeks, *months})


def test_all_of_the_last_two_days_stay():
    hourly = [NOW - timedelta(hours=hours) for hours in range(100)]
    assert len(to_keep(hourly, read_rule("1d"))) == 48


def test_silence_deletes_nothing():
    old = [NOW - timedelta(days=days) for days in (300, 301, 302)]
    assert kept(old, "7d,5w,12m") == [300, 301, 302]


def test_newest_stays_whatever_the_rule():
    assert kept(NIGHTLY, "0d") == [0, 1]


@pytest.mark.parametrize("text", ["", "7", "7d;5w", "-1d", "7y", "seven days"])
def test_rule_that_says_nothing_is_refused(text):
    with pytest.raises(ValueError, match="Write it like 7d,5w,12m"):
        read_rule(text)

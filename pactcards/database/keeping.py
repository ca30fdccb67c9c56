"""Which backups are kept: all of two days, then the newest of each of so many days, weeks and months."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

ALL_OF = timedelta(days=2)
PERIODS: dict[str, Callable[[datetime], object]] = {
    "d": lambda made_at: made_at.date(),
    "w": lambda made_at: made_at.isocalendar()[:2],
    "m": lambda made_at: (made_at.year, made_at.month),
}
DEFAULT = "7d,5w,12m"


def read_rule(text: str) -> dict[str, int]:
    """`7d,5w,12m`. Raises ValueError."""
    rule = {}
    for part in text.split(","):
        found = re.fullmatch(r"(\d{1,3})([dwm])", part.strip())
        if found is None:
            raise ValueError(f"“{text}” says nothing of days, weeks and months. Write it like {DEFAULT}.")
        rule[found[2]] = int(found[1])
    return rule


def to_keep(times: Iterable[datetime], rule: dict[str, int]) -> set[datetime]:
    """Periods without a backup do not count, so that a year of silence deletes nothing; the newest always stays."""
    newest_first = sorted(times, reverse=True)
    kept = {made_at for made_at in newest_first if made_at > newest_first[0] - ALL_OF}
    for unit, most in rule.items():
        newest_of: dict[object, datetime] = {}
        for made_at in newest_first:
            newest_of.setdefault(PERIODS[unit](made_at), made_at)
        kept.update(list(newest_of.values())[:most])
    return kept

"""Reads: how well a student knows what; figures for pages, each in a fixed number of queries.

answers: one scan of her log · days: calendar, spans of time · memory: intervals, ease, forecast · motives: their map
"""

from cards.stats.answers import STAGES, History, Retention, Tally, load_history
from cards.stats.days import Span, Unit, calendar_weeks, finest_unit, spans
from cards.stats.memory import (
    EASE_STEPS,
    INTERVAL_STEPS,
    Forecast,
    count_in_steps,
    forecast,
    intervals_and_eases,
    upper_half,
)
from cards.stats.motives import (
    MAP_ACTORS,
    MATURE_INTERVAL,
    Cell,
    Level,
    LevelCount,
    MapRow,
    cards_by_level,
    cards_of_motive,
    level_counts,
    map_rows,
    motive_map,
    weakest_quarter,
    with_level,
)

__all__ = [
    "EASE_STEPS",
    "INTERVAL_STEPS",
    "MAP_ACTORS",
    "MATURE_INTERVAL",
    "STAGES",
    "Cell",
    "Forecast",
    "History",
    "Level",
    "LevelCount",
    "MapRow",
    "Retention",
    "Span",
    "Tally",
    "Unit",
    "calendar_weeks",
    "cards_by_level",
    "cards_of_motive",
    "count_in_steps",
    "finest_unit",
    "forecast",
    "intervals_and_eases",
    "level_counts",
    "load_history",
    "map_rows",
    "motive_map",
    "spans",
    "upper_half",
    "weakest_quarter",
    "with_level",
]

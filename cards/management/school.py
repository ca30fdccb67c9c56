"""A school with years of answers, for measurements: real SM-2 histories, drawn by lot and copied to many students.

Each history is answered through `review.apply_answer`, so `check_reviews` finds nothing amiss. A few hundred are enough
for millions of cards: what differs is who answered, and which card.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from accounts.models import User
from cards.models import CardState, ReviewLog
from cards.review import REPEAT_UNDER, apply_answer

HISTORIES = 300
LAST_DAYS = 30  # the newest answer of a history lies so many days back at most
HOUR = 16
AT_ONCE = 20_000  # rows
QUALITIES, WEIGHTS = (1, 2, 3, 4, 5), (2, 8, 12, 63, 15)
_KEPT = (  # columns of a log row beside user and card, in this order
    *("kind", "quality", "answered_at", "day", "hour", "elapsed_ms", "attempt", "version", "undone_at", "detail"),
    *("repetitions_before", "interval_before", "ease_before", "lapses_before", "sm2_due_on_before"),
    *("plan_on_before", "revised_on_before", "repeat_on_before", "answered_at_before"),
    *("repetitions_after", "interval_after", "ease_after"),
)
_STATE = (
    *("version", "repetitions", "interval", "ease", "lapses", "sm2_due_on", "due_on", "introduced_on"),
    *("answered_on", "answered_at", "repeat_on", "plan_on", "revised_on", "suspended", "buried_on"),
)


class History(NamedTuple):
    """What one student did with one card, as column values: the log rows, and the state they left."""

    logs: list[tuple[Any, ...]]
    state: tuple[Any, ...]
    last_day: date


def histories(today: date, answers: float, chance: Random) -> list[History]:
    """Of `answers` answers each in the mean; the last one between yesterday and a month ago."""
    lengths = [max(1, round(chance.uniform(0.4, 1.6) * answers)) for _ in range(HISTORIES)]
    return [_history(today, length, chance) for length in lengths]


def _history(today: date, length: int, chance: Random) -> History:
    """Its dates follow from its qualities alone, so it can be moved to any day."""
    logs, state, last_day = _answered(length, chance)
    later = today - timedelta(days=chance.randint(1, LAST_DAYS)) - last_day
    moved = [tuple(_plain(value, later) for value in log) for log in logs]
    return History(moved, tuple(_plain(value, later) for value in state), last_day + later)


def _answered(length: int, chance: Random) -> tuple[list[list[Any]], list[Any], date]:
    """As Python has it, from an arbitrary first day on."""
    state, logs, day = CardState(), [], date(2000, 1, 1)
    for place in range(length):
        at = datetime.combine(day, time(HOUR, place % 60))
        is_repeat = state.repeat_on == day
        quality = 4 if is_repeat else chance.choices(QUALITIES, WEIGHTS)[0]
        logs.append(_log(state, quality, day, at, chance))
        state.answered_at, state.version = at, state.version + 1
        if quality >= REPEAT_UNDER:
            day = state.due_on  # type: ignore[assignment]
    return logs, [getattr(state, name) for name in _STATE], at.date()


def _log(state: CardState, quality: int, day: date, at: datetime, chance: Random) -> list[Any]:
    log = ReviewLog(quality=quality, day=day, hour=HOUR, answered_at=at, version=state.version)
    log.elapsed_ms, log.attempt, log.detail = chance.randint(2000, 20_000), UUID(int=chance.getrandbits(128)), "{}"
    log.memory_before, log.lapses_before = state.memory, state.lapses
    log.sm2_due_on_before, log.repeat_on_before = state.sm2_due_on, state.repeat_on
    log.answered_at_before = state.answered_at
    log.kind = apply_answer(state, quality, today=day, exam=None)
    log.memory_after = state.memory
    return [getattr(log, name) for name in _KEPT]


def _plain(value: Any, later: timedelta) -> Any:
    """Moved, and as both databases read it."""
    if isinstance(value, date):
        return (value + later).isoformat()
    return value.hex if isinstance(value, UUID) else value


def write_answers(user_ids: list[int], card_ids: list[int], drawn: list[History], chance: Random) -> int:
    """Both tables in the order of their keys, which is the quickest; returns the number of log rows."""
    chosen = [(user_id, card_id, chance.choice(drawn)) for user_id in user_ids for card_id in card_ids]
    newest: dict[int, date] = {}
    for user_id, _card_id, history in chosen:
        newest[user_id] = max(newest.get(user_id, history.last_day), history.last_day)
    User.objects.bulk_update((User(pk=pk, studied_on=day) for pk, day in newest.items()), ["studied_on"])
    _write(CardState, _STATE, ((user_id, card_id, *history.state) for user_id, card_id, history in chosen))
    logs = ((user_id, card_id, *log) for user_id, card_id, history in chosen for log in history.logs)
    return _write(ReviewLog, _KEPT, logs)


def _write(model: type[CardState] | type[ReviewLog], columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> int:
    table, names, count = model._meta.db_table, ", ".join(("user_id", "card_id", *columns)), 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for count, row in enumerate(rows, start=1):  # noqa: B007
                    copy.write_row(row)
            return count
        insert = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * (len(columns) + 2))})"  # noqa: S608
        while some := list(islice(rows, AT_ONCE)):
            cursor.executemany(insert, some)
            count += len(some)
    return count

"""Reads: replays every log through SM-2 and compares it with what is stored; finds and names damage."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef

from accounts.models import User
from cards import sm2
from cards.models import CardState, ReviewLog

CHUNK = 2000
TOLD_BY_THE_LOG = ("memory", "lapses", "sm2_due_on", "introduced_on", "answered_on", "answered_at", "repeat_on")


class Damage(NamedTuple):
    kind: str
    row: str


@dataclass(slots=True)
class Fold:
    """What one student's log of one card amounts to: a new card until the first standing answer."""

    memory: sm2.Memory = field(default=sm2.NEW)
    lapses: int = 0
    sm2_due_on: date | None = None
    introduced_on: date | None = None
    answered_on: date | None = None
    answered_at: datetime | None = None
    repeat_on: date | None = None

    def add(self, log: ReviewLog) -> None:
        if log.kind == ReviewLog.Kind.SCHEDULED:
            self._add_scheduled(log)
        if log.kind != ReviewLog.Kind.PRACTICE:
            self.answered_on, self.answered_at = log.day, log.answered_at
            self.repeat_on = log.day if log.quality < 4 else None

    def _add_scheduled(self, log: ReviewLog) -> None:
        failed = log.quality < sm2.PASS
        early = self.sm2_due_on is not None and log.day < self.sm2_due_on
        self.lapses += failed and self.memory.repetitions >= 1
        if failed or not early:
            self.memory = sm2.schedule(self.memory, log.quality)
        self.sm2_due_on = log.day + timedelta(days=self.memory.interval)
        self.introduced_on = self.introduced_on or log.day


def find_damage() -> Iterator[Damage]:
    """Every breach of what DESIGN.md §6 promises, in one pass over states and logs of all students.

    Some damage cannot be told. Hiding a card, a date or a revision raises its version and leaves no row, so versions of
    a log may have gaps, and a practice or an undone row that somebody deleted leaves just such a gap. The time of an
    answer may be before that of an earlier one where the server's clock was set back; its study day may not.
    """
    yield from _check_states()
    yield from _check_orphans()
    yield from _check_study_days()


def _check_states() -> Iterator[Damage]:
    states = CardState.objects.order_by("user_id", "card_id").iterator(chunk_size=CHUNK)
    logs = ReviewLog.objects.order_by("user_id", "card_id", "pk").iterator(chunk_size=CHUNK)
    pair = attrgetter("user_id", "card_id")
    groups = groupby(logs, key=pair)
    key, group = next(groups, (None, iter(())))
    for state in states:
        while key is not None and key < pair(state):
            key, group = next(groups, (None, iter(())))
        of_this_card = list(group) if key == pair(state) else []
        yield from _check_state(state, of_this_card)


def _check_state(state: CardState, logs: list[ReviewLog]) -> Iterator[Damage]:
    fold, damage = replay(logs)
    yield from damage
    for kind in damage_of(state, logs, fold):
        yield Damage(kind, f"state {state.pk} ({whose(state)})")


def whose(row: CardState | ReviewLog) -> str:
    return f"user {row.user_id}, card {row.card_id}"


def damage_of(state: CardState, logs: list[ReviewLog], fold: Fold) -> Iterator[str]:
    """What is wrong in the state, if the log is right."""
    if state.version < least_version(logs):
        yield "version not above the log"
    for name in TOLD_BY_THE_LOG:
        if getattr(state, name) != getattr(fold, name):
            yield name.replace("_", " ")
    if state.due_on != state.earliest_date():
        yield "due on"


def least_version(logs: list[ReviewLog]) -> int:
    """What a state with this log has at least: each answer and each undo raised it by one."""
    undone = sum(log.undone_at is not None for log in logs)
    return max([len(logs) + undone, *(log.version + 1 for log in logs)])


def replay(logs: list[ReviewLog]) -> tuple[Fold, list[Damage]]:
    """What one student's log of one card amounts to, and what is wrong in the log itself."""
    fold, damage = Fold(), []
    if any(later.version <= earlier.version for earlier, later in pairwise(logs)):
        damage.append(Damage("versions do not rise", f"log of {whose(logs[0])}"))
    standing = [log.day for log in logs if not log.undone_at]
    if any(later < earlier for earlier, later in pairwise(standing)):
        damage.append(Damage("study days go back", f"log of {whose(logs[0])}"))
    for log in logs:
        if not log.undone_at:
            damage += _check_link(fold, log)
            fold.add(log)
            damage += [] if log.memory_after == fold.memory else [Damage("memory after the answer", f"log {log.pk}")]
    return fold, damage


def _check_link(fold: Fold, log: ReviewLog) -> Iterator[Damage]:
    """The state that a row says it found must be the one that the rows before it left."""
    found = (log.memory_before, log.lapses_before, log.sm2_due_on_before)
    if found != (fold.memory, fold.lapses, fold.sm2_due_on):
        yield Damage("state before the answer", f"log {log.pk}")
    is_repeat = fold.repeat_on == log.day
    if log.kind != ReviewLog.Kind.PRACTICE and is_repeat != (log.kind == ReviewLog.Kind.REPEAT):
        yield Damage("kind of answer", f"log {log.pk}")


def _check_orphans() -> Iterator[Damage]:
    """Answers of which the state is gone."""
    state = CardState.objects.filter(user=OuterRef("user"), card=OuterRef("card"))
    for pk in ReviewLog.objects.filter(~Exists(state)).values_list("pk", flat=True).iterator(chunk_size=CHUNK):
        yield Damage("answer without a state", f"log {pk}")


def _check_study_days() -> Iterator[Damage]:
    users = User.objects.annotate(last_day=Max("review_logs__day")).filter(last_day__isnull=False)
    for user in users.iterator(chunk_size=CHUNK):
        if user.studied_on is None or user.studied_on < user.last_day:
            yield Damage("last study day", f"user {user.pk}")

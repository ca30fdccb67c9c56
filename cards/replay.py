"""Reads: replays every log through SM-2 and compares it with what is stored; finds and names damage."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef

from accounts.models import User
from cards import sm2
from cards.models import CardState, ReviewLog

CHUNK = 2000


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
    repeat_on: date | None = None

    def add(self, log: ReviewLog) -> None:
        if log.kind == ReviewLog.Kind.SCHEDULED:
            self._add_scheduled(log)
        if log.kind != ReviewLog.Kind.PRACTICE:
            self.answered_on = log.day
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
    """Every breach of what DESIGN.md §6 promises, in one pass over states and logs of all students."""
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
    row = f"state {state.pk} (user {state.user_id}, card {state.card_id})"
    yield from _check_versions(row, state, logs)
    fold = Fold()
    for log in logs:
        if log.undone_at:
            continue
        yield from _check_link(fold, log)
        fold.add(log)
        if log.memory_after != fold.memory:
            yield Damage("memory after the answer", f"log {log.pk}")
    for name in ("memory", "lapses", "sm2_due_on", "introduced_on", "answered_on", "repeat_on"):
        if getattr(state, name) != getattr(fold, name):
            yield Damage(name.replace("_", " "), row)
    if state.due_on != state.earliest_date():
        yield Damage("due on", row)


def _check_versions(row: str, state: CardState, logs: list[ReviewLog]) -> Iterator[Damage]:
    versions = [log.version for log in logs]
    if any(later <= earlier for earlier, later in pairwise(versions)):
        yield Damage("versions do not rise", row)
    if versions and state.version <= max(versions):
        yield Damage("version not above the log", row)


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

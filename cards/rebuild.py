"""WRITES states that are not as their log tells: they are set again to what it amounts to. No answer is ever touched.

A student's states are read before her answers. So whoever answers meanwhile leaves a state of another version, which is
not overwritten: compare and set, as everywhere.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import nullcontext
from enum import StrEnum
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from cards.models import CardState, ReviewLog
from cards.replay import TOLD_BY_THE_LOG, Fold, damage_of, least_version, replay, whose

_COLUMNS = ("version", "repetitions", "interval", "ease", "due_on", *TOLD_BY_THE_LOG[1:])  # memory is three of them


class Outcome(StrEnum):
    """What became of a state that is not as its log tells, or would become of it."""

    REBUILT = "set again"
    WRITTEN = "left, written meanwhile"
    LOG_DAMAGED = "left, its log is damaged"


class Rebuilt(NamedTuple):
    outcome: Outcome
    row: str
    kinds: list[str]  # of damage


def rebuild_states(*, dry_run: bool) -> Iterator[Rebuilt]:
    """One transaction for each student who needs it; with `dry_run` none."""
    for user_id in list(User.objects.order_by("pk").values_list("pk", flat=True)):
        yield from _rebuild_student(user_id, dry_run=dry_run)


def _rebuild_student(user_id: int, *, dry_run: bool) -> list[Rebuilt]:
    states = {state.card_id: state for state in CardState.objects.filter(user=user_id)}
    logs = _logs_by_card(user_id)
    rebuilt, spoilt = [], []
    for card_id in sorted(states.keys() | logs.keys()):
        state = states.get(card_id) or CardState(user_id=user_id, card_id=card_id)
        fold, damage = replay(logs[card_id])
        if of_the_log := sorted({found.kind for found in damage} | _lost_answers(state, fold)):
            rebuilt.append(Rebuilt(Outcome.LOG_DAMAGED, _row(state), of_the_log))
        elif kinds := list(damage_of(state, logs[card_id], fold)):
            spoilt.append((state, fold, logs[card_id], kinds if state.pk else ["answer without a state"]))
    with transaction.atomic(durable=True) if spoilt and not dry_run else nullcontext():
        for state, fold, of_this_card, kinds in spoilt:
            is_set = dry_run or _set_again(state, fold, of_this_card)
            rebuilt.append(Rebuilt(Outcome.REBUILT if is_set else Outcome.WRITTEN, _row(state), kinds))
    return rebuilt


def _logs_by_card(user_id: int) -> defaultdict[int, list[ReviewLog]]:
    logs = defaultdict(list)
    for log in ReviewLog.objects.filter(user=user_id).order_by("pk"):
        logs[log.card_id].append(log)
    return logs


def _row(state: CardState) -> str:
    return f"state {state.pk or 'lost'} ({whose(state)})"


def _lost_answers(state: CardState, fold: Fold) -> set[str]:
    """A state that tells of a newer answer may be all that is left of it."""
    is_newer = state.answered_at and (fold.answered_at is None or state.answered_at > fold.answered_at)
    return {"newest answer is not in the log"} if is_newer else set()


def _set_again(state: CardState, fold: Fold, logs: list[ReviewLog]) -> bool:
    """False if somebody has written it since it was read. Dates of plans and revisions are in no log, and stay."""
    version = state.version
    for name in TOLD_BY_THE_LOG:
        setattr(state, name, getattr(fold, name))
    state.due_on = state.earliest_date()
    state.version = max(version + 1, least_version(logs))
    changes = {name: getattr(state, name) for name in _COLUMNS}
    states = CardState.objects.filter(user=state.user_id, card=state.card_id)
    if state.pk is None:
        return states.get_or_create(user_id=state.user_id, card_id=state.card_id, defaults=changes)[1]
    return states.filter(pk=state.pk, version=version).update(**changes) == 1

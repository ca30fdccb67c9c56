"""Writes: answers and undo, each exactly once. The only module that writes ReviewLog.

CardState is written here too; elsewhere only its dates are, and what is spoilt in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.days import local_time, study_day
from accounts.models import User
from cards import sm2
from cards.late import check_time, study_day_at
from cards.models import MAXIMUM_ELAPSED_MS, CardState, Misbelief, ReviewLog
from cards.planned import CardExam, exam_of
from cards.replan import replan_if_due
from cards.studied import answered_state
from cards.study_day import note_study_day

REPEAT_UNDER = 4


class Outcome(StrEnum):
    """What became of an answer or an undo; all but the first two are told to the student as a conflict."""

    COUNTED = "counted"
    REPLAYED = "replayed"  # the same message came again and changed nothing
    UNDONE = "undone"  # the same answer came again after it was taken back
    FIRST_WINS = "first-wins"  # the same attempt had counted with another quality
    STALE = "stale"  # another tab or device was first


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    log: ReviewLog | None = None  # the answer that counted, or that stood in the way
    plan_on: date | None = None  # when an exam wants the card after the answer that counted

    @property
    def is_conflict(self) -> bool:
        return self.outcome not in (Outcome.COUNTED, Outcome.REPLAYED)


class _ConflictError(Exception):
    """Somebody else wrote this state since it was read; rolls the transaction back."""


def answer_kind(state: CardState, *, today: date, practice: bool = False) -> ReviewLog.Kind:
    """What an answer on `today` counts as (DESIGN.md §3); extra practice never counts as more."""
    if practice:
        return ReviewLog.Kind.PRACTICE
    if state.repeat_on == today:
        return ReviewLog.Kind.REPEAT
    if state.due_on is None or state.due_on <= today:
        return ReviewLog.Kind.SCHEDULED
    return ReviewLog.Kind.PRACTICE


def apply_answer(
    state: CardState, quality: int, *, today: date, exam: CardExam | None, practice: bool = False
) -> ReviewLog.Kind:
    """Change `state` in memory as an answer on `today` does, and say what kind of answer it was."""
    kind = answer_kind(state, today=today, practice=practice)
    if kind == ReviewLog.Kind.SCHEDULED:
        _apply_scheduled(state, quality, today=today, exam=exam)
    if kind != ReviewLog.Kind.PRACTICE:
        state.repeat_on = today if quality < REPEAT_UNDER else None
        state.answered_on = today
    return kind


def _apply_scheduled(state: CardState, quality: int, *, today: date, exam: CardExam | None) -> None:
    is_early = state.sm2_due_on is not None and today < state.sm2_due_on
    is_pass = quality >= sm2.PASS
    state.lapses += not is_pass and state.repetitions >= 1
    if not (is_early and is_pass):  # an early pass says little about a longer gap: memory stays as it is
        state.memory = sm2.schedule(state.memory, quality)
    state.sm2_due_on = today + timedelta(days=state.interval)
    state.introduced_on = state.introduced_on or today
    state.revised_on = _still_to_come(state.revised_on, today)
    state.plan_on = exam.look_on(state, today=today) if exam else _still_to_come(state.plan_on, today)
    state.due_on = state.earliest_date()


def _still_to_come(day: date | None, today: date) -> date | None:
    return day if day and day > today else None


@dataclass(frozen=True, slots=True)
class Answer:
    """One message from the review page. `version` is that of the state it answers, 0 for a card without one."""

    card_id: int
    version: int
    quality: int
    attempt: UUID
    elapsed_ms: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)  # what was picked or ticked
    thought_so: bool = False  # “I thought that too”
    practice: bool = False
    answered_at: datetime | None = None  # when it was given, if it comes late because there was no connection


def answer_card(user: User, answer: Answer, *, now: datetime) -> Result:
    """Count an answer, once; a late one as if it had come when it was given.

    Raises Card.DoesNotExist if the card is not hers to study or she answers too fast (`seconds_to_wait` says which),
    ValueError if its kind can't be answered so, UntimelyError if it can't have been given when it says.
    """
    given_at = answer.answered_at or now
    today = study_day_at(user, given_at, now=now)
    state = answered_state(user, answer.card_id, answer.version, today=today, now=now)
    if state is None:
        return _earlier_result(user, answer)
    if not state.card.allows(answer.quality, answer.detail):
        raise ValueError(f"a {state.card.kind} card can't be answered with {answer.detail} and {answer.quality}")
    log = _log_of(user, state, answer, now=given_at, today=today)
    try:
        with transaction.atomic(durable=True):
            _save_if_unchanged(state, answer.version)
            if answer.answered_at:
                check_time(state, given_at, now=now)  # only now: the same message may come again at any time
            log.save(force_insert=True)
            note_study_day(user, today)
            if answer.thought_so:
                note_misbelief(user, answer.card_id, now=given_at)
    except (IntegrityError, _ConflictError):
        return _earlier_result(user, answer)
    if replan_if_due(user, today=today, now=now):  # after the transaction, which others wait for
        state.refresh_from_db(fields=["plan_on"])
    return Result(Outcome.COUNTED, log, state.plan_on)


def hide_card(user: User, card_id: int, *, version: int, today: date, **change: bool | date | None) -> bool:
    """Set `suspended` or `buried_on`; False if somebody wrote the card since `version` was read.

    Raises Card.DoesNotExist if the card is not hers to study.
    """
    state = answered_state(user, card_id, version, today=today)
    if state is None:
        return False
    for name, value in change.items():
        setattr(state, name, value)
    try:
        with transaction.atomic(durable=True):
            _save_if_unchanged(state, version)
    except (IntegrityError, _ConflictError):
        return False
    return True


def note_misbelief(user: User, card_id: int, *, now: datetime) -> None:
    """Keep, once, that she had the card's common mistake in mind."""
    Misbelief.objects.get_or_create(user=user, card_id=card_id, defaults={"said_at": now})


def _log_of(user: User, state: CardState, answer: Answer, *, now: datetime, today: date) -> ReviewLog:
    """Apply the answer to `state` and return the log row that tells of it."""
    log = ReviewLog(
        user=user,
        card=state.card,
        quality=answer.quality,
        attempt=answer.attempt,
        detail=dict(answer.detail),
        version=state.version,
        answered_at=now,
        day=today,
        hour=local_time(user, now=now).hour,
        elapsed_ms=min(max(answer.elapsed_ms, 0), MAXIMUM_ELAPSED_MS),
        lapses_before=state.lapses,
        sm2_due_on_before=state.sm2_due_on,
        plan_on_before=state.plan_on,
        revised_on_before=state.revised_on,
        repeat_on_before=state.repeat_on,
        answered_at_before=state.answered_at,
    )
    log.memory_before = state.memory
    exam = exam_of(user, state, today=today)
    log.kind = apply_answer(state, answer.quality, today=today, exam=exam, practice=answer.practice)
    log.memory_after = state.memory
    if log.kind != ReviewLog.Kind.PRACTICE:
        state.answered_at = now
    return log


_STATE_FIELDS = (
    "repetitions",
    "interval",
    "ease",
    "lapses",
    "sm2_due_on",
    "plan_on",
    "revised_on",
    "due_on",
    "introduced_on",
    "answered_on",
    "answered_at",
    "repeat_on",
    "suspended",
    "buried_on",
)


def _save_if_unchanged(state: CardState, version: int) -> None:
    """Write the state with the next version; raises if anybody wrote it since `version` was read."""
    state.version = version + 1
    if state.pk is None:
        state.save(force_insert=True)  # the unique pair (user, card) makes a second writer fail
        return
    changes = {name: getattr(state, name) for name in _STATE_FIELDS}
    if not _at_version(state, version).update(version=state.version, **changes):
        raise _ConflictError


def _at_version(state: CardState, version: int) -> "QuerySet[CardState]":
    return CardState.objects.filter(pk=state.pk, user_id=state.user_id, version=version)


def _earlier_result(user: User, answer: Answer) -> Result:
    """Why an answer did not count: what became of the same attempt, or of the one that was first."""
    logs = ReviewLog.objects.filter(user=user, card_id=answer.card_id).select_related("card__deck")
    log = logs.filter(attempt=answer.attempt).first()
    if log is None:
        return Result(Outcome.STALE, logs.standing().order_by("-version").first())
    if log.undone_at:
        return Result(Outcome.UNDONE, log)
    return Result(Outcome.REPLAYED if log.quality == answer.quality else Outcome.FIRST_WINS, log)


def undo_answer(user: User, *, card_id: int, attempt: UUID, now: datetime) -> Result:
    """Take back her newest standing answer of the study day; raises ReviewLog.DoesNotExist if there never was one."""
    log = ReviewLog.objects.select_related("card__deck").get(user=user, card_id=card_id, attempt=attempt)
    if log.undone_at:
        return Result(Outcome.REPLAYED, log)
    try:
        with transaction.atomic(durable=True):
            _take_back(user, log, now=now)
    except _ConflictError:
        log.refresh_from_db(fields=["undone_at"])
        return Result(Outcome.REPLAYED if log.undone_at else Outcome.STALE, log)
    return Result(Outcome.COUNTED, log)


def _take_back(user: User, log: ReviewLog, *, now: datetime) -> None:
    # The state is read first: an answer that comes after that is either seen as newer or changes the version.
    state = CardState.objects.get(user=user, card_id=log.card_id)
    newest = ReviewLog.objects.newest_of_day(user, study_day(user, now=now))
    if newest is None or newest.pk != log.pk:
        raise _ConflictError
    _restore(state, log, has_exam=exam_of(user, log, today=log.day) is not None)
    _save_if_unchanged(state, state.version)
    if not ReviewLog.objects.standing().filter(pk=log.pk, user=user).update(undone_at=now):
        raise _ConflictError
    log.undone_at = now


def _restore(state: CardState, log: ReviewLog, *, has_exam: bool) -> None:
    """Put back what the answer changed, and nothing else: a date set since then by a teacher stays."""
    if log.kind == ReviewLog.Kind.PRACTICE:
        return
    state.repeat_on, state.answered_at = log.repeat_on_before, log.answered_at_before
    if log.kind == ReviewLog.Kind.REPEAT:
        return
    state.memory, state.lapses = log.memory_before, log.lapses_before
    state.sm2_due_on, state.answered_on = log.sm2_due_on_before, log.answered_on_before
    if state.is_new:
        state.introduced_on = None
    # With an exam the answer, and a plan made since, have looked at another memory than this one.
    state.plan_on = log.plan_on_before if has_exam else _date_before(state.plan_on, log.plan_on_before, log)
    state.plan_on = None if state.is_new else state.plan_on
    state.revised_on = _date_before(state.revised_on, log.revised_on_before, log)
    state.due_on = state.earliest_date()


def _date_before(current: date | None, before: date | None, log: ReviewLog) -> date | None:
    """The date that the answer cleared, because it had come; else the one that stands now."""
    return before if before and before <= log.day else current

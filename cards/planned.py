"""Reads what cards.replan has left on a student’s own row: her free days, and what her exams ask of her.

It comes with her row, so neither a page nor an answer asks the database for it.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from accounts.free_days import days_of
from accounts.models import User
from cards import planning
from cards.models import CardState, ReviewLog
from cards.planning.work import MILLISECONDS_A_MINUTE

DAY = timedelta(days=1)
ExamDays = dict[int, date]  # by deck
DATES = ("exam_on", "new_from", "new_until", "final_from")


@dataclass(frozen=True, slots=True)
class ExamAhead:
    """One exam day to come, as it was planned last."""

    exam_on: date
    of: int  # cards
    meets: int  # of them, by then
    new_today: int
    new_per_day: int
    new_from: date | None
    new_until: date | None
    final_from: date | None
    final_days: int
    unseen: int
    looks: int
    fits: bool
    minutes_needed: int
    minutes: int  # on a usual day until then, with all that she has to do
    closed: int  # more cards, in lessons that her class has not had
    decks: tuple[int, ...]
    only: frozenset[int] | None  # the new cards that there is time for, if not for all
    is_of_today: bool  # planned today; else its number of new cards today is not known yet

    def new_on(self, today: date) -> int:
        """How many she is to meet: until today is planned, what a usual day brings once they begin."""
        if self.is_of_today:
            return self.new_today
        return self.new_per_day if self.new_from and self.new_from <= today else 0


KEPT = {each.name for each in fields(ExamAhead)} - {"is_of_today"}


def usual_minutes(plan: planning.Plan, exam_on: date, *, pace_ms: int) -> int:
    """What half of the study days before this exam do not go beyond."""
    counts = sorted(load.new + load.reviews for load in plan.load if load.day < exam_on) or [0]
    return -(-counts[len(counts) // 2] * pace_ms // MILLISECONDS_A_MINUTE)


def as_json(plan: planning.ExamPlan, decks: list[int], *, minutes: int, closed: int) -> dict[str, Any]:
    """For User.plan; `exams_ahead` reads it again."""
    kept: dict[str, Any] = asdict(plan) | {"minutes": minutes, "closed": closed}
    chosen = kept.pop("chosen")
    kept |= {name: kept[name] and kept[name].isoformat() for name in DATES}
    return kept | {"decks": decks, "only": None if plan.meets == plan.of else chosen}


def exam_days(user: User) -> ExamDays:
    """Of each deck that her last plan was for."""
    return {deck: date.fromisoformat(kept["exam_on"]) for kept in user.plan.get("exams", ()) for deck in kept["decks"]}


def decks_of_past_exams(user: User, today: date) -> set[int]:
    """Those whose exam has come since they were planned for: what the plan still asks of them is over."""
    return {deck for deck, exam_on in exam_days(user).items() if exam_on <= today}


def decks_in_final_days(user: User, today: date) -> set[int]:
    """Those of which the last looks before an exam have begun."""
    exams = [exam for exam in exams_ahead(user, today) if exam.final_from and exam.final_from <= today]
    return {deck for exam in exams for deck in exam.decks}


def exams_ahead(user: User, today: date) -> list[ExamAhead]:
    """Earliest first; an exam that has come asks for nothing any more, nor does a plan of another release."""
    is_of_today = user.plan.get("on") == today.isoformat()
    plans = [kept for kept in user.plan.get("exams", ()) if kept["exam_on"] > today.isoformat() and kept.keys() == KEPT]
    return sorted((read_exam(kept, is_of_today) for kept in plans), key=lambda exam: exam.exam_on)


def other_new(user: User, today: date) -> int:
    """New cards a day of decks without an exam: her own number, or what of it her exams leave room for."""
    has_exams = any(exam.of for exam in exams_ahead(user, today))
    return min(user.new_per_day, user.plan.get("other_new", user.new_per_day)) if has_exams else user.new_per_day


def read_exam(kept: dict[str, Any], is_of_today: bool) -> ExamAhead:
    """What `as_json` has made of a plan."""
    dates = {name: kept[name] and date.fromisoformat(kept[name]) for name in DATES}
    only = None if kept["only"] is None else frozenset(kept["only"])
    return ExamAhead(**kept | dates | {"decks": tuple(kept["decks"]), "only": only, "is_of_today": is_of_today})


def free_days(user: User) -> frozenset[date]:
    """Days to come on which she is asked nothing: those of her classes, and those of a break."""
    days = days_of(user.plan.get("free", ()))
    if user.break_from and user.break_until:
        days |= {user.break_from + n * DAY for n in range((user.break_until - user.break_from).days + 1)}
    return frozenset(days)


@dataclass(frozen=True)
class CardExam:
    """The exam that a card is for."""

    user: User
    exam_on: date

    @cached_property
    def free_days(self) -> frozenset[date]:
        return free_days(self.user)

    def look_on(self, state: CardState, *, today: date) -> date | None:
        """When it must be seen again before the exam, after an answer of today that left this state."""
        card = planning.PlanCard(
            card_id=state.card_id,
            exam_on=self.exam_on,
            repetitions=state.repetitions,
            interval=state.interval,
            ease=state.ease,
            sm2_due_on=state.sm2_due_on,
            revised_on=state.revised_on,
            answered_on=today,
            introduced_on=state.introduced_on,
        )
        return planning.plan_card(card, today=today, free_days=self.free_days)


def exam_of(user: User, row: CardState | ReviewLog, *, today: date) -> CardExam | None:
    """That of the row’s card, if there is one; exam practice is asked one a day and never hurried."""
    exams = exams_ahead(user, today)
    if not exams or row.card.board:
        return None
    day = next((exam.exam_on for exam in exams if row.card.deck_id in exam.decks), None)
    return CardExam(user, day) if day else None

"""Reads what a plan would be, before a teacher gives her class an exam day; nothing is saved."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.free_days import free_of_class
from accounts.models import Membership, SchoolClass, User
from cards.exams import StateRow, cards_of
from cards.models import CardState, Deck
from cards.planning import ExamPlan, PlanCard, make_plan

LATER = timedelta(days=14)
FEWEST = 5  # students, for anything to be said of the middle of them


@dataclass(frozen=True, slots=True)
class Outlook:
    """The plan of one student; `exam` is None if it is over before she begins."""

    begins_on: date
    met: int  # cards of the deck, so far
    exam: ExamPlan | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Preview:
    exam_on: date
    typical: Outlook
    late: Outlook
    minutes_a_day: int
    pace_ms: int
    is_of_class: bool  # whether these are the middle of the class, or a new student's
    free_days: int  # between the day on which she begins and the exam


@dataclass(frozen=True, slots=True)
class Typical:
    """A student in the middle of the class in her minutes, her pace and how far she is; each for itself."""

    minutes_a_day: int
    pace_ms: int
    states: dict[int, StateRow]
    is_of_class: bool


def preview(school_class: SchoolClass, deck: Deck, *, starts_on: date, exam_on: date, today: date) -> Preview:
    begins_on = max(today, starts_on)
    student, cards = typical_student(school_class, deck), cards_of([deck.pk])[deck.pk]
    fresh = [PlanCard(card_id, exam_on, order) for card_id, order in cards]
    known = [
        row.as_plan_card(exam_on, card.order) if (row := student.states.get(card.card_id)) else card for card in fresh
    ]
    free = frozenset(free_of_class([school_class.pk], today=begins_on).get(school_class.pk, ()))
    return Preview(
        exam_on=exam_on,
        typical=_outlook(known, begins_on, student, exam_on, free),
        late=_outlook(fresh, begins_on + LATER, student, exam_on, free),
        minutes_a_day=student.minutes_a_day,
        pace_ms=student.pace_ms,
        is_of_class=student.is_of_class,
        free_days=sum(begins_on <= day < exam_on for day in free),
    )


def typical_student(school_class: SchoolClass, deck: Deck) -> Typical:
    students = Membership.objects.counted().filter(school_class=school_class)
    rows = list(students.values_list("user", "user__minutes_per_day", "user__pace_ms"))
    if len(rows) < FEWEST:
        new = User()
        return Typical(new.minutes_per_day, new.pace_ms, {}, is_of_class=False)
    users, minutes, paces = zip(*rows, strict=True)
    return Typical(_middle(minutes), _middle(paces), _states_in_the_middle(users, deck), is_of_class=True)


def _states_in_the_middle(users: tuple[int, ...], deck: Deck) -> dict[int, StateRow]:
    """What the student knows who has met neither many nor few of its cards."""
    met = CardState.objects.filter(user__in=users, card__deck=deck, card__board="", sm2_due_on__isnull=False)
    counts = Counter(dict.fromkeys(users, 0))
    counts.update(met.values_list("user", flat=True))
    middle = sorted(users, key=lambda user: (counts[user], user))[len(users) // 2]
    states = met.filter(user=middle).order_by().values_list(*StateRow._fields)
    return {row.card_id: row for row in map(StateRow._make, states)}


def _outlook(cards: list[PlanCard], begins_on: date, student: Typical, exam_on: date, free: frozenset[date]) -> Outlook:
    plan = make_plan(
        cards, today=begins_on, free_days=free, minutes_a_day=student.minutes_a_day, pace_ms=student.pace_ms
    )
    exam = next((exam for exam in plan.exams if exam.exam_on == exam_on), None)
    return Outlook(begins_on, sum(card.sm2_due_on is not None for card in cards), exam, plan.minutes)


def _middle(numbers: tuple[int, ...]) -> int:
    return sorted(numbers)[len(numbers) // 2]

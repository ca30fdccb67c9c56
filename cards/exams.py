"""Reads: which decks of which students are for which exam, and what they know of their cards, for many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership, User
from cards.models import Assignment, Card, CardState, Deck, ExamDate
from cards.planned import free_days
from cards.planning import Plan, PlanCard, make_plan
from cards.prepared import Prepared


class StateRow(NamedTuple):
    """A state in the columns that a plan needs."""

    pk: int
    user_id: int
    card_id: int
    version: int
    plan_on: date | None
    repetitions: int
    interval: int
    ease: int
    sm2_due_on: date | None
    revised_on: date | None
    answered_on: date | None
    introduced_on: date | None
    suspended: bool

    def as_plan_card(self, exam_on: date | None, order: int) -> PlanCard:
        learned = self[5:12]
        return PlanCard(self.card_id, exam_on, order, *learned)


@dataclass(slots=True)
class Student:
    """One student, her study day, the exam day of each deck that she studies, and her states by card."""

    user: User
    today: date
    exams: dict[int, date | None] = field(default_factory=dict)
    states: dict[int, StateRow] = field(default_factory=dict)
    starts_on: date | None = None  # when her class gets a deck with an exam that it has not got yet

    @property
    def has_exam(self) -> bool:
        return any(self.exams.values())

    def plan_cards(self, cards: "Cards") -> list[PlanCard]:
        """Those that she studies and has not suspended; of the unmet ones, those for an exam."""
        found = []
        for deck, exam_on in self.exams.items():
            for card_id, order in cards[deck]:
                state = self.states.get(card_id)
                if state is None and exam_on:
                    found.append(PlanCard(card_id, exam_on, order))
                elif state and not state.suspended and (state.sm2_due_on or exam_on):
                    found.append(state.as_plan_card(exam_on, order))
        return found


Cards = dict[int, list[tuple[int, int]]]  # by deck: card id, and its place when there is not time for all


@Prepared
def _exams(user: Any, today: Any) -> "QuerySet[Any, Any]":
    given = Assignment.objects.for_student(user, today).filter(deck=OuterRef("pk"), exam_on__gt=today)
    own = ExamDate.objects.filter(user=user, deck=OuterRef("pk"), exam_on__gt=today)
    decks = Deck.objects.studied_by(user, today).annotate(
        class_exam=Subquery(given.order_by("exam_on").values("exam_on")[:1]),
        own_exam=Subquery(own.values("exam_on")[:1]),
    )
    return decks.order_by().values_list("pk", "class_exam", "own_exam")


def class_exams(user: User, today: date) -> dict[int, date | None]:
    """By deck that she studies: the exam day to come that her classes have set, the earliest of them."""
    return {deck: _day(class_exam) for deck, class_exam, _own in _exams.rows(user, today)}


def exams_of(user: User, today: date) -> dict[int, date | None]:
    """By deck that she studies: the exam day to come, her own or that of a class, whichever is earlier."""
    return {deck: min(filter(None, map(_day, days)), default=None) for deck, *days in _exams.rows(user, today)}


def _day(value: Any) -> date | None:
    """SQLite has no dates, and a subquery’s column does not say that it is one."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def load_students(people: Iterable[tuple[User, date]]) -> list[Student]:
    """Each with her exams; with what she knows only if there is an exam, or one that is to be forgotten."""
    students = [Student(user, today, exams_of(user, today)) for user, today in people]
    by_pk = {student.user.pk: student for student in students}
    planned = [student.user.pk for student in students if student.has_exam]
    states = CardState.objects.filter(Q(user__in=planned) | Q(user__in=list(by_pk), plan_on__isnull=False))
    for row in map(StateRow._make, states.order_by().values_list(*StateRow._fields)):
        by_pk[row.user_id].states[row.card_id] = row
    for user, day in _coming_starts(by_pk):
        if day > by_pk[user].today:
            by_pk[user].starts_on = min(filter(None, (by_pk[user].starts_on, day)))
    return students


def _coming_starts(user_ids: Collection[int]) -> Iterable[tuple[int, date]]:
    members = Membership.objects.students().filter(user__in=list(user_ids), school_class__archived_at__isnull=True)
    to_come = members.filter(school_class__assignments__exam_on__isnull=False)
    return to_come.values_list("user", "school_class__assignments__starts_on").distinct()


def load_cards(students: Iterable[Student]) -> Cards:
    """Of all decks of those who have an exam."""
    return cards_of({deck for student in students if student.has_exam for deck in student.exams})


def cards_of(decks: Collection[int]) -> Cards:
    """Core cards first, and no exam practice: it comes one a day."""
    cards = Card.objects.filter(deck__in=decks, status=Card.Status.PUBLISHED, board="")
    found: Cards = defaultdict(list)
    rows = list(cards.order_by("deck__position", "deck", "position", "pk").values_list("pk", "deck", "level"))
    for place, (pk, deck, level) in enumerate(rows):
        found[deck].append((pk, place + len(rows) * (level != Card.Level.CORE)))
    return found


def plan_for(student: Student, cards: Cards) -> Plan:
    user = student.user
    return make_plan(
        student.plan_cards(cards),
        today=student.today,
        free_days=free_days(user),
        minutes_a_day=user.minutes_per_day,
        pace_ms=user.pace_ms,
    )


def plan_of(user: User, today: date) -> tuple[Student, Plan]:
    """As it stands at this moment, unsaved."""
    students = load_students([(user, today)])
    return students[0], plan_for(students[0], load_cards(students))

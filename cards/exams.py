"""Reads: which decks of which students are for which exam, and what they know of their cards, for many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership, User
from cards.models import Assignment, Card, CardState, Deck, ExamDate, TaughtLesson, is_by_lesson
from cards.planned import ExamDays, as_json, exam_days, exams_ahead, free_days, usual_minutes
from cards.planning import ExamPlan, Plan, PlanCard, make_plan
from cards.planning.work import LOOKS
from cards.prepared import Prepared

NOTHING = partial(
    ExamPlan,
    of=0,
    meets=0,
    chosen=(),
    new_today=0,
    new_per_day=0,
    new_from=None,
    new_until=None,
    final_from=None,
    final_days=0,
    unseen=0,
    looks=LOOKS,
    fits=True,
    minutes_needed=0,
)


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

    def as_plan_card(self, exam_on: date | None, order: int, *, is_asked: bool = False) -> PlanCard:
        learned = self[5:12]
        return PlanCard(self.card_id, exam_on, order, *learned, is_asked)


@dataclass(slots=True)
class Student:
    """One student, her study day, the exam day of each deck that she studies, and her states by card."""

    user: User
    today: date
    exams: dict[int, date | None] = field(default_factory=dict)
    states: dict[int, StateRow] = field(default_factory=dict)
    lessons: dict[int, set[str]] = field(default_factory=dict)  # of a deck that comes lesson by lesson: those she had
    starts_on: date | None = None  # when her class gets a deck with an exam that it has not got yet
    before: ExamDays = field(default_factory=dict)  # the exam days that her last plan was for

    @property
    def has_exam(self) -> bool:
        return any(self.exams.values())

    def plan_cards(self, cards: "Cards") -> list[PlanCard]:
        """Those that she studies and has not suspended; of the unmet ones, those for an exam that she may be asked."""
        found = []
        for deck, exam_on in self.exams.items():
            for card in cards[deck]:
                state = self.states.get(card.card_id)
                if state and state.sm2_due_on and not state.suspended:
                    is_asked = self.is_asked(deck, state)
                    found.append(state.as_plan_card(exam_on, card.place, is_asked=is_asked))
                elif exam_on and self._is_to_come(card) and self._is_open(deck, card):
                    found.append(PlanCard(card.card_id, exam_on, card.place))
        return found

    def is_asked(self, deck: int, state: StateRow) -> bool:
        """Whether her last plan, for the same exam day, asks it already."""
        exam_on = self.exams[deck]
        return bool(exam_on and state.plan_on and state.plan_on <= self.today and self.before.get(deck) == exam_on)

    def closed(self, cards: "Cards", exam_on: date) -> int:
        """How many cards of this exam wait for their lessons."""
        decks = [deck for deck in self.lessons if self.exams[deck] == exam_on]
        return sum(self._is_to_come(card) and not self._is_open(deck, card) for deck in decks for card in cards[deck])

    def others(self, cards: "Cards") -> int:
        """How many she may still meet in decks without an exam."""
        decks = [deck for deck, exam_on in self.exams.items() if exam_on is None]
        return sum(self._is_to_come(card) and self._is_open(deck, card) for deck in decks for card in cards[deck])

    def _is_to_come(self, card: "DeckCard") -> bool:
        state = self.states.get(card.card_id)
        return state is None or not (state.sm2_due_on or state.suspended)

    def _is_open(self, deck: int, card: "DeckCard") -> bool:
        return deck not in self.lessons or card.lesson in self.lessons[deck]


class DeckCard(NamedTuple):
    card_id: int
    place: int  # when there is not time for all
    lesson: str


Cards = dict[int, list[DeckCard]]  # by deck


@Prepared
def _exams(user: Any, today: Any) -> "QuerySet[Any, Any]":
    given = Assignment.objects.for_student(user, today).filter(deck=OuterRef("pk"), exam_on__gt=today)
    own = ExamDate.objects.filter(user=user, deck=OuterRef("pk"), exam_on__gt=today)
    decks = Deck.objects.studied_by(user, today).annotate(
        class_exam=Subquery(given.order_by("exam_on").values("exam_on")[:1]),
        own_exam=Subquery(own.values("exam_on")[:1]),
        by_lesson=is_by_lesson(user, today, "pk"),
    )
    return decks.order_by().values_list("pk", "class_exam", "own_exam", "by_lesson")


def class_exams(user: User, today: date) -> dict[int, date | None]:
    """By deck that she studies: the exam day to come that her classes have set, the earliest of them."""
    return {deck: _day(class_exam) for deck, class_exam, *_others in _exams.rows(user, today)}


def exams_of(user: User, today: date) -> dict[int, date | None]:
    """By deck that she studies: the exam day to come, her own or that of a class, whichever is earlier."""
    return _load_student(user, today).exams


def last_exam(user: User, deck: Deck, today: date) -> date | None:
    """The newest exam day of the deck that has come, hers or that of a class."""
    given = Assignment.objects.for_student(user, today).filter(deck=deck, exam_on__lte=today)
    own = ExamDate.objects.filter(user=user, deck=deck, exam_on__lte=today)
    return max((day for days in (given, own) for day in days.values_list("exam_on", flat=True) if day), default=None)


def _load_student(user: User, today: date) -> Student:
    """With her exams alone, and the decks that she gets lesson by lesson."""
    student = Student(user, today, before=exam_days(user))
    for deck, class_exam, own_exam, by_lesson in _exams.rows(user, today):
        student.exams[deck] = min(filter(None, map(_day, (class_exam, own_exam))), default=None)
        if by_lesson:
            student.lessons[deck] = set()
    return student


def _day(value: Any) -> date | None:
    """SQLite has no dates, and a subquery’s column does not say that it is one."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def load_students(people: Iterable[tuple[User, date]]) -> list[Student]:
    """Each with her exams; with what she knows only if there is an exam, or one that is to be forgotten."""
    students = [_load_student(user, today) for user, today in people]
    by_pk = {student.user.pk: student for student in students}
    planned = [student.user.pk for student in students if student.has_exam]
    states = CardState.objects.filter(Q(user__in=planned) | Q(user__in=list(by_pk), plan_on__isnull=False))
    for row in map(StateRow._make, states.order_by().values_list(*StateRow._fields)):
        by_pk[row.user_id].states[row.card_id] = row
    for user, day in _coming_starts(by_pk):
        if day > by_pk[user].today:
            by_pk[user].starts_on = min(filter(None, (by_pk[user].starts_on, day)))
    _load_lessons([student for student in students if student.has_exam and student.lessons])
    return students


def _load_lessons(students: list[Student]) -> None:
    """What any of her classes has had of a deck is open to her."""
    by_pk = {student.user.pk: student for student in students}
    decks = {deck for student in students for deck in student.lessons}
    for user, deck, section, starts_on in _lessons_had(by_pk, decks) if by_pk else ():
        if deck in by_pk[user].lessons and starts_on <= by_pk[user].today:
            by_pk[user].lessons[deck].add(section)


def _lessons_had(user_ids: Collection[int], decks: Collection[int]) -> Iterable[tuple[int, int, str, date]]:
    member = "assignment__school_class__memberships__"
    had = TaughtLesson.objects.filter(
        assignment__deck__in=decks,
        assignment__school_class__archived_at__isnull=True,
        **{f"{member}user__in": list(user_ids), f"{member}role": Membership.Role.STUDENT},
    )
    return had.values_list(f"{member}user", "assignment__deck", "section", "assignment__starts_on")


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
    rows = list(
        cards.order_by("deck__position", "deck", "position", "pk").values_list("pk", "deck", "section", "level")
    )
    for place, (pk, deck, section, level) in enumerate(rows):
        found[deck].append(DeckCard(pk, place + len(rows) * (level != Card.Level.CORE), section))
    return found


def plan_for(student: Student, cards: Cards) -> Plan:
    """An exam for which there are no cards, or not yet, has its plan too: one of nothing."""
    user = student.user
    plan = make_plan(
        student.plan_cards(cards),
        today=student.today,
        free_days=free_days(user),
        minutes_a_day=user.minutes_per_day,
        pace_ms=user.pace_ms,
        other_new=user.new_per_day,
        other_unmet=student.others(cards),
        closed={day: student.closed(cards, day) for day in student.exams.values() if day},
    )
    planned = {exam.exam_on for exam in plan.exams}
    empty = [NOTHING(exam_on=day) for day in {*student.exams.values()} - planned if day]
    return replace(plan, exams=tuple(sorted((*plan.exams, *empty), key=attrgetter("exam_on"))))


def kept(plan: Plan, student: Student, cards: Cards) -> dict[str, Any]:
    """What is kept of a plan on her row, for the study day it is made on and until the next."""
    return {
        "on": student.today.isoformat(),
        "exams": [kept_of(exam, plan, student, cards) for exam in plan.exams],
        "other_new": plan.other_new,
        "others_a_day": plan.others_a_day,
    }


def kept_of(exam: ExamPlan, plan: Plan, student: Student, cards: Cards) -> dict[str, Any]:
    """What is kept of it on her row, and told of it on a page."""
    decks = [deck for deck, exam_on in student.exams.items() if exam_on == exam.exam_on]
    minutes = usual_minutes(plan, exam.exam_on, pace_ms=student.user.pace_ms)
    return as_json(exam, decks, minutes=minutes, closed=student.closed(cards, exam.exam_on))


def plan_if_unknown(user: User, today: date) -> None:
    """On the first day of a deck with an exam, puts its plan on her own row, unsaved: a page shows what will be asked.

    A page writes nothing; her first answer does, or the night has done it.
    """
    if user.replan_on and user.replan_on <= today and not exams_ahead(user, today):
        student, cards, plan = plan_of(user, today)
        if student.has_exam:
            user.plan |= kept(plan, student, cards)


def plan_of(user: User, today: date) -> tuple[Student, Cards, Plan]:
    """As it stands at this moment, unsaved."""
    students = load_students([(user, today)])
    cards = load_cards(students)
    return students[0], cards, plan_for(students[0], cards)

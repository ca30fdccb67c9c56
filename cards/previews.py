"""Reads what a plan would be, before a teacher gives her class an exam day; nothing is saved."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.free_days import as_spans, free_of_class
from accounts.models import Membership, SchoolClass, User
from cards.exams import Cards, StateRow, Student, cards_of, kept_of, plan_for
from cards.models import Assignment, CardState, Deck
from cards.planned import ExamAhead, free_days, read_exam

DAY = timedelta(days=1)
LATER = timedelta(days=14)
FEWEST = 5  # students, for anything to be said of the middle of them


@dataclass(frozen=True, slots=True)
class Outlook:
    """The plan of one student; `exam` is None if it is not after the day on which she begins, or has no cards."""

    begins_on: date
    first_day: date  # on which she is asked anything: the day on which she begins may be free
    met: int  # cards of the deck, so far
    exam: ExamAhead | None


@dataclass(frozen=True, slots=True)
class Preview:
    exam_on: date
    typical: Outlook
    late: Outlook
    cards: int  # of the deck
    also: list[str]  # the class's other decks for an exam on the same day
    has_lessons: bool  # whether another of its decks comes lesson by lesson
    minutes_a_day: int
    pace_ms: int
    is_of_class: bool  # whether these are the middle of the class, or a new student's
    free_days: int  # between the day on which she begins and the exam


@dataclass(frozen=True, slots=True)
class Typical:
    """A student in the middle of the class in her numbers, her pace and how far she is; each for itself."""

    minutes_a_day: int
    pace_ms: int
    new_per_day: int
    states: dict[int, StateRow]
    is_of_class: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A deck of the class."""

    title: str
    starts_on: date
    exam_on: date | None
    by_lesson: bool = False

    def is_for(self, exam_on: date, *, by: date) -> bool:
        return self.exam_on == exam_on and self.starts_on <= by


def preview(school_class: SchoolClass, deck: Deck, *, starts_on: date, exam_on: date, today: date) -> Preview:
    """With every deck that the class has: they share her minutes."""
    begins_on = max(today, starts_on)
    given = _decks_of(school_class) | {deck.pk: Given(deck.title, starts_on, exam_on)}
    typical, cards = typical_student(school_class, deck, given), cards_of(given)
    free = free_of_class([school_class.pk], today=begins_on - DAY).get(school_class.pk, set())

    def outlook(day: date, states: dict[int, StateRow]) -> Outlook:
        student = _student(typical, day, states, given, free)
        return _outlook(student, cards, deck, exam_on, today)

    return Preview(
        exam_on=exam_on,
        typical=outlook(begins_on, typical.states),
        late=outlook(begins_on + LATER, {}),
        cards=len(cards[deck.pk]),
        also=[other.title for pk, other in given.items() if pk != deck.pk and other.is_for(exam_on, by=begins_on)],
        has_lessons=any(other.by_lesson for other in given.values()),
        minutes_a_day=typical.minutes_a_day,
        pace_ms=typical.pace_ms,
        is_of_class=typical.is_of_class,
        free_days=sum(begins_on <= day < exam_on for day in free),
    )


def _decks_of(school_class: SchoolClass) -> dict[int, Given]:
    given = Assignment.objects.filter(school_class=school_class, deck__status=Deck.Status.PUBLISHED).order_by("deck")
    rows = given.values_list("deck", "deck__title", "starts_on", "exam_on", "by_lesson")
    return {pk: Given(title, starts_on, exam_on, by_lesson) for pk, title, starts_on, exam_on, by_lesson in rows}


def typical_student(school_class: SchoolClass, deck: Deck, decks: Collection[int]) -> Typical:
    """How far she is with the deck, and with those beside it."""
    students = Membership.objects.counted().filter(school_class=school_class)
    rows = list(students.values_list("user", "user__minutes_per_day", "user__pace_ms", "user__new_per_day"))
    if len(rows) < FEWEST:
        new = User()
        return Typical(new.minutes_per_day, new.pace_ms, new.new_per_day, {}, is_of_class=False)
    users, *numbers = zip(*rows, strict=True)
    states = CardState.objects.filter(user=_in_the_middle(users, deck), card__deck__in=list(decks))
    known = map(StateRow._make, states.order_by().values_list(*StateRow._fields))
    minutes, pace, new_cards = map(_middle, numbers)
    return Typical(minutes, pace, new_cards, {row.card_id: row for row in known}, is_of_class=True)


def _in_the_middle(users: tuple[int, ...], deck: Deck) -> int:
    """The student who has met neither many nor few of its cards."""
    met = CardState.objects.filter(user__in=users, card__deck=deck, card__board="", sm2_due_on__isnull=False)
    counts = Counter(dict.fromkeys(users, 0))
    counts.update(met.values_list("user", flat=True))
    return sorted(users, key=lambda user: (counts[user], user))[len(users) // 2]


def _student(
    typical: Typical, today: date, states: dict[int, StateRow], given: dict[int, Given], free: set[date]
) -> Student:
    """As cards.exams loads one: so the plan is the one that she will have."""
    hers = {"minutes_per_day": typical.minutes_a_day, "pace_ms": typical.pace_ms, "new_per_day": typical.new_per_day}
    user = User(**hers, plan={"free": as_spans(free)})
    exams = {
        pk: deck.exam_on if deck.exam_on and deck.exam_on > today else None
        for pk, deck in given.items()
        if deck.starts_on <= today
    }
    return Student(user, today, exams, states)


def _outlook(student: Student, cards: Cards, deck: Deck, exam_on: date, today: date) -> Outlook:
    plan, begins_on = plan_for(student, cards), student.today
    exam = next((exam for exam in plan.exams if exam.exam_on == exam_on), None)
    days, free = (begins_on + n * DAY for n in range((exam_on - begins_on).days)), free_days(student.user)
    return Outlook(
        begins_on=begins_on,
        first_day=next((day for day in days if day not in free), begins_on),
        met=sum(bool((row := student.states.get(card.card_id)) and row.sm2_due_on) for card in cards[deck.pk]),
        exam=read_exam(kept_of(exam, plan, student, cards), is_of_today=begins_on == today) if exam else None,
    )


def _middle(numbers: tuple[int, ...]) -> int:
    return sorted(numbers)[len(numbers) // 2]

"""WRITES which decks a class has, and which of their lessons it has been taught."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Min

from accounts import roster
from accounts.free_days import FreeDays
from accounts.models import SchoolClass
from cards.models import Assignment, Card, Deck, TaughtLesson


@dataclass(frozen=True, slots=True)
class Lesson:
    """A section of a deck; `name` is empty for the cards that stand in none."""

    name: str
    card_count: int


def lessons_of(deck: Deck) -> list[Lesson]:
    """In teaching order, with the number of published cards."""
    cards = Card.objects.filter(deck=deck, status=Card.Status.PUBLISHED).values_list("section")
    counted = cards.annotate(count=Count("pk"), first=Min("position")).order_by("first", "section")
    return [Lesson(section, count) for section, count, _first in counted]


def assign(school_class: SchoolClass, deck: Deck, **about: object) -> Assignment:
    """The deck given to the class; sent twice it is given once."""
    return Assignment.objects.get_or_create(school_class=school_class, deck=deck, defaults=about)[0]


@transaction.atomic
def tick_taught(assignment: Assignment, lessons: Set[str], *, shown: Set[str] = frozenset(), now: datetime) -> None:
    """What a teacher ticked, or unticked, of the lessons that she was shown as taught.

    What a colleague ticked meanwhile stays, and a lesson that was ticked before keeps its time.
    """
    assignment.taught_lessons.filter(section__in=shown - lessons).delete()
    TaughtLesson.objects.bulk_create(
        (TaughtLesson(assignment=assignment, section=section, taught_at=now) for section in lessons - shown),
        ignore_conflicts=True,
    )


@transaction.atomic
def move_up(school_class: SchoolClass, name: str, *, with_decks: bool, now: datetime, today: date) -> SchoolClass:
    """The class of the next year: the same people, and its decks if they go on."""
    new = roster.move_up(school_class, name, now=now)
    FreeDays.objects.bulk_create(
        FreeDays(school_class=new, name=days.name, first_day=days.first_day, last_day=days.last_day)
        for days in school_class.holidays.filter(last_day__gte=today)
    )
    if with_decks:
        for assignment in school_class.assignments.prefetch_related("taught_lessons"):
            _copy(assignment, new, today)
    return new


def _copy(assignment: Assignment, to: SchoolClass, today: date) -> None:
    """From today on, with the lessons it has had; an exam that is over is not sat again."""
    exam_on = assignment.exam_on if assignment.exam_on and assignment.exam_on >= today else None
    copy = Assignment.objects.create(
        deck_id=assignment.deck_id,
        school_class=to,
        starts_on=today,
        exam_on=exam_on,
        by_lesson=assignment.by_lesson,
    )
    TaughtLesson.objects.bulk_create(
        TaughtLesson(assignment=copy, section=lesson.section, taught_at=lesson.taught_at)
        for lesson in assignment.taught_lessons.all()
    )

"""Decks that a class gets lesson by lesson: which of their cards are open to a student."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from cards.models.decks import Assignment, PickedDeck, TaughtLesson


def is_by_lesson(user: User, today: date, deck: str = "deck") -> Q:
    """Whether she has only those lessons of a deck that her classes have had: it is given to her lesson by lesson
    alone, and she has not picked it herself.
    """
    given = Assignment.objects.for_student(user, today).filter(deck=OuterRef(deck))
    picked = PickedDeck.objects.filter(user=user, deck=OuterRef(deck))
    by_lesson, whole = (Q(Exists(given.filter(by_lesson=value))) for value in (True, False))
    return by_lesson & ~whole & ~Q(Exists(picked))


def open_lesson(user: User, today: date) -> Q:
    """Whether a card's lesson is open to her. cards.exams asks the same for many students at once."""
    taught = TaughtLesson.objects.filter(assignment=OuterRef("pk"), section=OuterRef(OuterRef("section")))
    had = Assignment.objects.for_student(user, today).filter(Exists(taught), deck=OuterRef("deck"))
    return ~is_by_lesson(user, today) | Q(Exists(had))

"""One student of a class, as her teacher sees her: days, motives, what went wrong; of the cards of the class alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet

from accounts.days import monday_of
from accounts.models import User
from cards.kinds import PASS
from cards.models import LEARNED_REPETITIONS, Card, CardState, ReviewLog
from cards.stats.class_cards import Rate, tries_of
from cards.stats.motives import MATURE_INTERVAL, Level
from cards.stats.school_class import ClassStudent

TIMELINE_WEEKS = 8
LAST_WRONG = 5
_PASSES = Count("pk", filter=Q(quality__gte=PASS))


class PractisedDay(NamedTuple):
    day: date
    answers: int


class StudentRate(NamedTuple):
    """How one student does with one card; `wrong_on` is the last day on which she failed it."""

    student: ClassStudent
    level: Level
    tries: int
    passes: int
    wrong_on: date | None


def practised_weeks(user: User, cards: QuerySet[Card], *, today: date) -> list[list[PractisedDay]]:
    """The last weeks, Monday to Sunday, up to her today; the days alone, not the times."""
    first = monday_of(today) - timedelta(weeks=TIMELINE_WEEKS - 1)
    logs = ReviewLog.objects.standing().filter(user=user, day__gte=first, card__in=cards.order_by().values("pk"))
    counts = dict(logs.order_by().values_list("day").annotate(answers=Count("pk")))
    days = [first + timedelta(days=place) for place in range((today - first).days + 1)]
    shown = [PractisedDay(day, counts.get(day, 0)) for day in days]
    return [shown[place : place + 7] for place in range(0, len(shown), 7)]


def last_wrong(user: User, cards: QuerySet[Card]) -> QuerySet[Card]:
    """The last five cards that she failed, each with `wrong_on`."""
    failed = cards.filter(review_logs__user=user, review_logs__undone_at=None, review_logs__quality__lt=PASS)
    newest = failed.annotate(wrong_on=Max("review_logs__day"), newest=Max("review_logs__pk"))
    return newest.select_related("deck").order_by("-wrong_on", "-newest")[:LAST_WRONG]


def student_rate(user: User, cards: QuerySet[Card], *, today: date) -> Rate:
    """Her own tries, as numbers: of one student no rate is shown."""
    tries = tries_of([user.pk], today=today).filter(card__in=cards.order_by().values("pk"))
    return Rate(1, **tries.aggregate(tries=Count("pk"), passes=_PASSES))


def card_students(students: Sequence[ClassStudent], card: Card, *, today: date) -> list[StudentRate]:
    """What is behind the rate of one card, student by student."""
    user_ids = [student.user.pk for student in students]
    counts = {user: (tries, passes) for user, tries, passes in _tries_by_user(user_ids, card, today)}
    failed = ReviewLog.objects.standing().filter(user__in=user_ids, card=card, quality__lt=PASS).order_by()
    wrong_on = dict(failed.values_list("user").annotate(last=Max("day")))
    levels = _levels(user_ids, card)
    return [
        StudentRate(student, levels.get(pk, Level.NOT_MET), *counts.get(pk, (0, 0)), wrong_on.get(pk))
        for pk, student in zip(user_ids, students, strict=True)
    ]


def _tries_by_user(user_ids: Sequence[int], card: Card, today: date) -> QuerySet[ReviewLog, tuple[int, int, int]]:
    tries = tries_of(user_ids, today=today).filter(card=card)
    return tries.values_list("user").annotate(Count("pk"), passes=_PASSES)


def _levels(user_ids: Sequence[int], card: Card) -> dict[int, Level]:
    met = CardState.objects.filter(user__in=user_ids, card=card, sm2_due_on__isnull=False)
    return {user: _level(*memory) for user, *memory in met.values_list("user", "repetitions", "interval")}


def _level(repetitions: int, interval: int) -> Level:
    if repetitions < LEARNED_REPETITIONS:
        return Level.LEARNING
    return Level.YOUNG if interval < MATURE_INTERVAL else Level.MATURE

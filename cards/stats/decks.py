"""How the decks and cards of a teacher's list are doing, among the students of her classes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Membership, SchoolClass, User
from cards.kinds import PASS
from cards.models import Card, CardState, Deck, ReviewLog
from cards.stats.answers import Retention
from cards.stats.class_cards import MINIMUM_STUDENTS, MINIMUM_TRIES

DAYS = 30
NO_TRIES = Retention(0, 0)


@dataclass(slots=True)
class Figures:
    """Of one deck or card."""

    due: int = 0
    retention: Retention = NO_TRIES
    students: int = 0
    weakest: str = ""  # the motive with the lowest retention

    @property
    def percent(self) -> int | None:
        """Retention of the last 30 days; None where too few tries or students stand behind it."""
        enough = self.retention.tries >= MINIMUM_TRIES and self.students >= MINIMUM_STUDENTS
        return self.retention.percent if enough else None


def deck_figures(decks: Iterable[Deck], teacher: User, *, today: date) -> dict[int, Figures]:
    """By deck id, in three queries."""
    found: dict[int, Figures] = defaultdict(Figures)
    ids = [deck.pk for deck in decks]
    students = _students_of(teacher)
    due = CardState.objects.filter(card__deck__in=ids, user__in=students, suspended=False, due_on__lte=today)
    due = due.filter(card__status=Card.Status.PUBLISHED)
    for deck_id, count in due.order_by().values_list("card__deck").annotate(Count("pk")):
        found[deck_id].due = count
    tries = _tries(students, today).filter(card__deck__in=ids)
    for deck_id, retention, count in _rates(tries, "card__deck"):
        found[deck_id].retention, found[deck_id].students = retention, count
    _add_weakest(found, _rates(tries.exclude(card__motive=None), "card__deck", "card__motive__name"))
    return found


def card_figures(cards: Iterable[Card], teacher: User, *, today: date) -> dict[int, Figures]:
    """By card id, in one query."""
    found: dict[int, Figures] = defaultdict(Figures)
    tries = _tries(_students_of(teacher), today).filter(card__in=[card.pk for card in cards])
    for card_id, retention, count in _rates(tries, "card"):
        found[card_id].retention, found[card_id].students = retention, count
    return found


def _students_of(teacher: User) -> Any:
    classes = SchoolClass.objects.visible_to(teacher).living()
    return Membership.objects.students().filter(school_class__in=classes, user__is_staff=False).values("user")


def _tries(students: Any, today: date) -> "QuerySet[ReviewLog]":
    """Scheduled answers of the last days to cards answered on an earlier day (DESIGN.md §3, retention)."""
    logs = ReviewLog.objects.standing().filter(user__in=students, kind=ReviewLog.Kind.SCHEDULED)
    return logs.filter(sm2_due_on_before__isnull=False, day__gt=today - timedelta(days=DAYS))


def _rates(tries: "QuerySet[ReviewLog]", *groups: str) -> Iterable[Any]:
    """(group …, Retention, number of students) for each group."""
    passes = Count("pk", filter=Q(quality__gte=PASS))
    rows = tries.order_by().values_list(*groups)
    rows = rows.annotate(tried=Count("pk"), passed=passes, people=Count("user", distinct=True))
    for *group, tried, passed, students in rows:
        yield *group, Retention(tried, passed), students


def _add_weakest(found: dict[int, Figures], rates: Iterable[Any]) -> None:
    lowest: dict[int, int] = {}
    for deck_id, motive, retention, students in rates:
        rate = Figures(retention=retention, students=students).percent
        if rate is not None and rate < lowest.get(deck_id, 101):
            lowest[deck_id], found[deck_id].weakest = rate, motive

"""Reads: what a student’s day is made of, by the queries that every answer needs, each built once."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import User
from cards.models import Card, CardState, Deck
from cards.prepared import Given, Prepared


class TouchedCard(NamedTuple):
    """A card that is due or was answered today, in the columns that the queue needs."""

    card_id: int
    deck_id: int
    interval: int
    due_on: date | None
    repeat_on: date | None
    introduced_on: date | None
    answered_on: date | None
    answered_at: datetime | None  # as the database has it: good for an order only
    board: str
    suspended: bool
    buried_on: date | None

    def is_hidden(self, today: date) -> bool:
        return self.suspended or (self.buried_on is not None and self.buried_on >= today)

    @property
    def is_exam(self) -> bool:
        return bool(self.board)


_TOUCHED_COLUMNS = (
    "card_id",
    "card__deck_id",
    "interval",
    "due_on",
    "repeat_on",
    "introduced_on",
    "answered_on",
    "answered_at",
    "card__board",
    "suspended",
    "buried_on",
)


@Prepared
def _touched(user: Any, today: Any) -> "QuerySet[Any, Any]":
    return CardState.objects.studied_by(user, today).touched_by(today).values_list(*_TOUCHED_COLUMNS)


@Prepared
def _unmet(user: Any, today: Any, in_deck: bool, exam_slots: int) -> "QuerySet[Any, Any]":
    cards = Card.objects.studied_by(user, today).not_met_by(user, today).in_teaching_order(user)
    if in_deck:
        cards = cards.filter(deck=Given("deck"))
    first_exam = cards.exclude(board="").values("pk")[:exam_slots]
    return cards.filter(Q(board="") | Q(pk__in=first_exam)).values_list("pk", "deck_id", "has_state")  # type: ignore[misc]


@Prepared
def _if_hers(user: Any, today: Any) -> "QuerySet[Any, Any]":
    return Card.objects.studied_by(user, today).filter(pk=Given("card")).order_by().values("pk")


def touched_cards(user: User, *, today: date) -> list[TouchedCard]:
    """Cards that were answered today, or are due and not hidden."""
    return [TouchedCard._make(row) for row in _touched.rows(user, today)]


def unmet_cards(
    user: User, *, today: date, deck: Deck | None, exam_slots: int, limit: int
) -> list[tuple[int, int, bool]]:
    """Card id, deck id and whether a state exists, in teaching order, with so many cards of exam practice."""
    return _unmet.rows(user, today, deck is not None, exam_slots, limit=limit, deck=deck.pk if deck else None)


def if_hers(user: User, card_id: int, *, today: date) -> RawSQL:
    """The card’s id if it is hers to study, for use in `__in`."""
    return _if_hers.subquery(user, today, card=card_id)

"""Reads: what a student’s day is made of, by the queries that every answer needs, each built once."""

from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db import connection
from django.db.models import Exists, Q, QuerySet

from accounts.models import User
from cards.models import Card, CardState, Deck, ReviewLog
from cards.prepared import Given, Prepared

MINUTE = timedelta(minutes=1)


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
    sm2_due_on: date | None = None
    revised_on: date | None = None

    def is_hidden(self, today: date) -> bool:
        return self.suspended or (self.buried_on is not None and self.buried_on >= today)

    def is_due(self, today: date, *, without_plan: bool = False) -> bool:
        dates = (self.sm2_due_on, self.revised_on) if without_plan else (self.due_on,)
        return any(day <= today for day in dates if day)

    @property
    def is_exam(self) -> bool:
        return bool(self.board)


class UnmetCard(NamedTuple):
    """A card that she may meet."""

    card_id: int
    deck_id: int
    has_state: bool
    board: str


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
    "sm2_due_on",
    "revised_on",
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
    return cards.filter(Q(board="") | Q(pk__in=first_exam)).values_list("pk", "deck_id", "has_state", "board")  # type: ignore[misc]


def _if_hers(user: Any, today: Any, limit: int) -> "QuerySet[Card]":
    """The card if it is hers; with a limit it is nobody’s while she has given so many answers since `since`."""
    hers = Card.objects.studied_by(user, today).filter(pk=Given("card")).order_by()
    if not limit:
        return hers
    newest = ReviewLog.objects.filter(user=user, day__gte=Given("day_before"), answered_at__gt=Given("since"))
    return hers.filter(~Exists(newest.order_by()[limit - 1 :]))


@Prepared
def _answered_card(user: Any, today: Any, limit: int) -> "QuerySet[Any, Any]":
    return _if_hers(user, today, limit)


@Prepared
def _answered_state(user: Any, today: Any, limit: int) -> "QuerySet[Any, Any]":
    """No statement more for whether it is hers and for the limit."""
    state = CardState.objects.filter(user=user, card=Given("card"), version=Given("version"))
    return state.filter(card__in=_if_hers(user, today, limit).values("pk")).select_related("card")


@Prepared
def _asked_card(user: Any, _today: Any) -> "QuerySet[Any, Any]":
    return Card.objects.filter(pk=Given("card")).order_by().with_note(user).select_related("deck", "motive")


@Prepared
def _asked_state(user: Any, _today: Any) -> "QuerySet[Any, Any]":
    state = CardState.objects.filter(user=user, card=Given("card"))
    return state.with_note(user).select_related("card__deck", "card__motive")


def touched_cards(user: User, *, today: date) -> list[TouchedCard]:
    """Cards that were answered today, or are due and not hidden."""
    return [TouchedCard._make(row) for row in _touched.rows(user, today)]


def unmet_cards(user: User, *, today: date, deck: Deck | None, exam_slots: int, limit: int | None) -> list[UnmetCard]:
    """In teaching order, with so many cards of exam practice."""
    rows = _unmet.rows(user, today, deck is not None, exam_slots, limit=limit, deck=deck.pk if deck else None)
    return [UnmetCard._make(row) for row in rows]


def answered_state(
    user: User, card_id: int, version: int, *, today: date, now: datetime | None = None
) -> CardState | None:
    """Her state with its card, if it has this version and the card is hers; with `now` only while she keeps the limit.

    A card never answered counts as version 0. Raises Card.DoesNotExist if it is not hers, or not while she hurries.
    """
    limit = settings.ANSWERS_A_MINUTE if now else 0
    given = {"card": card_id, **_minute_before(now, today)}
    if version and (state := _answered_state.first(user, today, limit, version=version, **given)):
        return cast("CardState", state)
    card = _answered_card.first(user, today, limit, **given)
    if card is None:
        raise Card.DoesNotExist
    return None if version else CardState(user=user, card=card)


def asked_state(user: User, card_id: int, *, has_state: bool, today: date) -> CardState | None:
    """Her state with its card, deck, motive and note; an unsaved one for a card without. None if it has just gone."""
    if has_state:
        return cast("CardState | None", _asked_state.first(user, today, card=card_id))
    card = _asked_card.first(user, today, card=card_id)
    if card is None:
        return None
    state = CardState(user=user, card=card)
    state.note = card.note
    return state


def _minute_before(now: datetime | None, today: date) -> dict[str, Any]:
    if now is None:
        return {}
    since = connection.ops.adapt_datetimefield_value(now - MINUTE)
    return {"since": since, "day_before": connection.ops.adapt_datefield_value(today - timedelta(days=1))}


def seconds_to_wait(user: User, *, now: datetime) -> int:
    """How long until she may answer again; 0 at once."""
    limit = settings.ANSWERS_A_MINUTE
    newest = ReviewLog.objects.filter(user=user, answered_at__gt=now - MINUTE).order_by("-answered_at")
    at = newest.values_list("answered_at", flat=True)[limit - 1 : limit].first() if limit else None
    return ceil((at + MINUTE - now).total_seconds()) if at else 0

"""Reads: extra practice, which touches no schedule; which cards are in a set, and which of them wait today."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from cards import sm2
from cards.browse import weakest_cards
from cards.models import PRACTICE_SETS, Card, CardState, Flag, ReviewLog
from cards.queue import Queue, shuffled

FAILED_WITHIN = timedelta(days=7)
DECK, MOTIVE, FLAGGED, FAILED, WEAKEST_SET = PRACTICE_SETS


class PracticeSet(NamedTuple):
    """What she practises: a deck or motive by its address, or one of the sets without one."""

    name: str
    of: str = ""


def practice_cards(user: User, chosen: PracticeSet, *, today: date) -> "QuerySet[Card]":
    """Her cards in the set, without those she has suspended."""
    suspended = CardState.objects.filter(user=user, card=OuterRef("pk"), suspended=True)
    cards = Card.objects.studied_by(user, today).filter(~Exists(suspended))
    if chosen.name == DECK:
        return cards.filter(deck__slug=chosen.of)
    if chosen.name == MOTIVE:
        return cards.filter(motive__code=chosen.of)
    if chosen.name == FLAGGED:
        return cards.filter(Exists(Flag.objects.standing().filter(user=user, card=OuterRef("pk"))))
    if chosen.name == FAILED:
        return cards.filter(Exists(_recent_fails(user, today).filter(card=OuterRef("pk"))))
    return cards.filter(pk__in=[card.pk for card in weakest_cards(user, today=today)])


def _recent_fails(user: User, today: date) -> "QuerySet[ReviewLog]":
    fails = ReviewLog.objects.standing().filter(user=user, kind=ReviewLog.Kind.SCHEDULED, quality__lt=sm2.PASS)
    return fails.filter(day__gt=today - FAILED_WITHIN)


def load_practice(user: User, chosen: PracticeSet, *, today: date) -> Queue:
    """The set as a queue: each card once a study day, in an order that is fixed for the day."""
    met = CardState.objects.filter(user=user, card=OuterRef("pk"))
    rows = practice_cards(user, chosen, today=today).annotate(has_state=Exists(met)).values_list("pk", "has_state")
    has_state = dict(rows)
    practised = ReviewLog.objects.standing().filter(user=user, day=today, kind=ReviewLog.Kind.PRACTICE)
    done = has_state.keys() & set(practised.values_list("card_id", flat=True))
    waiting = shuffled(user, has_state.keys() - done, today)
    not_started = frozenset(card_id for card_id in waiting if not has_state[card_id])
    return Queue(today=today, due=waiting, done=len(done), not_started=not_started)

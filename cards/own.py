"""Writes: a student’s own cards, in a deck that is hers alone."""

from secrets import token_hex
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from cards.models import Card, Deck

MOST_CARDS = 1000
AFTER_ALL_OTHERS = 1_000_000  # the deck's position


class FullError(Exception):
    """She has as many cards as there is room for."""


def has_room(user: User) -> bool:
    return Card.objects.own_of(user).count() < MOST_CARDS


def add_card(user: User, *, attempt: UUID, kind: str, front: str, back: str) -> Card:
    """A new card of hers; the same attempt again is the same card. Raises FullError."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two tabs can't both take the last place
        deck = _deck_of(user)
        code = f"own-{attempt.hex}"
        if earlier := deck.cards.filter(code=code).first():
            return earlier
        if not has_room(user):
            raise FullError
        position = (deck.cards.aggregate(last=Max("position"))["last"] or 0) + 1
        texts = {"kind": kind, "front": front, "back": back}
        return Card.objects.create(deck=deck, code=code, position=position, status=Card.Status.PUBLISHED, **texts)


def _deck_of(user: User) -> Deck:
    """Her deck, made with her first card, at an address that nobody can guess."""
    new = {
        "title": _("My own cards"),
        "slug": f"own-{token_hex(16)}",
        "status": Deck.Status.PUBLISHED,
        "origin": Deck.Origin.STUDENT,
        "position": AFTER_ALL_OTHERS,
    }
    return Deck.objects.get_or_create(owner=user, defaults=new)[0]


def change_card(card: Card, *, kind: str, front: str, back: str) -> None:
    """Change what is written on it; when it comes back stays as it is."""
    card.kind, card.front, card.back = kind, front, back
    card.save(update_fields=["kind", "front", "back", "changed_at"])


def remove_card(card: Card) -> bool:
    """Delete it, or hide it when it has answers, which stay with the student; True when it was deleted."""
    try:
        with transaction.atomic():
            card.delete()
    except IntegrityError:  # its state or its answers stand in the way
        Card.objects.filter(pk=card.pk).update(status=Card.Status.ARCHIVED)
        return False
    return True

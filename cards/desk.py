"""Writes: what a teacher does with whole decks and cards. Nothing here touches a student's schedule."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.text import slugify

from accounts.models import User
from cards.models import Card, CardState, Deck, DeckTeacher, Motive

SLUG_LENGTH = 60
CODE_LENGTH = 60
OWN_COPY = ("id", "deck", "import_batch", "revised_at", "revised_from", "version", "loaded_hash", "changed_at")


class ClashError(Exception):
    """Cards cannot go where a card with the same code is; carries the codes."""


def free_slug(title: str) -> str:
    """An address for a new deck that no other deck has."""
    stem = slugify(title)[: SLUG_LENGTH - 5] or "deck"
    taken = set(Deck.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in _numbered(stem) if slug not in taken)


def free_code(deck: Deck) -> str:
    """A code for a new card that no other card of the deck has."""
    stem = deck.slug[: CODE_LENGTH - 6]
    taken = set(deck.cards.values_list("code", flat=True))
    first = len(taken) + 1
    return next(code for code in _numbered(stem, first=first, always=True) if code not in taken)


def _numbered(stem: str, *, first: int = 2, always: bool = False) -> Iterable[str]:
    if not always:
        yield stem
    while True:
        yield f"{stem}-{first}"
        first += 1


def next_position(deck: Deck) -> int:
    return (deck.cards.aggregate(last=Max("position"))["last"] or 0) + 1


def copy_deck(deck: Deck, teacher: User, *, title: str) -> Deck:
    """A draft of her own with the same cards and codes; students' schedules stay with the original."""
    with transaction.atomic():
        copy = Deck.objects.create(title=title, slug=free_slug(title), description=deck.description, copied_from=deck)
        DeckTeacher.objects.create(deck=copy, user=teacher)
        cards = deck.cards.exclude(status=Card.Status.ARCHIVED)
        Card.objects.bulk_create(Card(deck=copy, **_content_of(card)) for card in cards)
    return copy


def _content_of(card: Card) -> dict[str, object]:
    fields = (field for field in Card._meta.concrete_fields if field.name not in OWN_COPY)
    return {field.attname: getattr(card, field.attname) for field in fields}


def students_of(cards: "QuerySet[Card]") -> int:
    """How many students have met any of these cards."""
    return CardState.objects.filter(card__in=cards).values("user").distinct().count()


def set_status(rows: "QuerySet[Any]", status: str) -> int:
    """Publish, archive or draw back cards or decks, each with its line of history; returns how many changed."""
    with transaction.atomic():
        changed = list(rows.exclude(status=status).select_for_update())  # each version is raised once by each
        for row in changed:
            row.status, row.version = status, row.version + 1
            row.save(update_fields=["status", "version", "changed_at"])
    return len(changed)


def tag_motive(cards: "QuerySet[Card]", motive: Motive) -> int:
    with transaction.atomic():
        tagged = list(cards.select_related("deck").select_for_update(of=("self",)))
        for card in tagged:
            card.motive, card.version = motive, card.version + 1
            card.save(update_fields=["motive", "version", "changed_at"])
    return len(tagged)  # counted anew, a list that is narrowed to a motive has none of them any more


def move_cards(cards: "QuerySet[Card]", deck: Deck) -> int:
    """To the end of another deck, codes and states kept; raises ClashError where that deck has a code already."""
    with transaction.atomic():
        others = cards.exclude(deck=deck).select_related("deck").select_for_update(of=("self",))
        moving = list(others.order_by("deck", "position", "pk"))
        codes = [card.code for card in moving]
        clashing = [*deck.cards.filter(code__in=codes).values_list("code", flat=True), *_twice(codes)]
        if clashing:
            raise ClashError(sorted(set(clashing)))
        for position, card in enumerate(moving, start=next_position(deck)):
            card.deck, card.position, card.version = deck, position, card.version + 1
            card.save(update_fields=["deck", "position", "version", "changed_at"])
    return len(moving)


def _twice(codes: Sequence[str]) -> list[str]:
    return [code for code in codes if codes.count(code) > 1]


def reorder(deck: Deck, card_ids: Sequence[int]) -> bool:
    """Put the deck's cards into this order; False, and nothing changed, if they are not the deck's cards any more."""
    with transaction.atomic():
        cards = {card.pk: card for card in deck.cards.exclude(status=Card.Status.ARCHIVED)}
        if sorted(card_ids) != sorted(cards):
            return False
        for position, card_id in enumerate(card_ids, start=1):
            cards[card_id].position = position
        Card.objects.bulk_update(cards.values(), ["position"])
    return True


def moved(card_ids: Sequence[int], card_id: int, *, by: int) -> list[int]:
    """The order with one card moved up (-1) or down (1), as far as there is room."""
    order = list(card_ids)
    place = order.index(card_id)
    order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
    return order

"""Writes: what a teacher does with whole decks and cards. Nothing here touches a student's schedule."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Now
from django.utils.text import slugify
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from cards.models import Card, CardState, Deck, DeckTeacher, Motive

SLUG_LENGTH = 60
CODE_LENGTH = 60
AT_ONCE = 500
MOST_TRIES = 20
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


def lock(*decks: Deck) -> None:
    """For as long as the transaction lasts nobody else adds cards here; before any lock on a card, so none is crossed.

    Students’ answers need not wait for it.
    """
    list(Deck.objects.filter(pk__in=[deck.pk for deck in decks]).order_by("pk").select_for_update(no_key=True))


def save_with_slug(deck: Deck, save: Callable[[], None]) -> None:
    """Of two decks of one name that are made at the same instant, the second gets the next free address."""
    deck.slug = deck.slug or free_slug(deck.title)
    for _try in range(MOST_TRIES):
        try:
            with transaction.atomic():
                return save()
        except IntegrityError:
            if not Deck.objects.exclude(pk=deck.pk).filter(slug=deck.slug).exists():
                raise
            deck.slug = free_slug(deck.title)
    raise IntegrityError(deck.slug)


def copy_deck(deck: Deck, teacher: User, *, title: str) -> Deck:
    """A draft of her own with the same cards and codes, as far as she sees them; schedules stay with the original."""
    copy = Deck(title=title, description=deck.description, copied_from=deck)
    with transaction.atomic():
        save_with_slug(copy, copy.save)
        DeckTeacher.objects.create(deck=copy, user=teacher)
        cards = Card.objects.visible_to(teacher).filter(deck=deck).exclude(status=Card.Status.ARCHIVED)
        copies = [Card(deck=copy, **_content_of(card)) for card in cards]
        bulk_create_with_history(copies, Card, batch_size=AT_ONCE, default_user=teacher)
    return copy


def _content_of(card: Card) -> dict[str, object]:
    fields = (field for field in Card._meta.concrete_fields if field.name not in OWN_COPY)
    return {field.attname: getattr(card, field.attname) for field in fields}


def students_of(cards: "QuerySet[Card]") -> int:
    """How many students have met any of these cards."""
    return CardState.objects.filter(card__in=cards).values("user").distinct().count()


def _write(rows: Sequence[Any], **values: Any) -> int:
    """One statement for thousands of rows, each of which gets its line of history and is raised by one version."""
    for row in rows:
        row.version += 1
        for name, value in values.items():
            setattr(row, name, value)
    if rows:
        model = type(rows[0])
        written = model._default_manager.filter(pk__in=[row.pk for row in rows])
        written.update(version=F("version") + 1, changed_at=Now(), **values)
        model.history.bulk_history_create(rows, batch_size=AT_ONCE, update=True)
    return len(rows)


def set_status(rows: "QuerySet[Any]", status: str) -> int:
    """Publish, archive or draw back cards or decks; returns how many changed."""
    with transaction.atomic():
        return _write(list(rows.exclude(status=status).select_for_update()), status=status)


def tag_motive(cards: "QuerySet[Card]", motive: Motive) -> int:
    with transaction.atomic():
        return _write(list(cards.select_for_update()), motive=motive)


def move_cards(cards: "QuerySet[Card]", deck: Deck) -> int:
    """To the end of another deck, codes and states kept; raises ClashError where that deck has a code already."""
    with transaction.atomic():
        lock(deck)
        moving = list(cards.exclude(deck=deck).select_for_update().order_by("deck", "position", "pk"))
        codes = [card.code for card in moving]
        clashing = [*deck.cards.filter(code__in=codes).values_list("code", flat=True), *_twice(codes)]
        if clashing:
            raise ClashError(sorted(set(clashing)))
        _put(moving, first=next_position(deck))
        return _write(moving, deck=deck)


def _twice(codes: Sequence[str]) -> list[str]:
    return [code for code, count in Counter(codes).items() if count > 1]


# --- the order of a deck's cards


def in_order(deck: Deck) -> "QuerySet[Card]":
    return deck.cards.exclude(status=Card.Status.ARCHIVED).order_by("position", "pk")


def fingerprint(card_ids: Iterable[int]) -> str:
    """Tells one order from another in a few letters, however many cards there are."""
    return sha256(",".join(map(str, card_ids)).encode()).hexdigest()[:20]


def reorder(deck: Deck, card_id: int, *, place: int, opened: str) -> bool:
    """Put a card at this place, the first being 1; False, and nothing changed, if the order is not the opened one now.

    No line of history: one move may shift thousands. But who has a shifted card open is told of it.
    """
    with transaction.atomic():
        lock(deck)
        cards = list(in_order(deck).only("deck", "position"))
        if fingerprint(card.pk for card in cards) != opened:
            return False
        moving = next(card for card in cards if card.pk == card_id)
        cards.remove(moving)
        cards.insert(place - 1, moving)
        shifted = _put(cards, first=1)
        Card.objects.filter(pk__in=shifted).update(version=F("version") + 1)
    return True


def _put(cards: Sequence[Card], *, first: int) -> list[int]:
    """Give them their positions in this order; the ids of those that had another. Neighbours mostly shift together,
    so this is a few statements, not one for each card.
    """
    shifts: dict[int, list[int]] = defaultdict(list)
    for position, card in enumerate(cards, start=first):
        if position != card.position:
            shifts[position - card.position].append(card.pk)
            card.position = position
    for by, card_ids in shifts.items():
        Card.objects.filter(pk__in=card_ids).update(position=F("position") + by)
    return [card_id for card_ids in shifts.values() for card_id in card_ids]

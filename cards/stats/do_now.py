"""Do Now: the five taught cards that a class knows least, for the board at the start of a lesson."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef

from accounts.models import User
from cards.models import Card, CardState, TaughtLesson
from cards.stats.class_cards import card_rates
from cards.stats.school_class import Overview

DO_NOW_CARDS = 5


class DoNow(NamedTuple):
    cards: list[Card]
    rated: int  # how many of them, the first ones, are there because the class gets them wrong


def do_now(overview: Overview) -> DoNow:
    """The five weakest taught cards; where too few have enough tries, core cards of the newest lessons fill up."""
    ticked = _ticked_lessons(overview)
    taught = taught_cards(overview, ticked)
    rates = card_rates(overview.tries, taught)
    weakest = [row.card for row in rates if not row.rate.is_hidden][:DO_NOW_CARDS]
    fresh = [card for card in newest_first(overview.cards, ticked) if card not in weakest]
    return chosen_cards([*weakest, *fresh], rated=len(weakest))


def chosen_cards(cards: Iterable[Card], *, rated: int) -> DoNow:
    """Five of these at most, with all that is written on them."""
    chosen = [card.pk for card in cards][:DO_NOW_CARDS]
    whole = Card.objects.select_related("deck").in_bulk(chosen)
    return DoNow([whole[pk] for pk in chosen], rated)


def _ticked_lessons(overview: Overview) -> dict[tuple[int, str], datetime]:
    """When which section of which deck was ticked as taught."""
    lessons = TaughtLesson.objects.filter(assignment__school_class=overview.school_class)
    rows = lessons.values_list("assignment__deck", "section", "taught_at")
    return {(deck_id, section): taught_at for deck_id, section, taught_at in rows}


def taught_cards(overview: Overview, ticked: Iterable[tuple[int, str]]) -> list[Card]:
    """Of a lesson that was ticked, or of a deck that half the class has met (DESIGN.md §3)."""
    lessons, met = set(ticked), _met_decks(overview)
    return [card for card in overview.cards if (card.deck_id, card.section) in lessons or card.deck_id in met]


def _met_decks(overview: Overview) -> set[int]:
    """Of each student the database looks for one met card a deck, and for no more."""
    of_deck: dict[int, list[int]] = defaultdict(list)
    for card in overview.cards:
        of_deck[card.deck_id].append(card.pk)
    hers = CardState.objects.filter(user=OuterRef("pk"), sm2_due_on__isnull=False)
    counts = {f"deck_{pk}": Count("pk", filter=Exists(hers.filter(card__in=cards))) for pk, cards in of_deck.items()}
    met = User.objects.filter(pk__in=overview.user_ids).aggregate(**counts)
    return {pk for pk in of_deck if met[f"deck_{pk}"] and 2 * met[f"deck_{pk}"] >= len(overview.counted)}


def newest_first(cards: list[Card], ticked: dict[tuple[int, str], datetime]) -> list[Card]:
    """Core cards of the lessons ticked, the last one first; of a class that ticks none that is still there by its
    name, of the first lesson of its newest deck.
    """
    core = [card for card in cards if card.level == Card.Level.CORE]
    taught = [card for card in core if (card.deck_id, card.section) in ticked]
    if taught or not core:
        return sorted(taught, key=lambda card: ticked[card.deck_id, card.section], reverse=True)
    newest = max(core, key=lambda card: card.given_on)  # type: ignore[attr-defined]
    return [card for card in core if (card.deck_id, card.section) == (newest.deck_id, newest.section)]

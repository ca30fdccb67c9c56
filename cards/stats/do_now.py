"""Do Now: the five taught cards that a class knows least, for the board at the start of a lesson."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count

from cards.models import Card, CardState, TaughtLesson
from cards.stats.class_cards import card_rates
from cards.stats.school_class import Overview

DO_NOW_CARDS = 5


class DoNow(NamedTuple):
    cards: list[Card]
    rated: int  # how many of them, the first ones, are there because the class gets them wrong


def do_now(overview: Overview) -> DoNow:
    """The five weakest taught cards; where too few have enough tries, core cards of the newest lesson fill up."""
    ticked = _ticked_lessons(overview)
    taught = taught_cards(overview, ticked)
    rates = card_rates(overview.user_ids, taught, today=overview.today)
    weakest = [row.card for row in rates if not row.rate.is_hidden][:DO_NOW_CARDS]
    core = (card for card in newest_lesson(overview.cards, ticked) if card.level == Card.Level.CORE)
    fresh = [card for card in core if card not in weakest]
    return DoNow([*weakest, *fresh][:DO_NOW_CARDS], len(weakest))


def _ticked_lessons(overview: Overview) -> dict[tuple[int, str], datetime]:
    """When which section of which deck was ticked as taught."""
    lessons = TaughtLesson.objects.filter(assignment__school_class=overview.school_class)
    rows = lessons.values_list("assignment__deck", "section", "taught_at")
    return {(deck_id, section): taught_at for deck_id, section, taught_at in rows}


def taught_cards(overview: Overview, ticked: Iterable[tuple[int, str]]) -> list[Card]:
    """Of a lesson that was ticked, or of a deck that half the class has met (DESIGN.md §3)."""
    lessons = set(ticked)
    states = CardState.objects.filter(user__in=overview.user_ids, card__in=overview.card_ids, sm2_due_on__isnull=False)
    met = dict(states.order_by().values_list("card__deck").annotate(students=Count("user", distinct=True)))
    half = max(len(overview.counted), 1) / 2
    return [
        card for card in overview.cards if (card.deck_id, card.section) in lessons or met.get(card.deck_id, 0) >= half
    ]


def newest_lesson(cards: list[Card], ticked: dict[tuple[int, str], datetime]) -> list[Card]:
    """The cards of the lesson ticked last; of a class that ticks none, the first lesson of its newest deck."""
    if not cards:
        return []
    newest = max(cards, key=lambda card: card.given_on)  # type: ignore[attr-defined]
    lesson = max(ticked, key=ticked.__getitem__, default=(newest.deck_id, newest.section))
    return [card for card in cards if (card.deck_id, card.section) == lesson]

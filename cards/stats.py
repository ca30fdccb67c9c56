"""Reads: how well a student knows what; figures for pages, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from django.db.models import Case, Count, F, FilteredRelation, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from cards.models import LEARNED_REPETITIONS, Card, Motive

MATURE_INTERVAL = 21
MAP_ACTORS = (Card.Actor.STALIN, Card.Actor.HITLER)


class Level(IntEnum):
    """How well a card is known (DESIGN.md §3), weakest first."""

    NOT_MET = 0
    LEARNING = 1
    YOUNG = 2
    MATURE = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One actor's share of one motive: how many of her cards, and the level of the weakest quarter of them."""

    actor: Card.Actor
    cards: int
    level: Level | None  # None where she has no card of it


@dataclass(frozen=True, slots=True)
class MapRow:
    motive: Motive
    cells: list[Cell]


def with_level(cards: "QuerySet[Card]", user: User) -> "QuerySet[Card]":
    """Adds `known`, the Level at which `user` knows each card."""
    return cards.annotate(
        state_of_hers=FilteredRelation("states", condition=Q(states__user=user)),
        known=Case(
            When(state_of_hers__sm2_due_on__isnull=True, then=Value(Level.NOT_MET)),
            When(state_of_hers__repetitions__lt=LEARNED_REPETITIONS, then=Value(Level.LEARNING)),
            When(state_of_hers__interval__lt=MATURE_INTERVAL, then=Value(Level.YOUNG)),
            default=Value(Level.MATURE),
            output_field=IntegerField(),
        ),
    )


def motive_map(user: User, *, today: date) -> list[MapRow]:
    """Motive by actor over all her cards, in two queries; a card of both actors counts for each."""
    counts = _level_counts(user, today)
    motives = Motive.objects.filter(is_context=False)
    return [MapRow(motive, [_cell(actor, counts[motive.pk, actor]) for actor in MAP_ACTORS]) for motive in motives]


def _level_counts(user: User, today: date) -> dict[tuple[int, str], dict[int, int]]:
    """Number of cards by level, for each motive and actor."""
    cards = with_level(Card.objects.studied_by(user, today), user).order_by()
    rows = cards.values(theme=F("motive"), who=F("actor"), how_well=F("known")).annotate(count=Count("pk"))
    counts: dict[tuple[int, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for actor in MAP_ACTORS if row["who"] == Card.Actor.BOTH else [row["who"]]:
            counts[row["theme"], actor][row["how_well"]] += row["count"]
    return counts


def _cell(actor: Card.Actor, counts: dict[int, int]) -> Cell:
    levels = [Level(level) for level in sorted(counts) for _ in range(counts[level])]
    return Cell(actor, len(levels), weakest_quarter(levels))


def weakest_quarter(levels: Sequence[Level]) -> Level | None:
    """The level that the weakest quarter of `levels` (weakest first) has reached; None for no cards."""
    return levels[-(-len(levels) // 4) - 1] if levels else None


def cards_of_motive(user: User, motive: Motive, *, today: date) -> Iterable[Card]:
    """Her cards of the motive with their `known` level, in teaching order."""
    cards = with_level(Card.objects.studied_by(user, today).filter(motive=motive), user)
    return cards.select_related("deck").order_by("deck__position", "deck", "position", "pk")

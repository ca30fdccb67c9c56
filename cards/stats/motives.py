"""How well she knows which motive, for Stalin and for Hitler."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import NamedTuple

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


class LevelCount(NamedTuple):
    """How many of her cards of this motive and actor are at this level."""

    motive_id: int | None
    actor: str
    level: Level
    cards: int


def level_counts(user: User, *, today: date) -> list[LevelCount]:
    """All her cards, those of no motive too, in one query."""
    return level_counts_of(Card.objects.studied_by(user, today), user)


def level_counts_of(cards: "QuerySet[Card]", user: User) -> list[LevelCount]:
    rows = with_level(cards, user).order_by().values_list("motive", "actor", F("known")).annotate(count=Count("pk"))
    return [LevelCount(motive, actor, Level(level), count) for motive, actor, level, count in rows]


def cards_by_level(counts: Iterable[LevelCount]) -> dict[Level, int]:
    return {level: sum(row.cards for row in counts if row.level == level) for level in Level}


def motive_map(user: User, *, today: date) -> list[MapRow]:
    """Motive by actor over all her cards, in two queries."""
    return map_rows(level_counts(user, today=today))


def map_rows(counts: Iterable[LevelCount]) -> list[MapRow]:
    """A card of both actors counts for each."""
    cells: dict[tuple[int | None, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in counts:
        for actor in actors_of(row.actor):
            cells[row.motive_id, actor][row.level] += row.cards
    motives = Motive.objects.filter(is_context=False)
    return [MapRow(motive, [_cell(actor, cells[motive.pk, actor]) for actor in MAP_ACTORS]) for motive in motives]


def actors_of(actor: str) -> Sequence[str]:
    """Whose a card's motive is: a card of both actors is each one's."""
    return MAP_ACTORS if actor == Card.Actor.BOTH else [actor]


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

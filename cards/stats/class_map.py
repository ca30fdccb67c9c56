"""The heat map of a class: how well each student knows which motive."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Count, Q

from cards.models import LEARNED_REPETITIONS, Card, CardState, Motive
from cards.stats.motives import MATURE_INTERVAL, Level


class ClassMap(NamedTuple):
    """`levels` has for each student a level for each of the motives: that of the weakest quarter of its cards."""

    motives: list[Motive]
    levels: dict[int, list[Level]]


class Met(NamedTuple):
    """How many cards of a motive a student has met, and how many of these are learned, and mature."""

    met: int = 0
    learned: int = 0
    mature: int = 0


NONE_MET = Met()
_LEARNED = Q(repetitions__gte=LEARNED_REPETITIONS)
_COUNTS = {
    "met": Count("pk"),
    "learned": Count("pk", filter=_LEARNED),
    "mature": Count("pk", filter=_LEARNED & Q(interval__gte=MATURE_INTERVAL)),
}


def class_map(user_ids: Iterable[int], cards: Sequence[Card]) -> ClassMap:
    """Motives of the cards given to the class, in the order of the map; in one query, counted by the database."""
    of_motive = {card.motive_id: card.motive for card in cards if card.motive and not card.motive.is_context}
    motives = sorted(of_motive.values(), key=lambda motive: (motive.position, motive.name))
    totals = Counter(card.motive_id for card in cards)
    users = list(user_ids)
    counts = _met(users, [card.pk for card in cards if card.motive_id in of_motive])
    levels = {}
    for user in users:
        hers = counts[user]
        levels[user] = [level_of(totals[motive.pk], hers.get(motive.pk, NONE_MET)) for motive in motives]
    return ClassMap(motives, levels)


def _met(user_ids: Sequence[int], card_ids: Sequence[int]) -> dict[int, dict[int, Met]]:
    """By student and motive."""
    states = CardState.objects.filter(user__in=user_ids, card__in=card_ids, sm2_due_on__isnull=False).order_by()
    found: dict[int, dict[int, Met]] = defaultdict(dict)
    for user_id, motive_id, *counts in states.values_list("user", "card__motive").annotate(**_COUNTS):
        found[user_id][motive_id] = Met(*counts)
    return found


def level_of(total: int, counts: Met) -> Level:
    """That of the weakest quarter of `total` cards, as `weakest_quarter` says of a list."""
    others = total - -(-total // 4)  # cards that are at least as well known as the quarter's best one
    for level, number in ((Level.MATURE, counts.mature), (Level.YOUNG, counts.learned), (Level.LEARNING, counts.met)):
        if number > others:
            return level
    return Level.NOT_MET

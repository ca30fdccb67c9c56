"""The heat map of a class: how well each student knows which motive."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Count, Q

from cards.models import LEARNED_REPETITIONS, Card, CardState, Motive
from cards.stats.motives import MATURE_INTERVAL, Level, weakest_quarter


class ClassMap(NamedTuple):
    """`levels` has for each student a level for each of the motives: that of the weakest quarter of its cards."""

    motives: list[Motive]
    levels: dict[int, list[Level]]


_LEARNED = Q(repetitions__gte=LEARNED_REPETITIONS)
_COUNTS = {
    "learning": Count("pk", filter=Q(repetitions__lt=LEARNED_REPETITIONS)),
    "young": Count("pk", filter=_LEARNED & Q(interval__lt=MATURE_INTERVAL)),
    "mature": Count("pk", filter=_LEARNED & Q(interval__gte=MATURE_INTERVAL)),
}


def class_map(user_ids: Iterable[int], cards: Sequence[Card]) -> ClassMap:
    """Motives of the cards given to the class, in the order of the map; in one query, counted by the database."""
    of_motive = {card.motive_id: card.motive for card in cards if card.motive and not card.motive.is_context}
    motives = sorted(of_motive.values(), key=lambda motive: (motive.position, motive.name))
    totals = Counter(card.motive_id for card in cards)
    users = list(user_ids)
    counts = _met(users, [card.pk for card in cards if card.motive_id in of_motive])
    levels = {user: [_level(totals[motive.pk], counts[user].get(motive.pk)) for motive in motives] for user in users}
    return ClassMap(motives, levels)


def _met(user_ids: Sequence[int], card_ids: Sequence[int]) -> dict[int, dict[int, Sequence[int]]]:
    """By student and motive, how many of the cards that she has met are at which level."""
    states = CardState.objects.filter(user__in=user_ids, card__in=card_ids, sm2_due_on__isnull=False).order_by()
    found: dict[int, dict[int, Sequence[int]]] = defaultdict(dict)
    for user_id, motive_id, *counts in states.values_list("user", "card__motive").annotate(**_COUNTS):
        found[user_id][motive_id] = counts
    return found


def _level(total: int, counts: Sequence[int] | None) -> Level:
    counts = counts or (0, 0, 0)
    numbers = zip(Level, (total - sum(counts), *counts), strict=True)
    return weakest_quarter([level for level, number in numbers for _ in range(number)]) or Level.NOT_MET

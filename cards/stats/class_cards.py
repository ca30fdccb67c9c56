"""What a class gets wrong: cards, motives and named misconceptions, each rate only where enough students tried."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from cards.kinds import PASS
from cards.models import Card, Misbelief, Misconception, Motive, ReviewLog
from cards.stats.answers import TRY
from cards.stats.motives import actors_of

MINIMUM_STUDENTS, MINIMUM_TRIES = 5, 10
RATE_DAYS = 30
STUCK_UNDER = 80  # per cent right


class Rate(NamedTuple):
    """Tries of a class in the last 30 days: scheduled answers to cards that had been answered on an earlier day."""

    students: int = 0
    tries: int = 0
    passes: int = 0

    @property
    def is_hidden(self) -> bool:
        """Of so few a rate would say more about a person than about the card."""
        return self.students < MINIMUM_STUDENTS or self.tries < MINIMUM_TRIES

    @property
    def percent_right(self) -> int | None:
        """Rounded to the nearest whole number; None while hidden."""
        return None if self.is_hidden else (200 * self.passes + self.tries) // (2 * self.tries)

    @property
    def percent_wrong(self) -> int | None:
        return None if self.percent_right is None else 100 - self.percent_right

    @property
    def share_right(self) -> float:
        return self.passes / self.tries


class MotiveRate(NamedTuple):
    motive: Motive
    actor: str
    rate: Rate

    @property
    def is_stuck(self) -> bool:
        return self.rate.share_right < STUCK_UNDER / 100

    @property
    def actor_name(self) -> str:
        return str(Card.Actor(self.actor).label) if self.actor else ""


class CardRate(NamedTuple):
    card: Card
    rate: Rate


class MisconceptionCount(NamedTuple):
    misconception: Misconception
    students: int


def narrowed(
    cards: Iterable[Card], *, motive: Motive | None, actor: str, misconception: Misconception | None
) -> list[Card]:
    """Those of this motive, actor and misconception, as far as one is asked for."""
    return [
        card
        for card in cards
        if (motive is None or card.motive_id == motive.pk)
        and (not actor or actor in (card.actor, *actors_of(card.actor)))
        and (misconception is None or card.misconception_id == misconception.pk)
    ]


def tries_of(user_ids: Sequence[int], cards: Iterable[Card], *, today: date) -> "QuerySet[ReviewLog]":
    logs = ReviewLog.objects.standing().filter(TRY, day__gt=today - timedelta(days=RATE_DAYS))
    return logs.filter(user__in=user_ids, card__in=[card.pk for card in cards]).order_by()


_PASSES = Count("pk", filter=Q(quality__gte=PASS))


def card_rates(user_ids: Sequence[int], cards: Sequence[Card], *, today: date) -> list[CardRate]:
    """The cards by error rate, the worst first; then those whose rate is hidden, the most tried first."""
    tries = tries_of(user_ids, cards, today=today)
    rows = tries.values_list("card").annotate(Count("user", distinct=True), Count("pk"), passes=_PASSES)
    rates = {card_id: Rate(*counts) for card_id, *counts in rows}
    return sorted((CardRate(card, rates.get(card.pk, Rate())) for card in cards), key=_worst_first)


def _worst_first(row: CardRate) -> tuple[float, int]:
    return (2 if row.rate.is_hidden else row.rate.share_right, -row.rate.tries)


def weakest_motive(user_ids: Sequence[int], cards: Sequence[Card], *, today: date) -> MotiveRate | None:
    """The motive and actor with the lowest rate; None while no rate can be shown. A card of both counts for each."""
    motives = {card.motive_id: card.motive for card in cards if card.motive and not card.motive.is_context}
    tries = tries_of(user_ids, cards, today=today).filter(card__motive__in=motives)
    rows = tries.values_list("user", "card__motive", "card__actor").annotate(Count("pk"), passes=_PASSES)
    found = [
        MotiveRate(motives[motive_id], actor, rate)
        for (motive_id, actor), rate in _rates_by_motive(rows).items()
        if not rate.is_hidden
    ]
    return min(found, key=lambda row: (row.rate.share_right, -row.rate.tries), default=None)


def _rates_by_motive(rows: Iterable[tuple[int, int, str, int, int]]) -> dict[tuple[int, str], Rate]:
    users: dict[tuple[int, str], set[int]] = defaultdict(set)
    counts: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for user_id, motive_id, of, tries, passes in rows:
        for actor in actors_of(of):
            users[motive_id, actor].add(user_id)
            counts[motive_id, actor][0] += tries
            counts[motive_id, actor][1] += passes
    return {key: Rate(len(users[key]), *counts[key]) for key in users}


def misconception_counts(user_ids: Sequence[int], cards: Sequence[Card]) -> list[MisconceptionCount]:
    """How many students said of which named misconception that they had it in mind, the most common first."""
    said = Misbelief.objects.filter(user__in=user_ids, card__in=[card.pk for card in cards]).order_by()
    rows = said.exclude(card__misconception=None).values_list("card__misconception")
    counts = dict(rows.annotate(students=Count("user", distinct=True)))
    found = Misconception.objects.filter(pk__in=counts)
    return sorted(
        (MisconceptionCount(misconception, counts[misconception.pk]) for misconception in found),
        key=lambda row: (-row.students, row.misconception.code),
    )

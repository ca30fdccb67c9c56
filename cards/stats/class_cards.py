"""What a class gets wrong: cards, motives and named misconceptions, each rate only where enough students tried."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

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


class Tries(NamedTuple):
    """Those at one card, or at several together."""

    users: set[int]
    tries: int
    passes: int

    @property
    def rate(self) -> Rate:
        return Rate(len(self.users), self.tries, self.passes)


def tries_of(user_ids: Sequence[int], *, today: date) -> "QuerySet[ReviewLog]":
    logs = ReviewLog.objects.standing().filter(TRY, day__gt=today - timedelta(days=RATE_DAYS))
    return logs.filter(user__in=user_ids).order_by()


def load_tries(user_ids: Sequence[int], *, today: date) -> dict[int, Tries]:
    """By card, whatever it belongs to, in one query.

    In a month few students try a card twice, so grouping the rows in the database costs more than it saves; and asked
    for the cards too it would go through the whole history of each student instead of her last month.
    """
    rows = list(tries_of(user_ids, today=today).values_list("user", "card", "quality"))
    users: dict[int, set[int]] = defaultdict(set)
    for user_id, card_id, _quality in rows:
        users[card_id].add(user_id)
    tries = Counter(card_id for _user, card_id, _quality in rows)
    passes = Counter(card_id for _user, card_id, quality in rows if quality >= PASS)
    return {card_id: Tries(users[card_id], tries[card_id], passes[card_id]) for card_id in users}


def card_rates(tries: Mapping[int, Tries], cards: Iterable[Card]) -> list[CardRate]:
    """The cards by error rate, the worst first; then those whose rate is hidden, the most tried first."""
    rates = (CardRate(card, tries[card.pk].rate if card.pk in tries else Rate()) for card in cards)
    return sorted(rates, key=_worst_first)


def _worst_first(row: CardRate) -> tuple[float, int]:
    return (2 if row.rate.is_hidden else row.rate.share_right, -row.rate.tries)


def weakest_motive(tries: Mapping[int, Tries], cards: Iterable[Card]) -> MotiveRate | None:
    """The motive and actor with the lowest rate; None while no rate can be shown. A card of both counts for each."""
    found: dict[tuple[Motive, str], list[Tries]] = defaultdict(list)
    for card in cards:
        if card.pk in tries and card.motive and not card.motive.is_context:
            for actor in actors_of(card.actor):
                found[card.motive, actor].append(tries[card.pk])
    rates = (MotiveRate(motive, actor, _together(of_cards).rate) for (motive, actor), of_cards in found.items())
    shown = (row for row in rates if not row.rate.is_hidden)
    return min(shown, key=lambda row: (row.rate.share_right, -row.rate.tries), default=None)


def _together(of_cards: Sequence[Tries]) -> Tries:
    users = set().union(*(found.users for found in of_cards))
    return Tries(users, sum(found.tries for found in of_cards), sum(found.passes for found in of_cards))


def misconception_counts(user_ids: Sequence[int], cards: Sequence[Card]) -> list[MisconceptionCount]:
    """How many students said of which named misconception that they had it in mind, the most common first."""
    of_card = {card.pk: card.misconception_id for card in cards if card.misconception_id}
    said = Misbelief.objects.filter(user__in=user_ids).values_list("user", "card")
    pairs = {(user_id, of_card[card_id]) for user_id, card_id in said if card_id in of_card}
    counts = Counter(misconception_id for _user_id, misconception_id in pairs)
    found = Misconception.objects.filter(pk__in=counts)
    return sorted(
        (MisconceptionCount(misconception, counts[misconception.pk]) for misconception in found),
        key=lambda row: (-row.students, row.misconception.code),
    )

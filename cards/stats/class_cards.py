"""What a class gets wrong: cards, motives and named misconceptions, each rate only where enough students tried."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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
    """Those of one student at one card."""

    user_id: int
    card_id: int
    tries: int
    passes: int


def tries_of(user_ids: Sequence[int], *, today: date) -> "QuerySet[ReviewLog]":
    logs = ReviewLog.objects.standing().filter(TRY, day__gt=today - timedelta(days=RATE_DAYS))
    return logs.filter(user__in=user_ids).order_by()


def load_tries(user_ids: Sequence[int], *, today: date) -> list[Tries]:
    """At whatever card, for all rates of a class, in one query.

    In a month few students try a card twice, so grouping the rows in the database costs more than it saves; and asked
    for the cards too it would go through the whole history of each student instead of her last month.
    """
    found: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for user_id, card_id, quality in tries_of(user_ids, today=today).values_list("user", "card", "quality"):
        counts = found[user_id, card_id]
        counts[0] += 1
        counts[1] += quality >= PASS
    return [Tries(*key, *counts) for key, counts in found.items()]


def card_rates(tries: Iterable[Tries], cards: Iterable[Card]) -> list[CardRate]:
    """The cards by error rate, the worst first; then those whose rate is hidden, the most tried first."""
    students, counts, passes = Counter[int](), Counter[int](), Counter[int]()
    for row in tries:
        students[row.card_id] += 1
        counts[row.card_id] += row.tries
        passes[row.card_id] += row.passes
    rates = (CardRate(card, Rate(students[card.pk], counts[card.pk], passes[card.pk])) for card in cards)
    return sorted(rates, key=_worst_first)


def _worst_first(row: CardRate) -> tuple[float, int]:
    return (2 if row.rate.is_hidden else row.rate.share_right, -row.rate.tries)


def weakest_motive(tries: Iterable[Tries], cards: Sequence[Card]) -> MotiveRate | None:
    """The motive and actor with the lowest rate; None while no rate can be shown. A card of both counts for each."""
    motives = {card.motive.pk: card.motive for card in cards if card.motive and not card.motive.is_context}
    keys = {
        card.pk: [(card.motive.pk, actor) for actor in actors_of(card.actor)]
        for card in cards
        if card.motive and card.motive.pk in motives
    }
    rows: dict[tuple[int, str], list[Tries]] = defaultdict(list)
    for row in tries:
        for key in keys.get(row.card_id, ()):
            rows[key].append(row)
    rates = (MotiveRate(motives[motive_id], actor, _rate(found)) for (motive_id, actor), found in rows.items())
    shown = (row for row in rates if not row.rate.is_hidden)
    return min(shown, key=lambda row: (row.rate.share_right, -row.rate.tries), default=None)


def _rate(rows: Sequence[Tries]) -> Rate:
    users = {row.user_id for row in rows}
    return Rate(len(users), sum(row.tries for row in rows), sum(row.passes for row in rows))


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

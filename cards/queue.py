"""Reads: what to show next, and the day's counts. Everything is derived from the database."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b

from django.db.models import Case, Count, Expression, F, Min, Q, When
from django.db.models.functions import Coalesce, Least

from accounts.free_days import LOOK_AHEAD
from accounts.models import User
from cards.models import Card, CardState, Deck, not_met
from cards.new_room import NewRoom
from cards.planned import decks_in_final_days, decks_of_past_exams, exams_ahead, other_new
from cards.planning.work import MILLISECONDS_A_MINUTE
from cards.studied import TouchedCard, UnmetCard, asked_state, touched_cards, unmet_cards


@dataclass(frozen=True, slots=True)
class Queue:
    """A student's study day, over all her decks or one: card ids in the order in which they are asked."""

    today: date
    due: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    done: int = 0
    backlog: int = 0  # due, but beyond her minutes a day
    due_by_deck: Counter[int] = field(default_factory=Counter)  # repeats with them
    new_by_deck: Counter[int] = field(default_factory=Counter)
    not_started: frozenset[int] = frozenset()  # those of `new` without a CardState row

    @property
    def waiting(self) -> int:
        return len(self.due) + len(self.new) + len(self.repeats)

    @property
    def total(self) -> int:
        return self.done + self.waiting

    @property
    def next_card_id(self) -> int | None:
        for card_ids in (self.due, self.new, self.repeats):
            if card_ids:
                return card_ids[0]
        return None

    def __contains__(self, card_id: int) -> bool:
        return card_id in self.due or card_id in self.new or card_id in self.repeats

    def minutes(self, user: User) -> int:
        """Whole minutes that what waits will take at her own pace, at least one when anything waits."""
        return -(-self.waiting * user.pace_ms // MILLISECONDS_A_MINUTE)


def load_queue(user: User, *, today: date, deck: Deck | None = None, with_new: bool = True) -> Queue:
    """The queue of the study day; with `deck`, that deck's share of it. Nothing is asked on a break or free day.

    New cards cost most, and a page that does not count them may leave them out.
    """
    if not user.is_asked(today):
        return Queue(today=today)
    touched = touched_cards(user, today=today)
    shown = [row for row in touched if not row.is_hidden(today)]
    due = _one_exam_card(_due_in_order(user, shown, today=today), touched, today=today)
    asked, beyond = _split_by_minutes(user, due, touched, today=today)
    exam_slots = 0 if _exam_card_done(touched, today) or any(row.is_exam for row in due) else 1
    new = _new_cards(user, touched, today=today, deck=deck, exam_slots=exam_slots) if with_new else []
    repeats = sorted((row for row in shown if row.repeat_on == today), key=lambda row: (row.answered_at, row.card_id))
    answered = [row for row in touched if row.answered_on == today and row.repeat_on != today]
    asked, beyond, repeats, answered = (_of_deck(rows, deck) for rows in (asked, beyond, repeats, answered))
    return Queue(
        today=today,
        due=[row.card_id for row in asked],
        new=[card.card_id for card in new],
        repeats=[row.card_id for row in repeats],
        done=sum(row.due_on is None or row.due_on > today for row in answered),
        backlog=len(beyond),
        due_by_deck=Counter(row.deck_id for row in asked + repeats),
        new_by_deck=Counter(card.deck_id for card in new),
        not_started=frozenset(card.card_id for card in new if not card.has_state),
    )


def _new_cards(
    user: User, touched: list[TouchedCard], *, today: date, deck: Deck | None, exam_slots: int
) -> list[UnmetCard]:
    """As many as her daily number still allows, and of decks with an exam as many as its plan asks for."""
    room = NewRoom(user, today)
    for row in touched:
        if row.introduced_on == today:
            room.use(row)
    if not room.left:
        return []
    limit = None if room.is_planned else room.left
    unmet = unmet_cards(user, today=today, deck=deck, exam_slots=exam_slots, limit=limit)
    return [card for card in unmet if room.take(card)]


def _exam_card_done(touched: Iterable[TouchedCard], today: date) -> bool:
    return any(row.is_exam and row.answered_on == today for row in touched)


def _one_exam_card(due: list[TouchedCard], touched: list[TouchedCard], *, today: date) -> list[TouchedCard]:
    """At most one exam-practice card a study day; the others wait without being a backlog."""
    exam = [row for row in due if row.is_exam]
    waiting = exam if _exam_card_done(touched, today) else exam[1:]
    return [row for row in due if row not in waiting]


def _due_in_order(user: User, touched: Iterable[TouchedCard], *, today: date) -> list[TouchedCard]:
    """Shortest interval first, because a day late hurts it most; mixed within equal intervals."""
    over = decks_of_past_exams(user, today)
    due = [row for row in touched if row.is_due(today, without_plan=row.deck_id in over) and row.repeat_on != today]
    return sorted(due, key=lambda row: (row.interval, _shuffle(user, row.card_id, today)))


def _shuffle(user: User, card_id: int, today: date) -> bytes:
    """Fixed for the day, so that a refresh or a second tab shows the same card."""
    return blake2b(f"{user.pk} {card_id} {today:%Y%m%d}".encode(), digest_size=8).digest()


def shuffled(user: User, card_ids: Iterable[int], today: date) -> list[int]:
    """Mixed in the way that is fixed for her and the day."""
    return sorted(card_ids, key=lambda card_id: _shuffle(user, card_id, today))


def _split_by_minutes(
    user: User, due: list[TouchedCard], touched: Iterable[TouchedCard], *, today: date
) -> tuple[list[TouchedCard], list[TouchedCard]]:
    """What is asked today and what waits, by her minutes a day at her own pace.

    In the final days before an exam its cards wait last; what is asked keeps its order.
    """
    if user.everything_on == today:
        return due, []
    answered = sum(row.answered_on == today and row.introduced_on != today for row in touched)
    allowed = max(0, cards_per_day(user) - answered)
    if len(due) <= allowed:
        return due, []
    final = decks_in_final_days(user, today)
    first = {row.card_id for row in sorted(due, key=lambda row: row.deck_id not in final)[:allowed]}
    return [row for row in due if row.card_id in first], [row for row in due if row.card_id not in first]


def cards_per_day(user: User) -> int:
    """How many cards her minutes a day are, at her own pace."""
    return user.minutes_per_day * MILLISECONDS_A_MINUTE // user.pace_ms


def _of_deck(rows: list[TouchedCard], deck: Deck | None) -> list[TouchedCard]:
    return [row for row in rows if row.deck_id == deck.pk] if deck else rows


def next_card(user: User, queue: Queue, *, card_id: int | None = None) -> CardState | None:
    """The state of the card to ask, with its card, deck and motive; `card_id` if it waits today, else the next.

    A card without a state comes as an unsaved one, version 0.
    """
    if card_id is None or card_id not in queue:
        card_id = queue.next_card_id
    if card_id is None:
        return None
    return asked_state(user, card_id, has_state=card_id not in queue.not_started, today=queue.today)


def waiting_states(user: User, queue: Queue) -> list[CardState]:
    """The states of all cards that wait, in the order in which they are asked; unsaved ones for cards without."""
    card_ids = [*queue.due, *queue.new, *queue.repeats]
    saved = CardState.objects.filter(user=user, card__in=card_ids).select_related("card__deck", "card__motive")
    states = {state.card_id: state for state in saved}
    cards = Card.objects.filter(pk__in=queue.not_started).select_related("deck", "motive")
    states |= {card.pk: CardState(user=user, card=card) for card in cards}
    return [states[card_id] for card_id in card_ids]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes when nothing waits any more."""

    next_day: date | None  # the first after today on which something waits, None when nothing ever does
    has_more: bool  # whether there are new cards beyond today's number, in any of her decks


def look_ahead(user: User, queue: Queue, *, deck: Deck | None = None) -> Ahead:
    """With `deck`, the next day is that of its own cards."""
    hers, unmet = Q(deck=deck) if deck else Q(), not_met(queue.today)
    found = (
        Card.objects.studied_by(user, queue.today)
        .with_state_of(user)
        .aggregate(
            due_on=Min(_due_on(user, queue.today, "her_state__"), filter=hers & Q(her_state__suspended=False)),
            unmet=Count("pk", filter=hers & unmet),
            more=Count("pk", filter=unmet & Q(board="")),
        )
    )
    tomorrow = queue.today + timedelta(days=1)
    day = max(found["due_on"], tomorrow) if found["due_on"] else None
    starts = [tomorrow] if other_new(user, queue.today) else [exam.new_from for exam in exams_ahead(user, queue.today)]
    if found["unmet"] and any(starts):
        day = max(tomorrow, min(filter(None, [day, *starts])))
    return Ahead(day and _first_asked(user, day), found["more"] > 0 and user.is_asked(queue.today))


def _due_on(user: User, today: date, prefix: str = "") -> Expression:
    """Of a state; where an exam is over, what its plan wanted counts no more."""
    answered = Least(f"{prefix}sm2_due_on", Coalesce(f"{prefix}revised_on", f"{prefix}sm2_due_on"))
    deck = "deck__in" if prefix else "card__deck__in"
    return Case(When(**{deck: decks_of_past_exams(user, today)}, then=answered), default=F(f"{prefix}due_on"))


def _first_asked(user: User, day: date) -> date:
    """`day`, or the first after it that is neither free nor in a break; far off she is asked again in any case."""
    days = (day + timedelta(days=n) for n in range(LOOK_AHEAD))
    return next(filter(user.is_asked, days), day)


def upcoming(user: User, queue: Queue, *, days: int) -> list[tuple[date, int | None]]:
    """For each of the next `days` days, how many cards come back on it; what waits today is not in it.

    On free days and those of a planned break it is None: what comes due on them comes back on the first day after.
    """
    last = queue.today + timedelta(days=days)
    states = CardState.objects.studied_by(user, queue.today).filter(suspended=False)
    states = states.annotate(day=_due_on(user, queue.today)).filter(day__gt=queue.today, day__lte=last)
    counts = dict(states.order_by().values_list("day").annotate(Count("pk")))
    coming: list[tuple[date, int | None]] = []
    put_off = 0
    for day in (queue.today + timedelta(days=n) for n in range(1, days + 1)):
        count = put_off + counts.get(day, 0)
        is_asked = user.is_asked(day)
        put_off = 0 if is_asked else count
        coming.append((day, count if is_asked else None))
    return coming


def caught_up_on(user: User, queue: Queue, coming: list[tuple[date, int | None]]) -> date | None:
    """The day on which nothing is left over, if she does her minutes every day; None beyond the days of `coming`."""
    left = queue.backlog
    for day, count in coming:
        if count is not None:
            left = max(0, left + count - cards_per_day(user))
        if left == 0:
            return day
    return None

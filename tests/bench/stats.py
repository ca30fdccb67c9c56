"""Server time and queries of the page stats for one student with 50,000 reviews: python -m tests.bench.stats"""

import sys
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from tests.bench.visits import TIMES, in_a_database_of_its_own, logged_in, report  # sets Django up, so it comes first

from django.db import connection  # isort: skip
from django.urls import reverse  # isort: skip
from django.utils import timezone  # isort: skip

from cards.models import Card, CardState, ReviewLog  # isort: skip
from cards.review import apply_answer  # isort: skip
from cards.views.stats import RANGES  # isort: skip
from tests.factories import DeckFactory, MotiveFactory, PickedDeckFactory, UserFactory  # isort: skip

REVIEWS = 50_000
REVIEWS_A_DAY = 50
CARDS, DECKS, NEW_A_DAY = 5000, 8, 5
LIMIT_MS = 150


def make_student(now: datetime):
    """A student of a thousand days, as cards.review would have left her; only the saving is done in bulk."""
    student = UserFactory(time_zone="Europe/London")
    motives = MotiveFactory.create_batch(12)
    decks = [PickedDeckFactory(user=student).deck for _ in range(DECKS)]
    DeckFactory(cards=5)
    Card.objects.bulk_create(_card(place, decks, motives) for place in range(CARDS))
    cards = list(Card.objects.filter(deck__in=decks))
    states, logs = _history(student, cards, now, Random(1939))
    CardState.objects.bulk_create(states, batch_size=1000)
    ReviewLog.objects.bulk_create(logs, batch_size=1000)
    return student


def _card(place, decks, motives):
    return Card(
        deck=decks[place % DECKS],
        code=f"card-{place}",
        status=Card.Status.PUBLISHED,
        front="Why?",
        back="Because.",
        actor=Card.Actor.values[place % 3],
        motive=motives[place % len(motives)],
    )


def _history(student, cards, now, chance):
    states, logs, unmet = [], [], iter(cards)
    for days in range(REVIEWS // REVIEWS_A_DAY, 0, -1):
        day = (now - timedelta(days=days)).date()
        at = datetime.combine(day, time(16 + days % 4, 40), tzinfo=now.tzinfo)
        due = [state for state in states if state.due_on <= day]
        fresh = [CardState(user=student, card=card) for _, card in zip(range(NEW_A_DAY), unmet, strict=False)]
        states += fresh
        queue = due + fresh
        answered = 0
        while answered < REVIEWS_A_DAY:
            state = queue.pop(0) if queue else chance.choice(states)
            at += timedelta(seconds=chance.randint(8, 45))
            logs.append(_answer(state, day, at, chance))
            answered += 1
            if state.repeat_on == day:
                queue.append(state)
        states = [state for state in states if state.due_on]
        for state in fresh:
            if not state.due_on:
                unmet = iter([state.card, *unmet])
    return states, logs


def _answer(state, day, at, chance):
    log = ReviewLog(
        user_id=state.user_id,
        card_id=state.card_id,
        quality=chance.choices([2, 3, 4, 5], weights=[2, 3, 8, 1])[0],
        answered_at=at,
        day=day,
        hour=at.hour,
        elapsed_ms=chance.randint(3000, 20_000),
        attempt=UUID(int=chance.getrandbits(128), version=4),
        version=state.version,
        lapses_before=state.lapses,
        sm2_due_on_before=state.sm2_due_on,
    )
    log.memory_before = state.memory
    log.kind = apply_answer(state, log.quality, today=day, exam=None)
    log.memory_after = state.memory
    state.version += 1
    state.answered_at = at
    return log


def bench():
    client = logged_in(make_student(timezone.now()))
    print(
        f"the page stats; {ReviewLog.objects.count()} reviews of {CardState.objects.count()} cards, {connection.vendor}"
    )
    print(f"median of {TIMES} visits; no more than {LIMIT_MS} ms are wanted")
    for chosen in RANGES:
        report(client, f"range {chosen:>3}", f"{reverse('stats')}?range={chosen}", with_sql="--sql" in sys.argv)


if __name__ == "__main__":
    in_a_database_of_its_own(bench)

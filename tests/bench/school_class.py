"""Server time and queries of the pages of a class of 300 with 100,000 answers: python -m tests.bench.school_class"""

import sys
from datetime import datetime, time, timedelta
from itertools import islice
from random import Random
from uuid import UUID

from tests.bench.visits import TIMES, in_a_database_of_its_own, logged_in, report  # sets Django up, so it comes first

from django.db import connection  # isort: skip
from django.urls import reverse  # isort: skip
from django.utils import timezone  # isort: skip

from accounts.models import Membership, User  # isort: skip
from cards.models import Card, CardState, Misbelief, ReviewLog  # isort: skip
from tests.factories import AssignmentFactory, MisconceptionFactory, MotiveFactory, TeacherMembershipFactory  # isort: skip

STUDENTS, CARDS, DECKS, LOGS = 300, 250, 3, 100_000
DAYS = 60  # half of the answers fall into the 30 days of the rates
KINDS = ["first"] * 25 + [ReviewLog.Kind.SCHEDULED] * 60 + [ReviewLog.Kind.REPEAT] * 15
LIMIT_MS = 300


def make_class(now, chance):
    """A class that has met all its cards; what each answer left is drawn by lot, since the figures only count it."""
    teacher = TeacherMembershipFactory()
    decks = [AssignmentFactory(school_class=teacher.school_class).deck for _ in range(DECKS)]
    motives, misconceptions = MotiveFactory.create_batch(12), MisconceptionFactory.create_batch(15)
    Card.objects.bulk_create(_card(place, decks, motives, misconceptions) for place in range(CARDS))
    User.objects.bulk_create(User(username=f"s{place}", first_name=f"Student {place}") for place in range(STUDENTS))
    users, cards = list(User.objects.filter(is_staff=False)), list(Card.objects.all())
    Membership.objects.bulk_create(Membership(user=user, school_class=teacher.school_class) for user in users)
    states = (_state(user, card, now, chance) for user in users for card in cards)
    for rows, model in ((states, CardState), (_logs(users, cards, now, chance), ReviewLog)):
        while some := list(islice(rows, 5000)):
            model.objects.bulk_create(some)
    said = {(chance.choice(users), chance.choice(cards)) for _ in range(STUDENTS)}
    Misbelief.objects.bulk_create(Misbelief(user=user, card=card, said_at=now) for user, card in said)
    return teacher


def _card(place, decks, motives, misconceptions):
    return Card(
        deck=decks[place % DECKS],
        code=f"card-{place}",
        status=Card.Status.PUBLISHED,
        front=f"Why did he sign the Pact of 23 August 1939, and what has that to do with reason {place}?",
        back="To win time to rearm. " * 3,
        actor=Card.Actor.values[place % 3],
        motive=motives[place % len(motives)],
        misconception=misconceptions[place % len(misconceptions)],
    )


def _state(user, card, now, chance):
    due_on = now.date() + timedelta(days=chance.randint(0, 40))
    memory = {"repetitions": chance.randint(0, 4), "interval": chance.randint(1, 40), "version": 400}
    return CardState(user=user, card=card, due_on=due_on, sm2_due_on=due_on, introduced_on=due_on, **memory)


def _logs(users, cards, now, chance):
    for place in range(LOGS):
        kind = chance.choice(KINDS)
        day = (now - timedelta(days=chance.randint(1, DAYS))).date()
        yield ReviewLog(
            user=users[place % STUDENTS],
            card=chance.choice(cards),
            kind=ReviewLog.Kind.SCHEDULED if kind == "first" else kind,
            quality=chance.choice([2, 3, 4, 4, 4, 5]),
            answered_at=datetime.combine(day, time(17), tzinfo=now.tzinfo),
            day=day,
            hour=17,
            elapsed_ms=5000,
            attempt=UUID(int=chance.getrandbits(128), version=4),
            version=place // STUDENTS,
            repetitions_before=1,
            interval_before=1,
            ease_before=250,
            lapses_before=0,
            sm2_due_on_before=None if kind == "first" else day,
            repetitions_after=2,
            interval_after=6,
            ease_after=250,
        )


def bench():
    teacher = make_class(timezone.now(), Random(1939))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client, pk = logged_in(teacher.user), teacher.school_class.pk
    student, card = User.objects.filter(is_staff=False).first(), Card.objects.first()
    print(
        f"the pages of a class; {STUDENTS} students, {CARDS} cards, {LOGS} answers in {DAYS} days, {connection.vendor}"
    )
    print(f"median of {TIMES} visits; no more than {LIMIT_MS} ms are wanted")
    pages = {
        "school_class": reverse("school_class", args=[pk]),
        "all its cards": reverse("school_class", args=[pk]) + "?every=on",
        "class_student": reverse("class_student", args=[pk, student.pk]),
        "class_card": reverse("class_card", args=[pk, card.pk]),
        "do_now": reverse("do_now", args=[pk]),
    }
    for name, address in pages.items():
        report(client, f"{name:<13}", address, with_sql="--sql" in sys.argv)


if __name__ == "__main__":
    in_a_database_of_its_own(bench)

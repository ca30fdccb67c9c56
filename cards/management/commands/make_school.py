from datetime import date, timedelta
from random import Random
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Membership, SchoolClass, User
from cards.management.school import histories, write_answers
from cards.models import Assignment, Card, Deck, ReviewLog

DECKS, CLASS_SIZE, STUDENTS_AT_ONCE = 3, 30, 100


class Command(BaseCommand):
    help = (
        "Fill an empty database with students, cards and answers for measurements. They have no passwords: a "
        "measurement makes the sessions it needs. Never for a school’s own database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--students", type=int, default=300)
        parser.add_argument("--cards", type=int, default=250)
        parser.add_argument("--reviews", type=int, default=600_000)
        parser.add_argument("--seed", type=int, default=1939)

    def handle(self, *, students: int, cards: int, reviews: int, seed: int, **options: Any) -> None:
        if min(students, cards, reviews) < 1:
            raise CommandError("Give at least one student, one card and one review.")
        if User.objects.exists() or ReviewLog.objects.exists():
            raise CommandError("There are people in this database already. Give the measurement one of its own.")
        start, chance, today, made = perf_counter(), Random(seed), timezone.localdate(), 0  # noqa: S311
        card_ids = _make_cards(cards)
        user_ids = _make_people(students, today)
        drawn = histories(today, reviews / students / cards, chance)
        made = 0
        for first in range(0, students, STUDENTS_AT_ONCE):
            with transaction.atomic():
                made += write_answers(user_ids[first : first + STUDENTS_AT_ONCE], card_ids, drawn, chance)
            if options["verbosity"] > 1:
                self.stdout.write(f"{made:,} answers after {perf_counter() - start:.0f} s")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{students:,} students, {cards:,} cards, {made:,} answers in {perf_counter() - start:.0f} s")


def _make_cards(count: int) -> list[int]:
    decks = [Deck(slug=f"deck-{place}", title=f"Deck {place}", status="published") for place in range(DECKS)]
    Deck.objects.bulk_create(decks)
    Card.objects.bulk_create(_card(decks[place % DECKS], place) for place in range(count))
    return list(Card.objects.order_by("pk").values_list("pk", flat=True))


def _card(deck: Deck, place: int) -> Card:
    return Card(
        deck=deck,
        code=f"card-{place}",
        position=place,
        status=Card.Status.PUBLISHED,
        actor=Card.Actor.values[place % 3],
        front=f"Why did he sign the Pact of 23 August 1939, and what has that to do with reason {place}?",
        back="To win time to rearm, since Britain and France had not said what they would do for Poland.",
        source="Made for measurements.",
    )


def _make_people(count: int, today: date) -> list[int]:
    """In classes of thirty, each with a teacher of its own, and every deck since a year ago."""
    User.objects.bulk_create(
        (User(username=f"student-{place}", time_zone="UTC", new_per_day=20) for place in range(count)),
        batch_size=1000,
    )
    user_ids = list(User.objects.order_by("pk").values_list("pk", flat=True))
    classes = [SchoolClass(name=f"Class {place}") for place in range(-(-count // CLASS_SIZE))]
    SchoolClass.objects.bulk_create(classes)
    User.objects.bulk_create(User(username=f"teacher-{place}", is_staff=True) for place in range(len(classes)))
    Membership.objects.bulk_create(
        (Membership(user_id=pk, school_class=classes[place // CLASS_SIZE]) for place, pk in enumerate(user_ids)),
        batch_size=1000,
    )
    _give_decks(classes, today - timedelta(days=365))
    return user_ids


def _give_decks(classes: list[SchoolClass], starts_on: date) -> None:
    teachers = User.objects.filter(is_staff=True).order_by("pk")
    role = Membership.Role.TEACHER
    pairs = zip(teachers, classes, strict=True)
    Membership.objects.bulk_create(Membership(user=user, school_class=one, role=role) for user, one in pairs)
    decks = list(Deck.objects.all())
    Assignment.objects.bulk_create(
        Assignment(deck=deck, school_class=one, starts_on=starts_on) for deck in decks for one in classes
    )

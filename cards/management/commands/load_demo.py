from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.days import study_day
from accounts.models import TEACHERS, Membership, SchoolClass, User
from cards.kinds import PASS
from cards.models import Assignment, Card, CardState, Deck, PickedDeck
from cards.queue import load_queue, next_card
from cards.review import Answer, answer_card

PASSWORD = "pact-of-1939"  # noqa: S105 - printed, and refused outside DEBUG
PAST_DAYS = (13, 12, 11, 9, 8, 6, 5, 4, 2, 1)
ASSIGNED, PICKED = "stalins-motives", "hitlers-motives"


class Command(BaseCommand):
    help = (
        "Make a demo teacher, a demo student with a fortnight of reviews, and a head (superuser). "
        "Only with DEBUG on; keeps what is there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo accounts have known passwords, so they are made only with DEBUG on.")
        if not User.objects.filter(username="student").exists():
            now = timezone.now()
            with transaction.atomic():  # or a run that was broken off here would stop the next one
                student = self._make_people(now)
            chance = Random(1939)  # noqa: S311
            for days in PAST_DAYS:
                self._review_a_day(student, now - timedelta(days=days), chance)
        self.stdout.write(f"Log in as student, teacher or head, each with the password {PASSWORD}")

    def _make_people(self, now: datetime) -> User:
        User.objects.create_superuser("head", password=PASSWORD, first_name="Head")
        teacher = User.objects.create_user(
            "teacher", password=PASSWORD, first_name="Ms", last_name="Demo", is_staff=True
        )
        teacher.groups.add(Group.objects.get(name=TEACHERS))
        student = User.objects.create_user("student", password=PASSWORD, first_name="Sam")
        school_class = SchoolClass.objects.create(name="10 History B")
        Membership.objects.create(user=teacher, school_class=school_class, role=Membership.Role.TEACHER)
        Membership.objects.create(user=student, school_class=school_class, role=Membership.Role.STUDENT)
        starts_on = (now - timedelta(days=14)).date()
        Assignment.objects.create(deck=Deck.objects.get(slug=ASSIGNED), school_class=school_class, starts_on=starts_on)
        PickedDeck.objects.create(user=student, deck=Deck.objects.get(slug=PICKED))
        return student

    def _review_a_day(self, student: User, now: datetime, chance: Random) -> None:
        today = study_day(student, now=now)
        while state := next_card(student, load_queue(student, today=today)):
            elapsed_ms = chance.randint(4_000, 16_000)
            now += timedelta(milliseconds=elapsed_ms)
            answer_card(student, self._answer(state, elapsed_ms, chance), now=now)

    def _answer(self, state: CardState, elapsed_ms: int, chance: Random) -> Answer:
        quality = chance.choices([2, 3, 4, 5], weights=[2, 2, 6, 1])[0]
        attempt = UUID(int=chance.getrandbits(128), version=4)
        return Answer(state.card_id, state.version, quality, attempt, elapsed_ms, self._detail(state.card, quality))

    def _detail(self, card: Card, quality: int) -> dict[str, Any]:
        """A pick or ticks that go with the quality."""
        if card.kind == Card.Kind.CHOICE:
            wrong = (card.right_pick + 1) % len(card.options)
            return {"pick": card.right_pick if quality >= PASS else wrong}
        return {"ticks": [0]} if card.kind == Card.Kind.EXPLAIN else {}

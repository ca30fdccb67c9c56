from collections import deque
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.days import study_day
from accounts.models import TEACHERS, Membership, SchoolClass, User
from cards.kinds import PASS
from cards.marks import raise_flag
from cards.models import Assignment, Card, CardState, Deck, PickedDeck
from cards.queue import load_queue
from cards.review import REPEAT_UNDER, Answer, answer_card

PASSWORD = "pact-of-1939"  # noqa: S105 - printed, and refused outside DEBUG
ASSIGNED, PICKED = "stalins-motives", "hitlers-motives"
HARD_MOTIVE = "distrust"  # what the class gets wrong more often than the rest
FLAG = "Our book says something else here. Which is right?"


class Student(NamedTuple):
    """A student of the demo class: on which days she practised, and how often out of ten she knew."""

    name: str
    past_days: tuple[int, ...]
    knows: int


SAM = Student("Sam", (13, 12, 11, 9, 8, 6, 5, 4, 2, 1), 8)
CLASSMATES = (
    Student("Ali", (13, 12, 11, 10, 9, 8, 6, 5, 4, 3, 2, 1), 9),
    Student("Beth", (12, 11, 9, 8, 6, 4, 2, 1), 7),
    Student("Cem", (13, 11, 8, 5, 4, 1), 8),
    Student("Dana", (12, 10, 9, 6, 3, 2), 6),
    Student("Ella", (13, 12, 8, 7, 5, 2, 1), 8),
    Student("Finn", (14, 13), 5),
    Student("Grace", (11, 9, 6, 5), 7),
)


class Command(BaseCommand):
    help = (
        "Make a demo teacher, a demo student with a fortnight of reviews and her class, and a head (superuser). "
        "Only with DEBUG on; keeps what is there."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo accounts have known passwords, so they are made only with DEBUG on.")
        if not User.objects.filter(username="student").exists():
            now = timezone.now()
            with transaction.atomic():  # or a run that was broken off here would stop the next one
                students = self._make_people(now)
            for student, of_class in students:
                self._review(student, of_class, now)
            raise_flag(student, CardState.objects.filter(user=student).earliest("pk").card, FLAG, now=now)
        self.stdout.write(f"Log in as student, teacher or head, each with the password {PASSWORD}")

    def _make_people(self, now: datetime) -> list[tuple[User, Student]]:
        User.objects.create_superuser("head", password=PASSWORD, first_name="Head")
        teacher = User.objects.create_user(
            "teacher", password=PASSWORD, first_name="Ms", last_name="Demo", is_staff=True
        )
        teacher.groups.add(Group.objects.get(name=TEACHERS))
        student = User.objects.create_user("student", password=PASSWORD, first_name=SAM.name)
        school_class = SchoolClass.objects.create(name="10 History B")
        Membership.objects.create(user=teacher, school_class=school_class, role=Membership.Role.TEACHER)
        starts_on = (now - timedelta(days=14)).date()
        Assignment.objects.create(deck=Deck.objects.get(slug=ASSIGNED), school_class=school_class, starts_on=starts_on)
        PickedDeck.objects.create(user=student, deck=Deck.objects.get(slug=PICKED))
        people = [(student, SAM), *((self._make_classmate(classmate), classmate) for classmate in CLASSMATES)]
        for user, _of_class in people:
            Membership.objects.create(user=user, school_class=school_class)
        Membership.objects.filter(school_class=school_class).update(joined_at=now - timedelta(days=15))
        return people

    def _make_classmate(self, classmate: Student) -> User:
        """Without a password: nobody logs in as her. A few new cards a day keep the demo quick to make."""
        return User.objects.create_user(classmate.name.lower(), first_name=classmate.name, new_per_day=3)

    def _review(self, user: User, student: Student, now: datetime) -> None:
        chance = Random(f"1939 {user.username}")  # noqa: S311
        for days in student.past_days:
            self._review_a_day(user, student.knows, now - timedelta(days=days), chance)

    def _review_a_day(self, user: User, knows: int, now: datetime, chance: Random) -> None:
        """What is due, then what is new, then what did not go well again until it does."""
        queue = load_queue(user, today=study_day(user, now=now))
        waiting = deque([*queue.due, *queue.new])
        cards = Card.objects.select_related("motive").in_bulk(waiting)
        versions = dict(CardState.objects.filter(user=user, card__in=waiting).values_list("card", "version"))
        asked = set()
        while waiting:
            card = cards[waiting.popleft()]
            knew = chance.random() * 10 < (8 if card.pk in asked else self._knows(card, knows))
            answer = self._answer(card, versions.get(card.pk, 0), chance, knew=knew)
            now += timedelta(milliseconds=answer.elapsed_ms)
            answer_card(user, answer, now=now)
            asked.add(card.pk)
            versions[card.pk] = answer.version + 1
            if answer.quality < REPEAT_UNDER:
                waiting.append(card.pk)

    def _knows(self, card: Card, knows: int) -> int:
        return knows - 4 if card.motive and card.motive.code == HARD_MOTIVE else knows

    def _answer(self, card: Card, version: int, chance: Random, *, knew: bool) -> Answer:
        quality = chance.choice([3, 4, 4, 4, 4, 5]) if knew else 2
        attempt = UUID(int=chance.getrandbits(128), version=4)
        thought_so = not knew and card.misconception_id is not None and chance.random() < 0.5
        detail = self._detail(card, quality)
        return Answer(card.pk, version, quality, attempt, chance.randint(4_000, 16_000), detail, thought_so)

    def _detail(self, card: Card, quality: int) -> dict[str, Any]:
        """A pick or ticks that go with the quality."""
        if card.kind == Card.Kind.CHOICE:
            wrong = (card.right_pick + 1) % len(card.options)
            return {"pick": card.right_pick if quality >= PASS else wrong}
        return {"ticks": [0]} if card.kind == Card.Kind.EXPLAIN else {}

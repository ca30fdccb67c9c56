"""Time of a new plan for a whole class, 300 students with 250 cards: python -m tests.bench.replan"""

from datetime import timedelta
from itertools import islice
from random import Random
from time import perf_counter, process_time

from tests.bench.visits import in_a_database_of_its_own  # sets Django up, so it comes first

from django.db import connection, reset_queries  # isort: skip
from django.test.utils import CaptureQueriesContext  # isort: skip
from django.utils import timezone  # isort: skip

from accounts.models import Membership, SchoolClass, User  # isort: skip
from accounts.replanning import replan_class, student_ids  # isort: skip
from cards.models import Assignment, Card, CardState  # isort: skip
from cards.replan import replan  # isort: skip
from tests.factories import AssignmentFactory, TeacherMembershipFactory  # isort: skip

STUDENTS, CARDS, DECKS = 300, 250, 3
MET = 0.8  # of the cards, by each student
LIMIT_S = 5
DAY = timedelta(days=1)


def make_class(now, chance):
    """Weekends are free; what each student knows of each card is drawn by lot."""
    teacher = TeacherMembershipFactory(school_class__free_weekends=True)
    decks = [AssignmentFactory(school_class=teacher.school_class).deck for _ in range(DECKS)]
    Card.objects.bulk_create(
        Card(deck=decks[place % DECKS], code=f"c{place}", front="?", back="!", status=Card.Status.PUBLISHED)
        for place in range(CARDS)
    )
    User.objects.bulk_create(User(username=f"s{place}") for place in range(STUDENTS))
    users, cards = list(User.objects.filter(is_staff=False)), list(Card.objects.all())
    Membership.objects.bulk_create(Membership(user=user, school_class=teacher.school_class) for user in users)
    states = (_state(user, card, now, chance) for user in users for card in cards if chance.random() < MET)
    while some := list(islice(states, 5000)):
        CardState.objects.bulk_create(some)
    return teacher.school_class


def _state(user, card, now, chance):
    repetitions = chance.randint(0, 5)
    interval = [1, 1, 6, 15, 38, 95][repetitions]
    answered_on = now.date() - chance.randint(0, interval) * DAY
    due_on = answered_on + interval * DAY
    return CardState(
        user=user,
        card=card,
        version=chance.randint(1, 12),
        repetitions=repetitions,
        interval=interval,
        ease=chance.randint(13, 26) * 10,
        due_on=due_on,
        sm2_due_on=due_on,
        answered_on=answered_on,
        introduced_on=answered_on - chance.randint(0, 30) * DAY,
    )


def measure(name, act):
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        started, worked = perf_counter(), process_time()
        act()
        seconds, work = perf_counter() - started, process_time() - worked
    planned = CardState.objects.exclude(plan_on=None).count()
    cost = f"{seconds:5.2f} s, processor {work:5.2f} s; {len(queries):>4} queries; {planned:>6} dates pulled forward"
    print(f"  {name:<42}{cost}")


def bench():
    now = timezone.now()
    school_class = make_class(now, Random(1939))
    print(f"a class of {STUDENTS} with {CARDS} cards and an exam, {connection.vendor}; at most {LIMIT_S} s are wanted")
    for days in (8, 30, 60, 120):
        Assignment.objects.update(exam_on=now.date() + days * DAY)
        measure(f"the exam is in {days} days", lambda: replan_class(school_class, now=now))
    measure("again, nothing has changed", lambda: replan_class(school_class, now=now))
    measure("the night after", lambda: replan_class(school_class, now=now + DAY))
    measure("one student", lambda: replan(sorted(student_ids(school_class))[:1], now=now + DAY))
    User.objects.update(minutes_per_day=1)
    for days in (8, 30, 120):
        Assignment.objects.update(exam_on=now.date() + days * DAY)
        measure(f"{days} days, far too few minutes", lambda: replan_class(school_class, now=now))
    late = Assignment.objects.order_by("-pk")[:1].values("pk")
    for days, later in ((8, 30), (30, 60), (60, 120)):
        Assignment.objects.update(exam_on=now.date() + days * DAY)
        Assignment.objects.filter(pk__in=late).update(exam_on=now.date() + later * DAY)
        measure(f"{days} and {later} days, far too few minutes", lambda: replan_class(school_class, now=now))
    Assignment.objects.update(exam_on=now.date() + 120 * DAY)
    User.objects.update(minutes_per_day=20)
    SchoolClass.objects.update(free_weekends=False)
    measure("weekends are free no more", lambda: replan_class(school_class, now=now + DAY))
    Assignment.objects.update(exam_on=None)
    measure("no exam any more", lambda: replan_class(school_class, now=now + DAY))


if __name__ == "__main__":
    in_a_database_of_its_own(bench)

"""WRITES what free days and exams make of the days of students: User.plan, and CardState.plan_on with its `due_on`.

It reads first, thinks, and then writes at once. A card that was answered meanwhile has another version and is left as
it is: no answer is ever lost, and the next plan sees it. A plan that was written meanwhile has another version, too:
what it was made of may be newer, so all are planned for again from what there is then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Coalesce, Least

from accounts.days import study_day
from accounts.free_days import free_of_students
from accounts.models import User
from cards.exams import Cards, Student, kept, load_cards, load_students, plan_for
from cards.models import CardState

DAY = timedelta(days=1)
STUDENTS_AT_ONCE = 100
CARDS_AT_ONCE = 500
MOST_TRIES = 5  # nobody changes an exam day so often in a moment; the first answer of the next day plans anew anyway

Changes = dict[tuple[date | None, int], list[int]]  # states by new date and version


def replan(user_ids: Iterable[int], *, now: datetime) -> None:
    """The whole plan of each of these students, worked out anew."""
    for some in _batches(sorted(set(user_ids)), STUDENTS_AT_ONCE):
        any(_replan_some(some, now=now) for _try in range(MOST_TRIES))


def replan_if_due(user: User, *, today: date, now: datetime) -> bool:
    """Once a study day; if she has nothing planned not even that. A plan that got lost comes with the next answer."""
    is_due = bool(user.replan_on and user.replan_on <= today)
    if is_due:
        replan([user.pk], now=now)
        user.refresh_from_db(fields=["plan", "replan_on"])
    return is_due


def _replan_some(user_ids: list[int], *, now: datetime) -> bool:
    """False, and nothing is written, if somebody else has written one of their plans meanwhile."""
    users = {user.pk: user for user in User.objects.filter(pk__in=user_ids)}
    free = free_of_students(users, today=now.date() - DAY)  # it may still be yesterday for one of them
    students = load_students((user, study_day(user, now=now)) for user in users.values())
    for user in users.values():
        user.plan = {"free": free[user.pk]} if free[user.pk] else {}
    return _replan(students)


def _replan(students: list[Student]) -> bool:
    cards, changes = load_cards(students), defaultdict(list)
    for student in students:
        wanted = _plan(student, cards)
        waiting = _waiting(student, cards)
        for row in student.states.values():
            if row.plan_on != (day := wanted.get(row.card_id)) and row.card_id not in waiting:
                changes[day, row.version].append(row.pk)
    users = [student.user for student in students]
    with transaction.atomic():
        if is_newest := _write_plans(users):
            _write_dates(changes, [user.pk for user in users])
        transaction.set_rollback(not is_newest)
    return is_newest


def _write_plans(users: list[User]) -> bool:
    """Compare and set, all in one statement."""
    as_read = reduce(or_, (Q(pk=user.pk, plan_version=user.plan_version) for user in users), Q(pk=None))
    for user in users:
        user.plan_version += 1
    return User.objects.filter(as_read).bulk_update(users, ["plan", "replan_on", "plan_version"]) == len(users)


def _waiting(student: Student, cards: Cards) -> set[int]:
    """Cards that a plan for the same exam day asks already: they may lie on a page or a device, and an answer to them
    must find them as they were. Only what is to come is spread anew."""
    hers = ((deck, student.states.get(card.card_id)) for deck in student.exams for card in cards[deck])
    return {row.card_id for deck, row in hers if row and student.is_asked(deck, row)}


def _plan(student: Student, cards: Cards) -> dict[int, date | None]:
    """Puts her plan on her own row, unsaved, and returns the day on which it wants each card that she has met."""
    user = student.user
    is_planned = bool(user.plan or student.has_exam)
    user.replan_on = student.today + DAY if is_planned else student.starts_on
    if not student.has_exam:
        return {}
    plan = plan_for(student, cards)
    user.plan |= kept(plan, student, cards)
    return plan.plan_on


def _write_dates(changes: Changes, user_ids: list[int]) -> None:
    """Compare and set: one statement for all cards that go from the same version to the same day."""
    answered = Least("sm2_due_on", Coalesce("revised_on", "sm2_due_on"))
    for (day, version), pks in changes.items():
        due_on = Least(answered, Value(day, output_field=DateField())) if day else answered
        for some in _batches(pks, CARDS_AT_ONCE):
            states = CardState.objects.filter(pk__in=some, user__in=user_ids, version=version)
            states.update(plan_on=day, due_on=due_on, version=F("version") + 1)


def _batches(items: list[int], size: int) -> Iterator[list[int]]:
    return (items[start : start + size] for start in range(0, len(items), size))

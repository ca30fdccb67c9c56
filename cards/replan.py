"""WRITES what free days and exams make of the days of students; `settings.REPLAN` names its first function."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.free_days import free_of_students
from accounts.models import User

DAY = timedelta(days=1)
BATCH = 100


def replan(user_ids: Iterable[int], *, now: datetime) -> None:
    """Whatever is asked of these students, worked out anew."""
    user_ids = set(user_ids)
    free = free_of_students(user_ids, today=now.date() - DAY)  # it may still be yesterday for one of them
    users = list(User.objects.filter(pk__in=user_ids).only("plan"))
    for user in users:
        user.plan = {"free": free[user.pk]} if free[user.pk] else {}
    User.objects.bulk_update(users, ["plan"], batch_size=BATCH)

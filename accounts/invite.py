"""WRITES new teachers: an account on the staff, and a card with which she chooses her password."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.login_codes import TEACHER_GOOD_FOR, LogInCard, make_cards
from accounts.models import TEACHERS, User
from accounts.user_names import taken_is_said


@transaction.atomic
def invite_teacher(teacher: User, *, now: datetime) -> LogInCard:
    """Save the new `teacher` with what a teacher may do, and no more. Raises NameTakenError."""
    teacher.is_staff, teacher.is_superuser = True, False
    teacher.set_unusable_password()
    with taken_is_said():
        teacher.save()
    teacher.groups.add(Group.objects.get(name=TEACHERS))
    return make_cards([teacher], now=now, good_for=TEACHER_GOOD_FOR)[0]


def invite_again(users: Iterable[User], *, now: datetime) -> list[LogInCard]:
    """New cards for those who have not used theirs; whoever has a password keeps it and gets none."""
    waiting = [user for user in users if user.is_staff and user.is_active and not user.has_usable_password()]
    return make_cards(waiting, now=now, good_for=TEACHER_GOOD_FOR)

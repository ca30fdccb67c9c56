"""Tells that what is asked of some students has changed. Another app works out what; the settings name its function."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Membership, SchoolClass


def replan(user_ids: Iterable[int], *, now: datetime) -> None:
    """After they have come into a class or gone out of one, been given a deck, or have other free days or exams."""
    import_string(settings.REPLAN)(set(user_ids), now=now)


def replan_class(school_class: SchoolClass | int, *, now: datetime) -> None:
    replan(student_ids(school_class), now=now)


def student_ids(school_class: SchoolClass | int) -> set[int]:
    students = Membership.objects.students().filter(school_class=school_class)
    return set(students.values_list("user", flat=True))

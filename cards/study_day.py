"""WRITES what a student’s first answer of a study day tells of her: which day it is, and her pace."""

from datetime import date
from statistics import median

from django.db.models import Q

from accounts.models import User
from cards.models import ReviewLog

PACE_SAMPLE = 200


def note_study_day(user: User, today: date) -> None:
    """With the first answer of a study day, remember the day and her median pace."""
    if user.studied_on and user.studied_on >= today:
        return
    user.studied_on = today
    user.pace_ms = _pace_ms(user)
    earlier = Q(studied_on__isnull=True) | Q(studied_on__lt=today)  # another request may have noted a later day
    User.objects.filter(earlier, pk=user.pk).update(studied_on=user.studied_on, pace_ms=user.pace_ms)


def _pace_ms(user: User) -> int:
    """Median milliseconds of her last answers; an unmeasured one (0, without JavaScript) says nothing."""
    newest = ReviewLog.objects.filter(user=user).order_by("-day", "-pk").values_list("elapsed_ms", flat=True)
    measured = [elapsed for elapsed in newest[:PACE_SAMPLE] if elapsed]
    return max(1000, round(median(measured))) if measured else user.pace_ms

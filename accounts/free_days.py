"""READS the free days of classes: holidays, and weekends where a class wants them. On a free day nothing is asked.

What they are for a student is kept on her own row, so that no page and no answer has to ask for them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

LOOK_AHEAD = 400  # days; whoever is planned for anew once a day never comes to the end of it
SATURDAY = 5
DAY = timedelta(days=1)


class FreeDaysQuerySet(models.QuerySet["FreeDays"]):
    def visible_to(self, teacher: "User") -> "FreeDaysQuerySet":
        return self.filter(school_class__in=_classes().visible_to(teacher))

    def editable_by(self, teacher: "User") -> "FreeDaysQuerySet":
        return self.filter(school_class__in=_classes().editable_by(teacher))


class FreeDays(models.Model):
    """A holiday of a class, or any other days on which its students are asked nothing."""

    school_class = models.ForeignKey(
        "accounts.SchoolClass", models.CASCADE, related_name="holidays", verbose_name=_("class")
    )
    name = models.CharField(_("name"), max_length=60)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    objects = FreeDaysQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="free_days_end_after_they_start",
                violation_error_message=_("The last day is not before the first."),
            )
        ]
        verbose_name = _("free days")
        verbose_name_plural = _("free days")

    def __str__(self) -> str:
        return f"{self.name} · {self.first_day} – {self.last_day}"


def is_among(day: date, spans: Iterable[str]) -> bool:
    """Whether `day` lies in one of the spans, each “first day/last day”."""
    written = day.isoformat()
    return any(span[:10] <= written <= span[11:] for span in spans)


def days_of(spans: Iterable[str]) -> set[date]:
    ends = ((date.fromisoformat(span[:10]), date.fromisoformat(span[11:])) for span in spans)
    return {first + n * DAY for first, last in ends for n in range((last - first).days + 1)}


def as_spans(days: Iterable[date]) -> list[str]:
    """The days as spans, in order."""
    spans: list[list[date]] = []
    for day in sorted(days):
        if spans and spans[-1][1] == day - DAY:
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return [f"{first}/{last}" for first, last in spans]


def free_of_class(class_ids: Iterable[int], *, today: date) -> dict[int, set[date]]:
    """The days to come that are free in each of these classes; a class is left out that has said nothing of any."""
    last = today + LOOK_AHEAD * DAY
    free: dict[int, set[date]] = {}
    weekends = {day for day in _days(today, last) if day.weekday() >= SATURDAY}
    for pk in _classes().filter(pk__in=class_ids, free_weekends=True).values_list("pk", flat=True):
        free[pk] = set(weekends)
    holidays = FreeDays.objects.filter(school_class__in=class_ids)
    for pk, first_day, last_day in holidays.values_list("school_class", "first_day", "last_day"):
        free.setdefault(pk, set()).update(_days(max(first_day, today), min(last_day, last)))
    return free


def holidays_between(school_class_id: int, first: date, last: date) -> set[date]:
    """Of one class, also in the past; its weekends are not among them."""
    found = FreeDays.objects.filter(school_class=school_class_id, first_day__lte=last, last_day__gte=first)
    spans = found.values_list("first_day", "last_day")
    return {day for first_day, last_day in spans for day in _days(max(first_day, first), min(last_day, last))}


def free_of_students(user_ids: Iterable[int], *, today: date) -> dict[int, list[str]]:
    """Her free days to come: those on which every one of her classes is free that has said which of its days are."""
    memberships = apps.get_model("accounts", "Membership").objects.students()
    living = memberships.filter(user__in=user_ids, school_class__archived_at__isnull=True)
    classes: dict[int, set[int]] = defaultdict(set)
    for user, school_class in living.values_list("user", "school_class"):
        classes[user].add(school_class)
    free = free_of_class(set().union(*classes.values()), today=today)
    spans = {group: _in_all(group, free) for group in set(map(frozenset, classes.values()))}
    return {user: spans[frozenset(classes[user])] if user in classes else [] for user in user_ids}


def _in_all(classes: Iterable[int], free: Mapping[int, set[date]]) -> list[str]:
    said = [free[pk] for pk in classes if pk in free]
    return as_spans(set.intersection(*said)) if said else []


def _days(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def _classes() -> Any:
    """The model stands in accounts.models, which has this module's."""
    return apps.get_model("accounts", "SchoolClass").objects.all()

"""Where a teacher arrives: her classes, and until she has them the three steps to them."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Membership, SchoolClass, SchoolClassQuerySet, User
from accounts.retention import told_to
from cards.models import Deck
from cards.views import StudentRequest

STUDENT = Q(memberships__role=Membership.Role.STUDENT)


@dataclass(frozen=True, slots=True)
class Steps:
    """What a new teacher has done already, and the class in which she goes on."""

    school_class: SchoolClass | None
    deck: bool
    students: bool

    @property
    def is_done(self) -> bool:
        return bool(self.school_class and self.deck and self.students)


@require_safe
def teach(request: StudentRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    classes = list(_classes(request.user).living())
    context = {
        "classes": classes,
        "steps": _steps(classes),
        "library": Deck.objects.in_library().with_card_count().order_by("position", "title"),
        "leaving": told_to(request.user),
        "archived": SchoolClass.objects.visible_to(request.user).exclude(archived_at=None),
    }
    return render(request, "cards/teach.html", context)


def _classes(teacher: User) -> SchoolClassQuerySet:
    students = Count("memberships", filter=STUDENT, distinct=True)
    decks = Count("assignments", distinct=True)
    return SchoolClass.objects.visible_to(teacher).annotate(student_count=students, deck_count=decks)


def _steps(classes: list[SchoolClass]) -> Steps:
    deck = any(school_class.deck_count for school_class in classes)  # type: ignore[attr-defined]
    students = any(school_class.student_count for school_class in classes)  # type: ignore[attr-defined]
    return Steps(classes[0] if classes else None, deck, students)

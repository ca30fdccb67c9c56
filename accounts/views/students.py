"""The students of a class: who they are, new ones from a list of names, and their log-in cards."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import roster
from accounts.access import get_class
from accounts.audit import Kind, record, record_each
from accounts.days import study_day
from accounts.forms.students import ChosenForm, NamesForm, StudentRowsFormSet
from accounts.login_codes import LogInCard
from accounts.models import Membership, MembershipQuerySet, SchoolClass
from accounts.replanning import replan
from accounts.views import UserRequest

UNPROCESSABLE = 422
CONFLICT = 409


@require_safe
def class_students(request: UserRequest, pk: int) -> HttpResponse:
    school_class = get_class(request.user, pk)
    now = timezone.now()
    teachers = school_class.memberships.filter(role=Membership.Role.TEACHER)
    context = {
        "students": in_order(school_class),
        "teachers": teachers.select_related("user").order_by("pk"),
        "now": now,
        "today": study_day(request.user, now=now),
        "join_address": request.get_host() + reverse("join"),
    }
    return _page(request, "class_students", school_class, context)


@require_http_methods(["GET", "HEAD", "POST"])
def students_add(request: UserRequest, pk: int) -> HttpResponse:
    """Paste a list; what was understood is shown before anything is made."""
    school_class = get_class(request.user, pk, to_edit=True)
    form = NamesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        rows = StudentRowsFormSet.of(form.cleaned_data["names"], **_bounds(school_class))
        return _page(request, "students_make", school_class, {"rows": rows})
    context = {"form": form, "room": roster.room_in(school_class)}
    return _page(request, "students_add", school_class, context, status=UNPROCESSABLE if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def students_make(request: UserRequest, pk: int) -> HttpResponse:
    """All accounts of the list or none; the answer is the one page on which their codes are ever seen."""
    school_class = get_class(request.user, pk, to_edit=True)
    if request.method != "POST":
        return redirect("students_add", pk)
    rows = StudentRowsFormSet(request.POST, **_bounds(school_class))
    if rows.is_valid():
        try:
            cards = roster.add_students(school_class, rows.names, now=timezone.now())
        except (roster.AlreadyThereError, roster.FullError):  # the same list, sent a moment ago
            rows = StudentRowsFormSet(request.POST, **_bounds(school_class))
        else:
            replan((card.user.pk for card in cards), now=timezone.now())
            _record(Kind.ACCOUNT_MADE, request, school_class, cards)
            return log_in_cards(request, school_class, cards)
    return _page(request, "students_make", school_class, {"rows": rows}, status=UNPROCESSABLE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def class_log_ins(request: UserRequest, pk: int) -> HttpResponse:
    """New cards for the chosen: whatever else opened their accounts is dead from then on."""
    school_class = get_class(request.user, pk, to_edit=True)
    form = ChosenForm(**chosen(request, school_class))
    if form.is_valid():
        cards = roster.reset(form.cleaned_data["students"], now=timezone.now())
        for card in cards:
            about = {"school_class": school_class.pk, **card.lost}
            record(Kind.STUDENT_RESET, by=request.user, of=card.user, now=timezone.now(), **about)
        return log_in_cards(request, school_class, cards)
    return _page(request, "class_log_ins", school_class, {"form": form}, status=UNPROCESSABLE if form.is_bound else 200)


def _record(kind: Kind, request: UserRequest, school_class: SchoolClass, cards: list[LogInCard]) -> None:
    people = [card.user for card in cards]
    record_each(kind, people, by=request.user, now=timezone.now(), school_class=school_class.pk)


def log_in_cards(request: HttpRequest, school_class: SchoolClass | None, cards: list[LogInCard]) -> HttpResponse:
    address = request.get_host() + reverse("code_login")
    context = {"school_class": school_class, "cards": cards, "address": address}
    return render(request, "accounts/log_in_cards.html", context)


def in_order(school_class: SchoolClass) -> MembershipQuerySet:
    students = roster.students_of(school_class).select_related("user__login_code")
    return students.order_by("user__first_name", "user__last_name", "user__username")


def chosen(request: UserRequest, school_class: SchoolClass) -> dict[str, Any]:
    """What a form about some students starts with: those ticked on the page before, or all."""
    students = in_order(school_class).filter(user__is_staff=False, user__is_superuser=False)
    if request.method == "POST":
        return {"data": request.POST, "students": students}
    ticked = students if "all" in request.GET else [pk for pk in request.GET.getlist("students") if pk.isdecimal()]
    return {"initial": {"students": ticked}, "students": students}


def _bounds(school_class: SchoolClass) -> dict[str, Any]:
    return {"there": roster.names_of(school_class), "room": roster.room_in(school_class)}


def _page(
    request: UserRequest, name: str, school_class: SchoolClass, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, f"accounts/{name}.html", {"school_class": school_class, **context}, status=status)

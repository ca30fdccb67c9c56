"""What is behind the numbers of a class: one of its students, and one of its cards."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import get_class
from accounts.days import monday_of, study_day
from accounts.models import SchoolClass
from cards.models import Card
from cards.stats import (
    MAP_ACTORS,
    ClassStudent,
    Rate,
    card_students,
    cards_given,
    last_wrong,
    level_counts_of,
    load_students,
    map_rows,
    practised_weeks,
    student_rate,
)
from cards.views import StudentRequest, labels
from cards.views.motives import level_in_words


@require_safe
def class_student(request: StudentRequest, pk: int, user_pk: int) -> HttpResponse:
    """The days on which she practised, motives, the last cards that went wrong; never her notes or own cards."""
    found, now = get_class(request.user, pk), timezone.now()
    cards = cards_given(found, today=study_day(request.user, now=now))
    student = _student(found, list(cards), user_pk, now)
    context = {"school_class": found, "student": student, "wrong": last_wrong(student.user, cards)}
    context |= _days_context(student, cards) | _motives_context(student, cards)
    return render(request, "cards/class_student.html", context)


def _student(school_class: SchoolClass, cards: list[Card], user_pk: int, now: datetime) -> ClassStudent:
    since = monday_of(now.date())
    for student in load_students(school_class, cards, since=since, now=now, user_pk=user_pk):
        return student
    raise Http404


def _days_context(student: ClassStudent, cards: Any) -> dict[str, Any]:
    weeks = practised_weeks(student.user, cards, today=student.today)
    practised = sum(day.answers > 0 for week in weeks for day in week)
    names = [labels.weekday(day.day) for day in weeks[0]]
    return {"timeline": labels.timeline(weeks), "weekdays": names, "days_practised": practised}


def _motives_context(student: ClassStudent, cards: Any) -> dict[str, Any]:
    rows = map_rows(level_counts_of(cards, student.user))
    shown = [
        (row.motive, [level_in_words(cell.level) for cell in row.cells])
        for row in rows
        if any(cell.cards for cell in row.cells)
    ]
    rate = student_rate(student.user, cards, today=student.today)
    return {"rows": shown, "actors": MAP_ACTORS, "rate": rate}


@require_safe
def class_card(request: StudentRequest, pk: int, card_pk: int) -> HttpResponse:
    """What is behind the rate of one card: who tried it, and how it went."""
    found, now = get_class(request.user, pk), timezone.now()
    today = study_day(request.user, now=now)
    cards = cards_given(found, today=today)
    card = get_object_or_404(cards.select_related("deck", "motive"), pk=card_pk)
    students = load_students(found, list(cards), since=today, now=now)
    counted = [student for student in students if not student.is_excused]
    return render(request, "cards/class_card.html", _card_context(card, counted, today) | {"school_class": found})


def _card_context(card: Card, students: list[ClassStudent], today: date) -> dict[str, Any]:
    rows = card_students(students, card, today=today)
    tried = [row for row in rows if row.tries]
    rate = Rate(len(tried), sum(row.tries for row in tried), sum(row.passes for row in tried))
    shown = [(row, level_in_words(row.level)) for row in rows]
    return {"card": card, "rows": shown, "rate": rate}

"""The exam of a deck, as a student sees it: her own day, what the plan promises, and the days until then."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.days import monday_of, study_day
from accounts.models import User
from cards.exams import class_exams, plan_of
from cards.forms.exam import ExamForm
from cards.models import Deck, ExamDate
from cards.planned import usual_minutes
from cards.planning import DayLoad, Plan
from cards.replan import replan
from cards.views import StudentRequest
from cards.views.charts import Chart, chart
from cards.views.promise import promise

UNPROCESSABLE = 422
DAYS_IN_FULL = 14  # more of them are told by the week
DAY = timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
def deck_exam(request: StudentRequest, slug: str) -> HttpResponse:
    """Set or change her own exam day; that of a class stands beside it, and the earlier one rules."""
    user, now = request.user, timezone.now()
    today = study_day(user, now=now)
    deck = get_object_or_404(Deck.objects.studied_by(user, today), slug=slug)
    own = ExamDate.objects.filter(user=user, deck=deck).first()
    sent = request.POST if request.method == "POST" else None
    form = ExamForm(sent, initial={"exam_on": own and own.exam_on}, today=today)
    if form.is_valid():
        ExamDate.objects.update_or_create(user=user, deck=deck, defaults=form.cleaned_data)
        replan([user.pk], now=now)
        return redirect("deck_exam", slug)
    context = {"deck": deck, "own": own, "form": form, "class_exam": class_exams(user, today).get(deck.pk)}
    context |= _plan_context(user, deck, today)
    return render(request, "cards/deck_exam.html", context, status=UNPROCESSABLE if sent else 200)


@require_POST
def deck_exam_remove(request: StudentRequest, slug: str) -> HttpResponse:
    """Her own day only; her cards keep SM-2’s dates."""
    now = timezone.now()
    deck = get_object_or_404(Deck.objects.studied_by(request.user, study_day(request.user, now=now)), slug=slug)
    ExamDate.objects.filter(user=request.user, deck=deck).delete()
    replan([request.user.pk], now=now)
    return redirect("deck_exam", slug)


def _plan_context(user: User, deck: Deck, today: date) -> dict[str, Any]:
    student, plan = plan_of(user, today)
    exam_on = student.exams.get(deck.pk)
    exam = next((exam for exam in plan.exams if exam.exam_on == exam_on), None)
    if exam is None or exam_on is None:
        return {"exam_on": exam_on, "promise": _("There are no cards for it yet.")}
    minutes = usual_minutes(plan, exam_on, pace_ms=user.pace_ms)
    days = _days_until(exam_on, plan, today)
    also = [other for other, day in student.exams.items() if day == exam_on and other != deck.pk]
    return {
        "exam_on": exam_on,
        "days_left": (exam_on - today).days,
        "also": Deck.objects.filter(pk__in=also).order_by("position", "title") if also else [],
        "promise": promise(exam, minutes=minutes, minutes_a_day=user.minutes_per_day),
        "chart": _chart(days) if any(day.new + day.reviews for day in days) else None,
        "most": max((day.new + day.reviews for day in days), default=0),
        "spans": _spans(days),
        "final_from": exam.final_from,
    }


def _days_until(exam_on: date, plan: Plan, today: date) -> list[DayLoad]:
    """Every day from today to the one before the exam; a free day is one with nothing on it."""
    loads = {load.day: load for load in plan.load}
    days = (today + n * DAY for n in range((exam_on - today).days))
    return [loads.get(day, DayLoad(day, 0, 0)) for day in days]


def _chart(days: list[DayLoad]) -> Chart:
    labels = [date_format(load.day, "MONTH_DAY_FORMAT") for load in days]
    return chart(labels, [load.reviews for load in days], [load.new for load in days])


def _spans(days: list[DayLoad]) -> list[tuple[str, int, int]]:
    """New cards and reviews of each day, or of each week if there are many days."""
    if len(days) <= DAYS_IN_FULL:
        return [(date_format(load.day, "MONTH_DAY_FORMAT"), load.new, load.reviews) for load in days]
    weeks: dict[date, list[DayLoad]] = {}
    for load in days:
        weeks.setdefault(max(monday_of(load.day), days[0].day), []).append(load)
    return [
        (date_format(first, "MONTH_DAY_FORMAT"), sum(day.new for day in week), sum(day.reviews for day in week))
        for first, week in weeks.items()
    ]

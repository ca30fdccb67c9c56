"""The exam of a deck, as a student sees it: her own day, what the plan promises, and the days until then."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.days import study_day
from accounts.models import User
from cards.exams import class_exams, kept_of, last_exam, plan_of
from cards.forms.exam import ExamForm
from cards.models import Deck, ExamDate
from cards.planned import read_exam
from cards.replan import replan
from cards.views import StudentRequest
from cards.views.exam_days import exam_days
from cards.views.promise import others_beside, promise
from cards.views.wording import plain_day

UNPROCESSABLE = 422


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
    student, cards, plan = plan_of(user, today)
    exam_on = student.exams[deck.pk]
    if exam_on is None:
        return {"exam_on": None, "after": _after(user, deck, today)}
    exam = next(exam for exam in plan.exams if exam.exam_on == exam_on)
    ahead = read_exam(kept_of(exam, plan, student, cards), is_of_today=True)
    also = [pk for pk in ahead.decks if pk != deck.pk]
    return {
        "exam_on": exam_on,
        "also": Deck.objects.filter(pk__in=also).order_by("position", "title") if also else [],
        "days": exam_days(exam, plan, today=today, has_others=len(student.exams) > 1),
        "promise": promise(ahead, minutes_a_day=user.minutes_per_day, today=today),
        "others": others_beside(user, plan.others_a_day) if exam is plan.exams[-1] else "",
    }


def _after(user: User, deck: Deck, today: date) -> str:
    """On and after the exam day there is no promise any more."""
    day = last_exam(user, deck, today)
    if day is None:
        return ""
    if day == today:
        return _("The exam is today. The plan is over, and SM-2’s own dates rule again.")
    values = {"day": plain_day(day, today=today)}
    return _("The exam was on %(day)s. The plan is over, and SM-2’s own dates rule again.") % values

"""The home page: one button for a student, what this is for a visitor."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.days import local_time, study_day
from accounts.models import User
from cards.exams import plan_if_unknown
from cards.forms.day import BreakForm
from cards.models import Card, Deck, exam_boards
from cards.planned import ExamAhead, exam_days, exams_ahead
from cards.queue import Queue, caught_up_on, load_queue, look_ahead, upcoming
from cards.replan import replan
from cards.views import StudentRequest, wording
from cards.views.promise import others_beside, promise
from pactcards.errors import say

WEEK = 7
FORECAST_DAYS = 60
LONG_AWAY = timedelta(days=7)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "cards/welcome.html", {"card": _sample_card()})
    user = request.user
    queue = _queue(user, today=study_day(user, now=timezone.now()))
    decks = Deck.objects.studied_by(user, queue.today).with_progress(user).order_by("position", "title")
    library = (
        Deck.objects.in_library()
        .exclude(pk__in=[deck.pk for deck in decks])
        .with_card_count()
        .order_by("position", "title")
    )
    context = _today_context(user, queue) | {"decks": _with_waiting(decks, queue), "library": library}
    context |= _exams(user, context["decks"], queue.today)
    context |= {"boards": Card.objects.filter(deck__in=decks).boards(), "her_boards": set(exam_boards(user))}
    return render(request, "cards/home.html", context)


@require_POST
def break_plan(request: StudentRequest) -> HttpResponse:
    """Plan days on which nothing is asked; no date of any card is rewritten."""
    form = BreakForm(request.POST, today=study_day(request.user, now=timezone.now()))
    if not form.is_valid():
        sentence = " ".join(str(message) for messages in form.errors.values() for message in messages)
        return say(request, 400, sentence)
    return _set_break(request, form.cleaned_data["break_from"], form.cleaned_data["break_until"])


@require_POST
def break_end(request: StudentRequest) -> HttpResponse:
    return _set_break(request, None, None)


def _set_break(request: StudentRequest, first: date | None, last: date | None) -> HttpResponse:
    request.user.break_from, request.user.break_until = first, last
    request.user.save(update_fields=["break_from", "break_until"])
    replan([request.user.pk], now=timezone.now())
    return redirect("home")


def _queue(user: User, *, today: date) -> Queue:
    plan_if_unknown(user, today)
    return load_queue(user, today=today)


def _today_context(user: User, queue: Queue) -> dict[str, Any]:
    next_day = None if queue.waiting else look_ahead(user, queue).next_day
    coming = upcoming(user, queue, days=FORECAST_DAYS)
    caught_up = caught_up_on(user, queue, coming) if queue.backlog else None
    return {
        "queue": queue,
        "minutes": queue.minutes(user),
        "greeting": _greeting(user),
        "next_day": wording.day_in_words(next_day, today=queue.today) if next_day else "",
        "coming": coming[:WEEK],
        "caught_up": wording.by_day(caught_up, today=queue.today) if caught_up else "",
        "is_away": user.is_away(queue.today),
        "is_free": not user.is_asked(queue.today),
        "is_back": bool(user.studied_on and queue.today - user.studied_on > LONG_AWAY),
        "break_ahead": bool(user.break_until and user.break_until >= queue.today),
        "break_form": BreakForm(today=queue.today),
    }


def _with_waiting(decks: Any, queue: Queue) -> list[Deck]:
    """The decks, each with the numbers of its cards that wait today."""
    for deck in decks:
        deck.waiting_due, deck.waiting_new = queue.due_by_deck[deck.pk], queue.new_by_deck[deck.pk]
    return list(decks)


def _exams(user: User, decks: list[Deck], today: date) -> dict[str, Any]:
    """What the plan for each exam promises; each deck is told of its own."""
    found, days, exams = [], exam_days(user), exams_ahead(user, today)
    for exam in exams:
        its = [deck for deck in decks if deck.pk in exam.decks]
        day = wording.day_in_words(exam.exam_on, today=today)
        for deck in its:
            deck.exam_day = day  # type: ignore[attr-defined]
        if its:
            others = others_beside(user, user.plan.get("others_a_day")) if exam is exams[-1] else ""
            found.append({"day": day, "decks": its, "promise": _promise(user, exam, today), "others": others})
    return {"exams": found, "exam_today": [deck for deck in decks if days.get(deck.pk) == today]}


def _promise(user: User, exam: ExamAhead, today: date) -> str:
    if _is_out_of_date(exam, today):
        return _("With your first answer it is planned anew.")
    return promise(exam, minutes_a_day=user.minutes_per_day, today=today)


def _is_out_of_date(exam: ExamAhead, today: date) -> bool:
    """Whether a day has passed that its promise would name."""
    only_day = exam.final_from if exam.final_days == 1 else None
    return any(day < today for day in (exam.new_until, only_day) if day)


def _greeting(user: User) -> str:
    hour = local_time(user, now=timezone.now()).hour
    if 4 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")


def _sample_card() -> Card | None:
    """A first card to try without an account."""
    cards = Card.objects.filter(status=Card.Status.PUBLISHED, level=Card.Level.CORE, kind=Card.Kind.BASIC)
    cards = cards.filter(deck__in=Deck.objects.in_library(), actor__in=[Card.Actor.STALIN, Card.Actor.HITLER])
    cards = cards.exclude(motive=None).exclude(why="").filter(contested="")
    return cards.select_related("deck", "motive").order_by("deck__position", "deck", "position", "pk").first()

"""The home page: one button for a student, what this is for a visitor."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.days import local_time, study_day
from accounts.models import User
from cards.models import Card, Deck, exam_boards
from cards.queue import Queue, load_queue, next_study_day
from cards.views import wording


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "cards/welcome.html", {"card": _sample_card()})
    user = request.user
    queue = load_queue(user, today=study_day(user, now=timezone.now()))
    decks = Deck.objects.studied_by(user, queue.today).with_progress(user).order_by("position", "title")
    library = (
        Deck.objects.in_library()
        .exclude(pk__in=[deck.pk for deck in decks])
        .with_card_count()
        .order_by("position", "title")
    )
    context = _today_context(user, queue) | {"decks": _with_waiting(decks, queue), "library": library}
    context |= {"boards": Card.objects.filter(deck__in=decks).boards(), "her_boards": set(exam_boards(user))}
    return render(request, "cards/home.html", context)


def _today_context(user: User, queue: Queue) -> dict[str, Any]:
    next_day = None if queue.waiting else next_study_day(user, queue)
    return {
        "queue": queue,
        "minutes": queue.minutes(user),
        "greeting": _greeting(user),
        "next_day": wording.day_in_words(next_day, today=queue.today) if next_day else "",
    }


def _with_waiting(decks: Any, queue: Queue) -> list[Deck]:
    """The decks, each with the numbers of its cards that wait today."""
    for deck in decks:
        deck.waiting_due, deck.waiting_new = queue.due_by_deck[deck.pk], queue.new_by_deck[deck.pk]
    return list(decks)


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

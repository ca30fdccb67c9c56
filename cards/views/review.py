"""The review pages: ask a card, take its answer, take one back."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.days import study_day
from accounts.models import User
from cards.forms import AnswerForm, AttemptForm
from cards.models import Card, CardState, Deck, ReviewLog
from cards.queue import Queue, load_queue, next_card, next_study_day
from cards.review import Outcome, Result, answer_card, undo_answer
from cards.views import StudentRequest, wording
from pactcards.errors import say

SEE_OTHER = 303
CONFLICT = 409


@require_GET
def review(request: StudentRequest) -> HttpResponse:
    """Everything that waits today."""
    return _render_review(request, None, card_id=_asked_card(request))


@require_GET
def deck_review(request: StudentRequest, slug: str) -> HttpResponse:
    """One deck's share of today."""
    deck = _get_deck(request, slug)
    return _render_review(request, deck, card_id=_asked_card(request))


@require_POST
def review_answer(request: StudentRequest) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return say(
            request,
            400,
            _("This answer can’t be read, and nothing was saved. Reload the page and try again."),
        )
    deck = _deck_of_form(request, form)
    message = {name: form.cleaned_data[name] for name in ("version", "quality", "attempt", "elapsed_ms")}
    try:
        result = answer_card(request.user, card_id=form.cleaned_data["card"], now=timezone.now(), **message)
    except Card.DoesNotExist:
        return say(request, 404, _("This card is not in your decks any more. Reload the page to go on."))
    if result.is_conflict:
        return _render_review(request, deck, result=result, notice=wording.conflict(result))
    return _after_post(request, deck, result)


@require_POST
def review_undo(request: StudentRequest) -> HttpResponse:
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return say(request, 400, _("This can’t be read, and nothing was changed. Reload the page and try again."))
    deck = _deck_of_form(request, form)
    card_id, attempt = form.cleaned_data["card"], form.cleaned_data["attempt"]
    try:
        result = undo_answer(request.user, card_id=card_id, attempt=attempt, now=timezone.now())
    except ReviewLog.DoesNotExist:
        return say(request, 404, _("There is no such answer of yours to take back."))
    if result.is_conflict:
        return _render_review(request, deck, result=result, notice=wording.undo_conflict())
    return _after_post(request, deck if _is_in(deck, result) else None, result, card_id=card_id)


@require_POST
def review_everything(request: StudentRequest) -> HttpResponse:
    """Her choice to do all that is due today, however much it is."""
    request.user.everything_on = study_day(request.user, now=timezone.now())
    request.user.save(update_fields=["everything_on"])
    return redirect("review")


def _get_deck(request: StudentRequest, slug: str) -> Deck:
    today = study_day(request.user, now=timezone.now())
    return get_object_or_404(Deck.objects.studied_by(request.user, today), slug=slug)


def _deck_of_form(request: StudentRequest, form: AttemptForm) -> Deck | None:
    slug = form.cleaned_data["deck"]
    return _get_deck(request, slug) if slug else None


def _is_in(deck: Deck | None, result: Result) -> bool:
    """Undo goes back across decks; the card that it took back is shown even if it is of another one."""
    return bool(deck and result.log and result.log.card.deck_id == deck.pk)


def _asked_card(request: StudentRequest) -> int | None:
    """The card that the address asks for, such as one whose answer was just taken back; nonsense asks for none."""
    text = request.GET.get("card", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _after_post(
    request: StudentRequest, deck: Deck | None, result: Result, *, card_id: int | None = None
) -> HttpResponse:
    if request.htmx:
        return _render_review(request, deck, result=result, card_id=card_id)
    address = deck.get_absolute_url() if deck else reverse("review")
    return HttpResponse(status=SEE_OTHER, headers={"Location": address + (f"?card={card_id}" if card_id else "")})


def _render_review(
    request: StudentRequest,
    deck: Deck | None,
    *,
    result: Result | None = None,
    card_id: int | None = None,
    notice: str = "",
) -> HttpResponse:
    """The whole page, or for htmx the fragment that is swapped into it."""
    context = _review_context(request, deck, result, card_id) | {"notice": notice}
    fragment = "cards/_review_card.html" if context["state"] else "cards/_review_done.html"
    template = "cards/_review_swap.html" if request.htmx else "cards/review.html"
    response = render(request, template, context | {"fragment": fragment}, status=CONFLICT if notice else 200)
    patch_vary_headers(response, ["HX-Request"])
    if result:
        response["X-Review-Outcome"] = str(result.outcome)
    return response


def _review_context(
    request: StudentRequest, deck: Deck | None, result: Result | None, card_id: int | None
) -> dict[str, Any]:
    user = request.user
    today = study_day(user, now=timezone.now())
    queue = load_queue(user, today=today, deck=deck)
    state = next_card(user, queue, card_id=card_id)
    context = {"deck": deck, "queue": queue, "state": state, "minutes": queue.minutes(user)}
    return context | _receipt_context(user, today, result) | _card_context(user, queue, state, deck)


def _receipt_context(user: User, today: date, result: Result | None) -> dict[str, Any]:
    """The newest answer of today that stands, with its undo; after an answer that counted it is that one."""
    log = result.log if result and result.outcome == Outcome.COUNTED else None
    if log is None or log.undone_at:
        log = ReviewLog.objects.newest_of_day(user, today)
    return {"receipt_log": log, "receipt": wording.receipt(log) if log else ""}


def _card_context(user: User, queue: Queue, state: CardState | None, deck: Deck | None) -> dict[str, Any]:
    if state:
        buttons = wording.grade_buttons(user, state, today=queue.today)
        return {"card": state.card, "buttons": buttons, "attempt": uuid4()}
    day = next_study_day(user, queue, deck=deck)
    return {"next_day": wording.day_in_words(day, today=queue.today) if day else ""}

"""A card's own page: its history, her note, “this seems wrong”, and hiding it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.days import study_day
from cards.forms.day import FlagForm, HideForm, NoteForm
from cards.marks import raise_flag, write_note
from cards.models import Card, CardState, Deck, Flag, ReviewLog
from cards.review import hide_card
from cards.views import StudentRequest, wording
from pactcards.errors import say

MOST_HISTORY = 200


@require_safe
def card(request: StudentRequest, pk: int) -> HttpResponse:
    return _render_card(request, _get_card(request, pk))


@require_POST
def card_hide(request: StudentRequest, pk: int) -> HttpResponse:
    """Suspend, bury until tomorrow, or bring back; from the review page she goes on with the next card."""
    form = HideForm(request.POST)
    if not form.is_valid():
        return say(request, 400, _("This can’t be read, and nothing was saved. Reload the page and try again."))
    today = study_day(request.user, now=timezone.now())
    card = _get_card(request, pk)
    done = hide_card(request.user, card.pk, version=form.cleaned_data["version"], today=today, **form.change(today))
    if not done:
        return say(request, 409, _("This card was answered in another tab meanwhile. Reload the page to go on."))
    return redirect(_way_back(request, card, form.cleaned_data["back"]))


@require_POST
def card_note(request: StudentRequest, pk: int) -> HttpResponse:
    card = _get_card(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _render_card(request, card, note_form=form, status=400)
    write_note(request.user, card, form.cleaned_data["text"])
    return redirect("card", card.pk)


@require_POST
def card_flag(request: StudentRequest, pk: int) -> HttpResponse:
    """Tell the teacher; what she wrote herself no teacher sees, so there is nothing to tell."""
    card = _get_card(request, pk, deck__owner=None)
    form = FlagForm(request.POST)
    if not form.is_valid():
        return _render_card(request, card, flag_form=form, status=400)
    raise_flag(request.user, card, form.cleaned_data["reason"], now=timezone.now())
    return redirect("card", card.pk)


def _get_card(request: StudentRequest, pk: int, **only: Any) -> Card:
    today = study_day(request.user, now=timezone.now())
    cards = Card.objects.studied_by(request.user, today).with_note(request.user)
    return get_object_or_404(cards.select_related("deck", "motive"), pk=pk, **only)


def _way_back(request: StudentRequest, card: Card, back: str) -> str | Card | Deck:
    if back == "review":
        return "review"
    return card.deck if back == "deck" else card


def _render_card(
    request: StudentRequest,
    card: Card,
    *,
    note_form: NoteForm | None = None,
    flag_form: FlagForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    today = study_day(user, now=timezone.now())
    state = CardState.objects.filter(user=user, card=card).first() or CardState(user=user, card=card)
    state.card = card
    logs = ReviewLog.objects.standing().filter(user=user, card=card).order_by("-pk")[:MOST_HISTORY]
    context = {
        "card": card,
        "state": state,
        "is_buried": bool(state.buried_on and state.buried_on >= today),
        "due": wording.day_in_words(state.due_on, today=today) if state.due_on and state.due_on > today else "",
        "history": [(log, wording.QUALITY_NAMES[log.quality]) for log in logs],
        "flag": Flag.objects.standing().filter(user=user, card=card).first(),
        "note_form": note_form or NoteForm(initial={"text": card.note}),
        "flag_form": flag_form or FlagForm(),
    }
    return render(request, "cards/card.html", context, status=status)

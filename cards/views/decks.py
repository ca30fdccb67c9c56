"""Picking decks from the library."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cards.forms.day import BoardForm
from cards.models import Card, Deck, PickedDeck
from cards.replan import replan
from cards.views import StudentRequest
from pactcards.errors import say


@require_POST
def deck_pick(request: StudentRequest, slug: str) -> HttpResponse:
    deck = get_object_or_404(Deck.objects.in_library(), slug=slug)
    PickedDeck.objects.get_or_create(user=request.user, deck=deck)
    replan([request.user.pk], now=timezone.now())
    return redirect("home")


@require_POST
def board_pick(request: StudentRequest) -> HttpResponse:
    """The exam board whose style of question she wants to practise."""
    form = BoardForm(request.POST, boards=Card.objects.boards())
    if not form.is_valid():
        return say(request, 400, _("There is no exam practice for that board."))
    request.user.exam_board = form.cleaned_data["board"]
    request.user.save(update_fields=["exam_board"])
    return redirect("home")


@require_POST
def deck_drop(request: StudentRequest, slug: str) -> HttpResponse:
    """Stop studying a picked deck; what she has learned of it is kept for when she picks it again."""
    deck = get_object_or_404(Deck.objects.in_library(), slug=slug)
    PickedDeck.objects.filter(user=request.user, deck=deck).delete()
    replan([request.user.pk], now=timezone.now())
    return redirect("home")

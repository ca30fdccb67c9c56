"""Picking decks from the library."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cards.models import Deck, PickedDeck
from cards.views import StudentRequest


@require_POST
def deck_pick(request: StudentRequest, slug: str) -> HttpResponse:
    deck = get_object_or_404(Deck.objects.in_library(), slug=slug)
    PickedDeck.objects.get_or_create(user=request.user, deck=deck)
    return redirect("home")


@require_POST
def deck_drop(request: StudentRequest, slug: str) -> HttpResponse:
    """Stop studying a picked deck; what she has learned of it is kept for when she picks it again."""
    deck = get_object_or_404(Deck.objects.in_library(), slug=slug)
    PickedDeck.objects.filter(user=request.user, deck=deck).delete()
    return redirect("home")

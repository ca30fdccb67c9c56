"""The cards page: all her cards, by words and by what she knows of them."""

from datetime import date
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.days import study_day
from accounts.models import User
from cards.browse import COUNT_LIMIT, Search, card_page, count_cards, search_cards
from cards.forms.browse import CardSearchForm, PlaceForm
from cards.models import Card, Deck, Motive
from cards.stats import Level
from cards.views import StudentRequest, wording
from cards.views.motives import LEVEL_NAMES, level_in_words
from pactcards.errors import say

SELECTS = ("deck", "motive", "actor", "state")
BOXES = ("due", "flagged", "leech", "suspended")


@require_safe
def cards(request: StudentRequest) -> HttpResponse:
    user, today = request.user, study_day(request.user, now=timezone.now())
    form = search_form(user, request.GET, today=today)
    if not form.is_valid():
        return too_long(request)
    search, place = Search(**form.cleaned_data), PlaceForm(request.GET).place
    page = card_page(user, search, today=today, **place)
    context = _form_context(form) | {"page": page, "rows": [_row(card, today) for card in page.cards]}
    context |= _count_context(count_cards(search_cards(user, search, today=today)))
    return _render_cards(request, context)


def search_form(user: User, data: QueryDict, *, today: date) -> CardSearchForm:
    """The form, with her decks and the motives to choose from."""
    decks = Deck.objects.studied_by(user, today).order_by("position", "title", "pk")
    choices: dict[str, list[tuple[str, Any]]] = {
        "deck": list(decks.values_list("slug", "title")),
        "motive": list(Motive.objects.values_list("code", "name")),
        "actor": list(Card.Actor.choices),
        "state": [(level.name.lower(), LEVEL_NAMES[level]) for level in Level],
    }
    return CardSearchForm(data, choices=choices)


def too_long(request: StudentRequest) -> HttpResponse:
    return say(request, 400, _("Search for at most 100 letters."))


def _render_cards(request: StudentRequest, context: dict[str, Any]) -> HttpResponse:
    """As she types, the part that changes, and its address; the whole page also when htmx goes back in the history."""
    is_part = request.htmx and not request.htmx.history_restore_request
    response = render(request, "cards/_cards_swap.html" if is_part else "cards/cards.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    query = context["form"].query
    address = reverse("cards") + (f"?{query}" if query else "")
    if is_part and address != request.htmx.current_url_abs_path:
        response["HX-Push-Url"] = address
    return response


def _form_context(form: CardSearchForm) -> dict[str, Any]:
    return {"form": form, "selects": [form[name] for name in SELECTS], "boxes": [form[name] for name in BOXES]}


def _row(card: Any, today: date) -> tuple[Card, dict[str, Any]]:
    """A card and its level; the card is told when it comes back."""
    waits = card.due_on and card.due_on > today and not card.is_suspended
    card.back_on = wording.day_in_words(card.due_on, today=today) if waits else ""
    return card, level_in_words(Level(card.known))


def _count_context(count: int) -> dict[str, Any]:
    return {"count": count, "is_more": count > COUNT_LIMIT, "limit": number_format(COUNT_LIMIT, force_grouping=True)}

"""What the admin's pages about decks and cards do beyond Django's own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.days import study_day
from cards import desk, revise
from cards.forms.teach import CardForm, DeckCopyForm, OrderForm
from cards.models import Card, CardState, Deck
from cards.views.asking import ask_context

UNPROCESSABLE = 422
CONFLICT = 409
CARDS_A_PAGE = 100


def card_preview(request: HttpRequest, form: CardForm) -> HttpResponse:
    """The card of a form that is being filled in, for the frame beside it."""
    form.saves = False
    form.is_valid()
    card = form.instance
    card.deck = form.cleaned_data.get("deck") or Deck()
    try:
        card.clean()
    except ValidationError as lacking:
        return render(request, "admin/cards/card/live_preview.html", {"lacking": lacking.messages})
    today = study_day(request.user, now=timezone.now())  # type: ignore[arg-type]
    context = ask_context(request.user, CardState(card=card), {}, today=today)  # type: ignore[arg-type]
    return render(request, "admin/cards/card/live_preview.html", context | {"preview": True})


def save_revision(request: HttpRequest, card: Card, form: CardForm, save: Callable[[], None]) -> None:
    """Save a card; if its meaning changed, those who learned it are asked again tomorrow."""
    if not form.changes_meaning:
        save()
        return
    now, stored = timezone.now(), Card.objects.get(pk=card.pk)
    before = revise.shown_text(stored) if form.changes_text else revise.former_text(stored)
    revise.mark_revised(card, before or {}, now=now)
    save()
    tomorrow = study_day(request.user, now=now) + timedelta(days=1)  # type: ignore[arg-type]
    asked = revise.ask_again(card, on=tomorrow)
    sentence = ngettext(
        "%(count)d student is asked it again tomorrow.", "%(count)d students are asked it again tomorrow.", asked
    )
    messages.info(request, sentence % {"count": asked})


def deck_order(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """The cards of a deck in their order, to be dragged or moved by buttons."""
    deck = get_object_or_404(model_admin.get_queryset(request), pk=pk)
    if not model_admin.has_change_permission(request, deck):
        raise PermissionDenied
    form = OrderForm(request.POST or None, order=list(desk.in_order(deck).values_list("pk", flat=True)))
    if request.method != "POST":
        return _order_page(request, model_admin, deck, form)
    if form.is_of_now and not form.is_valid():
        return _order_page(request, model_admin, deck, form, status=UNPROCESSABLE)
    if form.is_valid() and desk.reorder(
        deck, form.card, place=form.cleaned_data["to"], opened=form.cleaned_data["opened"]
    ):
        return redirect(_order_url(deck, form))
    messages.error(request, _("The deck has changed since you opened this page. Nothing was saved; here it is anew."))
    anew = OrderForm(order=list(desk.in_order(deck).values_list("pk", flat=True)))
    return _order_page(request, model_admin, deck, anew, status=CONFLICT)


def _order_url(deck: Deck, form: OrderForm) -> str:
    """The page where the card is now, with the focus on the button that was pressed, to press it again."""
    page = (form.cleaned_data["to"] - 1) // CARDS_A_PAGE + 1
    query = {"page": page, "moved": form.card, "by": "up" if form.cleaned_data.get("up") else "down"}
    return f"{reverse('admin:cards_deck_order', args=[deck.pk])}?{urlencode(query)}"


def _order_page(
    request: HttpRequest, model_admin: Any, deck: Deck, form: OrderForm, *, status: int = 200
) -> HttpResponse:
    page = Paginator(desk.in_order(deck).only("front", "status", "deck"), CARDS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {**model_admin.admin_site.each_context(request), "deck": deck, "page": page, "form": form}
    context |= {"opts": Deck._meta, "title": _("Order of the cards")}
    context |= {"moved": request.GET.get("moved", ""), "by": request.GET.get("by", "")}
    return TemplateResponse(request, "admin/cards/deck/order.html", context, status=status)


def deck_copy(request: HttpRequest, model_admin: Any, pk: int) -> HttpResponse:
    """A copy of a deck that she sees, to change as she likes."""
    deck = get_object_or_404(model_admin.get_queryset(request), pk=pk)
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form = DeckCopyForm(sent, initial={"title": _("%(title)s (our copy)") % {"title": deck.title}})
    if form.is_valid():
        copy = desk.copy_deck(deck, request.user, title=form.cleaned_data["title"])  # type: ignore[arg-type]
        messages.success(request, _("Copied as a draft. Change what you like, then publish it."))
        return redirect("admin:cards_deck_change", copy.pk)
    context = {**model_admin.admin_site.each_context(request), "deck": deck, "form": form, "opts": Deck._meta}
    context["title"] = _("Copy this deck")
    return TemplateResponse(
        request, "admin/cards/deck/copy.html", context, status=UNPROCESSABLE if form.is_bound else 200
    )

"""Her own cards: a list, one to write, one to change, one to delete, and all of them as a file."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import Kind, record
from cards import own
from cards.forms.own import OwnCardForm
from cards.interchange.text import csv_of_cards
from cards.models import Card
from cards.views import StudentRequest

CARDS_A_PAGE = 50
UNPROCESSABLE = 422


@require_safe
def own_cards(request: StudentRequest) -> HttpResponse:
    """Newest first."""
    cards = Card.objects.own_of(request.user).order_by("-position", "-pk")
    page = Paginator(cards, CARDS_A_PAGE).get_page(request.GET.get("page"))
    is_full = page.paginator.count >= own.MOST_CARDS
    return render(request, "cards/own_cards.html", {"page": page, "is_full": is_full, "most": own.MOST_CARDS})


@require_http_methods(["GET", "HEAD", "POST"])
def own_card_new(request: StudentRequest) -> HttpResponse:
    form = OwnCardForm(_posted(request), initial={"attempt": uuid4()})
    if form.is_valid():
        try:
            own.add_card(request.user, attempt=form.cleaned_data["attempt"] or uuid4(), **form.texts)
        except own.FullError:
            form.add_error(None, _full())
        else:
            messages.success(request, _("Saved."))
            return redirect("own_card_new" if "another" in request.POST else "own_cards")
    return _form_page(request, "cards/own_card_new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def own_card(request: StudentRequest, pk: int) -> HttpResponse:
    """Change what is written on it; when it comes back stays as it is."""
    card = _get_card(request, pk)
    back = "" if card.kind == Card.Kind.CLOZE else card.back
    form = OwnCardForm(_posted(request), initial={"kind": card.kind, "front": card.front, "back": back})
    if form.is_valid():
        own.change_card(card, **form.texts)
        messages.success(request, _("Saved."))
        return redirect("own_cards")
    return _form_page(request, "cards/own_card.html", form, card=card)


@require_http_methods(["GET", "HEAD", "POST"])
def own_card_delete(request: StudentRequest, pk: int) -> HttpResponse:
    card = _get_card(request, pk)
    if request.method != "POST":
        return render(request, "cards/own_card_delete.html", {"card": card, "is_answered": card.states.exists()})
    deleted = own.remove_card(card)
    messages.success(request, _("Deleted.") if deleted else _("Hidden. It is not asked any more."))
    return redirect("own_cards")


@require_POST
def own_cards_export(request: StudentRequest) -> HttpResponse:
    """All of them as a table that a spreadsheet opens."""
    record(Kind.COPY_MADE, by=request.user, of=request.user, now=timezone.now(), own_cards=1)
    table = csv_of_cards(Card.objects.own_of(request.user).order_by("position", "pk"))
    disposition = 'attachment; filename="my-own-cards.csv"'
    return HttpResponse(table, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


def _get_card(request: StudentRequest, pk: int) -> Card:
    return get_object_or_404(Card.objects.own_of(request.user), pk=pk)


def _posted(request: StudentRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _full() -> str:
    most = own.MOST_CARDS
    return _("You have %(most)d cards of your own, and there is room for no more. Delete one first.") % {"most": most}


def _form_page(request: StudentRequest, template: str, form: OwnCardForm, **context: Any) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)

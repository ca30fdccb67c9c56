"""A deck as a file to keep, and as paper. Whoever may see the deck may; drafts go to those who may change it."""

from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import Kind, record
from cards.interchange.apkg import write_package
from cards.interchange.export import deck_csv, deck_tsv
from cards.models import Card, Deck

LINES_TO_WRITE: dict[str, int] = {Card.Kind.BASIC: 2, Card.Kind.CLOZE: 0, Card.Kind.CHOICE: 0, Card.Kind.EXPLAIN: 5}
MOST_LINES = 12  # a line a mark, as exam papers have it
NORMAL, SMALL = 180, 320  # characters that half a fold-line card holds in each size of type


class FoldCard(NamedTuple):
    card: Card
    front_size: str
    back_size: str


@require_safe
def deck_export(request: HttpRequest, pk: int, model_admin: Any) -> HttpResponse:
    """Which files and which sheets there are, and what each is for."""
    deck, cards = _deck(request, pk, model_admin)
    context = {**model_admin.admin_site.each_context(request), "deck": deck, "opts": Deck._meta}
    context |= {
        "title": _("Export and print"),
        "count": cards.count(),
        "has_drafts": _may_change(request, deck, model_admin),
    }
    return TemplateResponse(request, "admin/cards/deck/export.html", context)


@require_POST
def deck_export_csv(request: HttpRequest, pk: int, model_admin: Any) -> HttpResponse:
    deck, cards = _deck(request, pk, model_admin)
    return _file(request, deck, "csv", "text/csv; charset=utf-8", deck_csv(cards))


@require_POST
def deck_export_tsv(request: HttpRequest, pk: int, model_admin: Any) -> HttpResponse:
    deck, cards = _deck(request, pk, model_admin)
    return _file(request, deck, "tsv", "text/tab-separated-values; charset=utf-8", deck_tsv(cards))


@require_POST
def deck_export_apkg(request: HttpRequest, pk: int, model_admin: Any) -> HttpResponse:
    deck, cards = _deck(request, pk, model_admin)
    package = write_package(deck, cards, now=timezone.now())
    return _file(request, deck, "apkg", "application/octet-stream", package)


@require_safe
def deck_print_fold(request: HttpRequest, pk: int, model_admin: Any) -> HttpResponse:
    """Eight cards to a page, front and back side by side: folded, so that no printer has to meet the other side."""
    deck, cards = _deck(request, pk, model_admin)
    folded = [FoldCard(card, _size(_front_length(card)), _size(_back_length(card))) for card in cards]
    return render(request, "admin/cards/deck/print_fold.html", {"deck": deck, "cards": folded})


@require_safe
def deck_print_list(request: HttpRequest, pk: int, model_admin: Any) -> HttpResponse:
    deck, cards = _deck(request, pk, model_admin)
    return render(request, "admin/cards/deck/print_list.html", {"deck": deck, "cards": cards})


@require_safe
def deck_print_blank(request: HttpRequest, pk: int, model_admin: Any) -> HttpResponse:
    """Questions with room for the answers."""
    deck, cards = _deck(request, pk, model_admin)
    asked = [(card, range(max(LINES_TO_WRITE[card.kind], min(card.marks or 0, MOST_LINES)))) for card in cards]
    return render(request, "admin/cards/deck/print_blank.html", {"deck": deck, "cards": asked})


def _deck(request: HttpRequest, pk: int, model_admin: Any) -> tuple[Deck, QuerySet[Card]]:
    deck = get_object_or_404(model_admin.get_queryset(request), pk=pk)
    if not model_admin.has_view_permission(request, deck):
        raise PermissionDenied
    cards = Card.objects.filter(deck=deck).exclude(status=Card.Status.ARCHIVED).order_by("position", "pk")
    if not _may_change(request, deck, model_admin):
        cards = cards.filter(status=Card.Status.PUBLISHED)
    return deck, cards.select_related("deck", "motive", "misconception")


def _may_change(request: HttpRequest, deck: Deck, model_admin: Any) -> bool:
    return model_admin.has_change_permission(request, deck)


def _file(request: HttpRequest, deck: Deck, ending: str, content_type: str, content: str | bytes) -> HttpResponse:
    """It is written down who took it, so it is asked for by POST."""
    record(Kind.DECK_EXPORTED, by=request.user, of=deck, now=timezone.now())
    disposition = f'attachment; filename="{deck.slug}.{ending}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


def _front_length(card: Card) -> int:
    return len(card.front) + sum(len(option) + 20 for option in card.options)


def _back_length(card: Card) -> int:
    return len(card.back) + sum(len(point["text"]) + 20 for point in card.points)


def _size(characters: int) -> str:
    return "" if characters <= NORMAL else "small" if characters <= SMALL else "smaller"

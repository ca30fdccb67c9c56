"""Pages for paper: the exam-eve sheet, the motive map, questions and answers."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.days import study_day
from cards.browse import Search, search_cards, weakest_cards
from cards.models import Card
from cards.stats import Cell, MapRow, motive_map
from cards.views import StudentRequest
from cards.views.cards import search_form, too_long
from cards.views.motives import level_in_words

MOST_CARDS = 200


@require_safe
def print_exam_eve(request: StudentRequest) -> HttpResponse:
    """Her weakest cards, with answer, reason and mistake."""
    today = study_day(request.user, now=timezone.now())
    context = {"cards": weakest_cards(request.user, today=today), "today": today}
    return render(request, "cards/print_exam_eve.html", context)


@require_safe
def print_motives(request: StudentRequest) -> HttpResponse:
    """The motive map with the evidence and the other side of each."""
    today = study_day(request.user, now=timezone.now())
    rows = [(row.motive, list(_sides(row))) for row in motive_map(request.user, today=today)]
    return render(request, "cards/print_motives.html", {"rows": rows, "today": today})


def _sides(row: MapRow) -> Iterator[tuple[Cell, dict[str, Any], str]]:
    """Each actor of whom there is evidence or a card."""
    evidence = {Card.Actor.STALIN: row.motive.stalin_evidence, Card.Actor.HITLER: row.motive.hitler_evidence}
    for cell in row.cells:
        if cell.cards or evidence[cell.actor]:
            yield cell, level_in_words(cell.level), evidence[cell.actor]


@require_safe
def print_cards(request: StudentRequest) -> HttpResponse:
    """Questions and answers, of one deck or of whatever the cards page was narrowed to."""
    today = study_day(request.user, now=timezone.now())
    form = search_form(request.user, request.GET, today=today)
    if not form.is_valid():
        return too_long(request)
    found = list(search_cards(request.user, Search(**form.cleaned_data), today=today)[: MOST_CARDS + 1])
    context: dict[str, Any] = {"cards": found[:MOST_CARDS], "form": form, "today": today}
    context |= {"is_cut": len(found) > MOST_CARDS, "most": MOST_CARDS}
    return render(request, "cards/print_cards.html", context)

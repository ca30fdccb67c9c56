"""Do Now: five cards on the board at the start of a lesson, and the same on paper. No schedule is touched."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import get_class
from accounts.days import study_day
from cards import stats
from cards.stats import DoNow, Overview, load_overview
from cards.views import StudentRequest


@require_safe
def do_now(request: StudentRequest, pk: int) -> HttpResponse:
    """The questions, very big, and their answers one by one."""
    return render(request, "cards/do_now.html", _context(request, pk))


@require_safe
def do_now_sheet(request: StudentRequest, pk: int) -> HttpResponse:
    """Questions with lines to write on, and the answers on a second page."""
    return render(request, "cards/do_now_sheet.html", _context(request, pk))


def _context(request: StudentRequest, pk: int) -> dict[str, Any]:
    found, now = get_class(request.user, pk), timezone.now()
    today = study_day(request.user, now=now)
    overview = load_overview(found, since=today, today=today, now=now)
    chosen = _chosen(overview, request.GET.getlist("card")) or stats.do_now(overview)
    return {"school_class": found, "today": today, "chosen": chosen, "most": stats.DO_NOW_CARDS}


def _chosen(overview: Overview, asked: list[str]) -> DoNow | None:
    """The cards of the board again, so that the sheet has the same ones; only what the class has been given."""
    if not asked:
        return None
    given = {str(card.pk): card for card in overview.cards}
    if not set(asked) <= set(given):
        raise Http404
    return stats.chosen_cards((given[pk] for pk in dict.fromkeys(asked)), rated=stats.DO_NOW_CARDS)

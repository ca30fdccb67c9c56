"""The motive map: which reason is weak, for Stalin and for Hitler."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.days import study_day
from cards.models import Card, Motive
from cards.stats import MAP_ACTORS, Level, MapRow, cards_of_motive, motive_map
from cards.views import StudentRequest

LEVEL_NAMES = {
    Level.NOT_MET: _("not met"),
    Level.LEARNING: _("learning"),
    Level.YOUNG: _("young"),
    Level.MATURE: _("mature"),
}


@require_safe
def motives(request: StudentRequest) -> HttpResponse:
    rows = motive_map(request.user, today=study_day(request.user, now=timezone.now()))
    return render(request, "cards/motives.html", map_context(rows))


@require_safe
def motive(request: StudentRequest, code: str) -> HttpResponse:
    """One motive: evidence, counter-argument, and her cards by actor."""
    found = get_object_or_404(Motive, code=code)
    cards = list(cards_of_motive(request.user, found, today=study_day(request.user, now=timezone.now())))
    groups = [(actor, _of_actor(cards, actor)) for actor in Card.Actor]
    context = {"motive": found, "groups": [group for group in groups if group[1]]}
    return render(request, "cards/motive.html", context)


def map_context(rows: Iterable[MapRow]) -> dict[str, Any]:
    """What `_motive_map.html` shows."""
    shown = [(row.motive, [(cell, level_in_words(cell.level)) for cell in row.cells]) for row in rows]
    return {"rows": shown, "actors": MAP_ACTORS}


def _of_actor(cards: list[Card], actor: Card.Actor) -> list[tuple[Card, Any]]:
    return [(card, level_in_words(Level(card.known))) for card in cards if card.actor == actor]  # type: ignore[attr-defined]


def level_in_words(level: Level | None) -> dict[str, Any]:
    """A level as a word and as the name of its shade."""
    if level is None:
        return {"name": _("no cards"), "shade": "none"}
    return {"name": LEVEL_NAMES[level], "shade": level.name.lower()}

"""Writes: the dates of a card that a teacher gave another meaning. Memory and history stay as they are."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, F, Value
from django.db.models.functions import Coalesce, Least

from cards.models import Card, CardState

MOST_STEPS = 20
SHOWN_FIELDS = ("front", "back", "answer", "options", "points")  # what a change of meaning shows the student


def shown_text(card: Any) -> dict[str, object]:
    return {name: getattr(card, name) for name in SHOWN_FIELDS}


def former_text(card: Card) -> dict[str, object] | None:
    """What it said before its text was last changed, by its history; none where it has always said this."""
    now = shown_text(card)
    lines = card.history.order_by("-history_date", "-history_id").only(*SHOWN_FIELDS)
    return next((then for then in map(shown_text, lines) if then != now), None)


def mark_revised(card: Card, before: Mapping[str, object], *, now: datetime) -> None:
    """Remember, on the unsaved card, what it said before, for those who learned that.

    Earlier texts stay: who has not answered since then is shown what she learned, not only what changed last.
    """
    changed = {name: text for name, text in before.items() if text != getattr(card, name)}
    card.revised_at = now
    card.revised_from = [*card.revised_from, {"at": now.isoformat(), "from": changed}][-MOST_STEPS:]


def ask_again(card: Card, *, on: date) -> int:
    """Those who learned the card are asked it again by `on`; returns how many students that are."""
    learned = CardState.objects.learned().filter(card=card)
    day = Value(on, output_field=DateField())
    return learned.update(
        version=F("version") + 1,
        revised_on=Least(Coalesce("revised_on", day), day),
        due_on=Least("due_on", day),
    )

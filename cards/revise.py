"""Writes: the dates of a card that a teacher gave another meaning. Memory and history stay as they are."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import DateField, F, Value
from django.db.models.functions import Coalesce, Least

from cards.models import Card, CardState

SHOWN_FIELDS = ("front", "back", "answer", "options", "points")  # what a change of meaning shows the student


def shown_text(card: Card) -> dict[str, object]:
    return {name: getattr(card, name) for name in SHOWN_FIELDS}


def mark_revised(card: Card, before: Mapping[str, object], *, now: datetime) -> None:
    """Remember, on the unsaved card, what it said before, for those who learned that."""
    card.revised_at = now
    card.revised_from = {name: text for name, text in before.items() if text != getattr(card, name)}


def ask_again(card: Card, *, on: date) -> int:
    """Those who learned the card are asked it again by `on`; returns how many students that are."""
    learned = CardState.objects.learned().filter(card=card)
    day = Value(on, output_field=DateField())
    return learned.update(
        version=F("version") + 1,
        revised_on=Least(Coalesce("revised_on", day), day),
        due_on=Least("due_on", day),
    )

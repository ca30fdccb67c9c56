"""The sets of extra practice that a student can choose from."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.days import study_day
from accounts.models import User
from cards.models import Card, Deck, Motive
from cards.practice import FAILED, FLAGGED, WEAKEST_SET, PracticeSet, practice_cards

SET_NAMES = {
    WEAKEST_SET: _("Your twelve weakest cards, for the evening before the exam"),
    FAILED: _("Cards you failed this week"),
    FLAGGED: _("Cards you have flagged"),
}


def practice_sets(user: User, *, now: datetime) -> dict[str, Any]:
    """The context of the list of sets, with how many cards each has."""
    today = study_day(user, now=now)
    counted = [
        (name, label, practice_cards(user, PracticeSet(name), today=today).count()) for name, label in SET_NAMES.items()
    ]
    hers = Card.objects.studied_by(user, today)
    return {
        "sets": [row for row in counted if row[2]],
        "decks": Deck.objects.studied_by(user, today).with_progress(user).order_by("position", "title"),
        "motives": Motive.objects.filter(pk__in=hers.values("motive")),
    }

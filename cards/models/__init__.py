"""Everything PactCards stores about decks, cards and reviews."""

from cards.models.decks import LEARNED_REPETITIONS, Assignment, Card, Deck, Motive, PickedDeck
from cards.models.reviews import MAXIMUM_ELAPSED_MS, CardState, ReviewLog

__all__ = [
    "LEARNED_REPETITIONS",
    "MAXIMUM_ELAPSED_MS",
    "Assignment",
    "Card",
    "CardState",
    "Deck",
    "Motive",
    "PickedDeck",
    "ReviewLog",
]

"""Everything PactCards stores about decks, cards and reviews."""

from cards.models.cards import Card, Misconception, Motive
from cards.models.decks import LEARNED_REPETITIONS, Assignment, Deck, PickedDeck, exam_boards
from cards.models.reviews import MAXIMUM_ELAPSED_MS, CardState, Misbelief, ReviewLog

__all__ = [
    "LEARNED_REPETITIONS",
    "MAXIMUM_ELAPSED_MS",
    "Assignment",
    "Card",
    "CardState",
    "Deck",
    "Misbelief",
    "Misconception",
    "Motive",
    "PickedDeck",
    "ReviewLog",
    "exam_boards",
]

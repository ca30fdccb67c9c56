"""Everything PactCards stores about decks, cards and reviews."""

from cards.models.cards import Card, Misconception, Motive, not_met
from cards.models.decks import LEARNED_REPETITIONS, Assignment, Deck, DeckTeacher, PickedDeck, TaughtLesson, exam_boards
from cards.models.exams import ExamDate
from cards.models.imports import ImportBatch
from cards.models.lessons import is_by_lesson
from cards.models.marks import Flag, Misbelief, Note
from cards.models.reviews import LEECH_LAPSES, MAXIMUM_ELAPSED_MS, PRACTICE_SETS, CardState, ReviewLog

__all__ = [
    "LEARNED_REPETITIONS",
    "LEECH_LAPSES",
    "MAXIMUM_ELAPSED_MS",
    "PRACTICE_SETS",
    "Assignment",
    "Card",
    "CardState",
    "Deck",
    "DeckTeacher",
    "ExamDate",
    "Flag",
    "ImportBatch",
    "Misbelief",
    "Misconception",
    "Motive",
    "Note",
    "PickedDeck",
    "ReviewLog",
    "TaughtLesson",
    "exam_boards",
    "is_by_lesson",
    "not_met",
]

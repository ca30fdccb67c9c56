"""Decks, cards, motives, and what students did with them, in the admin.

A teacher sees and changes her own (accounts.scoped). Students’ own cards are nobody else’s to see: no list, filter,
search, choice or page here has them, and a superuser’s has not either.
"""

from cards.admin import cards, decks, names, reviews

__all__ = ["cards", "decks", "names", "reviews"]

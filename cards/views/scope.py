"""What a review page is about: everything that waits today, one deck's share of it, or a set of extra practice."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from cards.exams import plan_if_unknown
from cards.models import Deck
from cards.practice import PracticeSet, load_practice
from cards.queue import Queue, load_queue


@dataclass(frozen=True, slots=True)
class Scope:
    deck: Deck | None = None
    practice: PracticeSet | None = None

    def load(self, user: User, *, today: date) -> Queue:
        if self.practice:
            return load_practice(user, self.practice, today=today)
        plan_if_unknown(user, today)
        return load_queue(user, today=today, deck=self.deck)

    @property
    def path(self) -> str:
        if self.practice:
            return reverse("practice")
        return self.deck.get_absolute_url() if self.deck else reverse("review")

    @property
    def fields(self) -> dict[str, str]:
        """What its forms carry, so that the answer's page is about the same."""
        if self.practice:
            return {"set": self.practice.name, "of": self.practice.of}
        return {"deck": self.deck.slug} if self.deck else {}

    @property
    def ask_fields(self) -> dict[str, str]:
        """The fields that are not in its path already."""
        return self.fields if self.practice else {}

    def address(self, card_id: int | None = None) -> str:
        """The page's address, showing one card if it is asked for."""
        query = self.ask_fields | ({"card": str(card_id)} if card_id else {})
        return f"{self.path}?{urlencode(query)}" if query else self.path

    @property
    def done_fragment(self) -> str:
        return "cards/_practice_done.html" if self.practice else "cards/_review_done.html"

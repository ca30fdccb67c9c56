"""Server time and queries of the page cards for students with 100 and with 10,000 cards: python -m tests.bench.cards"""

from datetime import timedelta

from tests.bench.visits import TIMES, in_a_database_of_its_own, logged_in, report  # sets Django up, so it comes first

from django.urls import reverse  # isort: skip
from django.utils import timezone  # isort: skip

from cards.browse import ORDER  # isort: skip
from cards.models import Card, CardState  # isort: skip
from tests.factories import PickedDeckFactory, UserFactory  # isort: skip

SIZES = (100, 10_000)
DECKS = 8


def make_student(size):
    """Half of her cards are met."""
    student, today = UserFactory(), timezone.now().date()
    decks = [PickedDeckFactory(user=student).deck for _ in range(DECKS)]
    Card.objects.bulk_create(_card(place, decks) for place in range(size))
    met = Card.objects.filter(deck__in=decks).order_by("pk")[: size // 2]
    CardState.objects.bulk_create(_state(student, card, today + timedelta(days=card.pk % 40)) for card in met)
    return student, Card.objects.filter(deck__in=decks).order_by(*ORDER)


def _card(place, decks):
    texts = {"front": f"Why did he sign in {place}?", "back": "To win time. " * 5, "why": "It shows the motive. " * 4}
    deck = decks[place % DECKS]
    return Card(deck=deck, code=f"card-{place}", position=place, status=Card.Status.PUBLISHED, **texts)


def _state(student, card, due_on):
    memory = {"repetitions": 2, "interval": 6, "version": 1}
    return CardState(user=student, card=card, due_on=due_on, sm2_due_on=due_on, introduced_on=due_on, **memory)


def bench():
    address = reverse("cards")
    print(f"the page cards; median of {TIMES} visits")
    for size in SIZES:
        student, cards = make_student(size)
        places = {
            "first page": "",
            "middle": f"?after={cards[size // 2].pk}",
            "last page": f"?after={cards[size - 20].pk}",
        }
        places |= {"due": "?due=on", "one word": "?words=motive", "a word of one card": f"?words={size - 1}?"}
        for name, query in places.items():
            report(logged_in(student), f"{size:>6} cards, {name:<18}", address + query)


if __name__ == "__main__":
    in_a_database_of_its_own(bench)

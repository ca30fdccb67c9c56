"""What we write, we read: every card of the starter decks, and tricky texts, in each format."""

import pytest
from django.core.management import call_command

from cards.interchange import batches, importing
from cards.interchange.apkg import write_package
from cards.interchange.cells import cells_of
from cards.interchange.export import deck_csv, deck_tsv
from cards.models import Card, Deck
from tests.conftest import NOON
from tests.factories import CardFactory, DeckTeacherFactory
from tests.test_access_matrix import undone

pytestmark = pytest.mark.django_db
FORMATS = {
    "csv": lambda deck, cards: deck_csv(cards).encode(),
    "tsv": lambda deck, cards: deck_tsv(cards).encode(),
    "apkg": lambda deck, cards: write_package(deck, cards, now=NOON),
}


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), undone():
        call_command("load_content", verbosity=0)
        yield


@pytest.fixture
def starter_decks(loaded, db):
    return Deck.objects.filter(origin=Deck.Origin.STARTER)


@pytest.fixture
def mine(db):
    return DeckTeacherFactory(deck__slug="pact")


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)
def test_exported_deck_says_nothing_new_to_itself(starter_decks, mine, write):
    verdicts = set()
    for deck in starter_decks:
        received = batches.received_file("deck", write(deck, deck.cards.all()))
        batch = batches.make_batch(deck, mine.user, received, now=NOON)
        verdicts |= {str(look.verdict) for look in batches.looks_of(batch)}
    assert verdicts == {"same"}


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)
def test_exported_deck_comes_back_card_by_card(starter_decks, mine, write):
    cards = Card.objects.filter(deck__in=starter_decks).order_by("deck", "position")
    batch = batches.make_batch(mine.deck, mine.user, batches.received_file("deck", write(mine.deck, cards)), now=NOON)
    importing.import_batch(batch, now=NOON)
    copies = mine.deck.cards.order_by("position")
    assert [cells_of(copy) for copy in copies] == [cells_of(card) for card in cards]
    assert copies.count() == 299


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("text", ["=1+1", "'=x", "a\n\nb", 'a "b" c', "<b>&amp;", "x :: y", "a;b,c|d"])
def test_tricky_text_comes_back(mine, write, text):
    card = CardFactory(deck=mine.deck, front=f"Q {text}", back=text)
    received = batches.received_file("x", write(mine.deck, [card]))
    batch = batches.make_batch(mine.deck, mine.user, received, now=NOON)
    assert [str(look.verdict) for look in batches.looks_of(batch)] == ["same"]

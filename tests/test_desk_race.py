"""Six at one deck in the same instant: each gets her card, her deck or a sentence, and no code is given twice."""

from itertools import count

import pytest
from django.test import Client
from django.urls import reverse

from cards import desk
from cards.interchange import batches, importing
from cards.models import Card, Deck
from tests.conftest import NOON
from tests.factories import CardFactory, DeckTeacherFactory, TeacherFactory
from tests.test_class_race import at_once as post_at_once
from tests.test_import_race import at_once

AT_ONCE = 6


@pytest.fixture
def deck(transactional_db):
    return DeckTeacherFactory().deck


@pytest.fixture
def teacher(deck):
    return deck.teachers.get()


def test_cards_added_to_one_deck_at_once_are_all_there(deck, teacher):
    card = {"deck": deck.pk, "kind": "basic", "status": "draft", "level": "core", "front": "Why?", "back": "Time."}
    card |= {"position": "", "code": ""}
    assert post_at_once([(teacher, reverse("admin:cards_card_add"), card)] * AT_ONCE) == [302] * AT_ONCE
    assert sorted(deck.cards.values_list("code", "position")) == [
        (f"{deck.slug}-{number}", number) for number in range(1, AT_ONCE + 1)
    ]


def test_cards_added_below_one_deck_at_once_are_all_there(deck, teacher):
    fields = {"title": deck.title, "initial-title": deck.title, "status": "published", "initial-status": "published"}
    fields |= {"slug": deck.slug, "initial-slug": deck.slug, "opened": "0", "cards-0-front": "Why?"}
    for prefix in ("assignments", "deck_teachers", "cards"):
        fields |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    fields |= {"cards-TOTAL_FORMS": "1", "cards-0-back": "Time."}
    address = reverse("admin:cards_deck_change", args=[deck.pk])
    assert post_at_once([(teacher, address, fields)] * AT_ONCE) == [302] * AT_ONCE
    assert deck.cards.count() == AT_ONCE


def test_decks_of_one_title_at_once_get_an_address_each(deck):
    fields = {"title": "The Pact", "status": "draft"}
    for prefix in ("assignments", "deck_teachers", "cards"):
        fields |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    posts = [(teacher, reverse("admin:cards_deck_add"), fields) for teacher in TeacherFactory.create_batch(AT_ONCE)]
    assert post_at_once(posts) == [302] * AT_ONCE
    slugs = set(Deck.objects.filter(title="The Pact").values_list("slug", flat=True))
    assert slugs == {"the-pact", *(f"the-pact-{number}" for number in range(2, AT_ONCE + 1))}


def test_copies_of_one_deck_at_once_get_an_address_each(deck, teacher):
    at_once(lambda: desk.copy_deck(deck, teacher, title="Copy").slug)
    slugs = set(Deck.objects.filter(copied_from=deck).values_list("slug", flat=True))
    assert slugs == {"copy", *(f"copy-{number}" for number in range(2, AT_ONCE + 1))}


def test_of_moves_with_one_code_at_once_one_counts(deck):
    cards = iter([CardFactory(code="why-1").pk for _ in range(AT_ONCE)])

    def move():
        try:
            return desk.move_cards(Card.objects.filter(pk=next(cards)), deck)
        except desk.ClashError as clash:
            return clash.args[0]

    assert sorted(map(str, at_once(move))) == ["1", *["['why-1']"] * (AT_ONCE - 1)]


def test_imports_and_new_cards_at_once_never_give_a_code_twice(deck, teacher):
    texts = ("".join(f"{import_} {row}?\tAnswer\n" for row in range(20)) for import_ in range(AT_ONCE))
    waiting = iter([batches.make_batch(deck, teacher, batches.received_text(text), now=NOON) for text in texts])
    numbers = count()

    def add_or_import():
        if next(numbers) % 2:
            return importing.import_batch(next(waiting), now=NOON).new
        return _add(teacher, deck)

    assert sorted(at_once(add_or_import)) == [20, 20, 20, 302, 302, 302]
    assert deck.cards.count() == 63


def _add(teacher, deck):
    fields = {"deck": deck.pk, "kind": "basic", "status": "draft", "level": "core", "front": "Why?", "back": "Time."}
    client = Client()
    client.force_login(teacher)
    return client.post(reverse("admin:cards_card_add"), fields).status_code


def test_moves_of_order_from_one_open_page_at_once_count_once(deck):
    CardFactory.create_batch(4, deck=deck)
    order = list(desk.in_order(deck).values_list("pk", flat=True))
    done = at_once(lambda: desk.reorder(deck, order[0], place=4, opened=desk.fingerprint(order)))
    assert sorted(done) == [False] * (AT_ONCE - 1) + [True]

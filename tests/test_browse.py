"""Searching a student's cards, a page at a time, and the weakest of them."""

from datetime import timedelta

import pytest

from cards import browse
from cards.browse import Search, card_page, count_cards, search_cards, weakest_cards
from cards.models import Flag
from tests.conftest import NOON, TODAY
from tests.factories import CardFactory, CardStateFactory, DeckFactory, PickedDeckFactory, UserFactory

DAY = timedelta(days=1)


@pytest.fixture
def deck(student):
    return PickedDeckFactory(user=student).deck


@pytest.fixture
def card(deck):
    return CardFactory(deck=deck, front="Why did Stalin’s army need time?", back="It was 100% purged_.", why="Überfall")


def found(student, **wanted):
    return list(search_cards(student, Search(**wanted), today=TODAY))


def fronts(page):
    return [card.front for card in page.cards]


def state(student, card, **fields):
    return CardStateFactory(user=student, card=card, **fields)


@pytest.mark.parametrize(
    "words",
    ["stalin", "ARMY why", "purged time", "überfall", "ÜBERFALL", "stalin's", "stalin’s", "100%", "purged_", "  "],
)
def test_words_are_found_anywhere_in_the_texts(student, card, words):
    CardFactory(deck=card.deck, front="Stalingrad?", back="No.", why="")
    assert card in found(student, words=words)


@pytest.mark.parametrize("words", ["stalin poland", "%", "_", "100_", "a%y", "\\", "%" * 100, "[a-z]"])
def test_words_that_are_not_there_find_nothing_and_wildcards_are_letters(student, deck, words):
    CardFactory(deck=deck, front="Why did Stalin’s army need 1000 men?")
    assert found(student, words=words) == []


def test_hyphen_finds_the_dash_of_the_texts(student, deck):
    card = CardFactory(deck=deck, front="What was the Nazi–Soviet Pact?")
    assert found(student, words="nazi-soviet") == [card]


@pytest.mark.parametrize("name", ["deck", "motive", "actor"])
def test_deck_motive_and_actor_narrow(student, card, name):
    PickedDeckFactory(user=student, deck__cards=2, deck__cards__actor="hitler")
    value = {"deck": card.deck.slug, "motive": card.motive.code, "actor": "stalin"}[name]
    assert found(student, **{name: value}) == [card]


@pytest.mark.parametrize(
    ("name", "repetitions", "interval"), [("learning", 1, 1), ("young", 2, 6), ("mature", 4, 21), ("not_met", None, 0)]
)
def test_state_narrows(student, deck, name, repetitions, interval):
    cards = {each: CardFactory(deck=deck) for each in ("learning", "young", "mature", "not_met")}
    state(student, cards["learning"], repetitions=1)
    state(student, cards["young"], repetitions=3, interval=20)
    state(student, cards["mature"], repetitions=3, interval=21)
    assert found(student, state=name) == [cards[name]]


@pytest.mark.parametrize(
    ("fields", "is_due"),
    [
        ({"due_on": TODAY}, True),
        ({"due_on": TODAY + DAY}, False),
        ({"due_on": TODAY, "suspended": True}, False),
        ({"due_on": TODAY, "buried_on": TODAY}, False),
        ({"due_on": TODAY, "buried_on": TODAY - DAY}, True),
    ],
)
def test_due_is_what_is_asked_for_today(student, card, fields, is_due):
    CardFactory(deck=card.deck)
    state(student, card, **fields)
    assert found(student, due=True) == ([card] if is_due else [])


@pytest.mark.parametrize("mark", ["leech", "suspended"])
def test_leech_and_suspended_narrow(student, card, mark):
    other = CardFactory(deck=card.deck)
    state(student, card, lapses=8, suspended=True)
    state(UserFactory(), other, lapses=8, suspended=True)
    state(student, other, lapses=7)
    assert found(student, **{mark: True}) == [card]


def test_flagged_is_what_she_has_flagged_and_no_teacher_settled(student, card):
    settled, of_another = CardFactory.create_batch(2, deck=card.deck)
    Flag.objects.create(user=student, card=card, reason="Wrong year", raised_at=NOON)
    Flag.objects.create(user=student, card=settled, reason="Wrong", raised_at=NOON, settled_at=NOON)
    Flag.objects.create(user=UserFactory(), card=of_another, reason="Wrong", raised_at=NOON)
    assert found(student, flagged=True) == [card]


def test_cards_she_does_not_study_are_not_found(student, card):
    CardFactory()
    CardFactory(deck=card.deck, status="draft")
    assert found(student) == [card]


def test_count_stops_beyond_its_limit(student, deck, monkeypatch):
    monkeypatch.setattr(browse, "COUNT_LIMIT", 2)
    CardFactory.create_batch(5, deck=deck)
    assert count_cards(search_cards(student, Search(), today=TODAY)) == 3


@pytest.fixture
def ten_cards(student, monkeypatch):
    """Ten cards in three decks whose places say another order than their ids; pages hold three."""
    monkeypatch.setattr(browse, "PAGE_SIZE", 3)
    decks = [DeckFactory(position=position) for position in (2, 1, 1)]
    for deck in decks:
        PickedDeckFactory(user=student, deck=deck)
    for number in range(10):
        CardFactory(deck=decks[number % 3], position=-number % 4)
    return found(student)


def test_pages_forwards_hold_every_card_once_in_order(student, ten_cards):
    page, seen = card_page(student, Search(), today=TODAY), []
    while page.has_later:
        seen += page.cards
        page = card_page(student, Search(), today=TODAY, after=page.last.pk)
    assert (seen + page.cards, len(page.cards), page.has_earlier) == (ten_cards, 1, True)


def test_pages_backwards_hold_every_card_once_in_order(student, ten_cards):
    page, seen = card_page(student, Search(), today=TODAY, before=ten_cards[-1].pk), []
    while page.has_earlier:
        seen = page.cards + seen
        page = card_page(student, Search(), today=TODAY, before=page.first.pk)
    assert (page.cards + seen, page.has_later) == (ten_cards[:-1], True)


def test_place_of_a_card_that_is_not_hers_is_the_first_page(student, ten_cards):
    page = card_page(student, Search(), today=TODAY, after=CardFactory().pk)
    assert (page.cards, page.has_earlier) == (ten_cards[:3], False)


@pytest.mark.parametrize("titles", [("Zeal", "Aims"), ("Aims", "Aims")], ids=["against their ids", "the same"])
def test_pages_lose_no_card_of_decks_at_the_same_place(student, monkeypatch, titles):
    monkeypatch.setattr(browse, "PAGE_SIZE", 2)
    decks = [PickedDeckFactory(user=student, deck__title=title).deck for title in titles]
    cards = [CardFactory(deck=decks[place % 2], position=place) for place in range(8)]
    page = card_page(student, Search(), today=TODAY)
    seen = [*page.cards]
    while page.has_later:
        page = card_page(student, Search(), today=TODAY, after=page.last.pk)
        seen += page.cards
    assert sorted(card.pk for card in seen) == [card.pk for card in cards]


def test_nothing_after_the_place_is_the_first_page(student, ten_cards):
    page = card_page(student, Search(), today=TODAY, after=ten_cards[-1].pk)
    assert (page.cards, page.has_earlier) == (ten_cards[:3], False)


def test_weakest_come_by_level_then_lapses_then_ease(student, deck):
    young, lapsed, hard, easy = CardFactory.create_batch(4, deck=deck)
    state(student, young, repetitions=2, interval=6, lapses=9)
    state(student, lapsed, lapses=2)
    state(student, hard, ease=130)
    state(student, easy, ease=250)
    assert weakest_cards(student, today=TODAY) == [lapsed, hard, easy, young]


def test_weakest_are_twelve_of_those_she_has_met_and_not_hidden(student, deck):
    cards = CardFactory.create_batch(15, deck=deck)
    for card in cards[:14]:
        state(student, card, suspended=card == cards[0])
    assert weakest_cards(student, today=TODAY) == cards[1:13]

"""The order of a deck’s cards: one moves by a button, by dragging or by number, and nobody’s order is undone unseen."""

import pytest
from django.forms import model_to_dict
from django.urls import reverse

from cards import desk
from cards.models import Card
from tests.factories import CardFactory, DeckTeacherFactory, TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return TeacherFactory()


@pytest.fixture
def hers(teacher):
    """A deck of hers with three cards."""
    return DeckTeacherFactory(user=teacher, deck__cards=3).deck


@pytest.fixture
def desk_client(client, teacher):
    client.force_login(teacher)
    return client


def order_of(deck):
    return list(desk.in_order(deck).values_list("pk", flat=True))


def press(client, deck, *, opened=None, page="", **fields):
    """Move a card of the order as it is, or as it was `opened`."""
    address = reverse("admin:cards_deck_order", args=[deck.pk])
    sent = {"opened": desk.fingerprint(opened or order_of(deck)), **fields}
    return client.post(f"{address}{page}", sent)


def said(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize(
    ("button", "place", "expected"), [("up", 2, [0, 2, 1]), ("down", 0, [1, 0, 2]), ("up", 0, [0, 1, 2])]
)
def test_card_moves_by_a_button(desk_client, hers, button, place, expected):
    cards = order_of(hers)
    press(desk_client, hers, **{button: cards[place]})
    assert order_of(hers) == [cards[place] for place in expected]


@pytest.mark.parametrize(("place", "to", "expected"), [(1, 3, [1, 2, 0]), (3, 1, [2, 0, 1]), (2, 99, [0, 2, 1])])
def test_card_moves_to_a_place(desk_client, hers, place, to, expected):
    cards = order_of(hers)
    press(desk_client, hers, place=place, to=to)
    assert order_of(hers) == [cards[place] for place in expected]


@pytest.mark.parametrize("broken", [{}, {"up": "x"}, {"down": 10**30}, {"place": 4, "to": 1}, {"place": 1}, {"up": 0}])
def test_move_of_no_card_is_refused_in_a_sentence(desk_client, hers, broken):
    before = order_of(hers)
    response = press(desk_client, hers, **broken)
    assert (response.status_code, order_of(hers)) == (422, before)
    assert "Say which number of the list moves to which place." in response.text


def test_order_of_a_deck_that_has_got_a_card_meanwhile_is_refused(desk_client, hers):
    opened = order_of(hers)
    CardFactory(deck=hers)
    response = press(desk_client, hers, opened=opened, up=opened[1])
    assert (response.status_code, "Nothing was saved" in said(response)[0]) == (409, True)


def test_second_of_two_open_pages_undoes_nothing_and_shows_the_order_as_it_is(desk_client, hers):
    opened = order_of(hers)
    press(desk_client, hers, down=opened[0])
    response = press(desk_client, hers, opened=opened, up=opened[2])
    assert (response.status_code, order_of(hers)) == (409, [opened[1], opened[0], opened[2]])
    assert [card.pk for card in response.context["page"]] == order_of(hers)
    assert response.context["form"]["opened"].value() == desk.fingerprint(order_of(hers))


def test_button_that_was_pressed_keeps_the_focus(desk_client, hers):
    first = order_of(hers)[0]
    page = desk_client.get(press(desk_client, hers, down=first)["Location"]).text
    assert [line.split('value="')[1].split('"')[0] for line in page.splitlines() if " autofocus" in line] == [
        str(first)
    ]
    at_the_end = desk_client.get(press(desk_client, hers, down=first)["Location"]).text
    assert [line.split("name=")[1][:4] for line in at_the_end.splitlines() if " autofocus" in line] == ['"up"']


def test_thousands_of_cards_are_shown_a_hundred_at_a_time_and_sent_as_a_few_fields(desk_client, hers, monkeypatch):
    monkeypatch.setattr("cards.views.desk.CARDS_A_PAGE", 2)
    page = desk_client.get(reverse("admin:cards_deck_order", args=[hers.pk]), {"page": "2"})
    assert [card.pk for card in page.context["page"]] == order_of(hers)[2:]
    moved = press(desk_client, hers, page="?page=2", up=order_of(hers)[2])
    assert f"page=1&moved={order_of(hers)[1]}&by=up" in moved["Location"]


def test_move_costs_the_same_in_a_deck_of_many_cards(hers, django_assert_num_queries):
    CardFactory.create_batch(20, deck=hers, motive=None)
    cards = order_of(hers)
    desk.reorder(hers, cards[0], place=1, opened=desk.fingerprint(cards))  # so that the places are 1, 2, 3 …
    with django_assert_num_queries(7):  # two of them open and close the transaction
        assert desk.reorder(hers, cards[22], place=1, opened=desk.fingerprint(cards)) is True


def test_only_shifted_cards_are_raised_by_a_version(desk_client, hers):
    cards = order_of(hers)
    press(desk_client, hers, place=1, to=1)  # as the factory counts, the places are not yet 1, 2, 3
    before = dict(hers.cards.values_list("pk", "version"))
    press(desk_client, hers, up=cards[1])
    after = dict(hers.cards.values_list("pk", "version"))
    assert [after[card] - before[card] for card in cards] == [1, 1, 0]


def test_form_that_was_open_does_not_put_a_card_back_to_its_old_place(desk_client, hers):
    card = hers.cards.last()
    opened = {name: value for name, value in model_to_dict(card).items() if value not in (None, [])}
    opened |= {f"initial-{name}": value for name, value in opened.items()} | {"opened": card.version}
    press(desk_client, hers, up=card.pk)
    desk_client.post(reverse("admin:cards_card_change", args=[card.pk]), opened | {"back": "To gain time."})
    assert Card.objects.get(pk=card.pk).back == "To gain time."
    assert order_of(hers)[1] == card.pk

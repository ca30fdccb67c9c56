"""Two teachers with one card or deck open: what each has changed is kept, and only one and the same field clashes."""

import pytest
from django.urls import reverse

from cards.models import Card, Deck
from tests.access_forms import fields_of
from tests.factories import CardFactory, DeckTeacherFactory, TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return TeacherFactory()


@pytest.fixture
def card(teacher):
    deck = DeckTeacherFactory(user=teacher).deck
    return CardFactory(deck=deck, back="To win time.", source="Gorodetsky 1999", why="Line one\nand two.")


@pytest.fixture
def desk_client(client, teacher):
    client.force_login(teacher)
    return client


def address(row):
    return reverse(f"admin:cards_{row._meta.model_name}_change", args=[row.pk])


def opened(client, row):
    """What the browser has of the form, as it is now."""
    return {name: values for name, values in fields_of(client.get(address(row)).text).items() if name != "q"}


def save(client, row, form, **changes):
    return client.post(address(row), form | changes, follow=True)


def clashes(response):
    return [clash[1:] for clash in response.context["adminform"].form.clashes]


def test_changes_of_two_fields_are_both_kept_and_the_second_is_told(desk_client, card):
    first, second = opened(desk_client, card), opened(desk_client, card)
    save(desk_client, card, first, source="Roberts 2006")
    done = save(desk_client, card, second, back="To gain time.")
    card.refresh_from_db()
    assert (card.source, card.back, card.version) == ("Roberts 2006", "To gain time.", 2)
    told = "Somebody else has saved other parts of this meanwhile. Theirs and yours are both kept."
    assert told in [str(message) for message in done.context["messages"]]


def test_only_what_both_have_changed_clashes(desk_client, card):
    first, second = opened(desk_client, card), opened(desk_client, card)
    save(desk_client, card, first, source="Roberts 2006", back="To get land.")
    page = save(desk_client, card, second, back="To gain time.")
    assert clashes(page) == [("To get land.", "To gain time.")]
    assert Card.objects.get(pk=card.pk).back == "To get land."


def test_saving_again_as_told_undoes_nothing_of_the_other(desk_client, card):
    first, second = opened(desk_client, card), opened(desk_client, card)
    save(desk_client, card, first, source="Roberts 2006", back="To get land.")
    page = save(desk_client, card, second, back="To gain time.")
    save(desk_client, card, fields_of(page.text))
    card.refresh_from_db()
    assert (card.source, card.back) == ("Roberts 2006", "To gain time.")


def test_third_who_comes_between_the_two_clicks_is_not_undone_either(desk_client, card):
    first, second, third = (opened(desk_client, card) for _ in range(3))
    save(desk_client, card, first, back="To get land.")
    page = save(desk_client, card, second, back="To gain time.")
    save(desk_client, card, third, source="Roberts 2006")
    save(desk_client, card, fields_of(page.text))
    card.refresh_from_db()
    assert (card.source, card.back) == ("Roberts 2006", "To gain time.")


def test_the_same_change_by_both_is_no_clash(desk_client, card):
    first, second = opened(desk_client, card), opened(desk_client, card)
    save(desk_client, card, first, back="To gain time.")
    save(desk_client, card, second, back="To gain time.", source="Roberts 2006")
    assert Card.objects.get(pk=card.pk).source == "Roberts 2006"


def test_line_ends_of_a_browser_are_no_change(desk_client, card):
    as_sent = {
        name: [value.replace("\n", "\r\n") for value in values] for name, values in opened(desk_client, card).items()
    }
    Card.objects.filter(pk=card.pk).update(why="Another.", version=1)
    save(desk_client, card, as_sent, back="To gain time.")
    card.refresh_from_db()
    assert (card.why, card.back) == ("Another.", "To gain time.")


def test_two_editors_of_a_deck_keep_each_other(desk_client, card):
    deck = card.deck
    first, second = opened(desk_client, deck), opened(desk_client, deck)
    save(desk_client, deck, first, description="For year 10.", in_library="on")
    save(desk_client, deck, second, title="The Pact")
    deck = Deck.objects.get(pk=deck.pk)
    assert (deck.title, deck.description, deck.in_library) == ("The Pact", "For year 10.", True)

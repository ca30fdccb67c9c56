"""The page cards: browse and search all her cards, with htmx and by the plain form."""

import re

import pytest
from django.urls import reverse

from cards import browse
from cards.views import cards as page
from tests.conftest import NOON, TODAY
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    CardStateFactory,
    DeckFactory,
    MembershipFactory,
    PickedDeckFactory,
    UserFactory,
)

HTMX = {"HX-Request": "true"}
URL = reverse("cards")

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def card(student):
    deck = PickedDeckFactory(user=student, deck__title="Stalin’s motives").deck
    return CardFactory(deck=deck, front="Why wait?", back="To rearm.")


def shown(response):
    return [card for card, _level in response.context["rows"]]


def text(response):
    """What the page says, without tags and spare blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_page_shows_her_cards_and_says_how_many(student_client, card):
    CardFactory(deck=card.deck)
    CardFactory()
    response = student_client.get(URL)
    assert (shown(response)[0], len(shown(response))) == (card, 2)
    assert '<p id="count" class="quiet-line" role="status">2 cards\n' in response.content.decode()


def test_address_fills_the_form_and_narrows(student_client, card):
    CardFactory(deck=card.deck)
    response = student_client.get(URL, {"words": "rearm", "deck": card.deck.slug, "state": "not_met"})
    assert shown(response) == [card]
    assert response.context["form"].chosen == ["“rearm”", "Stalin’s motives", "not met"]
    assert 'value="rearm"' in response.content.decode()


def test_htmx_is_sent_the_part_and_its_clean_address(student_client, card):
    response = student_client.get(URL, {"words": "wait", "deck": "", "due": ""}, headers=HTMX)
    assert response["HX-Push-Url"] == "/cards/?words=wait"
    assert "<html" not in response.content.decode()
    assert '<p id="count" hx-swap-oob="innerHTML">1 card\n' in response.content.decode()


def test_same_search_again_adds_nothing_to_the_history(student_client, card):
    headers = HTMX | {"HX-Current-URL": "http://testserver/cards/?words=wait"}
    response = student_client.get(URL, {"words": "wait"}, headers=headers)
    assert "HX-Push-Url" not in response


def test_going_back_is_sent_the_whole_page(student_client, card):
    response = student_client.get(URL, headers=HTMX | {"HX-History-Restore-Request": "true"})
    assert "<html" in response.content.decode()
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize(
    "query", ["deck=none&motive=glory&actor=me&state=bored", "after=x&before=٣", "after=9999999999999999999", "more=1"]
)
def test_unknown_values_ask_for_nothing(student_client, card, query):
    response = student_client.get(f"{URL}?{query}")
    assert (response.status_code, shown(response), response.context["form"].query) == (200, [card], "")


@pytest.mark.parametrize("url", [URL, reverse("print_cards")])
def test_too_long_a_search_is_told_so(student_client, url):
    response = student_client.get(url, {"words": "%" * 101})
    assert (response.status_code, "Search for at most 100 letters." in text(response)) == (400, True)


def test_row_tells_marks_and_when_it_comes_back(student_client, student, card):
    CardStateFactory(user=student, card=card, lapses=8, due_on=TODAY)
    suspended = CardFactory(deck=card.deck)
    CardStateFactory(user=student, card=suspended, suspended=True)
    later = CardFactory(deck=card.deck)
    CardStateFactory(user=student, card=later, due_on=TODAY.replace(day=24))
    says = text(student_client.get(URL))
    assert [says.count(words) for words in ("Comes back tomorrow.", "Comes back")] == [1, 1]
    assert re.findall(r"\? (due today|suspended)( often forgotten)?", says) == [
        ("due today", " often forgotten"),
        ("suspended", ""),
    ]


def test_text_of_a_search_is_plain(student_client):
    response = student_client.get(URL, {"words": '"><b>&'})
    assert 'value="&quot;&gt;&lt;b&gt;&amp;"' in response.content.decode()


def test_pages_are_linked_and_keep_the_search(student_client, student, monkeypatch):
    monkeypatch.setattr(browse, "PAGE_SIZE", 2)
    cards = CardFactory.create_batch(5, deck=PickedDeckFactory(user=student).deck)
    first = student_client.get(URL, {"actor": "stalin"}).content.decode()
    middle = student_client.get(URL, {"actor": "stalin", "after": cards[1].pk}).content.decode()
    links = re.compile(r'rel="(prev|next)" href="([^"]+)"')
    assert links.findall(first) == [("next", f"/cards/?actor=stalin&amp;after={cards[1].pk}")]
    assert dict(links.findall(middle)) == {
        "prev": f"/cards/?actor=stalin&amp;before={cards[2].pk}",
        "next": f"/cards/?actor=stalin&amp;after={cards[3].pk}",
    }


def test_many_cards_are_counted_as_more_than(student_client, student, monkeypatch):
    monkeypatch.setattr(browse, "COUNT_LIMIT", 2)
    monkeypatch.setattr(page, "COUNT_LIMIT", 2)
    CardFactory.create_batch(3, deck=PickedDeckFactory(user=student).deck)
    assert "More than 2 cards" in text(student_client.get(URL))


def test_nothing_found_and_nothing_there_are_told_apart(student_client, student):
    without_decks = text(student_client.get(URL))
    without_match = text(student_client.get(URL, {"words": "xyz"}))
    assert ("Your decks have no cards yet." in without_decks, "No card of yours matches." in without_match) == (
        True,
        True,
    )


@pytest.mark.parametrize("query", ["", "?words=question&state=not_met&flagged="])
@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_for_one_and_three_cards(student_client, student, rows, query, django_assert_num_queries):
    for _ in range(rows):
        CardFactory(deck=PickedDeckFactory(user=student).deck)
    with django_assert_num_queries(7):
        student_client.get(URL + query)


@pytest.mark.parametrize("name", ["cards", "print_cards"])
def test_a_class_sees_what_it_was_given_and_a_stranger_does_not(client, db, name):
    card = CardFactory(deck=DeckFactory(in_library=False), front="Given to a class?")
    membership = MembershipFactory()
    AssignmentFactory(deck=card.deck, school_class=membership.school_class)
    sees = []
    for user in (membership.user, UserFactory()):
        client.force_login(user)
        response = client.get(reverse(name), {"deck": card.deck.slug})
        sees.append("Given to a class?" in response.content.decode())
    assert sees == [True, False]


@pytest.mark.parametrize("name", ["cards", "print_cards", "print_motives", "print_exam_eve"])
def test_a_visitor_is_sent_to_log_in(client, db, name):
    response = client.get(reverse(name))
    assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/")


def test_posting_is_refused(student_client):
    assert student_client.post(URL).status_code == 405

"""What a student writes herself is nobody else’s: not their pages, the admin, the library or the starter decks."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import User
from cards.content.loader import load_starter_decks
from cards.models import Card, CardState, Deck, Misbelief, ReviewLog
from cards.review import note_misbelief
from tests.conftest import NOON, answer, write_card
from tests.factories import CardFactory, DeckFactory, MembershipFactory, SchoolClassFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "What Zorblax wrote"
LISTS = ["cards_deck", "cards_card", "cards_cardstate", "cards_reviewlog", "cards_misbelief"]
ADMIN_PAGES = ["change", "delete", "history"]
PAGES = ["own_card", "own_card_delete"]


@pytest.fixture
def card(student):
    """Her own card, with a state, an answer and an “I thought that too”."""
    card = write_card(student, front=SECRET, back=SECRET)
    answer(student, card)
    note_misbelief(student, card.pk, now=NOON)
    return card


@pytest.fixture
def superuser_client(client):
    client.force_login(User.objects.create_superuser("head", password="x"))
    return client


def row_of(name, card):
    rows = {
        "cards_deck": card.deck,
        "cards_card": card,
        "cards_cardstate": CardState.objects.get(card=card),
        "cards_reviewlog": ReviewLog.objects.get(card=card),
        "cards_misbelief": Misbelief.objects.get(card=card),
    }
    return rows[name].pk


# other people’s pages


@pytest.mark.parametrize("name", ["own_cards", "own_card_new", "own_cards_export"])
def test_visitor_has_to_log_in(client, name):
    response = client.get(reverse(name))
    assert (response.status_code, response.url) == (302, f"{reverse('account_login')}?next={reverse(name)}")


@pytest.fixture(params=["classmate", "teacher", "superuser", "stranger"])
def somebody_else(request, client, student):
    """Logged in, and not the student."""
    user = UserFactory(is_staff=request.param in ("teacher", "superuser"), is_superuser=request.param == "superuser")
    if request.param != "stranger":
        school_class = SchoolClassFactory()
        for person in (student, user):
            MembershipFactory(user=person, school_class=school_class)
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_reaches_her_card(somebody_else, card, name, method):
    fields = {"kind": "basic", "front": "Mine?", "back": "Mine."}
    assert getattr(somebody_else, method)(reverse(name, args=[card.pk]), fields).status_code == 404
    assert Card.objects.get().front == card.front


def test_nobody_else_sees_or_answers_it(somebody_else, student, card):
    assert list(somebody_else.get(reverse("own_cards")).context["page"]) == []
    assert card.front not in somebody_else.post(reverse("own_cards_export")).content.decode()
    assert card.deck not in [*somebody_else.get(reverse("home")).context["decks"]]
    assert somebody_else.get(card.deck.get_absolute_url()).status_code == 404
    fields = {"card": card.pk, "version": 0, "quality": 4, "attempt": uuid4()}
    assert somebody_else.post(reverse("review_answer"), fields).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_card_of_the_school_and_no_card_at_all_are_404(student_client, deck, name):
    pks = [deck.cards.first().pk, 0, 10**30]
    assert [student_client.get(reverse(name, args=[pk])).status_code for pk in pks] == [404, 404, 404]


# the admin


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", [{}, {"q": "Zorblax"}, {"q": "own"}])
def test_admin_list_and_its_filters_leave_it_out(superuser_client, student, card, deck, name, query):
    answer(student, deck.cards.first())
    note_misbelief(student, deck.cards.first().pk, now=NOON)
    response = superuser_client.get(reverse(f"admin:{name}_changelist"), query)
    page = response.content.decode()
    assert (SECRET in page, "My own cards" in page, card.deck.slug in page) == (False, False, False)
    assert (response.context["cl"].result_count > 0) == (not query)


@pytest.mark.parametrize(
    ("name", "lookup"),
    [
        ("cards_card", "deck__id__exact"),
        ("cards_cardstate", "card__deck__id__exact"),
        ("cards_deck", "id__exact"),
    ],
)
def test_admin_filter_typed_into_the_address_finds_nothing(superuser_client, card, name, lookup):
    response = superuser_client.get(reverse(f"admin:{name}_changelist"), {lookup: card.deck_id}, follow=True)
    assert (response.context["cl"].result_count, SECRET in response.content.decode()) == (0, False)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_admin_page_of_it_is_not_there(superuser_client, card, name, page):
    address = reverse(f"admin:{name}_{page}", args=[row_of(name, card)])
    response = superuser_client.get(address)
    assert (response.status_code in (302, 403, 404), SECRET in response.content.decode()) == (True, False)


def test_admin_preview_of_it_is_not_there(superuser_client, card):
    assert superuser_client.get(reverse("admin:cards_card_preview", args=[card.pk])).status_code == 404


def test_admin_completes_no_own_deck(superuser_client, card):
    school = DeckFactory()
    fields = {"app_label": "cards", "model_name": "card", "field_name": "deck"}
    found = superuser_client.get(reverse("admin:autocomplete"), fields).json()["results"]
    assert [row["id"] for row in found] == [str(school.pk)]


def test_teacher_puts_no_card_into_an_own_deck(superuser_client, card):
    moved = CardFactory()
    fields = {"deck": card.deck_id, "code": moved.code, "kind": "basic", "status": "published", "position": "1"}
    fields |= {"level": "core", "front": "Why?", "back": "Because.", "source": "FRUS", "opened": moved.version}
    response = superuser_client.post(reverse("admin:cards_card_change", args=[moved.pk]), fields)
    assert list(response.context["adminform"].form.errors) == ["deck"]
    assert "My own cards" not in response.content.decode()


@pytest.mark.parametrize("answered", [True, False])
def test_admin_quotes_nothing_when_a_person_is_to_be_erased(superuser_client, student, answered):
    card = write_card(student, front=SECRET)
    if answered:
        answer(student, card)
    fields = {"action": "erase", "_selected_action": [student.pk]}
    page = superuser_client.post(reverse("admin:accounts_user_changelist"), fields).text
    assert ("1 · cards" in page, "1 · answers" in page) == (True, answered)
    assert [word in page for word in (SECRET, "My own cards")] == [False, False]


# the library, the first page, the starter decks


def test_it_is_never_in_the_library_nor_picked(client, student, card):
    client.force_login(UserFactory())
    assert list(client.get(reverse("home")).context["library"]) == []
    assert client.post(reverse("deck_pick", args=[card.deck.slug])).status_code == 404


def test_visitor_is_shown_none_of_it(client, card):
    Card.objects.update(actor=Card.Actor.STALIN, why="It shows the motive.")
    response = client.get(reverse("home"))
    assert (response.context["card"], SECRET in response.content.decode()) == (None, False)


def test_starter_decks_load_beside_it_and_not_over_it(card):
    Deck.objects.filter(pk=card.deck_id).update(slug="stalins-motives")
    before = Card.objects.values().get()
    report = load_starter_decks()
    assert Card.objects.filter(deck=card.deck_id).values().get() == before
    assert report.left_alone == ["stalins-motives: the deck at this address is not a starter deck"]


def test_history_keeps_nothing_of_a_students_own_card(student):
    card = write_card(student, front="Mine alone?")
    card.delete()
    assert (Card.history.count(), Deck.history.count()) == (0, 0)

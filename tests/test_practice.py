"""Extra practice: its sets, and that it touches no schedule; five more new cards."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cards.models import CardState, Flag, ReviewLog
from cards.practice import PracticeSet, load_practice
from cards.queue import load_queue
from cards.replay import find_damage
from tests.conftest import NOON, TODAY, answer
from tests.factories import CardFactory, CardStateFactory, PickedDeckFactory, UserFactory
from tests.test_review_pages import HTMX, post, undo

pytestmark = pytest.mark.usefixtures("noon")

DAY = timedelta(days=1)


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def card(deck):
    return deck.cards.first()


def in_set(student, name, of=""):
    return set(load_practice(student, PracticeSet(name, of), today=TODAY).due)


# sets


def test_set_of_a_deck_and_of_a_motive(student, deck, card):
    PickedDeckFactory(user=student, deck__cards=1)
    assert in_set(student, "deck", deck.slug) == set(deck.cards.values_list("pk", flat=True))
    assert in_set(student, "motive", card.motive.code) == {card.pk}


def test_set_of_flagged_cards_is_her_own_standing_ones(student, deck):
    first, second, third = deck.cards.all()
    Flag.objects.create(user=student, card=first, reason="x", raised_at=NOON)
    Flag.objects.create(user=student, card=second, reason="x", raised_at=NOON, settled_at=NOON)
    Flag.objects.create(user=UserFactory(), card=third, reason="x", raised_at=NOON)
    assert in_set(student, "flagged") == {first.pk}


def test_set_of_failed_cards_is_of_this_week(student, deck):
    first, second, third = deck.cards.all()
    answer(student, first, 2, now=NOON - 8 * DAY)
    answer(student, second, 2, now=NOON - 6 * DAY)
    answer(student, third, 4, now=NOON - 6 * DAY)
    assert in_set(student, "failed") == {second.pk}


def test_twelve_weakest_are_those_she_has_met_and_knows_least(student, deck):
    for repetitions in range(1, 15):
        CardStateFactory(user=student, card=CardFactory(deck=deck), repetitions=repetitions)
    weakest = CardState.objects.order_by("repetitions").values_list("card_id", flat=True)[:12]
    assert in_set(student, "weakest") == set(weakest)


@pytest.mark.parametrize("name", ["deck", "flagged", "weakest"])
def test_cards_of_others_and_suspended_ones_are_in_no_set(student, name):
    foreign = PickedDeckFactory(user=UserFactory(), deck__cards=1).deck
    hers = CardStateFactory(user=student, suspended=True, card__deck=PickedDeckFactory(user=student).deck).card
    for card in (foreign.cards.get(), hers):
        Flag.objects.create(user=student, card=card, reason="x", raised_at=NOON)
    assert in_set(student, name, foreign.slug) == set()


# answering


def practise(client, card, quality=4, *, version=0, headers=None, **fields):
    return post(client, card, quality, version=version, headers=headers, set="deck", of=card.deck.slug, **fields)


def test_practice_of_a_due_card_is_logged_and_changes_nothing(student_client, student, card):
    CardStateFactory(user=student, card=card, introduced_on=TODAY - DAY)
    before = CardState.objects.values().get()
    assert practise(student_client, card, 0, version=1).status_code == 303
    assert CardState.objects.values().get() == before | {"version": 2}
    assert ReviewLog.objects.get().kind == "practice"
    assert load_queue(student, today=TODAY).due == [card.pk]


def test_practice_of_a_card_not_met_leaves_it_new(student_client, student, card):
    practise(student_client, card)
    assert CardState.objects.get().is_new
    assert card.pk in load_queue(student, today=TODAY).new


def test_log_with_practice_is_sound(student_client, student, card):
    practise(student_client, card, 4)
    answer(student, card, 2, version=1)
    practise(student_client, card, 5, version=2)
    answer(student, card, 4, version=3)
    assert list(find_damage()) == []
    kinds = ReviewLog.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["practice", "scheduled", "practice", "repeat"]


def test_each_card_comes_once_a_day(student_client, student, deck):
    for card in deck.cards.all():
        practise(student_client, card)
    page = student_client.get(reverse("practice"), {"set": "deck", "of": deck.slug}).content.decode()
    assert "You practised 3 cards of this set today." in page
    assert len(load_practice(student, PracticeSet("deck", deck.slug), today=TODAY + DAY).due) == 3


def test_practice_by_htmx_goes_on_in_the_set(student_client, deck, card):
    response = practise(student_client, card, headers=HTMX)
    assert (response.context["receipt"], response.context["queue"].done) == (
        "Good, as practice: nothing changed.",
        1,
    )
    assert {button.hint for button in response.context["buttons"]} == {"practice"}


def test_practice_by_plain_form_goes_back_to_the_set(student_client, card):
    assert practise(student_client, card)["Location"] == f"/practice/?set=deck&of={card.deck.slug}"


def test_undo_of_practice_shows_the_card_in_its_set(student_client, student, card):
    practise(student_client, card)
    fields = {"set": "deck", "of": card.deck.slug}
    response = undo(student_client, ReviewLog.objects.get(), headers=HTMX, **fields)
    assert (response.context["card"], response.context["queue"].done) == (card, 0)


def test_choice_card_can_be_practised(student_client, deck):
    card = CardFactory(deck=deck, kind="choice", options=["Stalin", "Hitler"], answer="Stalin")
    query = {"set": "deck", "of": deck.slug, "card": card.pk, "pick": 0}
    assert student_client.get(reverse("practice"), query).context["is_right"]
    assert practise(student_client, card, 5, pick=0).status_code == 303


# pages


def test_list_offers_sets_that_have_cards(student_client, student, deck, card):
    answer(student, card, 2)
    context = student_client.get(reverse("practice")).context
    assert [(name, count) for name, _, count in context["sets"]] == [("weakest", 1), ("failed", 1)]
    assert list(context["decks"]) == [deck]


@pytest.mark.parametrize("query", [{"set": "magic"}, {"set": "deck", "of": "../x"}, {"set": ""}])
def test_unknown_set_is_the_list(student_client, deck, query):
    assert student_client.get(reverse("practice"), query).templates[0].name == "cards/practice.html"


def test_deck_she_does_not_study_is_an_empty_set(student_client):
    foreign = PickedDeckFactory(user=UserFactory(), deck__cards=1).deck
    response = student_client.get(reverse("practice"), {"set": "deck", "of": foreign.slug})
    assert "There are no cards in this set." in response.content.decode()


@pytest.mark.parametrize("cards", [1, 3])
def test_practice_costs_the_same_for_one_and_three_cards(student_client, student, cards, django_assert_num_queries):
    deck = PickedDeckFactory(user=student, deck__cards=cards).deck
    with django_assert_num_queries(6):
        student_client.get(reverse("practice"), {"set": "deck", "of": deck.slug})


# five more


def test_five_more_new_cards_are_for_today_only(student_client, student, deck):
    CardFactory.create_batch(20, deck=deck)
    for _ in range(2):
        student_client.post(reverse("review_more"))
    student.refresh_from_db()
    assert len(load_queue(student, today=TODAY).new) == 20
    assert len(load_queue(student, today=TODAY + DAY).new) == 10


def test_five_more_are_offered_only_where_there_are_more(student_client, student, deck):
    student.new_per_day = 1
    student.save()
    first, *others = deck.cards.all()
    answer(student, first)
    offer = reverse("review_more")
    assert offer in student_client.get(reverse("review")).content.decode()
    for card in others:
        answer(student, card)
    assert offer not in student_client.get(reverse("review")).content.decode()

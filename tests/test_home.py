"""The pages home, deck_pick and deck_drop."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cards.models import CardState, Deck, PickedDeck
from tests.conftest import NOON, TODAY, answer
from tests.factories import AssignmentFactory, CardFactory, CardStateFactory, DeckFactory, MembershipFactory

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.django_db
def test_visitor_sees_what_it_is_and_one_sample_card(client):
    DeckFactory(cards=2)
    response = client.get(reverse("home"))
    assert (response.status_code, response.templates[0].name) == (200, "cards/welcome.html")
    assert response.context["card"].deck.in_library
    assert reverse("account_signup") in text_of(response)


@pytest.mark.django_db
def test_visitor_never_sees_a_card_that_is_not_in_the_library(client):
    AssignmentFactory(deck__cards=1)
    DeckFactory(cards=1, status=Deck.Status.DRAFT)
    assert client.get(reverse("home")).context["card"] is None


def test_student_has_one_big_button(student_client, student, deck):
    student.pace_ms = 30_000
    student.save()
    assert "Review 3 cards, about 2 minutes" in text_of(student_client.get(reverse("home")))


def test_deck_shows_due_new_and_learned(student_client, student, deck):
    CardStateFactory(user=student, card=deck.cards.first(), repetitions=2, due_on=TODAY)
    shown = student_client.get(reverse("home")).context["decks"]
    assert [(d.waiting_due, d.waiting_new, d.card_count, d.met_count, d.learned_count) for d in shown] == [
        (1, 2, 3, 1, 1)
    ]


def test_counts_of_a_deck_are_her_own(student_client, student, deck):
    for repetitions in (2, 3, 4):
        CardStateFactory(card=deck.cards.first(), repetitions=repetitions)
    shown = student_client.get(reverse("home")).context["decks"]
    assert [(d.card_count, d.met_count, d.learned_count) for d in shown] == [(3, 0, 0)]


def test_done_for_today_says_when_next(student_client, student, deck):
    for card in deck.cards.all():
        answer(student, card)
    assert "Done for today. Next cards: tomorrow." in text_of(student_client.get(reverse("home")))


def test_backlog_is_mentioned_calmly_with_a_choice(student_client, student, deck):
    student.minutes_per_day, student.pace_ms, student.new_per_day = 1, 60_000, 0
    student.save()
    for card in deck.cards.all():
        CardStateFactory(user=student, card=card)
    page = text_of(student_client.get(reverse("home")))
    assert "2 more cards have come due and can wait." in page
    assert reverse("review_everything") in page


def test_library_lists_published_decks_that_she_has_not(student_client, deck):
    offered = DeckFactory(cards=2)
    DeckFactory(status=Deck.Status.DRAFT)
    AssignmentFactory()
    shown = student_client.get(reverse("home")).context["library"]
    assert [(d, d.card_count) for d in shown] == [(offered, 2)]


@pytest.mark.parametrize("decks", [1, 3])
def test_home_costs_the_same_for_one_and_three_decks(student_client, student, decks, django_assert_num_queries):
    for _ in range(decks):
        DeckFactory(cards=2)
        PickedDeck.objects.create(user=student, deck=DeckFactory(cards=2))
    with django_assert_num_queries(9):
        student_client.get(reverse("home"))


def test_greeting_follows_her_own_clock(student_client, student, deck):
    student.time_zone = "Asia/Tokyo"
    student.save()
    assert student_client.get(reverse("home")).context["greeting"] == "Good evening"


# a week ahead, the backlog, a planned break


def test_coming_days_count_cards_that_come_due(student_client, student, deck):
    for days in (1, 1, 3, 99):
        CardStateFactory(user=student, card=CardFactory(deck=deck), due_on=TODAY + timedelta(days=days))
    counts = [count for _, count in student_client.get(reverse("home")).context["coming"]]
    assert counts == [2, 0, 1, 0, 0, 0, 0]
    assert "Tue<br>24" in text_of(student_client.get(reverse("home")))


def test_backlog_says_by_when_she_is_caught_up(student_client, student, deck):
    student.minutes_per_day, student.pace_ms, student.new_per_day = 1, 30_000, 0
    student.save()
    for days in (0, 0, 0, 0, 0, 1):
        CardStateFactory(user=student, card=CardFactory(deck=deck), due_on=TODAY + timedelta(days=days))
    page = text_of(student_client.get(reverse("home")))
    assert (
        "3 more cards have come due and can wait. At your usual minutes a day you are caught up by Wednesday." in page
    )


def test_break_asks_nothing_and_rewrites_no_date(student_client, student, deck):
    state = CardStateFactory(user=student, card=deck.cards.first())
    student_client.post(reverse("break_plan"), {"break_from": TODAY, "break_until": TODAY + timedelta(days=3)})
    page = text_of(student_client.get(reverse("home")))
    assert ("You are away until 26 November." in page, "Review 3 cards" in page) == (True, False)
    assert "You are away" in text_of(student_client.get(reverse("review")))
    state.refresh_from_db()
    assert state.due_on == TODAY


def test_break_can_be_ended_at_any_time(student_client, student, deck):
    student_client.post(reverse("break_plan"), {"break_from": TODAY, "break_until": TODAY + timedelta(days=3)})
    student_client.post(reverse("break_end"))
    assert "Review 3 cards" in text_of(student_client.get(reverse("home")))


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (3, 2), (0, 184), ("x", 3), (0, "")])
def test_break_that_cannot_be_is_400_with_a_sentence(student_client, student, first, last):
    days = [TODAY + timedelta(days=n) if isinstance(n, int) else n for n in (first, last)]
    response = student_client.post(reverse("break_plan"), {"break_from": days[0], "break_until": days[1]})
    student.refresh_from_db()
    assert (response.status_code, student.break_from) == (400, None)


def test_days_of_a_break_ask_nothing_and_their_cards_come_after_it(student_client, student, deck):
    student.break_from, student.break_until = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    student.save()
    for days in (1, 2, 3, 5):
        CardStateFactory(user=student, card=CardFactory(deck=deck), due_on=TODAY + timedelta(days=days))
    counts = [count for _, count in student_client.get(reverse("home")).context["coming"]]
    assert counts == [1, None, None, None, 3, 0, 0]


@pytest.mark.parametrize(("last", "planned"), [(-1, False), (0, False), (1, True)])
def test_break_that_is_over_is_forgotten(student_client, student, deck, last, planned):
    student.break_from, student.break_until = TODAY + timedelta(days=min(last, 1)), TODAY + timedelta(days=last)
    student.save()
    page = text_of(student_client.get(reverse("home")))
    assert ("Break planned" in page, "Plan a break" in page) == (planned, last < 0)


@pytest.mark.parametrize(("days", "said"), [(7, False), (8, True)])
def test_long_absence_ends_with_a_calm_word(student_client, student, deck, days, said):
    answer(student, deck.cards.first(), now=NOON - timedelta(days=days))
    assert ("Welcome back. Nothing is lost" in text_of(student_client.get(reverse("home")))) == said


# board_pick


def test_board_is_asked_for_where_there_is_exam_practice(student_client, student, deck):
    assert student_client.get(reverse("home")).context["boards"] == []
    CardFactory(deck=deck, board="IB")
    CardFactory(deck=deck, board="AQA")
    assert student_client.get(reverse("home")).context["boards"] == ["AQA", "IB"]


def test_class_without_a_board_leaves_the_question_open(student_client, student, deck):
    CardFactory(deck=deck, board="IB")
    MembershipFactory(user=student, school_class__exam_board="")
    response = student_client.get(reverse("home"))
    assert response.context["her_boards"] == set()
    assert "which board is yours?" in response.content.decode()


def test_board_is_picked_and_its_cards_counted(student_client, student, deck):
    CardFactory(deck=deck, board="IB")
    student_client.post(reverse("board_pick"), {"board": "IB"})
    shown = student_client.get(reverse("home")).context
    assert (shown["her_boards"], [d.card_count for d in shown["decks"]]) == ({"IB"}, [4])


@pytest.mark.parametrize("board", ["", "OCR B", "x" * 100])
def test_unknown_board_is_400(student_client, student, board):
    assert student_client.post(reverse("board_pick"), {"board": board}).status_code == 400


# deck_pick, deck_drop


def test_pick_and_drop_keep_what_was_learned(student_client, student):
    deck = DeckFactory(cards=1)
    student_client.post(reverse("deck_pick", args=[deck.slug]))
    answer(student, deck.cards.get())
    student_client.post(reverse("deck_drop", args=[deck.slug]))
    assert (PickedDeck.objects.count(), CardState.objects.count()) == (0, 1)


def test_pick_twice_is_one_pick(student_client):
    deck = DeckFactory()
    for _ in range(2):
        assert student_client.post(reverse("deck_pick", args=[deck.slug])).status_code == 302
    assert PickedDeck.objects.count() == 1


@pytest.mark.parametrize("kwargs", [{"in_library": False}, {"status": Deck.Status.DRAFT}])
def test_only_published_library_decks_can_be_picked(student_client, kwargs):
    deck = DeckFactory(**kwargs)
    assert student_client.post(reverse("deck_pick", args=[deck.slug])).status_code == 404
    assert PickedDeck.objects.count() == 0


def test_assigned_deck_cannot_be_put_back(student_client, student):
    assignment = AssignmentFactory(starts_on=TODAY - timedelta(days=1))
    MembershipFactory(user=student, school_class=assignment.school_class)
    CardFactory(deck=assignment.deck)
    assert "Put back" not in text_of(student_client.get(reverse("home")))


@pytest.mark.parametrize("name", ["deck_pick", "deck_drop"])
def test_get_of_pick_and_drop_is_405(student_client, deck, name):
    assert student_client.get(reverse(name, args=[deck.slug])).status_code == 405

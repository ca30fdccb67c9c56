"""The day's queue: what is asked, in which order, and the counts."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from cards.models import Card, Deck
from cards.queue import load_queue, look_ahead, next_card
from cards.review import hide_card
from tests.conftest import NOON, TODAY, answer
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    CardStateFactory,
    DeckFactory,
    MembershipFactory,
    PickedDeckFactory,
    UserFactory,
)

DAY = timedelta(days=1)


def queue_of(student, **kwargs):
    return load_queue(student, **{"today": TODAY, **kwargs})


def codes(card_ids):
    by_id = dict(Card.objects.values_list("pk", "code"))
    return [by_id[card_id] for card_id in card_ids]


def due_card(student, deck, interval, due_on=TODAY, **kwargs):
    return CardStateFactory(user=student, card=CardFactory(deck=deck), interval=interval, due_on=due_on, **kwargs).card


def test_new_cards_come_in_teaching_order_up_to_the_daily_number(student, deck):
    student.new_per_day = 2
    assert queue_of(student).new == list(deck.cards.values_list("pk", flat=True)[:2])


def test_new_cards_met_today_use_up_the_daily_number(student, deck):
    student.new_per_day = 2
    first, second, third = deck.cards.all()
    answer(student, first)
    assert queue_of(student).new == [second.pk]
    answer(student, second)
    assert queue_of(student).new == []
    assert queue_of(student, today=TODAY + DAY).new == [third.pk]


def test_assigned_decks_come_by_date_then_picked_ones_by_title(student):
    late, early = AssignmentFactory(starts_on=TODAY), AssignmentFactory(starts_on=TODAY - DAY)
    for assignment in (late, early):
        MembershipFactory(user=student, school_class=assignment.school_class)
    decks = [PickedDeckFactory(user=student, deck__title=title).deck for title in ("B", "A")]
    cards = [CardFactory(deck=deck) for deck in (early.deck, late.deck, decks[1], decks[0])]
    assert queue_of(student).new == [card.pk for card in cards]


def test_due_cards_come_shortest_interval_first(student, deck):
    cards = [due_card(student, deck, interval) for interval in (30, 1, 6)]
    assert queue_of(student).due == [cards[1].pk, cards[2].pk, cards[0].pk]


def test_equal_intervals_are_mixed_the_same_way_all_day_and_otherwise_tomorrow(student, deck):
    for _ in range(12):
        due_card(student, deck, 6)
    today = queue_of(student).due
    assert queue_of(student).due == today
    assert queue_of(student, today=TODAY + DAY).due != today
    assert today != sorted(today)


def test_due_then_new_then_repeats(student, deck):
    first, second, third = deck.cards.all()
    answer(student, first, 2)
    due = due_card(student, deck, 6)
    queue = queue_of(student)
    assert (queue.due, queue.new, queue.repeats) == ([due.pk], [second.pk, third.pk], [first.pk])
    assert queue.next_card_id == due.pk


def test_repeats_come_oldest_answer_first_so_no_card_twice_running(student, deck):
    student.new_per_day = 0
    cards = list(deck.cards.all())
    for minute, card in enumerate(cards):
        answer(student, card, 2, now=NOON + timedelta(minutes=minute))
    assert queue_of(student).repeats == [card.pk for card in cards]
    answer(student, cards[0], 3, version=1, now=NOON + timedelta(minutes=9))
    assert queue_of(student).repeats == [cards[1].pk, cards[2].pk, cards[0].pk]


def test_progress_counts_cards_done_and_waiting(student, deck):
    first, second, _ = deck.cards.all()
    answer(student, first, 4)
    answer(student, second, 2)
    queue = queue_of(student)
    assert (queue.done, queue.waiting, queue.total) == (1, 2, 3)


def test_more_than_her_minutes_waits(student, deck):
    student.minutes_per_day, student.pace_ms, student.new_per_day = 1, 20_000, 0
    cards = [due_card(student, deck, interval) for interval in range(1, 6)]
    queue = queue_of(student)
    assert (queue.due, queue.backlog) == ([card.pk for card in cards[:3]], 2)


def test_answers_of_today_use_up_her_minutes(student, deck):
    student.minutes_per_day, student.pace_ms, student.new_per_day = 1, 20_000, 0
    cards = [due_card(student, deck, interval) for interval in range(1, 6)]
    answer(student, cards[0], version=1, elapsed_ms=20_000)
    queue = queue_of(student)
    assert (len(queue.due), queue.backlog, queue.total) == (2, 2, 3)


def test_she_may_choose_to_do_everything_today(student, deck):
    student.minutes_per_day, student.pace_ms, student.everything_on = 1, 60_000, TODAY
    for interval in range(1, 6):
        due_card(student, deck, interval)
    assert (len(queue_of(student).due), queue_of(student).backlog) == (5, 0)


def test_one_deck_has_its_share_of_the_same_queue(student, deck):
    other = PickedDeckFactory(user=student).deck
    mine, elsewhere = due_card(student, deck, 1), due_card(student, other, 1)
    queue = queue_of(student, deck=other)
    assert (queue.due, queue.new, queue.total) == ([elsewhere.pk], [], 1)
    assert mine.pk in queue_of(student)


def test_minutes_are_rounded_up_at_her_own_pace(student, deck):
    student.pace_ms = 30_000
    assert queue_of(student).minutes(student) == 2


def test_taken_back_card_is_new_again_and_keeps_its_version(student, deck):
    card = deck.cards.first()
    CardStateFactory(user=student, card=card, version=2, repetitions=0, interval=0, due_on=None, introduced_on=None)
    state = next_card(student, queue_of(student))
    assert (state.card, state.version) == (card, 2)


def test_card_asked_for_is_shown_if_it_waits_today(student, deck):
    queue = queue_of(student)
    last = queue.new[-1]
    assert next_card(student, queue, card_id=last).card_id == last
    assert next_card(student, queue, card_id=CardFactory().pk).card_id == queue.new[0]


def test_nothing_to_ask(student):
    assert next_card(student, queue_of(student)) is None


def test_next_study_day_is_the_earliest_due_date(student, deck):
    student.new_per_day = 0
    due_card(student, deck, 6, due_on=TODAY + 6 * DAY)
    due_card(student, deck, 3, due_on=TODAY + 3 * DAY)
    assert look_ahead(student, queue_of(student)).next_day == TODAY + 3 * DAY


def test_next_study_day_is_tomorrow_while_cards_are_new_or_waiting(student, deck):
    assert look_ahead(student, queue_of(student)).next_day == TODAY + DAY
    student.new_per_day = 0
    assert look_ahead(student, queue_of(student)).next_day is None


def test_next_study_day_of_a_deck_is_that_of_its_cards(student, deck):
    student.new_per_day = 0
    other = PickedDeckFactory(user=student, deck=DeckFactory(in_library=True)).deck
    due_card(student, deck, 3, due_on=TODAY + 3 * DAY)
    due_card(student, other, 6, due_on=TODAY + 6 * DAY)
    queue = queue_of(student)
    days = [look_ahead(student, queue, deck=scope).next_day for scope in (None, deck, other)]
    assert days == [TODAY + 3 * DAY, TODAY + 3 * DAY, TODAY + 6 * DAY]


def test_suspended_card_is_not_ahead(student, deck):
    student.new_per_day = 0
    due_card(student, deck, 3, due_on=TODAY + 3 * DAY, suspended=True)
    assert look_ahead(student, queue_of(student)).next_day is None


@pytest.mark.parametrize(("change", "more"), [({}, True), ({"board": "AQA"}, False), ({"status": "draft"}, False)])
def test_there_is_more_while_cards_other_than_for_the_exam_are_new(student, deck, change, more):
    student.exam_board = "AQA"
    deck.cards.update(**change)
    assert look_ahead(student, queue_of(student)).has_more == more


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({}, True),
        ({"deck__status": Deck.Status.ARCHIVED}, False),
        ({"deck__status": Deck.Status.DRAFT}, False),
        ({"school_class__archived_at": NOON}, False),
        ({"starts_on": TODAY + DAY}, False),
    ],
)
def test_assigned_deck_is_hers_from_its_date_while_class_and_deck_live(student, change, seen):
    assignment = AssignmentFactory(**change)
    MembershipFactory(user=student, school_class=assignment.school_class)
    assert Deck.objects.studied_by(student, TODAY).exists() == seen


def test_decks_of_others_are_not_hers(student):
    assignment = AssignmentFactory()
    MembershipFactory(user=student, school_class=assignment.school_class, role=Membership.Role.TEACHER)
    PickedDeckFactory()
    DeckFactory(owner=UserFactory(), in_library=False)
    own = DeckFactory(owner=student, in_library=False)
    assert list(Deck.objects.studied_by(student, TODAY)) == [own]


def test_leaving_a_class_hides_cards_and_keeps_states(student):
    assignment = AssignmentFactory(deck__cards=1)
    membership = MembershipFactory(user=student, school_class=assignment.school_class)
    state = CardStateFactory(user=student, card=assignment.deck.cards.get())
    assert queue_of(student).due == [state.card_id]
    membership.delete()
    assert queue_of(student).waiting == 0
    state.refresh_from_db()


@pytest.mark.parametrize("status", [Card.Status.DRAFT, Card.Status.ARCHIVED])
def test_card_that_is_not_published_is_not_asked(student, deck, status):
    due_card(student, deck, 1)
    Card.objects.update(status=status)
    assert queue_of(student).waiting == 0


def test_suspended_cards_are_not_asked_until_brought_back(student, deck):
    new, due = deck.cards.first(), due_card(student, deck, 1)
    hide_card(student, new.pk, version=0, today=TODAY, suspended=True)
    hide_card(student, due.pk, version=1, today=TODAY, suspended=True)
    assert (new.pk in queue_of(student), due.pk in queue_of(student)) == (False, False)
    hide_card(student, due.pk, version=2, today=TODAY, suspended=False)
    assert due.pk in queue_of(student)


def test_buried_cards_are_hidden_until_tomorrow(student, deck):
    new, due = deck.cards.first(), due_card(student, deck, 1)
    hide_card(student, new.pk, version=0, today=TODAY, buried_on=TODAY)
    hide_card(student, due.pk, version=1, today=TODAY, buried_on=TODAY)
    assert (new.pk in queue_of(student), due.pk in queue_of(student)) == (False, False)
    tomorrow = queue_of(student, today=TODAY + DAY)
    assert (new.pk in tomorrow, due.pk in tomorrow) == (True, True)


def test_card_hidden_after_its_answer_still_counts_for_the_day(student, deck):
    student.new_per_day = 2
    first, second, _ = deck.cards.all()
    answer(student, first)
    hide_card(student, first.pk, version=1, today=TODAY, suspended=True)
    queue = queue_of(student)
    assert (queue.new, queue.done, queue.total) == ([second.pk], 1, 2)


def test_hidden_card_is_not_repeated_today(student, deck):
    first = deck.cards.first()
    answer(student, first, 2)
    hide_card(student, first.pk, version=1, today=TODAY, buried_on=TODAY)
    queue = queue_of(student)
    assert (queue.repeats, queue.done) == ([], 0)


@pytest.fixture
def exam_deck(student):
    student.exam_board = "AQA"
    deck = PickedDeckFactory(user=student, deck__cards=3, deck__cards__board="AQA").deck
    CardFactory.create_batch(2, deck=deck, board="IB")
    CardFactory(deck=deck)
    return deck


def boards(card_ids):
    return list(Card.objects.filter(pk__in=card_ids).order_by("pk").values_list("board", flat=True))


def test_only_one_exam_card_of_her_board_is_new_a_day(student, exam_deck):
    assert boards(queue_of(student).new) == ["AQA", ""]


def test_no_exam_card_after_one_was_answered_today(student, exam_deck):
    answer(student, exam_deck.cards.filter(board="AQA").first())
    assert boards(queue_of(student).new) == [""]
    assert boards(queue_of(student, today=TODAY + DAY).due) == ["AQA"]
    assert boards(queue_of(student, today=TODAY + DAY).new) == [""]


def test_no_exam_card_after_the_one_of_today_was_hidden(student, exam_deck):
    card = exam_deck.cards.filter(board="AQA").first()
    answer(student, card)
    hide_card(student, card.pk, version=1, today=TODAY, suspended=True)
    assert boards(queue_of(student).new) == [""]


def test_exam_cards_that_are_due_come_one_a_day_and_are_no_backlog(student, exam_deck):
    for card in exam_deck.cards.filter(board="AQA"):
        CardStateFactory(user=student, card=card)
    queue = queue_of(student)
    assert (boards(queue.due), boards(queue.new), queue.backlog) == (["AQA"], [""], 0)


def test_without_a_board_no_exam_card_is_asked(student, exam_deck):
    student.exam_board = ""
    assert boards(queue_of(student).new) == [""]


def test_board_of_her_class_holds_until_she_picks_another(student, exam_deck):
    student.exam_board = ""
    MembershipFactory(user=student, school_class__exam_board="IB")
    assert boards(queue_of(student).new) == ["IB", ""]
    student.exam_board = "AQA"
    assert boards(queue_of(student).new) == ["AQA", ""]


@pytest.mark.parametrize("cards", [1, 3])
def test_queue_costs_the_same_for_one_and_three_cards(student, deck, cards, django_assert_num_queries):
    for _ in range(cards):
        due_card(student, deck, 1)
    with django_assert_num_queries(3):
        next_card(student, queue_of(student))

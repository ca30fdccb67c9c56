"""The pages motives and motive: how well she knows which reason."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cards.stats import Level, motive_map, weakest_quarter
from tests.conftest import TODAY
from tests.factories import CardFactory, CardStateFactory, MotiveFactory, PickedDeckFactory

DAY = timedelta(days=1)
LEVELS = st.lists(st.sampled_from(Level), min_size=1).map(sorted)


@pytest.fixture
def motive(db):
    return MotiveFactory(code="time", name="Buying time", counter="Germany gained as much.")


def know(student, card, repetitions, interval):
    CardStateFactory(user=student, card=card, repetitions=repetitions, interval=interval, due_on=TODAY + DAY)


def cells(student):
    return [[(cell.cards, cell.level) for cell in row.cells] for row in motive_map(student, today=TODAY)]


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ([0, 0, 0, 1], Level.MATURE),
        ([1, 0, 0, 3], Level.NOT_MET),
        ([1, 0, 0, 4], Level.MATURE),
        ([1, 1, 6, 0], Level.LEARNING),
        ([0, 0, 5, 5], Level.YOUNG),
    ],
)
def test_word_is_that_of_the_weakest_quarter(counts, level):
    levels = [Level(place) for place, count in enumerate(counts) for _ in range(count)]
    assert weakest_quarter(levels) == level


@given(LEVELS)
def test_at_least_a_quarter_is_no_better_than_the_word(levels):
    word = weakest_quarter(levels)
    assert 4 * sum(level <= word for level in levels) >= len(levels)
    assert 4 * sum(level < word for level in levels) < len(levels)


@pytest.mark.parametrize(
    ("repetitions", "interval", "level"),
    [(0, 1, Level.LEARNING), (1, 1, Level.LEARNING), (2, 6, Level.YOUNG), (3, 20, Level.YOUNG), (3, 21, Level.MATURE)],
)
def test_level_of_a_card(student, motive, repetitions, interval, level):
    deck = PickedDeckFactory(user=student).deck
    know(student, CardFactory(deck=deck, motive=motive), repetitions, interval)
    assert cells(student) == [[(1, level), (0, None)]]


def test_card_of_both_counts_for_each_and_others_for_neither(student, motive):
    deck = PickedDeckFactory(user=student).deck
    for actor in ("both", "hitler", "west"):
        CardFactory(deck=deck, motive=motive, actor=actor)
    assert cells(student) == [[(1, Level.NOT_MET), (2, Level.NOT_MET)]]


def test_cards_she_does_not_study_and_context_are_left_out(student, motive):
    CardFactory(motive=motive)
    MotiveFactory(is_context=True)
    assert cells(student) == [[(0, None), (0, None)]]


def test_what_classmates_know_does_not_show(student, motive):
    card = CardFactory(deck=PickedDeckFactory(user=student).deck, motive=motive)
    CardStateFactory(card=card, repetitions=5, interval=90)
    assert cells(student)[0][0] == (1, Level.NOT_MET)


@pytest.mark.parametrize("rows", [1, 3])
def test_map_costs_the_same_for_one_and_three_motives(student_client, student, rows, django_assert_num_queries):
    deck = PickedDeckFactory(user=student).deck
    for _ in range(rows):
        CardFactory(deck=deck, motive=MotiveFactory())
    with django_assert_num_queries(4):
        student_client.get(reverse("motives"))


def test_map_says_the_word_in_each_cell(student_client, student, motive):
    know(student, CardFactory(deck=PickedDeckFactory(user=student).deck, motive=motive), 3, 30)
    page = student_client.get(reverse("motives")).content.decode()
    assert ('class="level mature"' in page, 'class="level none"' in page) == (True, True)


def test_motive_shows_counter_argument_and_her_cards_by_actor(student_client, student, motive):
    card = CardFactory(deck=PickedDeckFactory(user=student).deck, motive=motive)
    CardFactory(motive=motive, front="Of somebody else?")
    response = student_client.get(reverse("motive", args=["time"]))
    groups = [(actor, [shown for shown, _ in rows]) for actor, rows in response.context["groups"]]
    assert groups == [("stalin", [card])]
    assert "Germany gained as much." in response.content.decode()


@pytest.mark.parametrize("cards", [1, 3])
def test_motive_costs_the_same_for_one_and_three_cards(
    student_client, student, motive, cards, django_assert_num_queries
):
    CardFactory.create_batch(cards, deck=PickedDeckFactory(user=student).deck, motive=motive)
    with django_assert_num_queries(4):
        student_client.get(reverse("motive", args=["time"]))


def test_unknown_motive_is_404(student_client):
    assert student_client.get(reverse("motive", args=["glory"])).status_code == 404

"""Queries that are built once give what the ORM gives, to each student her own."""

from datetime import UTC, date, datetime

import pytest

from cards.models import Card, CardState, Note
from cards.prepared import Given, Prepared
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    CardStateFactory,
    DeckFactory,
    MembershipFactory,
    PickedDeckFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 16, tzinfo=UTC)


@pytest.fixture
def hers():
    return Prepared(lambda user, today: Card.objects.studied_by(user, today).order_by("pk").values_list("pk"))


def student_with_cards(**fields):
    """One card of a deck that she picked, one of a deck given to her class, an exam card of each of two boards."""
    student = UserFactory(**fields)
    given = AssignmentFactory(deck=DeckFactory(cards=1), starts_on=TODAY)
    MembershipFactory(user=student, school_class=given.school_class)
    picked = PickedDeckFactory(user=student, deck=DeckFactory(in_library=True, cards=1)).deck
    for board in ("AQA", "OCR"):
        CardFactory(deck=picked, board=board)
    return student


def from_orm(student, today=TODAY):
    return list(Card.objects.studied_by(student, today).order_by("pk").values_list("pk"))


@pytest.mark.parametrize(("board", "count"), [("", 2), ("AQA", 3)])
def test_rows_are_those_of_the_orm(hers, board, count):
    student = student_with_cards(exam_board=board)
    assert (len(from_orm(student)), hers.rows(student, TODAY)) == (count, from_orm(student))


def test_one_text_serves_each_student_and_day(hers):
    asked = [(student_with_cards(), TODAY), (student_with_cards(), TODAY), (student_with_cards(), date(2026, 1, 1))]
    assert [hers.rows(*each) for each in asked] == [from_orm(*each) for each in asked]
    assert len(hers.built) == 1


def test_picked_board_is_not_kept_for_another(hers):
    students = [student_with_cards(exam_board=board) for board in ("AQA", "OCR", "")]
    assert [hers.rows(each, TODAY) for each in students] == [from_orm(each) for each in students]


def test_limit_takes_the_first(hers):
    student = student_with_cards()
    assert hers.rows(student, TODAY, limit=1) == from_orm(student)[:1]


def test_value_of_its_own_is_given_each_time():
    student = student_with_cards()
    hers = Prepared(lambda user, today: Card.objects.studied_by(user, today).filter(pk=Given("card")))
    own, foreign = Card.objects.studied_by(student, TODAY).first(), DeckFactory(cards=1).cards.get()
    assert [hers.first(student, TODAY, card=card.pk) for card in (own, foreign)] == [own, None]


def test_rule_that_looks_at_more_of_her_is_refused():
    staff_too = Prepared(lambda user, today: Card.objects.filter(pk__gte=1 if user.is_staff else 0))
    with pytest.raises(AttributeError, match="is_staff"):
        staff_too.rows(UserFactory(), TODAY)


def everything_of(state):
    """All values of the state, and of what came with it in the same statement."""
    return [
        {name: value for name, value in vars(each).items() if name != "_state"}
        for each in (state, state.card, state.card.deck, state.card.motive)
        if each
    ] + [(each._state.adding, each._state.db, sorted(each._state.fields_cache)) for each in (state, state.card)]


def test_model_is_that_of_the_orm_with_what_was_joined(django_assert_num_queries):
    state = CardStateFactory(card__kind="explain", card__points=[{"text": "So.", "sort": "claim"}], answered_at=NOW)
    Note.objects.create(user=state.user, card=state.card, text="Think of chestnuts.")
    build = lambda user, today: CardState.objects.with_note(user).select_related("card__deck", "card__motive")  # noqa: E731
    expected = everything_of(build(state.user, TODAY).get())
    with django_assert_num_queries(1):
        assert everything_of(Prepared(build).first(state.user, TODAY)) == expected
    assert expected[0]["note"] == "Think of chestnuts."


def test_model_is_that_of_the_orm_where_nothing_was_joined():
    state = CardStateFactory(card__motive=None)
    build = lambda user, today: CardState.objects.with_note(user).select_related("card__deck", "card__motive")  # noqa: E731
    found = Prepared(build).first(state.user, TODAY)
    assert everything_of(found) == everything_of(build(state.user, TODAY).get())
    assert (found.card.motive, found.note) == (None, None)


def test_first_of_values_is_a_tuple(hers):
    student = student_with_cards()
    assert hers.first(student, TODAY) == from_orm(student)[0]


def test_no_model_where_there_is_no_row():
    assert Prepared(lambda user, today: CardState.objects.filter(user=user)).first(UserFactory(), TODAY) is None

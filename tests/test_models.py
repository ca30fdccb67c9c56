"""What the database itself refuses."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.db.models import RestrictedError

from accounts.models import User
from cards.models import CardState, ReviewLog
from tests.conftest import TODAY, answer
from tests.factories import CardFactory, CardStateFactory, DeckFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [
        {"ease": 129},
        {"interval": 36_501},
        {"interval": -1},
        {"repetitions": -1},
        {"due_on": TODAY + timedelta(days=99)},
        {"due_on": None},
        {"sm2_due_on": None},
    ],
)
def test_impossible_card_state_is_refused(wrong):
    state = CardStateFactory()
    with pytest.raises(IntegrityError):
        CardState.objects.filter(pk=state.pk).update(**wrong)


def test_second_state_of_a_card_is_refused():
    state = CardStateFactory()
    with pytest.raises(IntegrityError):
        CardStateFactory(user=state.user, card=state.card)


@pytest.mark.parametrize("wrong", [{"quality": 6}, {"elapsed_ms": 60_001}, {"kind": "guess"}, {"day": None}])
def test_impossible_log_row_is_refused(student, deck, wrong):
    answer(student, deck.cards.first())
    with pytest.raises(IntegrityError):
        ReviewLog.objects.update(**wrong)


@pytest.mark.parametrize("same", ["version", "attempt"])
def test_second_log_row_with_the_same_version_or_attempt_is_refused(student, deck, same):
    log = answer(student, deck.cards.first()).log
    other = {"version": 99, "attempt": uuid4()}
    del other[same]
    log.pk = None
    for name, value in other.items():
        setattr(log, name, value)
    with pytest.raises(IntegrityError):
        log.save(force_insert=True)


def test_code_is_unique_within_the_deck_only():
    card = CardFactory(code="stalin-01")
    CardFactory(code="stalin-01", deck=DeckFactory())
    with pytest.raises(IntegrityError):
        CardFactory(code="stalin-01", deck=card.deck)


def test_card_with_answers_cannot_be_deleted(student, deck):
    answer(student, deck.cards.first())
    with pytest.raises(RestrictedError):
        deck.cards.first().delete()


def test_student_takes_her_states_and_answers_with_her(student, deck):
    answer(student, deck.cards.first())
    student.delete()
    assert (CardState.objects.count(), ReviewLog.objects.count()) == (0, 0)


def test_own_deck_is_never_a_library_deck():
    with pytest.raises(IntegrityError):
        DeckFactory(owner=UserFactory(), in_library=True)


def test_person_is_in_a_class_once():
    membership = MembershipFactory()
    with pytest.raises(IntegrityError):
        MembershipFactory(user=membership.user, school_class=membership.school_class)


@pytest.mark.parametrize("wrong", [{"grade_buttons": 5}, {"new_per_day": 201}, {"minutes_per_day": 0}])
def test_impossible_settings_are_refused(wrong):
    UserFactory()
    with pytest.raises(IntegrityError):
        User.objects.update(**wrong)


def test_time_zone_must_exist():
    user = UserFactory.build(time_zone="Europe/Atlantis", password="x")
    with pytest.raises(Exception, match="Europe/Atlantis"):
        user.clean_fields()


def test_card_of_an_unknown_kind_is_refused():
    with pytest.raises(IntegrityError):
        CardFactory(kind="essay")

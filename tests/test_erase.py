"""Deleting a student takes her own cards and all that is hers along, and nothing of anybody else's."""

import pytest
from django.db.models import ProtectedError, RestrictedError

from accounts.models import User
from cards.models import Card, CardState, Deck, Flag, Misbelief, Note, ReviewLog
from cards.review import note_misbelief
from tests.conftest import NOON, answer, write_card
from tests.factories import CardFactory, CardStateFactory, UserFactory

HERS = [Deck, Card, CardState, ReviewLog, Misbelief, Note, Flag]


def leave_traces(user):
    """A card of her own with everything that can hang on it."""
    card = write_card(user, front=f"What {user.username} wrote?")
    answer(user, card)
    note_misbelief(user, card.pk, now=NOON)
    Note.objects.create(user=user, card=card, text="Mine.")
    Flag.objects.create(user=user, card=card, reason="Wrong?", raised_at=NOON)
    return card


def counts():
    return [model.objects.count() for model in HERS]


def test_student_goes_with_her_own_cards_and_their_answers(student):
    leave_traces(student)
    assert counts() == [1] * len(HERS)
    student.delete()
    assert counts() == [0] * len(HERS)


@pytest.mark.parametrize("delete", [lambda user: user.delete(), lambda user: User.objects.filter(pk=user.pk).delete()])
def test_others_keep_theirs(student, deck, delete):
    classmate = UserFactory()
    kept = leave_traces(classmate)
    leave_traces(student)
    answer(student, deck.cards.first())
    delete(student)
    assert list(Card.objects.exclude(deck=deck)) == [kept]
    assert set(CardState.objects.values_list("user", flat=True)) == {classmate.pk}
    assert (deck.cards.count(), ReviewLog.objects.count()) == (3, 1)


def test_all_of_a_class_go_at_once(db):
    students = [UserFactory() for _ in range(3)]
    for student in students:
        leave_traces(student)
    User.objects.all().delete()
    assert counts() == [0] * len(HERS)


def test_hidden_own_card_goes_too(student):
    card = leave_traces(student)
    Card.objects.filter(pk=card.pk).update(status=Card.Status.ARCHIVED)
    student.delete()
    assert Card.objects.count() == 0


def test_card_of_the_school_with_a_state_stays(student):
    card = CardStateFactory(user=student).card
    with pytest.raises(RestrictedError):
        card.delete()
    with pytest.raises(RestrictedError):
        Card.objects.all().delete()
    assert (Card.objects.count(), CardState.objects.count()) == (1, 1)


def test_card_of_the_school_with_only_a_misbelief_stays(student):
    card = CardFactory()
    note_misbelief(student, card.pk, now=NOON)
    with pytest.raises(RestrictedError):
        card.delete()


def test_deck_of_the_school_with_cards_stays(deck):
    with pytest.raises(ProtectedError):
        deck.delete()
    with pytest.raises(ProtectedError):
        Deck.objects.all().delete()
    assert Card.objects.count() == 3


def test_own_deck_with_answers_stays_while_its_student_does(student):
    card = leave_traces(student)
    with pytest.raises(RestrictedError):
        card.deck.delete()
    assert counts() == [1] * len(HERS)


def test_own_deck_that_holds_a_states_of_somebody_else_stops_the_deletion(student):
    card = leave_traces(student)
    CardStateFactory(card=card)
    with pytest.raises(RestrictedError):
        student.delete()
    assert User.objects.filter(pk=student.pk).exists()

"""A deck that a class gets lesson by lesson: new cards come once their lesson is ticked as taught."""

import pytest

from cards.models import Card, CardState
from cards.queue import load_queue
from tests.conftest import NOON, TODAY, answer
from tests.factories import AssignmentFactory, CardFactory, MembershipFactory, PickedDeckFactory


@pytest.fixture
def assignment(student):
    assignment = AssignmentFactory(by_lesson=True)
    MembershipFactory(user=student, school_class=assignment.school_class)
    for section in ("First", "Second"):
        CardFactory(deck=assignment.deck, section=section)
    return assignment


def tick(assignment, section):
    assignment.taught_lessons.create(section=section, taught_at=NOON)


def new_sections(student):
    new = load_queue(student, today=TODAY).new
    return list(Card.objects.filter(pk__in=new).order_by("pk").values_list("section", flat=True))


def test_no_lesson_taught_no_new_card(student, assignment):
    assert new_sections(student) == []


def test_ticked_lesson_opens_its_cards(student, assignment):
    tick(assignment, "Second")
    assert new_sections(student) == ["Second"]


def test_class_that_does_not_use_lessons_has_every_card_open(student, assignment):
    assignment.by_lesson = False
    assignment.save()
    assert new_sections(student) == ["First", "Second"]


def test_other_class_opens_what_this_one_has_not_had(student, assignment):
    other = AssignmentFactory(deck=assignment.deck)
    MembershipFactory(user=student, school_class=other.school_class)
    assert new_sections(student) == ["First", "Second"]


def test_lesson_ticked_for_another_class_opens_nothing(student, assignment):
    tick(AssignmentFactory(deck=assignment.deck, by_lesson=True), "First")
    assert new_sections(student) == []


def test_deck_that_she_picked_herself_is_open(student, assignment):
    assignment.deck.in_library = True
    assignment.deck.save()
    PickedDeckFactory(user=student, deck=assignment.deck)
    assert new_sections(student) == ["First", "Second"]


def test_closed_card_cannot_be_answered(student, assignment):
    with pytest.raises(Card.DoesNotExist):
        answer(student, assignment.deck.cards.first())


def test_card_she_has_met_goes_on_when_its_lesson_is_closed_again(student, assignment):
    tick(assignment, "First")
    card = assignment.deck.cards.get(section="First")
    answer(student, card, 2)
    assignment.taught_lessons.all().delete()
    assert load_queue(student, today=TODAY).repeats == [card.pk]
    assert CardState.objects.studied_by(student, TODAY).get().card == card

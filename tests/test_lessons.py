"""A deck that a class gets lesson by lesson: new cards come once their lesson is ticked as taught."""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.replanning import replan_class
from cards.exams import plan_of
from cards.models import Assignment, Card, CardState
from cards.planned import exams_ahead
from cards.queue import load_queue
from tests.conftest import NOON, TODAY, answer
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    CardStateFactory,
    MembershipFactory,
    PickedDeckFactory,
    TeacherMembershipFactory,
)

EXAM = TODAY + timedelta(days=20)


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


def test_card_she_has_met_is_answered_when_its_lesson_is_closed_again(student, assignment):
    tick(assignment, "First")
    card = assignment.deck.cards.get(section="First")
    answer(student, card, 2)
    assignment.taught_lessons.all().delete()
    answer(student, card, 4, version=1)
    assert CardState.objects.get(user=student).version == 2


# a plan for the exam


@pytest.fixture
def exam(assignment):
    assignment.exam_on = EXAM
    assignment.save()
    return assignment


def whole(student, exam):
    exam.by_lesson = False
    exam.save()


def other_class(student, exam):
    other = AssignmentFactory(deck=exam.deck, by_lesson=True)
    MembershipFactory(user=student, school_class=other.school_class)
    tick(other, "Second")


def other_class_to_come(student, exam):
    other_class(student, exam)
    Assignment.objects.exclude(pk=exam.pk).update(starts_on=TODAY + timedelta(days=1))


def elsewhere(student, exam):
    tick(AssignmentFactory(deck=exam.deck, by_lesson=True), "First")


def picked(student, exam):
    PickedDeckFactory(user=student, deck=exam.deck)


def known(student, exam):
    CardStateFactory(user=student, card=exam.deck.cards.first())


def taken_back(student, exam):
    tick(exam, "First")
    CardStateFactory(user=student, card=exam.deck.cards.last(), due_on=None, repetitions=0, interval=0)


@pytest.mark.parametrize(
    ("change", "of", "closed"),
    [
        (None, 0, 2),
        (lambda _student, exam: tick(exam, "Second"), 1, 1),
        (whole, 2, 0),
        (other_class, 1, 1),
        (other_class_to_come, 0, 2),
        (elsewhere, 0, 2),
        (picked, 2, 0),
        (known, 1, 1),
        (taken_back, 1, 1),
    ],
)
def test_plan_is_of_cards_that_she_has_met_or_may_meet(student, exam, change, of, closed):
    if change:
        change(student, exam)
    her, cards, plan = plan_of(student, TODAY)
    planned = {card.card_id for card in her.plan_cards(cards)}
    hers = Card.objects.studied_by(student, TODAY) | Card.objects.filter(states__sm2_due_on__isnull=False)
    assert planned == set(hers.values_list("pk", flat=True))
    assert (len(planned), her.closed(cards, EXAM), sum(found.of for found in plan.exams)) == (of, closed, of)


def test_open_cards_come_at_the_rate_of_the_whole_deck(student, exam):
    # 60 are open and 60 to come: 120 on 20 - 8 days.
    for section in ("First", "Second"):
        CardFactory.create_batch(59, deck=exam.deck, section=section)
    tick(exam, "First")
    planned = plan_of(student, TODAY)[2].exams[0]
    assert (planned.of, planned.new_per_day, planned.new_until) == (60, 10, TODAY + timedelta(days=5))


def test_ticked_lesson_is_planned_for_at_once_for_all_of_the_class(client, student, exam, time_machine):
    time_machine.move_to(NOON)
    client.force_login(TeacherMembershipFactory(school_class=exam.school_class).user)
    dates = {"starts_on": exam.starts_on, "exam_on": EXAM, "by_lesson": "on"}
    found = []
    for ticked in (["lesson:First"], ["lesson:First", "lesson:Second"], ["lesson:Second"]):
        shown = [f"lesson:{lesson.section}" for lesson in exam.taught_lessons.all()]
        client.post(f"/classes/{exam.school_class_id}/decks/{exam.pk}/", dates | {"taught": ticked, "shown": shown})
        found += [(ahead.of, ahead.closed) for ahead in exams_ahead(User.objects.get(pk=student.pk), TODAY)]
    assert found == [(1, 1), (2, 0), (1, 1)]


@pytest.mark.parametrize("count", [1, 3])
def test_lessons_of_a_class_cost_one_statement(exam, count, django_assert_num_queries):
    MembershipFactory.create_batch(count - 1, school_class=exam.school_class)
    tick(exam, "First")
    with django_assert_num_queries(12 + count):
        replan_class(exam.school_class, now=NOON)

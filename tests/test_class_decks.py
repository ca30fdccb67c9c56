"""The decks that a class has: from which day, for which exam, and which lessons it has been taught."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import roster
from accounts.models import Membership, SchoolClass
from cards import teaching
from cards.forms.classes import next_year
from cards.models import Assignment, Card, Deck
from cards.queue import load_queue
from tests.conftest import NOON, TODAY
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    DeckTeacherFactory,
    MembershipFactory,
    TeacherFactory,
    TeacherMembershipFactory,
    UserFactory,
)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def teacher(db):
    return TeacherFactory()


@pytest.fixture
def school_class(teacher):
    return TeacherMembershipFactory(user=teacher, school_class__name="10 History B").school_class


@pytest.fixture
def teacher_client(client, teacher):
    client.force_login(teacher)
    return client


@pytest.fixture
def assignment(school_class):
    """A deck of two lessons and a card in none, taught in this order."""
    assignment = AssignmentFactory(school_class=school_class, deck__title="Stalin’s motives")
    for position, section in enumerate(["Second thoughts", "Second thoughts", "An end", ""]):
        CardFactory(deck=assignment.deck, section=section, position=position)
    CardFactory(deck=assignment.deck, section="Not yet", status=Card.Status.DRAFT)
    return assignment


def url(name, *args):
    return reverse(name, args=[getattr(arg, "pk", arg) for arg in args])


def give(client, school_class, deck, **fields):
    return client.post(
        url("class_decks", school_class), {"deck": deck.pk, "starts_on": "2026-11-23", "exam_on": "", **fields}
    )


def save(client, assignment, *taught, **fields):
    fields = {"starts_on": "2026-11-01", "taught": [f"lesson:{name}" for name in taught], **fields}
    return client.post(url("class_deck", assignment.school_class, assignment), fields)


# a new class


def test_class_is_made_with_a_deck_from_today(teacher_client, teacher):
    deck = DeckFactory()
    response = teacher_client.post(reverse("class_new"), {"name": "10 History B", "deck": deck.slug})
    school_class = SchoolClass.objects.get()
    assert response["Location"] == url("students_add", school_class)
    assert (school_class.name, bool(school_class.join_code)) == ("10 History B", True)
    assert Assignment.objects.values_list("deck", "starts_on").get() == (deck.pk, TODAY)
    assert list(SchoolClass.objects.editable_by(teacher)) == [school_class]


def test_form_sent_twice_makes_one_class(teacher_client):
    statuses = [teacher_client.post(reverse("class_new"), {"name": "10 B"}).status_code for _ in range(2)]
    assert (statuses, SchoolClass.objects.count()) == ([302, 422], 1)


def test_deck_chosen_on_the_desk_is_filled_in(teacher_client):
    deck = DeckFactory()
    page = teacher_client.get(reverse("class_new"), {"deck": deck.slug})
    assert f'<option value="{deck.slug}" selected>' in page.text


def test_class_may_take_the_exam_practice_of_a_board(teacher_client):
    CardFactory(board="AQA")
    teacher_client.post(reverse("class_new"), {"name": "10 B", "exam_board": "AQA"})
    assert SchoolClass.objects.get().exam_board == "AQA"


@pytest.mark.parametrize("person", [UserFactory, lambda: UserFactory(is_staff=True)])
def test_nobody_else_makes_a_class(client, db, person):
    client.force_login(person())
    assert (client.post(reverse("class_new"), {"name": "10 B"}).status_code, SchoolClass.objects.count()) == (403, 0)


# giving a deck


def test_deck_is_given_from_a_day_to_an_exam(teacher_client, school_class):
    deck = DeckFactory()
    give(teacher_client, school_class, deck, exam_on="2027-05-20")
    given = Assignment.objects.values_list("school_class", "deck", "starts_on", "exam_on", "by_lesson").get()
    assert given == (school_class.pk, deck.pk, TODAY, date(2027, 5, 20), False)


def test_deck_given_twice_is_given_once(school_class):
    deck = DeckFactory()
    for starts_on in (TODAY, TODAY + timedelta(days=1)):
        teaching.assign(school_class, deck, starts_on=starts_on)
    assert Assignment.objects.get().starts_on == TODAY


WRONG_DAYS = [("soon", ""), ("2026-11-23", "2026-11-22"), ("0001-01-01", ""), ("2026-11-23", "9999-12-31"), ("", "")]


@pytest.mark.parametrize(("starts_on", "exam_on"), WRONG_DAYS)
def test_wrong_days_are_refused_with_a_sentence(teacher_client, school_class, starts_on, exam_on):
    response = give(teacher_client, school_class, DeckFactory(), starts_on=starts_on, exam_on=exam_on)
    assert (response.status_code, Assignment.objects.count()) == (422, 0)
    assert len(response.context["form"].errors) == 1


def archived():
    return DeckFactory(status=Deck.Status.ARCHIVED)


def of_another_teacher():
    return DeckTeacherFactory().deck


def of_a_student():
    return DeckFactory(owner=UserFactory(), in_library=False)


def given_to_her_class_by_a_colleague(teacher):
    return AssignmentFactory(school_class=TeacherMembershipFactory(user=teacher).school_class).deck


@pytest.mark.parametrize("deck", [archived, of_another_teacher, of_a_student])
def test_deck_that_is_not_hers_to_give_is_refused(teacher_client, school_class, deck):
    response = give(teacher_client, school_class, deck())
    assert (response.status_code, Assignment.objects.count()) == (422, 0)


def test_deck_of_a_colleague_that_her_class_has_goes_no_further(teacher_client, teacher, school_class):
    assert give(teacher_client, school_class, given_to_her_class_by_a_colleague(teacher)).status_code == 422


def test_own_deck_may_be_given(teacher_client, teacher, school_class):
    assert give(teacher_client, school_class, DeckTeacherFactory(user=teacher).deck).status_code == 302


def test_deck_is_taken_away(teacher_client, assignment):
    page = url("class_deck_remove", assignment.school_class, assignment)
    assert (teacher_client.get(page).status_code, Assignment.objects.count()) == (200, 1)
    assert (teacher_client.post(page).status_code, Assignment.objects.count()) == (302, 0)


# lessons


def test_lessons_stand_in_teaching_order_with_their_cards(assignment):
    found = [(lesson.name, lesson.card_count) for lesson in teaching.lessons_of(assignment.deck)]
    assert found == [("Second thoughts", 2), ("An end", 1), ("", 1)]


def test_ticked_lesson_opens_its_cards_to_the_class(teacher_client, assignment):
    student = MembershipFactory(school_class=assignment.school_class).user
    opened = []
    for lessons in ([], ["An end"], ["An end", "", "Second thoughts"]):
        save(teacher_client, assignment, *lessons, by_lesson="on")
        opened.append(len(load_queue(student, today=TODAY).new))
    assert opened == [0, 1, 4]


def test_without_lessons_every_card_is_open(teacher_client, assignment):
    student = MembershipFactory(school_class=assignment.school_class).user
    save(teacher_client, assignment, "An end")
    assert len(load_queue(student, today=TODAY).new) == 4


def test_page_shows_what_is_ticked(teacher_client, assignment):
    save(teacher_client, assignment, "", "An end", by_lesson="on")
    page = teacher_client.get(url("class_deck", assignment.school_class, assignment))
    assert page.context["form"].initial["taught"] == ["lesson:", "lesson:An end"]
    assert "2 of 3 lessons taught" in teacher_client.get(url("class_decks", assignment.school_class)).text


def test_lesson_ticked_before_keeps_its_time(assignment):
    for later, lessons in enumerate([{"An end"}, {"An end", ""}]):
        teaching.tick_taught(assignment, lessons, now=NOON + timedelta(days=later))
    assert assignment.taught_lessons.get(section="An end").taught_at == NOON


def test_two_teachers_tick_different_lessons_and_both_count(teacher_client, assignment):
    """The second opened the page before the first saved: she was shown no lesson as taught."""
    save(teacher_client, assignment, "An end")
    save(teacher_client, assignment, "")
    assert set(assignment.taught_lessons.values_list("section", flat=True)) == {"An end", ""}


def test_lesson_that_was_shown_as_taught_can_be_unticked(teacher_client, assignment):
    save(teacher_client, assignment, "An end", "")
    save(teacher_client, assignment, "", shown=["lesson:An end", "lesson:", "lesson:gone since then"])
    assert list(assignment.taught_lessons.values_list("section", flat=True)) == [""]


@pytest.mark.parametrize(
    "fields",
    [
        {"taught": ["lesson:Not yet"]},
        {"taught": ["x"]},
        {"starts_on": ""},
        {"exam_on": "2026-10-01"},
        {"exam_on": "2062-12-04"},
    ],
)
def test_wrong_lesson_or_day_changes_nothing(teacher_client, assignment, fields):
    response = save(teacher_client, assignment, "An end", **fields, by_lesson="on")
    assignment.refresh_from_db()
    assert (response.status_code, assignment.by_lesson, assignment.taught_lessons.count()) == (422, False, 0)


# the next school year


@pytest.mark.parametrize(
    ("name", "next_name"), [("10 History B", "11 History B"), ("History", "History"), ("Y9/2", "Y10/2")]
)
def test_next_name_is_guessed(name, next_name):
    assert next_year(name) == next_name


def move_up(client, school_class, **fields):
    return client.post(url("class_move_up", school_class), {"name": "11 History B", **fields})


def test_class_moves_up_with_its_people(teacher_client, teacher, school_class):
    student = MembershipFactory(school_class=school_class).user
    TeacherMembershipFactory(school_class=school_class, can_edit=False)
    move_up(teacher_client, school_class)
    new = SchoolClass.objects.living().get()
    assert sorted(new.memberships.values_list("role", "can_edit")) == [
        ("student", True),
        ("teacher", False),
        ("teacher", True),
    ]
    assert (new.name, list(SchoolClass.objects.of_student(student))) == ("11 History B", [new])
    assert new.join_code != SchoolClass.objects.get(pk=school_class.pk).join_code


def test_decks_go_on_with_their_lessons_if_asked(teacher_client, assignment):
    save(teacher_client, assignment, "An end", by_lesson="on", exam_on="2026-11-22")
    move_up(teacher_client, assignment.school_class, with_decks="on")
    copy = SchoolClass.objects.living().get().assignments.get()
    assert (copy.deck, copy.starts_on, copy.exam_on, copy.by_lesson) == (assignment.deck, TODAY, None, True)
    assert copy.taught_lessons.get().section == "An end"


def test_decks_stay_behind_if_not(teacher_client, assignment):
    move_up(teacher_client, assignment.school_class)
    assert SchoolClass.objects.living().get().assignments.count() == 0


def test_class_moves_up_once(teacher_client, school_class):
    statuses = [move_up(teacher_client, school_class).status_code for _ in range(2)]
    assert (statuses, SchoolClass.objects.count()) == ([302, 422], 2)


# who may

ACTORS = {
    "co-teacher who looks on": (lambda it: TeacherMembershipFactory(school_class=it, can_edit=False).user, 200, 403),
    "other teacher": (lambda it: TeacherMembershipFactory().user, 404, 404),
    "its student": (lambda it: MembershipFactory(school_class=it).user, 404, 404),
    "stranger": (lambda it: UserFactory(), 404, 404),
}


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Assignment, SchoolClass, Membership)]


@pytest.mark.parametrize(("actor", "looks", "acts"), ACTORS.values(), ids=ACTORS)
def test_nobody_else_changes_the_decks_of_a_class(client, assignment, actor, looks, acts):
    school_class, deck = assignment.school_class, DeckFactory()
    client.force_login(actor(school_class))
    before = everything()
    pages = [url("class_decks", school_class), url("class_deck", school_class, assignment)]
    assert {client.get(page).status_code for page in pages} == {looks}
    assert {give(client, school_class, deck).status_code, save(client, assignment, "An end").status_code} == {acts}
    assert client.post(url("class_deck_remove", school_class, assignment)).status_code == acts
    assert move_up(client, school_class).status_code in (403, acts)
    assert everything() == before


def test_superuser_gives_any_published_deck(client, school_class):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert give(client, school_class, of_another_teacher()).status_code == 302


def test_assignment_of_another_class_is_not_reached_through_hers(teacher_client, school_class):
    other = AssignmentFactory()
    assert teacher_client.get(url("class_deck", school_class, other)).status_code == 404
    assert teacher_client.post(url("class_deck_remove", school_class, other)).status_code == 404


def test_acting_needs_the_csrf_token(teacher, school_class, assignment):
    client = Client(enforce_csrf_checks=True)
    client.force_login(teacher)
    statuses = {give(client, school_class, DeckFactory()).status_code, move_up(client, school_class).status_code}
    assert statuses == {403}


def test_looking_changes_nothing(teacher_client, assignment):
    before = everything()
    school_class = assignment.school_class
    pages = [url("class_decks", school_class), url("class_deck", school_class, assignment)]
    pages += [url("class_move_up", school_class), reverse("class_new")]
    assert {teacher_client.get(page).status_code for page in pages} == {200}
    assert everything() == before


@pytest.mark.parametrize("count", [3, 30])
def test_decks_cost_the_same_for_three_and_thirty(teacher_client, school_class, count, django_assert_max_num_queries):
    AssignmentFactory.create_batch(count, school_class=school_class)
    with django_assert_max_num_queries(8):
        teacher_client.get(url("class_decks", school_class))


def test_archived_class_is_asked_nothing(assignment):
    student = MembershipFactory(school_class=assignment.school_class).user
    roster.archive(assignment.school_class, now=NOON)
    assert load_queue(student, today=TODAY).new == []

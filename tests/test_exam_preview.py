"""The plan that a teacher looks at before she gives her class an exam day: it says what will be, and saves nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.free_days import FreeDays
from accounts.models import User
from cards.models import Assignment, CardState
from cards.previews import preview, typical_student
from tests.conftest import NOON, TODAY
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    CardStateFactory,
    DeckFactory,
    MembershipFactory,
    TeacherMembershipFactory,
)

DAY = timedelta(days=1)
EXAM = TODAY + 40 * DAY
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def teacher(db):
    return TeacherMembershipFactory()


@pytest.fixture
def school_class(teacher):
    return teacher.school_class


@pytest.fixture
def teacher_client(client, teacher):
    client.force_login(teacher.user)
    return client


@pytest.fixture
def deck(db):
    return DeckFactory(cards=20)


@pytest.fixture
def given(school_class, deck):
    return AssignmentFactory(school_class=school_class, deck=deck)


def look(client, school_class, headers=None, **fields):
    fields = {"starts_on": TODAY, "exam_on": EXAM, "preview": "yes"} | fields
    return client.post(reverse("class_decks", args=[school_class.pk]), fields, headers=headers)


def sentences(response):
    return dict(response.context["outlooks"])


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Assignment, CardState, User)]


def test_plan_is_shown_for_a_typical_student_and_for_a_late_one(teacher_client, school_class, deck):
    said = sentences(look(teacher_client, school_class, deck=deck.pk))
    assert list(said) == ["A typical student, from 23 November on", "One who begins two weeks later, on 7 December"]
    for sentence in said.values():
        assert sentence.partition(" new card")[0] in ("1", "2")
        assert "all 20 met by" in sentence
        assert "every one seen again in the last 5 days." in sentence


@pytest.mark.parametrize("headers", [None, HTMX])
def test_looking_saves_nothing(teacher_client, school_class, given, headers):
    MembershipFactory(school_class=school_class)
    before = everything()
    assert look(teacher_client, school_class, headers, deck=DeckFactory(cards=1).pk).status_code == 200
    page = reverse("class_deck", args=[school_class.pk, given.pk])
    fields = {"starts_on": TODAY, "exam_on": EXAM, "by_lesson": "on", "preview": "yes"}
    assert teacher_client.post(page, fields, headers=headers).status_code == 200
    assert everything() == before


def test_form_is_kept_as_it_was_filled_in(teacher_client, school_class, deck):
    text = look(teacher_client, school_class, deck=deck.pk).text
    assert f'value="{EXAM}"' in text
    assert f'<option value="{deck.pk}" selected>' in text


def test_htmx_gets_the_plan_alone(teacher_client, school_class, deck):
    text = look(teacher_client, school_class, HTMX, deck=deck.pk).text
    assert ("The plan for an exam on" in text, "<html" in text) == (True, False)


@pytest.mark.parametrize("wrong", [{"exam_on": ""}, {"exam_on": "soon"}, {"exam_on": TODAY - DAY}, {"deck": ""}])
def test_without_the_days_it_says_what_is_missing(teacher_client, school_class, deck, wrong):
    response = look(teacher_client, school_class, HTMX, **{"deck": deck.pk} | wrong)
    assert response.status_code in (200, 422)
    assert "With a deck, a first day and a later exam day the plan stands here." in response.text


def test_late_student_may_be_too_late(teacher_client, school_class, deck):
    said = sentences(look(teacher_client, school_class, deck=deck.pk, exam_on=TODAY + 10 * DAY))
    assert said["One who begins two weeks later, on 7 December"] == "The exam is over by then."


LATE = [
    (14, "The exam is on that very day."),
    (13, "The exam is over by then."),
    (
        15,
        "2 new cards on 7 December, about 1 minute: then all 2 are met. "
        "There is time to see the new cards on one day only.",
    ),
]


@pytest.mark.parametrize(("days", "said"), LATE)
def test_late_student_is_told_what_is_so_for_her(teacher_client, school_class, days, said):
    deck = DeckFactory(cards=2)
    response = look(teacher_client, school_class, deck=deck.pk, exam_on=TODAY + days * DAY)
    assert sentences(response)["One who begins two weeks later, on 7 December"] == said


def empty(school_class):
    return {"deck": DeckFactory().pk}


def over(school_class):
    return {"deck": DeckFactory(cards=1).pk, "starts_on": TODAY - 9 * DAY, "exam_on": TODAY - DAY}


def today(school_class):
    return {"deck": DeckFactory(cards=1).pk, "exam_on": TODAY}


def first_day(school_class):
    return {"deck": DeckFactory(cards=1).pk, "starts_on": EXAM}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (empty, "The deck has no cards yet, so there is nothing to plan."),
        (over, "That day is over, so there is nothing to plan."),
        (today, "The exam is today, so there is nothing to plan."),
        (first_day, "The exam is on the first day of the deck, so no day is left to learn for it."),
    ],
)
def test_nothing_to_plan_is_told_with_its_reason(teacher_client, school_class, fields, said):
    response = look(teacher_client, school_class, **fields(school_class))
    assert (response.context["nothing"], said in response.text) == (said, True)


def test_whoever_begins_on_a_free_day_begins_on_the_next(teacher_client, school_class, deck):
    FreeDays.objects.create(school_class=school_class, name="x", first_day=TODAY, last_day=TODAY + 14 * DAY)
    said = sentences(look(teacher_client, school_class, deck=deck.pk))
    assert list(said) == ["A typical student, from 8 December on", "One who begins two weeks later, on 8 December"]


def test_every_day_may_be_free(teacher_client, school_class, deck):
    FreeDays.objects.create(school_class=school_class, name="x", first_day=TODAY, last_day=EXAM)
    said = set(sentences(look(teacher_client, school_class, deck=deck.pk)).values())
    assert said == {"Every day until then is free. Cards met so far: 0 of 20."}


def test_day_of_another_year_has_its_year(teacher_client, school_class, deck):
    response = look(teacher_client, school_class, deck=deck.pk, starts_on=TODAY + 60 * DAY, exam_on=TODAY + 90 * DAY)
    assert next(iter(sentences(response))) == "A typical student, from 22 January 2027 on"


@pytest.mark.parametrize(("taught", "waits"), [([], True), (["lesson:"], False)])
def test_cards_of_lessons_to_come_are_counted_and_wait(teacher_client, school_class, given, taught, waits):
    page = reverse("class_deck", args=[school_class.pk, given.pk])
    fields = {"starts_on": TODAY, "exam_on": EXAM, "by_lesson": "on", "preview": "yes", "taught": taught}
    text = teacher_client.post(page, fields).text
    assert ("all 20 met by" in text, "wait until you tick them" in text) == (True, waits)


def test_cards_of_lessons_of_another_deck_are_counted_too(teacher_client, school_class, deck):
    AssignmentFactory(school_class=school_class, deck__cards=5, exam_on=EXAM, by_lesson=True)
    text = look(teacher_client, school_class, deck=deck.pk).text
    assert ("all 25 met by" in text, "wait until you tick them" in text) == (True, True)


def test_plan_says_what_cannot_be_done(teacher_client, school_class):
    deck = DeckFactory()
    CardFactory.create_batch(400, deck=deck, motive=None)
    said = sentences(look(teacher_client, school_class, deck=deck.pk, exam_on=TODAY + 9 * DAY))
    assert "of 400 cards can be met, the core ones first." in said["A typical student, from 23 November on"]


def test_free_days_of_the_class_are_left_out(teacher_client, school_class, deck):
    FreeDays.objects.create(school_class=school_class, name="x", first_day=TODAY + DAY, last_day=TODAY + 4 * DAY)
    assert "4 free days until then are left out." in look(teacher_client, school_class, deck=deck.pk).text


# who is typical


def members(school_class, **fields):
    return [MembershipFactory(school_class=school_class, **fields).user for _ in range(5)]


def test_in_a_small_class_nobody_is_looked_at(school_class, deck):
    user = MembershipFactory(school_class=school_class, user__minutes_per_day=55).user
    CardStateFactory(user=user, card=deck.cards.first())
    found = typical_student(school_class, deck, [deck.pk])
    assert (found.minutes_a_day, found.pace_ms, found.states, found.is_of_class) == (20, 10_000, {}, False)


def test_middle_of_the_class_is_typical(school_class, deck):
    cards = list(deck.cards.all())
    for place, user in enumerate(members(school_class)):
        User.objects.filter(pk=user.pk).update(minutes_per_day=10 + place, pace_ms=9000 - place)
        for card in cards[:place]:
            CardStateFactory(user=user, card=card)
    found = typical_student(school_class, deck, [deck.pk])
    assert (found.minutes_a_day, found.pace_ms, set(found.states)) == (12, 8998, {card.pk for card in cards[:2]})


def test_what_the_middle_knows_is_told_as_a_number(teacher_client, school_class, given):
    for user in members(school_class):
        CardStateFactory(user=user, card=given.deck.cards.first())
    page = reverse("class_deck", args=[school_class.pk, given.pk])
    response = teacher_client.post(page, {"starts_on": TODAY, "exam_on": EXAM, "preview": "yes"})
    assert next(iter(sentences(response))) == "A student in the middle of the class, who has met 1 card"


def test_staff_who_review_as_themselves_are_not_typical(school_class, deck):
    members(school_class, user__is_staff=True)
    assert not typical_student(school_class, deck, [deck.pk]).is_of_class


@pytest.mark.parametrize("count", [5, 15])
def test_looking_costs_the_same_for_a_large_class(school_class, deck, count, django_assert_num_queries):
    for user in members(school_class) * (count // 5):
        CardStateFactory.create_batch(1, user=user, card=CardFactory(deck=deck))
    with django_assert_num_queries(7):
        preview(school_class, deck, starts_on=TODAY, exam_on=EXAM, today=TODAY)


# all decks of the class


def busy(school_class, users, **about):
    """Another deck of the class, of which each knows 30 cards."""
    other = AssignmentFactory(school_class=school_class, deck__cards=40, **about).deck
    for user in users:
        for place, card in enumerate(other.cards.all()[:30]):
            known = {"repetitions": 2, "interval": 6, "due_on": TODAY + place % 6 * DAY}
            CardStateFactory(user=user, card=card, **known)
    CardStateFactory(user=users[0], card=other.cards.last(), suspended=True, due_on=None)
    return other


@pytest.mark.parametrize("other_exam", [None, EXAM - 30 * DAY, EXAM, EXAM + 30 * DAY])
def test_typical_student_is_told_what_the_teacher_was(client, teacher_client, school_class, deck, other_exam):
    users = members(school_class, user__minutes_per_day=1)
    busy(school_class, users, exam_on=other_exam)
    FreeDays.objects.create(school_class=school_class, name="x", first_day=TODAY + DAY, last_day=TODAY + 4 * DAY)
    CardStateFactory(user=users[0], card=deck.cards.first(), due_on=TODAY)
    foreseen = next(iter(sentences(look(teacher_client, school_class, deck=deck.pk)).values()))
    look(teacher_client, school_class, deck=deck.pk, preview=[])
    client.force_login(users[2])
    assert client.get(reverse("deck_exam", args=[deck.slug])).context["promise"] == foreseen
    assert foreseen in client.get(reverse("home")).text


def test_new_cards_of_other_decks_take_their_time_for_the_teacher_too(client, teacher_client, school_class, deck):
    users = members(school_class, user__new_per_day=40)
    AssignmentFactory(school_class=school_class, deck__cards=200)
    foreseen = next(iter(sentences(look(teacher_client, school_class, deck=deck.pk)).values()))
    look(teacher_client, school_class, deck=deck.pk, preview=[])
    client.force_login(users[2])
    assert client.get(reverse("deck_exam", args=[deck.slug])).context["promise"] == foreseen


def test_other_decks_take_their_time(teacher_client, school_class, deck):
    users = members(school_class, user__minutes_per_day=1, user__pace_ms=20_000)
    alone = sentences(look(teacher_client, school_class, deck=deck.pk))
    busy(school_class, users)
    assert sentences(look(teacher_client, school_class, deck=deck.pk)) != alone


def test_deck_that_comes_later_is_in_the_plan_of_the_late_one_alone(teacher_client, school_class, deck):
    AssignmentFactory(school_class=school_class, deck__cards=5, starts_on=TODAY + 7 * DAY, exam_on=EXAM)
    said = sentences(look(teacher_client, school_class, deck=deck.pk))
    assert [sentence.partition("all ")[2][:2] for sentence in said.values()] == ["20", "25"]
    assert look(teacher_client, school_class, deck=deck.pk).context["preview"].also == []


def test_decks_of_the_same_day_are_named(teacher_client, school_class, deck):
    other = AssignmentFactory(school_class=school_class, exam_on=EXAM).deck
    AssignmentFactory(school_class=school_class, exam_on=EXAM + DAY)
    text = look(teacher_client, school_class, deck=deck.pk).text
    assert f"Planned together, for they have the same day: {other.title}." in text


# who may look


def test_only_who_may_change_the_class_looks(client, school_class, deck):
    people = {
        TeacherMembershipFactory(school_class=school_class, can_edit=False).user: 403,
        TeacherMembershipFactory().user: 404,
        MembershipFactory(school_class=school_class).user: 404,
    }
    for person, status in people.items():
        client.force_login(person)
        assert look(client, school_class, deck=deck.pk).status_code == status


def test_deck_that_is_not_hers_to_give_is_not_looked_at(teacher_client, school_class):
    response = look(teacher_client, school_class, deck=DeckFactory(in_library=False, cards=3).pk)
    assert (response.status_code, "outlooks" in response.context) == (422, False)

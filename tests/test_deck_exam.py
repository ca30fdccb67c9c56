"""The exam of a deck, as a student sees it: her own day, the promise, the days until then, and the receipt."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from cards.models import CardState, ExamDate
from cards.replan import replan
from tests.conftest import NOON, TODAY
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    CardStateFactory,
    DeckFactory,
    MembershipFactory,
    PickedDeckFactory,
)
from tests.test_review_pages import HTMX, SAVEPOINTS, post

DAY = timedelta(days=1)
EXAM = TODAY + 20 * DAY


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def exam(student, deck):
    exam = ExamDate.objects.create(user=student, deck=deck, exam_on=EXAM)
    replan([student.pk], now=NOON)
    student.refresh_from_db()
    return exam


def page(deck):
    return reverse("deck_exam", args=[deck.slug])


def set_day(client, deck, day):
    return client.post(page(deck), {"exam_on": day})


def own_days():
    return list(ExamDate.objects.values_list("exam_on", flat=True))


# her own day


def test_student_sets_changes_and_removes_her_day(student_client, student, deck):
    assert set_day(student_client, deck, EXAM).status_code == 302
    assert (own_days(), User.objects.get(pk=student.pk).plan["exams"][0]["exam_on"]) == ([EXAM], f"{EXAM}")
    set_day(student_client, deck, EXAM + DAY)
    assert own_days() == [EXAM + DAY]
    student_client.post(reverse("deck_exam_remove", args=[deck.slug]))
    assert (own_days(), User.objects.get(pk=student.pk).plan) == ([], {})


@pytest.mark.parametrize("day", [TODAY, TODAY - DAY, "soon", "", "9999-12-31", TODAY + 2000 * DAY])
def test_day_that_has_come_or_is_none_is_refused_with_a_sentence(student_client, deck, day):
    response = set_day(student_client, deck, day)
    assert (response.status_code, own_days(), len(response.context["form"].errors)) == (422, [], 1)


def picked(user):
    return PickedDeckFactory(user=user).deck


def given(user):
    given = AssignmentFactory()
    MembershipFactory(user=user, school_class=given.school_class)
    return given.deck


def written(user):
    return DeckFactory(owner=user, in_library=False)


@pytest.mark.parametrize("kind", [picked, given, written])
def test_day_may_be_set_for_every_deck_that_she_studies(student_client, student, kind):
    assert set_day(student_client, kind(student), EXAM).status_code == 302


@pytest.mark.parametrize("kind", [DeckFactory, lambda: written(PickedDeckFactory().user), AssignmentFactory])
def test_deck_that_she_does_not_study_is_not_found(student_client, kind):
    made = kind()
    deck = getattr(made, "deck", made)
    statuses = {student_client.get(page(deck)).status_code, set_day(student_client, deck, EXAM).status_code}
    statuses.add(student_client.post(reverse("deck_exam_remove", args=[deck.slug])).status_code)
    assert (statuses, own_days()) == ({404}, [])


def test_day_of_another_student_is_neither_shown_nor_changed(student_client, student, deck):
    other = ExamDate.objects.create(user=PickedDeckFactory(deck=deck).user, deck=deck, exam_on=EXAM)
    assert "Exam on" not in student_client.get(page(deck)).text
    set_day(student_client, deck, EXAM + DAY)
    student_client.post(reverse("deck_exam_remove", args=[deck.slug]))
    assert list(ExamDate.objects.all()) == [other]


def test_looking_writes_nothing(student_client, student, deck, exam):
    CardStateFactory(user=student, card=deck.cards.first(), due_on=TODAY + 90 * DAY)
    before = [list(model.objects.values()) for model in (User, CardState, ExamDate)]
    assert student_client.get(page(deck)).status_code == 200
    assert [list(model.objects.values()) for model in (User, CardState, ExamDate)] == before


# what she sees


def test_promise_stands_on_her_home_page_and_on_the_decks(student_client, deck, exam):
    said = "1 new card a day, about 1 minute: all 3 met by"
    for address in (reverse("home"), page(deck)):
        assert said in student_client.get(address).text
    assert "Exam on 13 December</strong>" in student_client.get(reverse("home")).text


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "Exam tomorrow"), (3, "Exam on Thursday"), (50, "Exam on 12 January 2027")],
)
def test_home_names_the_exam_day_as_one_would_say_it(student_client, student, deck, days, said):
    set_day(student_client, deck, TODAY + days * DAY)
    text = student_client.get(reverse("home")).text
    assert (f"{said}</strong>" in text, f"{said[1:]}<span" in text) == (True, True)


@pytest.mark.parametrize(("days_off", "known", "later"), [(20, 0, 12), (5, 3, 1)])
def test_plan_that_is_out_of_date_promises_nothing(student_client, student, deck, time_machine, days_off, known, later):
    for card in deck.cards.all()[:known]:
        CardStateFactory(user=student, card=card)
    User.objects.filter(pk=student.pk).update(break_from=TODAY + DAY, break_until=TODAY + 4 * DAY)
    set_day(student_client, deck, TODAY + days_off * DAY)
    time_machine.move_to(NOON + later * DAY, tick=False)
    student_client.force_login(student)
    text = student_client.get(reverse("home")).text
    assert ("With your first answer it is planned anew." in text, "seen again" in text) == (True, False)


def test_from_the_exam_day_on_it_is_said_once_that_the_plan_is_over(student_client, student, deck, exam, time_machine):
    for days, said in ((20, "The exam is today."), (21, "The exam was on 13 December."), (50, "on 13 December 2026.")):
        time_machine.move_to(NOON + days * DAY, tick=False)
        student_client.force_login(student)
        text = student_client.get(page(deck)).text
        assert (f"{said} The plan is over" in text, text.count("rule again")) == (True, 1)


def test_day_of_a_class_that_is_over_is_told_too(student_client, student, deck):
    given = AssignmentFactory(deck=deck, exam_on=TODAY - DAY)
    MembershipFactory(user=student, school_class=given.school_class)
    assert "The exam was on 22 November." in student_client.get(page(deck)).text


def test_deck_of_which_no_lesson_was_taught_says_so_on_both_pages(student_client, student):
    given = AssignmentFactory(by_lesson=True, exam_on=EXAM, deck__cards=3)
    MembershipFactory(user=student, school_class=given.school_class)
    replan([student.pk], now=NOON)
    for address in (reverse("home"), page(given.deck)):
        assert "No lesson of it has been taught yet; its 3 cards come" in student_client.get(address).text


# the picture of the days


def picture(client, deck, days, **cards):
    CardFactory.create_batch(70, deck=deck, motive=None)
    set_day(client, deck, TODAY + days * DAY)
    return client.get(page(deck)).context["days"]


@pytest.mark.parametrize(
    ("days", "axis", "rows"),
    [
        (1, ["Mon"], 1),
        (2, ["Mon", "Tue"], 2),
        (7, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], 7),
        (8, ["23 Nov", "30 Nov"], 8),
        (9, ["23 Nov", "27 Nov", "1 Dec"], 9),
        (60, ["23 Nov", "22 Dec", "21 Jan 2027"], 9),
        (61, ["23 Nov", "21 Dec", "18 Jan 2027"], 9),
        (800, ["23 Nov", "1 Dec 2027", "1 Jan 2029"], 27),
    ],
)
def test_axis_and_rows_follow_the_length_of_the_plan(student_client, deck, days, axis, rows):
    found = picture(student_client, deck, days)
    assert ([label.replace("\xa0", " ") for label in found.chart.axis], len(found.spans)) == (axis, rows)


def test_free_days_are_told_apart_from_those_that_are_left(student_client, student, deck):
    User.objects.filter(pk=student.pk).update(break_from=TODAY + DAY, break_until=TODAY + 4 * DAY)
    said = picture(student_client, deck, 5).said
    assert said == "1 day is left to study, with 73 cards. 4 days until then are free."


@pytest.mark.parametrize(
    ("days", "said"), [(60, ""), (61, "In the picture a bar is a week."), (800, "In the picture a bar is a month.")]
)
def test_words_for_the_picture_say_what_a_bar_is(student_client, deck, days, said):
    told = picture(student_client, deck, days).said
    assert "".join(f"{part}." for part in told.split(".") if "picture" in part).strip() == said


def test_words_for_the_picture_say_that_other_decks_are_in_it(student_client, student, deck):
    said = "The cards of all your decks are counted."
    assert said not in picture(student_client, deck, 20).said
    PickedDeckFactory(user=student)
    assert said in picture(student_client, deck, 20).said


def test_exam_for_which_there_is_nothing_has_no_picture(student_client, student, deck):
    set_day(student_client, deck, TODAY + 3 * DAY)
    empty = written(student)
    set_day(student_client, empty, EXAM)
    assert student_client.get(page(empty)).context["days"] is None


def test_last_looks_are_told_only_where_there_are_some(student_client, student, deck):
    assert picture(student_client, deck, 20).said.endswith("The last look at each card begins on 8 December.")
    assert "last look" not in picture(student_client, deck, 4).said
    User.objects.filter(pk=student.pk).update(minutes_per_day=1, pace_ms=60_001)
    assert picture(student_client, deck, 30) is None


def test_day_of_her_class_stands_beside_her_own(student_client, student, deck):
    given = AssignmentFactory(deck=deck, exam_on=EXAM + DAY)
    MembershipFactory(user=student, school_class=given.school_class)
    ExamDate.objects.create(user=student, deck=deck, exam_on=EXAM)
    text = student_client.get(page(deck)).text
    assert ("Exam on 13 December 2026" in text, "exam on 14 December 2026" in text) == (True, True)


def test_decks_of_the_same_day_are_planned_and_named_together(student_client, student, deck, exam):
    other = PickedDeckFactory(user=student, deck__cards=2).deck
    set_day(student_client, other, EXAM)
    response = student_client.get(page(deck))
    assert (list(response.context["also"]), "all 5 met by" in response.text) == ([other], True)
    text = student_client.get(reverse("home")).text
    assert text.count("Exam on 13 December</strong>") == 1


def test_days_are_told_in_numbers_too(student_client, deck, exam):
    spans = student_client.get(page(deck)).context["days"].spans
    assert (len(spans), sum(new for _, new, _ in spans), sum(reviews for _, _, reviews in spans) >= 6) == (3, 3, True)
    ExamDate.objects.update(exam_on=TODAY + 6 * DAY)
    assert len(student_client.get(page(deck)).context["days"].spans) == 6


def test_deck_without_an_exam_or_without_cards_has_its_page(student_client, student, deck):
    assert "With an exam day there is a plan" in student_client.get(page(deck)).text
    empty = written(student)
    set_day(student_client, empty, EXAM)
    assert "There are no cards to learn for it yet." in student_client.get(page(empty)).text


@pytest.mark.parametrize("cards", [1, 3])
def test_page_costs_the_same_for_one_and_three_cards(student_client, student, exam, cards, django_assert_num_queries):
    for card in exam.deck.cards.all()[:cards]:
        CardStateFactory(user=student, card=card)
    with django_assert_num_queries(9):
        student_client.get(page(exam.deck))


# the receipt


def known(student, deck, **fields):
    fields = {"repetitions": 3, "interval": 15, "due_on": TODAY, "answered_on": TODAY - 15 * DAY} | fields
    return CardStateFactory(user=student, card=deck.cards.first(), **fields)


def test_receipt_says_why_a_date_was_pulled_forward(student_client, student, deck, exam):
    state = known(student, deck)
    said = post(student_client, state.card, version=1, headers=HTMX).context["receipt"]
    day = CardState.objects.get().plan_on
    assert said == f"Good: back on {day.day} December, before your exam (SM-2: on 31 December)."
    assert student_client.get(reverse("review")).context["receipt"] == said


def test_receipt_of_a_fail_names_the_day_after_the_repeat(student_client, student, deck, exam):
    ExamDate.objects.update(exam_on=TODAY + 9 * DAY)
    replan([student.pk], now=NOON)
    state = known(student, deck, interval=30, repetitions=4)
    said = post(student_client, state.card, 3, version=1, headers=HTMX).context["receipt"]
    assert said.startswith("Hard: again today, then ")
    assert ", before your exam (SM-2: on 6 February 2027)." in said


def test_receipt_of_a_card_that_comes_in_time_is_the_usual_one(student_client, student, deck, exam):
    state = known(student, deck, repetitions=0, interval=1)
    said = post(student_client, state.card, version=1, headers=HTMX).context["receipt"]
    assert said == "Good: back tomorrow (1 day)."


def test_grade_button_names_the_day_that_counts(student_client, student, deck, exam):
    known(student, deck)
    buttons = student_client.get(reverse("review")).context["buttons"]
    days = {button.name: button.hint for button in buttons}
    assert days["Good"] != "38 days"
    assert days["Good"].removesuffix(" days").isdigit()


def test_answer_with_a_plan_costs_eight_statements(student_client, student, deck, exam, django_assert_num_queries):
    state = known(student, deck)
    User.objects.filter(pk=student.pk).update(studied_on=TODAY)
    with django_assert_num_queries(8 + SAVEPOINTS):
        post(student_client, state.card, version=1, headers=HTMX)

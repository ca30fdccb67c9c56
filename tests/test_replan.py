"""Plans for exams, written: once a study day, at every change, in bulk, and never against a newer answer."""

from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from accounts.replanning import replan_class
from cards import replan as replanning
from cards.exams import exams_of
from cards.models import Assignment, Card, CardState, Deck, ExamDate
from cards.planned import exams_ahead
from cards.queue import load_queue, look_ahead
from cards.replan import replan
from cards.review import Answer, answer_card, undo_answer
from tests.conftest import NOON, TODAY, answer
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    CardStateFactory,
    DeckFactory,
    MembershipFactory,
    PickedDeckFactory,
    TeacherMembershipFactory,
)

DAY = timedelta(days=1)
EXAM = TODAY + 20 * DAY
LAST_FIVE = [EXAM - n * DAY for n in range(5, 0, -1)]
FAR = TODAY + 90 * DAY


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def exam(student, deck):
    """The student's own exam day of her deck of three cards."""
    return ExamDate.objects.create(user=student, deck=deck, exam_on=EXAM)


def planned(user):
    """Worked out anew, as the database has it."""
    replan([user.pk], now=NOON)
    user.refresh_from_db()
    return user


def state_of(user, card, **fields):
    fields = {"repetitions": 5, "interval": 90, "due_on": FAR, "answered_on": TODAY - 9 * DAY} | fields
    return CardStateFactory(user=user, card=card, **fields)


def reread(state):
    state.refresh_from_db()
    return state


# which exam it is


def test_earlier_of_her_own_and_her_classes_days_rules_and_then_the_next(student):
    given = AssignmentFactory(exam_on=EXAM)
    MembershipFactory(user=student, school_class=given.school_class)
    ExamDate.objects.create(user=student, deck=given.deck, exam_on=EXAM + 9 * DAY)
    days = [exams_of(student, day)[given.deck_id] for day in (TODAY, EXAM - DAY, EXAM, EXAM + 9 * DAY)]
    assert days == [EXAM, EXAM, EXAM + 9 * DAY, None]


def test_exam_of_a_class_that_she_left_or_of_another_student_is_not_hers(student, deck):
    given = AssignmentFactory(exam_on=EXAM, deck=deck)
    membership = MembershipFactory(user=student, school_class=given.school_class)
    membership.delete()
    ExamDate.objects.create(user=PickedDeckFactory(deck=deck).user, deck=deck, exam_on=EXAM)
    assert exams_of(student, TODAY) == {deck.pk: None}


def test_two_exams_have_a_plan_each(student, deck, exam):
    other = PickedDeckFactory(user=student, deck__cards=2).deck
    ExamDate.objects.create(user=student, deck=other, exam_on=EXAM + DAY)
    exams = exams_ahead(planned(student), TODAY)
    assert [(ahead.exam_on, ahead.decks, ahead.of) for ahead in exams] == [
        (EXAM, (deck.pk,), 3),
        (EXAM + DAY, (other.pk,), 2),
    ]


def test_plan_of_another_release_asks_for_nothing_until_it_is_made_anew(student, deck, exam):
    del planned(student).plan["exams"][0]["new_today"]
    assert (exams_ahead(student, TODAY), len(load_queue(student, today=TODAY).new)) == ([], 3)
    assert len(exams_ahead(planned(student), TODAY)) == 1


def test_usual_day_is_that_before_each_exam(student, deck, exam):
    far = PickedDeckFactory(user=student, deck__cards=2).deck
    ExamDate.objects.create(user=student, deck=far, exam_on=EXAM + 200 * DAY)
    ExamDate.objects.filter(deck=deck).update(exam_on=TODAY + 3 * DAY)
    CardFactory.create_batch(60, deck=deck)
    near, late = exams_ahead(planned(student), TODAY)
    assert (near.minutes > 5, late.minutes) == (True, 0)


def test_plan_kept_on_her_row_is_the_plan(student, deck, exam):
    ahead = exams_ahead(planned(student), TODAY)[0]
    assert (ahead.of, ahead.meets, ahead.fits, ahead.unseen, ahead.only) == (3, 3, True, 0, None)
    assert (ahead.final_from, ahead.final_days, ahead.new_on(TODAY) > 0) == (LAST_FIVE[0], 5, True)


def test_exam_practice_and_suspended_cards_are_in_no_plan(student, deck, exam):
    CardFactory(deck=deck, board="AQA")
    state_of(student, deck.cards.first(), suspended=True)
    assert exams_ahead(planned(student), TODAY)[0].of == 2


# the dates of cards


def test_card_that_would_come_too_late_is_pulled_forward(student, deck, exam):
    state = state_of(student, deck.cards.first(), version=4)
    planned(student)
    assert (reread(state).plan_on in LAST_FIVE, state.due_on == state.plan_on, state.sm2_due_on) == (True, True, FAR)
    assert state.version == 5


def test_second_time_writes_nothing(student, deck, exam):
    for card in deck.cards.all():
        state_of(student, card)
    planned(student)
    before = list(CardState.objects.order_by("pk").values())
    planned(student)
    assert list(CardState.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("revised_on", [None, TODAY + DAY, FAR + DAY])
def test_due_is_the_earliest_of_the_three(student, deck, exam, revised_on):
    due_on = min(filter(None, (FAR, revised_on)))
    state = state_of(student, deck.cards.first(), revised_on=revised_on, due_on=due_on, sm2_due_on=FAR)
    planned(student)
    assert reread(state).due_on == min(filter(None, (FAR, state.plan_on, revised_on)))
    exam.delete()
    planned(student)
    assert (reread(state).plan_on, state.due_on) == (None, min(filter(None, (FAR, revised_on))))


def test_after_the_exam_sm2_rules_again(student, deck, exam):
    state = state_of(student, deck.cards.first())
    planned(student)
    replan([student.pk], now=NOON + 20 * DAY)
    student.refresh_from_db()
    assert (reread(state).plan_on, state.due_on, student.plan, student.replan_on) == (None, FAR, {}, None)


def test_deck_put_back_loses_its_plan(student_client, student, deck, exam):
    state = state_of(student, deck.cards.first())
    planned(student)
    student_client.post(reverse("deck_drop", args=[deck.slug]))
    assert (reread(state).plan_on, state.due_on) == (None, FAR)
    student_client.post(reverse("deck_pick", args=[deck.slug]))
    assert reread(state).plan_on in LAST_FIVE


def test_card_that_a_plan_asks_already_stays_as_a_page_or_a_device_has_it(student, deck, exam):
    state = state_of(student, deck.cards.first())
    planned(student)
    day = reread(state).plan_on
    replan([student.pk], now=NOON + (day - TODAY) + DAY)
    assert (reread(state).plan_on, state.version) == (day, 2)
    late = NOON + (day - TODAY) + timedelta(hours=1)
    message = Answer(card_id=state.card_id, version=2, quality=4, attempt=uuid4(), answered_at=late)
    result = answer_card(User.objects.get(pk=student.pk), message, now=late + DAY)
    assert (result.outcome, result.log.kind) == ("counted", "scheduled")


def test_card_that_a_plan_asks_already_takes_the_room_of_a_new_one(student, deck, exam):
    student.minutes_per_day, student.pace_ms = 1, 60_000  # one card a day
    student.save()
    ExamDate.objects.update(exam_on=TODAY + 9 * DAY)
    state = state_of(student, deck.cards.first())
    planned(student)
    CardState.objects.update(plan_on=TODAY, due_on=TODAY)
    assert (exams_ahead(planned(student), TODAY)[0].new_today, reread(state).plan_on) == (0, TODAY)


def test_card_that_a_plan_asks_is_let_go_when_the_exam_is_moved(student, deck, exam):
    state = state_of(student, deck.cards.first())
    planned(student)
    ExamDate.objects.update(exam_on=EXAM + 40 * DAY)
    replan([student.pk], now=NOON + 19 * DAY)
    assert reread(state).plan_on >= EXAM + 35 * DAY


def test_card_of_another_student_is_left_alone(student, deck, exam):
    other = state_of(PickedDeckFactory(deck=deck).user, deck.cards.first())
    planned(student)
    assert (reread(other).plan_on, other.version) == (None, 1)


def test_card_answered_meanwhile_is_left_as_it_is_and_planned_for_the_next_time(student, deck, exam, monkeypatch):
    state = state_of(student, deck.cards.first())
    write = replanning._replan

    def answer_and_write(students):
        answer(User.objects.get(pk=student.pk), state.card, 4, version=1)
        return write(students)

    monkeypatch.setattr(replanning, "_replan", answer_and_write)
    replan([student.pk], now=NOON)
    assert (reread(state).version, state.plan_on) == (2, None)
    monkeypatch.undo()
    planned(student)
    assert (reread(state).version, state.plan_on in LAST_FIVE) == (3, True)


# an answer


def test_answer_replans_its_own_card(student, deck, exam):
    state = state_of(student, deck.cards.first(), due_on=TODAY)
    answer(planned(student), state.card, 4, version=1)
    assert (reread(state).plan_on in LAST_FIVE, state.due_on == state.plan_on) == (True, True)
    assert state.sm2_due_on > EXAM


def test_answer_to_exam_practice_is_not_hurried(student, deck, exam):
    student.exam_board = "AQA"
    student.save()
    state = state_of(student, CardFactory(deck=deck, board="AQA"), due_on=TODAY)
    answer(planned(student), state.card, 4, version=1)
    assert reread(state).plan_on is None


def test_undo_of_the_first_answer_leaves_no_date(student, deck, exam):
    log = answer(planned(student), deck.cards.first()).log
    undo_answer(student, card_id=log.card_id, attempt=log.attempt, now=NOON)
    state = CardState.objects.get()
    assert (state.plan_on, state.due_on, state.is_new) == (None, None, True)


def test_undo_brings_back_the_plan_of_before(student, deck, exam):
    state = state_of(student, deck.cards.first(), revised_on=TODAY, due_on=TODAY, sm2_due_on=FAR)
    planned(student)
    CardState.objects.update(plan_on=LAST_FIVE[0])
    log = answer(student, state.card, 2, version=1).log
    assert reread(state).plan_on != LAST_FIVE[0]
    undo_answer(student, card_id=log.card_id, attempt=log.attempt, now=NOON)
    assert (reread(state).plan_on, state.revised_on, state.sm2_due_on) == (LAST_FIVE[0], TODAY, FAR)


def test_undo_brings_back_a_plan_that_had_come(student, deck, exam):
    state = state_of(student, deck.cards.first(), due_on=TODAY, sm2_due_on=FAR, plan_on=TODAY)
    planned(student)
    CardState.objects.update(plan_on=TODAY, due_on=TODAY)
    log = answer(student, state.card, 4, version=reread(state).version).log
    undo_answer(student, card_id=log.card_id, attempt=log.attempt, now=NOON)
    assert (reread(state).plan_on, state.due_on) == (TODAY, TODAY)


# once a study day


def test_first_answer_of_a_study_day_makes_the_plan_anew(student, deck, exam):
    planned(student)
    assert student.replan_on == TODAY + DAY
    answer(student, deck.cards.first(), now=NOON + DAY)
    student.refresh_from_db()
    assert (student.plan["on"], student.replan_on) == ("2026-11-24", TODAY + 2 * DAY)


def test_missed_days_are_planned_for_quietly(student, deck, exam):
    before = exams_ahead(planned(student), TODAY)[0].new_per_day
    answer(student, deck.cards.first(), now=NOON + 17 * DAY)
    after = exams_ahead(student, TODAY + 17 * DAY)[0]
    assert (before, after.new_today, after.meets) == (1, 3, 3)


def test_night_makes_plans_anew_and_only_those_that_are_due(student, deck, exam):
    planned(student)
    out = StringIO()
    call_command("replan", stdout=out)
    User.objects.filter(pk=student.pk).update(replan_on=TODAY)
    call_command("replan", stdout=out)
    call_command("replan", stdout=out)
    assert out.getvalue().split() == ["0", "replanned", "1", "replanned", "0", "replanned"]


def test_deck_that_comes_later_is_planned_on_its_day(student):
    given = AssignmentFactory(exam_on=EXAM, starts_on=TODAY + 3 * DAY, deck__cards=1)
    MembershipFactory(user=student, school_class=given.school_class)
    assert (planned(student).replan_on, student.plan) == (TODAY + 3 * DAY, {})


# new cards


def test_number_of_the_plan_replaces_hers(student, deck, exam):
    student.new_per_day = 0
    student.save()
    queue = load_queue(planned(student), today=TODAY)
    assert len(queue.new) == exams_ahead(student, TODAY)[0].new_today == 1


def test_decks_without_an_exam_keep_her_number(student, deck, exam):
    student.new_per_day = 2
    student.save()
    other = PickedDeckFactory(user=student, deck__cards=3).deck
    queue = load_queue(planned(student), today=TODAY)
    assert (queue.new_by_deck[deck.pk], queue.new_by_deck[other.pk]) == (1, 2)
    answer(student, deck.cards.get(pk__in=queue.new))
    queue = load_queue(student, today=TODAY)
    assert (queue.new_by_deck[deck.pk], queue.new_by_deck[other.pk]) == (0, 2)


def test_five_more_may_be_of_any_deck(student, deck, exam):
    student.new_per_day, student.more_on, student.more_new = 0, TODAY, 5
    student.save()
    assert len(load_queue(planned(student), today=TODAY).new) == 3


def test_card_written_for_an_exam_without_cards_is_asked_today(student):
    own = DeckFactory(owner=student, in_library=False)
    ExamDate.objects.create(user=student, deck=own, exam_on=EXAM)
    assert [(ahead.of, ahead.decks) for ahead in exams_ahead(planned(student), TODAY)] == [(0, (own.pk,))]
    card = CardFactory(deck=own)
    assert load_queue(student, today=TODAY).new == [card.pk]


def test_core_cards_come_first_when_there_is_not_time_for_all(student, deck, exam):
    deck.cards.update(level=Card.Level.STRETCH)
    core = CardFactory(deck=deck, position=999)
    student.minutes_per_day, student.pace_ms = 1, 60_000
    student.save()
    ExamDate.objects.update(exam_on=TODAY + 3 * DAY)
    ahead = exams_ahead(planned(student), TODAY)[0]
    assert (ahead.meets, ahead.of, ahead.only) == (1, 4, {core.pk})
    assert load_queue(student, today=TODAY).new in ([core.pk], [])


def test_new_cards_wait_for_the_first_day_that_the_plan_has_for_them(student, deck, exam):
    student.new_per_day = 0
    student.save()
    planned(student).plan["exams"][0] |= {"new_from": (TODAY + 4 * DAY).isoformat(), "new_today": 0}
    days = [TODAY + n * DAY for n in (1, 3, 4)]
    assert [exams_ahead(student, day)[0].new_on(day) for day in days] == [0, 0, 1]
    assert look_ahead(student, load_queue(student, today=TODAY)).next_day == TODAY + 4 * DAY


def test_new_cards_of_a_plan_come_tomorrow_too(student, deck, exam):
    student.new_per_day = 0
    student.save()
    answer(planned(student), deck.cards.first())
    assert look_ahead(student, load_queue(student, today=TODAY)).next_day == TODAY + DAY


# whoever changes something


@pytest.fixture
def given(student):
    given = AssignmentFactory(deck__cards=2)
    MembershipFactory(user=student, school_class=given.school_class)
    state_of(student, given.deck.cards.first())
    return given


@pytest.fixture
def teacher_client(client, given):
    client.force_login(TeacherMembershipFactory(school_class=given.school_class).user)
    return client


def plan_of(student):
    return CardState.objects.get(user=student).plan_on


def test_teachers_exam_day_is_planned_for_at_once(teacher_client, student, given):
    page = reverse("class_deck", args=[given.school_class_id, given.pk])
    teacher_client.post(page, {"starts_on": "2026-11-01", "exam_on": EXAM})
    assert plan_of(student) in LAST_FIVE
    teacher_client.post(page, {"starts_on": "2026-11-01", "exam_on": EXAM + 9 * DAY})
    assert plan_of(student) > EXAM
    teacher_client.post(page, {"starts_on": "2026-11-01", "exam_on": ""})
    assert plan_of(student) is None


def test_deck_taken_away_is_planned_for_no_more(teacher_client, student, given):
    Assignment.objects.update(exam_on=EXAM)
    replan_class(given.school_class, now=NOON)
    assert plan_of(student) in LAST_FIVE
    teacher_client.post(reverse("class_deck_remove", args=[given.school_class_id, given.pk]))
    assert plan_of(student) is None


def test_no_plan_falls_on_a_free_day(teacher_client, student, given):
    Assignment.objects.update(exam_on=EXAM)
    form = {"holidays-TOTAL_FORMS": 1, "holidays-INITIAL_FORMS": 0, "holidays-0-name": "x"}
    days = {"holidays-0-first_day": LAST_FIVE[0], "holidays-0-last_day": LAST_FIVE[-1]}
    teacher_client.post(reverse("class_days", args=[given.school_class_id]), form | days)
    assert TODAY < plan_of(student) < LAST_FIVE[0]


def test_break_is_planned_around(student_client, student, given):
    Assignment.objects.update(exam_on=EXAM)
    student_client.post(reverse("break_plan"), {"break_from": LAST_FIVE[0], "break_until": LAST_FIVE[-1]})
    assert TODAY < plan_of(student) < LAST_FIVE[0]
    student_client.post(reverse("break_end"))
    assert plan_of(student) in LAST_FIVE


def test_superusers_exam_day_in_the_admin_is_planned_for(client, student, given, admin_user):
    client.force_login(admin_user)
    rows = {f"{rows}-{what}_FORMS": 0 for rows in ("deck_teachers", "cards") for what in ("TOTAL", "INITIAL")}
    rows |= {"assignments-TOTAL_FORMS": 1, "assignments-INITIAL_FORMS": 1, "assignments-0-id": given.pk}
    row = {"deck": given.deck_id, "school_class": given.school_class_id, "starts_on": "2026-11-01", "exam_on": EXAM}
    rows |= {f"assignments-0-{name}": value for name, value in row.items()}
    deck = {"title": given.deck.title, "slug": given.deck.slug, "position": 0, "status": "published", "opened": 0}
    response = client.post(reverse("admin:cards_deck_change", args=[given.deck_id]), deck | rows)
    assert (response.status_code, plan_of(student) in LAST_FIVE) == (302, True)


@pytest.mark.parametrize("count", [1, 3])
def test_class_costs_a_statement_more_a_student(given, count, django_assert_num_queries):
    Assignment.objects.update(exam_on=EXAM)
    for membership in MembershipFactory.create_batch(count - 1, school_class=given.school_class):
        state_of(membership.user, given.deck.cards.first())
    with django_assert_num_queries(12 + count):
        replan_class(given.school_class, now=NOON)


@pytest.mark.parametrize("kind", ["picked", "given", "own"])
def test_decks_of_a_plan_are_those_that_she_studies(student, kind):
    own = DeckFactory(owner=student, in_library=False)
    PickedDeckFactory(user=student)
    PickedDeckFactory()
    given = AssignmentFactory(starts_on=date(2026, 11, 1))
    MembershipFactory(user=student, school_class=given.school_class)
    AssignmentFactory(school_class=given.school_class, starts_on=TODAY + DAY)
    assert set(exams_of(student, TODAY)) == set(Deck.objects.studied_by(student, TODAY).values_list("pk", flat=True))
    assert own.pk in exams_of(student, TODAY)


def test_own_exam_day_set_while_the_class_is_planned_for_is_not_lost(student, monkeypatch):
    """Her own plan is written after the class's has read, and before it writes."""
    deck = PickedDeckFactory(user=student, deck__cards=3).deck
    load, own = replanning.load_cards, EXAM - 5 * DAY

    def load_and_be_late(students):
        monkeypatch.setattr(replanning, "load_cards", load)
        found = load(students)
        ExamDate.objects.create(user=student, deck=deck, exam_on=own)
        replan([student.pk], now=NOON)
        return found

    monkeypatch.setattr(replanning, "load_cards", load_and_be_late)
    replan([student.pk], now=NOON)
    assert [exam.exam_on for exam in exams_ahead(User.objects.get(pk=student.pk), TODAY)] == [own]

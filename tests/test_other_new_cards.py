"""New cards of decks without an exam, beside one: they take what room her minutes leave, and no more."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import chain

import pytest
from django.urls import reverse

from cards.models import Card, CardState, ExamDate, ReviewLog
from cards.planning import make_plan
from cards.queue import load_queue, look_ahead, upcoming
from cards.replan import replan
from tests import a_plan
from tests.conftest import NOON, TODAY, answer
from tests.factories import AssignmentFactory, CardFactory, CardStateFactory, MembershipFactory, PickedDeckFactory
from tests.test_settings_page import CHOSEN

DAY = timedelta(days=1)
DAYS = 10
A_DAY = 26  # cards that her minutes allow
HALF_A_MINUTE = 30_000


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def hurried(student):
    """Twenty-six cards a day, and ten new ones a day of a deck of sixty."""
    student.minutes_per_day, student.pace_ms, student.new_per_day = 13, HALF_A_MINUTE, 10
    student.save()
    PickedDeckFactory(user=student, deck__cards=60)
    return student


@pytest.fixture
def exam_deck(hurried):
    """Forty cards for an exam in ten days."""
    deck = PickedDeckFactory(user=hurried, deck__cards=40).deck
    ExamDate.objects.create(user=hurried, deck=deck, exam_on=TODAY + DAYS * DAY)
    return deck


def night(user, number=0):
    replan([user.pk], now=NOON + number * DAY)
    user.refresh_from_db()
    return user


def study(user, number, *, quality=4):
    """All that the queue asks: her first answer plans the day, so it is read again after that. Returns what is left."""
    today = TODAY + number * DAY
    _answer(user, load_queue(user, today=today), number, quality, most=1)
    _answer(user, load_queue(user, today=today), number, quality)
    return load_queue(user, today=today).waiting


def _answer(user, queue, number, quality, *, most=None):
    asked = [*queue.due, *queue.new][:most]
    versions = dict(CardState.objects.filter(user=user).values_list("card", "version"))
    for card in Card.objects.filter(pk__in=asked):
        at = NOON + number * DAY
        answer(user, card, quality, version=versions.get(card.pk, 0), now=at, elapsed_ms=HALF_A_MINUTE)


def days_seen(user):
    """Of each card, how many days from the first."""
    seen = defaultdict(list)
    for card, day in ReviewLog.objects.filter(user=user).order_by("pk").values_list("card", "day"):
        seen[card].append((day - TODAY).days)
    return seen


@pytest.mark.parametrize("nights", [DAYS, 1])
def test_exam_keeps_its_promise_beside_a_deck_without_one(hurried, exam_deck, nights):
    left = 0
    for number in range(DAYS):
        if number < nights:
            night(hurried, number)
        left += study(hurried, number)
    seen = days_seen(hurried)
    its = [seen[card.pk] for card in exam_deck.cards.all()]
    assert (left, min(map(len, its)), min(map(max, its)) >= DAYS - 5, len(seen) > 40) == (0, 3, True, True)
    assert max(Counter(chain(*seen.values())).values()) <= A_DAY


def plan_beside(cards, *, minutes=20, new, unmet, **more):
    hers = {"minutes_a_day": minutes, "pace_ms": a_plan.PACE_MS, "other_new": new, "other_unmet": unmet}
    return make_plan(cards, today=a_plan.TODAY, free_days=frozenset(), **hers, **more)


def others(cards, *, minutes=20):
    plan = plan_beside(cards, minutes=minutes, new=10, unmet=99)
    return plan.other_new, plan.others_a_day


def test_her_own_number_stands_where_there_is_room_or_no_exam():
    assert others([]) == (10, None)
    assert others(a_plan.unmet(9, exam_on=a_plan.day(30))) == (10, None)


def test_exam_that_takes_all_her_minutes_leaves_none():
    assert others(a_plan.unmet(200, exam_on=a_plan.day(5)), minutes=5) == (0, 0)


def test_other_new_cards_and_their_reviews_are_in_the_load():
    cards = a_plan.unmet(1, exam_on=a_plan.day(10))
    loads = zip(plan_beside(cards, new=2, unmet=3).load, a_plan.plan_of(cards).load, strict=True)
    more = [(now.new - before.new, now.reviews - before.reviews) for now, before in loads]
    assert more == [(2, 0), (1, 2), (0, 1), (0, 0), (0, 0), (0, 0), (0, 0), (0, 2), (0, 1), (0, 0)]


def test_a_fifth_of_her_minutes_stays_free_for_what_she_forgets():
    days = plan_beside(a_plan.unmet(9, exam_on=a_plan.day(9)), minutes=10, new=99, unmet=999).load
    assert max(load.new + load.reviews for load in days) == 60 - 60 // 5


def test_cards_of_lessons_to_come_keep_their_room():
    cards, exam_on = a_plan.unmet(9, exam_on=a_plan.day(30)), a_plan.day(30)
    plans = [plan_beside(cards, minutes=5, new=9, unmet=99, closed={exam_on: count}) for count in (0, 100, 900)]
    assert [plan.others_a_day for plan in plans] == [7, 3, 0]


def test_number_of_today_is_the_same_all_day(hurried, exam_deck):
    night(hurried)
    before = hurried.plan["other_new"]
    study(hurried, 0)
    assert (before, night(hurried).plan["other_new"], study(hurried, 0)) == (7, 7, 0)


def test_what_she_asks_for_beyond_is_hers(hurried, exam_deck):
    night(hurried)
    hurried.plan["other_new"], hurried.more_on, hurried.more_new = 0, TODAY, 5
    assert len(load_queue(hurried, today=TODAY).new) == 12


def test_exam_practice_keeps_its_place(hurried, exam_deck):
    CardFactory(deck=exam_deck, board="AQA")
    hurried.exam_board = "AQA"
    hurried.save()
    night(hurried).plan["other_new"] = 0
    assert len(load_queue(hurried, today=TODAY).new) == 8


def test_page_says_once_what_is_held_back(client, hurried, exam_deck):
    client.force_login(night(hurried))
    said = "Until the exam about 2 of your 10 other new cards a day fit into your 13 minutes."
    pages = [client.get(url).text for url in (reverse("home"), reverse("deck_exam", args=[exam_deck.slug]))]
    assert [page.count(said) for page in pages] == [1, 1]


def test_changed_number_is_planned_at_once(client, hurried, exam_deck):
    client.force_login(night(hurried))
    client.post(reverse("settings"), {**CHOSEN, "daily_reminder": "", "minutes_per_day": "13", "new_per_day": "3"})
    hurried.refresh_from_db()
    assert hurried.plan["other_new"] == 3


# the final days, and the day itself


def due_state(user, deck, **fields):
    return CardStateFactory(user=user, card__deck=deck, **fields)


def test_cards_of_an_exam_wait_last_in_its_final_days(hurried, exam_deck):
    other = PickedDeckFactory(user=hurried).deck
    beside = [due_state(hurried, other).card_id for _ in range(A_DAY)]
    its = due_state(hurried, exam_deck, interval=30).card_id
    night(hurried)
    hurried.plan["exams"][0]["final_from"] = TODAY.isoformat()
    assert its in load_queue(hurried, today=TODAY).due
    hurried.plan["exams"][0]["final_from"] = (TODAY + DAY).isoformat()
    assert {*load_queue(hurried, today=TODAY).due} == {*beside}


@pytest.fixture
def pulled(student, deck):
    """A card that the plan for an exam has pulled forward to the day before it, which she has missed."""
    ExamDate.objects.create(user=student, deck=deck, exam_on=TODAY + DAY)
    state = CardStateFactory(user=student, card=deck.cards.first(), interval=90, due_on=TODAY + 60 * DAY)
    deck.cards.exclude(pk=state.card_id).delete()
    night(student)
    return state


def test_after_the_exam_what_its_plan_wanted_is_not_asked(student, pulled):
    days = [load_queue(student, today=TODAY + n * DAY).due for n in (0, 1, 2, 60)]
    assert days == [[pulled.card_id], [], [], [pulled.card_id]]


def test_after_the_exam_the_next_day_is_that_of_sm2(student, pulled):
    queue = load_queue(student, today=TODAY + DAY)
    coming = dict(upcoming(student, queue, days=60))
    assert (look_ahead(student, queue).next_day, coming[TODAY + 60 * DAY]) == (TODAY + 60 * DAY, 1)


def test_card_changed_by_its_teacher_is_asked_after_the_exam_too(student, pulled):
    CardState.objects.update(revised_on=TODAY + 2 * DAY)
    days = [load_queue(student, today=TODAY + n * DAY).due for n in (1, 2)]
    assert days == [[], [pulled.card_id]]


def test_home_names_the_exam_of_today(client, student, deck, pulled, time_machine):
    time_machine.move_to(NOON + DAY, tick=False)
    client.force_login(student)
    assert f'Your exam is today: <span lang="en-gb">{deck.title}</span>.' in client.get(reverse("home")).text


# the first day of a deck


@pytest.fixture
def begun(student):
    """Her class’s deck with an exam began today; nothing has planned for it yet."""
    given = AssignmentFactory(exam_on=TODAY + 20 * DAY, starts_on=TODAY, deck__cards=20)
    MembershipFactory(user=student, school_class=given.school_class)
    student.replan_on = TODAY
    student.save()
    return given


def test_first_day_of_a_deck_shows_its_plan(student_client, begun):
    pages = [student_client.get(reverse(name)) for name in ("home", "review")]
    assert [page.context["queue"].waiting for page in pages] == [2, 2]
    assert "2 new cards a day" in pages[0].text


def test_page_that_shows_a_plan_writes_none(student_client, student, begun):
    student_client.get(reverse("home"))
    student.refresh_from_db()
    assert (student.plan, student.replan_on) == ({}, TODAY)

"""The page school_class and its tables as files, against a small class worked out by hand (tests/a_class.py)."""

import csv
import re
from datetime import date, timedelta
from io import StringIO
from itertools import product

import pytest
from django.urls import reverse

from accounts.free_days import FreeDays
from accounts.models import Membership, User
from cards.models import Flag
from cards.review import undo_answer
from cards.stats import Level, Rate, load_overview, school_days, weakest_quarter
from cards.stats.class_map import Met, level_of
from tests.a_class import NOW, AClass, practise
from tests.conftest import answer
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    FlagFactory,
    PickedDeckFactory,
    TeacherFactory,
    TeacherMembershipFactory,
    UserFactory,
)

TODAY, MONDAY = date(2026, 11, 25), date(2026, 11, 23)


@pytest.fixture
def here(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return AClass()


@pytest.fixture
def teacher_client(client, here):
    client.force_login(here.teacher)
    return client


def open_page(client, here, **query):
    return client.get(reverse("school_class", args=[here.school_class.pk]), query)


def text_of(response):
    return " ".join(response.content.decode().split())


def overview(here, since=MONDAY):
    return load_overview(here.school_class, since=since, today=TODAY, now=NOW)


def names(students):
    return [student.user.first_name for student in students]


def rates(response):
    return {row.card.front: tuple(row.rate) for row in response.context["card_rows"]}


# --- the three sentences


def test_sentences_are_those_worked_out_by_hand(teacher_client, here):
    page = text_of(open_page(teacher_client, here))
    assert '<a href="#practised">2 of 6</a> practised this week.' in page
    assert 'Stuck: Stalin, <em lang="en-gb">Buying time</em> (<a href="?motive=time&amp;actor=stalin#cards">' in page
    assert "60 % right, 10 tries</a>)." in page
    assert 'No practice for 8 school days: <a href="#quiet">1 student</a>.' in page


def test_who_practised_who_not_and_who_is_quiet(here):
    found = overview(here)
    assert names(found.practised) == ["Cleo", "Dan"]
    assert names(found.not_yet) == ["Ada", "Ben", "Eve", "Gus"]
    assert [(student.user.first_name, student.idle) for student in found.quiet] == [("Gus", 8)]
    assert names(found.excused) == ["Fay"]


def test_since_another_day(teacher_client, here):
    page = text_of(open_page(teacher_client, here, since="2026-11-21"))
    assert '<a href="#practised">5 of 6</a> practised since Saturday 21 November.' in page
    assert [(student.user.first_name, student.days) for student in overview(here, date(2026, 11, 22)).practised] == [
        ("Cleo", 2),
        ("Dan", 2),
        ("Eve", 1),
    ]


@pytest.mark.parametrize(
    ("first", "end", "days"),
    [
        ((2026, 11, 13), (2026, 11, 25), 8),  # Fri, Mon to Fri, Mon, Tue
        ((2026, 11, 14), (2026, 11, 16), 0),  # Sat, Sun
        ((2026, 11, 25), (2026, 11, 25), 0),
        ((2026, 11, 26), (2026, 11, 25), 0),
        ((2026, 11, 22), (2026, 11, 30), 5),
        ((2025, 11, 24), (2026, 11, 23), 260),
    ],
)
def test_school_days_are_mondays_to_fridays(first, end, days):
    assert school_days(date(*first), date(*end)) == days


def idle(here, name):
    return next(student.idle for student in overview(here).students if student.user.first_name == name)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ((2026, 11, 13), (2026, 11, 13), 7),
        ((2026, 11, 14), (2026, 11, 15), 8),  # a weekend
        ((2026, 10, 1), (2026, 11, 20), 2),
        ((2026, 11, 12), (2026, 11, 12), 8),  # the day on which he practised
        ((2026, 11, 25), (2026, 12, 4), 8),  # from today on
    ],
)
def test_neither_free_days_nor_those_of_a_break_are_idle(here, first, last, days):
    gus, first, last = here.students["Gus"], date(*first), date(*last)
    for name in ("Half-term", "Inset days"):  # what is free twice is free once
        FreeDays.objects.create(school_class=here.school_class, name=name, first_day=first, last_day=last)
    free = idle(here, "Gus")
    FreeDays.objects.all().delete()
    User.objects.filter(pk=gus.pk).update(break_from=first, break_until=last)
    assert (free, idle(here, "Gus")) == (days, days)


def test_free_days_of_another_class_are_idle_here(here):
    FreeDays.objects.create(
        school_class=TeacherMembershipFactory().school_class, name="Theirs", first_day=MONDAY, last_day=MONDAY
    )
    assert idle(here, "Gus") == 8


def test_days_before_a_student_came_are_not_idle(here):
    Membership.objects.filter(user=here.students["Gus"]).update(joined_at=NOW - timedelta(days=2))
    assert (idle(here, "Gus"), names(overview(here).quiet)) == (2, [])


def test_student_who_never_practised_is_quiet_only_after_eight_school_days_in_the_class(here):
    Membership.objects.filter(user=here.join("Hal")).update(joined_at=NOW - timedelta(days=12))
    Membership.objects.filter(user=here.join("Ida")).update(joined_at=NOW - timedelta(days=11))
    assert names(overview(here).quiet) == ["Gus", "Hal"]


def test_excuse_ends_after_its_day(here):
    Membership.objects.filter(user=here.students["Fay"]).update(excused_until=TODAY - timedelta(days=1))
    assert "Fay" in names(overview(here).practised)


def test_days_are_the_students_own(here):
    far = here.join("Kai")
    far.time_zone = "Asia/Tokyo"
    far.save()
    answer(far, here.a, now=NOW.replace(day=22, hour=20))  # five on Monday morning in Tokyo
    assert "Kai" in names(overview(here).practised)


def test_practice_counts_as_practice_but_not_as_a_try(here):
    answer(here.students["Ada"], here.a, 2, version=2, now=NOW)
    assert "Ada" in names(overview(here).practised)
    assert overview(here).weakest.rate == Rate(5, 10, 6)


def test_answer_taken_back_counts_nowhere(here):
    log = answer(here.students["Eve"], here.a, 2, version=3, now=NOW).log
    undo_answer(here.students["Eve"], card_id=here.a.pk, attempt=log.attempt, now=NOW)
    assert "Eve" in names(overview(here).not_yet)
    assert overview(here).weakest.rate == Rate(5, 10, 6)


def test_nothing_is_stuck_where_most_is_right(teacher_client, here):
    for name in ("Ada", "Ben"):
        practise(here.students[name], CardFactory(deck=here.deck, motive=here.time), dict.fromkeys((1, 2, 8), 4))
    for name in ("Cleo", "Dan", "Eve"):
        practise(here.students[name], CardFactory(deck=here.deck, motive=here.time), dict.fromkeys((1, 2, 8, 23), 4))
    page = text_of(open_page(teacher_client, here))
    assert "Nothing is stuck. Weakest: Stalin, " in page
    assert "83 % right, 23 tries" in page


# --- rates and their thresholds


def test_rates_of_cards_are_those_worked_out_by_hand(teacher_client, here):
    response = open_page(teacher_client, here)
    assert rates(response) == {"A?": (5, 10, 6), "B?": (1, 1, 1)}
    assert "40 %</a></td><td>10</td><td>5</td>" in text_of(response)
    assert '<span class="facts">too few</span></td><td>1</td><td>1</td>' in text_of(response)
    assert "Under 5 students or 10 tries no rate is shown." in text_of(response)


@pytest.mark.parametrize(
    ("rate", "right"),
    [(Rate(5, 10, 6), 60), (Rate(4, 10, 6), None), (Rate(5, 9, 6), None), (Rate(), None), (Rate(9, 200, 199), 100)],
)
def test_rate_is_hidden_under_five_students_or_ten_tries(rate, right):
    assert rate.percent_right == right


@pytest.mark.parametrize("name", ["Ada", "Cleo"])
def test_class_with_too_few_tries_says_so(teacher_client, here, name):
    Membership.objects.filter(user=here.students[name]).delete()
    page = text_of(open_page(teacher_client, here))
    assert "Too few tries in the last 30 days to say where the class is stuck: a rate needs 5 students and" in page
    assert "% right" not in page


def test_tries_older_than_thirty_days_have_lapsed(here):
    assert overview(here).weakest is not None
    later = load_overview(here.school_class, since=MONDAY, today=date(2026, 12, 21), now=NOW)
    assert later.weakest is None


def test_card_of_both_actors_counts_for_each(here):
    for name in ("Ada", "Ben", "Cleo", "Dan", "Eve"):
        card = CardFactory(deck=here.deck, motive=here.land, actor="both")
        practise(here.students[name], card, {1: 4, 2: 2, 3: 2})
    assert (overview(here).weakest.actor, overview(here).weakest.rate) == ("stalin", Rate(5, 11, 1))


def test_context_is_no_motive_to_be_stuck_on(here):
    here.time.is_context = True
    here.time.save()
    assert overview(here).weakest is None


def test_cards_can_be_narrowed_to_what_a_number_counts(teacher_client, here):
    for query, cards in (
        ({"motive": "time", "actor": "stalin"}, {"A?"}),
        ({"motive": "land", "actor": "hitler"}, {"B?"}),
        ({"misconception": here.misconception.code}, {"A?"}),
        ({"actor": "west"}, set()),
        ({"every": "on"}, {"A?", "B?"}),
    ):
        assert set(rates(open_page(teacher_client, here, **query))) == cards


# --- what counts


def test_cards_of_other_decks_count_nowhere(here):
    other = PickedDeckFactory(user=here.students["Ben"], deck__cards=1).deck.cards.get()
    future = AssignmentFactory(school_class=here.school_class, starts_on=TODAY + timedelta(days=1)).deck
    CardFactory(deck=future)
    CardFactory(deck=here.deck, status="draft")
    practise(here.students["Ben"], other, {23: 2, 24: 2})
    assert ([card.front for card in overview(here).cards], names(overview(here).practised)) == (
        ["A?", "B?"],
        ["Cleo", "Dan"],
    )


def test_lessons_that_were_not_ticked_are_not_the_classs_cards(here):
    here.deck.assignments.update(by_lesson=True)
    here.deck.assignments.get().taught_lessons.create(section="", taught_at=NOW)
    CardFactory(deck=here.deck, section="Lesson 2")
    assert [card.front for card in overview(here).cards] == ["A?", "B?"]


def test_exam_practice_is_that_of_the_classs_board(here):
    here.school_class.exam_board = "AQA"
    aqa, _ocr = CardFactory(deck=here.deck, board="AQA"), CardFactory(deck=here.deck, board="OCR A")
    assert overview(here).cards == [here.a, here.b, aqa]


def test_staff_and_who_has_left_count_nowhere(here):
    here.students["Dan"].is_active = False
    here.students["Dan"].save()
    assert names(overview(here).students) == ["Ada", "Ben", "Cleo", "Eve", "Fay", "Gus"]


# --- the heat map


def word(cell):
    """What a cell says; its shade has the same name."""
    shade, name = re.fullmatch(r'<td class="level (\w+)">([\w ]+)</td>\s*', cell).groups()
    assert shade == name.replace(" ", "_")
    return name


def test_heat_map_has_a_word_for_each_student_and_motive(teacher_client, here):
    """Card A: two passes in a row are young for Ada, Ben and Cleo; the last fail is one pass ago for Dan and Eve.

    B is known to Ada alone. Excused Fay stands apart.
    """
    context = open_page(teacher_client, here).context
    rows = {student.user.first_name: list(map(word, cells)) for student, cells in context["map_rows"]}
    assert [motive.code for motive in context["motives"]] == ["time", "land"]
    assert rows == {
        "Ada": ["young", "young"],
        "Ben": ["young", "not met"],
        "Cleo": ["young", "not met"],
        "Dan": ["learning", "not met"],
        "Eve": ["learning", "not met"],
        "Gus": ["learning", "not met"],
    }
    assert [student.user.first_name for student, _cells in context["excused_rows"]] == ["Fay"]


def test_word_is_that_of_the_weakest_quarter(teacher_client, here):
    """Ada knows 1 of 4 cards, then 4 of 5: the weakest quarter of 5 is 2 cards, of which the better one is young."""
    for _card in range(3):
        CardFactory(deck=here.deck, motive=here.time)
    assert word(open_page(teacher_client, here).context["map_rows"][0][1][0]) == "not met"
    for card in here.deck.cards.filter(motive=here.time).exclude(pk=here.a.pk):
        practise(here.students["Ada"], card, {1: 4, 2: 4})
    CardFactory(deck=here.deck, motive=here.time)
    assert word(open_page(teacher_client, here).context["map_rows"][0][1][0]) == "young"


def test_word_of_counts_is_that_of_the_list_of_cards():
    for learning, young, mature, new in product(range(5), repeat=4):
        numbers = zip(Level, (new, learning, young, mature), strict=True)
        levels = [level for level, number in numbers for _ in range(number)]
        counts = Met(learning + young + mature, young + mature, mature)
        assert level_of(len(levels), counts) == (weakest_quarter(levels) or Level.NOT_MET)


# --- misconceptions and flags


def test_misconceptions_count_students(teacher_client, here):
    here.thought_so("Ada", "Ben", "Fay", "Tom")
    response = open_page(teacher_client, here)
    assert [row.students for row in response.context["misconceptions"]] == [2]
    assert 'every=on#cards">2</a> thought: <span lang="en-gb">it was an alliance.</span>' in text_of(response)


def test_flags_of_her_students_wait_with_their_reason(teacher_client, here):
    flag = FlagFactory(user=here.students["Ada"], card=here.a)
    FlagFactory(card=here.a)
    FlagFactory(user=here.students["Ada"], card=CardFactory())
    FlagFactory(user=here.students["Ben"], card=here.a, settled_at=NOW)
    response = open_page(teacher_client, here)
    assert response.context["flags"] == [flag]
    assert f'<a href="/admin/cards/card/{here.a.pk}/change/" lang="en-gb">A?</a>' in text_of(response)


def settle(client, here, flag):
    return client.post(reverse("class_flag_settle", args=[here.school_class.pk, flag.pk]))


def test_teacher_settles_a_flag_once(teacher_client, here, time_machine):
    flag = FlagFactory(user=here.students["Ada"], card=here.a)
    assert settle(teacher_client, here, flag).url == f"/classes/{here.school_class.pk}/#flags"
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    settle(teacher_client, here, flag)
    assert Flag.objects.get().settled_at == NOW


def test_who_may_only_look_settles_nothing(client, here):
    flag = FlagFactory(user=here.students["Ada"], card=here.a)
    client.force_login(TeacherMembershipFactory(school_class=here.school_class, can_edit=False).user)
    assert "Settle" not in text_of(open_page(client, here))
    assert (settle(client, here, flag).status_code, Flag.objects.get().settled_at) == (403, None)


def test_flag_of_another_class_is_not_there(teacher_client, here):
    assert settle(teacher_client, here, FlagFactory(card=here.a)).status_code == 404
    assert teacher_client.get(reverse("class_flag_settle", args=[here.school_class.pk, 1])).status_code == 405


# --- as a file


def table(client, here, name, **query):
    address = reverse("class_csv", args=[here.school_class.pk, name])
    response = client.post(address, query_params=query)
    assert response["Content-Disposition"] == f'attachment; filename="class-{here.school_class.pk}-{name}.csv"'
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))


def test_students_as_a_table(teacher_client, here):
    rows = table(teacher_client, here, "students", since="2026-11-22")
    head = ["Student", "User name", "Excused until", "Last practised on", "Days since 2026-11-22"]
    assert rows[0] == [*head, "Buying time", "Territory"]
    assert rows[3] == ["Cleo", "cleo", "", "2026-11-23", "2", "young", "not met"]
    assert rows[-1] == ["Fay", "fay", "2026-11-27", "2026-11-23", "1", "learning", "not met"]


def test_cards_as_a_table_hide_the_same_rates(teacher_client, here):
    CardFactory(deck=here.deck, front="=1+1", motive=here.land)
    rows = table(teacher_client, here, "cards")
    deck = here.deck.title
    assert rows[1:] == [
        ["A?", deck, "Buying time", "40", "10", "5"],
        ["B?", deck, "Territory", "too few", "1", "1"],
    ]
    every = table(teacher_client, here, "cards", every="on")
    assert every[1:] == [*rows[1:], ["'=1+1", deck, "Territory", "", "0", "0"]]
    assert len(table(teacher_client, here, "cards", motive="time")) == 2


def test_misconceptions_and_flags_as_tables(teacher_client, here):
    here.thought_so("Ada")
    FlagFactory(user=here.students["Ada"], card=here.a, reason="@SUM(A1)")
    assert table(teacher_client, here, "misconceptions")[1:] == [
        ["it was an alliance", "it was a promise not to attack", "1"]
    ]
    assert table(teacher_client, here, "flags")[1:] == [["A?", "'@SUM(A1)", "Ada", "2026-11-23"]]


# --- who sees it, and what it costs

PAGES = ("school_class", "do_now", "do_now_sheet")


def statuses(client, here, user):
    client.force_login(user)
    found = {name: client.get(reverse(name, args=[here.school_class.pk])).status_code for name in PAGES}
    ada = here.students["Ada"]
    deeper = (("class_student", ada.pk), ("class_card", here.a.pk))
    found |= {name: client.get(reverse(name, args=[here.school_class.pk, of])).status_code for name, of in deeper}
    found["class_csv"] = client.post(reverse("class_csv", args=[here.school_class.pk, "students"])).status_code
    return set(found.values())


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda here: here.teacher, 200),
        (lambda here: TeacherMembershipFactory(school_class=here.school_class, can_edit=False).user, 200),
        (lambda here: UserFactory(is_staff=True, is_superuser=True), 200),
        (lambda here: TeacherMembershipFactory().user, 404),
        (lambda here: TeacherFactory(), 404),
        (lambda here: here.students["Ada"], 404),
        (lambda here: here.students["Tom"], 404),
    ],
    ids=["teacher", "co-teacher", "superuser", "other teacher", "no class", "student", "staff as student"],
)
def test_only_teachers_of_the_class_see_its_pages(client, here, make, status):
    assert statuses(client, here, make(here)) == {status}


def test_visitor_is_sent_to_log_in(client, here):
    assert open_page(client, here).status_code == 302


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "2026-11-26"}, "Choose today or an earlier day."),
        ({"since": "yesterday"}, "Choose a day such as 2026-11-23."),
        ({"motive": "love"}, "There is no such motive, actor, misconception or table."),
        ({"actor": "9" * 999}, "There is no such motive, actor, misconception or table."),
    ],
)
def test_nonsense_gets_a_sentence(teacher_client, here, query, sentence):
    response = open_page(teacher_client, here, **query)
    assert (response.status_code, sentence in text_of(response)) == (400, True)


def test_unknown_table_gets_a_sentence(teacher_client, here):
    assert teacher_client.post(f"/classes/{here.school_class.pk}/teachers.csv").status_code == 400


def test_class_without_students_or_cards_says_what_to_do(client, here):
    membership = TeacherMembershipFactory()
    client.force_login(membership.user)
    address = membership.school_class.get_absolute_url()
    assert "Nobody has joined this class yet." in text_of(client.get(address))
    here.school_class = membership.school_class
    here.join("Una")
    assert "This class has no cards yet." in text_of(client.get(address))


def test_page_is_linked_from_the_admin(teacher_client, here):
    page = text_of(teacher_client.get(f"/admin/accounts/schoolclass/{here.school_class.pk}/change/"))
    assert "View on site" in page


@pytest.mark.parametrize("more", [0, 27])
def test_page_costs_the_same_for_few_and_many(teacher_client, here, more, django_assert_num_queries):
    here.thought_so("Ada")
    for place in range(more):
        student = here.join(f"Student {place}")
        practise(student, CardFactory(deck=here.deck), {20: 4, 21: 2})
        FlagFactory(user=student, card=here.a)
        here.students[student.first_name] = student
        here.thought_so(student.first_name)
    with django_assert_num_queries(12):
        open_page(teacher_client, here)


def test_library_deck_that_was_not_given_is_no_deck_of_the_class(here):
    DeckFactory(cards=2)
    assert len(overview(here).cards) == 2

"""Free days of a class: entered once, nothing is asked on them, and no date of a card is rewritten."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts import roster
from accounts.free_days import FreeDays, as_spans, days_of, is_among
from accounts.models import SchoolClass
from accounts.replanning import replan, replan_class
from cards import teaching
from cards.queue import load_queue, look_ahead, upcoming
from tests.conftest import NOON, TODAY
from tests.factories import (
    AssignmentFactory,
    CardStateFactory,
    MembershipFactory,
    TeacherMembershipFactory,
    UserFactory,
)

DAY = timedelta(days=1)
SATURDAY = date(2026, 11, 28)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def assignment(db):
    return AssignmentFactory(deck__cards=3)


@pytest.fixture
def school_class(assignment):
    return assignment.school_class


@pytest.fixture
def pupil(school_class):
    return MembershipFactory(school_class=school_class).user


@pytest.fixture
def teacher_client(client, school_class):
    client.force_login(TeacherMembershipFactory(school_class=school_class).user)
    return client


def free(school_class, first, last=None):
    FreeDays.objects.create(school_class=school_class, name="Holiday", first_day=first, last_day=last or first)
    replan_class(school_class, now=NOON)


def asked(user, *days):
    user.refresh_from_db()
    return [user.is_asked(day) for day in days]


def fields(*rows, count=0, **more):
    form = {"holidays-TOTAL_FORMS": len(rows), "holidays-INITIAL_FORMS": count}
    for place, row in enumerate(rows):
        form |= {f"holidays-{place}-{name}": value for name, value in row.items()}
    return form | more


def save(client, school_class, *rows, **more):
    return client.post(reverse("class_days", args=[school_class.pk]), fields(*rows, **more))


CHRISTMAS = {"name": "Christmas", "first_day": "2026-12-19", "last_day": "2027-01-04"}


def test_days_and_spans_are_two_ways_to_write_the_same():
    days = {TODAY, TODAY + DAY, TODAY + 5 * DAY}
    assert as_spans(days) == ["2026-11-23/2026-11-24", "2026-11-28/2026-11-28"]
    assert days_of(as_spans(days)) == days
    assert [is_among(TODAY + n * DAY, as_spans(days)) for n in (-1, 0, 1, 2, 5, 6)] == [
        False,
        True,
        True,
        False,
        True,
        False,
    ]


def test_days_end_after_they_start(school_class):
    with pytest.raises(IntegrityError):
        FreeDays.objects.create(school_class=school_class, name="x", first_day=TODAY, last_day=TODAY - DAY)


# what is asked


def test_nothing_is_asked_on_a_free_day_and_what_is_due_comes_after_it(pupil, school_class, assignment):
    state = CardStateFactory(user=pupil, card=assignment.deck.cards.first(), due_on=TODAY)
    free(school_class, TODAY)
    pupil.refresh_from_db()
    assert load_queue(pupil, today=TODAY).waiting == 0
    assert load_queue(pupil, today=TODAY + DAY).due == [state.card_id]
    state.refresh_from_db()
    assert (state.due_on, state.version) == (TODAY, 1)


def test_next_day_is_the_first_that_is_not_free(pupil, school_class, assignment):
    CardStateFactory(user=pupil, card=assignment.deck.cards.first(), due_on=TODAY + 2 * DAY)
    free(school_class, TODAY + DAY, TODAY + 3 * DAY)
    pupil.refresh_from_db()
    queue = load_queue(pupil, today=TODAY)
    assert look_ahead(pupil, queue).next_day == TODAY + 4 * DAY
    assert [count for _, count in upcoming(pupil, queue, days=5)] == [None, None, None, 1, 0]


def test_weekends_are_free_if_the_class_wants_them(pupil, school_class):
    SchoolClass.objects.filter(pk=school_class.pk).update(free_weekends=True)
    replan_class(school_class, now=NOON)
    assert asked(pupil, SATURDAY - DAY, SATURDAY, SATURDAY + DAY, SATURDAY + 2 * DAY) == [True, False, False, True]


def test_student_of_two_classes_is_free_when_both_are(pupil, school_class):
    other = MembershipFactory(user=pupil).school_class
    free(school_class, TODAY, TODAY + DAY)
    assert asked(pupil, TODAY, TODAY + DAY) == [False, False]  # the other has said nothing of free days
    free(other, TODAY + DAY, TODAY + 2 * DAY)
    assert asked(pupil, TODAY, TODAY + DAY, TODAY + 2 * DAY) == [True, False, True]


def test_teacher_of_a_class_and_stranger_are_asked(school_class):
    teacher, stranger = TeacherMembershipFactory(school_class=school_class).user, UserFactory()
    free(school_class, TODAY)
    replan([teacher.pk, stranger.pk], now=NOON)
    assert (asked(teacher, TODAY), asked(stranger, TODAY)) == ([True], [True])


def test_who_joins_and_who_leaves_is_replanned_at_once(client, school_class):
    free(school_class, TODAY)
    user = UserFactory()
    client.force_login(user)
    client.post(reverse("join"), {"code": school_class.join_code})
    assert asked(user, TODAY) == [False]
    client.force_login(TeacherMembershipFactory(school_class=school_class).user)
    client.post(reverse("students_remove", args=[school_class.pk]), {"students": [user.memberships.get().pk]})
    assert asked(user, TODAY) == [True]


def test_archived_class_has_no_free_days(teacher_client, pupil, school_class):
    free(school_class, TODAY)
    teacher_client.post(reverse("class_archive", args=[school_class.pk]), {"archive": "yes"})
    assert asked(pupil, TODAY) == [True]


def test_free_days_to_come_move_up_with_the_class(school_class):
    free(school_class, TODAY - 9 * DAY)
    free(school_class, TODAY + DAY)
    SchoolClass.objects.update(free_weekends=True)
    new = teaching.move_up(SchoolClass.objects.get(pk=school_class.pk), "11", with_decks=False, now=NOON, today=TODAY)
    assert ([days.first_day for days in new.holidays.all()], new.free_weekends) == ([TODAY + DAY], True)


@pytest.mark.parametrize("count", [1, 3])
def test_replanning_costs_a_statement_a_student(school_class, count, django_assert_num_queries):
    MembershipFactory.create_batch(count, school_class=school_class)
    FreeDays.objects.create(school_class=school_class, name="x", first_day=TODAY, last_day=TODAY)
    with django_assert_num_queries(10 + count):
        replan_class(school_class, now=NOON)


# the pages


def test_teacher_enters_holidays_and_weekends_once(teacher_client, pupil, school_class):
    response = save(
        teacher_client, school_class, CHRISTMAS, {"name": "Inset", "first_day": "2026-12-07"}, free_weekends="on"
    )
    assert response.status_code == 302
    kept = list(school_class.holidays.values_list("name", "first_day", "last_day"))
    assert kept == [
        ("Inset", date(2026, 12, 7), date(2026, 12, 7)),
        ("Christmas", date(2026, 12, 19), date(2027, 1, 4)),
    ]
    assert asked(pupil, SATURDAY, date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 24)) == [
        False,
        False,
        True,
        False,
    ]


def test_teacher_changes_and_removes_a_holiday(teacher_client, pupil, school_class):
    free(school_class, TODAY)
    row = {"id": school_class.holidays.get().pk, "name": "Holiday", "first_day": "2026-11-24", "last_day": "2026-11-24"}
    save(teacher_client, school_class, row, count=1)
    assert asked(pupil, TODAY, TODAY + DAY) == [True, False]
    save(teacher_client, school_class, row | {"DELETE": "on"}, count=1)
    assert (school_class.holidays.count(), asked(pupil, TODAY + DAY)) == (0, [True])


WRONG = [
    {"last_day": "2026-12-01"},
    {"first_day": "soon"},
    {"first_day": ""},
    {"name": ""},
    {"name": "x" * 61},
    {"last_day": "2028-01-04"},
    {"first_day": "0001-01-01"},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_days_are_refused_and_nothing_is_saved(teacher_client, school_class, wrong):
    response = save(teacher_client, school_class, CHRISTMAS, CHRISTMAS | wrong, free_weekends="on")
    school_class.refresh_from_db()
    assert (response.status_code, school_class.holidays.count(), school_class.free_weekends) == (422, 0, False)


def test_holiday_of_another_class_is_not_changed_through_hers(teacher_client, school_class):
    other = FreeDays.objects.create(
        school_class=AssignmentFactory().school_class, name="Theirs", first_day=TODAY, last_day=TODAY
    )
    save(teacher_client, school_class, CHRISTMAS | {"id": other.pk}, count=1)
    assert FreeDays.objects.values_list("name", "school_class").get() == ("Theirs", other.school_class_id)


def test_broken_form_is_refused(teacher_client, school_class):
    address = reverse("class_days", args=[school_class.pk])
    assert teacher_client.post(address, {"free_weekends": "on"}).status_code == 422
    assert teacher_client.post(address, fields(*[CHRISTMAS] * 61)).status_code == 422


def test_superuser_enters_them_in_the_admin(client, pupil, school_class):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    form = fields(CHRISTMAS, name=school_class.name, opened=0) | {
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    client.post(reverse("admin:accounts_schoolclass_change", args=[school_class.pk]), form)
    assert (school_class.holidays.get().name, asked(pupil, date(2026, 12, 24))) == ("Christmas", [False])


def test_student_reads_that_the_day_is_free(client, pupil, school_class):
    free(school_class, TODAY)
    client.force_login(pupil)
    for page in ("home", "review"):
        assert "Today is a free day of your class" in client.get(reverse(page)).text


@pytest.mark.parametrize("count", [3, 30])
def test_page_costs_the_same_for_three_and_thirty(teacher_client, school_class, count, django_assert_max_num_queries):
    for n in range(count):
        FreeDays.objects.create(school_class=school_class, name=f"{n}", first_day=TODAY, last_day=TODAY)
    with django_assert_max_num_queries(8):
        teacher_client.get(reverse("class_days", args=[school_class.pk]))


def test_newly_made_students_are_free_with_their_class(teacher_client, school_class):
    free(school_class, TODAY)
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-make": "on", "form-0-name": "New One"}
    teacher_client.post(reverse("students_make", args=[school_class.pk]), rows)
    assert asked(roster.students_of(school_class).get(user__first_name="New").user, TODAY) == [False]

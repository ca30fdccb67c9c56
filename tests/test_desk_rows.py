"""The rows below a deck or a class in the admin: its teachers, the classes that have it, and its free days."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.free_days import FreeDays
from accounts.models import Membership, SchoolClass, User
from cards.models import Assignment, Deck, DeckTeacher
from tests.access_forms import fields_of
from tests.conftest import NOON
from tests.factories import (
    AssignmentFactory,
    DeckFactory,
    DeckTeacherFactory,
    MembershipFactory,
    TeacherFactory,
    TeacherMembershipFactory,
)

pytestmark = pytest.mark.django_db
NOBODY = ["Nobody could change this any more. Leave at least one active teacher with “can edit”."]


@pytest.fixture
def teacher():
    return TeacherFactory()


@pytest.fixture
def desk_client(client, teacher):
    client.force_login(teacher)
    return client


@pytest.fixture
def deck(teacher):
    return DeckTeacherFactory(user=teacher).deck


@pytest.fixture
def school_class(teacher):
    return TeacherMembershipFactory(user=teacher).school_class


def address(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def sent(page):
    """What the browser would send from this page if nothing were touched."""
    return fields_of(page.text)


def save(client, row, **fields):
    """Save it as it stands, with these fields changed; None leaves a tick out."""
    form = sent(client.get(address(row))) | fields
    return client.post(address(row), {name: value for name, value in form.items() if value is not None})


def add(client, prefix, **fields):
    """One more row; the first of its kind is number 1, for there is one."""
    return {f"{prefix}-TOTAL_FORMS": 2} | {f"{prefix}-1-{name}": value for name, value in fields.items()}


# what may be chosen


def gone(user):
    user.groups.clear()


def inactive(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("leave", [gone, inactive])
def test_deck_and_class_are_saved_when_a_co_teacher_has_left(desk_client, deck, school_class, leave):
    colleague = TeacherFactory()
    DeckTeacherFactory(deck=deck, user=colleague)
    TeacherMembershipFactory(school_class=school_class, user=colleague)
    leave(colleague)
    assert [save(desk_client, row).status_code for row in (deck, school_class)] == [302, 302]
    assert (colleague in deck.teachers.all(), colleague in school_class.members.all()) == (True, True)


def test_colleague_who_has_left_is_offered_in_no_other_row(desk_client, deck):
    colleague = DeckTeacherFactory(deck=deck).user
    inactive(colleague)
    formset = desk_client.get(address(deck)).context["inline_admin_formsets"][1].formset
    offered = [colleague.pk in dict(form.fields["user"].choices) for form in (*formset.forms, formset.empty_form)]
    assert offered == [False, True, False]
    response = save(desk_client, deck, **{"deck_teachers-0-user": colleague.pk})
    assert (response.status_code, DeckTeacher.objects.filter(user=colleague).count()) == (200, 1)


def test_deck_of_a_class_that_she_may_only_look_at_is_saved_and_the_class_keeps_it(desk_client, teacher, deck):
    looked_at = TeacherMembershipFactory(user=teacher, can_edit=False).school_class
    before = AssignmentFactory(deck=deck, school_class=looked_at)
    changes = {"assignments-0-DELETE": "on", "assignments-0-starts_on": "2026-12-01", "description": "New"}
    response = save(desk_client, deck, **changes)
    deck.refresh_from_db()
    assert (response.status_code, deck.description) == (302, "New")
    assert Assignment.objects.values_list("pk", "starts_on").get() == (before.pk, before.starts_on)
    assert "You may look at this class" in desk_client.get(address(deck)).text


def test_archived_class_keeps_the_deck_and_is_offered_for_no_other(desk_client, teacher, deck, school_class):
    archived = TeacherMembershipFactory(user=teacher, school_class__archived_at=NOON).school_class
    AssignmentFactory(deck=deck, school_class=archived)
    formset = desk_client.get(address(deck)).context["inline_admin_formsets"][0].formset
    offered = [set(dict(form.fields["school_class"].choices)) for form in (formset.forms[0], formset.empty_form)]
    assert offered == [{"", school_class.pk, archived.pk}, {"", school_class.pk}]
    assert save(desk_client, deck).status_code == 302


# somebody who may change it


@pytest.mark.parametrize("change", [{"DELETE": "on"}, {"can_edit": None}])
@pytest.mark.parametrize("prefix", ["deck_teachers", "memberships"])
def test_last_who_may_edit_stays(desk_client, deck, school_class, prefix, change):
    row = deck if prefix == "deck_teachers" else school_class
    response = save(desk_client, row, **{f"{prefix}-0-{name}": value for name, value in change.items()})
    formsets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    assert [formset.non_form_errors() for formset in formsets if formset.prefix == prefix] == [NOBODY]
    assert (deck in Deck.objects.editable_by(deck.teachers.get())) is True


@pytest.mark.parametrize(("colleague", "status"), [({}, 302), ({"is_active": False}, 200), ({"is_staff": False}, 200)])
def test_she_may_go_if_a_colleague_who_can_edit_stays(desk_client, teacher, deck, colleague, status):
    DeckTeacherFactory(deck=deck, user=TeacherFactory(**colleague))
    assert save(desk_client, deck, **{"deck_teachers-0-DELETE": "on"}).status_code == status
    assert (teacher in deck.teachers.all()) is (status == 200)


NEW = {
    Deck: ("deck_teachers", {"title": "New", "status": "draft"}),
    SchoolClass: ("memberships", {"name": "New"}),
}


def make(client, model, **row):
    """A new deck or class with one row for a teacher, or none."""
    prefix, fields = NEW[model]
    fields = fields | {f"{prefix}-0-{name}": value for name, value in row.items()}
    for rows in ("assignments", "cards", "holidays", "deck_teachers", "memberships"):
        fields |= {f"{rows}-TOTAL_FORMS": int(rows == prefix and bool(row)), f"{rows}-INITIAL_FORMS": 0}
    return client.post(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"), fields)


@pytest.mark.parametrize("model", NEW)
def test_who_makes_it_without_can_edit_is_refused(desk_client, teacher, model):
    response = make(desk_client, model, user=teacher.pk)
    assert (response.status_code, model.objects.count(), NOBODY[0] in response.text) == (200, 0, True)


@pytest.mark.parametrize("model", NEW)
@pytest.mark.parametrize("named", [True, False])
def test_who_makes_it_can_edit_it(desk_client, teacher, model, named):
    make(desk_client, model, **({"user": teacher.pk, "can_edit": "on"} if named else {}))
    assert model.objects.editable_by(teacher).count() == 1


def test_superuser_saves_a_deck_that_nobody_looks_after(client):
    client.force_login(User.objects.create_superuser("head", password="x"))
    assert save(client, DeckFactory(), description="New").status_code == 302


def test_student_of_a_class_is_not_made_its_teacher_as_well(desk_client, school_class):
    student = MembershipFactory(school_class=school_class, user=TeacherFactory()).user
    response = save(desk_client, school_class, **add(desk_client, "memberships", user=student.pk, can_edit="on"))
    assert "is a student of the class" in response.text
    assert Membership.objects.get(user=student).role == "student"


def test_teacher_who_is_there_already_is_added_by_hand_and_nothing_is_saved(desk_client, teacher, school_class):
    """The page says itself which of its rows are stored; here it says none."""
    page = desk_client.get(address(school_class))
    fields = sent(page) | {"memberships-INITIAL_FORMS": "0", "name": "10 C"}
    response = desk_client.post(address(school_class), fields, follow=True)
    assert "this is there already" in response.text
    assert SchoolClass.objects.get().name == school_class.name


# two at the same class


def test_second_teacher_of_a_class_overwrites_nothing_and_sees_both_names(desk_client, school_class):
    opened = sent(desk_client.get(address(school_class)))
    save(desk_client, school_class, name="10 B")
    page = desk_client.post(address(school_class), opened | {"name": "10 C"})
    assert SchoolClass.objects.get(pk=school_class.pk).name == "10 B"
    assert [clash[1:] for clash in page.context["adminform"].form.clashes] == [("10 B", "10 C")]
    assert "Written by you" in page.text


def test_second_teacher_who_has_compared_saves(desk_client, school_class):
    opened = sent(desk_client.get(address(school_class)))
    save(desk_client, school_class, name="10 B")
    page = desk_client.post(address(school_class), opened | {"name": "10 C"})
    desk_client.post(address(school_class), sent(page))
    assert SchoolClass.objects.get(pk=school_class.pk).name == "10 C"


def test_holidays_saved_on_their_page_are_not_overwritten_in_the_admin(desk_client, school_class):
    opened = fields_of(desk_client.get(address(school_class)).text)
    rows = {"holidays-TOTAL_FORMS": 0, "holidays-INITIAL_FORMS": 0}
    desk_client.post(reverse("class_days", args=[school_class.pk]), rows | {"free_weekends": "on"})
    assert desk_client.post(address(school_class), opened | {"name": "10 C"}).status_code == 302
    stored = SchoolClass.objects.get(pk=school_class.pk)
    assert (stored.name, stored.free_weekends) == ("10 C", True)


def test_rows_that_she_has_not_touched_stay_as_a_colleague_left_them(desk_client, school_class):
    day = date(2026, 12, 24)
    holiday = FreeDays.objects.create(school_class=school_class, name="Christmas", first_day=day, last_day=day)
    opened = sent(desk_client.get(address(school_class)))
    save(desk_client, school_class, **{"holidays-0-last_day": "2027-01-04"})
    desk_client.post(address(school_class), opened | {"name": "10 C"})
    holiday.refresh_from_db()
    assert (SchoolClass.objects.get(pk=school_class.pk).name, holiday.last_day) == ("10 C", date(2027, 1, 4))


def test_two_who_untick_each_other_do_not_both_lose_the_class(desk_client, client, teacher, school_class):
    colleague = TeacherMembershipFactory(school_class=school_class).user
    opened = sent(desk_client.get(address(school_class)))
    without = [{name: value for name, value in opened.items() if name != f"memberships-{n}-can_edit"} for n in (1, 0)]
    desk_client.post(address(school_class), without[0])
    client.force_login(User.objects.create_superuser("head", password="x"))
    page = client.post(address(school_class), without[1])
    assert NOBODY[0] in page.text
    assert [SchoolClass.objects.editable_by(user).count() for user in (teacher, colleague)] == [1, 0]


# days


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        (
            {"first_day": "2026-12-19", "last_day": "2026-12-01"},
            {"last_day": ["The last day is not before the first."]},
        ),
        ({"first_day": "0001-01-01", "last_day": "2026-12-01"}, {"first_day": ["Choose a year from 2000 on."]}),
        ({"first_day": "2026-12-19", "last_day": "9999-01-01"}, {"last_day": ["Choose a year before 2100."]}),
        ({"first_day": "2026-12-19", "last_day": "2028-12-19"}, {"last_day": ["At most a year at a time."]}),
    ],
)
def test_wrong_holiday_is_refused_as_on_its_page(desk_client, school_class, days, wrong):
    fields = {"name": "Christmas"} | days
    row = {"holidays-TOTAL_FORMS": 1} | {f"holidays-0-{name}": value for name, value in fields.items()}
    response = save(desk_client, school_class, **row)
    formset = response.context["inline_admin_formsets"][0].formset
    assert (formset.errors, school_class.holidays.count()) == ([wrong], 0)


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ({"exam_on": "2026-11-01"}, {"exam_on": ["The exam is on or after the first day."]}),
        ({"starts_on": "0001-01-01"}, {"starts_on": ["Choose a year from 2000 on."]}),
        ({"exam_on": "9999-12-31"}, {"exam_on": ["Choose a year before 2100."]}),
        ({"starts_on": "soon"}, {"starts_on": ["Enter a date such as 2026-12-24."]}),
    ],
)
def test_wrong_days_of_a_deck_are_refused_as_on_its_page(desk_client, deck, school_class, days, wrong):
    fields = {"school_class": school_class.pk, "starts_on": "2026-11-23"} | days
    row = {"assignments-TOTAL_FORMS": 1} | {f"assignments-0-{name}": value for name, value in fields.items()}
    response = save(desk_client, deck, **row)
    formset = response.context["inline_admin_formsets"][0].formset
    assert (formset.errors, Assignment.objects.count()) == ([wrong], 0)


@pytest.mark.parametrize("row", [FreeDays, Assignment])
def test_constraint_of_days_speaks_plainly(row):
    days = {"first_day": date(2026, 12, 2), "last_day": date(2026, 12, 1)}
    dates = {"starts_on": date(2026, 12, 2), "exam_on": date(2026, 12, 1)}
    with pytest.raises(ValidationError) as refused:
        row(**(days if row is FreeDays else dates)).validate_constraints()
    assert "Constraint" not in refused.value.messages[0]


# how much it costs


def rows_below(deck, school_class, teacher):
    colleague = TeacherFactory()
    DeckTeacherFactory(deck=deck, user=colleague)
    TeacherMembershipFactory(school_class=school_class, user=colleague)
    AssignmentFactory(deck=deck, school_class=TeacherMembershipFactory(user=teacher).school_class)


@pytest.mark.parametrize("what", ["deck", "school_class"])
def test_form_costs_the_same_for_one_row_and_three(
    desk_client, teacher, deck, school_class, what, django_assert_num_queries, django_assert_max_num_queries
):
    page = address({"deck": deck, "school_class": school_class}[what])
    rows_below(deck, school_class, teacher)
    desk_client.get(page)
    with django_assert_max_num_queries(30) as one:
        desk_client.get(page)
    for _ in range(2):
        rows_below(deck, school_class, teacher)
    with django_assert_num_queries(len(one)):
        desk_client.get(page)


@pytest.mark.parametrize(("fields", "plans"), [({"name": "10 C"}, 0), ({"free_weekends": "on"}, 1)])
def test_students_are_planned_for_anew_only_when_their_free_days_change(desk_client, school_class, fields, plans):
    student = MembershipFactory(school_class=school_class).user
    assert save(desk_client, school_class, **fields).status_code == 302
    assert User.objects.get(pk=student.pk).plan_version == plans

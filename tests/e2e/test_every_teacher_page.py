"""Every page of a teacher: no fault for axe in light and dark, no scrolling sideways on any screen or at any zoom."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts import roster
from tests.e2e.conftest import log_in
from tests.e2e.teacher_pages import AS_TEACHER
from tests.e2e.test_every_page import LONG, at_each, faults
from tests.factories import AssignmentFactory, CardFactory, DeckFactory, TeacherFactory, TeacherMembershipFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def school_class(db):
    """Long words everywhere, a second class, a colleague who looks on, and a student who is excused."""
    teacher = TeacherFactory(first_name=LONG[:30], last_name=LONG)
    school_class = TeacherMembershipFactory(user=teacher, school_class__name=LONG).school_class
    TeacherMembershipFactory(user=teacher)
    TeacherMembershipFactory(school_class=school_class, can_edit=False)
    given = AssignmentFactory(school_class=school_class, deck__title=LONG, by_lesson=True)
    given.taught_lessons.create(section=LONG, taught_at=timezone.now())
    CardFactory(deck=given.deck, section=LONG, front=LONG, back=LONG, motive__name=LONG)
    DeckFactory(title=LONG, cards=1)
    roster.add_students(school_class, [LONG, f"Amina {LONG}"], now=timezone.now())
    first = roster.students_of(school_class).filter(user__last_name="")
    roster.excuse(first, timezone.now().date() + timedelta(days=9))
    return school_class


@pytest.fixture
def slots(school_class):
    given = school_class.assignments.get()
    student = roster.students_of(school_class).first()
    return {
        "school_class": school_class.pk,
        "assignment": given.pk,
        "student": student.user_id,
        "card": given.deck.cards.get().pk,
    }


@pytest.fixture
def hers(page, school_class, live_server):
    log_in(page.context, school_class.members.get(memberships__can_edit=True, is_staff=True), live_server)
    return page


def test_page_is_accessible_and_narrow(hers, slots):
    assert at_each(hers, AS_TEACHER, slots, faults) == {}


def test_steps_from_a_list_to_the_cards_are_accessible_and_narrow(hers, school_class):
    hers.goto(f"/classes/{school_class.pk}/students/add/")
    hers.get_by_label("Names, one a line").fill(f"Ben {LONG}\nben {LONG}\n{LONG}")
    hers.get_by_role("button", name="Look at the list").click()
    expect(hers.get_by_role("main")).to_contain_text("Twice in this list")
    look = faults(hers)
    hers.get_by_label("Line 3: make an account").check()
    hers.get_by_role("button", name="Make these accounts").click()
    expect(hers.locator(".errorlist")).to_contain_text("In this class already")
    refused = faults(hers)
    hers.get_by_label("Line 3: make an account").uncheck()
    hers.get_by_role("button", name="Make these accounts").click()
    expect(hers.locator(".log-in-cards li")).to_have_count(1)
    assert (look, refused, faults(hers)) == ([], [], [])


def test_form_about_students_says_what_is_missing(hers, school_class):
    hers.goto(f"/classes/{school_class.pk}/students/excuse/")
    hers.get_by_role("button", name="Save").click()
    expect(hers.locator(".errorlist")).to_have_text("Tick at least one student.")
    assert faults(hers) == []


def test_three_steps_are_accessible_and_narrow(page, live_server, db):
    DeckFactory(title=LONG, cards=1)
    log_in(page.context, TeacherFactory(), live_server)
    page.goto("/teach/")
    assert faults(page) == []

"""An exam in a browser: a student sets her day and sees the days until then, a teacher looks before she saves."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cards.models import Assignment
from cards.replan import replan
from tests.conftest import answer
from tests.e2e.conftest import log_in, with_and_without_script
from tests.e2e.test_every_page import faults
from tests.factories import DeckFactory, TeacherMembershipFactory

pytestmark = pytest.mark.browser


def in_days(days):
    return f"{timezone.now().date() + timedelta(days=days):%Y-%m-%d}"


@with_and_without_script
def test_student_sets_a_day_and_takes_it_back(student_page, script):
    student_page.goto("/")
    student_page.get_by_role("link", name="set an exam day").click()
    student_page.get_by_label("My exam day").fill(in_days(30))
    student_page.get_by_role("button", name="Plan for this day").click()
    expect(student_page.get_by_role("heading", name="Exam on")).to_be_visible()
    expect(student_page.get_by_role("img")).to_be_visible()
    student_page.goto("/")
    expect(student_page.get_by_text("new card a day, about 1 minute: all 3 met by")).to_be_visible()
    student_page.get_by_role("link", name="The days until then").click()
    student_page.get_by_role("button", name="Plan for no exam of my own").click()
    expect(student_page.get_by_text("With an exam day there is a plan")).to_be_visible()


@pytest.mark.parametrize("days", [2, 6, 60, 800])
def test_days_until_the_exam_are_accessible(student_page, student, deck, days):
    student.exam_dates.create(deck=deck, exam_on=in_days(days))
    replan([student.pk], now=timezone.now())
    answer(student, deck.cards.first(), now=timezone.now())
    for address in (f"/decks/{deck.slug}/exam/", "/", "/review/"):
        student_page.goto(address)
        for summary in student_page.locator("summary").all():
            summary.click()
        assert faults(student_page) == []


def test_picture_has_a_name_and_its_numbers(student_page, student, deck):
    student.exam_dates.create(deck=deck, exam_on=in_days(30))
    student_page.goto(f"/decks/{deck.slug}/exam/")
    for part in student_page.get_by_role("img").get_attribute("aria-labelledby").split():
        assert student_page.locator(f"#{part}").inner_text()
    student_page.get_by_text("The days in numbers").click()
    expect(student_page.get_by_role("columnheader", name="Week from")).to_be_visible()


@pytest.fixture
def teacher_page(page, db, live_server):
    teaches = TeacherMembershipFactory()
    DeckFactory(title="Motives", cards=20)
    log_in(page.context, teaches.user, live_server)
    page.goto(f"/classes/{teaches.school_class_id}/decks/")
    page.get_by_label("Deck", exact=True).select_option("Motives")
    return page


def plan(page):
    return page.locator("#exam-preview")


@with_and_without_script
def test_teacher_looks_at_the_plan_before_she_saves(teacher_page, script):
    teacher_page.get_by_label("Exam day").fill(in_days(40))
    teacher_page.get_by_role("button", name="Look at the plan").click()
    expect(plan(teacher_page)).to_contain_text("A typical student, from")
    expect(plan(teacher_page)).to_contain_text("One who begins two weeks later")
    assert Assignment.objects.count() == 0
    teacher_page.get_by_role("button", name="Give it to the class").click()
    expect(teacher_page.get_by_text("The class has the deck.")).to_be_visible()
    assert f"{Assignment.objects.get().exam_on}" == in_days(40)


def test_plan_follows_the_day_as_it_is_chosen(teacher_page):
    for days, said in ((40, "One who begins two weeks later"), (10, "The exam is over by then")):
        teacher_page.get_by_label("Exam day").fill(in_days(days))
        teacher_page.get_by_label("Exam day").dispatch_event("change")
        expect(plan(teacher_page)).to_contain_text(said)


def test_plan_is_accessible(teacher_page):
    teacher_page.get_by_label("Exam day").fill(in_days(40))
    teacher_page.get_by_role("button", name="Look at the plan").click()
    expect(plan(teacher_page)).to_contain_text("A typical student, from")
    assert faults(teacher_page) == []

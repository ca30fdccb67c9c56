"""From nothing to a student's first answer: a class, its log-in cards, a card redeemed, a card reviewed."""

import re

import pytest
from playwright.sync_api import expect

from cards.models import ReviewLog
from tests.e2e.axe import violations
from tests.e2e.conftest import PASSWORD, grade_button, log_in, with_and_without_script
from tests.factories import DeckFactory, TeacherFactory

pytestmark = pytest.mark.browser
HER_PASSWORD = "narew-vistula-san"


@pytest.fixture
def teacher(db):
    teacher = TeacherFactory(username="ms-demo", first_name="Ms", last_name="Demo")
    teacher.set_password(PASSWORD)
    teacher.save()
    return teacher


@pytest.fixture
def desk(page, teacher, live_server):
    """A tab in which the teacher has just logged in by the form."""
    DeckFactory(title="Stalin’s motives", cards=3)
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill("ms-demo")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Log in")
    return page


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def log_out(page):
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()


def make_a_class(page):
    """From the desk to the form for names."""
    page.get_by_role("link", name="Stalin’s motives").click()
    page.get_by_label("Name of the class").fill("10 History B")
    press(page, "Make the class")


def print_log_ins(page, names):
    page.get_by_label("Names, one a line").fill(names)
    press(page, "Look at the list")
    press(page, "Make these accounts")


def card_of(page, name):
    """(user name, code) as they are printed for this student."""
    card = page.locator(".log-in-cards li").filter(has=page.get_by_text(name))
    expect(card).to_have_count(1)
    return tuple(card.locator("dd.code").all_inner_texts())


def redeem(page, username, code):
    page.goto("/accounts/login/")
    page.get_by_role("link", name="I have a card with a code").click()
    page.get_by_label("User name").fill(username)
    page.get_by_label("Code").fill(code.lower())
    page.get_by_label("Your new password", exact=True).fill(HER_PASSWORD)
    page.get_by_label("Your new password again").fill(HER_PASSWORD)
    press(page, "Save the password and log in")


@with_and_without_script
def test_class_is_made_and_a_student_redeems_her_card_and_reviews(desk, script):
    make_a_class(desk)
    print_log_ins(desk, "Khan, Amina\nBen\nben")
    expect(desk.locator(".log-in-cards li")).to_have_count(2)
    username, code = card_of(desk, "Amina Khan")
    log_out(desk)
    redeem(desk, username, code)
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Amina")
    desk.get_by_role("link", name="Review 3 cards").click()
    desk.get_by_text("Show answer").click()
    grade_button(desk, "Good").click()
    expect(desk.get_by_role("main")).to_contain_text("Good: back")
    assert ReviewLog.objects.values_list("user__username", "quality").get() == (username, 4)


@with_and_without_script
def test_student_is_reset_and_the_class_tells_where_everybody_is(desk, script):
    make_a_class(desk)
    print_log_ins(desk, "Amina\nBen")
    first = card_of(desk, "Amina")
    desk.get_by_role("link", name="Done: back to the class").click()
    expect(desk.locator(".roster")).to_contain_text("card not used yet")
    desk.get_by_label("Amina").check()
    press(desk, "New log-in cards …")
    expect(desk.get_by_label("Amina")).to_be_checked()
    press(desk, "Make new cards")
    username, code = card_of(desk, "Amina")
    assert (username, code != first[1]) == (first[0], True)


@with_and_without_script
def test_student_joins_with_the_code_when_she_signs_up(desk, script):
    make_a_class(desk)
    desk.get_by_role("link", name="Students").click()
    code = desk.locator("strong.code").inner_text()
    log_out(desk)
    desk.goto("/accounts/signup/")
    desk.get_by_label("User name").fill("alex")
    desk.get_by_label("Password", exact=True).fill(HER_PASSWORD)
    desk.get_by_label("Password (again)").fill(HER_PASSWORD)
    desk.get_by_label("Code of your class").fill(code)
    press(desk, "Sign up")
    expect(desk.get_by_role("button", name="Log out")).to_be_visible()
    desk.goto("/join/")
    expect(desk.get_by_role("main")).to_contain_text("You are in 10 History B with Ms Demo.")
    expect(desk.get_by_role("main")).not_to_contain_text("kestrel")


@with_and_without_script
def test_lesson_is_ticked_as_taught(desk, script):
    make_a_class(desk)
    desk.get_by_role("link", name="Decks").click()
    desk.get_by_role("link", name="Dates and lessons").click()
    desk.get_by_label("Lesson by lesson").check()
    desk.get_by_label(re.compile("Cards in no lesson · 3 cards")).check()
    press(desk, "Save")
    expect(desk.get_by_role("main")).to_contain_text("1 of 1 lessons taught")


def test_ten_log_in_cards_fit_on_one_a4_page(desk):
    make_a_class(desk)
    print_log_ins(desk, "\n".join(f"Student {letter}" for letter in "ABCDEFGHIJ"))
    expect(desk.locator(".log-in-cards li")).to_have_count(10)
    desk.emulate_media(media="print")
    pdf = desk.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/Type /Page\b", pdf) == [b"/Type /Page"]
    assert [desk.locator(part).is_hidden() for part in (".site", ".print-hint")] == [True, True]


def test_print_button_opens_the_print_command(desk):
    desk.add_init_script("window.print = () => { document.title = 'printed'; }")
    make_a_class(desk)
    print_log_ins(desk, "Amina")
    desk.get_by_role("button", name="Print").click()
    expect(desk).to_have_title("printed")


def test_reloaded_page_of_cards_makes_nothing_and_says_so(desk):
    make_a_class(desk)
    print_log_ins(desk, "Amina")
    expect(desk.locator(".log-in-cards li")).to_have_count(1)
    desk.reload()
    expect(desk.locator(".errorlist")).to_contain_text("In this class already")
    assert violations(desk) == []


def test_invitation_is_accessible(page, live_server, teacher):
    teacher.is_superuser = True
    teacher.save()
    log_in(page.context, teacher, live_server)
    page.goto("/admin/accounts/user/invite-teacher/")
    before = violations(page)
    page.get_by_label("User name").fill("m.new")
    page.get_by_role("button", name="Invite her").click()
    expect(page.locator(".log-in-cards li")).to_have_count(1)
    assert (before, violations(page)) == ([], [])

"""The pages of a class and Do Now in a browser: accessible, on every screen, by keyboard, without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.a_class import NOW, AClass
from tests.conftest import answer
from tests.e2e.axe import too_wide, violations
from tests.e2e.conftest import log_in, with_and_without_script, without_script
from tests.factories import FlagFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def here(db, live_server, time_machine):
    time_machine.move_to(NOW)
    found = AClass()
    found.thought_so("Ada", "Ben")
    FlagFactory(user=found.students["Ada"], card=found.a)
    return found


@pytest.fixture
def desk(page, here, live_server):
    """A tab in which the teacher of the class is logged in."""
    log_in(page.context, here.teacher, live_server)
    return page


def addresses(here):
    home = here.school_class.get_absolute_url()
    ada = here.students["Ada"].pk
    return [home, f"{home}students/{ada}/", f"{home}cards/{here.a.pk}/", f"{home}do-now/", f"{home}do-now/sheet/"]


def test_pages_are_accessible(desk, here):
    found = {}
    for address in addresses(here):
        desk.goto(address)
        for summary in desk.locator("details > summary").all():
            summary.click()
        found[address] = violations(desk)
    assert found == {address: [] for address in addresses(here)}


def test_pages_do_not_scroll_sideways_on_a_phone(desk, here):
    overflow = {}
    for address in addresses(here):
        desk.goto(address)
        overflow[address] = too_wide(desk, 360, 320)
    assert overflow == {place: {} for place in addresses(here)}


def test_pages_are_quiet_and_break_no_rule(desk, here):
    heard = []
    desk.on("console", lambda message: heard.append(message.text))
    desk.on("pageerror", lambda error: heard.append(str(error)))
    for address in addresses(here):
        desk.goto(address)
        desk.wait_for_load_state("networkidle")
    assert heard == []


@with_and_without_script
def test_numbers_lead_to_what_is_behind_them(desk, here, script):
    desk.goto(here.school_class.get_absolute_url())
    desk.get_by_role("link", name="60 % right, 10 tries").click()
    desk.get_by_role("link", name="40 %").click()
    expect(desk.locator("tbody tr")).to_have_count(6)
    desk.get_by_role("link", name="Dan").click()
    expect(desk.get_by_role("heading", name="Dan")).to_be_visible()


@with_and_without_script
def test_homework_is_asked_for_by_a_day(desk, here, script):
    desk.goto(here.school_class.get_absolute_url())
    desk.locator("input[name=since]").fill("2026-11-21")
    desk.get_by_role("button", name="Show").click()
    expect(desk.get_by_role("heading", name="Practised since Saturday 21 November?")).to_be_visible()


def test_flag_is_settled_by_its_button(desk, here):
    desk.goto(here.school_class.get_absolute_url())
    desk.get_by_role("button", name="Settle").click()
    expect(desk.get_by_text("No flag waits for you.")).to_be_visible()


# Do Now


ON_THE_BOARD = """([id, isOpen]) => {
  const slide = document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest(".slide");
  return slide?.id === id && Boolean(slide.querySelector("details[open]")) === isOpen;
}"""


def expect_on_the_board(page, slide, *, is_open):
    """The slide in the middle of the screen, and whether its answer is open."""
    page.wait_for_function(ON_THE_BOARD, arg=[slide, is_open])


STEPS = [
    ("Space", "card-1", False),
    ("Space", "card-1", True),
    ("ArrowRight", "card-2", False),
    ("ArrowRight", "card-2", True),
    ("Space", "card-2", True),
    ("ArrowLeft", "card-2", False),
    ("ArrowLeft", "card-1", True),
    ("ArrowLeft", "card-1", False),
]


def test_keys_lead_through_questions_and_answers_and_back(desk, here):
    desk.set_viewport_size({"width": 1920, "height": 1080})
    desk.goto(here.school_class.get_absolute_url())
    desk.get_by_role("link", name="Do Now").click()
    expect(desk.locator("[data-keys]")).to_be_visible()
    expect_on_the_board(desk, "questions", is_open=False)
    for key, slide, is_open in STEPS:
        desk.keyboard.press(key)
        expect_on_the_board(desk, slide, is_open=is_open)


def test_escape_leaves_the_board(desk, here):
    desk.goto(f"{here.school_class.get_absolute_url()}do-now/")
    desk.keyboard.press("Escape")
    desk.wait_for_url(f"**{here.school_class.get_absolute_url()}")


def test_space_on_an_answer_in_focus_opens_it_once(desk, here):
    desk.goto(f"{here.school_class.get_absolute_url()}do-now/#card-1")
    desk.locator("#card-1 summary").focus()
    desk.keyboard.press("Space")
    expect_on_the_board(desk, "card-1", is_open=True)


@without_script
def test_board_works_without_a_script(desk, here):
    desk.goto(f"{here.school_class.get_absolute_url()}do-now/")
    expect(desk.get_by_text("Space", exact=True)).to_be_hidden()
    desk.get_by_role("link", name="First question").click()
    desk.locator("#card-1 summary").click()
    expect_on_the_board(desk, "card-1", is_open=True)
    desk.locator("#card-1").get_by_role("link", name="Next question").click()
    desk.wait_for_url("**#card-2")


def test_sheet_is_a_page_of_questions_and_a_page_of_answers(desk, here):
    desk.goto(f"{here.school_class.get_absolute_url()}do-now/sheet/")
    pdf = desk.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2


def test_answers_given_meanwhile_do_not_change_the_sheet(desk, here):
    desk.goto(f"{here.school_class.get_absolute_url()}do-now/")
    answer(here.students["Ada"], here.b, 2, version=2, now=NOW)
    desk.get_by_role("link", name="Print as a sheet").click()
    expect(desk.locator(".do-now > ol > li")).to_have_count(2)

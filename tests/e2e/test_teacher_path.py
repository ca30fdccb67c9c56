"""A teacher’s first lesson: a deck of her own from a paste, a class, its log-ins, and what a student does with them."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from cards.models import Card, ReviewLog
from tests.e2e.conftest import grade_button, log_in, with_and_without_script
from tests.e2e.test_classes import card_of, log_out, press, print_log_ins, redeem
from tests.factories import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GOOD = [f"What happened on day {day} of August 1939?\tIt was day {day}.\tDGFP D VII" for day in range(1, 18)]
BAD = ["A question without its answer\t\tDGFP D VII", "\tAn answer without its question\tDGFP D VII", "a\tb\tc\td\te"]
PASTE = "\n".join(["Front\tBack\tSource", *GOOD, *BAD])


@pytest.fixture
def desk(page, live_server):
    log_in(page.context, TeacherFactory(username="ms-demo", first_name="Ms", last_name="Demo"), live_server)
    page.goto("/teach/")
    return page


def make_a_deck(page):
    page.get_by_role("link", name="Look at their cards, or make a deck of your own").click()
    page.get_by_role("link", name=re.compile("Add deck", re.IGNORECASE)).click()
    page.get_by_label("Title:").fill("August 1939")
    page.get_by_label("Status:").select_option("published")
    page.get_by_role("button", name="Save and continue editing").first.click()


def paste(page):
    """Twenty rows; the first of the three bad ones is mended, the others stay out."""
    page.get_by_role("link", name=re.compile("Import cards", re.IGNORECASE)).click()
    page.get_by_label("Your cards").fill(PASTE)
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.locator("#totals")).to_contain_text("17 rows are new cards. 3 rows have a problem")
    bad = page.locator(".import-row.problem").first
    bad.get_by_label("Back").fill("Here it is.")
    bad.get_by_role("button", name="Save").click()
    expect(page.locator("#totals")).to_contain_text("18 rows are new cards. 2 rows have a problem")
    page.get_by_role("button", name="Import the ticked rows").first.click()
    expect(page.locator(".import")).to_contain_text("18 new cards, as drafts.")


def publish(page):
    page.get_by_role("link", name="See the new cards, and publish them").click()
    boxes = page.locator("input.action-select")
    expect(boxes).to_have_count(18)
    for box in boxes.all():
        box.check()
    page.get_by_label("Action:").select_option("publish")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text("Done: 18.")


def preview(page):
    """As a student sees it."""
    page.locator("#result_list").get_by_role("link", name="What happened on day 2 of August 1939?").click()
    page.get_by_role("link", name=re.compile("Preview", re.IGNORECASE)).click()
    page.get_by_text("Show answer").click()
    expect(page.get_by_role("main")).to_contain_text("It was day 2.")


def make_a_class(page):
    page.get_by_role("link", name="Teacher’s desk").click()
    page.get_by_role("link", name="Make a class").click()
    page.get_by_label("Name of the class").fill("10 History B")
    page.get_by_label("Its first deck").select_option(label="August 1939")
    press(page, "Make the class")


def review_two_cards(page):
    page.get_by_role("link", name="Review 10 cards").click()
    for done, name in enumerate(("Good", "Easy"), start=1):
        page.get_by_text("Show answer").click()
        grade_button(page, name).click()
        expect(page.get_by_role("main")).to_contain_text(f"{done} of 10 today")


@with_and_without_script
def test_teacher_goes_the_whole_path(desk, live_server, script):
    make_a_deck(desk)
    paste(desk)
    publish(desk)
    preview(desk)
    make_a_class(desk)
    print_log_ins(desk, "Khan, Amina\nBen")
    expect(desk.locator(".log-in-cards li")).to_have_count(2)
    log_in_card = card_of(desk, "Amina Khan")
    log_out(desk)
    redeem(desk, *log_in_card)
    review_two_cards(desk)
    look_at_the_class(desk, live_server)
    assert Card.objects.filter(status="published").count() == 18
    answers = ReviewLog.objects.order_by("pk").values_list("user__first_name", "quality")
    assert list(answers) == [("Amina", 4), ("Amina", 5)]


def look_at_the_class(page, live_server):
    log_in(page.context, User.objects.get(username="ms-demo"), live_server)
    page.goto("/teach/")
    page.get_by_role("main").get_by_role("link", name="10 History B", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("1 of 2 practised this week.")
    page.get_by_role("main").get_by_role("link", name="Amina Khan").first.click()
    expect(page.get_by_role("main")).to_contain_text("Practised on 1 day in the last 8 weeks.")

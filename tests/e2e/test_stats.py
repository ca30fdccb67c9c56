"""The page stats in a browser: for everybody's eyes, on every screen and on paper, without noise."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.conftest import answer
from tests.e2e.axe import too_wide, violations
from tests.e2e.conftest import log_in, with_and_without_script

pytestmark = pytest.mark.browser


@pytest.fixture
def stats(page, student, deck, live_server):
    """The page of a student with answers of several days, her numbers open."""
    first, second, third = deck.cards.all()
    now = timezone.now()
    answer(student, first, 2, now=now - timedelta(days=9))
    answer(student, first, 4, version=1, now=now - timedelta(days=9))
    answer(student, second, 4, now=now - timedelta(days=3))
    answer(student, third, 4, now=now - timedelta(days=2))
    answer(student, third, 4, version=1, now=now - timedelta(days=1))
    answer(student, third, 4, version=2, now=now)
    log_in(page.context, student, live_server)
    page.goto("/stats/?range=all")
    for summary in page.locator("summary").all():
        summary.click()
    return page


def test_page_is_accessible(stats):
    assert violations(stats) == []


def test_page_does_not_scroll_sideways(stats):
    assert too_wide(stats, 1100, 390, 320) == {}


@with_and_without_script
def test_range_is_chosen_by_a_link(stats, script):
    stats.get_by_role("link", name="a year").click()
    stats.wait_for_url("**/stats/?range=365#over-time")
    expect(stats.get_by_role("heading", name="Reviews a week")).to_be_visible()


def test_every_picture_has_a_name_and_its_numbers(stats):
    names = [picture.get_attribute("aria-labelledby").split() for picture in stats.get_by_role("img").all()]
    assert [part for name in names for part in name] == [
        *("forecast", "forecast-says", "reviews", "reviews-says", "minutes", "minutes-says", "hours", "hours-says")
    ]
    assert all(stats.locator(f"#{part}").inner_text() for name in names for part in name)
    assert stats.locator("details.numbers table").count() == 4


def test_page_breaks_no_rule_of_the_policy(context, page, student, deck, live_server):
    heard = []
    context.on("console", lambda message: heard.append(message.text))
    answer(student, deck.cards.first(), now=timezone.now())
    log_in(context, student, live_server)
    page.goto("/stats/")
    assert (heard, page.locator(".chart path.lower").first.bounding_box()["height"] > 50) == ([], True)

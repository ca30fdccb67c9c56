"""A browser, a logged-in student with three cards, and words for what she does and sees."""

import os

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from cards.models import ReviewLog
from tests.conftest import answer
from tests.e2e.chromium import FLAGS, chromium_path
from tests.factories import DeckFactory

# Playwright keeps an event loop in the thread in which the tests ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

expect.set_options(timeout=10_000)  # a machine that is busy with other tests is slow, not wrong

PASSWORD = "narew-vistula-san"
ANSWER_URL = "**/review/answer/"
UNDO_URL = "**/review/undo/"

without_script = pytest.mark.browser_context_args(java_script_enabled=False)
with_and_without_script = pytest.mark.parametrize("script", ["on", pytest.param("off", marks=without_script)])


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium_path()
    if path is None:
        stop = pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip
        stop("The browser tests need Chromium, and there is none on this machine.")
    return {**browser_type_launch_args, "executable_path": path, "args": FLAGS}


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture
def context(context):
    context.set_default_timeout(10_000)
    return context


@pytest.fixture
def student_page(page, student, deck, live_server):
    """A tab in which the student, who has three new cards, is logged in; no page is open yet."""
    log_in(page.context, student, live_server)
    return page


@pytest.fixture
def review(student_page):
    """The review page, with the first card asked."""
    student_page.goto("/review/")
    return student_page


@pytest.fixture
def places(page, student, deck, live_server):
    """Brings the page to one place after another, first as a visitor, then as the student, and names each."""
    contested = "A. J. P. Taylor thought it a defence, Robert Tucker a choice."
    deck.cards.filter(pk=deck.cards.first().pk).update(contested=contested)
    DeckFactory(description="Picked by nobody yet.", cards=1)
    return _visit(page, student, deck, live_server)


def _visit(page, student, deck, live_server):
    page.goto("/")
    page.get_by_text("Show answer").click()
    yield "welcome"
    page.goto("/accounts/signup/")
    yield "signup"
    page.goto("/accounts/login/")
    yield "login"
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator(".errorlist")).to_be_visible()
    yield "login with errors"
    log_in(page.context, student, live_server)
    page.goto("/")
    yield "home"
    page.goto("/review/")
    yield "review, closed"
    reveal(page)
    page.get_by_text("Historians disagree").click()
    page.get_by_text("Keys", exact=True).click()
    yield "review, revealed"
    answer_elsewhere(student, deck.cards.first())
    grade_button(page, "Again").click()
    expect_card(page, deck.cards.all()[1])
    yield "review, conflict"
    for card in deck.cards.all()[1:]:
        answer_elsewhere(student, card)
    page.goto("/review/")
    expect_done(page)
    yield "done"
    page.goto("/")
    yield "home, done"


def log_in(context, user, live_server):
    """Log `user` in by a cookie, without the form."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


# --- what she does


def reveal(page):
    page.get_by_text("Show answer").click()


def grade(page, name):
    """Reveal the card and press the grade of this name."""
    reveal(page)
    expect_settled(page)
    grade_button(page, name).click()


def grade_button(page, name):
    return page.locator("form[data-grades] button").filter(has=page.get_by_text(name, exact=True))


def undo(page):
    expect_settled(page)
    page.get_by_role("button", name="Undo").click()


# --- what the network does


def hold_back(page, url):
    """Keep requests to `url` from the server; returns the list in which they wait."""
    waiting = []

    def wait(route):
        waiting.append(route)

    page.route(url, wait)
    return waiting


def let_go(page, url, waiting):
    """Once there is one: a browser under load tells of it late."""
    for _ in range(100):
        if not waiting:
            page.wait_for_timeout(50)
    for route in waiting:
        route.continue_()
    page.unroute(url)


def refuse_once(page, url, status):
    """The server is busy for one request."""
    page.route(url, lambda route: route.fulfill(status=status, body="Not saved. Try again."), times=1)


def lose_one_reply(page, url):
    """One request reaches the server, and its reply gets lost on the way back."""

    def lose(route):
        route.fetch()
        route.abort()

    page.route(url, lose, times=1)


# --- what she sees


def expect_card(page, card):
    """The page asks this card, and its answer is closed."""
    expect(page.locator("#question")).to_have_text(card.front)
    expect(page.locator("#reveal")).not_to_have_attribute("open", "")
    expect_settled(page)


def expect_done(page):
    expect(page.locator("#question")).to_have_text("Done for today")
    expect_settled(page)


def expect_settled(page):
    """htmx takes over the forms of a swapped card some milliseconds after the swap; until then they are plain ones."""
    expect(page.locator(".htmx-settling")).to_have_count(0)


def expect_receipt(page, sentence):
    expect(page.locator("#receipt")).to_have_text(sentence)


# --- what the database says


def standing_qualities():
    """The grades of all answers that stand, oldest first."""
    return list(ReviewLog.objects.standing().order_by("pk").values_list("quality", flat=True))


def all_qualities():
    """The grades of all answers, those taken back with them, oldest first."""
    return list(ReviewLog.objects.order_by("pk").values_list("quality", flat=True))


def answer_elsewhere(user, card, quality=4, **kwargs):
    """Answer as another device does, now."""
    return answer(user, card, quality, now=timezone.now(), **kwargs)

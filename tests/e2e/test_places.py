"""Every page: for everybody's eyes, on every screen, without noise, and without a word to anyone else."""

from urllib.parse import urlsplit

import pytest

from tests.e2e.axe import SCHEMES, too_wide, violations, violations_as_it_is
from tests.e2e.conftest import expect_done, grade, log_in, reveal
from tests.factories import CardFactory, PickedDeckFactory

pytestmark = pytest.mark.browser

SHELL = ("/offline/", "/sw.", "/manifest.webmanifest")  # nothing of any student in them
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän"


def test_every_place_is_accessible(page, places):
    found = {place: violations(page) for place in places}
    assert found == {place: [] for place in found}
    assert len(found) == 10


@pytest.mark.parametrize("theme", SCHEMES)
def test_chosen_theme_is_accessible_on_a_device_set_otherwise(student_page, student, theme):
    student.theme = theme
    student.save()
    student_page.emulate_media(color_scheme="dark" if theme == "light" else "light")
    student_page.goto("/")
    on_home = violations_as_it_is(student_page)
    student_page.goto("/review/")
    reveal(student_page)
    assert (on_home, violations_as_it_is(student_page)) == ([], [])
    assert student_page.evaluate("getComputedStyle(document.documentElement).colorScheme") == theme


def test_no_place_scrolls_sideways_on_a_phone(page, places, student):
    student.grade_buttons = 6
    student.save()
    page.set_viewport_size({"width": 390, "height": 844})
    found = {place: too_wide(page, 390, 320) for place in places}
    assert found == {place: {} for place in found}
    assert len(found) == 10


def test_long_words_do_not_scroll_sideways_on_a_phone(page, student, live_server):
    deck = PickedDeckFactory(user=student, deck__title=LONG_WORD).deck
    CardFactory(deck=deck, front=LONG_WORD, back=LONG_WORD, why=LONG_WORD, source=LONG_WORD)
    log_in(page.context, student, live_server)
    page.set_viewport_size({"width": 320, "height": 640})
    overflow = "document.documentElement.scrollWidth - innerWidth"
    page.goto("/")
    on_home = page.evaluate(overflow)
    page.goto("/review/")
    reveal(page)
    assert (on_home, page.evaluate(overflow)) == (0, 0)


@pytest.fixture
def noise(context):
    """Whatever a page of this browser says on the console, refused by the policy or thrown by a script."""
    heard = []
    context.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('refused', e.violatedDirective, e.blockedURI))"
    )
    context.on("console", lambda message: heard.append(message.text))
    context.on("weberror", lambda error: heard.append(str(error.error)))
    return heard


@pytest.fixture
def requests(context):
    heard = []
    context.on("request", lambda request: heard.append(request.url))
    return heard


@pytest.fixture
def cache_rules(context):
    """The Cache-Control of every page and fragment, by its address."""
    heard = {}

    def hear(response):
        if response.request.resource_type in ("document", "xhr", "fetch"):
            heard[urlsplit(response.url).path] = response.headers.get("cache-control")

    context.on("response", hear)
    return heard


CONFLICT_LINE = "Failed to load resource: the server responded with a status of 409 (Conflict)"


def test_every_place_is_quiet_and_asks_nobody_else(noise, requests, places, base_url):
    assert len(list(places)) == 10
    assert [line for line in noise if line != CONFLICT_LINE] == []
    assert {urlsplit(url)[:2] for url in requests} == {urlsplit(base_url)[:2]}


def test_a_session_is_quiet_and_kept_in_no_cache(noise, requests, cache_rules, review, base_url):
    for _ in range(3):
        grade(review, "Good")
    expect_done(review)
    review.get_by_role("link", name="Back to today").click()
    review.wait_for_url(base_url + "/")
    assert noise == []
    assert {urlsplit(url)[:2] for url in requests} == {urlsplit(base_url)[:2]}
    hers = {path: rule for path, rule in cache_rules.items() if not path.startswith(("/static/", *SHELL))}
    assert hers == dict.fromkeys(["/review/", "/review/offline/", "/review/answer/", "/"], "no-store")


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/"])
def test_password_pages_are_kept_in_no_cache(page, address):
    rules = page.goto(address).headers["cache-control"].split(", ")
    assert "no-store" in rules

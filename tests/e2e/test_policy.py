"""Every page that there is, in a browser that keeps to our policy: it has nothing to refuse, and asks nobody else.

The pages are those that the access matrix lets somebody see, so that a new one is tried without being named here.
"""

import pytest
from django.db import OperationalError
from django.urls import reverse

from cards.views import stats
from tests.access_matrix import ADMIN, PAGES
from tests.access_world import World
from tests.e2e.conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LISTEN = (
    "addEventListener('securitypolicyviolation', event => { console.error(`refused: ${event.violatedDirective}`) })"
)
ERRORS = {400: "/stats/?range=x", 403: "/teach/", 404: "/nowhere/"}


FILES = {"admin:cards_deck_import_left"}


def who_sees(row):
    return next((actor for actor, word in row.answers.items() if word == "200"), None)


SEEN = [row for row in [*PAGES, *ADMIN] if row.method == "GET" and row.name not in FILES and who_sees(row)]


@pytest.fixture
def watched(page, live_server):
    """The page, and what the browser refused or asked of others."""
    page.add_init_script(LISTEN)
    found = []
    said = {"refused:", "Content Security Policy"}
    page.context.on(
        "console", lambda message: found.append(message.text) if any(map(message.text.__contains__, said)) else 0
    )
    page.context.on(
        "request", lambda asked: None if asked.url.startswith((live_server.url, "data:")) else found.append(asked.url)
    )
    return page, found


def open_page(watched, address, status=200):
    """What was found on it."""
    page, found = watched
    found.clear()
    response = page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    return (response.status, list(found)) if (response.status, found) != (status, []) else None


@pytest.mark.parametrize("actor", ["visitor", "ada", "ben", "tea", "sue"])
def test_nothing_on_any_page_has_to_be_refused(watched, live_server, actor):
    world = World()
    if actor != "visitor":
        log_in(watched[0].context, getattr(world, actor), live_server)
    rows = [row for row in SEEN if who_sees(row) == actor]
    seen = {str(row): open_page(watched, reverse(row.name, args=map(world.slot, row.slots))) for row in rows}
    assert (len(seen) > 0, {name: wrong for name, wrong in seen.items() if wrong}) == (True, {})


def test_somebody_sees_each_page():
    assert {who_sees(row) for row in SEEN} == {"visitor", "ada", "ben", "tea", "sue"}


@pytest.mark.parametrize(("status", "address"), ERRORS.items())
def test_nothing_on_a_refusal_has_to_be_refused(watched, student_page, status, address):
    assert open_page(watched, address, status) is None


@pytest.mark.parametrize(("error", "status"), [(ValueError("ours"), 500), (OperationalError("locked"), 503)])
def test_nothing_on_a_fault_has_to_be_refused(watched, student_page, monkeypatch, error, status):
    def fail(user):
        raise error

    monkeypatch.setattr(stats, "load_history", fail)
    assert open_page(watched, "/stats/", status) is None


def test_nothing_has_to_be_refused_where_somebody_was_too_often(watched, student_page, settings):
    settings.ACCOUNT_RATE_LIMITS = {"join": "0/h/user"}
    page, found = watched
    page.goto("/join/")
    page.get_by_role("main").get_by_role("textbox").fill("x")
    with page.expect_response("**/join/") as answer:
        page.get_by_role("main").get_by_role("button").click()
    page.wait_for_load_state()
    assert (answer.value.status, found) == (429, [])


@pytest.mark.parametrize(
    "harm", ["document.body.setAttribute('style', 'top: 0')", "new Image().src = 'https://a.example/'"]
)
def test_what_has_to_be_refused_is_found(watched, student_page, harm):
    page, found = watched
    page.goto("/")
    page.evaluate(harm)
    for _ in range(100):
        if not found:
            page.wait_for_timeout(50)
    assert len(found) > 0

"""Shared by all tests: a student with a picked deck, and the instant at which the tests stand still."""

import gc
import os
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from hypothesis import settings as hypothesis_settings

from cards.own import add_card
from cards.review import Answer, answer_card
from tests import pristine
from tests.factories import PickedDeckFactory, UserFactory
from tests.pure import meets_a_database

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEFT_OUT = pytest.StashKey[int]()
IS_LONG = os.environ.get("LONG") == "1"  # make bench-long


def short_or_long(short, long):
    return long if IS_LONG else short


hypothesis_settings.register_profile("long", max_examples=5000, deadline=None)
if IS_LONG:
    hypothesis_settings.load_profile("long")


def pytest_collection_modifyitems(config, items):
    """What is about the other database is no skipped test here: it runs there. What is about none runs on SQLite."""
    is_left_out = {item: connection.vendor not in _vendors(item) for item in items}
    if connection.vendor != "sqlite":
        pure = [item for item in items if not meets_a_database(item)]
        is_left_out |= dict.fromkeys(pure, True)
        config.stash[LEFT_OUT] = len(pure)
    config.hook.pytest_deselected(items=[item for item in items if is_left_out[item]])
    items[:] = [item for item in items if not is_left_out[item]]
    for item in items if IS_LONG else ():
        item.add_marker(pytest.mark.timeout(6 * 3600), append=False)
    if hasattr(config, "workerinput"):
        items.sort(key=_longest_first(items))


def pytest_collection_finish():
    """What thousands of collected tests are made of stays: to look through it again and again took a tenth of a run."""
    gc.collect()
    gc.freeze()


def _longest_first(items):
    """By what each file may take and how many tests it has, one that asks a server counted as twenty.

    Or one worker is left alone with the longest of them.
    """
    tests, seconds = Counter(), defaultdict(int)
    for item in items:
        marker = item.get_closest_marker("timeout")
        tests[item.path] += 20 if "live_server" in item.fixturenames else 1
        seconds[item.path] = max(seconds[item.path], marker.args[0] if marker else 0)
    return lambda item: (-seconds[item.path], -tests[item.path])


def _vendors(item):
    marker = item.get_closest_marker("only_on")
    return marker.args if marker else (connection.vendor,)


def pytest_sessionfinish(session):
    """Each worker of pytest-xdist collects for itself, and nobody sees what it prints."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter, config):
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"{left_out} tests that meet no database ran on SQLite alone.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where everything is required, a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_ALL") == "1":
        report.outcome, report.longrepr = "failed", f"skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        pristine.keep()
    yield
    with django_db_blocker.unblock():
        pristine.forget()


@pytest.fixture(autouse=True)
def english():
    """A request in another language leaves it switched on; the next test begins as the server does."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def still(time_machine):
    """The clock stands: how long somebody has to wait is known to the second."""
    time_machine.move_to(timezone.now(), tick=False)


@pytest.fixture
def student(db):
    return UserFactory()


@pytest.fixture
def deck(student):
    """A deck of three cards that the student has picked."""
    return PickedDeckFactory(user=student, deck__cards=3).deck


@pytest.fixture
def student_client(client, student):
    client.force_login(student)
    return client


def answer(user, card, quality=4, *, version=0, now=NOON, attempt=None, elapsed_ms=5000, detail=None):
    """Answer a card as the review page does."""
    message = Answer(
        card_id=card.pk,
        version=version,
        quality=quality,
        attempt=attempt or uuid4(),
        elapsed_ms=elapsed_ms,
        detail=detail or {},
    )
    return answer_card(user, message, now=now)


def write_card(user, *, kind="basic", front="Why did he sign?", back="To win time.", attempt=None):
    """A card of her own, written as on its page."""
    return add_card(user, attempt=attempt or uuid4(), kind=kind, front=front, back=back)

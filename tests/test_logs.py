"""What the server writes down holds the number of the request and nothing personal."""

import json
import logging
import sys
from io import StringIO
from logging.config import dictConfig

import pytest
from django.db import IntegrityError, connections
from django.http import HttpResponse
from django.urls import reverse

from cards.views import stats
from pactcards.logs import PlainJsonFormatter, RequestLogMiddleware, logging_by, note_slow
from pactcards.replica import REPLICA

pytestmark = pytest.mark.django_db
NAME = "kestrel-41"


@pytest.fixture
def lines(settings):
    """What the server writes in production, each line as a dict."""
    settings.LOG_REQUESTS = True
    root, stream, production = logging.getLogger(), StringIO(), logging_by(as_json=True, debug=False)
    handlers, level = root.handlers[:], root.level
    production["handlers"]["console"]["stream"] = stream
    dictConfig(production)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    dictConfig(settings.LOGGING)
    root.handlers[:] = handlers
    root.setLevel(level)


def test_request_has_a_line_with_its_view_and_number(client, lines):
    response = client.get(reverse("account_login"))
    (line,) = lines()
    assert (line["view"], line["method"], line["status"]) == ("account_login", "GET", 200)
    assert line["request_id"] == response["X-Request-ID"]


def test_number_of_the_proxy_is_taken_over_if_it_is_one(client):
    number = "0123456789abcdef0123456789abcdef"
    assert client.get("/health/live", headers={"X-Request-ID": number})["X-Request-ID"] == number
    assert client.get("/health/live", headers={"X-Request-ID": "a\tb; admin"})["X-Request-ID"] != "a\tb; admin"


def test_no_line_names_an_address_or_what_was_sent(client, lines):
    client.get(f"/nowhere/{NAME}/?{NAME}")
    client.post(reverse("account_login"), {"login": NAME, "password": NAME})
    assert [line for line in lines() if NAME in str(line)] == []


def test_fault_of_a_page_has_a_line_that_names_the_view_alone(student_client, monkeypatch, lines):
    def fail(_user):
        raise ValueError(NAME)

    monkeypatch.setattr(stats, "load_history", fail)
    student_client.raise_request_exception = False
    student_client.get(f"/stats/?{NAME}")
    fault, answered = lines()
    assert (fault["message"], fault["level"], answered["status"]) == ("500 in stats", "ERROR", 500)
    assert (NAME in str(fault), fault["request_id"]) == (False, answered["request_id"])


def test_fault_tells_where_and_not_what_a_person_typed():
    found = formatted(ValueError(f"{NAME} is no number"))
    assert (NAME in found, found.rsplit("\n", 1)[-1], "test_logs.py" in found) == (False, "builtins.ValueError", True)


def test_of_the_databases_errors_the_line_without_values_is_kept():
    found = formatted(IntegrityError(f"duplicate key violates user_once\nDETAIL:  Key (username)=({NAME})"))
    assert found.rsplit("\n", 1)[-1] == "django.db.utils.IntegrityError: duplicate key violates user_once"


def formatted(error):
    try:
        raise error
    except Exception:
        return PlainJsonFormatter().formatException(sys.exc_info())


@pytest.mark.parametrize(("limit", "names"), [(0, ["slow"]), (10_000, [])])
def test_slow_query_is_named_without_its_values(settings, caplog, limit, names):
    settings.SLOW_QUERY_MS = limit
    note_slow(lambda *_arguments: None, "SELECT %s", [NAME], False, {})
    assert [record.message for record in caplog.records] == names
    assert [record.sql for record in caplog.records] == ["SELECT %s"] * len(names)


@pytest.fixture
def replica(monkeypatch):
    """Another connection, to the database of the tests."""
    monkeypatch.setitem(connections.settings, REPLICA, connections.settings["default"])
    connections[REPLICA].connect()
    yield
    connections[REPLICA].close()
    del connections[REPLICA]


@pytest.mark.parametrize("alias", ["default", REPLICA])
def test_slow_query_of_each_connection_has_a_line_while_a_request_is_answered(rf, settings, lines, replica, alias):
    def ask(_request):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse()

    settings.SLOW_QUERY_MS = 0
    RequestLogMiddleware(ask)(rf.get("/"))
    assert [line["sql"] for line in lines() if line["message"] == "slow"] == ["SELECT 1"]
    assert [connection.execute_wrappers for connection in connections.all()] == [[], []]


def test_slow_query_has_the_number_of_its_request(client, settings, lines):
    settings.SLOW_QUERY_MS = 0
    number = client.get(reverse("health_ready"))["X-Request-ID"]
    assert {line["request_id"] for line in lines() if line["logger"] == "pactcards.query"} == {number}


def test_formatter_leaves_the_request_out(rf):
    record = logging.LogRecord("x", logging.ERROR, "", 0, "said", (), None)
    record.request = rf.get(f"/{NAME}/")
    assert NAME not in PlainJsonFormatter().format(record)

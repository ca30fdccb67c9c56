"""A server from its start to its stop: its processes count together, what has begun is answered, its lines are JSON."""

import json
import re
import signal
import time
from contextlib import closing
from http.client import HTTPConnection
from socket import create_connection
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from tests.pristine import pristine
from tests.school_server import WITHOUT_PROXY, Server, headers_of_a_form
from tests.storm import Sender, faults, make_students, wait_until

# What befalls its processes has nothing to do with the database.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300), pytest.mark.only_on("sqlite")]
STUDENTS = 2
NAME = "kestrel-41"
METRICS, ASKED = "m" * 32, 20
SEEN = re.compile(
    r'^django_http_responses_total_by_status_view_method_total{method="GET",status="200",view="health_ready"} (.+)$',
    re.M,
)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Stopped(NamedTuple):
    figures: list
    replies: list
    code: int
    faults: dict
    lines: list


@pytest.fixture(scope="module", params=[{}, WITHOUT_PROXY], ids=["behind a proxy", "on its own"])
def stopped(request, tmp_path_factory, django_db_setup):
    """What came of it when each student's answer was half sent."""
    directory = tmp_path_factory.mktemp("school")
    settings = {"LOG_REQUESTS": "on", "METRICS_TOKEN": METRICS, "TMPDIR": str(directory), **request.param}
    with pristine(directory) as address:
        server = Server(directory, database_url=address, **settings)
        keys = make_students(server, students=STUDENTS, cards=1)
        server.start()
        try:
            yield stop(server, [Sender([server.port], key) for key in keys])
        finally:
            if server.process.poll() is None:
                server.kill()


def stop(server, senders):
    figures = figures_of(server.port)
    ask_oddly(server.port)
    begun = [begin(sender) for sender in senders]
    server.process.send_signal(signal.SIGTERM)
    wait_until(lambda: "Handling signal: term" in (server.directory / "log").read_text(), "the signal")
    time.sleep(0.5)  # the first process tells the others
    replies = [end(sender, *one) for sender, one in zip(senders, begun, strict=True)]
    code = server.process.wait(timeout=40)
    return Stopped(figures, replies, code, faults(server, senders), (server.directory / "log").read_text().splitlines())


def figures_of(port):
    """What the page of figures says, whichever process is asked, when so many requests have been answered."""
    for _ in range(ASKED):
        ask(port, "/health/ready")
    return [int(float(number)) for _ in range(4) for number in SEEN.findall(ask(port, "/metrics"))]


def ask(port, address):
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", address, headers=headers_of_a_form() | {"Authorization": f"Bearer {METRICS}"})
        return line.getresponse().read().decode()


def ask_oddly(port):
    """For no page that there is, and in a way that gunicorn refuses itself."""
    ask(port, f"/{NAME}/?{NAME}")
    with closing(create_connection(("127.0.0.1", port), timeout=30)) as line:
        line.sendall(f"GET /{NAME} {NAME}\r\n\r\n".encode())
        assert line.recv(12) == b"HTTP/1.1 400"


def begin(sender):
    """The line, when a process has read the head of an answer, and what is still to be sent."""
    sender.page = sender.ask("GET", "/review/").page
    form = sender.next_form()
    line, body = HTTPConnection("127.0.0.1", sender.ports[0], timeout=40), urlencode(form).encode()
    line.putrequest("POST", "/review/answer/", skip_host=True)
    for name, value in {**sender.headers, "Content-Length": len(body), "Expect": "100-continue"}.items():
        line.putheader(name, value)
    line.endheaders()
    assert line.sock.recv(len(GO_ON)) == GO_ON
    return line, form


def end(sender, line, form):
    with closing(line):
        line.send(urlencode(form).encode())
        response = line.getresponse()
        outcome = response.headers["X-Review-Outcome"]
        sender.acknowledged[form["attempt"].replace("-", "")] = outcome
        return response.status, outcome


def test_what_has_begun_is_answered_and_then_the_server_ends_well(stopped):
    assert (stopped.replies, stopped.code) == ([(200, "counted")] * STUDENTS, 0)
    assert stopped.faults == {"lost": 0, "twice": 0, "unknown": 0}


def test_requests_of_all_processes_are_added_up(stopped):
    assert stopped.figures == [ASKED] * 4


def test_each_line_of_the_server_is_json(stopped):
    lines = [json.loads(line) for line in stopped.lines]
    assert [line for line in lines if not {"level", "logger", "message", "time"} <= line.keys()] == []
    assert {line["logger"] for line in lines} - {"py.warnings"} == {"gunicorn.error", "pactcards.request"}
    answered = [line for line in lines if line["logger"] == "pactcards.request"]
    assert [line for line in answered if len(line["request_id"]) != 32] == []


def test_no_line_of_the_server_names_an_address_or_whom_it_was_about(stopped):
    assert {"Invalid request"} <= {json.loads(line)["message"] for line in stopped.lines}
    assert [line for line in stopped.lines if NAME in line] == []

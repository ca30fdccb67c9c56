"""A server that is told to stop: what has begun is answered, and all that it wrote down meanwhile is JSON."""

import json
import signal
import time
from contextlib import closing
from http.client import HTTPConnection
from socket import create_connection
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from tests.pristine import pristine
from tests.school_server import Server
from tests.storm import Sender, faults, make_students

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]
STUDENTS = 2
NAME = "kestrel-41"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Stopped(NamedTuple):
    replies: list
    code: int
    faults: dict
    lines: list


@pytest.fixture(scope="module", params=["1", "4"], ids=["behind a proxy", "on its own"])
def stopped(request, tmp_path_factory, django_db_setup):
    """What came of it when each student's answer was half sent."""
    directory = tmp_path_factory.mktemp("school")
    with pristine(directory) as address:
        server = Server(directory, database_url=address, LOG_REQUESTS="on", WEB_THREADS=request.param)
        keys = make_students(server, students=STUDENTS, cards=1)
        server.start()
        try:
            yield stop(server, [Sender([server.port], key) for key in keys])
        finally:
            if server.process.poll() is None:
                server.kill()


def stop(server, senders):
    ask_oddly(server.port)
    begun = [begin(sender) for sender in senders]
    server.process.send_signal(signal.SIGTERM)
    while "Handling signal: term" not in (server.directory / "log").read_text():
        time.sleep(0.05)
    time.sleep(0.5)  # the first process tells the others
    replies = [end(sender, *one) for sender, one in zip(senders, begun, strict=True)]
    code = server.process.wait(timeout=40)
    return Stopped(replies, code, faults(server, senders), (server.directory / "log").read_text().splitlines())


def ask_oddly(port):
    """One for no page, and one that gunicorn refuses itself."""
    for asked in (f"GET /{NAME}/?{NAME} HTTP/1.1\r\nHost: localhost\r\nConnection: close", f"GET /{NAME} {NAME}"):
        with closing(create_connection(("127.0.0.1", port), timeout=30)) as line:
            line.sendall(f"{asked}\r\n\r\n".encode())
            assert line.recv(12) in (b"HTTP/1.1 404", b"HTTP/1.1 400")


def begin(sender):
    """The line, when a process has read the head of an answer, and what is still to be sent."""
    sender.page = sender.ask("GET", "/review/").page
    form = sender.next_form()
    line, body = HTTPConnection("127.0.0.1", sender.ports[0], timeout=40), urlencode(form).encode()
    line.putrequest("POST", "/review/answer/")
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


def test_each_line_of_the_server_is_json(stopped):
    lines = [json.loads(line) for line in stopped.lines]
    assert [line for line in lines if not {"level", "logger", "message", "time"} <= line.keys()] == []
    assert {line["logger"] for line in lines} - {"py.warnings"} == {"gunicorn.error", "pactcards.request"}
    answered = [line for line in lines if line["logger"] == "pactcards.request"]
    assert [line for line in answered if len(line["request_id"]) != 32] == []


def test_no_line_of_the_server_names_an_address_or_whom_it_was_about(stopped):
    assert {"Invalid request"} <= {json.loads(line)["message"] for line in stopped.lines}
    assert [line for line in stopped.lines if NAME in line] == []

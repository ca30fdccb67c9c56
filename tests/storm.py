"""Students who answer card after card, each message sent again until it is answered, whatever befalls the server."""

import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from html import unescape
from http.client import HTTPConnection, HTTPException
from random import Random
from socket import MSG_PEEK
from threading import Event
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from tests.school_server import headers_of_a_form

PATIENCE = 60  # seconds that a request may take: new processes need a moment to start where others are busy
ANSWERED = (200, 409)
TOO_OFTEN, FAULT = 429, 500
_FORM = re.compile(r"<form[^>]* data-grades[ >].*?</form>", re.DOTALL)
_INPUT = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
MAKE_STUDENTS = """
import django; django.setup()
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from accounts.days import study_day
from accounts.models import User
from cards.models import Card, Deck, PickedDeck
deck = Deck.objects.create(slug="storm", title="Storm", status="published", in_library=True)
Card.objects.bulk_create(Card(deck=deck, code=f"c{{n}}", position=n, status="published", front=f"{{n}}?", back="So.")
                         for n in range({cards}))
today = study_day(User(time_zone="UTC"), now=timezone.now())
keys = []
for number in range({students}):
    user = User.objects.create(username=f"s{{number}}", time_zone="UTC", more_on=today, more_new=9999)
    PickedDeck.objects.create(user=user, deck=deck)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.create()
    keys.append(session.session_key)
print(json.dumps(keys))
"""
COUNT_ROWS = """
import django; django.setup()
import json
from django.db.models import Count
from cards.models import ReviewLog
print(json.dumps([[attempt.hex, count] for attempt, count in
                  ReviewLog.objects.values_list("attempt").annotate(count=Count("pk"))]))
"""


class Reply(NamedTuple):
    status: int
    outcome: str
    page: str
    seconds: float
    retry_after: str


def _words(reply):
    """A refusal must say when to come again."""
    return str(reply.status) if reply.retry_after else f"{reply.status} without Retry-After"


def make_students(server, *, students, cards):
    """In a migrated, empty database; returns the key of a session for each."""
    return json.loads(server.run("-c", MAKE_STUDENTS.format(students=students, cards=cards)))


class Sender:
    """A student's browser; for a share of her answers the line breaks before she knows whether they counted."""

    def __init__(self, ports, session_key, *, breaks=0.0):
        self.ports, self.messages, self.page = ports, 0, ""
        self.breaks, self.chance = breaks, Random(session_key)
        self.headers = headers_of_a_form(sessionid=session_key) | {"HX-Request": "true"}
        self.acknowledged, self.sent, self.troubles, self.seconds = {}, set(), Counter(), []
        self.is_waiting = False

    def ask(self, method, address, form=None):
        start = time.perf_counter()
        with closing(HTTPConnection("127.0.0.1", self._port(), timeout=PATIENCE)) as connection:
            connection.request(method, address, urlencode(form) if form else None, self.headers)
            self.is_waiting = True
            try:
                response = connection.getresponse()
                page = response.read().decode()
            finally:
                self.is_waiting = False
        outcome, retry = (response.headers.get(name, "") for name in ("X-Review-Outcome", "Retry-After"))
        return Reply(response.status, outcome, page, time.perf_counter() - start, retry)

    def ask_until_answered(self, method, address, form=None):
        """The reply, and the seconds from the first try until it was there."""
        start = time.perf_counter()
        while True:
            try:
                reply = self.ask(method, address, form)
            except (OSError, HTTPException) as error:
                self.troubles[type(error).__name__] += 1
            else:
                if reply.status in ANSWERED:
                    return reply._replace(seconds=time.perf_counter() - start)
                if reply.status < FAULT and reply.status != TOO_OFTEN:
                    raise AssertionError(f"{method} {address}: {reply.status}, and it will never be otherwise")
                self.troubles[_words(reply)] += 1
            time.sleep(0.1)

    def send_and_hear_nothing(self, address, form, *, at_once):
        """The line breaks as soon as all is sent, or when the reply comes in."""
        connection = HTTPConnection("127.0.0.1", self._port(), timeout=PATIENCE)
        with suppress(OSError, HTTPException), closing(connection):
            connection.request("POST", address, urlencode(form), self.headers)
            if not at_once:
                connection.sock.recv(1, MSG_PEEK)

    def _port(self):
        """The next machine for each message, also for one that is sent again."""
        self.messages += 1
        return self.ports[self.messages % len(self.ports)]

    @property
    def has_card(self):
        return bool(_FORM.search(self.page))

    def next_form(self):
        fields = _INPUT.findall(_FORM.search(self.page)[0])
        form = {name: unescape(value) for name, value in fields} | {"quality": "4"}
        self.sent.add(UUID(form["attempt"]).hex)
        return form

    def answer(self):
        """One card, by the form that the last reply holds."""
        if not self.has_card:
            self.page = self.ask_until_answered("GET", "/review/").page
        form = self.next_form()
        if self.chance.random() < self.breaks:
            self.send_and_hear_nothing("/review/answer/", form, at_once=self.chance.random() < 0.5)
        reply = self.ask_until_answered("POST", "/review/answer/", form)
        self.acknowledged[UUID(form["attempt"]).hex] = reply.outcome
        self.seconds.append(reply.seconds)
        self.page = reply.page

    def answer_until(self, over, pause=0):
        while not over.is_set():
            self.answer()
            if pause:
                over.wait(pause)


def storm(senders, disturb):
    """All answer at once while `disturb()` runs, and until each of them has her last answer."""
    over = Event()
    with ThreadPoolExecutor(len(senders)) as pool:
        running = [pool.submit(sender.answer_until, over) for sender in senders]
        try:
            disturb()
        finally:
            over.set()
        for one in running:
            one.result()


def wait_until(is_so, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {patience} s")
        time.sleep(0.02)


def answered(senders):
    return sum(len(sender.acknowledged) for sender in senders)


def wait_for_answers(senders, count):
    wanted = answered(senders) + count
    wait_until(lambda: answered(senders) >= wanted, f"{count} more answers")


def kill_again_and_again(server, senders, times, *, also=None):
    """Each time about a second after it has answered; something else is killed with every third."""
    for number in range(times):
        wait_for_answers(senders, 1)
        time.sleep(0.6 + number % 3 / 2)
        server.kill()
        if also and number % 3 == 2:
            also()
        server.start()


class Restart(NamedTuple):
    during: int
    after: int


def restart(server, senders, *, answers):
    """For a new version, when so many have been answered and most of the senders wait for an answer.

    Returns when all other processes have answered as many.
    """
    wait_for_answers(senders, answers)
    old, before = server.workers(), answered(senders)
    wait_until(lambda: sum(sender.is_waiting for sender in senders) > len(senders) / 2, "many in flight")
    server.reload()
    wait_until(lambda: not old & server.workers(), "other processes")
    during = answered(senders)
    wait_for_answers(senders, answers)
    return Restart(during - before, answered(senders) - during)


def troubles_of(senders):
    return dict(sum((sender.troubles for sender in senders), start=Counter()))


def faults(server, senders):
    """What was acknowledged and is not there exactly once, and what is there and was never sent."""
    rows = dict(json.loads(server.run("-c", COUNT_ROWS)))
    acknowledged = {attempt: outcome for sender in senders for attempt, outcome in sender.acknowledged.items()}
    sent = set().union(*(sender.sent for sender in senders))
    counted = {attempt for attempt, outcome in acknowledged.items() if outcome in ("counted", "replayed")}
    twice = [attempt for attempt, count in rows.items() if count > 1]
    return {"lost": len(counted - rows.keys()), "twice": len(twice), "unknown": len(rows.keys() - sent)}

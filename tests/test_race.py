"""Eight answers to one card at the same instant, through a real server: one counts, and the other seven know it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from threading import Barrier
from typing import NamedTuple
from unittest import mock
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cards import review
from cards.models import CardState, ReviewLog
from cards.review import Outcome
from tests.conftest import answer, short_or_long
from tests.factories import PickedDeckFactory, UserFactory

CARDS = short_or_long(40, 100)
AT_ONCE = 8
PATIENCE = 20  # seconds, for what must not take one

LOG_GUARDS = ("review_log_version_once", "review_log_attempt_once")
STATUS = {Outcome.COUNTED: 200, Outcome.REPLAYED: 200, Outcome.FIRST_WINS: 409, Outcome.STALE: 409}


class Message(NamedTuple):
    """One press of a grade button."""

    attempt: UUID
    quality: int


class Reply(NamedTuple):
    status: int
    outcome: str


@pytest.fixture
def student(transactional_db):
    return UserFactory()


@pytest.fixture
def new_cards(student):
    return list(PickedDeckFactory(user=student, deck__cards=CARDS).deck.cards.all())


@pytest.fixture
def due_cards(student, new_cards):
    """Each answered three days ago, so that the next answer meets a row of version 1."""
    for card in new_cards:
        answer(student, card, now=timezone.now() - timedelta(days=3))
    return new_cards


@pytest.fixture
def headers(client, student):
    """What the student's browser sends with each request: her session, and the token of a page that she has open."""
    client.force_login(student)
    page = client.get(reverse("review"))
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()),
        "HX-Request": "true",
        "X-CSRFToken": str(page.context["csrf_token"]),
    }


def eight_messages():
    """Four times the same (a double tap, a retry), the same attempt with another grade, and three other tabs."""
    attempt = uuid4()
    twins = [Message(attempt, 4)] * 4
    return [*twins, Message(attempt, 2), Message(uuid4(), 3), Message(uuid4(), 5), Message(uuid4(), 4)]


def race(live_server, headers, cards, *, version):
    """Send each card's eight messages at once, all answering `version`; messages and replies of each card."""
    messages = [eight_messages() for _ in cards]
    barrier = Barrier(AT_ONCE, timeout=PATIENCE)

    def send_all(sender):
        return [
            _send(live_server, headers, barrier, {"card": card.pk, "version": version, **of_card[sender]._asdict()})
            for card, of_card in zip(cards, messages, strict=True)
        ]

    with meeting_point(), ThreadPoolExecutor(AT_ONCE) as senders:
        replies = senders.map(send_all, range(AT_ONCE))
        return list(zip(messages, zip(*replies, strict=True), strict=True))


def meeting_point():
    """On every other card all eight have read the state before any of them writes: the worst case, every time."""
    barrier = Barrier(AT_ONCE, timeout=PATIENCE)
    read = review.answered_state

    def read_and_wait(user, card_id, version, **kwargs):
        state = read(user, card_id, version, **kwargs)
        if card_id % 2:
            barrier.wait()
        return state

    return mock.patch.object(review, "answered_state", read_and_wait)


def _send(live_server, headers, barrier, form):
    # A connection for each: on one that is kept alive, every reply waits 40 ms for a delayed acknowledgement.
    with closing(HTTPConnection(urlsplit(live_server.url).netloc, timeout=PATIENCE)) as server:
        try:
            server.connect()
            barrier.wait()
            server.request("POST", reverse("review_answer"), urlencode(form), headers)
            response = server.getresponse()
            response.read()
        except OSError:
            barrier.abort()  # or the other seven would wait for this one
            raise
        return Reply(response.status, response.headers["X-Review-Outcome"])


def expected_replies(messages, winner):
    """The replies when `winner` was the one that counted; which of its identical twins was first does not matter."""
    outcomes = [_outcome(message, winner) for message in messages]
    outcomes[messages.index(winner)] = Outcome.COUNTED
    return sorted(Reply(STATUS[outcome], outcome) for outcome in outcomes)


def _outcome(message, winner):
    if message.attempt != winner.attempt:
        return Outcome.STALE
    return Outcome.REPLAYED if message.quality == winner.quality else Outcome.FIRST_WINS


def logged_at(version, cards):
    """The messages that were logged as answers to this version, by card."""
    logs = ReviewLog.objects.filter(card__in=cards, version=version).order_by("pk")
    return {card: [Message(log.attempt, log.quality) for log in logs if log.card_id == card.pk] for card in cards}


def assert_each_counted_once(cards, answers, *, version):
    logged = logged_at(version, cards)
    assert [len(messages) for messages in logged.values()] == [1] * CARDS
    for card, (messages, replies) in zip(cards, answers, strict=True):
        assert sorted(replies) == expected_replies(messages, *logged[card])
    assert ReviewLog.objects.count() == CARDS * (version + 1)
    assert list(CardState.objects.values_list("version", flat=True)) == [version + 1] * CARDS
    call_command("check_reviews")


def test_first_answer_counts_once(live_server, headers, new_cards):
    answers = race(live_server, headers, new_cards, version=0)
    assert_each_counted_once(new_cards, answers, version=0)


def test_later_answer_counts_once(live_server, headers, due_cards):
    answers = race(live_server, headers, due_cards, version=1)
    assert_each_counted_once(due_cards, answers, version=1)


@contextmanager
def no_unique_log():
    """The log without the two constraints that refuse a second row; they are put back on an empty log."""
    guards = [guard for guard in ReviewLog._meta.constraints if guard.name in LOG_GUARDS]
    kept = [guard for guard in ReviewLog._meta.constraints if guard not in guards]
    try:
        with mock.patch.object(ReviewLog._meta, "constraints", kept):  # SQLite makes the table anew from these
            _alter("remove_constraint", guards)
        yield
    finally:
        ReviewLog.objects.all().delete()
        _alter("add_constraint", guards)


def _alter(change, guards):
    with connection.schema_editor() as editor:
        for guard in guards:
            getattr(editor, change)(ReviewLog, guard)


def test_without_the_guard_the_same_race_counts_twice(live_server, headers, due_cards, monkeypatch):
    """The negative control: the two tests above can fail, and what makes them hold is the guard."""
    monkeypatch.setattr(review, "_at_version", lambda state, _version: CardState.objects.filter(pk=state.pk))
    few_cards = due_cards[:10]
    with no_unique_log():
        race(live_server, headers, few_cards, version=1)
        assert max(map(len, logged_at(1, few_cards).values())) == AT_ONCE

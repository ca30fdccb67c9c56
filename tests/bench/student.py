"""A student of the bench: 250 cards in three decks, weeks of reviews through the pages, and a clock of her own."""

import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import cycle
from random import Random
from time import perf_counter, thread_time
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse

from accounts.models import User
from cards.models import Card, Deck
from tests.bench.models import Tally
from tests.factories import AssignmentFactory, DeckFactory, MembershipFactory, PickedDeckFactory, UserFactory

BOARD = "AQA"
CARDS_OF_DECKS = (100, 80, 70)
WARM_UP_DAYS = 8
FIRST_DAY = datetime(2026, 9, 7, 16, tzinfo=UTC)
QUALITIES, WEIGHTS = (0, 1, 2, 3, 4, 5), (1, 1, 10, 12, 61, 15)
KNOWS = 0.75  # her share of right picks

_FORM = re.compile(r"<form[^>]* data-(grades|pick)[ >].*?</form>", re.DOTALL)
_INPUT = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_BUTTON = re.compile(r'<button name="(?:quality|pick)" value="(\d)"')


class Clock:
    """Stands in for `timezone.now`, so that weeks of reviews fit into a minute."""

    def __init__(self) -> None:
        self.now = FIRST_DAY

    def __call__(self) -> datetime:
        return self.now

    def next_day(self) -> None:
        self.now = datetime.combine(self.now.date() + timedelta(days=1), FIRST_DAY.timetz())


class Cost(NamedTuple):
    """Milliseconds of one request."""

    wall: float
    cpu: float


class _TimedHandler(ClientHandler):
    """The server's share of a request: all the middleware and the view, without the client's work."""

    cost = Cost(0, 0)

    def __call__(self, environ: dict[str, Any]) -> HttpResponse:
        wall, cpu = perf_counter(), thread_time()
        response = super().__call__(environ)
        self.cost = Cost((perf_counter() - wall) * 1000, (thread_time() - cpu) * 1000)
        return response


class TimedClient(Client):
    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.handler = _TimedHandler(enforce_csrf_checks=True)

    def request(self, **request: Any) -> HttpResponse:
        response = super().request(**request)
        if response.status_code != 200:
            raise AssertionError(f"{request['PATH_INFO']}: {response.status_code} {response.content[:200]!r}")
        return response

    def timed_post(self, address: str, form: dict[str, str]) -> tuple[HttpResponse, Cost]:
        sent = {"data": urlencode(form), "content_type": "application/x-www-form-urlencoded"}  # as htmx does
        response = self.post(address, **sent, headers={"HX-Request": "true"})
        return response, self.handler.cost


class Student:
    """Answers what the pages ask; the next form always comes from the last reply."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.chance, self.client = clock, Random(1939), TimedClient()
        self.deck_address = ""
        self.fragments: dict[str, list[bytes]] = defaultdict(list)  # what htmx has swapped in, by what it shows
        self.user = _make_student(self.clock.now.date())
        self.kinds = dict(Card.objects.values_list("pk", "kind"))
        self.client.force_login(self.user)
        self.open_page()

    def warm_up(self) -> None:
        """A first week, so that cards come back and everything has been loaded once."""
        for _ in range(WARM_UP_DAYS):
            self.next_day()
            while self.has_card:
                self.answer()
                self.answer_bare()

    def open_page(self) -> tuple[HttpResponse, Cost]:
        response = self.client.get(self.deck_address or reverse("review"))
        self.page = response.content.decode()
        return response, self.client.handler.cost

    @property
    def has_card(self) -> bool:
        return bool(_FORM.search(self.page))

    def next_day(self) -> None:
        """Sleep until there is something to answer."""
        while not self.has_card:
            self.clock.next_day()
            self.open_page()

    def answer(self) -> tuple[HttpResponse, Cost]:
        """Grade the card on the page; the reply, and what it cost the server."""
        self.pick()
        elapsed_ms = self.chance.randint(4_000, 16_000)
        self.clock.now += timedelta(milliseconds=elapsed_ms)
        form, qualities = self._form()
        wanted = self.chance.choices(QUALITIES, WEIGHTS)[0]
        quality = min(qualities, key=lambda offered: abs(int(offered) - wanted))
        form |= {"quality": quality, "elapsed_ms": str(elapsed_ms)}
        response, cost = self.client.timed_post(reverse("review_answer"), form)
        self._swap(response)
        return response, cost

    def answer_bare(self) -> tuple[HttpResponse, Cost]:
        token = self.client.cookies["csrftoken"].value
        return self.client.timed_post(reverse("bare"), {"csrfmiddlewaretoken": token, "elapsed_ms": "5000"})

    def pick(self) -> None:
        """A choice card shows its grade buttons, or the one to go on with, only after a pick."""
        if _FORM.search(self.page).group(1) != "pick":
            return
        form, picks = self._form()
        right = str(Card.objects.get(pk=form["card"]).right_pick)
        query = form | {"pick": right if self.chance.random() < KNOWS else self.chance.choice(picks)}
        address = self.deck_address or reverse("review")
        self._swap(self.client.get(address, query, headers={"HX-Request": "true"}))

    def _swap(self, response: HttpResponse) -> None:
        self.page = response.content.decode()
        self.fragments[self._shown()].append(response.content)

    def _shown(self) -> str:
        """The kind of card on the page; a choice card is another thing after a pick."""
        if not self.has_card:
            return "done"
        form, _values = self._form()
        kind = self.kinds[int(form["card"])]
        return f"{kind}, picked" if "pick" in form else kind

    def _form(self) -> tuple[dict[str, str], list[str]]:
        """The hidden fields of the card's form, and the values of its buttons."""
        form = _FORM.search(self.page).group(0)
        return dict(_INPUT.findall(form)), _BUTTON.findall(form)


def _make_student(today: date) -> User:
    call_command("load_content", stdout=StringIO())
    texts = list(Card.objects.filter(board="", deck__in_library=True))
    exam = list(Card.objects.filter(board=BOARD))  # the longest of all
    decks = [DeckFactory(in_library=place > 0) for place in range(len(CARDS_OF_DECKS))]
    for deck, count in zip(decks, CARDS_OF_DECKS, strict=True):
        Card.objects.bulk_create(_copy(text, deck, place) for place, text in zip(range(count), cycle(exam + texts)))
        exam = []
    student = UserFactory(username="sam", exam_board=BOARD)
    Tally.objects.create(user=student)
    given = AssignmentFactory(deck=decks[0], starts_on=today)
    MembershipFactory(user=student, school_class=given.school_class)
    for deck in decks[1:]:
        PickedDeckFactory(user=student, deck=deck)
    return student


def _copy(card: Card, deck: Deck, place: int) -> Card:
    fields = {field.attname: getattr(card, field.attname) for field in Card._meta.concrete_fields}
    return Card(**fields | {"id": None, "deck_id": deck.pk, "code": f"bench-{place}", "position": place})

"""So many answers a minute, counted from a student's own log: the next waits, and nothing is lost."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from cards.models import CardState, ReviewLog
from tests.conftest import answer
from tests.factories import PickedDeckFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SAVEPOINTS = 2
SECOND = timedelta(seconds=1)
START = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(settings):
    settings.ANSWERS_A_MINUTE = 3
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cards(student):
    return list(PickedDeckFactory(user=student, deck__cards=6).deck.cards.all())


def fields(card, version=0, **more):
    return {"card": card.pk, "version": version, "quality": 4, "attempt": uuid4(), "elapsed_ms": 500, **more}


def post(client, card, version=0, **more):
    return client.post(reverse("review_answer"), fields(card, version), **more)


def statuses(client, cards, clock, *, every=SECOND):
    found = []
    for card in cards:
        found.append(post(client, card, headers=HTMX).status_code)
        clock.shift(every)
    return found


def test_one_more_than_allowed_waits_and_counts_for_nothing(student_client, cards, clock):
    assert statuses(student_client, cards[:4], clock) == [200, 200, 200, 429]
    assert (ReviewLog.objects.count(), CardState.objects.filter(card=cards[3]).count()) == (3, 0)


def test_it_says_when_and_the_same_message_counts_then(student_client, cards, clock):
    statuses(student_client, cards[:3], clock)
    message = fields(cards[3])
    refused = student_client.post(reverse("review_answer"), message, headers=HTMX)
    assert (refused["Retry-After"], "Wait a moment" in refused.content.decode()) == ("57", True)
    clock.shift(57 * SECOND)
    assert student_client.post(reverse("review_answer"), message, headers=HTMX).status_code == 200
    assert ReviewLog.objects.filter(attempt=message["attempt"]).count() == 1


def test_human_pace_is_never_stopped(student_client, cards, clock):
    assert statuses(student_client, cards, clock, every=20 * SECOND) == [200] * 6


def test_practice_of_one_card_counts_too(student_client, student, cards):
    for version in range(3):
        post(student_client, cards[0], version)
    assert post(student_client, cards[0], 3).status_code == 429


def test_answers_taken_back_count_too(student_client, cards):
    for card in cards[:3]:
        post(student_client, card)
        log = ReviewLog.objects.latest("pk")
        student_client.post(reverse("review_undo"), {"card": card.pk, "attempt": log.attempt})
    assert post(student_client, cards[3]).status_code == 429


def test_classmates_do_not_wait_for_each_other(client, student_client, student, cards, clock):
    statuses(student_client, cards, clock)
    other = UserFactory()
    deck = PickedDeckFactory(user=other, deck__cards=1).deck
    client.force_login(other)
    assert post(client, deck.cards.get(), headers=HTMX).status_code == 200


def test_midnight_of_the_study_day_does_not_start_anew(client, student, cards, clock):
    clock.move_to(datetime(2026, 11, 24, 3, 59, 58, tzinfo=UTC))
    client.force_login(student)
    assert statuses(client, cards[:4], clock) == [200, 200, 200, 429]


def test_card_of_nobody_is_still_404(student_client, cards):
    assert student_client.post(reverse("review_answer"), {**fields(cards[0]), "card": 999}).status_code == 404


def test_without_a_limit_there_is_none(student_client, cards, clock, settings):
    settings.ANSWERS_A_MINUTE = 0
    assert statuses(student_client, cards, clock) == [200] * 6


def test_without_javascript_the_answer_can_be_sent_again_from_the_page(student_client, cards, clock):
    statuses(student_client, cards[:3], clock)
    message = fields(cards[3])
    page = student_client.post(reverse("review_answer"), message).content.decode()
    assert (f'value="{message["attempt"]}"' in page, "Your answer is still here" in page) == (True, True)


def test_device_keeps_what_it_sent_too_fast(student_client, student, cards, clock):
    for card in cards[:3]:
        answer(student, card, now=START)
    sent = {**fields(cards[3]), "user": student.pk, "answered_at": (START - SECOND).isoformat()}
    response = student_client.post(reverse("offline_answer"), sent)
    assert (response.status_code, response["Retry-After"], ReviewLog.objects.count()) == (429, "60", 3)


def test_limit_costs_no_statement(student_client, student, cards, django_assert_num_queries):
    answer(student, cards[0], now=START)
    with django_assert_num_queries(8 + SAVEPOINTS):
        post(student_client, cards[1], headers=HTMX)

"""Plans made while a student answers: no answer is lost, no date is left that nobody wanted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from cards.models import CardState, ExamDate, ReviewLog
from cards.replan import replan
from cards.replay import find_damage
from cards.review import Outcome
from tests.conftest import answer
from tests.factories import PickedDeckFactory, UserFactory

CARDS = 40
PATIENCE = 60  # seconds


@pytest.fixture
def student(transactional_db):
    return UserFactory()


@pytest.fixture
def cards(student):
    """Each answered a week ago, and an exam in eight days: most of them want to be pulled forward."""
    deck = PickedDeckFactory(user=student, deck__cards=CARDS).deck
    ExamDate.objects.create(user=student, deck=deck, exam_on=timezone.now().date() + timedelta(days=8))
    for card in deck.cards.all():
        answer(student, card, now=timezone.now() - timedelta(days=7))
    return list(deck.cards.all())


def plan_until(done, student):
    """Over and over, now with an exam and now without."""
    rounds = 0
    while not done.is_set() or rounds < 2:
        exams = ExamDate.objects.filter(user=student)
        exams.update(exam_on=timezone.now().date() + timedelta(days=8 if rounds % 2 else -1))
        replan([student.pk], now=timezone.now())
        rounds += 1
    connection.close()
    return rounds


def answer_all(student, cards, done):
    """With the version that she has before her; a plan may be quicker, and then she is asked again."""
    counted = 0
    for card in cards:
        for _attempt in range(20):
            version = CardState.objects.get(user=student, card=card).version
            result = answer(User.objects.get(pk=student.pk), card, 4, version=version, now=timezone.now())
            if result.outcome == Outcome.COUNTED:
                counted += 1
                break
    done.set()
    connection.close()
    return counted


@pytest.mark.timeout(180)
def test_plans_and_answers_at_once_lose_nothing(student, cards):
    done = Event()
    with ThreadPoolExecutor(2) as pool:
        answers = pool.submit(answer_all, student, cards, done)
        plans = pool.submit(plan_until, done, student)
        counted, rounds = answers.result(PATIENCE), plans.result(PATIENCE)
    logs = ReviewLog.objects.filter(user=student)
    assert (counted, logs.count(), rounds > 1) == (CARDS, 2 * CARDS, True)
    assert list(find_damage()) == []
    replan([student.pk], now=timezone.now())
    assert list(find_damage()) == []

"""The command check_reviews: silent on sound data, and every kind of damage noticed and named."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from accounts.models import User
from cards.models import CardState, ReviewLog
from cards.replay import find_damage
from cards.review import hide_card, undo_answer
from tests.conftest import NOON, TODAY, answer

DAY = timedelta(days=1)


@pytest.fixture
def history(student, deck):
    """Passes, fails, repeats, practice and an undone answer, over three days."""
    first, second, third = deck.cards.all()
    answer(student, first, 4)
    answer(student, second, 2)
    answer(student, second, 4, version=1)
    answer(student, first, 3, version=1, now=NOON + DAY)
    answer(student, first, 5, version=2, now=NOON + DAY)
    answer(student, first, 5, version=3, now=NOON + DAY)
    log = answer(student, third, 4, now=NOON + 2 * DAY).log
    undo_answer(student, card_id=third.pk, attempt=log.attempt, now=NOON + 2 * DAY)


def kinds():
    return {damage.kind for damage in find_damage()}


def test_sound_history_has_no_damage(history):
    out = StringIO()
    call_command("check_reviews", stdout=out)
    assert out.getvalue() == "no damage found\n"


@pytest.mark.parametrize(
    ("model", "damage", "kind"),
    [
        (CardState, {"ease": 260}, "memory"),
        (CardState, {"interval": F("interval") + 1}, "memory"),
        (CardState, {"repetitions": F("repetitions") + 1}, "memory"),
        (CardState, {"lapses": 5}, "lapses"),
        (CardState, {"sm2_due_on": TODAY + 99 * DAY}, "sm2 due on"),
        (CardState, {"due_on": TODAY - 99 * DAY}, "due on"),
        (CardState, {"introduced_on": TODAY - DAY}, "introduced on"),
        (CardState, {"answered_on": TODAY - DAY}, "answered on"),
        (CardState, {"repeat_on": TODAY - DAY}, "repeat on"),
        (CardState, {"version": 0}, "version not above the log"),
        (ReviewLog, {"quality": 1}, "memory after the answer"),
        (ReviewLog, {"ease_before": 200}, "state before the answer"),
        (ReviewLog, {"kind": "repeat"}, "kind of answer"),
        (User, {"studied_on": TODAY}, "last study day"),
    ],
)
def test_each_kind_of_damage_is_noticed(history, model, damage, kind):
    rows = model.objects.filter(sm2_due_on__isnull=False) if model is CardState else model.objects.all()
    rows.update(**damage)
    assert kind in kinds()


def test_versions_that_do_not_rise_are_noticed(history):
    ReviewLog.objects.update(version=100 - F("version"))
    assert "versions do not rise" in kinds()


def test_study_days_that_go_back_are_noticed(history):
    ReviewLog.objects.filter(kind="practice").update(day=TODAY - DAY)
    assert kinds() == {"study days go back"}


def test_answer_that_only_says_it_was_undone_is_noticed(history):
    ReviewLog.objects.filter(kind="practice").update(undone_at=NOON)
    assert kinds() == {"version not above the log"}


def test_hidden_card_is_no_damage(history, student):
    """Though its version rose without an answer, as if one had been lost."""
    state = CardState.objects.get(card=ReviewLog.objects.get(kind="practice").card_id)
    hide_card(student, state.card_id, version=state.version, today=TODAY + DAY, suspended=True)
    assert kinds() == set()


def test_lost_answer_is_noticed(history):
    ReviewLog.objects.filter(kind="scheduled").first().delete()
    assert "memory" in kinds()


def test_lost_state_is_noticed(history):
    CardState.objects.first().delete()
    assert kinds() == {"answer without a state"}


def test_command_counts_names_the_rows_and_fails(history):
    state = CardState.objects.first()
    CardState.objects.filter(pk=state.pk).update(lapses=7)
    out = StringIO()
    with pytest.raises(CommandError, match=r"^damage found: lapses 1$"):
        call_command("check_reviews", stdout=out)
    assert out.getvalue() == f"lapses: state {state.pk} (user {state.user_id}, card {state.card_id})\n"


def test_command_says_it_for_a_program(history):
    state, out = CardState.objects.first(), StringIO()
    CardState.objects.filter(pk=state.pk).update(lapses=7)
    with pytest.raises(CommandError, match=r"^damage found: lapses 1$"):
        call_command("check_reviews", json=True, stdout=out)
    row = f"state {state.pk} (user {state.user_id}, card {state.card_id})"
    assert json.loads(out.getvalue()) == {"counts": {"lapses": 1}, "named": [{"kind": "lapses", "row": row}]}

"""check_reviews --rebuild-state: a spoilt state is as its log tells again, and nothing else is touched."""

from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from cards import rebuild
from cards.models import CardState, ReviewLog
from cards.rebuild import Outcome, rebuild_states
from cards.replay import find_damage
from tests.conftest import NOON, TODAY, answer
from tests.factories import PickedDeckFactory, UserFactory
from tests.test_check_reviews import history  # noqa: F401

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("history")


def rows(model, **which):
    return list(model.objects.filter(**which).order_by("pk").values())


def spoil(**damage):
    """The state of the first card, which is told by five answers."""
    state = CardState.objects.order_by("pk").first()
    CardState.objects.filter(pk=state.pk).update(**damage)
    return state


def run(*options):
    out = StringIO()
    call_command("check_reviews", "--rebuild-state", *options, stdout=out)
    return out.getvalue()


def refused(*options):
    with pytest.raises(CommandError) as error:
        run(*options)
    return str(error.value)


@pytest.mark.parametrize(
    "damage",
    [
        {"ease": 400, "interval": 99, "repetitions": 9},
        {"lapses": 7},
        {"sm2_due_on": TODAY + 99 * DAY},
        {"due_on": TODAY - 99 * DAY},
        {"sm2_due_on": None, "due_on": None},
        {"introduced_on": TODAY - 9 * DAY},
        {"answered_on": None, "answered_at": None},
        {"repeat_on": TODAY},
    ],
)
def test_spoilt_state_is_as_before_but_for_its_version(damage):
    before = rows(CardState)
    spoil(**damage)
    assert run("--yes").endswith("States: set again 1\n")
    before[0]["version"] += 1
    assert (rows(CardState), list(find_damage())) == (before, [])


def test_second_run_finds_and_writes_nothing():
    spoil(lapses=7)
    run("--yes")
    before = rows(CardState)
    assert (run("--yes"), rows(CardState)) == ("no state differs from its log\n", before)


def test_all_cards_of_a_student_are_set_again_together():
    before = rows(CardState)
    CardState.objects.update(ease=130, lapses=F("lapses") + 5)
    run("--yes")
    assert rows(CardState) == [row | {"version": row["version"] + 1} for row in before]


def test_answers_and_other_students_stay_as_they_are():
    other = UserFactory()
    answer(other, PickedDeckFactory(user=other, deck__cards=1).deck.cards.get())
    before = rows(ReviewLog), rows(CardState, user=other)
    spoil(lapses=7)
    run("--yes")
    assert (rows(ReviewLog), rows(CardState, user=other)) == before


def test_dates_of_plan_and_revision_stay_and_the_card_is_due_by_the_earliest():
    dates = {"plan_on": TODAY + DAY, "revised_on": TODAY + 2 * DAY}
    state = spoil(**dates, lapses=7)
    run("--yes")
    assert rows(CardState, pk=state.pk, due_on=TODAY + DAY, lapses=state.lapses, **dates) != []


def test_version_goes_above_the_log():
    state = spoil(version=0)
    run("--yes")
    assert rows(CardState, pk=state.pk, version=state.version) != []


def test_lost_state_is_made_anew():
    before = rows(CardState)[0]
    CardState.objects.get(pk=before["id"]).delete()
    run("--yes")
    assert rows(CardState, card=before["card_id"]) == [before | {"id": mock.ANY}]
    assert list(find_damage()) == []


def test_without_yes_it_says_what_it_would_do_and_writes_nothing():
    state, before = spoil(lapses=7, repeat_on=TODAY), rows(CardState)
    out = StringIO()
    with pytest.raises(CommandError, match=r"^Nothing was done; add --yes if you mean it\. States: set again 1$"):
        call_command("check_reviews", "--rebuild-state", stdout=out)
    assert out.getvalue() == f"set again: state {state.pk} (user {state.user_id}, card {state.card_id}): " + (
        "lapses, repeat on\n"
    )
    assert rows(CardState) == before


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ({"ease_before": 200}, "state before the answer"),
        ({"ease_after": 200}, "memory after the answer"),
        ({"kind": "repeat"}, "kind of answer"),
        ({"version": 100 - F("version")}, "versions do not rise"),
    ],
)
def test_state_with_a_damaged_log_is_left(damage, kind):
    state, before = spoil(lapses=7), rows(CardState)
    ReviewLog.objects.filter(card=state.card_id).update(**damage)
    assert refused("--yes") == "Not all could be mended. States: left, its log is damaged 1"
    assert rows(CardState) == before
    assert kind in next(rebuild_states(dry_run=True)).kinds


def test_state_whose_newest_answers_are_lost_is_left():
    """It may be all that is left of them."""
    before = rows(CardState)
    ReviewLog.objects.filter(card=before[1]["card_id"]).delete()
    refused("--yes")
    assert [(row.outcome, row.kinds) for row in rebuild_states(dry_run=False)] == [
        (Outcome.LOG_DAMAGED, ["newest answer is not in the log"])
    ]
    assert rows(CardState) == before


@pytest.fixture
def answered_meanwhile():
    """Between the reading of her states and the reading of her answers."""
    read = rebuild._logs_by_card

    def answer_and_read(user_id):
        state = CardState.objects.order_by("pk").first()
        answer(state.user, state.card, 4, version=state.version, now=NOON + 3 * DAY)
        return read(user_id)

    with mock.patch.object(rebuild, "_logs_by_card", answer_and_read):
        yield


def test_state_that_is_answered_meanwhile_is_left_and_named(answered_meanwhile):
    spoil(buried_on=TODAY)
    assert refused("--yes") == "Not all could be mended. States: left, written meanwhile 1"
    assert (ReviewLog.objects.last().day, list(find_damage())) == (TODAY + 3 * DAY, [])


def test_one_transaction_for_a_student_and_none_for_one_who_needs_none():
    CardState.objects.update(lapses=5)
    UserFactory()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        run("--yes")
    said = [query["sql"].split()[0] for query in queries]
    assert (said.count("SAVEPOINT") + said.count("BEGIN"), said.count("UPDATE")) == (1, 3)

"""PostgreSQL with a copy that each commit waits for, as in the README: what was acknowledged outlives the first."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest

from tests.bench.postgresql import running_cluster
from tests.drill import wait_for

MANY = 100
pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.timeout(120)]


@pytest.fixture
def pair():
    with running_cluster() as first, first.copied("-R") as copy:
        copy.start()
        first.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (walreceiver)'")
        first.execute("SELECT pg_reload_conf()")
        wait_for(lambda: first.value("SELECT sync_state FROM pg_stat_replication") == "quorum")
        first.execute("CREATE TABLE answers (number int)")
        yield first, copy
        copy.stop()


def answered(cluster):
    """How many were acknowledged before the server was gone."""
    count = 0
    with suppress(psycopg.OperationalError), psycopg.connect(cluster.url, autocommit=True) as database:
        while True:
            database.execute("INSERT INTO answers VALUES (%s)", [count])
            count += 1
    return count


def test_copy_has_every_answer_that_was_acknowledged(pair):
    first, copy = pair
    with ThreadPoolExecutor() as threads:
        counting = threads.submit(answered, first)
        wait_for(lambda: first.value("SELECT count(*) FROM answers") >= MANY)
        first.kill()
    copy.promote()
    first.start()  # to be stopped as usual
    there = copy.value("SELECT count(*) FROM answers")
    assert counting.result() >= MANY
    assert there - counting.result() in (0, 1)  # the last may have arrived and not been acknowledged


def test_nothing_is_acknowledged_while_the_copy_is_away(pair):
    first, copy = pair
    copy.stop()
    with ThreadPoolExecutor() as threads:
        answer = threads.submit(first.execute, "INSERT INTO answers VALUES (1)")
        wait_for(lambda: first.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 1)
        assert not answer.done()
        copy.start()
    assert first.value("SELECT count(*) FROM answers") == 1

"""Every grade that was acknowledged is there exactly once, though the server is killed, full or restarted meanwhile."""

import sqlite3
import time
from contextlib import closing, contextmanager

import psycopg
import pytest

from tests.bench.postgresql import running_cluster
from tests.pristine import pristine
from tests.school_server import WITHOUT_PROXY, Server
from tests.storm import Sender, answered, faults, kill_again_and_again, make_students, restart, storm, troubles_of

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
STUDENTS, KILLS, LEAST_ANSWERS = 8, 6, 30  # some twenty seconds; `make bench-load` has ten times as many
IN_FLIGHT = 50
NONE = {"lost": 0, "twice": 0, "unknown": 0}


@pytest.fixture
def address(tmp_path, django_db_setup):
    with pristine(tmp_path) as address:
        yield address


def server_with_students(directory, address, students, *, cards=500, **settings):
    server = Server(directory, database_url=address, ANSWERS_A_MINUTE="0", **settings)
    server.keys = make_students(server, students=students, cards=cards)
    return server


@pytest.fixture
def server(tmp_path, address):
    server = server_with_students(tmp_path, address, STUDENTS)
    server.start()
    yield server
    server.kill()


def senders_of(server, **more):
    return [Sender([server.port], key, **more) for key in server.keys]


def test_killed_server_loses_no_grade_and_counts_none_twice(server):
    senders = senders_of(server, breaks=0.25)
    storm(senders, lambda: kill_again_and_again(server, senders, KILLS))
    assert faults(server, senders) == NONE
    assert answered(senders) >= LEAST_ANSWERS
    assert "replayed" in outcomes_of(senders)  # some had counted before she heard of it
    assert "no damage" in server.run("manage.py", "check_reviews")


ON_ITS_OWN = pytest.param(WITHOUT_PROXY, marks=pytest.mark.only_on("sqlite"), id="without proxy")


@pytest.fixture(params=[pytest.param({}, id="shipped"), ON_ITS_OWN])
def asked_by_many(request, tmp_path, address):
    server = server_with_students(tmp_path, address, IN_FLIGHT, cards=200, **request.param)
    server.start()
    yield server
    server.kill()


def test_restart_for_a_new_version_fails_no_request(asked_by_many):
    senders, restarts = senders_of(asked_by_many), []
    storm(senders, lambda: restarts.append(restart(asked_by_many, senders, answers=20)))
    (found,) = restarts
    assert (troubles_of(senders), faults(asked_by_many, senders)) == ({}, NONE)
    assert (found.during > 0, found.after >= 20) == (True, True)


def outcomes_of(senders):
    return {outcome for sender in senders for outcome in sender.acknowledged.values()}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A PostgreSQL of its own, that can be away while PactCards goes on; nothing is in its database yet."""
    with running_cluster() as cluster:
        cluster.execute("CREATE DATABASE migrated")
        Server(tmp_path_factory.mktemp("migrated"), database_url=address_in(cluster, "migrated")).migrate()
        yield cluster


def address_in(cluster, name):
    return cluster.url.replace("///postgres?", f"///{name}?")


def server_in(cluster, directory, name, students):
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
    return server_with_students(directory, address_in(cluster, name), students)


@pytest.mark.only_on("postgresql")
def test_grade_sent_while_postgresql_is_away_counts_once_when_it_is_back(tmp_path, cluster):
    def be_away():
        time.sleep(1)
        cluster.stop()
        time.sleep(3)
        cluster.start()
        time.sleep(1)

    with closing(server_in(cluster, tmp_path, "away", students=2)) as server:
        server.start()
        storm(senders := senders_of(server), be_away)
        assert (set(troubles_of(senders)), faults(server, senders)) == ({"503"}, NONE)


@contextmanager
def full_disk(cluster, address):
    """The table of answers, which is empty, lies on a device that has no room for anything."""
    with closing(psycopg.connect(address)) as database:
        (name,) = database.execute("SELECT pg_relation_filepath('cards_reviewlog')").fetchone()
    file = cluster.directory / "data" / name
    cluster.execute("CHECKPOINT")  # or it would be written to when PostgreSQL starts
    with stopped(cluster):
        empty = file.rename(file.with_name("kept"))
        file.symlink_to("/dev/full")
    try:
        yield
    finally:
        with stopped(cluster):
            empty.rename(file)


@contextmanager
def stopped(cluster):
    cluster.stop()
    yield
    cluster.start()


@pytest.mark.only_on("postgresql")
def test_grade_that_met_a_full_disk_of_postgresql_counts_once_when_there_is_room(tmp_path, cluster):
    with closing(server_in(cluster, tmp_path, "filled", students=1)) as server:
        with full_disk(cluster, server.environment["DATABASE_URL"]):
            server.start()
            (sender,) = senders_of(server)
            form = answer_until_refused(sender)
            assert "No space left on device" in (cluster.directory / "log").read_text()
        outcomes = [sender.ask_until_answered("POST", "/review/answer/", form).outcome for _ in range(2)]
        assert (outcomes, faults(server, [sender])) == (["counted", "replayed"], NONE)


@pytest.fixture
def full_server(tmp_path, address):
    """Its file may not grow: what is free in it is soon used up."""
    server = server_with_students(tmp_path, address, students=1)
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as file:
        (pages,) = file.execute("PRAGMA page_count").fetchone()
    server.start(MOST_PAGES=str(pages))
    yield server
    server.kill()


@pytest.mark.only_on("sqlite")  # whose file is meant
def test_grade_that_met_a_full_disk_counts_once_when_there_is_room(full_server):
    (sender,) = senders_of(full_server)
    form = answer_until_refused(sender)
    full_server.kill()
    full_server.start()
    outcomes = [sender.ask_until_answered("POST", "/review/answer/", form).outcome for _ in range(2)]
    assert (outcomes, faults(full_server, [sender])) == (["counted", "replayed"], NONE)


def answer_until_refused(sender):
    """The form of the first answer for which there was no room."""
    sender.page = sender.ask("GET", "/review/").page
    while True:
        reply = sender.ask("POST", "/review/answer/", form := sender.next_form())
        if reply.status == 503:
            assert (reply.page, reply.retry_after) == ("Not saved. Try again.", "1")
            return form
        sender.page = reply.page

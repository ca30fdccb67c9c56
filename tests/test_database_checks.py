"""`check --database default` says in words what it found, and stops what may lose an answer."""

import os
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import dj_database_url
import pytest
from django.core.checks import run_checks
from django.db import connection
from django.db.utils import ConnectionHandler

from pactcards.database.checks import _check_postgresql, check_database, file_system_of
from tests.bench.postgresql import running_cluster
from tests.storm import wait_until

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.only_on("sqlite")  # about SQLite
on_postgresql = pytest.mark.only_on("postgresql")  # about PostgreSQL


def manage(*arguments, **environment):
    command = [sys.executable, "manage.py", *arguments]
    environment = {**os.environ, "DEBUG": "on", "DJANGO_SETTINGS_MODULE": "pactcards.settings", **environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def found():
    return {message.id for message in check_database(["default"])} - {"database.I001", "database.I002", "database.I003"}


def test_settings_of_a_school_on_sqlite_lose_nothing(tmp_path):
    code, said = manage("check", "--database", "default", DATABASE_URL=f"sqlite:///{tmp_path}/school.sqlite3")
    assert code == 0
    assert (
        "(truncate), synchronous FULL, IMMEDIATE transactions, waits 15 s" in said or "(wal), synchronous FULL" in said
    )


def test_check_asks_no_database_unasked():
    assert [message for message in run_checks() if message.id.startswith("database.")] == []


@on_sqlite
@pytest.mark.parametrize(
    ("pragma", "identity"),
    [
        ("synchronous = OFF", "database.E001"),
        ("synchronous = NORMAL", "database.E001"),
        ("journal_mode = MEMORY", "database.E002"),
        ("mmap_size = 1000000", "database.E005"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_each_setting_that_may_lose_an_answer_is_an_error(pragma, identity):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = FULL")
        assert found() == set()
        cursor.execute(f"PRAGMA {pragma}")
    assert found() == {identity}
    connection.close()


@on_sqlite
def test_deferred_transactions_are_an_error(monkeypatch):
    monkeypatch.delitem(connection.settings_dict["OPTIONS"], "transaction_mode")
    assert "database.E004" in found()


@on_sqlite
@pytest.mark.parametrize(("version", "errors"), [((3, 51, 2), {"database.E003"}), ((3, 51, 3), set())])
@pytest.mark.django_db(transaction=True)
def test_write_ahead_log_of_an_older_sqlite_is_an_error(monkeypatch, version, errors):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA journal_mode = WAL")
        monkeypatch.setattr(connection.Database, "sqlite_version_info", version)
        assert found() == errors
        cursor.execute("PRAGMA journal_mode = DELETE")
    connection.close()


def test_network_file_system_is_told_by_the_nearest_mount(tmp_path):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:9 / {tmp_path} rw shared:1 - nfs4 server:/x rw\n")
    assert (file_system_of(tmp_path, mounts), file_system_of(Path("/proc"), mounts)) == ("nfs4", "ext4")


@on_sqlite
def test_database_on_a_network_is_a_warning(monkeypatch):
    monkeypatch.setattr("pactcards.database.checks.file_system_of", lambda _path: "nfs4")
    assert "database.W001" in found()


def of_the_server():
    """The error that a server for tests may have, since it need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        return {"database.E007"} if cursor.fetchone() == ("off",) else set()


@on_postgresql
def test_commit_that_does_not_wait_for_the_disk_is_an_error():
    assert found() == of_the_server()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert found() == {"database.E006"} | of_the_server()


@pytest.fixture(scope="module")
def cluster():
    with running_cluster() as cluster:
        yield cluster


@contextmanager
def off_for_all(cluster, name):
    set_for_all(cluster, name, "off")
    try:
        yield
    finally:
        set_for_all(cluster, name, "on")


def set_for_all(cluster, name, value):
    """Returns when the server has read it."""
    cluster.execute(f"ALTER SYSTEM SET {name} = {value}")
    cluster.execute("SELECT pg_reload_conf()")
    wait_until(lambda: cluster.value(f"SHOW {name}") == value, f"{name} {value}")


def errors_of(cluster):
    """What stops a start on that server."""
    other = ConnectionHandler({"default": dict(dj_database_url.parse(cluster.url))})["default"]
    with closing(other):
        return [message.id for message in _check_postgresql(other) if message.is_serious()]


@on_postgresql
@pytest.mark.parametrize(
    ("name", "identity"), [("synchronous_commit", "E006"), ("fsync", "E007"), ("full_page_writes", "E008")]
)
def test_server_that_loses_answers_in_a_crash_is_an_error(cluster, name, identity):
    assert errors_of(cluster) == []
    with off_for_all(cluster, name):
        assert errors_of(cluster) == [f"database.{identity}"]


@on_postgresql
@pytest.mark.parametrize(("sslmode", "warnings"), [("require", {"database.W002"}), ("verify-full", set())])
def test_server_that_nobody_checks_is_a_warning(monkeypatch, sslmode, warnings):
    connection.ensure_connection()
    elsewhere = {"host": "db.school.example", "sslmode": sslmode}
    monkeypatch.setattr(connection, "get_connection_params", lambda: elsewhere)
    assert found() == warnings | of_the_server()


POOL = """
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
def backend(_):
    with connection.cursor() as cursor:
        number = cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.05)").fetchone()[0]
    connection.close()
    return number
with ThreadPoolExecutor(6) as threads:
    print(len(set(threads.map(backend, range(12)))), connection.settings_dict["CONN_MAX_AGE"])
connection.close_pool()
"""


@on_postgresql
def test_pool_is_never_larger_than_it_may_be():
    code, said = manage("shell", "--no-imports", "-c", POOL, DATABASE_POOL="2")
    assert (code, said) == (0, "2 0\n")


PREPARED = """
from django.db import connection
with connection.cursor() as cursor:
    for number in range(5):
        cursor.execute("SELECT %s + 1", [number])
    kept = cursor.execute("SELECT statement FROM pg_prepared_statements").fetchall()
print([text for text, in kept if "+ 1" in text])
"""


@on_postgresql
@pytest.mark.parametrize(("is_prepared", "kept"), [("on", "['SELECT $1 + 1']\n"), ("off", "[]\n")])
def test_query_that_is_asked_again_is_planned_once(is_prepared, kept):
    assert manage("shell", "--no-imports", "-c", PREPARED, DATABASE_PREPARED=is_prepared) == (0, kept)


WAITS = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
    print(*cursor.fetchone())
"""


@on_postgresql
def test_page_is_stopped_in_time_and_a_command_is_not():
    served = subprocess.run(
        [sys.executable, "-c", "import pactcards.wsgi\n" + WAITS],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "on"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert served.stdout == "15s 3s\n"
    assert manage("shell", "--no-imports", "-c", WAITS) == (0, "0 3s\n")


@on_postgresql
def test_superuser_that_serves_is_told_of():
    (message,) = (message for message in check_database(["default"]) if message.id == "database.I003")
    assert message.msg.startswith(f"The role {connection.get_connection_params()['user']} that serves is a superuser")

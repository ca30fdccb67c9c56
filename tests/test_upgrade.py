"""The real upgrade of a clone to newer versions: one that is good, one that fails, one that does not get ready.

And the real start of its server.
"""

import fcntl
import re
import shutil
import subprocess

import pytest
from django.core.management import CommandError, call_command

from pactcards import health
from tests.an_installation import ROOT, Installation, Origin, change
from tests.conftest import answer
from tests.test_health import Disk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.only_on("sqlite"),  # how PostgreSQL is restored, and when not, test_restore says
    pytest.mark.timeout(280),
    pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine"),
]
BASH = ("bash", "-euc")
ANSWERS = "SELECT count(*) FROM cards_reviewlog"
ONE_MORE = (
    "CREATE TEMP TABLE more AS SELECT * FROM cards_reviewlog; "
    "UPDATE more SET id = id + 1, version = version + 1, attempt = 1; INSERT INTO cards_reviewlog SELECT * FROM more"
)
NEWEST = "SELECT name FROM django_migrations WHERE name GLOB '9*' ORDER BY 1"


@pytest.fixture
def origin(tmp_path):
    (tmp_path / "origin").mkdir()
    return Origin(tmp_path / "origin")


@pytest.fixture
def installation(tmp_path, origin, student, deck):
    answer(student, deck.cards.first())
    return Installation(tmp_path / "school", origin)


@pytest.fixture
def serving(installation):
    server = installation.serve()
    yield installation
    installation.stop(server)


def test_newer_version_serves_and_has_migrated(serving, origin):
    origin.migrate_by("SELECT 1")
    change(origin.directory / "pactcards/health.py", '"ok"', '"newer"')
    prepare, head = origin.directory / "pactcards" / "deploy" / "prepare", "set -euo pipefail\n"
    change(prepare, head, f"{head}if flock --nonblock .data/upgrade.lock true; then exit 1; fi\n")
    origin.commit("newer")
    serving.set("BIND", f":{serving.port}")
    code, said = serving.upgrade("newer")
    assert (code, said.splitlines()[-1]) == (0, "PactCards is now newer."), said
    assert (serving.ask("/health/ready"), serving.is_in_maintenance) == ((200, "newer"), False)
    assert (serving.rows(NEWEST), serving.rows(ANSWERS)) == ([("9000_new",)], [(1,)])


def test_step_that_fails_leads_back(installation, origin):
    origin.migrate_by("DELETE FROM cards_reviewlog", "DELETE FROM no_such_table")
    origin.commit("broken")
    code, said = installation.upgrade("broken")
    assert (code, said.splitlines()[-1]) == (1, "All is as before; no server ran."), said
    assert (installation.tag, installation.is_in_maintenance) == ("first", False)
    assert (installation.rows(NEWEST), installation.rows(ANSWERS)) == ([], [(1,)])


def test_version_that_does_not_boot_leads_back(serving, origin):
    """Also where something was amiss before."""
    serving.rows("UPDATE cards_cardstate SET ease = 131")
    origin.migrate_by("DELETE FROM cards_reviewlog")
    (origin.directory / "pactcards" / "wsgi.py").write_text("no Python")
    origin.commit("dead")
    code, said = serving.upgrade("dead")
    assert (code, said.splitlines()[-1]) == (1, "PactCards runs as before."), said
    assert ("The server has ended." in said, "look at this: check_reviews says" in said) == (True, True), said
    assert (serving.tag, serving.is_in_maintenance, serving.ask("/health/ready")) == ("first", False, (200, "ok"))
    assert (serving.rows(NEWEST), serving.rows(ANSWERS)) == ([], [(1,)])


def test_answer_since_the_backup_is_not_taken_back(installation, origin):
    save = f"import sqlite3; sqlite3.connect('.data/pactcards.sqlite3').executescript('{ONE_MORE}')"
    (origin.directory / "pactcards/deploy/prepare").write_text(f'#!/bin/sh\n.venv/bin/python -c "{save}"; exit 1\n')
    origin.commit("late")
    code, said = installation.upgrade("late")
    assert (code, "Somebody has answered since" in said) == (1, True), said
    assert (installation.tag, installation.is_in_maintenance, installation.rows(ANSWERS)) == ("first", True, [(2,)])
    backup = re.search("(?m)^Backup: (.*)", said)[1]
    assert f"\npactcards/deploy/manage restore {backup} --yes --replace  #" in said


def test_way_back_that_stops_says_how_to_go_on(installation, origin):
    (origin.directory / "pactcards" / "deploy" / "prepare").write_text("#!/bin/sh\nrm .venv/bin; exit 1\n")
    origin.commit("worse")
    code, said = installation.upgrade("worse")
    words = "The way back has stopped. Visitors are told to wait; the code is first.\n"
    assert (code, words in said, installation.is_in_maintenance) == (1, True, True), said
    assert said.splitlines()[-1] == (
        "pactcards/deploy/manage collectstatic --no-input; then remove .data/maintenance and restart."
    )


def test_version_that_serves_is_not_taken_back(serving, origin):
    """Whoever has been let in has answered since."""
    (origin.directory / "pactcards" / "deploy" / "prepare").write_text("#!/bin/sh\n")
    change(origin.directory / "pactcards/health.py", "LEAST_FREE_BYTES = ", "LEAST_FREE_BYTES = 10**15 + ")
    origin.commit("not-ready")
    code, said = serving.upgrade("not-ready")
    assert (code, "It serves, but is not ready for visitors" in said) == (1, True), said
    assert (serving.tag, serving.is_in_maintenance, serving.ask("/health/ready")[0]) == ("not-ready", False, 503)


def test_nothing_is_prepared_during_an_upgrade(installation):
    with (installation.directory / ".data" / "upgrade.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with installation.run("pactcards/deploy/prepare") as process:
            said = process.stdout.readline()
            process.kill()
            assert said == "An upgrade is under way, or another server is about to start. Waiting for it to end.\n"
            assert installation.upgrade("first")[1].startswith("Another upgrade is under way")
    assert installation.is_in_maintenance is False


WHERE = {
    "127.0.0.1:8000": "http://127.0.0.1:8000",
    ":8000": "http://127.0.0.1:8000",
    "0.0.0.0:80": "http://127.0.0.1:80",
    "[::]:80": "http://[::1]:80",
    "unix:.data/socket": "--unix-socket .data/socket http://localhost",
    "unix:///run/p.sock,127.0.0.1:1": "--unix-socket /run/p.sock http://localhost",
    "fd://3": "nowhere",
}


@pytest.mark.parametrize("bind", WHERE)
def test_server_is_asked_where_it_listens(bind):
    script = (ROOT / "pactcards" / "deploy" / "upgrade").read_text()
    function = re.search(r"(?ms)^server_is_at\(\).*?^}$", script)[0]
    command = [*BASH, f'{function}\nif server_is_at "$1"; then echo "${{at[*]}}"; else echo nowhere; fi', "x", bind]
    assert subprocess.check_output(command, text=True).strip() == WHERE[bind]


def test_upgrade_without_room_for_a_way_back_changes_nothing(installation, origin):
    origin.commit("newer")
    change(installation.directory / "pactcards/health.py", "LEAST_FREE_BYTES = ", "LEAST_FREE_BYTES = 10**15 + ")
    code, said = installation.upgrade("newer")
    assert (code, said.startswith("CommandError: only ")) == (1, True), said
    assert (installation.tag, installation.is_in_maintenance) == ("first", False)


def test_no_upgrade_without_room_for_a_way_back(monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: Disk(10**12, 10**12, 200_000_001))
    with pytest.raises(CommandError, match=r"^only 200 MB are free on the disk of /.*, and \d+ are needed\."):
        call_command("can_upgrade")


def test_no_server_starts_that_may_lose_answers(installation):
    careless = 'DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"\n'
    change(installation.directory / "pactcards/settings.py", "MAINTENANCE_FILE =", f"{careless}MAINTENANCE_FILE =")
    installation.set("BIND", "nowhere:1")  # there it would end too, but later
    with installation.run("pactcards/deploy/serve") as process:
        said = process.communicate()[0]
    assert (process.returncode, said.count("after a power cut answers are lost"), "nowhere" in said) == (1, 1, False)

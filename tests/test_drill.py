"""The restore drill: a school under load is backed up, damaged in ways that matter, noticed, restored and compared."""

import json
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase
from accounts.models import User
from cards.models import CardState, ReviewLog
from pactcards.database import archive, vendors
from pactcards.database.contents import differences
from pactcards.database.errors import DamagedError
from pactcards.database.making import make_backup
from pactcards.database.verifying import problems_of
from tests import drill
from tests.another_database import run
from tests.conftest import answer
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(280)]
on_sqlite = pytest.mark.only_on("sqlite")  # about the file of SQLite
on_postgresql = pytest.mark.only_on("postgresql")  # about the files of PostgreSQL
PROMISED_SECONDS = 180
TRIES = 20  # to kill what may be quicker than the look at it


@pytest.fixture
def directory(tmp_path, settings):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.ERASURES_FILE = settings.BACKUP_DIR / "erasures.log"
    return settings.BACKUP_DIR


@pytest.fixture
def backup(directory, db):
    return backup_of(drill.SMALL, directory)


def backup_of(size, directory, *, ago=timedelta(0)):
    drill.fill(size)
    connection.close()
    return make_backup(directory, now=timezone.now() - ago).path


def tables():
    connection.close()
    return vendors.vendor().contents(vendors.name())["tables"]


def restore(backup):
    out = StringIO()
    call_command("restore", str(backup), "--yes", "--replace", "--json", stdout=out)
    return json.loads(out.getvalue())


def assert_restored(backup):
    """All tables are as in the manifest, but for the log-ins, which are over."""
    promised = archive.manifest_of(backup)["tables"]
    changed = differences(promised, tables())
    assert changed == [f"table accounts_user has other values in its {promised['accounts_user']['rows']} rows"]
    assert vendors.trouble_with("check_reviews") == ""


def test_backups_under_load_hold_every_answer_acknowledged_before(directory, tmp_path):
    too_early, made = backup_of(drill.SCHOOL, directory), []
    with drill.load(tmp_path) as logs:
        for _ in range(3):
            before = drill.acknowledged(logs)
            made.append((before, make_backup(directory, now=timezone.now()).path))
            time.sleep(1)
    for before, backup in made:
        assert list(problems_of(backup)) == []
        assert before - drill.attempts_in(backup, directory) == set()
    assert made[0][0] < made[1][0] < made[2][0]
    assert before - drill.attempts_in(too_early, directory) == before  # the control: that can fail


@on_sqlite
def test_plain_copy_of_the_file_under_load_would_be_noticed(tmp_path, db):
    """The other control: what a backup is made for."""
    drill.fill(drill.CONTROL)
    with drill.load(tmp_path) as logs:
        wrong = []
        while not wrong:  # the test's time-out ends it
            before = drill.acknowledged(logs)
            drill.plain_copy(vendors.name(), tmp_path / "copy.sqlite3")
            wrong = drill.wrong_with_copy(tmp_path / "copy.sqlite3", before)
    assert wrong != []


def test_killed_backup_leaves_the_old_ones_and_no_half_file(backup, directory):
    command = [sys.executable, "-m", "tests.drill_backup", str(connection.settings_dict["NAME"]), str(directory)]
    seconds = seconds_of_whole(command, directory)
    for share in (0, 0.2, 0.6):
        assert any(killed_half_way(command, directory, share * seconds) for _ in range(TRIES))
    assert backup in archive.all_in(directory)
    assert [problem for path in archive.all_in(directory) for problem in problems_of(path)] == []


@contextmanager
def seen_to_begin(command, directory):
    """The process, when the first file is seen of its backup."""
    with subprocess.Popen(command, cwd=drill.ROOT) as process:
        while process.poll() is None and not list(directory.glob(f"{archive.UNFINISHED}*/*")):
            time.sleep(0.001)
        yield process


def seconds_of_whole(command, directory):
    """From then until it is in its place."""
    with seen_to_begin(command, directory):
        start = time.monotonic()
        while list(directory.glob(f"{archive.UNFINISHED}*")):
            time.sleep(0.001)
        return time.monotonic() - start


def killed_half_way(command, directory, delay):
    """Whether the backup was killed before its end, `delay` seconds after the first file that was seen of it."""
    with seen_to_begin(command, directory) as process:
        time.sleep(delay)
        process.kill()
    assert process.returncode in (0, -signal.SIGKILL)
    half = list(directory.glob(f"{archive.UNFINISHED}*"))
    for left in half:
        shutil.rmtree(left)
    return half != []


@pytest.mark.parametrize("damage", drill.ROWS)
def test_damage_to_rows_is_noticed_and_mended(backup, damage):
    drill.damage_rows(drill.ROWS[damage])
    assert vendors.trouble_with("check_reviews") != ""
    restore(backup)
    assert_restored(backup)


def test_rows_of_nobody_are_noticed_by_the_next_backup(backup, directory):
    """People deleted past the guards of the database."""
    guard = "PRAGMA foreign_keys = OFF" if connection.vendor == "sqlite" else "SET session_replication_role = replica"
    with closing(vendors.vendor().connect(vendors.name())) as database:
        database.execute(guard)
        database.execute("DELETE FROM accounts_user WHERE NOT is_staff")
        database.commit()
    assert "accounts_user" in words_of_the_next_backup(directory)
    restore(backup)
    assert_restored(backup)


def words_of_the_next_backup(directory):
    time.sleep(1)  # its name is the second
    try:
        return "; ".join(problems_of(make_backup(directory, now=timezone.now()).path))
    except Exception as error:
        return str(error)


@on_sqlite
@pytest.mark.parametrize("damage", drill.PAGES)
def test_damage_to_a_page_is_noticed_and_mended(backup, damage, directory):
    connection.close()
    drill.damage_page_of_sqlite(vendors.name(), drill.PAGES[damage])
    with pytest.raises(DamagedError):
        make_backup(directory, now=timezone.now())
    kept_in = restore(backup)["kept_in"]
    assert_restored(backup)
    for kept in kept_in:
        Path(kept).unlink()


@on_postgresql
def test_damage_to_an_index_of_postgresql_is_noticed_by_its_own_check_and_mended(backup):
    """No dump reads an index, so a backup is whole without it."""
    with drill.copy_with_a_spoilt_page(drill.PAGES["page of the index of due states"]) as name:
        said = drill.pg_amcheck(name)
        with vendors.looking_at(name):
            restore(backup)
            assert_restored(backup)
        assert ("card_state_due" in said, drill.pg_amcheck(name)) == (True, "")


@on_postgresql
@pytest.mark.parametrize("damage", [name for name in drill.PAGES if "index" not in name])
def test_damage_to_a_page_of_postgresql_is_noticed_and_mended(backup, damage, directory, tmp_path):
    """In a new database, since the old one cannot be read any more: `restore` says so."""
    with drill.copy_with_a_spoilt_page(drill.PAGES[damage]) as name, vendors.looking_at(name):
        with pytest.raises(DamagedError, match="invalid page"):
            make_backup(directory, now=timezone.now())
        with pytest.raises(CommandError, match="Make an empty one"):
            restore(backup)
    with drill.nowhere(tmp_path) as (_address, name), vendors.looking_at(name):
        restore(backup)
        assert_restored(backup)


def test_school_goes_on_after_a_restore(directory):
    backup = backup_of(drill.SMALL, directory, ago=timedelta(hours=2))
    student = User.objects.filter(is_staff=False).latest("pk")
    state, before = CardState.objects.filter(user=student).first(), ReviewLog.objects.count()
    answer(student, state.card, version=state.version, now=timezone.now())
    said = restore(backup)
    assert ReviewLog.objects.count() == before
    assert said["newest_answer_before"]["number"] == said["newest_answer"]["number"] + 1
    assert 7200 <= said["lost_seconds"] < 7200 + 120
    answer(student, state.card, version=state.version, now=timezone.now())
    assert ReviewLog.objects.count() == before + 1
    assert open_pages(User.objects.get(pk=student.pk)) == [200, 200, 200]


def test_school_goes_on_with_another_secret_key(directory, settings):
    """Lost with the machine: passwords and answers need it not, and who was erased since stays erased."""
    gone, student = UserFactory(), UserFactory()
    student.set_password("narew-vistula-san")
    student.save()
    connection.close()
    backup = make_backup(directory, now=timezone.now()).path
    erase(gone.pk, by=None, now=timezone.now())
    settings.SECRET_KEY = "another" * 10
    assert restore(backup)["erased_again"] == 1
    assert Client().login(username=student.username, password="narew-vistula-san")
    assert open_pages(User.objects.get(pk=student.pk)) == [200, 200, 200]


def open_pages(student):
    client = Client()
    client.force_login(student)
    return [client.get(reverse(page)).status_code for page in ("home", "review", "stats")]


def test_empty_machine_needs_the_backup_and_the_settings_alone(directory, tmp_path):
    drill.fill(drill.SCHOOL)
    drill.let_in()
    connection.close()
    backup = make_backup(directory, now=timezone.now()).path
    with drill.nowhere(tmp_path) as (address, _name):
        copied = tmp_path / "copied" / backup.name
        copied.parent.mkdir()
        copied.write_bytes(backup.read_bytes())
        start, settings = time.monotonic(), {"BACKUP_DIR": str(copied.parent)}
        done = run(address, "restore", str(copied), "--yes", "--json", **settings)
        assert (json.loads(done.stdout)["kept_in"], time.monotonic() - start < PROMISED_SECONDS) == ([], True)
        pages = run(address, "shell", "--no-imports", "-v0", "-c", drill.OPENED, **settings).stdout.splitlines()
        assert pages == ["no damage found", " ".join(["200"] * min(20, drill.SCHOOL["students"])), "200 200 200 200"]

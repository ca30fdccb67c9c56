"""A backup put back: everything is as it was, what was there is kept, and who was erased since stays erased."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.erasure import erase
from accounts.models import User
from cards.models import CardState, ReviewLog
from pactcards.database import archive, postgresql, vendors
from pactcards.database.contents import differences
from pactcards.database.making import make_backup
from pactcards.database.restoring import refuse_if_answered_since
from tests.conftest import NOON, answer
from tests.factories import UserFactory
from tests.test_backup import damage

OF_WEB2 = {"application_name": "pactcards web2 0a1b2c3d"}
COUNT = "SELECT count(*) FROM cards_reviewlog"
A_SERVER = """
import json, sys
import django; django.setup()
from django.db import connection
connection.settings_dict["NAME"] = json.loads(sys.argv[1])
connection.ensure_connection(); print(flush=True); input()
"""
pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.only_on("sqlite")  # about the file of SQLite
on_postgresql = pytest.mark.only_on("postgresql")  # about PostgreSQL


@pytest.fixture
def directory(tmp_path, settings):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.ERASURES_FILE = settings.BACKUP_DIR / "erasures.log"
    return settings.BACKUP_DIR


@pytest.fixture
def backup(directory, student, deck):
    answer(student, deck.cards.first())
    return make_backup(directory, now=NOON).path


def restore(path, *options, yes=True):
    out = StringIO()
    call_command("restore", str(path), *(["--yes"] if yes else []), *options, stdout=out)
    return out.getvalue()


def tables():
    connection.close()
    return vendors.vendor().contents(vendors.name())["tables"]


def test_everything_is_as_it_was_but_for_log_ins(backup, student, deck):
    before = tables()
    answer(student, deck.cards.last())
    UserFactory()
    restore(backup, "--replace")
    changed = ["table accounts_user has other values in its 1 rows"]  # another session epoch
    assert differences(before, tables()) == changed


def test_it_says_what_is_lost_and_where_that_is_kept(backup, student, deck, directory):
    answer(student, deck.cards.last())
    said = json.loads(restore(backup, "--replace", "--json"))
    kept_in = archive.manifest_of(Path(said["kept_in"][0]))
    assert said["newest_answer_before"]["number"] == said["newest_answer"]["number"] + 1
    assert said["newest_answer_before"] == kept_in["newest_answer"]
    assert (said["erased_again"], said["kept_in"][0].endswith("-before-restore.zip")) == (0, True)


def test_new_answers_count_after_it(backup, student, deck):
    restore(backup, "--replace")
    answer(student, deck.cards.last())
    call_command("check_reviews", stdout=StringIO())
    assert (CardState.objects.count(), ReviewLog.objects.count()) == (2, 2)


def test_everybody_has_to_log_in_again(backup, student):
    client = Client()
    client.force_login(student)
    assert client.get(reverse("review")).status_code == 200
    restore(backup, "--replace")
    assert client.get(reverse("review")).status_code == 302


def test_who_was_erased_since_is_erased_again(directory, student, deck):
    gone = UserFactory()
    answer(student, deck.cards.first())
    backup = make_backup(directory, now=NOON).path
    erase(gone.pk, by=None, now=NOON)
    assert "Erased again, because they were erased since: 1." in restore(backup, "--replace")
    assert not User.objects.filter(pk=gone.pk).exists()


def test_list_beside_the_backup_counts_too(directory, settings, student, tmp_path):
    backup = make_backup(directory, now=NOON).path
    erase(student.pk, by=None, now=NOON)
    settings.ERASURES_FILE.rename(directory / "erasures.log.moved")
    (directory / "erasures.log.moved").rename(directory / "erasures.log")
    settings.ERASURES_FILE = tmp_path / "elsewhere" / "erasures.log"
    restore(backup, "--replace")
    assert not User.objects.exists()


def test_nothing_is_done_without_a_yes(backup):
    with pytest.raises(CommandError, match="Nothing was done"):
        restore(backup, "--replace", yes=False)


def refused(backup, message, *options):
    before = tables()
    with pytest.raises(CommandError, match=message):
        restore(backup, *options)
    assert differences(before, tables()) == []


def test_people_are_not_replaced_unasked(backup):
    refused(backup, r"There are people in .* already. Add --replace")


def test_damaged_backup_changes_nothing(backup):
    damage(backup, 0.5)
    refused(backup, "is damaged", "--replace")


def test_missing_backup_changes_nothing(backup):
    refused(backup.with_name("other.zip"), "There is no file", "--replace")


def test_full_disk_changes_nothing(backup, monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.shutil, "copyfileobj", full)
    refused(backup, "No space left on device", "--replace")


@contextmanager
def a_server():
    command = [sys.executable, "-c", A_SERVER, json.dumps(connection.settings_dict["NAME"])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        server.stdout.readline()
        yield
        server.communicate(b"\n")


def test_running_server_is_noticed(backup):
    with a_server():
        refused(backup, r"The server still runs: .* Stop it first", "--replace")


def test_server_in_maintenance_may_run(backup, settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    settings.MAINTENANCE_FILE.touch()
    with a_server():
        assert "Restored as it was" in restore(backup, "--replace")


@on_postgresql
def test_server_of_another_machine_may_not_run_in_maintenance_here(backup, settings, tmp_path):
    """It knows nothing of that, and goes on taking answers."""
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    settings.MAINTENANCE_FILE.touch()
    with psycopg.connect(**(connection.get_connection_params() | OF_WEB2)):
        refused(backup, "PactCards still runs on web2. Stop it there first", "--replace")
        with pytest.raises(CommandError, match="still runs on web2: stop"):
            call_command("can_upgrade")
    assert "Restored as it was" in restore(backup, "--replace")


def test_answer_since_is_taken_back_only_when_asked(backup, student, deck):
    answer(student, deck.cards.last())
    refused(backup, f"Somebody has answered since {backup.name} was made", "--replace", "--unless-answered")
    assert "Restored as it was" in restore(backup, "--replace")
    assert refuse_if_answered_since(backup) is None


@on_sqlite
@pytest.mark.parametrize("loss", ["table", "file"])
def test_what_cannot_be_read_may_have_answers(backup, loss):
    path = Path(vendors.name())
    if loss == "table":
        with closing(sqlite3.connect(path)) as database:
            database.execute("DROP TABLE cards_reviewlog")
    else:
        break_file(path, "rubbish")
    with pytest.raises(CommandError, match=rf"^Whether somebody has answered since {backup.name} was made cannot be"):
        restore(backup, "--replace", "--unless-answered")
    assert "Restored as it was" in restore(backup, "--replace")


@on_sqlite
def test_who_has_the_file_open_sees_what_was_restored(backup, student, deck, settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    settings.MAINTENANCE_FILE.touch()
    answer(student, deck.cards.last())
    with closing(sqlite3.connect(vendors.name())) as other:
        assert other.execute(COUNT).fetchone() == (2,)
        restore(backup, "--replace")
        assert other.execute(COUNT).fetchone() == (1,)
        answer(student, deck.cards.last())
        assert other.execute(COUNT).fetchone() == (2,)


@on_sqlite
@pytest.mark.parametrize("damage", ["gone", "empty", "header", "half", "rubbish"])
def test_broken_file_is_replaced_and_kept(backup, damage):
    path, before = Path(vendors.name()), tables()
    break_file(path, damage)
    said = json.loads(restore(backup, "--replace", "--json"))
    assert differences(before, tables()) == ["table accounts_user has other values in its 1 rows"]
    assert len(said["kept_in"]) == (damage not in ("gone", "empty"))
    for kept in said["kept_in"]:
        Path(kept).unlink()


def break_file(path, damage):
    connection.close()
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
        return
    broken = {"empty": b"", "header": b"\0" * 100 + content[100:], "half": content[: len(content) // 2]}
    path.write_bytes(broken.get(damage, b"rubbish" * 1000))


@on_sqlite
def test_journal_of_the_former_database_is_not_believed(backup):
    connection.close()
    before = tables()
    Path(vendors.name()).unlink()
    Path(f"{vendors.name()}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 504)
    restore(backup, "--replace")
    assert not Path(f"{vendors.name()}-journal").exists()
    assert list(tables()) == list(before)


@on_postgresql
def test_dump_that_stops_half_way_changes_nothing(backup, monkeypatch):
    real = postgresql.shutil.copyfileobj

    def half(source, target):
        target.write(source.read(20_000))
        source.close()

    monkeypatch.setattr(postgresql.shutil, "copyfileobj", lambda s, t, *more: half(s, t) if not more else real(s, t))
    refused(backup, "could not be put in place", "--replace")

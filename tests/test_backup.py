"""A backup is whole or not there, is tried out by restoring it, and says in words what is wrong."""

import json
import shutil
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cards.models import CardState
from pactcards.database import archive, vendors
from pactcards.database.errors import DatabaseToolError
from pactcards.database.making import make_backup
from pactcards.database.postgresql import _words_in
from pactcards.database.tried_out import LAST_TRIED, LAST_VERIFIED, last_verified, note, warnings
from pactcards.database.verifying import problems_of
from tests.conftest import NOON, answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def directory(tmp_path, settings):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.ERASURES_FILE = settings.BACKUP_DIR / "erasures.log"
    return settings.BACKUP_DIR


@pytest.fixture
def answers(student, deck):
    for card in deck.cards.all():
        answer(student, card)
    return student


@pytest.fixture
def backup(directory, answers):
    return make_backup(directory, now=NOON).path


def problems(path):
    return " | ".join(problems_of(path))


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def damage(path, place):
    """Some bytes in a row: of one bit in the zeros of an empty page the unpacked database may know nothing."""
    content = bytearray(path.read_bytes())
    start = int(len(content) * place)
    content[start : start + 64] = bytes(255 - byte for byte in content[start : start + 64])
    path.write_bytes(content)


def packed_anew(path, **changes):
    """The backup with another manifest or another database in it."""
    with ZipFile(path) as archive_in:
        inside = {name: archive_in.read(name) for name in archive_in.namelist()}
    manifest = {**json.loads(inside["manifest.json"]), **changes}
    with ZipFile(path, "w", ZIP_STORED) as out:
        out.writestr("manifest.json", json.dumps(manifest))
        out.writestr(manifest["database"]["file"], inside[manifest["database"]["file"]])
    return path


def test_backup_says_what_is_in_it(backup):
    manifest = archive.manifest_of(backup)
    assert backup.name == "pactcards-20261123-120000.zip"
    assert manifest["tables"]["cards_reviewlog"]["rows"] == 3
    assert manifest["newest_answer"]["at"] == "2026-11-23 12:00:00"
    assert "accounts.0001_initial" in manifest["migrations"]
    assert manifest["vendor"] == connection.vendor


def test_nobody_else_may_read_it_and_nothing_else_is_left(backup, directory):
    assert [oct(path.stat().st_mode & 0o777) for path in (backup, directory)] == ["0o600", "0o700"]
    assert list(directory.iterdir()) == [backup]


def test_good_backup_has_no_problems_and_is_noted(backup, directory):
    assert "can be restored" in run("verify_backup", str(backup))
    assert last_verified(directory)["file"] == backup.name


def test_backup_where_nothing_can_be_noted_is_verified_all_the_same(backup, directory):
    for name in (LAST_TRIED, LAST_VERIFIED):
        (directory / f".{name}").mkdir()  # root may write on whatever is only read
    assert "can be restored" in run("verify_backup", str(backup))
    assert last_verified(directory) is None


def test_what_happens_later_does_not_touch_it(backup, answers, deck):
    answer(answers, deck.cards.first(), version=1, now=NOON + timedelta(days=1))
    assert problems(backup) == ""


def test_state_that_was_wrong_already_is_noticed(directory, answers):
    CardState.objects.update(ease=260)
    backup = make_backup(directory, now=NOON).path
    assert problems(backup).endswith("damage found: memory 3")


def test_row_that_the_manifest_does_not_promise_is_noticed(backup):
    tables = archive.manifest_of(backup)["tables"]
    log, user = tables["cards_reviewlog"], tables["accounts_user"]
    other = {**tables, "cards_reviewlog": {**log, "rows": 4}, "accounts_user": {**user, "digest": "0"}}
    del other["cards_card"]
    found = problems(packed_anew(backup, tables=other))
    assert "table cards_reviewlog has 3 rows and not 4" in found
    assert "table accounts_user has other values in its 1 rows" in found
    assert "table cards_card is not expected" in found


@pytest.mark.parametrize("place", [0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.998])
def test_damaged_backup_is_noticed(backup, place):
    damage(backup, place)
    with pytest.raises(DatabaseToolError, match="is damaged"):
        problems(backup)


@pytest.mark.parametrize("share", [0, 0.5, 0.999])
def test_part_of_a_backup_is_refused(backup, share):
    backup.write_bytes(backup.read_bytes()[: int(backup.stat().st_size * share)])
    with pytest.raises(CommandError, match="is damaged or no backup"):
        run("verify_backup", str(backup))


def test_backup_of_a_newer_version_is_refused(backup):
    newer = [*archive.manifest_of(backup)["migrations"], "cards.9999_from_next_year"]
    with pytest.raises(CommandError, match=r"newer PactCards .* cards.9999_from_next_year. Update PactCards first"):
        run("verify_backup", str(packed_anew(backup, migrations=newer)))


def test_backup_of_another_kind_of_database_is_refused(backup):
    with pytest.raises(CommandError, match="is of a oracle database"):
        run("verify_backup", str(packed_anew(backup, vendor="oracle")))


def test_two_at_once_are_not_made(directory, answers):
    with archive.workplace(directory), pytest.raises(CommandError, match="Another backup is being made"):
        run("backup")


def test_what_a_killed_one_left_goes_with_the_next(directory, answers):
    left = directory / f"{archive.UNFINISHED}abc"
    left.mkdir(parents=True)
    (left / "database").write_text("half")
    run("backup")
    assert [path.suffix for path in directory.iterdir()] == [".zip"]


def test_full_disk_leaves_no_file(directory, answers, monkeypatch):
    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_hash_of", full)
    with pytest.raises(CommandError, match=r"Nothing can be written in .*: No space left on device"):
        run("backup")
    assert list(directory.glob("*.zip")) == []
    assert list(warnings(directory, now=NOON))[1:] == [
        "the last backup failed: Nothing can be written in backups: No space left on device."
    ]


def test_directory_that_visitors_can_read_is_refused(settings, tmp_path, answers):
    settings.STATIC_ROOT = tmp_path
    with pytest.raises(CommandError, match="open to every visitor"):
        run("backup", "--out", str(tmp_path / "backups"))


def test_command_makes_tries_out_and_throws_away(directory, answers):
    old = make_backup(directory, now=NOON - timedelta(days=400)).path
    shutil.copy(old, directory / "notes.zip")
    said = json.loads(run("backup", "--keep", "1d", "--verify", "--json"))
    assert (said["thrown_away"], old.exists(), (directory / "notes.zip").exists()) == (1, False, True)
    assert last_verified(directory)["file"] == said["file"].rpartition("/")[2]


def test_backup_that_fails_its_trial_throws_nothing_away(directory, answers):
    old = make_backup(directory, now=NOON - timedelta(days=400)).path
    CardState.objects.update(lapses=9)
    with pytest.raises(CommandError, match=r"was made, but: .*damage found: lapses 3"):
        run("backup", "--keep", "1d", "--verify")
    assert old.exists()
    unverified, warning = warnings(directory, now=NOON)
    assert ("no backup" in unverified, "damage found: lapses 3" in warning) == (True, True)


@pytest.mark.only_on("sqlite")  # whose file can be broken here
def test_damage_found_while_making_a_backup_is_noted_without_folders(directory, answers):
    database = Path(vendors.name())
    connection.close()
    whole = database.read_bytes()
    database.write_bytes(b"rubbish" * 1000)
    with pytest.raises(CommandError, match=str(database)):
        run("backup", "--verify")
    database.write_bytes(whole)
    noted = f"the last backup failed: The database {database.name} cannot be copied: file is not a database."
    assert list(warnings(directory, now=NOON))[1:] == [noted]


def test_trial_that_cannot_be_made_is_noted(directory, answers, monkeypatch):
    def refuse(*_arguments):
        raise DatabaseToolError("To try a backup out, the database user needs a right.")

    monkeypatch.setattr(vendors.vendor(), "scratch", refuse)
    with pytest.raises(CommandError, match="needs a right"):
        run("backup", "--verify")
    assert "the last backup failed: To try a backup out" in list(warnings(directory, now=NOON))[1]


def test_values_that_postgresql_quotes_are_left_out():
    said = b"pg_restore: error: ERROR:  could not create unique index\nDETAIL:  Key (username)=(anna) is duplicated."
    assert _words_in(BytesIO(said)) == "pg_restore: error: ERROR: could not create unique index"


def test_backup_beside_another_is_no_failure(directory, answers):
    with archive.workplace(directory), pytest.raises(CommandError):
        run("backup", "--verify")
    assert len(list(warnings(directory, now=NOON))) == 1


def test_next_good_backup_ends_the_warning(directory, answers):
    made = make_backup(directory, now=NOON)
    for found in (["lapses 3"], []):
        note(*made, found, now=NOON)
    assert list(warnings(directory, now=NOON)) == []


@pytest.mark.parametrize("found", [[], ["lapses 3"]])
def test_trial_of_an_old_backup_says_nothing_of_the_newest(directory, answers, found):
    old, newest = (make_backup(directory, now=NOON - timedelta(days=days)) for days in (30, 0))
    note(*newest, [], now=NOON)
    note(*old, found, now=NOON)
    assert (last_verified(directory)["file"], list(warnings(directory, now=NOON))) == (newest.path.name, [])


def test_without_a_backup_there_is_nothing_to_verify(directory, db):
    with pytest.raises(CommandError, match="There is no backup in"):
        run("verify_backup")


@pytest.mark.only_on("sqlite")
def test_database_in_memory_has_no_backup(monkeypatch, directory):
    monkeypatch.setitem(connection.settings_dict, "NAME", ":memory:")
    with pytest.raises(DatabaseToolError, match="in memory only"):
        vendors.name()

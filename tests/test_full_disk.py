"""A disk that becomes full while something is restored: it is called so, nothing is changed and nothing is left."""

import errno
import os
from pathlib import Path
from secrets import token_hex
from zipfile import ZipFile

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from pactcards.database import sqlite, vendors
from pactcards.database.contents import differences
from pactcards.database.making import make_backup
from tests import pristine
from tests.another_database import run
from tests.conftest import NOON
from tests.factories import UserFactory

RESTORE = """
import resource
from django.core.management import call_command
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
call_command("restore", {file!r}, "--yes", "--replace", "--while-serving")  # threads of other tests have it open
"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(tmp_path, settings):
    settings.BACKUP_DIR = tmp_path / "backups"
    UserFactory()
    return make_backup(settings.BACKUP_DIR, now=NOON).path


@pytest.fixture
def broken(backup):
    database = Path(vendors.name())
    connection.close()
    whole = database.read_bytes()
    database.write_bytes(b"rubbish" * 1000)
    yield database
    database.write_bytes(whole)


def tables():
    connection.close()
    return vendors.vendor().contents(vendors.name())["tables"]


def restored_where_no_file_may_be_larger(backup, most):
    connection.close()
    code = RESTORE.format(most=most, file=str(backup))
    address = pristine.address_of(vendors.name())
    return run(address, "shell", "--no-imports", "-v0", "-c", code, BACKUP_DIR=str(backup.parent))


def test_no_room_for_the_copy_of_what_is_there(backup):
    """It is larger than the backup, for which there is room; of its own, whatever room the file has within."""
    with ZipFile(backup) as archive:
        most = max(file.file_size for file in archive.infolist()) + 200_000
    Session.objects.create(session_key="k", session_data=token_hex(most), expire_date=timezone.now())
    before = tables()
    done = restored_where_no_file_may_be_larger(backup, most)
    said = {"sqlite": "can be written: the disk is full, over a quota, or failing", "postgresql": "The disk is full: "}
    assert (done.returncode, said[connection.vendor] in done.stderr) == (1, True), done.stderr
    assert (differences(before, tables()), list(backup.parent.iterdir())) == ([], [backup])


@pytest.mark.only_on("sqlite")  # whose file is replaced
@pytest.mark.parametrize(
    ("number", "said"),
    [
        *((number, "The disk is full: ") for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)),
        *((number, r"No copy of dump can be written \(") for number in (errno.EACCES, errno.EROFS, errno.EIO)),
    ],
)
def test_no_room_beside_a_broken_database(backup, broken, monkeypatch, number, said):
    def fail(source, target):
        Path(target).write_bytes(Path(source).read_bytes()[:1000])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(sqlite.shutil, "copyfile", fail)
    with pytest.raises(CommandError, match=rf"^{said}.*{os.strerror(number)}\)\. Nothing was changed"):
        call_command("restore", str(backup), "--yes", "--replace")
    assert (broken.read_bytes(), list(broken.parent.glob("*.restoring"))) == (b"rubbish" * 1000, [])

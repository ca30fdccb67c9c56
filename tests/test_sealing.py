"""A sealed backup: whoever has only the file reads nothing, and whoever has the secret key restores it."""

import json
import shutil
import subprocess
from contextlib import contextmanager
from io import StringIO
from tempfile import TemporaryDirectory

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from cards.models import ReviewLog
from pactcards.database import archive
from pactcards.database.making import make_backup
from pactcards.database.tried_out import LAST_TRIED, LAST_VERIFIED, last_verified, warnings
from tests.conftest import NOON, answer
from tests.test_backup import damage

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("gpg"), reason="there is no gpg on this machine"),
]


def gpg(home, *arguments):
    command = ["gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


@contextmanager
def home_of_gpg():
    """Its path must be short, for the socket of GnuPG's agent, which goes with it."""
    with TemporaryDirectory(prefix="gpg-") as home:
        yield home
        command = ["gpgconf", "--homedir", home, "--kill", "all"]
        subprocess.run(command, check=True)


@pytest.fixture(scope="module")
def keyring():
    """Of the head, who has the secret key."""
    with home_of_gpg() as home:
        gpg(home, "--passphrase", "", "--quick-generate-key", "head@school.example", "future-default")
        yield home


@pytest.fixture
def directory(tmp_path, settings, keyring):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.ERASURES_FILE = settings.BACKUP_DIR / "erasures.log"
    settings.BACKUP_KEY_FILE = str(tmp_path / "head.gpg")
    (tmp_path / "head.gpg").write_bytes(gpg(keyring, "--export", "head@school.example"))
    return settings.BACKUP_DIR


@pytest.fixture
def sealed(directory, student, deck):
    answer(student, deck.cards.first())
    run("backup", "--verify")
    (path,) = directory.glob("*.gpg")
    return path


@pytest.fixture
def as_head(keyring, monkeypatch):
    monkeypatch.setenv("GNUPGHOME", keyring)


@pytest.fixture
def as_somebody(monkeypatch):
    with home_of_gpg() as home:
        monkeypatch.setenv("GNUPGHOME", home)
        yield


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_backup_is_sealed_beside_the_plain_one(sealed, directory):
    (plain,) = archive.all_in(directory)
    assert (sealed.name, oct(sealed.stat().st_mode & 0o777)) == (f"{plain.name}.gpg", "0o600")
    assert {path.name for path in directory.iterdir()} == {plain.name, sealed.name, LAST_TRIED, LAST_VERIFIED}


def test_nothing_of_a_sealed_backup_can_be_read(sealed):
    assert (b"PK" in sealed.read_bytes()[:4], b"manifest" in sealed.read_bytes()) == (False, False)


def test_head_restores_a_sealed_backup(sealed, as_head):
    User.objects.update(first_name="Nobody")
    assert "can be restored" in run("verify_backup", str(sealed))
    run("restore", str(sealed), "--yes", "--replace")
    assert (User.objects.filter(first_name="Nobody").count(), ReviewLog.objects.count()) == (0, 1)
    assert last_verified(sealed.parent)["file"] == sealed.name


def refused(sealed, message):
    before = User.objects.get().session_epoch
    with pytest.raises(CommandError, match=message):
        run("restore", str(sealed), "--yes", "--replace")
    assert User.objects.get().session_epoch == before


def test_somebody_without_the_key_changes_nothing(sealed, as_somebody):
    refused(sealed, r"cannot be opened\. GnuPG says: .*No secret key")


@pytest.mark.parametrize("place", [0, 0.5, 0.99])
def test_damaged_sealed_backup_changes_nothing(sealed, as_head, place):
    damage(sealed, place)
    refused(sealed, r"cannot be opened\. GnuPG says")


def test_part_of_a_sealed_backup_changes_nothing(sealed, as_head):
    sealed.write_bytes(sealed.read_bytes()[: sealed.stat().st_size // 2])
    refused(sealed, r"cannot be opened\. GnuPG says")


def test_wrong_key_file_leaves_the_plain_backup_and_throws_nothing_away(directory, student, tmp_path):
    old = make_backup(directory, now=NOON.replace(year=2024)).path
    (tmp_path / "head.gpg").write_text("no key")
    with pytest.raises(CommandError, match="was made, but it is not sealed: GnuPG says"):
        run("backup", "--keep", "1d")
    assert (old.exists(), len(archive.all_in(directory))) == (True, 2)


def test_backup_that_is_not_sealed_is_warned_of_without_whose_key_it_is(directory, student, tmp_path):
    (tmp_path / "head.gpg").unlink()
    with pytest.raises(CommandError, match=r"not sealed: GnuPG says: .*head\.gpg"):
        run("backup", "--verify")
    name = last_verified(directory)["file"]
    said = f"the last backup failed: {name} is not sealed. Run backup by hand: it says why."
    assert list(warnings(directory, now=timezone.now())) == [said]


def test_old_sealed_backups_go_with_the_plain_ones(sealed, directory):
    plain = sealed.with_suffix("")
    pairs = ((plain, ".zip"), (sealed, ".zip.gpg"))
    old = [path.rename(directory / f"pactcards-20240101-120000{end}") for path, end in pairs]
    said = json.loads(run("backup", "--keep", "1d", "--json"))
    assert (said["thrown_away"], [path.exists() for path in old]) == (2, [False, False])

"""What stands in the way of an upgrade: a disk without room for the way back. Of other machines test_restore tells."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pactcards import health
from pactcards.database import vendors
from tests.test_health import Disk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full(monkeypatch):
    """A function: these places have one byte more than must stay free, and all others more than enough."""

    def is_full(*places):
        free = dict.fromkeys(places, health.LEAST_FREE_BYTES + 1)
        monkeypatch.setattr(health.shutil, "disk_usage", lambda path: Disk(10**15, 0, free.get(Path(path), 10**15)))

    return is_full


@pytest.fixture
def backups(tmp_path, settings):
    settings.BACKUP_DIR = tmp_path / "not yet" / "made"
    return tmp_path


def test_room_is_looked_for_where_the_backups_go(backups, full):
    full(backups)
    with pytest.raises(CommandError, match=f"^only 200 MB are free on the disk of {backups}, and .* FORCE=1$"):
        call_command("can_upgrade")


def test_whoever_knows_better_goes_on(backups, full, monkeypatch):
    full(backups)
    monkeypatch.setenv("FORCE", "1")
    call_command("can_upgrade", stderr=(said := StringIO()))
    assert said.getvalue().startswith(f"Going on all the same: only 200 MB are free on the disk of {backups}, and ")


def test_each_disk_is_looked_at_for_the_most_that_is_wanted_there(tmp_path, full):
    full(tmp_path, Path("/proc"))
    wanted = {tmp_path: 10**9, Path("/proc"): 10**8, tmp_path / "other": 10**6}
    assert {words.partition(" disk of ")[2] for words in health.trouble_with_room(wanted)} == {
        "/proc, and 300 are needed",
        f"{tmp_path}, and 1200 are needed",
    }


@pytest.mark.only_on("sqlite")
def test_room_is_looked_for_beside_the_database_too(settings, full):
    settings.BACKUP_DIR, place = Path("/proc/backups"), Path(vendors.name()).absolute().parent  # of another disk
    full(place)
    with pytest.raises(CommandError, match=f"^only 200 MB are free on the disk of {place}, and [^;]*$"):
        call_command("can_upgrade")


@pytest.mark.only_on("postgresql")
def test_newest_backup_tells_how_large_the_next_one_is():
    vendor, name = vendors.vendor(), vendors.name()
    with vendor.connect(name) as database:
        (size,) = database.execute("SELECT pg_database_size(current_database())").fetchone()
    assert [vendor.room_for_backups(name, newest) for newest in (1000, 0)] == [4400, 4 * (size // 5)]

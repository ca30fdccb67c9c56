"""PostgreSQL as the README sets it up: after a fatal statement the school is again as it was before it."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.another_database import run
from tests.bench.postgresql import running_cluster
from tests.test_two_roles import ANSWER

COUNT = "SELECT count(*) FROM cards_reviewlog"
PROMOTED = ["recovery_target_action=promote", "fsync=off"]
pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.timeout(280)]


@pytest.fixture
def archive():
    with TemporaryDirectory(prefix="pactcards-wal-") as directory:
        Path(directory).chmod(0o777)  # PostgreSQL runs as somebody else
        yield directory


@pytest.fixture
def school(archive):
    """A server that puts its write-ahead log into the archive."""
    keep = f"archive_command='test ! -f {archive}/%f && cp %p {archive}/%f'"
    with running_cluster("archive_mode=on", keep, "fsync=off") as cluster:
        assert run(cluster.url, "migrate", "-v0", "--skip-checks").returncode == 0
        yield cluster


def wait_for_archive(cluster):
    """Until all that has happened is in it."""
    newest = cluster.value("SELECT pg_walfile_name(pg_switch_wal())")
    while (cluster.value("SELECT last_archived_wal FROM pg_stat_archiver") or "") < newest:
        time.sleep(0.1)


def test_school_is_again_as_it_was_before_a_fatal_statement(school, archive):
    with school.copied() as copy:
        assert run(school.url, "shell", "--no-imports", "-v0", "-c", ANSWER).stdout == "200 1\n"
        moment = school.value("SELECT clock_timestamp()::text")
        school.execute("DELETE FROM cards_reviewlog")
        wait_for_archive(school)
        copy.recover(f"restore_command='cp {archive}/%f %p'", f"recovery_target_time='{moment}'", *PROMOTED)
        try:
            assert (school.value(COUNT), copy.value(COUNT)) == (0, 1)
            assert run(copy.url, "check_reviews").stdout == "no damage found\n"
        finally:
            copy.stop()

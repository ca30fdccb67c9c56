"""A database of each earlier commit that changed migrations still migrates; one that was killed half-way does too."""

import os
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from tests import migrations

COMMITS = migrations.commits()
# All of them take minutes: `make bench-migrations`. The oldest, one between and the last but one tell most.
FEW = [*COMMITS[:1], *COMMITS[len(COMMITS) // 2 :][:1], *COMMITS[-2:-1]]
TRIED = COMMITS if os.environ.get("EVERY_COMMIT") == "1" else FEW
pytestmark = [
    pytest.mark.timeout(280),
    pytest.mark.skipif(not COMMITS, reason="there is no history here to take earlier databases from"),
]


@contextmanager
def database(directory):
    if connection.vendor == "sqlite":
        yield f"sqlite:///{directory}/school.sqlite3"
        return
    address, question, options = os.environ["DATABASE_URL"].partition("?")
    name = f"migrations_{uuid4().hex[:8]}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{address.rpartition('/')[0]}/{name}{question}{options}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def of_commit(commit, address, directory):
    migrations.check_out(commit, directory / "earlier")
    migrations.run(migrations.FILLED, address, root=directory / "earlier")
    return migrations.counted(address, root=directory / "earlier")


@pytest.mark.parametrize("commit", TRIED)
def test_database_of_an_earlier_commit_still_migrates(commit, tmp_path):
    with database(tmp_path) as address:
        before = of_commit(commit, address, tmp_path)
        assert before[-1] > 50
        migrations.run(migrations.KILLED, address, "1000")
        assert migrations.counted(address) == before
        assert "no damage found" in migrations.run(migrations.LOOKED_AT, address).stdout


def test_migrate_that_is_killed_at_the_worst_moments_goes_on(tmp_path):
    with database(tmp_path) as address:
        before = of_commit(COMMITS[0], address, tmp_path)
        assert [kill(address, after) for after in (0, 1, 2, 3, 5, 1000)] == [-9] * 5 + [0]
        assert migrations.counted(address) == before
        assert "no damage found" in migrations.run(migrations.LOOKED_AT, address).stdout


def kill(address, after):
    """How migrate ended that was killed after so many migrations."""
    return migrations.run(migrations.KILLED, address, str(after), check=False).returncode

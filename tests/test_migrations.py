"""A database of each earlier commit that changed migrations still migrates; one that was killed half-way does too.

And the newest migrations can be taken back and run again, and every row is as it was.
"""

import json
import os
from random import Random

import pytest

from tests import migrations
from tests.another_database import an_empty_database

COMMITS = migrations.commits()
# All of them take minutes: `make bench-migrations`. The oldest, one between and the last but one tell most.
FEW = [*COMMITS[:1], *COMMITS[len(COMMITS) // 2 :][:1], *COMMITS[-2:-1]]
TRIED = COMMITS if os.environ.get("EVERY_COMMIT") == "1" else FEW
pytestmark = [
    pytest.mark.timeout(280),
    pytest.mark.skipif(not COMMITS, reason="there is no history here to take earlier databases from"),
]


def of_commit(commit, address, directory):
    migrations.check_out(commit, directory / "earlier")
    migrations.run(migrations.FILLED, address, root=directory / "earlier")
    return migrations.counted(address, root=directory / "earlier")


@pytest.mark.parametrize("commit", TRIED)
def test_database_of_an_earlier_commit_still_migrates(commit, tmp_path):
    with an_empty_database(tmp_path) as address:
        before = of_commit(commit, address, tmp_path)
        assert before[-1] > 50
        migrations.run(migrations.KILLED, address, "1000")
        assert migrations.counted(address) == before
        assert_sound(address)


def test_migrate_that_is_killed_at_the_worst_moments_goes_on(tmp_path):
    with an_empty_database(tmp_path) as address:
        before = of_commit(COMMITS[0], address, tmp_path)
        assert [kill(address, after) for after in (0, 1, 2, 3, 5, 1000)] == [-9] * 5 + [0]
        assert migrations.counted(address) == before
        assert_sound(address)


def test_migrate_that_is_killed_at_random_moments_goes_on(tmp_path):
    chance, times = Random(1939), 20 if os.environ.get("EVERY_COMMIT") == "1" else 6
    with an_empty_database(tmp_path) as address:
        before = of_commit(COMMITS[0], address, tmp_path)
        moments = [chance.randrange(20, 120) for _ in range(times)]
        ends = [kill(address, after, code=migrations.KILLED_ANYWHERE) for after in (*moments, 100_000)]
        assert ends == [-9] * times + [0]
        assert migrations.counted(address) == before
        assert_sound(address)


def test_newest_migrations_one_step_back_and_forward_leave_every_row_as_it_was(tmp_path):
    with an_empty_database(tmp_path) as address:
        migrations.run(migrations.FILLED, address)
        before, new, after = (
            json.loads(migrations.run(code, address).stdout)
            for code in (migrations.COLUMNS, migrations.BACK_AND_FORWARD, migrations.COLUMNS)
        )
        changed = {name for name in before if before[name] != after[name]}
        assert [name for name in changed if not name.startswith(tuple(new))] == []
        assert_sound(address)


def kill(address, after, *, code=migrations.KILLED):
    """How migrate ended that was killed after so many migrations, or statements."""
    return migrations.run(code, address, str(after), check=False).returncode


def assert_sound(address):
    """No damage, no model without its migration, and the pages open."""
    said = migrations.run(migrations.LOOKED_AT, address).stdout
    assert said == "no damage found\nstudent 200 200 200 200\nteacher 200 200\n"

"""A database of each earlier commit that changed migrations still migrates; one that was killed half-way does too.

And the newest migrations can be taken back and run again, and every row is as it was.
"""

import json
import os
from contextlib import ExitStack
from random import Random

import pytest

from tests import migrations
from tests.another_database import an_empty_database, run
from tests.pristine import copied, pristine

COMMITS = migrations.commits()
LEAST = 30  # of which a clone without its history has hardly any; more only ever come
# All of them take minutes: `make bench-migrations`. The oldest, one between and the last but one tell most.
FEW = [*COMMITS[:1], *COMMITS[len(COMMITS) // 2 :][:1], *COMMITS[-2:-1]]
TRIED = COMMITS if os.environ.get("EVERY_COMMIT") == "1" else FEW
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(280)]


def needs_history(test):
    reason = f"earlier databases need the history, and {len(COMMITS)} of its commits are here: git fetch --unshallow"
    return pytest.mark.history(pytest.mark.skipif(len(COMMITS) < LEAST, reason=reason)(test))


@pytest.fixture(scope="module")
def of_commit(tmp_path_factory):
    """Gives the address of a database that a commit made, how many rows it has, and its code; makes each once."""
    made = {}

    def of(commit):
        if commit not in made:
            directory = tmp_path_factory.mktemp(commit)
            address = stack.enter_context(an_empty_database(directory))
            code = directory / "code"
            made[commit] = address, migrations.filled(commit, address, code), code
        return made[commit]

    with ExitStack() as stack:
        yield of


@pytest.fixture
def oldest(of_commit, tmp_path):
    """A copy of the oldest database: its address, and how many rows it has."""
    made, before, _code = of_commit(COMMITS[0])
    with copied(made, tmp_path) as address:
        yield address, before


@needs_history
@pytest.mark.parametrize("commit", TRIED)
def test_database_of_an_earlier_commit_still_migrates(commit, of_commit, tmp_path):
    made, before, _code = of_commit(commit)
    assert before[-1] > 50
    with copied(made, tmp_path) as address:
        migrations.run(migrations.MIGRATED, address=address)
        assert_sound(address, before)


@needs_history
def test_backup_that_an_earlier_commit_made_is_restored_and_migrated(of_commit, tmp_path):
    made, before, code = of_commit(COMMITS[-2])
    migrations.run(migrations.BACKED_UP, address=made, arguments=[tmp_path / "older"], root=code)
    (backup,) = (tmp_path / "older").glob("*.zip")
    with an_empty_database(tmp_path) as address:
        assert "can be restored" in run(address, "verify_backup", str(backup)).stdout
        assert "Restored as it was" in run(address, "restore", str(backup), "--yes").stdout
        assert_sound(address, before)


@needs_history
def test_backup_of_this_version_is_refused_by_an_earlier_commit(of_commit, tmp_path, django_db_setup):
    made, _before, code = of_commit(COMMITS[-2])
    with pristine(tmp_path) as address:
        migrations.run(migrations.BACKED_UP, address=address, arguments=[tmp_path / "newer"])
    (backup,) = (tmp_path / "newer").glob("*.zip")
    said = migrations.run(migrations.RESTORED, address=made, arguments=[backup], root=code)
    assert "was made by a newer PactCards" in said


@needs_history
def test_migrate_that_is_killed_at_the_worst_moments_goes_on(oldest):
    address, before = oldest
    assert migrations.ends(address, [0, 1, 2, 3, 5, 1000]) == [-9] * 5 + [0]
    assert_sound(address, before)


@needs_history
def test_migrate_that_is_killed_at_random_moments_goes_on(oldest):
    address, before = oldest
    chance, times = Random(1939), 20 if os.environ.get("EVERY_COMMIT") == "1" else 6
    moments = [*(chance.randrange(20, 120) for _ in range(times)), 100_000]
    assert migrations.ends(address, moments, code=migrations.KILLED_ANYWHERE) == [-9] * times + [0]
    assert_sound(address, before)


def test_newest_migrations_one_step_back_and_forward_leave_every_row_as_it_was(tmp_path, django_db_setup):
    with pristine(tmp_path) as address:
        (counts,) = migrations.run(migrations.FILLED, migrations.COUNTED, address=address).splitlines()[-1:]
        before, new, after = (
            json.loads(migrations.run(code, address=address))
            for code in (migrations.COLUMNS, migrations.BACK_AND_FORWARD, migrations.COLUMNS)
        )
        changed = {name for name in before if before[name] != after[name]}
        assert [name for name in changed if not name.startswith(tuple(new))] == []
        assert_sound(address, json.loads(counts))


def assert_sound(address, before):
    """Every row is still there, no damage, no model without its migration, and the pages open."""
    counts, *said = migrations.run(migrations.COUNTED, migrations.LOOKED_AT, address=address).splitlines()
    assert json.loads(counts) == before
    assert said == ["no damage found", "student 200 200 200 200", "teacher 200 200"]

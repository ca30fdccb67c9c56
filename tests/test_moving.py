"""From SQLite to PostgreSQL: what cannot go is said before, and what goes is compared row by row."""

import json
import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pactcards.database.portability import problems
from tests.another_database import an_empty_postgresql, run
from tests.conftest import answer

SCHOOL = ["make_school", "--students=12", "--cards=20", "--reviews=900"]
pytestmark = pytest.mark.timeout(280)
on_sqlite = pytest.mark.only_on("sqlite")  # about SQLite
on_postgresql = pytest.mark.only_on("postgresql")  # moves to PostgreSQL


@on_sqlite
def test_sound_database_can_go(student, deck):
    answer(student, deck.cards.first())
    out = StringIO()
    call_command("portability_check", stdout=out)
    assert (list(problems()), out.getvalue()) == ([], "PostgreSQL would take every row.\n")


@on_sqlite
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE cards_deck SET title = printf('%.*c', 121, 'x')", "cards_deck.title: 1 row longer than 120 letters"),
        ("UPDATE cards_card SET back = 'a' || char(0)", "cards_card.back: 3 rows with the character zero in it"),
        ("UPDATE cards_card SET position = 3000000000", "cards_card.position: 3 rows with too large a number"),
        ("UPDATE accounts_user SET pace_ms = 'slow'", "accounts_user.pace_ms: 1 row with something else than a whole"),
        (
            "UPDATE accounts_user SET first_name = x'00ff'",
            "accounts_user.first_name: 1 row with something else than text",
        ),
        ("UPDATE accounts_user SET studied_on = '2026-02-30'", "accounts_user.studied_on: 1 row with no date"),
        ("UPDATE accounts_user SET last_login = 'noon'", "accounts_user.last_login: 1 row with no time"),
        ("UPDATE accounts_user SET day_start = '25:00'", "accounts_user.day_start: 1 row with no time of day"),
        ("UPDATE accounts_user SET is_staff = 2", "accounts_user.is_staff: 1 row with neither yes nor no"),
        ('UPDATE accounts_user SET plan = \'{"a": "\\u0000"}\'', "accounts_user.plan: 1 row with the character zero"),
        ("UPDATE cards_reviewlog SET attempt = 'not-a-uuid'", "cards_reviewlog.attempt: 1 row with no UUID"),
    ],
)
def test_what_postgresql_would_refuse_is_named(student, deck, statement, sentence):
    answer(student, deck.cards.first())
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(statement)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    with pytest.raises(CommandError) as refused:
        call_command("portability_check")
    assert sentence in str(refused.value)


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_row_of_nobody_is_named(deck):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("DELETE FROM accounts_user")
        cursor.execute("PRAGMA foreign_keys = ON")
    assert list(problems()) == ["cards_pickeddeck: 1 row of a accounts_user that is gone"]
    connection.cursor().execute("DELETE FROM cards_pickeddeck")


# the move itself, in processes of their own


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """A SQLite database with a bit of everything."""
    address = f"sqlite:///{tmp_path_factory.mktemp('school')}/school.sqlite3"
    for arguments in (["migrate", "-v0", "--skip-checks"], ["load_content"], SCHOOL):
        assert run(address, *arguments).returncode == 0
    return address


@pytest.fixture
def target(django_db_setup):
    with an_empty_postgresql() as address:
        yield address


COUNTS = """
import json
from django.apps import apps
from django.db import connection
models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
print(json.dumps({model._meta.label: model._base_manager.count() for model in models}))
"""
NEW_ROWS = """
from accounts.models import User
from cards.models import Deck
print(User.objects.create(username="new").pk > 1, Deck.objects.create(title="New", slug="new").pk > 1)
"""


def counts(address):
    return json.loads(run(address, "shell", "--no-imports", "-v0", "-c", COUNTS).stdout)


@on_postgresql
def test_every_row_goes_and_new_ones_can_be_made(school, target):
    moved = run(school, "move_to_postgresql", "--to", target)
    assert "moved and compared" in moved.stdout, moved.stderr
    before = counts(school)
    assert before["cards.ReviewLog"] > 100
    assert counts(target) == before
    assert run(target, "check_reviews").stdout == "no damage found\n"
    assert run(target, "shell", "--no-imports", "-v0", "-c", NEW_ROWS).stdout == "True True\n"


@on_postgresql
def test_target_with_tables_is_refused(school, target):
    with psycopg.connect(target, autocommit=True) as database:
        database.execute("CREATE TABLE notes (text text)")
    assert "The target is not empty (1 tables)" in run(school, "move_to_postgresql", "--to", target).stderr


@on_postgresql
def test_value_that_postgresql_refuses_stops_the_move_before_it_begins(school, target, tmp_path):
    copy = tmp_path / "school.sqlite3"
    copy.write_bytes(Path(school.removeprefix("sqlite:///")).read_bytes())
    with closing(sqlite3.connect(copy)) as database:
        database.execute("UPDATE cards_deck SET description = char(0)")
        database.commit()
    refused = run(f"sqlite:///{copy}", "move_to_postgresql", "--to", target)
    assert (refused.returncode, "cards_deck.description" in refused.stderr) == (1, True)
    with psycopg.connect(target) as database:
        assert database.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


@on_postgresql
def test_server_that_does_not_answer_is_said(school):
    said = run(school, "move_to_postgresql", "--to", "postgres://nobody@127.0.0.1:1/school").stderr
    assert "PostgreSQL does not answer" in said


@on_sqlite
def test_sqlite_is_no_target(school, tmp_path):
    said = run(school, "move_to_postgresql", "--to", f"sqlite:///{tmp_path}/other.sqlite3").stderr
    assert "This moves SQLite to PostgreSQL" in said

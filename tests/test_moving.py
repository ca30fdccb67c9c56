"""From SQLite to PostgreSQL: what cannot go is said before, and what goes is compared row by row."""

import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from pactcards.database.portability import problems
from tests import a_school_of_everything
from tests.another_database import an_empty_postgresql, run
from tests.conftest import answer
from tests.pristine import pristine

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(280)]
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
def test_text_that_only_looks_like_the_character_zero_can_go(student):
    User.objects.update(plan={"a": r"\u0000 \\u0000"})
    assert list(problems()) == []


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
def made(tmp_path_factory, django_db_setup):
    return a_school_of_everything.made(tmp_path_factory)


@pytest.fixture
def school(made):
    """The address of a SQLite database with a row of nearly every kind."""
    return made.address


@pytest.fixture
def target(django_db_setup):
    with an_empty_postgresql() as address:
        yield address


WITHOUT_A_MODEL = "SELECT cache_key, value, CAST(expires AS text) FROM shared_counts ORDER BY cache_key"
SESSIONS = "SELECT session_key, session_data, CAST(expire_date AS text) FROM django_session"


def not_dumped(address):
    """Counts of limits and log-ins, which no dump has; times to the second, as PostgreSQL and SQLite write them."""
    is_file = address.startswith("sqlite:///")
    with closing(sqlite3.connect(address[10:]) if is_file else psycopg.connect(address)) as database:
        found = [database.execute(question).fetchall() for question in (WITHOUT_A_MODEL, SESSIONS)]
    return [[(key, value, time[:19]) for key, value, time in rows] for rows in found]


@on_postgresql
def test_every_row_goes_and_new_ones_can_be_made(made, target, tmp_path):
    moved = run(made.address, "move_to_postgresql", "--to", target)
    assert "moved and compared" in moved.stdout, moved.stderr
    code = f"from django.core.management import call_command; call_command('dump_school', '{tmp_path}/moved.jsonl')"
    done = run(target, "shell", "--no-imports", "-v0", "-c", code + a_school_of_everything.SOUND)
    assert done.stdout.splitlines()[1:] == ["no damage found", "True True"], done.stderr
    assert (tmp_path / "moved.jsonl").read_bytes() == made.written.read_bytes()
    assert not_dumped(target) == not_dumped(made.address)


@on_postgresql
def test_that_was_a_school_with_rows_of_every_kind(made):
    """Or nothing would have been compared with nothing."""
    counts = a_school_of_everything.counts_in(made.written)
    assert {label for label, count in counts.items() if not count} == a_school_of_everything.NEVER_KEPT
    assert [len(rows) for rows in not_dumped(made.address)] == [2, 1]


# What is put in is swallowed, or changed. The move itself would have made the tables anew.
SPOILT = """
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER swallow BEFORE INSERT ON shared_counts FOR EACH ROW EXECUTE FUNCTION swallow();
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.text = 7; RETURN NEW; END';
CREATE TRIGGER change BEFORE INSERT ON cards_note FOR EACH ROW EXECUTE FUNCTION change();
"""
INTO_TABLES_THAT_ARE_THERE = """
from pactcards.database import moving
moving._refuse_what_cannot_go = moving._manage = lambda *_: None
moving.move("{}")
"""


@on_postgresql
def test_what_does_not_arrive_as_it_was_is_noticed(school, tmp_path, django_db_setup):
    with pristine(tmp_path) as target:
        with psycopg.connect(target) as database:
            database.execute(SPOILT)
        refused = run(school, "shell", "--no-imports", "-v0", "-c", INTO_TABLES_THAT_ARE_THERE.format(target))
        wrong = "table cards_note has other values in its 12 rows; table shared_counts has 0 rows and not 2"
        assert f"Nothing was moved, because not all arrived: {wrong}\n" in refused.stderr
        assert not_dumped(target) == [[], []]


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
def test_sqlite_is_no_target(tmp_path):
    said = run(
        f"sqlite:///{tmp_path}/school.sqlite3", "move_to_postgresql", "--to", f"sqlite:///{tmp_path}/other.sqlite3"
    ).stderr
    assert "This moves SQLite to PostgreSQL" in said

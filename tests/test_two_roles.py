"""PostgreSQL with two roles, made by the real script: the one that serves can answer a card and drop nothing."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.another_database import an_empty_postgresql, run

SCRIPT = Path(__file__).parent.parent / "pactcards" / "deploy" / "two-roles.sql"
MIGRATE = ["migrate", "-v0", "--skip-checks"]
ANSWER = """
from uuid import uuid4
from django.test import Client
from django.urls import reverse
from cards.models import CardState
from tests.factories import PickedDeckFactory
picked = PickedDeckFactory(deck__cards=1)
client = Client()
client.force_login(picked.user)
message = {"card": picked.deck.cards.get().pk, "version": 0, "quality": 4, "attempt": uuid4(), "elapsed_ms": 5000}
response = client.post(reverse("review_answer"), message, headers={"HX-Request": "true"})
print(response.status_code, CardState.objects.filter(user=picked.user, version=1).count())
"""
pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.timeout(280)]


def make_roles(address):
    """As the README says it."""
    psql = ["psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", address, "-f", SCRIPT]
    subprocess.run(psql, check=True, capture_output=True)


@pytest.fixture(scope="module", params=["an empty database", "one that the server made"])
def served(request, django_db_setup):
    """The addresses of the role that serves and of the owner, of a database with all tables."""
    with an_empty_postgresql() as address:
        of_app, of_owner = (
            address.replace("user=postgres", f"user={role}") for role in ("pactcards", "pactcards_owner")
        )
        make_roles(address)
        if request.param == "one that the server made":
            with psycopg.connect(address, autocommit=True) as database:
                database.execute("CREATE TABLE of_somebody_else (id int)")
                database.execute("GRANT CREATE ON SCHEMA public TO pactcards")
            assert run(of_app, *MIGRATE).returncode == 0
            make_roles(address)
        assert run(of_owner, *MIGRATE).returncode == 0
        yield of_app, of_owner
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute("DROP ROLE pactcards, pactcards_owner")


def test_all_tables_are_the_owners(served):
    with psycopg.connect(served[1]) as database:
        found = database.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert found == [("pactcards_owner",)]


def test_role_that_serves_can_answer_a_card(served):
    done = run(served[0], "shell", "--no-imports", "-v0", "-c", ANSWER)
    assert done.stdout == "200 1\n", done.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE cards_reviewlog",
        "ALTER TABLE cards_reviewlog DROP COLUMN quality",
        "TRUNCATE cards_reviewlog",
        "CREATE TABLE public.mine (text text)",
        "SET ROLE pactcards_owner",
        "DROP SCHEMA public CASCADE",
    ],
)
def test_role_that_serves_cannot(served, statement):
    with psycopg.connect(served[0]) as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute(statement)


def test_owner_sees_that_the_server_runs(served):
    ask = "from pactcards.database import vendors; print(vendors.vendor().users_of(vendors.name()))"
    with psycopg.connect(served[0]) as server:
        said = run(served[1], "shell", "--no-imports", "-v0", "-c", ask).stdout
        assert said == f"1 other connections use the database {server.info.dbname}\n"


def test_owner_sees_on_which_other_machine_it_runs(served):
    ask = "from pactcards.database import vendors; print(vendors.vendor().other_machines(vendors.name()))"
    with psycopg.connect(served[0], application_name="pactcards web2 0a1b2c3d"):
        assert run(served[1], "shell", "--no-imports", "-v0", "-c", ask).stdout == "web2\n"


# what the check says of it; a server for tests may have fsync off


def said(address, **settings):
    done = run(address, "check", "--database", "default", **settings)
    return set(re.findall(r"\(database\.(\w+)\) The role (\w+) that serves owns \d+ tables", done.stdout + done.stderr))


def test_nothing_is_said_of_two_roles(served):
    assert [said(address, MIGRATE_DATABASE_URL=served[1]) for address in served] == [set(), set()]


def test_addresses_of_two_databases_are_a_fault(served):
    with an_empty_postgresql() as elsewhere:
        done = run(served[0], "check", "--database", "default", MIGRATE_DATABASE_URL=elsewhere)
    assert "(database.E009) MIGRATE_DATABASE_URL names another database" in done.stderr


def test_address_of_no_database_is_a_fault(served):
    done = run(served[0], "check", "--database", "default", MIGRATE_DATABASE_URL=served[1].replace("move_", "no_"))
    assert re.search(r'\(database\.E010\) MIGRATE_DATABASE_URL: .* database "no_\w+" does not exist', done.stderr)


def test_owner_that_serves_is_told_of(served):
    assert said(served[1]) == {("I003", "pactcards_owner")}


def test_owner_that_serves_beside_another_for_migrate_is_a_warning(served):
    assert said(served[1], MIGRATE_DATABASE_URL=served[0]) == {("W003", "pactcards_owner")}

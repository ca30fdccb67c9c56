"""What the restore drill does to a school: load, and damage to rows and pages that matter."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from pactcards.database import archive, postgresql, vendors
from tests.another_database import an_empty_postgresql

ROOT = Path(__file__).parent.parent
IS_FULL = os.environ.get("REQUIRE_ALL") == "1"
SMALL = {"students": 12, "cards": 20, "reviews": 900}
CONTROL = {"students": 100, "cards": 70, "reviews": 30_000} if IS_FULL else SMALL  # to be looked through many times
LARGE = {"students": 300, "cards": 250, "reviews": 200_000}
SCHOOL = LARGE if os.environ.get("LARGE_SCHOOL") == "1" else CONTROL
WRITERS = 3
PAGE = 4096

ROWS = {
    "states set by an UPDATE without WHERE": "UPDATE cards_cardstate SET ease = 999",
    "due dates of states moved": "UPDATE cards_cardstate SET due_on = '2020-01-01'",
    "qualities of answers set": "UPDATE cards_reviewlog SET quality = 5",
    "all states deleted": "DELETE FROM cards_cardstate",
    "newest answers deleted": "DELETE FROM cards_reviewlog WHERE id > (SELECT max(id) - 20 FROM cards_reviewlog)",
    "last study days forgotten": "UPDATE accounts_user SET studied_on = NULL",
    "table of answers dropped": "DROP TABLE cards_reviewlog",
    "table of states dropped": "DROP TABLE cards_cardstate",
}
PAGES = {
    "page of states": "cards_cardstate",
    "page of answers": "cards_reviewlog",
    "page of people": "accounts_user",
    "page of the index of due states": "card_state_due",
}
PASSWORD = "narew-vistula-san"
# Twenty students log in and review, and a superuser looks at the admin; what each page answers.
OPENED = """
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from accounts.models import User
call_command("check_reviews")
def opened(name, *pages):
    client = Client()
    client.post(reverse("account_login"), {"login": name, "password": "narew-vistula-san"})
    return [client.get(reverse(page)).status_code for page in pages]
students = User.objects.filter(is_staff=False).order_by("?").values_list("username", flat=True)[:20]
print(*(status for name in students for status in opened(name, "review")))
print(*opened("head", "admin:index", "admin:cards_card_changelist", "admin:accounts_user_changelist", "teach"))
"""


def fill(size):
    call_command("make_school", **size, verbosity=0, stdout=StringIO())


def let_in():
    """Give everybody a password, and the school somebody who may see all."""
    User.objects.create(username="head", is_staff=True, is_superuser=True)
    User.objects.update(password=make_password(PASSWORD))


@contextmanager
def load(directory):
    """Students who answer without a pause, each in a process of her own; what was acknowledged is in files there."""
    stop = directory / "stop"
    students = User.objects.filter(is_staff=False).order_by("pk").values_list("pk", flat=True)[:WRITERS]
    command = [sys.executable, "-m", "tests.drill_writer", str(connection.settings_dict["NAME"])]
    logs = [directory / f"acknowledged-{number}" for number in students]
    writers = [
        subprocess.Popen([*command, str(number), str(log), str(stop)], cwd=ROOT)
        for number, log in zip(students, logs, strict=True)
    ]
    try:
        wait_for(lambda: all(log.exists() and log.stat().st_size for log in logs))
        yield logs
    finally:
        stop.touch()
        assert [writer.wait(30) for writer in writers] == [0] * WRITERS


def wait_for(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError


def acknowledged(logs):
    """All attempts up to now."""
    return {UUID(line.split()[1]) for log in logs for line in log.read_text().splitlines() if len(line.split()) == 2}


def attempts_in(backup, directory):
    vendor = vendors.vendor()
    with ExitStack() as stack:
        work = stack.enter_context(archive.workplace(directory))
        name = stack.enter_context(vendor.scratch(archive.take_out(backup, work)))
        database = stack.enter_context(closing(vendor.connect(name)))
        found = database.execute("SELECT attempt FROM cards_reviewlog").fetchall()
    return {value if isinstance(value, UUID) else UUID(value) for (value,) in found}


def plain_copy(name, path):
    """Block after block, with time between them for whoever writes meanwhile and is not asked."""
    with open(name, "rb") as file, open(path, "wb") as copy:
        while block := file.read(4 * PAGE):
            copy.write(block)
            time.sleep(0.005)


def wrong_with_copy(path, before):
    """What is damaged in it or is not there though it was acknowledged before, in words."""
    if damage := vendors.vendor().damage_of(str(path)):
        return damage
    with closing(vendors.vendor().connect(str(path))) as database:
        there = {UUID(value) for (value,) in database.execute("SELECT attempt FROM cards_reviewlog")}
    return [f"{len(before - there)} answers are missing"] if before - there else []


def damage_rows(statement):
    """As somebody does it who is at the wrong prompt."""
    with closing(vendors.vendor().connect(vendors.name())) as database:
        is_sqlite = connection.vendor == "sqlite"
        database.execute(statement if is_sqlite or "DROP" not in statement else f"{statement} CASCADE")
        database.commit()


def spoil(path, number, size=PAGE):
    with open(path, "rb+") as file:
        file.seek(number * size)
        assert len(file.read(size)) == size
        file.seek(number * size)
        file.write(bytes(range(256)) * (size // 256))


def damage_page_of_sqlite(name, table):
    with closing(vendors.vendor().connect(name)) as database:
        found = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    spoil(name, found[0] - 1, size)


@contextmanager
def copy_with_a_spoilt_page(table):
    """Of PostgreSQL: in a database that nobody has opened yet, or the server would go on with what it has in memory."""
    original, name = vendors.name(), f"drill_{uuid4().hex[:8]}"
    connection.close()
    with closing(vendors.vendor().connect("template1")) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {original} STRATEGY file_copy")
        try:
            spoil(_file_of(server, original, name, table), 0, 8192)
            yield name
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def pg_amcheck(name):
    """What PostgreSQL's own check of tables and indexes says; it leaves nothing out when it finds something."""
    server = connection.get_connection_params()
    environment = {**os.environ, "PGHOST": server["host"], "PGUSER": server["user"]}
    command = [postgresql._program("pg_amcheck"), "--install-missing", name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def _file_of(server, original, name, table):
    """The copy has the same files in a directory of its own."""
    with closing(vendors.vendor().connect(original)) as database:
        question = "SELECT current_setting('data_directory'), pg_relation_filepath(%s::regclass)"
        directory, path = database.execute(question, [table]).fetchone()
    (number,) = server.execute("SELECT oid FROM pg_database WHERE datname = %s", [name]).fetchone()
    return Path(directory) / "base" / str(number) / Path(path).name


@contextmanager
def nowhere(directory):
    """The address of a database that does not exist yet, or has nothing in it, and its name."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{directory}/new/school.sqlite3", f"{directory}/new/school.sqlite3"
    else:
        with an_empty_postgresql() as address:
            yield address, address.partition("?")[0].rpartition("/")[2]

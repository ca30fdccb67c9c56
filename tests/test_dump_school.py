"""A school as one file: into an empty database of either kind and out again it is the same, byte for byte."""

import json
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.audit import AuditEvent
from accounts.erasure import erase
from accounts.models import User
from pactcards.database.dumping import counts_here
from tests import a_school_of_everything
from tests.another_database import run
from tests.conftest import NOON
from tests.pristine import pristine

HALF_A_ROW = b'{"model": "accounts.user", "pk": 1, "fields": {"nickname": "x"}}\n'
A_ROW_OF_NOBODY = b"""\
{"model": "accounts.membership", "pk": 1, "fields": {"user": 7, "school_class": 7, "joined_at": "2026-11-23T12:00Z"}}
"""
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(280)]


@pytest.fixture(scope="module")
def written(tmp_path_factory, django_db_setup):
    return a_school_of_everything.made(tmp_path_factory).written


@pytest.fixture
def another(django_db_setup, tmp_path):
    """A database like that of the tests, in which nothing but migrate has been run."""
    with pristine(tmp_path) as address:
        yield address


def test_it_is_the_same_in_another_database(written, another, tmp_path):
    both = f"call_command('load_school', '{written}'); call_command('dump_school', '{tmp_path}/again.jsonl')"
    code = f"from django.core.management import call_command; {both}{a_school_of_everything.SOUND}"
    done = run(another, "shell", "--no-imports", "-v0", "-c", code)
    assert done.stdout.splitlines()[2:] == ["no damage found", "True True"], done.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == written.read_bytes()


def test_that_was_a_school_with_rows_of_every_kind(written):
    counts = a_school_of_everything.counts_in(written)
    assert {label for label, count in counts.items() if not count} == a_school_of_everything.NEVER_KEPT


# in the database of the tests, where only what migrate puts in is left


@pytest.fixture
def file(tmp_path, settings):
    settings.ERASURES_FILE = tmp_path / "lists" / "erasures.log"
    call_command("dump_school", str(tmp_path / "school.jsonl"), stdout=StringIO())
    return tmp_path / "school.jsonl"


def load(file):
    out = StringIO()
    call_command("load_school", str(file), stdout=out)
    return out.getvalue()


def test_file_is_its_owners_alone_and_nothing_else_is_left(file, tmp_path):
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["school.jsonl"]


def test_file_that_is_there_is_not_overwritten(file):
    before = file.read_bytes()
    with pytest.raises(CommandError, match=r"There is a file .* already"):
        call_command("dump_school", str(file))
    assert file.read_bytes() == before


def test_dump_may_be_called_like_what_it_is_made_of(tmp_path):
    call_command("dump_school", str(tmp_path / "database.sqlite3"), stdout=StringIO())
    assert load(tmp_path / "database.sqlite3").endswith("erased again: 0\n")


def test_directory_that_cannot_be_made_is_told_of(tmp_path):
    (tmp_path / "safe").write_text("a file")
    with pytest.raises(CommandError, match=r"Nothing can be written in .*safe/here: Not a directory\."):
        call_command("dump_school", tmp_path / "safe" / "here" / "school.jsonl")


def test_dump_that_fails_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr("pactcards.database.dumping.counts_here", lambda: {"x": object()})
    with pytest.raises(TypeError):
        call_command("dump_school", str(tmp_path / "school.jsonl"))
    assert list(tmp_path.iterdir()) == []


def test_who_was_erased_since_stays_erased(student, tmp_path, settings):
    settings.ERASURES_FILE = tmp_path / "erasures.log"
    call_command("dump_school", str(tmp_path / "school.jsonl"), stdout=StringIO())
    erase(student.pk, by=None, now=NOON)
    AuditEvent.objects.all().delete()
    assert load(tmp_path / "school.jsonl").endswith("erased again: 1\n")
    assert not User.objects.exists()


def refused(file, sentence):
    before = counts_here()
    with pytest.raises(CommandError, match=sentence):
        load(file)
    assert counts_here() == before


def test_database_with_somebody_in_it_is_refused(file, student):
    refused(file, r"something in the database already \(1 accounts.User\)")


def test_file_that_is_cut_off_is_refused(file):
    file.write_bytes(file.read_bytes()[:-100])
    refused(file, "Nothing was loaded: school.jsonl is cut off")


def test_file_in_which_a_letter_has_changed_is_refused(file):
    file.write_bytes(file.read_bytes().replace(b"Can add", b"Can odd", 1))
    refused(file, "somebody has changed it")


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n", b"[]\n", b'{"school": 7}\n'])
def test_file_of_something_else_is_refused(file, content):
    file.write_bytes(content)
    refused(file, "school.jsonl is no file of dump_school")


def test_missing_file_is_refused(tmp_path):
    refused(tmp_path / "school.jsonl", "cannot be read: No such file")


def change(file, *, header=None, rows=b"", counts=None):
    """As somebody would who can make the hash as well."""
    first, *lines = file.read_bytes().splitlines(keepends=True)[:-1]
    about = json.loads(first)["school"] | (header or {})
    about["counts"] |= counts or {}
    text = json.dumps({"school": about}).encode() + b"\n" + b"".join(lines) + rows
    file.write_bytes(text + json.dumps({"sha256": sha256(text).hexdigest()}).encode() + b"\n")


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ({"format": 2}, "made by a newer PactCards"),
        ({"migrations": ["cards.9000_of_tomorrow"]}, "made by a newer PactCards .* which has cards.9000_of_tomorrow"),
        ({"migrations": ["cards.0001_initial"]}, "made by an older PactCards .* Load it with that version"),
    ],
)
def test_file_of_another_version_is_refused(file, header, sentence):
    change(file, header=header)
    refused(file, sentence)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (b"{}\n", "has a line that is no row"),
        (b"half a row\n", "has a line that is no row"),
        (HALF_A_ROW, "has a line that is no row"),
        (A_ROW_OF_NOBODY, "Nothing was loaded. The database says: .*membership"),
    ],
)
def test_row_that_cannot_be_is_refused(file, rows, sentence):
    change(file, rows=rows)
    refused(file, sentence)


def test_row_that_is_missing_is_noticed(file):
    change(file, counts={"accounts.User": 1})
    refused(file, "has not the rows that its first line promises")


def test_database_of_an_older_version_is_refused(file):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = 'x' || name WHERE name LIKE '0027%'")
        try:
            refused(file, "not of this version of PactCards. Run migrate first")
        finally:
            cursor.execute("UPDATE django_migrations SET name = substr(name, 2) WHERE name LIKE 'x0027%'")

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
from tests.another_database import an_empty_database, run
from tests.conftest import NOON

SCHOOL = ["make_school", "--students=12", "--cards=20", "--reviews=900"]
OF_EVERYTHING = """
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from accounts.login_codes import FIRST_GOOD_FOR, make_cards
from cards.models import CardState, ExamDate, Misbelief, PickedDeck
from tests.a_school_of_payloads import school
from tests.factories import DeckFactory
DeckFactory.reset_sequence(1000)
found = school()
who, card, now = found["student"], found["cards"][0], timezone.now()
CardState.objects.filter(user=who).delete()  # without answers
make_cards([who], now=now, good_for=FIRST_GOOD_FOR)
about = ContentType.objects.get_for_model(card)
LogEntry.objects.create(user=who, content_type=about, object_id=card.pk, object_repr="x", action_flag=2)
ExamDate.objects.create(user=who, deck=found["deck"], exam_on=now.date())
Misbelief.objects.create(user=who, card=card, said_at=now)
PickedDeck.objects.create(user=who, deck=found["deck"])
who.user_permissions.add(about.permission_set.first())
who.socialaccount_set.create(provider="google", uid="1")
who.emailaddress_set.create(email="a@school.example")
who.authenticator_set.create(type="totp", data={"z": "ü", "aa": [1, None]})
"""
NEW_ROWS = """
from accounts.models import User
from cards.models import Deck
print(User.objects.create(username="new").pk > 1, Deck.objects.create(title="New", slug="new").pk > 1)
"""
HALF_A_ROW = b'{"model": "accounts.user", "pk": 1, "fields": {"nickname": "x"}}\n'
A_ROW_OF_NOBODY = b"""\
{"model": "accounts.membership", "pk": 1, "fields": {"user": 7, "school_class": 7, "joined_at": "2026-11-23T12:00Z"}}
"""
NEVER_KEPT = {"account.EmailConfirmation", "socialaccount.SocialApp", "socialaccount.SocialToken"}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(280)]


def done(address, *arguments):
    finished = run(address, *arguments)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A school in SQLite with a row of nearly every kind, and every odd text there is, as a file."""
    directory = tmp_path_factory.mktemp("school")
    address = f"sqlite:///{directory}/school.sqlite3"
    for arguments in (["migrate", "-v0", "--skip-checks"], SCHOOL, ["shell", "--no-imports", "-c", OF_EVERYTHING]):
        done(address, *arguments)
    done(address, "dump_school", f"{directory}/school.jsonl")
    return directory / "school.jsonl"


@pytest.fixture
def another(django_db_setup, tmp_path):
    """A database like that of the tests, in which nothing but migrate has been run."""
    with an_empty_database(tmp_path) as address:
        done(address, "migrate", "-v0", "--skip-checks")
        yield address


def test_it_is_the_same_in_another_database(written, another, tmp_path):
    done(another, "load_school", str(written))
    done(another, "dump_school", f"{tmp_path}/again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == written.read_bytes()
    assert done(another, "check_reviews") == "no damage found\n"
    assert done(another, "shell", "--no-imports", "-v0", "-c", NEW_ROWS) == "True True\n"


def test_that_was_a_school_with_rows_of_every_kind(written):
    counts = json.loads(written.read_bytes().partition(b"\n")[0])["school"]["counts"]
    assert {label for label, count in counts.items() if not count} == NEVER_KEPT


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

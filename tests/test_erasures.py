"""The list of who was erased, which lies outside the database."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.erasure import CannotEraseError, erase
from accounts.erasures import erased_but_here, note_erased
from accounts.models import User
from tests.conftest import NOON
from tests.factories import SchoolClassFactory, TeacherMembershipFactory, UserFactory


@pytest.fixture(autouse=True)
def file(tmp_path, settings):
    settings.ERASURES_FILE = tmp_path / "backups" / "erasures.log"
    return settings.ERASURES_FILE


def brought_back(user, **changes):
    """As a restored backup does it: the same number, made at the same moment."""
    return UserFactory(pk=user.pk, **{"username": user.username, "date_joined": user.date_joined, **changes})


def test_line_names_nobody_and_only_its_owner_may_read_it(file, student):
    note_erased(student.pk, student.date_joined, now=NOON)
    at, salt, digest = file.read_text().split()
    assert (at, len(salt), len(digest), oct(file.stat().st_mode & 0o777)) == ("2026-11-23T12:00:00Z", 16, 64, "0o600")


def test_lists_of_two_machines_are_read_as_one(file, db):
    ours, theirs, other = UserFactory(), UserFactory(), UserFactory()
    note_erased(theirs.pk, theirs.date_joined, now=NOON)
    second = file.rename(file.with_name("second.log"))
    note_erased(ours.pk, ours.date_joined, now=NOON)
    assert list(erased_but_here([file, second])) == [ours.pk, theirs.pk]
    assert other.pk not in erased_but_here([file])


def test_who_gets_her_number_later_is_somebody_else(student):
    erase(student.pk, by=None, now=NOON)
    later = brought_back(student, date_joined=NOON)
    call_command("erase_listed", stdout=StringIO())
    assert User.objects.get() == later


def test_erasing_again_is_done_once(student):
    erase(student.pk, by=None, now=NOON)
    brought_back(student)
    for said in ("erased again: 1\n", "erased again: 0\n"):
        out = StringIO()
        call_command("erase_listed", stdout=out)
        assert out.getvalue() == said


def test_nobody_is_erased_whom_the_list_cannot_take(file, student):
    file.parent.write_text("no directory")
    with pytest.raises(CannotEraseError, match=r"was not erased\. Tell who runs the server"):
        erase(student.pk, by=None, now=NOON)
    assert User.objects.get() == student


def test_who_cannot_go_again_is_named_by_number(db):
    school_class = SchoolClassFactory()
    teacher = TeacherMembershipFactory(school_class=school_class).user
    note_erased(teacher.pk, teacher.date_joined, now=NOON)
    with pytest.raises(CommandError, match=rf"Persons {teacher.pk} were erased once and are back"):
        call_command("erase_listed", stdout=StringIO())

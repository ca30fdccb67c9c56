"""After codes have leaked: new ones to join with, and cards that open nothing any more."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import roster
from accounts.audit import AuditEvent, Kind
from accounts.login_codes import FIRST_GOOD_FOR, find_code, make_cards
from accounts.models import SchoolClass
from tests.factories import MembershipFactory, SchoolClassFactory, TeacherMembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def classes():
    return (
        SchoolClassFactory(name="10A"),
        SchoolClassFactory(name="10B"),
        SchoolClassFactory(name="10C", join_code=None),
    )


def rotate(*arguments):
    out = StringIO()
    call_command("rotate_codes", *arguments, stdout=out)
    return out.getvalue()


def codes():
    return list(SchoolClass.objects.order_by("name").values_list("join_code", flat=True))


def test_each_class_that_has_a_code_gets_another(classes):
    rotate()
    first, second, third = codes()
    assert len({first, second, classes[0].join_code, classes[1].join_code}) == 4
    assert third is None


def test_old_code_lets_nobody_in_and_the_new_one_does(classes):
    rotate()
    with pytest.raises(roster.NoSuchCodeError):
        roster.check_code(classes[0].join_code)
    assert roster.check_code(codes()[0]) == classes[0]


def test_only_one_class(classes):
    rotate("--class", str(classes[0].pk))
    assert codes()[0] != classes[0].join_code
    assert codes()[1:] == [classes[1].join_code, None]


def test_unknown_class_is_said(classes):
    with pytest.raises(CommandError, match=r"There is no class 0 that goes on\."):
        rotate("--class", "0")


def test_archived_class_keeps_its_code(classes):
    classes[0].archived_at = timezone.now()
    classes[0].save()
    assert "10A" not in rotate()
    assert codes()[0] == classes[0].join_code


def test_it_says_what_has_changed_and_no_code(classes):
    said = rotate()
    assert said.splitlines() == [
        f"10A ({classes[0].pk}): a new code, on the page of the class",
        f"10B ({classes[1].pk}): a new code, on the page of the class",
        f"10C ({classes[2].pk}): has no code",
    ]


def test_it_is_in_the_audit_log(classes):
    rotate()
    events = AuditEvent.objects.filter(kind=Kind.CLASS_CODE, by=None, detail="open=1")
    assert set(events.values_list("of_number", flat=True)) == {classes[0].pk, classes[1].pk}


# one-time codes


def test_card_of_her_teacher_is_left_alone(classes):
    teacher = TeacherMembershipFactory(school_class=classes[0]).user
    card = a_card(teacher, timezone.now())
    rotate("--log-in-codes", "--class", str(classes[0].pk))
    assert find_code(teacher.username, card.code, now=timezone.now()) is not None


def a_card(user, now):
    (card,) = make_cards([user], now=now, good_for=FIRST_GOOD_FOR)
    return card


@pytest.mark.parametrize(("options", "still_good"), [([], True), (["--log-in-codes"], False)])
def test_printed_cards_open_nothing_any_more_if_that_is_asked(student, options, still_good):
    card = a_card(student, timezone.now())
    rotate(*options)
    found = find_code(student.username, card.code, now=timezone.now())
    assert (found is not None) == still_good


def test_of_one_class_only_the_cards_of_its_members(classes):
    now, hers, another = timezone.now(), MembershipFactory(school_class=classes[0]).user, UserFactory()
    cards = [a_card(user, now) for user in (hers, another)]
    said = rotate("--log-in-codes", "--class", str(classes[0].pk))
    found = [find_code(card.user.username, card.code, now=now + timedelta(minutes=1)) for card in cards]
    assert [code is not None for code in found] == [False, True]
    assert said.endswith("one-time codes that are good no more: 1\n")

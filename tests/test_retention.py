"""What the school needs no longer goes by itself: a month after a notice, and never whoever is here again."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest.mock import Mock

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts import counts
from accounts.audit import AuditEvent, Kind, record
from accounts.login_codes import make_cards
from accounts.models import LoginCode, Membership, User
from accounts.retention import expiring, told_to
from cards.models import ImportBatch
from tests.conftest import write_card
from tests.factories import (
    CardStateFactory,
    DeckFactory,
    MembershipFactory,
    SchoolClassFactory,
    TeacherFactory,
    TeacherMembershipFactory,
    UserFactory,
    with_address,
)

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def ago(days):
    return NOW - timedelta(days=days)


@pytest.fixture(autouse=True)
def clock(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


def student(*, seen=0, **more):
    return UserFactory(date_joined=ago(2000), last_login=ago(seen), **more)


def a_head(**more):
    head = UserFactory(is_staff=True, is_superuser=True, last_login=NOW, **more)
    return with_address(head, "head@school.example")


def purge(*options):
    said = StringIO()
    call_command("purge_expired", *options, stdout=said)
    return said.getvalue().splitlines()


def is_expiring(user):
    return expiring(NOW).filter(pk=user.pk).exists()


# who is no longer needed


@pytest.mark.parametrize(
    ("left", "seen", "expected"),
    [(366, 366, True), (364, 366, False), (366, 364, False), (None, 729, False), (None, 731, True), (10, 731, True)],
)
def test_leaver_after_a_year_and_anybody_after_two(left, seen, expected):
    user = student(seen=seen, left_class_at=ago(left) if left else None)
    assert is_expiring(user) == expected


@pytest.mark.parametrize(("archived", "expected"), [(366, True), (364, False), (None, False)])
def test_class_that_was_archived_is_none(archived, expected):
    user = student(seen=400)
    MembershipFactory(user=user, school_class__archived_at=ago(archived) if archived else None)
    assert is_expiring(user) == expected


def test_old_class_beside_a_living_one_does_not_matter():
    user = student(seen=400, left_class_at=ago(500))
    MembershipFactory(user=user, school_class__archived_at=ago(500))
    MembershipFactory(user=user)
    assert not is_expiring(user)


def test_who_never_logged_in_counts_from_her_first_day():
    old, new = (UserFactory(date_joined=ago(days), last_login=None) for days in (731, 729))
    assert (is_expiring(old), is_expiring(new)) == (True, False)


def test_study_day_counts_as_being_here():
    assert not is_expiring(student(seen=800, studied_on=ago(100).date()))
    assert is_expiring(student(seen=800, studied_on=ago(790).date()))


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_superuser": True}])
def test_nobody_who_works_here_goes_by_time(rights):
    assert not is_expiring(student(seen=3000, left_class_at=ago(3000), **rights))


# where a membership ends


def test_removing_notes_the_day(client):
    membership = TeacherMembershipFactory()
    client.force_login(membership.user)
    hers = MembershipFactory(school_class=membership.school_class)
    client.post(reverse("students_remove", args=[membership.school_class_id]), {"students": [hers.pk]})
    assert User.objects.get(pk=hers.user_id).left_class_at == NOW


def test_deleting_a_class_notes_the_day(admin_client):
    hers = MembershipFactory()
    admin_client.post(reverse("admin:accounts_schoolclass_delete", args=[hers.school_class_id]), {"post": "yes"})
    assert (Membership.objects.count(), User.objects.get(pk=hers.user_id).left_class_at) == (0, NOW)


# notice, and a month later the erasure


def test_told_first_and_erased_a_month_later(clock):
    user = student(seen=800)
    assert purge()[:2] == [
        "1 students to be erased in 30 days, 0 spared",
        "0 students erased, 0 audit events and 0 log-in codes forgotten",
    ]
    clock.move_to(NOW + timedelta(days=29), tick=False)
    assert (purge()[0], User.objects.count()) == ("0 students to be erased in 30 days, 0 spared", 1)
    clock.move_to(NOW + timedelta(days=30), tick=False)
    assert purge()[1].startswith("1 students erased")
    assert not User.objects.filter(pk=user.pk).exists()
    assert AuditEvent.objects.values_list("kind", "by", "of_number").get() == ("erased", None, user.pk)


def test_told_in_time_for_the_very_day():
    user = student(seen=731 - 30)
    purge()
    assert User.objects.get(pk=user.pk).erase_told_at == NOW


@pytest.mark.parametrize("comes_back", ["logs in", "joins a class", "studies"])
def test_who_is_here_again_is_spared(clock, comes_back):
    user = student(seen=400, left_class_at=ago(400))
    purge()
    changes = {"logs in": {"last_login": NOW}, "studies": {"studied_on": NOW.date()}}.get(comes_back, {})
    User.objects.filter(pk=user.pk).update(**changes)
    if comes_back == "joins a class":
        MembershipFactory(user=user)
    clock.move_to(NOW + timedelta(days=40), tick=False)
    assert purge()[0] == "0 students to be erased in 30 days, 1 spared"
    assert User.objects.get(pk=user.pk).erase_told_at is None


def test_dry_run_counts_and_changes_nothing():
    student(seen=800)
    student(seen=800, erase_told_at=ago(31))
    student(seen=1, erase_told_at=ago(31))
    record(Kind.LOG_IN, now=ago(366))
    assert purge("--dry-run") == [
        "1 students to be erased in 30 days, 1 spared",
        "1 students erased, 1 audit events and 0 log-in codes forgotten",
        "Nothing was changed.",
    ]
    assert (User.objects.count(), AuditEvent.objects.count()) == (3, 1)
    assert User.objects.filter(erase_told_at=None).count() == 1


def test_one_who_cannot_go_does_not_keep_the_others():
    stays, goes = (student(seen=800, erase_told_at=ago(31)) for _ in range(2))
    CardStateFactory(card=write_card(stays), user=student())
    with pytest.raises(CommandError, match="1 could not be erased"):
        purge()
    left = set(User.objects.values_list("pk", flat=True))
    assert (stays.pk in left, goes.pk in left) == (True, False)


# what else is old


def test_old_events_codes_and_imports_go():
    for days in (364, 366):
        record(Kind.LOG_IN, now=ago(days))
    for days in (29, 31):
        make_cards([student()], now=ago(days + 1), good_for=timedelta(days=1))
    ImportBatch.objects.create(deck=DeckFactory(), user=TeacherFactory(last_login=NOW), made_at=ago(2))
    said = purge()
    assert said[1] == "0 students erased, 1 audit events and 1 log-in codes forgotten"
    assert (AuditEvent.objects.get().at, LoginCode.objects.count(), ImportBatch.objects.count()) == (ago(364), 1, 0)


def test_counts_that_have_run_out_go():
    cache.clear()  # tests in a browser leave some: no transaction takes them back
    for name, seconds in (("old", 50), ("young", 150)):
        cache.set(name, 1, seconds)
    counts.forget_expired(NOW + timedelta(seconds=100))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_counts")
        assert cursor.fetchall() == [(cache.make_key("young"),)]


def test_purge_forgets_counts_and_sessions(monkeypatch):
    forget = Mock()
    monkeypatch.setattr(counts, "forget_expired", forget)
    session = SessionStore()
    session.save()
    Session.objects.update(expire_date=ago(1))
    purge()
    assert (forget.call_args.args, Session.objects.count()) == ((NOW,), 0)


# who is told


@pytest.fixture
def told():
    """A student who will be erased; her class was archived long ago."""
    user = student(seen=800, erase_told_at=ago(2), first_name="Ada", username="kestrel-41")
    return MembershipFactory(user=user, school_class=SchoolClassFactory(archived_at=ago(700)))


def test_her_teacher_and_a_superuser_are_told(told):
    hers = TeacherMembershipFactory(school_class=told.school_class).user
    head = UserFactory(is_superuser=True)
    other = TeacherMembershipFactory().user
    assert [told_to(reader).count() for reader in (hers, head, other)] == [1, 1, 0]


def test_former_teacher_of_a_leaver_is_told(client):
    membership = TeacherMembershipFactory(user__last_login=NOW)
    client.force_login(membership.user)
    hers = MembershipFactory(school_class=membership.school_class, user=student(seen=800, first_name="Lia"))
    client.post(reverse("students_remove", args=[membership.school_class_id]), {"students": [hers.pk]})
    purge()
    other = TeacherMembershipFactory().user
    assert [list(told_to(reader)) for reader in (membership.user, other)] == [[hers.user], []]
    assert "Lia (" in client.get(reverse("teach")).text


def test_desk_names_her_and_the_day(client, told):
    client.force_login(TeacherMembershipFactory(school_class=told.school_class, user__last_login=NOW).user)
    page = client.get(reverse("teach")).text
    assert "Ada (kestrel-41), from 23 December 2026" in page


def test_desk_of_another_teacher_does_not(client, told):
    client.force_login(TeacherMembershipFactory().user)
    assert "kestrel-41" not in client.get(reverse("teach")).text


@pytest.fixture
def mails(settings):
    settings.EMAIL_IS_SET_UP, settings.SITE_URL = True, "https://cards.school.example"
    return mail.outbox


def test_mail_says_how_many_and_no_name(mails, told):
    User.objects.update(erase_told_at=None)
    with_address(TeacherMembershipFactory(school_class=told.school_class).user, "kim@school.example")
    with_address(TeacherMembershipFactory().user, "other@school.example")
    purge()
    [sent] = mails
    assert (sent.to, sent.subject) == (["kim@school.example"], "Accounts that will be erased")
    assert "1 student’s account will be erased on 25 December 2026 or soon after" in sent.body
    assert ("https://cards.school.example/teach/" in sent.body, "Ada" in sent.body) == (True, False)


def test_mail_comes_once(mails, told):
    User.objects.update(erase_told_at=None)
    a_head(language="de")
    for _ in range(2):
        purge()
    assert [sent.subject for sent in mails] == ["Konten, die gelöscht werden"]


def test_school_without_mail_sends_none(settings, told):
    settings.EMAIL_IS_SET_UP = False
    User.objects.update(erase_told_at=None)
    a_head()
    purge()
    assert mail.outbox == []

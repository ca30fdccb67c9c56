"""An address of one's own: given, confirmed by a link, changed, taken away; nothing is sent to it before."""

import re
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from accounts.audit import AuditEvent
from accounts.mailings import reachable
from accounts.models import User
from tests.factories import TeacherFactory, UserFactory, with_address

URL = "/accounts/email/"
SAM = "sam@school.example"
NEW = "sam.new@school.example"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://cards.school.example"


def logged_in(user):
    """As by the log-in page, a moment ago: she need not say once more who she is."""
    client = Client()
    client.force_login(user)
    session = client.session
    sessions.begin(session, now=timezone.now())
    session.save()
    return client


@pytest.fixture
def sam(student):
    return logged_in(student)


def add(client, email=SAM):
    return client.post(URL, {"email": email, "action_add": ""}, follow=True)


def link(place=-1):
    return re.search(r"https://cards\.school\.example(/\S+)", mail.outbox[place].body)[1]


def addresses(user):
    user.refresh_from_db()
    hers = EmailAddress.objects.filter(user=user).order_by("pk").values_list("email", "verified", "primary")
    return user.email, list(hers)


def said(response):
    return [str(message) for message in response.context["messages"]]


def sent():
    return [(message.to, message.subject) for message in mail.outbox]


# give one


def test_link_is_sent_and_the_page_says_that_it_awaits_confirmation(sam, student):
    response = add(sam)
    assert said(response) == [f"A link is on its way to {SAM}."]
    assert (f"{SAM} awaits confirmation" in response.text, "Send the link again" in response.text) == (True, True)
    assert (sent(), addresses(student)) == ([([SAM], "Confirm your e-mail address")], ("", [(SAM, False, False)]))
    assert f"{SAM} awaits confirmation" in sam.get(reverse("settings")).text


def test_mail_has_nobodys_name_and_leads_to_the_schools_own_address(sam, student):
    User.objects.filter(pk=student.pk).update(first_name="Vyacheslava")
    sam.post(URL, {"email": SAM, "action_add": ""}, headers={"host": "localhost"})
    assert ("Vyacheslava" in mail.outbox[0].body, "localhost" in mail.outbox[0].body) == (False, False)
    assert link().startswith("/accounts/confirm-email/")


def test_button_on_the_page_of_the_link_confirms_it(sam, student):
    add(sam)
    assert "Yes, confirm the address" in sam.get(link()).text
    assert addresses(student)[0] == ""
    response = sam.post(link(), follow=True)
    assert (response.request["PATH_INFO"], said(response)) == (URL, [f"{SAM} is confirmed."])
    assert addresses(student) == (SAM, [(SAM, True, True)])


def test_link_works_on_a_device_on_which_she_is_not_logged_in(sam, student, client):
    add(sam)
    assert client.post(link())["Location"] == reverse("account_login")
    assert addresses(student)[0] == SAM


def test_link_works_once_and_for_three_days(sam, student, client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    add(sam)
    time_machine.shift(3 * 24 * 3600 + 1)
    assert client.post(link()).status_code == 404
    time_machine.shift(-2)
    assert [client.post(link()).status_code for _ in range(2)] == [302, 404]
    assert "This link does not work any more" in client.get(link()).text


def test_link_may_be_sent_again_but_not_at_once(sam, settings, time_machine):
    settings.ACCOUNT_RATE_LIMITS = {}
    cache.clear()
    time_machine.move_to(timezone.now(), tick=False)
    add(sam)
    again = {"email": SAM, "action_send": ""}
    refused = said(sam.post(URL, again, follow=True))
    time_machine.shift(181)
    sam.post(URL, again, follow=True)
    assert refused == ["A link was sent a moment ago. Wait three minutes before you ask again."]
    assert [to for to, _subject in sent()] == [[SAM]] * 2


@pytest.mark.parametrize("email", ["sam at school", "a@b.example\nBcc: c@d.example", "", "x" * 300 + "@d.example"])
def test_nonsense_is_no_address(sam, student, email):
    response = add(sam, email)
    assert (list(response.context["form"].errors), sent(), addresses(student)) == (["email"], [], ("", []))


# change it, take it away


@pytest.fixture
def with_sam(student, sam):
    with_address(student, SAM)
    return sam


def test_mail_and_page_of_the_link_name_the_account(sam, student):
    add(sam)
    page = Client().get(link()).text
    assert f"for the account with the user name {student.username}." in mail.outbox[0].body
    assert (f"with the user name {student.username}." in page, "You are logged in as" in page) == (True, False)


def test_link_opened_as_somebody_else_says_so_and_changes_nothing(sam, student):
    add(sam)
    other = logged_in(UserFactory(username="quentin"))
    page = other.get(link()).text
    assert "You are logged in as quentin, and this link is for another account." in page
    assert (addresses(student)[1], "_auth_user_id" in other.session) == ([(SAM, False, False)], True)


def test_somebody_else_who_confirms_it_all_the_same_stays_who_she_is(sam, student):
    add(sam)
    other = logged_in(UserFactory(username="quentin"))
    response = other.post(link())
    assert (response["Location"], other.session["_auth_user_id"] != str(student.pk)) == ("/", True)
    assert addresses(student)[1] == [(SAM, True, True)]


def test_old_address_counts_until_the_new_one_is_confirmed_and_gets_a_notice(with_sam, student):
    add(with_sam, NEW)
    before = addresses(student)
    with_sam.post(link())
    assert (before[0], addresses(student)) == (SAM, (NEW, [(NEW, True, True)]))
    assert sent() == [([NEW], "Confirm your e-mail address"), ([SAM], "Your e-mail address was changed")]
    assert NEW not in mail.outbox[1].body


def test_address_that_awaits_confirmation_can_be_forgotten(with_sam, student):
    add(with_sam, NEW)
    with_sam.post(URL, {"email": NEW, "action_remove": ""})
    assert (addresses(student), len(sent())) == ((SAM, [(SAM, True, True)]), 1)


def test_confirmed_address_can_be_removed_and_gets_a_notice(with_sam, student):
    response = with_sam.post(URL, {"email": SAM, "action_remove": ""}, follow=True)
    assert (said(response), addresses(student)) == ([f"{SAM} is removed."], ("", []))
    assert sent() == [([SAM], "Your e-mail address was removed")]


def test_unconfirmed_address_never_becomes_the_one_in_use(sam, student):
    add(sam)
    sam.post(URL, {"email": SAM, "action_primary": ""})
    assert addresses(student) == ("", [(SAM, False, False)])


def test_address_of_somebody_else_cannot_be_touched(sam):
    other = with_address(UserFactory(), "other@school.example")
    for action in ("action_remove", "action_send", "action_primary"):
        sam.post(URL, {"email": "other@school.example", action: ""})
    assert (addresses(other), sent()) == (
        ("other@school.example", [("other@school.example", True, True)]),
        [],
    )


def test_whoever_logged_in_long_ago_says_first_who_she_is(student_client, student):
    response = student_client.post(URL, {"email": SAM, "action_add": ""})
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert (addresses(student), sent()) == (("", []), [])


# nobody learns which addresses there are


def test_answer_is_the_same_for_an_address_that_somebody_has(student, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    with_address(UserFactory(), "known@school.example")
    pages = {}
    for email in ("known@school.example", "fresh@school.example"):
        page = add(logged_in(student), email).text.replace(email, "X")
        pages[email] = re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
        EmailAddress.objects.filter(user=student).delete()
    assert pages["known@school.example"] == pages["fresh@school.example"]


def test_only_one_account_can_have_an_address(sam, student):
    other = with_address(UserFactory(), SAM)
    add(sam)
    assert "This address is taken" in sam.get(link()).text
    sam.post(link())
    assert (addresses(student), addresses(other)[0]) == (("", [(SAM, False, False)]), SAM)


# what else


def test_audit_log_says_it_without_the_address(with_sam, student):
    add(with_sam, NEW)
    with_sam.post(link())
    with_sam.post(URL, {"email": NEW, "action_remove": ""})
    rows = AuditEvent.objects.order_by("pk").values_list("kind", "by", "of_number", "detail")
    assert list(rows) == [(kind, student.pk, student.pk, "") for kind in ("email_confirmed", "email_removed")]


def test_school_without_mail_takes_no_address_and_says_why(with_sam, student, settings):
    settings.EMAIL_IS_SET_UP = False
    response = with_sam.post(URL, {"email": NEW, "action_add": ""})
    assert (response.status_code, addresses(student)[1]) == (409, [(SAM, True, True)])
    assert "Your school has not set up e-mail" in response.text
    with_sam.post(URL, {"email": SAM, "action_remove": ""})
    assert addresses(student) == ("", [])


def broken(*args, **kwargs):
    raise ConnectionRefusedError("no")


def test_dead_mail_server_is_said_in_words(sam, monkeypatch):
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", broken)
    response = add(sam)
    assert (response.status_code, "No mail could be sent" in response.text) == (503, True)


def test_dead_mail_server_does_not_keep_an_address(with_sam, student, monkeypatch):
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", broken)
    with_sam.post(URL, {"email": SAM, "action_remove": ""})
    assert addresses(student) == ("", [])


def test_looking_at_the_page_writes_nothing(with_sam, student):
    before = addresses(student)
    with_sam.get(URL)
    assert addresses(student) == before


def test_teacher_sees_no_address_of_a_student_and_the_admin_changes_none(client, student):
    with_address(student, SAM)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:accounts_user_change", args=[student.pk])).text
    assert (SAM in page, 'name="email"' in page) == (True, False)
    client.force_login(TeacherFactory())
    assert client.get(f"/admin/account/emailaddress/{student.pk}/change/").status_code == 404


# before there was a confirmation


def test_older_addresses_await_confirmation(db):
    old, known = UserFactory(email="Old@School.example"), with_address(UserFactory(), SAM)
    import_module("accounts.migrations.0019_addresses_await_confirmation").hand_to_allauth(apps, None)
    assert addresses(old) == ("", [("old@school.example", False, False)])
    assert (addresses(known), list(reachable())) == ((SAM, [(SAM, True, True)]), [known])


def test_older_addresses_can_go_back(db):
    old = UserFactory(email="old@school.example")
    migration = import_module("accounts.migrations.0019_addresses_await_confirmation")
    migration.hand_to_allauth(apps, None)
    migration.give_back(apps, None)
    assert User.objects.get(pk=old.pk).email == "old@school.example"

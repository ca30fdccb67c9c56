"""The command send_digests and the page digest_stop: one mail a week to a teacher who asked for it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from io import StringIO

import pytest
from django.core import mail, signing
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.days import monday_of
from accounts.mailings import DIGEST
from accounts.models import Membership, User
from tests.a_class import AClass
from tests.factories import TeacherMembershipFactory, with_address

SEVEN = datetime(2026, 11, 30, 7, tzinfo=UTC)  # a Monday; the class of tests/a_class.py practised last week
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(time_machine, settings):
    settings.SITE_URL = "https://cards.school.example"
    time_machine.move_to(SEVEN, tick=False)
    return time_machine


def ask(teacher, email="kim@school.example", **fields):
    with_address(teacher, email)
    User.objects.filter(pk=teacher.pk).update(weekly_digest=True, **fields)


@pytest.fixture
def here(db):
    found = AClass()
    ask(found.teacher)
    return found


def send(**options):
    out = StringIO()
    call_command("send_digests", stdout=out, stderr=out, **options)
    return out.getvalue()


def stop_url(user):
    return reverse("digest_stop", args=[DIGEST.stop_token(user)])


# the mail


def test_mail_has_three_sentences_a_class_and_links(here):
    """Excused Fay counts again from Saturday on, and was wrong in two tries: 12 tries, 6 right. Ada, Ben and Eve have
    practised last on Saturday or Sunday the week before: 5 school days; Gus has been away for 11.
    """
    assert send() == "1 sent\n"
    address = f"https://cards.school.example{here.school_class.get_absolute_url()}"
    part = mail.outbox[0].body.split("\n\n")[1]
    assert part.splitlines() == [
        here.school_class.name,
        "3 of 7 practised since Monday 23 November.",
        "Stuck: Stalin, Buying time (50 % right, 12 tries).",
        "No practice for 8 school days: 1 student.",
        f"Who and which cards: {address}?since=2026-11-23",
        f"Do Now with the five weakest cards: {address}do-now/",
    ]


def test_mail_names_no_student(here):
    send()
    (message,) = mail.outbox
    assert (message.to, message.content_subtype) == (["kim@school.example"], "plain")
    assert [name for name in here.students if name in message.body + message.subject] == []


def test_each_living_class_has_its_part(here):
    second = TeacherMembershipFactory(user=here.teacher, school_class__name="9 Quiet").school_class
    archived = TeacherMembershipFactory(user=here.teacher, school_class__archived_at=SEVEN).school_class
    for school_class in (second, archived):
        Membership.objects.create(user=here.students["Cleo"], school_class=school_class)
        here.deck.assignments.create(school_class=school_class, starts_on=date(2026, 11, 1))
    send()
    body = mail.outbox[0].body
    assert [school_class.name in body for school_class in (here.school_class, second, archived)] == [True, True, False]
    assert "1 of 1 practised since Monday 23 November.\nToo few tries to say where they are stuck.\n" in body


def test_headers_let_the_mail_program_stop_it(here):
    send()
    headers = message_from_bytes(mail.outbox[0].message().as_bytes())
    assert headers["List-Unsubscribe"].strip() == f"<https://cards.school.example{stop_url(here.teacher)}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


# who and when


@pytest.mark.parametrize("fields", [{"weekly_digest": False}, {"email": ""}, {"is_active": False}, {"is_staff": False}])
def test_nothing_is_sent_to_whom_it_does_not_concern(here, fields):
    User.objects.filter(pk=here.teacher.pk).update(**fields)
    assert (send(), mail.outbox) == ("0 sent\n", [])


def test_superuser_gets_only_what_she_teaches(here):
    User.objects.filter(pk=here.teacher.pk).update(is_superuser=True)
    Membership.objects.filter(user=here.teacher).delete()
    assert send() == "0 sent\n"


def test_holidays_are_nothing_to_write_about(here, clock):
    clock.move_to(SEVEN + 4 * 7 * DAY, tick=False)
    assert (send(), mail.outbox) == ("0 sent\n", [])


@pytest.mark.parametrize(
    ("days", "hour", "options", "sent"),
    [
        (0, 5, {}, 0),
        (0, 6, {}, 1),
        (0, 23, {}, 1),
        (1, 7, {}, 0),
        (1, 7, {"weekday": 2}, 1),
        (0, 5, {"from_hour": 5}, 1),
    ],
)
def test_on_its_day_from_its_hour(here, clock, days, hour, options, sent):
    clock.move_to(SEVEN.replace(hour=hour) + days * DAY, tick=False)
    send(**options)
    assert len(mail.outbox) == sent


@pytest.mark.parametrize(("zone", "sent"), [("America/New_York", 0), ("Europe/Berlin", 1), ("Pacific/Pago_Pago", 0)])
def test_the_hour_is_that_of_her_own_clock(here, zone, sent):
    ask(here.teacher, time_zone=zone)
    send()
    assert len(mail.outbox) == sent


@pytest.mark.parametrize("wrong", [["--weekday", "0"], ["--weekday", "8"], ["--from-hour", "24"]])
def test_wrong_time_is_refused(wrong):
    with pytest.raises(CommandError, match=wrong[0]):
        call_command("send_digests", *wrong)


# once


def test_once_a_week_and_again_in_the_next(here, clock):
    for hours in (0, 1, 16, 7 * 24):
        clock.move_to(SEVEN + timedelta(hours=hours), tick=False)
        send()
    assert len(mail.outbox) == 2


def test_late_start_of_the_study_day_sends_no_second_mail(here, clock):
    ask(here.teacher, day_start="12:00")
    for hours in (0, 6):
        clock.move_to(SEVEN + timedelta(hours=hours), tick=False)
        send()
    assert len(mail.outbox) == 1


def test_digest_is_claimed_once_a_week(here):
    monday = SEVEN.date()
    days = (monday, monday, monday + 6 * DAY, monday - DAY, monday + 7 * DAY)
    assert [DIGEST.claim(here.teacher, today=day, since=monday_of(day)) for day in days] == [
        True,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.django_db(transaction=True)
def test_two_commands_at_the_same_time_send_one_mail():
    ask(AClass().teacher)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send_in_a_thread, range(2)))
    assert len(mail.outbox) == 1


def send_in_a_thread(_place):
    try:
        send()
    finally:
        connection.close()


def test_failed_mail_stops_nobody_and_is_tried_again(here, monkeypatch):
    other = TeacherMembershipFactory(school_class=here.school_class).user
    ask(other, "sam@school.example")
    deliver = EmailMessage.send

    def refuse_kim(message):
        if message.to == ["kim@school.example"]:
            raise ConnectionRefusedError("no")
        return deliver(message)

    monkeypatch.setattr(EmailMessage, "send", refuse_kim)
    with pytest.raises(CommandError, match="1 could not be sent; the next run tries again"):
        send()
    monkeypatch.undo()
    assert (send(), [message.to[0] for message in mail.outbox]) == (
        "1 sent\n",
        ["sam@school.example", "kim@school.example"],
    )


def test_school_without_email_sends_nothing_and_says_why(here, settings):
    settings.EMAIL_IS_SET_UP = False
    with pytest.raises(CommandError, match="EMAIL_URL is not set"):
        send()
    assert send(if_set_up=True) == ""


# digest_stop


def test_link_in_the_mail_shows_a_button_and_the_button_acts(client, here):
    send()
    path = re.search(r"https://cards\.school\.example(/digests/stop/\S+)", mail.outbox[0].body).group(1)
    assert "<button" in client.get(path).content.decode()
    assert User.objects.get(pk=here.teacher.pk).weekly_digest is True
    assert "The weekly digest is off" in client.post(path).content.decode()
    assert User.objects.get(pk=here.teacher.pk).weekly_digest is False


def test_mail_program_stops_it_with_one_click(here):
    response = Client(enforce_csrf_checks=True).post(stop_url(here.teacher), {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, User.objects.get(pk=here.teacher.pk).weekly_digest) == (200, False)


def test_token_of_another_purpose_is_refused(client, here):
    token = signing.Signer(salt="accounts.reminder_stop").sign(str(here.teacher.pk))
    response = client.post(reverse("digest_stop", args=[token]))
    assert (response.status_code, User.objects.get(pk=here.teacher.pk).weekly_digest) == (404, True)


# the choice


def settings_page(client, user):
    client.force_login(user)
    return "weekly_digest" in client.get(reverse("settings")).content.decode()


def test_teachers_are_asked_and_students_not(client, here, settings):
    seen = [settings_page(client, here.teacher), settings_page(client, here.students["Ada"])]
    settings.EMAIL_IS_SET_UP = False
    assert [*seen, settings_page(client, here.teacher)] == [True, False, False]


def saved_with_digest(client, user):
    client.force_login(user)
    form = client.get(reverse("settings")).context["form"]
    data = {name: value for name, value in form.initial.items() if value not in (None, False)} | {"day_start": "04:00"}
    return client.post(reverse("settings"), data | {"weekly_digest": "on"})


@pytest.mark.parametrize("verified", [True, False])
def test_choice_is_saved_with_an_address_confirmed_or_not(client, here, verified):
    with_address(here.teacher, "kim@school.example", verified=verified)
    User.objects.filter(pk=here.teacher.pk).update(weekly_digest=False)
    saved_with_digest(client, here.teacher)
    assert (User.objects.get(pk=here.teacher.pk).weekly_digest, send()) == (True, f"{int(verified)} sent\n")


def test_choice_needs_an_address(client, here):
    with_address(here.teacher, "")
    response = saved_with_digest(client, here.teacher)
    assert response.context["form"].errors == {
        "weekly_digest": ["This needs an address. Add one below first, or leave it off."]
    }


def test_student_cannot_ask_for_it(client, here):
    ada = with_address(here.students["Ada"], "ada@school.example")
    saved_with_digest(client, ada)
    assert User.objects.get(pk=ada.pk).weekly_digest is False

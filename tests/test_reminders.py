"""The command send_reminders and the page reminder_stop: one mail a study day, and a link that ends it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from io import StringIO
from smtplib import SMTPRecipientsRefused
from unittest.mock import Mock

import pytest
from django.core import mail, signing
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.mailings import REMINDER
from accounts.models import User
from cards.models import CardState
from tests.conftest import TODAY, answer
from tests.factories import CardStateFactory, PickedDeckFactory, UserFactory, with_address

FIVE = datetime(2026, 11, 23, 17, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(time_machine, settings):
    settings.SITE_URL = "https://cards.school.example"
    time_machine.move_to(FIVE, tick=False)
    return time_machine


def a_student(due=2, **fields):
    """A student who wants reminders, with this many due cards."""
    email = fields.pop("email", "sam@school.example")
    user = with_address(UserFactory(**{"daily_reminder": True, "new_per_day": 0, **fields}), email)
    for card in PickedDeckFactory(user=user, deck__cards=due).deck.cards.all():
        CardStateFactory(user=user, card=card, due_on=TODAY)
    return user


@pytest.fixture
def student(db):
    return a_student()


def send(**options):
    out = StringIO()
    call_command("send_reminders", stdout=out, stderr=out, **options)
    return out.getvalue()


def recipients():
    return [address for message in mail.outbox for address in message.to]


def stop_url(user):
    return reverse("reminder_stop", args=[REMINDER.stop_token(user)])


# the mail


def test_mail_is_plain_calm_and_names_nobody(student):
    assert send() == "1 sent\n"
    (message,) = mail.outbox
    assert (message.subject, message.to, message.content_subtype) == (
        "2 cards are waiting",
        ["sam@school.example"],
        "plain",
    )
    assert message.body == (
        "Hello,\n\n2 cards are waiting for you today, about 1 minute:\nhttps://cards.school.example/review/\n\n"
        "You asked PactCards for this reminder, once on a day with cards to review:\n"
        "https://cards.school.example/settings/\n\nTo stop it, without logging in:\n"
        f"https://cards.school.example{stop_url(student)}\n\n"
    )


@pytest.mark.parametrize(
    ("school", "chosen", "subject"),
    [
        ("en-gb", "de", "2 Karten warten"),
        ("de", "", "2 Karten warten"),
        ("de", "en-gb", "2 cards are waiting"),
        ("en-gb", "", "2 cards are waiting"),
    ],
)
def test_mail_speaks_the_students_language_or_else_the_schools(db, settings, school, chosen, subject):
    settings.LANGUAGE_CODE = school
    a_student(language=chosen)
    send()
    (message,) = mail.outbox
    assert (message.subject, message.extra_headers["Content-Language"]) == (subject, chosen or school)


def test_mails_of_one_run_speak_each_their_language(db):
    for number, language in enumerate(("de", "en-gb", "de")):
        a_student(language=language, email=f"sam{number}@school.example")
    send()
    greetings = [message.body.partition(",")[0] for message in mail.outbox]
    assert sorted(greetings) == ["Hallo", "Hallo", "Hello"]


def test_headers_let_the_mail_program_stop_it(student):
    send()
    headers = message_from_bytes(mail.outbox[0].message().as_bytes())
    assert headers["List-Unsubscribe"].strip() == f"<https://cards.school.example{stop_url(student)}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"


# who and when


def test_nothing_is_sent_to_an_address_that_awaits_confirmation(db):
    student = with_address(a_student(), "sam@school.example", verified=False)
    for email in ("", "sam@school.example"):  # as it is, and as older versions and hands in the database may leave it
        User.objects.filter(pk=student.pk).update(email=email)
        assert (send(), mail.outbox) == ("0 sent\n", [])


def test_nothing_is_sent_to_an_address_that_is_not_the_confirmed_one(student):
    User.objects.filter(pk=student.pk).update(email="other@school.example")
    assert (send(), mail.outbox) == ("0 sent\n", [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{"daily_reminder": False}, {"email": ""}, {"is_active": False}, {"due": 0}, {"reminded_on": TODAY}]
)
def test_nothing_is_sent_to_whom_it_does_not_concern(fields):
    a_student(**fields)
    assert (send(), recipients()) == ("0 sent\n", [])


@pytest.mark.django_db
def test_new_cards_alone_are_no_reason(clock):
    a_student(due=0, new_per_day=5)
    PickedDeckFactory(user=User.objects.get(), deck__cards=3)
    assert (send(), recipients()) == ("0 sent\n", [])


def test_student_who_has_been_through_her_cards_gets_none(student):
    for state in CardState.objects.filter(user=student).select_related("card"):
        answer(student, state.card, version=1, now=FIVE - timedelta(hours=1))
    assert send() == "0 sent\n"


@pytest.mark.parametrize(
    ("hour", "options", "sent"), [(15, {}, 0), (16, {}, 1), (23, {}, 1), (7, {"from_hour": 7}, 1), (2, {}, 0)]
)
def test_not_before_the_hour(student, clock, hour, options, sent):
    clock.move_to(FIVE.replace(hour=hour), tick=False)
    send(**options)
    assert len(mail.outbox) == sent


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "sent"), [("America/New_York", 0), ("Europe/Berlin", 1), ("Asia/Tokyo", 0)])
def test_the_hour_is_that_of_her_own_clock(zone, sent):
    a_student(time_zone=zone)
    send()
    assert len(mail.outbox) == sent


@pytest.mark.parametrize("hour", ["24", "-1", "noon"])
def test_wrong_hour_is_refused(hour):
    with pytest.raises(CommandError, match="--from-hour"):
        call_command("send_reminders", "--from-hour", hour)


@pytest.mark.parametrize("students", [1, 3])
@pytest.mark.django_db
def test_costs_the_same_for_each_student(students, django_assert_num_queries):
    for place in range(students):
        a_student(email=f"{place}@school.example")
    with django_assert_num_queries(1 + 2 * students):
        send()


# once


def test_once_a_study_day_and_again_on_the_next(student, clock):
    for hours in (0, 1, 6, 24):
        clock.move_to(FIVE + timedelta(hours=hours), tick=False)
        send()
    assert len(mail.outbox) == 2


def test_change_of_zone_backwards_sends_no_second_mail(student, clock):
    send()
    User.objects.update(time_zone="Pacific/Pago_Pago")
    clock.move_to(FIVE + timedelta(hours=12), tick=False)
    send()
    assert len(mail.outbox) == 1


def test_reminder_is_claimed_once(student):
    assert [REMINDER.claim(student, today=day, since=day) for day in (TODAY, TODAY, TODAY - DAY, TODAY + DAY)] == [
        True,
        False,
        False,
        True,
    ]


def test_reminder_stopped_meanwhile_cannot_be_claimed(student):
    REMINDER.stop(student.pk)
    assert REMINDER.claim(student, today=TODAY, since=TODAY) is False


@pytest.mark.django_db(transaction=True)
def test_two_commands_at_the_same_time_send_one_mail_each():
    for place in range(5):
        a_student(email=f"{place}@school.example")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send_in_a_thread, range(2)))
    assert sorted(recipients()) == [f"{place}@school.example" for place in range(5)]


def send_in_a_thread(_place):
    try:
        send()
    finally:
        connection.close()


@pytest.mark.django_db
def test_failed_mail_stops_nobody_and_is_tried_again(monkeypatch):
    for name in ("kim", "sam", "alex"):
        a_student(username=name, email=f"{name}@school.example")
    deliver = EmailMessage.send

    def refuse_sam(message):
        if message.to == ["sam@school.example"]:
            raise ConnectionRefusedError("no")
        return deliver(message)

    monkeypatch.setattr(EmailMessage, "send", refuse_sam)
    with pytest.raises(CommandError, match="1 could not be sent; the next run tries again"):
        send()
    monkeypatch.undo()
    assert (send(), recipients()) == ("1 sent\n", [f"{name}@school.example" for name in ("kim", "alex", "sam")])


def test_failed_mail_is_told_of_by_a_number(student, monkeypatch):
    refused = SMTPRecipientsRefused({"sam@school.example": (550, b"no")})
    monkeypatch.setattr(EmailMessage, "send", Mock(side_effect=refused))
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("send_reminders", stdout=StringIO(), stderr=said)
    assert said.getvalue() == f"user {student.pk}: SMTPRecipientsRefused\n"


def test_failed_mail_keeps_the_date_of_the_last_one(student):
    student.reminded_on = TODAY - DAY
    REMINDER.claim(student, today=TODAY, since=TODAY)
    REMINDER.give_back(student, today=TODAY)
    assert User.objects.get().reminded_on == TODAY - DAY


def test_school_without_email_sends_nothing_and_says_why(student, settings):
    settings.EMAIL_IS_SET_UP = False
    with pytest.raises(CommandError, match="EMAIL_URL is not set"):
        send()
    assert (send(if_set_up=True), mail.outbox) == ("", [])


# reminder_stop


def test_link_in_the_mail_shows_a_button_and_the_button_acts(client, student):
    send()
    path = re.search(r"https://cards\.school\.example(/reminders/stop/\S+)", mail.outbox[0].body).group(1)
    assert "<button" in client.get(path).content.decode()
    assert User.objects.get().daily_reminder is True
    assert "The daily reminder is off" in client.post(path).content.decode()
    assert User.objects.get().daily_reminder is False


def test_mail_program_stops_it_with_one_click(student):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(stop_url(student), {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, User.objects.get().daily_reminder) == (200, False)


def test_stopping_twice_is_quiet(client, student):
    assert [client.post(stop_url(student)).status_code for _ in range(2)] == [200, 200]


def test_link_stops_only_the_reminder_of_the_student_it_was_sent_to(student):
    other = a_student(email="alex@school.example")
    client = Client()
    client.force_login(other)
    client.post(stop_url(student))
    assert list(User.objects.order_by("pk").values_list("daily_reminder", "is_active")) == [(False, True), (True, True)]


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["1", "1:", "1:abc", ":", "x:y:z", "%2e%2e", "1:" + "A" * 43, "9" * 300])
def test_wrong_token_gets_a_sentence_and_does_nothing(client, token):
    a_student(pk=1)
    responses = [client.get(f"/reminders/stop/{token}/"), client.post(f"/reminders/stop/{token}/")]
    assert [response.status_code for response in responses] == [404, 404]
    assert "This link is not complete" in responses[0].content.decode()
    assert User.objects.get().daily_reminder is True


def test_token_of_another_purpose_is_refused(client, student):
    token = signing.Signer(salt="something else").sign(str(student.pk))
    assert client.post(reverse("reminder_stop", args=[token])).status_code == 404


def test_link_outlives_a_change_of_key(client, student, settings):
    url = stop_url(student)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [settings.SECRET_KEY]
    assert client.post(url).status_code == 200


def test_link_of_an_erased_student_is_quiet(client, student):
    url = stop_url(student)
    student.delete()
    assert (client.get(url).status_code, client.post(url).status_code) == (200, 200)


def test_stop_page_is_kept_in_no_cache(client, student):
    assert "no-store" in client.get(stop_url(student))["Cache-Control"]


def test_stop_page_reads_nothing_and_writes_once(client, student, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(stop_url(student))
    with django_assert_num_queries(1):
        client.post(stop_url(student))

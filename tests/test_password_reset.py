"""A forgotten password: by a link to a confirmed address; without one by a teacher's card."""

import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import AuditEvent
from accounts.models import User
from accounts.resets import give_password
from tests.factories import UserFactory, with_address
from tests.test_email import broken

ASK = "/accounts/password/reset/"
SAM = "sam@school.example"
OLD, NEW = "narew-vistula-san", "curzon-line-1920"
TWICE = {"password1": NEW, "password2": NEW}


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://cards.school.example"


@pytest.fixture
def sam(db):
    user = UserFactory(username="sam")
    user.set_password(OLD)
    user.save()
    return with_address(user, SAM)


def ask(client, email=SAM, **more):
    return client.post(ASK, {"email": email}, **more)


def link():
    return re.search(r"https://cards\.school\.example(/\S+)", mail.outbox[0].body)[1]


def opened(client):
    """The page that the link leads to; the address it is shown at no longer holds the secret."""
    return client.get(link(), follow=True)


def choose(client, **fields):
    return client.post(opened(client).request["PATH_INFO"], TWICE | fields)


def password_of(user):
    user.refresh_from_db()
    return next(password for password in (OLD, NEW) if user.check_password(password))


def log_in(client, password):
    return client.post(reverse("account_login"), {"login": "sam", "password": password})


def test_log_in_page_leads_there_and_the_page_names_the_card_too(client, db):
    assert f'href="{ASK}"' in client.get(reverse("account_login")).text
    page = client.get(ASK).text
    assert ("Ask your teacher for a new card" in page, 'name="email"' in page) == (True, True)


def test_link_gives_a_new_password_and_the_old_one_is_dead(client, sam):
    assert ask(client)["Location"] == reverse("account_reset_password_done")
    assert choose(client)["Location"] == reverse("account_login")
    assert password_of(sam) == NEW
    assert [log_in(Client(), password).status_code for password in (OLD, NEW)] == [200, 302]


def test_mail_has_the_user_name_and_the_schools_own_address(client, sam):
    ask(client, headers={"host": "localhost"})
    [message] = mail.outbox
    assert (message.to, message.subject) == ([SAM], "A new password for PactCards")
    assert ("Your user name is sam." in message.body, "localhost" in message.body) == (True, False)


def test_link_works_once(client, sam):
    ask(client)
    choose(client)
    page = Client().get(link(), follow=True)
    assert ("This link does not work any more" in page.text, 'name="password1"' in page.text) == (True, False)


def test_two_who_have_the_link_open_at_once_spend_it_once(client, sam):
    ask(client)
    both = [Client(), Client()]
    pages = [opened(each).request["PATH_INFO"] for each in both]
    twins = [User.objects.get(pk=sam.pk) for _ in both]
    assert [give_password(twin, password) for twin, password in zip(twins, (NEW, "of-the-second"), strict=True)] == [
        True,
        False,
    ]
    assert "This link does not work any more" in both[1].post(pages[1], TWICE).text
    assert password_of(sam) == NEW


def test_link_is_good_for_an_hour(client, sam, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    ask(client)
    time_machine.shift(3601)
    assert "This link does not work any more" in opened(client).text


def test_another_address_makes_the_link_worthless(client, sam):
    ask(client)
    with_address(sam, "other@school.example")
    assert "This link does not work any more" in opened(client).text


def test_she_is_logged_out_on_every_device(client, sam):
    elsewhere = Client()
    elsewhere.force_login(sam)
    epoch = sam.session_epoch
    ask(client)
    choose(client)
    sam.refresh_from_db()
    assert (elsewhere.get("/settings/").status_code, sam.session_epoch) == (302, epoch + 1)
    assert "_auth_user_id" not in client.session


def test_link_of_one_person_is_no_good_for_another(client, sam):
    other = UserFactory()
    token = default_token_generator.make_token(sam)
    url = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(other), token])
    assert "This link does not work any more" in client.get(url, follow=True).text


def test_weak_password_is_refused_and_the_link_is_kept(client, sam):
    ask(client)
    response = choose(client, password1="sunshine1", password2="sunshine1")
    assert response.context["form"].errors == {"password1": ["This password is too common."]}
    assert choose(client)["Location"] == reverse("account_login")


# whoever has no confirmed address


def no_such_address(sam):
    return "nobody@school.example"


def unconfirmed(sam):
    with_address(sam, SAM, verified=False)
    return SAM


def only_written_down(sam):
    with_address(sam, "other@school.example", verified=False)
    User.objects.filter(pk=sam.pk).update(email=SAM)
    return SAM


def inactive(sam):
    User.objects.filter(pk=sam.pk).update(is_active=False)
    return SAM


@pytest.mark.parametrize("of", [no_such_address, unconfirmed, only_written_down, inactive])
def test_answer_is_the_same_and_strangers_get_no_mail(client, sam, of):
    response = ask(client, of(sam))
    assert (response.status_code, response["Location"]) == (302, reverse("account_reset_password_done"))
    assert mail.outbox == []


@pytest.mark.parametrize("email", [SAM, "nobody@school.example"])
def test_mail_server_is_called_alike_for_all(client, sam, monkeypatch, email):
    calls = []
    monkeypatch.setattr(SmtpBackend, "open", lambda self: calls.append("open"))
    monkeypatch.setattr(SmtpBackend, "close", lambda self: None)
    monkeypatch.setattr(SmtpBackend, "send_messages", lambda self, messages: self.open())
    monkeypatch.setattr(mail, "get_connection", lambda *args, **kwargs: SmtpBackend())
    monkeypatch.setattr("accounts.forms.email.get_connection", SmtpBackend)
    ask(client, email)
    assert calls == ["open"]


def test_dead_mail_server_is_said_alike_for_all(client, sam, monkeypatch):
    for step in ("send_messages", "open"):  # the real one opens whenever it sends
        monkeypatch.setattr(f"django.core.mail.backends.locmem.EmailBackend.{step}", broken)
    answers = [ask(client, email) for email in (SAM, "nobody@school.example")]
    texts = {re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.text) for answer in answers}
    assert ([answer.status_code for answer in answers], len(texts)) == ([503, 503], 1)


def test_school_without_mail_names_the_card_alone(client, sam, settings):
    settings.EMAIL_IS_SET_UP = False
    page = client.get(ASK).text
    assert ("Ask your teacher for a new card" in page, 'name="email"' in page) == (True, False)
    assert (ask(client).status_code, mail.outbox) == (409, [])


# what else


def test_second_factor_is_asked_all_the_same(client, sam):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(sam, generate_totp_secret())
    ask(client)
    choose(client)
    assert log_in(client, NEW)["Location"] == reverse("mfa_authenticate")


def test_she_is_told_and_the_audit_log_has_one_row(client, sam):
    ask(client)
    choose(client)
    assert [message.subject for message in mail.outbox] == ["A new password for PactCards", "Your password was changed"]
    rows = AuditEvent.objects.values_list("kind", "by", "of_number", "detail")
    assert list(rows) == [("password_reset", sam.pk, sam.pk, "")]


def test_notice_holds_no_ip_address(client, sam):
    ask(client)
    choose(client)
    assert "127.0.0.1" not in mail.outbox[-1].body


def test_sixth_link_in_an_hour_for_an_address_is_refused_known_or_not(client, sam, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "100/h/ip,5/h/key"}
    cache.clear()
    for email in (SAM, "nobody@school.example"):
        assert [ask(client, email).status_code for _ in range(6)] == [302] * 5 + [429]

"""A teacher's reset: what somebody added at a student's unlocked computer opens her account no more."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import roster
from accounts.audit import AuditEvent, Kind
from accounts.login_codes import RESET_GOOD_FOR, make_cards
from accounts.models import LoginCode
from tests.conftest import NOON
from tests.factories import MembershipFactory, TeacherMembershipFactory, UserFactory, with_address

PASSWORD = "narew-vistula-san"
SAM = "somebody.else@school.example"


@pytest.fixture
def teaching(db):
    return TeacherMembershipFactory()


@pytest.fixture
def amina(teaching):
    return MembershipFactory(school_class=teaching.school_class).user


def with_all(user, address=SAM):
    with_address(user, address)
    TOTP.activate(user, generate_totp_secret())
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Not hers", "credential": {}})
    SocialAccount.objects.create(user=user, provider="google", uid=f"g-{user.pk}")


def left_to(user):
    user.refresh_from_db()
    rows = [model.objects.filter(user=user).count() for model in (Authenticator, EmailAddress, SocialAccount)]
    return [*rows, user.email]


def reset_by(teaching, *users):
    client = Client()
    client.force_login(teaching.user)
    students = [user.memberships.get().pk for user in users]
    page = client.post(reverse("class_log_ins", args=[teaching.school_class_id]), {"students": students})
    return {card.user.pk: card.code for card in page.context["cards"]}


def redeem(client, user, code):
    fields = {"username": user.username, "code": code, "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/code/", fields)


def said_to(client, user, code):
    return [str(message) for message in get_messages(redeem(client, user, code).wsgi_request)]


def test_reset_leaves_no_way_in_but_the_card(teaching, amina):
    with_all(amina)
    reset_by(teaching, amina)
    assert left_to(amina) == [0, 0, 0, ""]


def test_reset_ends_her_log_ins(teaching, amina):
    elsewhere = Client()
    elsewhere.force_login(amina)
    before = amina.session_epoch
    reset_by(teaching, amina)
    amina.refresh_from_db()
    assert (elsewhere.get("/settings/").status_code, amina.session_epoch) == (302, before + 1)


def test_card_lets_her_in_without_the_factor_of_somebody_else(client, teaching, amina):
    with_all(amina)
    code = reset_by(teaching, amina)[amina.pk]
    assert redeem(client, amina, code)["Location"] == reverse("home")


def test_added_address_gets_no_new_password(client, teaching, amina, settings):
    settings.SITE_URL = "https://cards.school.example"
    with_all(amina)
    reset_by(teaching, amina)
    client.post("/accounts/password/reset/", {"email": SAM})
    assert "/password/reset/key/" not in "".join(message.body for message in mail.outbox)


def test_she_is_told_what_was_taken(client, teaching, amina):
    with_all(amina)
    [said] = said_to(client, amina, reset_by(teaching, amina)[amina.pk])
    assert "your second factors, e-mail address and linked accounts were removed" in said


def test_who_lost_a_password_alone_is_told_nothing(client, teaching, amina):
    assert said_to(client, amina, reset_by(teaching, amina)[amina.pk]) == []


def test_second_card_in_the_place_of_the_first_still_tells_her(client, teaching, amina):
    with_all(amina)
    reset_by(teaching, amina)
    assert len(said_to(client, amina, reset_by(teaching, amina)[amina.pk])) == 1


def test_audit_log_counts_what_went_for_each(teaching, amina):
    ben = MembershipFactory(school_class=teaching.school_class).user
    with_all(amina)
    reset_by(teaching, amina, ben)
    rows = AuditEvent.objects.filter(kind=Kind.STUDENT_RESET).values_list("of_number", "detail")
    where = f"school_class={teaching.school_class_id}"
    assert dict(rows) == {amina.pk: f"{where} factors=2 addresses=1 links=1", ben.pk: where}


def test_others_and_staff_keep_theirs(teaching, amina):
    others = [teaching.user, UserFactory()]
    colleague = MembershipFactory(school_class=teaching.school_class, user__is_staff=True).user
    for place, user in enumerate([*others, colleague]):
        with_all(user, f"{place}@school.example")
    roster.reset(teaching.school_class.memberships.all(), now=NOON)
    assert [left_to(user) for user in [*others, colleague]] == [
        [2, 1, 1, f"{place}@school.example"] for place in range(3)
    ]


def test_ordinary_card_takes_nothing(amina):
    with_all(amina)
    make_cards([amina], now=NOON, good_for=RESET_GOOD_FOR)
    assert (left_to(amina), LoginCode.objects.get().more_was_lost) == ([2, 1, 1, SAM], False)


def test_page_says_beforehand_what_goes(client, teaching, amina):
    client.force_login(teaching.user)
    page = client.get(reverse("class_log_ins", args=[teaching.school_class_id])).text
    assert "Passkeys, codes from an app, e-mail addresses and linked" in page

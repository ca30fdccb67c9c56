"""A printed card: user name and one-time code let a person choose a password, once."""

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.codes import LETTERS
from accounts.login_codes import FIRST_GOOD_FOR, RESET_GOOD_FOR, find_code, make_cards, redeem
from accounts.models import LoginCode
from tests.conftest import NOON
from tests.factories import TeacherFactory, UserFactory

PASSWORD = "narew-vistula-san"
URL = "/code/"


@pytest.fixture
def kestrel(db):
    user = UserFactory(username="kestrel-41", first_name="Vyacheslava")
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def code(kestrel):
    return card_for(kestrel).printed_code


def card_for(user, now=None):
    return make_cards([user], now=now or timezone.now(), good_for=FIRST_GOOD_FOR)[0]


def send(client, code, *, username="kestrel-41", password=PASSWORD, again=None):
    fields = {"username": username, "code": code, "password1": password, "password2": again or password}
    return client.post(URL, fields)


def is_logged_in(client):
    return "_auth_user_id" in client.session


def test_log_in_page_leads_here(client, db):
    assert f'href="{reverse("code_login")}"' in client.get(reverse("account_login")).text


def test_code_gives_a_password_and_logs_in(client, kestrel, code):
    response = send(client, code)
    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    kestrel.refresh_from_db()
    assert (kestrel.check_password(PASSWORD), client.session["_auth_user_id"]) == (True, str(kestrel.pk))


@pytest.mark.parametrize("copied", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code} "])
def test_code_may_be_copied_carelessly(client, code, copied):
    assert send(client, copied(code), username=" Kestrel-41 ").status_code == 302


def test_code_works_once(code):
    first, second = Client(), Client()
    assert (send(first, code).status_code, send(second, code).status_code) == (302, 422)
    assert not is_logged_in(second)


def test_two_at_once_spend_it_once(kestrel, code):
    both = [find_code("kestrel-41", code, now=timezone.now()) for _ in range(2)]
    assert [redeem(found, password) for found, password in zip(both, (PASSWORD, "of-the-second"), strict=True)] == [
        True,
        False,
    ]
    kestrel.refresh_from_db()
    assert kestrel.check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_spend_it_once():
    user = UserFactory(username="kestrel-41")
    code, passwords = card_for(user).code, ["curzon-line-1920", "vistula-line-1920"]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(partial(send_in_a_thread, code), passwords))
    user.refresh_from_db()
    assert sorted(answers) == [302, 422]
    assert [user.check_password(password) for password in passwords] == [answer == 302 for answer in answers]


def send_in_a_thread(code, password):
    try:
        return send(Client(), code, password=password).status_code
    finally:
        connection.close()


def test_code_alone_opens_nothing(client, kestrel, code):
    response = send(client, code, password="")
    assert (response.status_code, is_logged_in(client), LoginCode.objects.count()) == (422, False, 1)


def test_code_is_no_password_itself(client, kestrel, code):
    client.post(reverse("account_login"), {"login": "kestrel-41", "password": code})
    assert not is_logged_in(client)


def test_old_password_is_dead(client, kestrel, code):
    kestrel.set_password("of-last-year-1938")
    kestrel.save()
    send(Client(), code)
    client.post(reverse("account_login"), {"login": "kestrel-41", "password": "of-last-year-1938"})
    assert not is_logged_in(client)


def test_code_after_a_reset_is_good_for_a_day(kestrel):
    [card] = make_cards([kestrel], now=NOON, good_for=RESET_GOOD_FOR)
    at = [NOON + timedelta(hours=24, seconds=seconds) for seconds in (-1, 0)]
    assert [bool(find_code("kestrel-41", card.code, now=now)) for now in at] == [True, False]


def test_code_has_forty_bits_and_only_its_hash_is_kept(kestrel):
    card = card_for(kestrel)
    stored = LoginCode.objects.values().get()
    assert math.log2(len(set(LETTERS))) * len(card.code) >= 40
    assert card.code not in str(stored)


def test_code_is_good_for_a_fortnight(kestrel):
    code = card_for(kestrel, NOON).code
    at = [NOON + timedelta(days=14, seconds=seconds) for seconds in (-1, 0)]
    assert [bool(find_code("kestrel-41", code, now=now)) for now in at] == [True, False]


def test_new_card_makes_the_old_one_worthless(client, kestrel, code):
    card_for(kestrel)
    assert send(client, code).status_code == 422


def old_code(kestrel):
    return {"code": card_for(kestrel, timezone.now() - timedelta(days=15)).code}


def inactive(kestrel):
    code = card_for(kestrel).code
    kestrel.is_active = False
    kestrel.save()
    return {"code": code}


FAILURES = {
    "wrong code": lambda kestrel: {"code": "ABCDE-FGHJK"},
    "old code": old_code,
    "no such name": lambda kestrel: {"code": card_for(kestrel).code, "username": "kestrel-42"},
    "code of somebody else": lambda kestrel: {"code": card_for(UserFactory()).code},
    "inactive": inactive,
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_every_failure_says_the_same(client, kestrel, failure):
    response = send(client, **failure(kestrel))
    assert (response.status_code, is_logged_in(client)) == (422, False)
    assert [message[:42] for message in response.context["form"].non_field_errors()] == [
        "This user name and this code do not go tog"
    ]


@pytest.mark.parametrize("password", ["short", "password", "kestrel-41", "vyacheslava"])
def test_weak_password_is_refused_and_the_code_is_kept(client, kestrel, code, password):
    response = send(client, code, password=password)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["password1"])
    assert send(client, code).status_code == 302


def test_typing_error_in_the_password_is_told(client, code):
    response = send(client, code, again="narew-vistula-sam")
    assert list(response.context["form"].errors) == ["password2"]


def test_session_is_a_new_one(client, kestrel, code):
    client.force_login(UserFactory())
    before = client.session.session_key
    send(client, code)
    assert (client.session.session_key != before, client.session["_auth_user_id"]) == (True, str(kestrel.pk))


def test_new_password_ends_other_sessions(client, kestrel, code):
    other = Client()
    other.force_login(kestrel)
    send(client, code)
    assert other.get("/settings/").status_code == 302


@pytest.mark.usefixtures("still")
def test_eleventh_try_for_a_name_is_refused_and_others_pass(client, kestrel, code, settings):
    settings.ACCOUNT_RATE_LIMITS = {"code_login": "10/15m/key"}
    cache.clear()
    tries = [send(client, "wrong", username=name).status_code for name in ["kestrel-41", "KESTREL-41 "] * 5]
    right = send(client, code)
    assert (tries, right.status_code, right["Retry-After"]) == ([422] * 10, 429, "900")
    assert send(client, "wrong", username="heron-12").status_code == 422


def test_invited_teacher_gets_in_too(client, db):
    teacher = TeacherFactory(username="ms-demo")
    assert send(client, card_for(teacher).code, username="ms-demo").status_code == 302


def test_page_asks_for_csrf_and_is_kept_nowhere(kestrel, code):
    client = Client(enforce_csrf_checks=True)
    assert (send(client, code).status_code, "no-store" in client.get(URL)["Cache-Control"]) == (403, True)

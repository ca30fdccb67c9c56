"""A second factor: staff need one, it is asked for at every way in, and its codes are good once."""

import json
import re
from base64 import urlsafe_b64encode
from io import StringIO
from unittest.mock import patch

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import AuditEvent
from accounts.login_codes import RESET_GOOD_FOR, make_cards
from accounts.models import User
from tests.factories import TeacherFactory

pytestmark = pytest.mark.django_db
PASSWORD = "narew-vistula-san"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.REQUIRE_STAFF_MFA = True
    cache.clear()


@pytest.fixture
def teacher(db):
    return with_password(TeacherFactory(username="ms-frank"))


@pytest.fixture
def enrolled(teacher):
    TOTP.activate(teacher, SECRET)
    return teacher


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def log_in(client, *, username="ms-frank", **more):
    return client.post(reverse("account_login"), {"login": username, "password": PASSWORD, **more})


def give(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def set_up(client):
    """As she does it, from the page with the key to the digits of the app."""
    client.get(reverse("mfa_activate_totp"))
    return client.post(reverse("mfa_activate_totp"), {"code": code_of(client.session["mfa.totp.secret"])})


def lands_on(client, name="teach"):
    response = client.get(reverse(name))
    return response["Location"] if response.status_code == 302 else response.status_code


# staff need one


@pytest.mark.parametrize("name", ["teach", "home", "settings", "review", "admin:index", "admin:cards_deck_changelist"])
def test_teacher_without_one_reaches_nothing_else(client, teacher, name):
    log_in(client)
    assert lands_on(client, name) == reverse("mfa_index")


def test_superuser_without_one_reaches_nothing_in_the_admin(client):
    head = with_password(User.objects.create_superuser("head"))
    client.force_login(head)
    response = client.post(reverse("admin:accounts_user_add"), {"username": "new"})
    assert (response["Location"], User.objects.count()) == (reverse("mfa_index"), 1)


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "privacy", "privacy_school"])
def test_teacher_without_one_reaches_its_pages(client, teacher, name):
    log_in(client)
    assert client.get(reverse(name)).status_code == 200


def test_teacher_without_one_can_log_out(client, teacher):
    log_in(client)
    assert client.post(reverse("account_logout"))["Location"] == reverse("home")


def test_page_that_is_open_is_told_to_leave(client, teacher):
    log_in(client)
    response = client.get(reverse("review"), headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (401, reverse("mfa_index"))


def test_student_needs_none(client):
    with_password(User.objects.create(username="sam"))
    log_in(client, username="sam")
    assert lands_on(client, "settings") == 200


def test_student_reads_no_words_for_teachers(student_client):
    page = student_client.get(reverse("mfa_index")).text
    assert ("Whoever teaches" in page, "Nobody needs to" in page) == (False, True)


def test_student_who_joins_the_staff_needs_one_at_once(student_client, student):
    assert lands_on(student_client, "settings") == 200
    User.objects.filter(pk=student.pk).update(is_staff=True)
    assert lands_on(student_client, "settings") == reverse("mfa_index")


def test_school_may_do_without(client, teacher, settings):
    settings.REQUIRE_STAFF_MFA = False
    log_in(client)
    assert lands_on(client) == 200


# setting one up


def test_app_that_is_set_up_opens_the_door(client, teacher):
    log_in(client)
    assert set_up(client)["Location"] == reverse("mfa_view_recovery_codes")
    assert lands_on(client) == 200


def test_wrong_digits_set_nothing_up(client, teacher):
    log_in(client)
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert (Authenticator.objects.count(), lands_on(client)) == (0, reverse("mfa_index"))


def test_log_ins_on_other_devices_end_when_it_is_set_up(client, teacher):
    other = Client()
    log_in(other)
    log_in(client)
    set_up(client)
    assert lands_on(other).startswith(reverse("account_login"))


def test_picture_is_the_key_of_her_own_page(client, teacher):
    log_in(client)
    assert client.get(reverse("totp_picture")).status_code == 404
    client.get(reverse("mfa_activate_totp"))
    response = client.get(reverse("totp_picture"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
    assert "no-store" in response["Cache-Control"]


def test_visitor_sees_no_picture(client):
    assert client.get(reverse("totp_picture")).status_code == 302


def test_after_five_minutes_the_password_is_asked_first(client, teacher):
    log_in(client)
    session = client.session
    session["log_in_began"] -= 301
    session.save()
    assert lands_on(client, "mfa_activate_totp").startswith(reverse("account_reauthenticate"))


# giving it


def test_password_alone_is_not_enough(client, enrolled):
    assert log_in(client)["Location"] == reverse("mfa_authenticate")
    assert lands_on(client).startswith(reverse("account_login"))


def test_password_and_code_are(client, enrolled):
    log_in(client)
    assert give(client, code_of(SECRET))["Location"] == reverse("teach")
    assert lands_on(client) == 200


def test_same_code_is_refused_the_second_time(client, enrolled):
    code = code_of(SECRET)
    log_in(client)
    give(client, code)
    other = Client()
    log_in(other)
    with patch("allauth.mfa.totp.internal.auth.validate_totp_code", lambda secret, given: given == code):
        assert give(other, code).status_code == 200
    assert lands_on(other).startswith(reverse("account_login"))


def test_card_with_a_code_does_not_go_round_it(client, enrolled):
    [card] = make_cards([enrolled], now=timezone.now(), good_for=RESET_GOOD_FOR)
    fields = {
        "username": "ms-frank",
        "code": card.code,
        "password1": "curzon-line-1920",
        "password2": "curzon-line-1920",
    }
    assert client.post(reverse("code_login"), fields)["Location"] == reverse("mfa_authenticate")
    assert lands_on(client).startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_admin_has_no_door_of_its_own(client, enrolled, method):
    response = getattr(client, method)(reverse("admin:login"), {"username": "ms-frank", "password": PASSWORD})
    assert response["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_session_of_another_way_in_is_ended(client, enrolled):
    client.force_login(enrolled)  # without the factor that she has
    assert lands_on(client) == reverse("mfa_index")
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("still")
def test_eleventh_wrong_code_is_refused_and_the_right_one_too(client, enrolled, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key"}
    log_in(client)
    tries = [give(client, "000000").status_code for _ in range(10)]
    refused = give(client, code_of(SECRET))
    assert (tries, refused.status_code, refused["Retry-After"]) == ([200] * 10, 429, "900")
    assert lands_on(client).startswith(reverse("account_login"))
    kinds = list(AuditEvent.objects.filter(detail="second_factor=1").values_list("kind", flat=True))
    assert kinds == ["tries_refused"] + ["log_in_failed"] * 10


def test_wrong_code_inside_is_noted_and_refused_in_the_end(client, enrolled, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/15m/key"}
    log_in(client)
    give(client, code_of(SECRET))
    page = reverse("mfa_reauthenticate")
    assert [client.post(page, {"code": "000000"}).status_code for _ in range(3)] == [200, 200, 429]
    assert AuditEvent.objects.filter(kind="log_in_failed", of_number=enrolled.pk).count() == 2


# recovery codes


@pytest.fixture
def inside(client, enrolled):
    log_in(client)
    give(client, code_of(SECRET))
    return client


def test_codes_are_shown_in_the_answer_and_never_again(inside):
    shown = inside.post(reverse("mfa_generate_recovery_codes")).content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", shown)
    assert len(codes) == 10
    for name in ("mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_index"):
        assert codes[0] not in inside.get(reverse(name), follow=True).content.decode()


def test_recovery_code_opens_the_door_once(client, enrolled):
    code = RecoveryCodes.activate(enrolled).get_unused_codes()[0]
    log_in(client)
    assert give(client, code)["Location"] == reverse("teach")
    other = Client()
    log_in(other)
    assert give(other, code).status_code == 200


def test_get_makes_no_codes(inside):
    inside.get(reverse("mfa_generate_recovery_codes"))
    assert not Authenticator.objects.filter(type="recovery_codes").exists()


# taking it away


def test_last_factor_of_staff_stays(inside, enrolled):
    inside.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=enrolled, type="totp").exists()


def test_last_passkey_of_staff_stays(inside, enrolled):
    Authenticator.objects.filter(type="totp").delete()
    passkey = Authenticator.objects.create(user=enrolled, type="webauthn", data={"name": "Laptop", "credential": {}})
    assert inside.post(reverse("mfa_remove_webauthn", args=[passkey.pk])).status_code == 409
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


@pytest.mark.parametrize("name", ["mfa_remove_webauthn", "mfa_edit_webauthn"])
def test_passkey_of_another_is_not_there(inside, name):
    other = Authenticator.objects.create(
        user=TeacherFactory(), type="webauthn", data={"name": "Phone", "credential": {}}
    )
    assert inside.post(reverse(name, args=[other.pk]), {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get(pk=other.pk).data["name"] == "Phone"


def test_lost_phone_is_reset_and_every_log_in_ends(inside, enrolled, capsys):
    call_command("reset_mfa", "ms-frank")
    assert "ms-frank has no second factor now" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert lands_on(inside).startswith(reverse("account_login"))


def test_reset_of_nobody_says_so():
    with pytest.raises(CommandError, match="no user called 'nobody'"):
        call_command("reset_mfa", "nobody")


def test_secrets_are_no_page_of_the_admin(client, settings):
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(User.objects.create_superuser("head"))
    assert client.get("/admin/mfa/authenticator/").status_code == 404


# passkeys


BYTES = dict.fromkeys(("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"), "AAAA")
FORGED = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": BYTES}
HALF = {**FORGED, "response": []}
NO_PASSKEYS = [{}, [], None, "x", 7, {"id": 1, "response": {}}, HALF, {**FORGED, "rawId": 1}, FORGED]


@pytest.mark.parametrize("sent", ["", "nonsense", *map(json.dumps, NO_PASSKEYS)])
@pytest.mark.parametrize("name", ["mfa_login_webauthn", "mfa_add_webauthn", "mfa_authenticate"])
def test_passkey_that_is_none_is_refused_in_words(client, teacher, name, sent):
    if name == "mfa_authenticate":
        TOTP.activate(teacher, SECRET)
    if name != "mfa_login_webauthn":
        log_in(client)
    client.get(reverse(name), headers={"Accept": "application/json"})
    assert client.post(reverse(name), {"credential": sent}).status_code in (200, 302)
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_own_passkey_that_is_none_is_refused_in_words(client, teacher):
    forged = {**FORGED, "response": {**BYTES, "userHandle": user_handle(teacher)}}
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    response = client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(forged)})
    assert (response.status_code, "_auth_user_id" in client.session) == (302, False)


def user_handle(user):
    return urlsafe_b64encode(user_pk_to_url_str(user).encode()).decode().rstrip("=")


# what the audit log tells


def kinds_of(user):
    events = AuditEvent.objects.filter(kind__startswith="factor", of_number=user.pk)
    return list(events.order_by("pk").values_list("kind", "by"))


@pytest.mark.django_db(transaction=True)
def test_setting_up_is_recorded_and_its_key_is_not(client, teacher):
    log_in(client)
    set_up(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    assert kinds_of(teacher) == [("factor_set_up", teacher.pk), ("factor_codes", teacher.pk)]
    assert AuditEvent.objects.exclude(detail="").count() == 0


def test_reset_by_the_command_is_recorded_as_nobodys(enrolled):
    call_command("reset_mfa", "ms-frank", stdout=StringIO())
    assert kinds_of(enrolled) == [("factor_removed", None)]


def test_removing_is_recorded(inside, enrolled, settings):
    settings.REQUIRE_STAFF_MFA = False
    inside.post(reverse("mfa_deactivate_totp"))
    assert kinds_of(enrolled) == [("factor_removed", enrolled.pk)]

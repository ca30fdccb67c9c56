"""Requests that no browser sends: broken bodies, headers and cookies, and ways out of the site."""

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from tests.access_forms import CHOICES, LOOKS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\nOdd.'
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\na,b'


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"<a/>", "text/xml", 415),
        (b"a=b", "text/plain", 415),
        (b"a=b", "nonsense", 415),
        (b"a=b", FORM + "; charset=utf-16", 400),
        (b"a=b", FORM + "; charset=no-such", 400),
        (b"a=%ff%fe", FORM, 400),
        (b"reason=%ed%a0%80", FORM, 302),  # half a letter: read as the sign for what can’t be read
        (b"reason=%00", FORM, 400),
        (b"&".join(b"a=b" for _ in range(1001)), FORM, 400),
        (b"a=" + b"b" * 1_100_001, FORM, 413),
        (PART, "multipart/form-data", 400),
        (PART, "multipart/form-data; boundary=" + "x" * 300, 400),
        (PART, "multipart/form-data; boundary=x", 302),  # whole but for the line that ends it
        (FILE, "multipart/form-data; boundary=x", 400),
        (FILE[:50], "multipart/form-data; boundary=x", 400),
        (b"\r\n".join([FILE] * 6) + b"\r\n--x--", "multipart/form-data; boundary=x", 400),
        (b"", FORM, 400),
    ],
)
def test_body_that_is_no_form_is_refused(student_client, deck, body, content_type, status):
    address = reverse("card_flag", args=[deck.cards.first().pk])
    assert student_client.generic("POST", address, body, content_type).status_code == status


@pytest.mark.parametrize(
    ("length", "status"),
    [
        *(("-1", 400), ("x", 400), ("1e9", 400), ("\u0663", 400)),
        *(("11000001", 413), ("0" * 20 + "11000001", 413), ("9" * 5000, 413)),
    ],
)
def test_length_is_looked_at_before_the_body(student_client, length, status):
    response = student_client.post(
        "/join/", "a=b", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=length
    )
    assert response.status_code == status


def test_body_without_a_length_is_no_form(student_client):
    response = student_client.post(
        "/join/", "code=x", content_type=FORM, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert response.status_code == 422  # nothing was read: the code is missing


def test_what_is_posted_without_the_last_slash_is_not_sent_on_empty(client):
    answers = (client.get("/accounts/login"), client.post("/accounts/login", {"login": "x"}))
    assert [answer.status_code for answer in answers] == [301, 404]


@pytest.mark.parametrize(
    "host", ["evil.example", "a.com:80:80", "192.0.2.1", "testserver@evil.example", "", "\u0430.com"]
)
def test_host_that_is_not_ours_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_forwarded_host_and_method_are_not_believed(student_client):
    headers = {"X-Forwarded-Host": "evil.example", "X-HTTP-Method-Override": "DELETE", "X-Method-Override": "PUT"}
    response = student_client.get("/review/", headers=headers)
    assert (response.status_code, "evil.example" in response.text) == (200, False)


COOKIES = ["", "x", "x" * 4000, "\x00", "%00", "../../etc/passwd", '"', "a=b; c", "' OR 1=1--"]
COOKIE_NAMES = ["sessionid", "csrftoken", "messages", "django_language", "pactcards-whose"]


@pytest.mark.parametrize("name", COOKIE_NAMES)
def test_odd_cookie_is_no_log_in_and_no_fault(client, name):
    for value in COOKIES:
        client.cookies[name] = value
        assert client.get("/").status_code == 200
        assert client.get("/review/").status_code == 302


@pytest.mark.parametrize("name", COOKIE_NAMES[1:])
def test_odd_cookie_beside_a_log_in_changes_no_page(student_client, name):
    for value in COOKIES:
        student_client.cookies[name] = value
        assert student_client.get("/").status_code == 200


AWAY = ["//evil.example", "https://evil.example", "https:evil.example", "/\\evil.example", "\\\\evil.example"]
AWAY += ["///evil.example", "http:///evil.example", " //evil.example", "\t//evil.example", "//\0", "http://[::1"]
AWAY += ["https://testserver@evil.example", "https://testserver.evil.example", "data:text/html,x"]
AWAY += ["javascript:alert(1)"]
DOORS = ["account_login", "account_signup", "account_logout", "account_reauthenticate", "admin:login", "admin:logout"]


@pytest.mark.parametrize("away", AWAY)
@pytest.mark.parametrize("door", [*DOORS, "code_login", "join", "account_change_password", "settings", "mfa_index"])
def test_no_next_leads_away(client, door, away):
    user = UserFactory(is_staff=True)
    user.set_password("pact-of-1939")
    user.save()
    if door not in ("account_login", "account_signup", "admin:login"):
        client.force_login(user)
    form = {"login": user.username, "password": "pact-of-1939", "username": "newcomer", "next": away}
    form |= {"password1": "kettles-9", "password2": "kettles-9"}
    for response in (client.get(reverse(door), {"next": away}), client.post(reverse(door), form)):
        where = response.headers.get("Location", "/")
        assert (where.startswith("/"), where.startswith(("//", "/\\"))) == (True, False)


WISHES = {"is_staff": "on", "is_superuser": "on", "is_active": "", "role": "teacher", "groups": "1", "password": "x"}
RIGHTS = ("username", "is_staff", "is_superuser", "is_active", "password", "theme")


def test_settings_take_nothing_that_is_not_in_the_form(student_client, student):
    before = User.objects.values(*RIGHTS).get(pk=student.pk)
    form = CHOICES | LOOKS | WISHES | {"username": "admin", "theme": "dark"}
    assert student_client.post(reverse("settings"), form).status_code == 302
    assert User.objects.values(*RIGHTS).get(pk=student.pk) == before | {"theme": "dark"}


def test_sign_up_makes_a_student_whatever_is_sent_along(client, settings):
    settings.SIGNUP = "open"
    form = {"username": "newcomer", "password1": "eleven blue kettles", "password2": "eleven blue kettles"}
    client.post(reverse("account_signup"), WISHES | form)
    made = User.objects.get(username="newcomer")
    assert (made.is_staff, made.is_superuser, made.groups.count(), Membership.objects.count()) == (False, False, 0, 0)

"""The headers of safety, exactly, on one page of each kind."""

import pytest
from django.db import OperationalError
from django.test import Client

from cards.views import stats
from tests.factories import DeckTeacherFactory, TeacherFactory

pytestmark = pytest.mark.django_db
CSP = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self' "
    "https://accounts.google.com https://login.microsoftonline.com; "
    "frame-ancestors 'none'; frame-src 'self'; img-src 'self'; manifest-src 'self'; object-src 'none'; "
    "script-src 'self'; style-src 'self'; worker-src 'self'"
)
UNUSED = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)
FILE = {  # on all that is ever sent
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
PAGE = FILE | {"Content-Security-Policy": CSP, "Permissions-Policy": UNUSED, "X-Frame-Options": "DENY"}
FRONT = {name: value for name, value in PAGE.items() if name != "X-Robots-Tag"}
NOT_KEPT = {"Cache-Control": "no-store"}
NEVER_KEPT = {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private"}
ASK_AGAIN = {"Cache-Control": "no-cache"}
NOT_OURS = ("Access-Control-Allow-Origin", "Server", "X-Powered-By", "Clear-Site-Data", "Retry-After", "Cache-Control")


def seen(response):
    """Status and the headers of safety, those with them that we may have forgotten."""
    found = {name: response.headers[name] for name in (*PAGE, *NOT_OURS) if name in response.headers}
    if "Content-Security-Policy" in found:
        found["Content-Security-Policy"] = "; ".join(sorted(found["Content-Security-Policy"].split("; ")))
    return response.status_code, found


@pytest.mark.parametrize(
    ("address", "status", "headers"),
    [
        ("/", 200, FRONT),
        ("/accounts/login/", 200, PAGE | NEVER_KEPT),
        ("/accounts/signup/", 200, PAGE | NEVER_KEPT),
        ("/code/", 200, PAGE | NEVER_KEPT),
        ("/review/", 302, PAGE),
        ("/admin/", 302, PAGE),
        ("/nowhere/", 404, PAGE),
        ("/?a=%00", 400, FRONT),
        ("/sw.en-gb.js", 200, PAGE | ASK_AGAIN),
        ("/offline/en-gb/", 200, PAGE | ASK_AGAIN),
        ("/manifest.webmanifest", 200, PAGE),
        ("/static/cards/style.css", 200, FILE | {"Cache-Control": "max-age=60, public"}),
    ],
)
def test_visitor(client, address, status, headers):
    response = client.get(address)
    response.close()  # a file is sent piece by piece
    assert seen(response) == (status, headers)


@pytest.mark.parametrize(
    ("address", "status", "headers"),
    [
        ("/", 200, FRONT),
        ("/review/", 200, PAGE),
        ("/teach/", 403, PAGE),
        ("/nowhere/", 404, PAGE),
        ("/stats/?range=x", 400, PAGE),
        ("/review/answer/", 405, PAGE),
    ],
)
@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_student(student_client, address, status, headers, htmx):
    assert seen(student_client.get(address, headers=htmx)) == (status, headers | NOT_KEPT)


def test_desk_and_its_files(client):
    deck = DeckTeacherFactory(deck__cards=1, user=TeacherFactory()).deck
    client.force_login(deck.teachers.get())
    assert seen(client.get("/admin/")) == (200, PAGE | NEVER_KEPT)
    assert seen(client.post(f"/admin/cards/deck/{deck.pk}/export/csv/")) == (200, PAGE | NEVER_KEPT)
    framed = PAGE | NEVER_KEPT | {"X-Frame-Options": "SAMEORIGIN"}
    framed["Content-Security-Policy"] = CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    assert seen(client.post("/admin/cards/card/preview/")) == (200, framed)


def test_form_that_is_refused(client):
    strict = Client(enforce_csrf_checks=True)
    assert seen(strict.post("/accounts/login/")) == (403, PAGE)
    assert seen(client.post("/", "{}", content_type="application/json")) == (415, FRONT)
    long = {"content_type": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "99000000"}
    assert seen(client.post("/join/", "a=b", **long)) == (413, PAGE)


def test_too_often(student_client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"join": "1/h/user"}
    answers = [student_client.post("/join/", {"code": "x"}) for _ in range(2)]
    assert seen(answers[1]) == (429, PAGE | NOT_KEPT | {"Retry-After": "3600"})


@pytest.mark.parametrize(
    ("error", "status", "more"),
    [(ValueError("ours"), 500, {}), (OperationalError("locked"), 503, {"Retry-After": "1"})],
)
def test_fault(student_client, monkeypatch, error, status, more):
    def fail(user):
        raise error

    monkeypatch.setattr(stats, "load_history", fail)
    student_client.raise_request_exception = False
    assert seen(student_client.get("/stats/")) == (status, PAGE | NOT_KEPT | more)


@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_log_out_empties_the_cache_and_keeps_what_waits_on_the_device(client, address):
    client.force_login(TeacherFactory())
    status, headers = seen(client.post(address))
    assert (status, headers["Clear-Site-Data"]) == (302, '"cache"')

"""What a person reads when something goes wrong, and where an expired session sends her."""

import re
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.urls import reverse

from cards.forms.review import AnswerForm
from pactcards.errors import RETRY_FIELDS, server_error

HTMX = {"HX-Request": "true"}


@pytest.mark.django_db
def test_unknown_page_is_404_with_a_sentence(student_client):
    response = student_client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("path", ["/review/?card=%00", "/?q=a%00b", "/?%00=1", "/%00/"])
def test_nul_is_400(student_client, path, headers):
    assert student_client.get(path, headers=headers).status_code == 400


def test_lone_surrogate_is_harmless(student_client):
    assert student_client.get("/review/?card=%ed%a0%80").status_code == 200


@pytest.mark.parametrize(("error", "status"), [(OperationalError("locked"), 503), (ValueError("ours"), 500)])
def test_answer_that_could_not_be_saved_comes_back_as_a_form(rf, error, status):
    fields = {"card": "7", "version": "2", "quality": "4", "attempt": str(uuid4()), "password": "never"}
    response = fail(rf.post(reverse("review_answer"), fields), error)
    page = response.content.decode()
    assert (response.status_code, "Not saved. Try again." in page) == (status, True)
    assert [f'name="{name}" value="{value}"' in page for name, value in fields.items()] == [True] * 4 + [False]


def test_all_that_an_answer_may_carry_comes_back(rf):
    assert set(RETRY_FIELDS) == set(AnswerForm.base_fields)
    sent = {"card": ["7"], "set": ["deck"], "of": ["pact"], "pick": ["1"], "ticks": ["0", "2"], "thought_so": ["on"]}
    page = fail(rf.post(reverse("review_answer"), sent), OperationalError("locked")).content.decode()
    returned = re.findall(r'name="(\w+)" value="(\w+)"', page.split("csrfmiddlewaretoken")[1])
    assert returned == [(name, value) for name in RETRY_FIELDS for value in sent.get(name, [])]


def test_busy_database_says_when_to_come_back(rf):
    assert fail(rf.get("/"), OperationalError("locked"))["Retry-After"] == "1"


@pytest.mark.django_db
def test_log_in_that_a_busy_database_could_not_keep_is_503(client, student, monkeypatch):
    def save(session, *, force_update, **options):
        if force_update:
            raise OperationalError("locked")

    student.set_password("pact-of-1939")
    student.save()
    monkeypatch.setattr(Session, "save", save)
    response = client.post(reverse("account_login"), {"login": student.username, "password": "pact-of-1939"})
    assert (response.status_code, response["Retry-After"]) == (503, "1")


def test_fault_by_htmx_is_the_sentence_alone(rf):
    response = fail(rf.post(reverse("review_answer"), headers=HTMX), OperationalError("locked"))
    assert (response.status_code, response.content.decode()) == (503, "Not saved. Try again.")


def fail(request, error):
    try:
        raise error
    except Exception:
        return server_error(request)


# an expired session


@pytest.mark.django_db
def test_page_sends_to_log_in_and_back(client):
    response = client.get("/review/?card=3")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/review/%3Fcard%3D3")


@pytest.mark.django_db
def test_answer_by_htmx_leaves_the_page_for_log_in_and_back_to_it(client):
    headers = {**HTMX, "HX-Current-URL": "http://testserver/decks/pact/review/"}
    response = client.post(reverse("review_answer"), headers=headers)
    assert (response.status_code, response["HX-Redirect"]) == (401, "/accounts/login/?next=/decks/pact/review/")


@pytest.mark.django_db
def test_answer_by_plain_form_goes_back_to_the_page_not_to_the_post_address(client):
    response = client.post(reverse("review_answer"), headers={"Referer": "http://testserver/review/"})
    assert response["Location"] == "/accounts/login/?next=/review/"


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["http://evil.example/review/", "javascript:alert(1)", ""])
def test_foreign_page_is_never_the_next_one(client, page):
    response = client.post(reverse("review_answer"), headers={**HTMX, "HX-Current-URL": page, "Referer": page})
    assert response["HX-Redirect"] == "/accounts/login/?next=/"


@pytest.mark.django_db
def test_every_page_but_the_open_ones_needs_a_log_in(client):
    closed = [reverse(name) for name in ("review", "review_answer", "review_undo", "review_everything")]
    closed += [reverse(name, args=["pact"]) for name in ("deck_review", "deck_pick", "deck_drop")]
    assert {client.post(path).status_code for path in closed} == {302}
    assert {client.get(reverse(name)).status_code for name in ("home", "account_login", "account_signup")} == {200}


# headers


@pytest.mark.parametrize("path", ["/", "/review/", "/no/such/page/", "/admin/login/"])
def test_pages_carry_the_safety_headers(student_client, path):
    headers = student_client.get(path).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"].startswith(("no-store", "max-age=0"))

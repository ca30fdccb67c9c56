"""The pages about privacy: for everybody to read, linked where one looks for them, and true."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models import GenericIPAddressField
from django.urls import reverse

from accounts import retention
from accounts.models import User
from cards.stats import MINIMUM_STUDENTS
from tests.factories import TeacherFactory, UserFactory

ADDRESS = "198.51.100.7"
PAGES = ["privacy", "privacy_school"]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_for_everybody(client, student, name):
    visitor = client.get(reverse(name)).status_code
    client.force_login(student)
    assert (visitor, client.get(reverse(name)).status_code, client.post(reverse(name)).status_code) == (200, 200, 405)


def test_links_lead_to_it(client, student):
    link = f'href="{reverse("privacy")}"'
    assert client.get(reverse("account_signup")).text.count(link) == 2  # below the form, and at the foot of each page
    assert client.get(reverse("account_login")).text.count(link) == 1
    client.force_login(student)
    assert client.get(reverse("settings")).text.count(link) == 2
    assert f'href="{reverse("privacy_school")}"' in client.get(reverse("privacy")).text


def test_who_is_logged_in_finds_the_button(client, student):
    button = f'action="{reverse("privacy_export")}"'
    assert button not in client.get(reverse("privacy")).text
    client.force_login(student)
    assert button in client.get(reverse("privacy")).text


@pytest.mark.parametrize("name", PAGES)
def test_page_costs_a_visitor_no_query(client, db, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse(name))


# what it says is so


def test_times_are_those_that_purge_expired_goes_by():
    times = (retention.LEAVER_AFTER, retention.INACTIVE_AFTER, retention.NOTICE, retention.AUDIT_KEPT)
    assert times == tuple(timedelta(days=days) for days in (365, 730, 30, 365))
    assert MINIMUM_STUDENTS == 5


def test_nobody_is_asked_who_or_where_she_is():
    asked = {field.name for field in User._meta.get_fields()}
    assert asked & {"birth_date", "date_of_birth", "gender", "photo", "address", "phone", "ip"} == set()


def test_no_model_has_a_field_for_an_address():
    fields = [field for model in apps.get_models(include_auto_created=True) for field in model._meta.concrete_fields]
    assert [field for field in fields if isinstance(field, GenericIPAddressField) or "ip_" in field.name] == []


def kept():
    with connection.cursor() as cursor:
        texts = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            texts.append(str(cursor.fetchall()))
    return "".join(texts)


def test_no_address_and_no_user_name_is_in_any_table_of_counts(client, db, settings, caplog):
    settings.ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "600/m/ip,10/15m/key"}
    cache.clear()
    UserFactory(username="anna")
    for password in ("wrong", "wrong again"):
        fields = {"login": "anna", "password": password}
        client.post(reverse("account_login"), fields, REMOTE_ADDR=ADDRESS, headers={"User-Agent": "Zorblax 9"})
    text = kept()
    assert [word in text + caplog.text for word in (ADDRESS, "Zorblax", "log_in_failed")] == [False, False, True]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_counts")
        keys = str(cursor.fetchall())
    assert (len(keys) > 100, ADDRESS in keys, "anna" in keys, "rl" in keys.split("'")[1][:4]) == (True, *[False] * 3)


def test_session_keeps_no_address(client, student):
    client.force_login(student)
    client.get(reverse("settings"), REMOTE_ADDR=ADDRESS)
    assert ADDRESS not in str(dict(client.session))


def test_cookies_are_the_two_that_it_names(client, student, settings):
    student.set_password("pact-of-1939")
    student.save()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": student.username, "password": "pact-of-1939"})
    client.get(reverse("settings"))
    assert set(client.cookies) <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"}


def test_teacher_reads_it_too(client, db):
    client.force_login(TeacherFactory())
    assert "Who sees it" in client.get(reverse("privacy")).text

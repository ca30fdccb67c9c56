"""Limits are counted where every process sees them."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
WRITING = {"INSERT", "UPDATE", "DELETE"}
LIMITS = {"login": "600/m/ip", "login_failed": "600/m/ip,10/15m/key"}


def log_in(client, username, password):
    return client.post(reverse("account_login"), {"login": username, "password": password})


@pytest.fixture
def limited(settings):
    settings.ACCOUNT_RATE_LIMITS = LIMITS
    cache.clear()


@pytest.fixture
def known(db):
    user = UserFactory(username="anna")
    user.set_password("pact-of-1939")
    user.save()
    return user


def test_counts_are_kept_in_the_database():
    cache.clear()  # a browser test may have left some: Django empties the tables of models alone
    cache.set("tries", 3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_counts")
        assert cursor.fetchone()[0] == 1
    assert settings.CACHES["default"]["BACKEND"] == f"{DatabaseCache.__module__}.{DatabaseCache.__name__}"


def test_eleventh_wrong_password_for_one_name_is_refused(client, limited, known):
    answers = [log_in(client, "anna", "wrong").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_right_password_is_refused_too_and_other_students_are_not(client, limited, known):
    other = UserFactory(username="beth")
    other.set_password("pact-of-1939")
    other.save()
    for _ in range(11):
        log_in(client, "anna", "wrong")
    assert log_in(client, "anna", "pact-of-1939").status_code == 429
    assert log_in(client, "beth", "pact-of-1939").status_code == 302


def test_forged_forwarding_header_changes_nothing(client, limited, known):
    for place in range(11):
        forged = {"HTTP_X_FORWARDED_FOR": f"10.0.0.{place}"}
        last = client.post(reverse("account_login"), {"login": "anna", "password": "wrong"}, **forged)
    assert last.status_code == 429


def test_forged_port_in_the_host_changes_nothing(client, limited, known):
    for place in range(11):
        forged = {"login": "anna", "password": "wrong"}
        last = client.post(reverse("account_login"), forged, HTTP_HOST=f"testserver:{8000 + place}")
    assert last.status_code == 429


@pytest.mark.django_db(transaction=True)
def test_log_in_waits_four_times_for_the_disk(client, limited, known, settings):
    """For the count, for taking it back, for who logged in, for the session."""
    settings.ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "10/15m/key"}
    with CaptureQueriesContext(connection) as asked:
        assert log_in(client, "anna", "pact-of-1939").status_code == 302
    words = [query["sql"].split()[0] for query in asked]
    alone = [word for place, word in enumerate(words) if word in WRITING and not is_within(words[:place])]
    assert (words.count("BEGIN"), alone) == (4, [])


def is_within(words):
    """Whether a transaction has begun that has not ended."""
    return words.count("BEGIN") > words.count("COMMIT")

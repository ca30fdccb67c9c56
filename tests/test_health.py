"""Whether the server lives and may be sent visitors; maintenance; figures for whoever has the token."""

import shutil
from collections import namedtuple

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from pactcards import health

pytestmark = pytest.mark.django_db
Disk = namedtuple("Disk", "total used free")


def ready(client):
    response = client.get(reverse("health_ready"))
    return response.status_code, response.content


@pytest.fixture
def in_maintenance(settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    settings.MAINTENANCE_FILE.touch()


def test_ready_in_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(2):  # whether there is a table of migrations, and what it says
        assert ready(client) == (200, b"ok")


def test_not_ready_before_the_newest_migration(client):
    MigrationRecorder.Migration.objects.filter(app="cards").delete()
    assert ready(client) == (503, b"not ready")
    assert [trouble.split()[1].split(".")[0] for trouble in health.troubles()] == ["cards"]


def test_not_ready_without_a_database(client):
    def away(*_arguments):
        raise DatabaseError

    with connection.execute_wrapper(away):
        assert ready(client) == (503, b"not ready")
        assert client.get(reverse("health_live")).content == b"ok"


def test_not_ready_with_a_full_disk(client, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(10**12, 10**12, 199_999_999))
    assert (ready(client), list(health.troubles())) == ((503, b"not ready"), ["only 199 MB are free on the disk"])


def test_load_balancer_may_ask_without_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert (ready(client)[0], client.get(reverse("review")).status_code) == (200, 301)


@pytest.mark.parametrize(("token", "said"), [("right", [b"ok", b"warning: no backup"]), ("wrong", [b"ok"])])
def test_warnings_are_for_whoever_has_the_token(client, settings, tmp_path, token, said):
    settings.METRICS_TOKEN, settings.BACKUP_DIR = "right", tmp_path
    response = client.get(reverse("health_ready"), headers={"Authorization": f"Bearer {token}"})
    lines = response.content.splitlines()
    assert (response.status_code, [line[:18] for line in lines]) == (200, said)


# maintenance


def test_visitor_is_told_to_wait(client, in_maintenance, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/")
    assert (response.status_code, response["Retry-After"]) == (503, "20")
    assert "PactCards is being updated. Try again in a minute." in response.text


def test_answer_is_kept_on_the_page_to_be_sent_again(client, in_maintenance):
    page = client.post(reverse("review_answer"), {"card": "7", "version": "2", "password": "never"})
    assert (page.status_code, 'name="card" value="7"' in page.text, "never" in page.text) == (503, True, False)


def test_balancer_sends_nobody_to_a_server_in_maintenance(client, in_maintenance):
    assert (ready(client)[0], client.get(reverse("health_live")).status_code) == (503, 200)


# figures


def test_without_a_token_there_are_no_figures(client):
    assert client.get(reverse("metrics"), headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(("token", "status"), [("Bearer right", 200), ("Bearer wrong", 404), ("", 404), ("rïght", 404)])
def test_figures_are_for_whoever_has_the_token(client, settings, token, status):
    settings.METRICS_TOKEN = "right"
    assert client.get(reverse("metrics"), headers={"Authorization": token}).status_code == status

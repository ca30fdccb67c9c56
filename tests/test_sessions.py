"""How a log-in ends: everywhere else, with another password, and by itself."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(student):
    """Another device of hers."""
    other = Client()
    other.force_login(student)
    return other


def is_logged_in(client):
    return client.get(reverse("settings")).status_code == 200


def test_log_out_everywhere_ends_the_other_devices_and_keeps_this_one(student_client, elsewhere):
    assert student_client.post(reverse("log_out_everywhere"))["Location"] == reverse("settings")
    assert (is_logged_in(student_client), is_logged_in(elsewhere)) == (True, False)


def test_log_out_everywhere_leaves_others_alone(student_client, django_user_model):
    other = Client()
    other.force_login(django_user_model.objects.create(username="beth"))
    student_client.post(reverse("log_out_everywhere"))
    assert is_logged_in(other)


def test_key_of_this_device_is_a_new_one_too(student_client):
    before = student_client.session.session_key
    student_client.post(reverse("log_out_everywhere"))
    assert student_client.session.session_key != before


def test_log_out_everywhere_is_a_post(student_client, elsewhere):
    assert student_client.get(reverse("log_out_everywhere")).status_code == 405
    assert is_logged_in(elsewhere)


def test_old_secret_key_still_knows_her_epoch(student, settings):
    [before] = [student.get_session_auth_hash()]
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 60
    assert before in student.get_session_auth_fallback_hash()
    student.session_epoch += 1
    assert before not in student.get_session_auth_fallback_hash()


def test_deactivated_student_is_out_with_the_next_request(student_client, student):
    student.is_active = False
    student.save()
    assert not is_logged_in(student_client)

"""The copy of everything about oneself: one click for her, and for a superuser when the school is asked for it."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Membership
from tests.factories import MembershipFactory, TeacherFactory, TeacherMembershipFactory, UserFactory

URL = reverse("privacy_export")


def of(user):
    return reverse("admin:accounts_user_export", args=[user.pk])


def whose(response):
    archive = ZipFile(BytesIO(b"".join(response.streaming_content)))
    return [row["username"] for row in json.loads(archive.read("everything.json"))["users"]]


def test_student_gets_her_own_with_one_click(student_client, student):
    response = student_client.post(URL)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert response["Content-Disposition"] == f'attachment; filename="pactcards-{student.username}.zip"'
    assert (whose(response), response["Cache-Control"]) == ([student.username], "no-store")


def test_button_is_on_the_settings_page(student_client):
    assert f'action="{URL}"' in student_client.get(reverse("settings")).text


def test_no_number_in_the_form_makes_it_anybody_elses(student_client, student):
    other = UserFactory()
    fields = {"user": other.pk, "pk": other.pk, "username": other.username}
    assert whose(student_client.post(f"{URL}?user={other.pk}", fields)) == [student.username]


def test_visitor_gets_nothing(client, db):
    assert (client.post(URL).status_code, client.post(URL)["Location"]) == (302, "/accounts/login/?next=/")


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_it_is_asked_for_by_post(student_client, method):
    assert getattr(student_client, method)(URL).status_code == 405


@pytest.mark.usefixtures("still")
def test_fourth_time_in_a_day_is_refused(student_client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"privacy_export": "3/d/user"}
    cache.clear()
    answers = [student_client.post(URL) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert (answers[3]["Retry-After"], "Wait 24 hours" in answers[3].text) == ("86400", True)


def test_superuser_gets_anybodys(admin_client, student):
    assert whose(admin_client.post(of(student))) == [student.username]
    assert f'action="{of(student)}"' in admin_client.get(reverse("admin:accounts_user_change", args=[student.pk])).text


def test_of_nobody_is_404(admin_client):
    assert admin_client.post(reverse("admin:accounts_user_export", args=[999_999])).status_code == 404


@pytest.mark.parametrize("who", ["own teacher", "other teacher"])
def test_teacher_gets_nobody_elses(client, student, who):
    teacher = TeacherMembershipFactory() if who == "own teacher" else TeacherFactory()
    if isinstance(teacher, Membership):
        MembershipFactory(user=student, school_class=teacher.school_class)
        teacher = teacher.user
    client.force_login(teacher)
    assert client.post(of(student)).status_code == 403


def test_classmate_gets_nobody_elses(student_client, student):
    mate = MembershipFactory(school_class=MembershipFactory(user=student).school_class).user
    assert student_client.post(of(mate)).status_code == 302

"""The head invites a teacher: an account with exactly what a teacher needs, and a card seen once."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import TEACHERS, LoginCode, User
from tests.conftest import NOON
from tests.factories import TeacherFactory, UserFactory

URL = reverse("admin:accounts_user_invite_teacher")
PASSWORD = "narew-vistula-san"
MS_DEMO = {"username": "m.demo", "first_name": "Ms", "last_name": "Demo"}


@pytest.fixture
def head_client(client, db):
    TeacherFactory()  # and with her the group
    client.force_login(UserFactory(username="head", is_staff=True, is_superuser=True))
    return client


def code_on(page):
    return re.search(r'class="code">(\w{5}-\w{5})<', page.text)[1]


def again(client, *users):
    fields = {"action": "invite_again", "_selected_action": [user.pk for user in users]}
    return client.post(reverse("admin:accounts_user_changelist"), fields, follow=True)


def test_head_invites_a_teacher(head_client):
    page = head_client.post(URL, MS_DEMO)
    teacher = User.objects.get(username="m.demo")
    assert (teacher.is_staff, teacher.is_superuser, teacher.has_usable_password()) == (True, False, False)
    assert ([group.name for group in teacher.groups.all()], teacher.display_name) == ([TEACHERS], "Ms Demo")
    fields = {"username": "m.demo", "code": code_on(page), "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post("/code/", fields)["Location"] == reverse("teach")


def test_card_is_good_for_a_week(head_client, time_machine):
    time_machine.move_to(NOON, tick=False)
    head_client.post(URL, MS_DEMO)
    assert LoginCode.objects.get().expires_at == NOON + timedelta(days=7)


def test_invitation_gives_no_more_than_was_asked(head_client):
    head_client.post(URL, MS_DEMO | {"is_superuser": "on", "user_permissions": "1", "password": PASSWORD})
    teacher = User.objects.get(username="m.demo")
    assert (teacher.is_superuser, teacher.user_permissions.count(), teacher.check_password(PASSWORD)) == (
        False,
        0,
        False,
    )


@pytest.mark.parametrize("username", ["head", "HEAD", "", "two words"])
def test_user_name_that_cannot_be_is_refused(head_client, username):
    before = User.objects.count()
    page = head_client.post(URL, MS_DEMO | {"username": username})
    assert (page.status_code, list(page.context["form"].errors), User.objects.count()) == (422, ["username"], before)


def test_form_sent_twice_invites_once(head_client):
    statuses = [head_client.post(URL, MS_DEMO).status_code for _ in range(2)]
    assert (statuses, User.objects.filter(username="m.demo").count()) == ([200, 422], 1)


def test_looking_invites_nobody(head_client):
    before = User.objects.count()
    assert (head_client.get(URL).status_code, User.objects.count()) == (200, before)
    assert f'href="{URL}"' in head_client.get(reverse("admin:accounts_user_changelist")).text


@pytest.mark.parametrize("person", [TeacherFactory, UserFactory])
def test_nobody_else_invites(client, db, person):
    client.force_login(person())
    assert client.post(URL, MS_DEMO).status_code in (302, 403)
    assert not User.objects.filter(username="m.demo").exists()


def test_lost_card_is_made_anew_and_the_old_one_is_worthless(head_client):
    old = code_on(head_client.post(URL, MS_DEMO))
    new = code_on(again(head_client, User.objects.get(username="m.demo")))
    fields = {"username": "m.demo", "password1": PASSWORD, "password2": PASSWORD}
    statuses = [Client().post("/code/", fields | {"code": code}).status_code for code in (old, new)]
    assert statuses == [422, 302]


def test_whoever_has_a_password_or_is_a_student_gets_no_card(head_client):
    teacher, student = TeacherFactory(), UserFactory()
    teacher.set_password(PASSWORD)
    teacher.save()
    again(head_client, teacher, student)
    teacher.refresh_from_db()
    assert (LoginCode.objects.count(), teacher.check_password(PASSWORD)) == (0, True)

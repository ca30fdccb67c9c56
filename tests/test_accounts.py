"""Sign up, log in and log out by user name and password."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.factories import UserFactory

PASSWORD = "narew-vistula-san"


@pytest.fixture
def sam(db):
    user = UserFactory(username="sam")
    user.set_password(PASSWORD)
    user.save()
    return user


def test_sign_up_needs_no_email_and_logs_in(client, db):
    fields = {"username": "alex", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post(reverse("account_signup"), fields)
    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    assert client.session["_auth_user_id"] == str(User.objects.get(username="alex").pk)


def test_sign_up_never_makes_staff(client, db):
    fields = {"username": "alex", "password1": PASSWORD, "password2": PASSWORD, "is_staff": "1", "is_superuser": "1"}
    client.post(reverse("account_signup"), fields)
    assert User.objects.values_list("is_staff", "is_superuser").get() == (False, False)


@pytest.mark.parametrize("password", ["password", "12345678", "short", "alexander"])
def test_weak_password_is_refused_with_a_sentence(client, db, password):
    fields = {"username": "alexander", "password1": password, "password2": password}
    response = client.post(reverse("account_signup"), fields)
    assert (response.status_code, User.objects.count()) == (200, 0)
    assert response.context["form"].errors["password1"]


def test_log_in_goes_to_the_page_asked_for(client, sam):
    response = client.post(f"{reverse('account_login')}?next=/review/", {"login": "sam", "password": PASSWORD})
    assert response["Location"] == "/review/"


@pytest.mark.parametrize("page", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_log_in_never_leads_elsewhere(client, sam, page):
    response = client.post(reverse("account_login"), {"login": "sam", "password": PASSWORD, "next": page})
    assert response["Location"] == reverse("home")


def test_wrong_password_says_so_and_keeps_the_name(client, sam):
    response = client.post(reverse("account_login"), {"login": "sam", "password": "wrong"})
    page = response.content.decode()
    assert (response.status_code, 'value="sam"' in page) == (200, True)
    assert "not correct" in page


def test_log_out_is_a_post(client, sam):
    client.force_login(sam)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.post(reverse("account_logout"))["Location"] == reverse("home")
    assert "_auth_user_id" not in client.session


def test_other_account_pages_wear_our_look(client, sam):
    client.force_login(sam)
    assert 'class="brand"' in client.get(reverse("account_change_password")).content.decode()


# changing a password


def test_changed_password_is_said_on_the_settings_page(student_client, student):
    student.set_password("vistula-of-1938")
    student.save()
    student_client.force_login(student)
    fields = {"oldpassword": "vistula-of-1938", "password1": "vistula-of-1939", "password2": "vistula-of-1939"}
    response = student_client.post(reverse("account_change_password"), fields, follow=True)
    student.refresh_from_db()
    assert (response.request["PATH_INFO"], student.check_password("vistula-of-1939")) == (reverse("settings"), True)
    assert [str(message) for message in response.context["messages"]] == ["Password successfully changed."]


def test_refused_password_is_explained_in_our_own_words(student_client):
    response = student_client.post(reverse("account_change_password"), {"oldpassword": "wrong"})
    assert list(response.context["form"].errors) == ["oldpassword", "password1", "password2"]
    assert "Forgot it? Ask your teacher." in response.content.decode()

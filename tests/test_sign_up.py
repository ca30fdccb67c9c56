"""Who may sign up: anybody, whoever has the code of a class, or nobody."""

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from tests.factories import SchoolClassFactory

pytestmark = pytest.mark.django_db
PASSWORD = "narew-vistula-san"
SIGN_UP_LINK = 'href="/accounts/signup/"'


def sign_up(client, **more):
    fields = {"username": "alex", "password1": PASSWORD, "password2": PASSWORD, **more}
    return client.post(reverse("account_signup"), fields)


def test_with_codes_alone_nobody_gets_in_without_one(client, settings):
    settings.SIGNUP = "code"
    response = sign_up(client)
    assert response.context["form"].errors == {
        "class_code": ["To sign up here you need the code of your class. Ask your teacher for it."]
    }
    assert User.objects.count() == 0


def test_with_codes_alone_a_wrong_one_makes_no_account(client, settings):
    settings.SIGNUP = "code"
    assert list(sign_up(client, class_code="WRONG-CODE").context["form"].errors) == ["class_code"]
    assert User.objects.count() == 0


def test_code_of_a_class_opens_the_door_and_leads_into_it(client, settings):
    settings.SIGNUP = "code"
    school_class = SchoolClassFactory()
    assert sign_up(client, class_code=school_class.printed_code)["Location"] == reverse("home")
    assert Membership.objects.values_list("school_class", "role").get() == (school_class.pk, "student")


def test_closed_page_says_whom_to_ask(client, settings):
    settings.SIGNUP = "closed"
    response = client.get(reverse("account_signup"))
    page = response.content.decode()
    assert (response.status_code, "Ask your teacher for a card" in page, "password1" in page) == (200, True, False)


def test_closed_sign_up_refuses_what_is_posted_even_with_a_code(client, settings):
    settings.SIGNUP = "closed"
    response = sign_up(client, class_code=SchoolClassFactory().printed_code)
    assert (response.status_code, User.objects.count()) == (403, 0)


@pytest.mark.parametrize("page", ["home", "account_login", "code_login", "account_signup"])
@pytest.mark.parametrize(("mode", "linked"), [("open", True), ("code", True), ("closed", False)])
def test_links_to_it_are_there_only_when_it_is_open(client, settings, page, mode, linked):
    settings.SIGNUP = mode
    assert (SIGN_UP_LINK in client.get(reverse(page)).content.decode()) is linked

"""Sign-in with Google and Microsoft. What they answer is given at the network’s border; all else is the app itself."""

import json
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.audit import AuditEvent
from accounts.models import Membership, User
from tests.factories import SchoolClassFactory, TeacherFactory, UserFactory, with_address
from tests.test_email import logged_in
from tests.test_settings import KEY, run

pytestmark = pytest.mark.django_db
GOOGLE, MICROSOFT = "/accounts/google/login/", "/accounts/microsoft/login/"
SIGN_UP = "/accounts/3rdparty/signup/"
LINKED = "/accounts/3rdparty/"
SAM = "sam@school.example"


class Providers:
    """Both of them: who is logged in there, and what they were asked."""

    def __init__(self):
        self.asked, self.number, self.email = [], "g-1", SAM

    def send(self, request):
        self.asked.append(request)
        response = requests.Response()
        response.status_code, response.headers["content-type"] = 200, "application/json"
        response._content = json.dumps(self.answer(request)).encode()
        return response

    def answer(self, request):
        if "graph" in request.url:
            return {"id": self.number, "givenName": "Sam", "surname": "Lee", "mail": self.email}
        return {"access_token": "secret", "id_token": self.id_token()}

    def id_token(self):
        who = {
            "sub": self.number,
            "email": self.email,
            "email_verified": True,
            "given_name": "Sam",
            "picture": "https://x/",
        }
        about = {"iss": "https://accounts.google.com", "aud": "of-google", "exp": time.time() + 60, "iat": time.time()}
        return jwt.encode(who | about, "k" * 32)


@pytest.fixture(autouse=True)
def providers(monkeypatch):
    found = Providers()
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda adapter, request, **kwargs: found.send(request))
    return found


def sent_to(response):
    parts = urlsplit(response["Location"])
    return f"{parts.scheme}://{parts.netloc}", {key: value[0] for key, value in parse_qs(parts.query).items()}


def come_back(client, start=GOOGLE, *, state=None, **fields):
    """Through the provider’s page, and home with what it says."""
    _host, query = sent_to(client.post(start, fields))
    return client.get(f"{start}callback/", {"state": state or query["state"], "code": "c"})


def sign_up(client, **fields):
    come_back(client)
    return client.post(SIGN_UP, {"username": "sam"} | fields)


def link(user, number="g-1", provider="google"):
    SocialAccount.objects.create(user=user, provider=provider, uid=number)
    return user


def user_of(client):
    return client.session.get("_auth_user_id")


# there and back


@pytest.mark.parametrize(
    ("start", "host"), [(GOOGLE, "https://accounts.google.com"), (MICROSOFT, "https://login.microsoftonline.com")]
)
def test_button_leads_there_with_pkce_and_without_asking_for_an_address(client, start, host):
    response = client.post(start)
    found, query = sent_to(response)
    assert (found, query["code_challenge_method"], bool(query["state"])) == (host, "S256", True)
    assert (len(query["code_challenge"]), "email" in query["scope"].split()) == (43, False)
    assert host in response["Content-Security-Policy"].split("form-action")[1].split(";")[0]


def test_looking_leads_nowhere(client, providers):
    assert (client.get(GOOGLE).status_code, providers.asked) == (200, [])


@pytest.mark.parametrize(("start", "provider"), [(GOOGLE, "google"), (MICROSOFT, "microsoft")])
def test_linked_account_logs_in(client, start, provider, providers):
    user = link(UserFactory(), provider=provider)
    assert come_back(client, start)["Location"] == reverse("home")
    assert user_of(client) == str(user.pk)
    assert "code_verifier=" in providers.asked[0].body


def test_nothing_of_it_is_kept_but_the_number(client):
    sign_up(client)
    account = SocialAccount.objects.get()
    assert (account.uid, account.extra_data, SocialToken.objects.count()) == ("g-1", {}, 0)
    user = account.user
    assert (user.email, EmailAddress.objects.count(), user.first_name) == ("", 0, "Sam")
    come_back(Client())
    assert SocialAccount.objects.get().extra_data == {}


@pytest.mark.parametrize(("start", "provider"), [(GOOGLE, "google"), (MICROSOFT, "microsoft")])
@pytest.mark.parametrize("state", ["forged", "x" * 5000])
def test_forged_state_is_refused_and_nobody_is_asked(client, providers, start, provider, state):
    link(UserFactory(), provider=provider)
    response = come_back(client, start, state=state)
    assert (response.status_code, user_of(client), providers.asked) == (401, None, [])
    assert "That did not work" in response.text


def test_state_of_another_browser_is_refused(client, providers):
    link(UserFactory())
    _host, query = sent_to(Client().post(GOOGLE))
    response = client.get(f"{GOOGLE}callback/", {"state": query["state"], "code": "c"})
    assert (response.status_code, user_of(client), providers.asked) == (401, None, [])


def test_state_of_one_provider_is_refused_at_the_other(client, providers):
    link(UserFactory(), provider="microsoft")
    _host, query = sent_to(client.post(GOOGLE))
    response = client.get(f"{MICROSOFT}callback/", {"state": query["state"], "code": "c"})
    assert (response.status_code, user_of(client), providers.asked) == (401, None, [])


def test_state_works_once(client):
    link(UserFactory())
    _host, query = sent_to(client.post(GOOGLE))
    back = [client.get(f"{GOOGLE}callback/", {"state": query["state"], "code": "c"}) for _ in range(2)]
    assert [response.status_code for response in back] == [302, 401]


def test_whoever_goes_back_is_told_so(client):
    _host, query = sent_to(client.post(GOOGLE))
    response = client.get(f"{GOOGLE}callback/", {"state": query["state"], "error": "access_denied"}, follow=True)
    assert "Nothing has changed" in response.text


def test_provider_that_does_not_answer_is_no_500(client, monkeypatch):
    def dead(*args, **kwargs):
        raise requests.ConnectionError

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", dead)
    assert come_back(client).status_code == 401


def test_way_in_by_a_script_of_google_is_closed(client):
    assert [getattr(client, method)("/accounts/google/login/token/").status_code for method in ("get", "post")] == [
        404
    ] * 2


# an address proves nothing


def test_address_of_a_local_account_does_not_open_it(client):
    known = with_address(UserFactory(password="as it is"), SAM)
    assert come_back(client)["Location"] == SIGN_UP
    assert (user_of(client), SocialAccount.objects.count()) == (None, 0)
    assert client.post(SIGN_UP, {"username": "sam"}).status_code == 302
    assert user_of(client) != str(known.pk)
    known.refresh_from_db()
    assert (known.email, known.password) == (SAM, "as it is")


def test_password_reset_knows_no_address_of_the_provider(client):
    sign_up(client)
    Client().post(reverse("account_reset_password"), {"email": SAM})
    assert [sent for sent in mail.outbox if "/password/reset/key/" in sent.body] == []


def test_she_may_choose_a_password_later(client):
    sign_up(client)
    page = client.get(reverse("account_change_password"), follow=True)
    assert ("Choose a password" in page.text, page.request["PATH_INFO"]) == (True, reverse("account_set_password"))
    weak, good = (
        client.post(reverse("account_set_password"), {"password1": password, "password2": password})
        for password in ("sunshine1", "narew-vistula-san")
    )
    assert (weak.status_code, good["Location"]) == (200, reverse("settings"))
    assert User.objects.get().check_password("narew-vistula-san")


def test_without_a_password_an_address_can_be_given_all_the_same(client, time_machine):
    sign_up(client)
    response = client.post(reverse("account_email"), {"email": SAM, "action_add": ""})
    assert (response["Location"], len(mail.outbox)) == (reverse("account_email"), 1)


# who may sign up


def test_open_sign_up_takes_a_user_name_alone(client):
    assert sign_up(client)["Location"] == reverse("home")
    user = User.objects.get()
    assert (user.username, user.is_staff, user.has_usable_password()) == ("sam", False, False)


def test_sign_up_never_makes_staff(client):
    sign_up(client, is_staff="1", is_superuser="1", password1="narew-vistula-san")
    assert User.objects.values_list("is_staff", "is_superuser").get() == (False, False)


def test_with_codes_alone_nobody_gets_in_without_one(client, settings):
    settings.SIGNUP = "code"
    assert list(sign_up(client).context["form"].errors) == ["class_code"]
    assert list(sign_up(client, class_code="WRONG").context["form"].errors) == ["class_code"]
    assert User.objects.count() == 0


def test_code_leads_into_the_class(client, settings):
    settings.SIGNUP = "code"
    school_class = SchoolClassFactory()
    sign_up(client, class_code=school_class.join_code)
    assert Membership.objects.values_list("school_class", "role").get() == (school_class.pk, "student")
    assert list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True)) == [
        "sign_up",
        "log_in",
        "student_joined",
    ]


def test_closed_sign_up_makes_no_account(client, settings):
    settings.SIGNUP = "closed"
    response = come_back(client)
    assert ("Your school makes the accounts" in response.text, User.objects.count()) == (True, 0)
    assert (client.post(SIGN_UP, {"username": "sam"})["Location"], User.objects.count()) == (
        reverse("account_login"),
        0,
    )


def test_sign_up_that_is_closed_meanwhile_makes_no_account(client, settings):
    come_back(client)
    settings.SIGNUP = "closed"
    client.post(SIGN_UP, {"username": "sam"})
    assert User.objects.count() == 0


def test_closed_sign_up_lets_in_who_is_linked(client, settings):
    settings.SIGNUP = "closed"
    user = link(UserFactory())
    come_back(client)
    assert user_of(client) == str(user.pk)


# linking and unlinking


def test_student_links_her_account_and_logs_in_with_it(student):
    client = logged_in(student)
    response = come_back(client, process="connect")
    assert (response["Location"], SocialAccount.objects.get().user) == (LINKED, student)
    other = Client()
    come_back(other)
    assert user_of(other) == str(student.pk)


def test_account_that_somebody_else_has_linked_is_not_taken(student):
    other = link(UserFactory())
    response = logged_in(student)
    page = come_back(response, process="connect")
    assert (page["Location"], SocialAccount.objects.get().user) == (LINKED, other)
    assert "linked with another account here" in response.get(LINKED).text


def test_whoever_logged_in_long_ago_says_first_who_she_is(student_client, student):
    student.set_password("narew-vistula-san")
    student.save()
    student_client.force_login(student)
    response = come_back(student_client, process="connect")
    assert (response["Location"].startswith("/accounts/reauthenticate/"), SocialAccount.objects.count()) == (True, 0)


def unlink(user):
    account = link(user).socialaccount_set.get()
    return logged_in(user).post(LINKED, {"account": account.pk})


def test_student_unlinks_it_and_both_stand_in_the_audit_log(student):
    student.set_password("narew-vistula-san")
    student.save()
    come_back(logged_in(student), process="connect")
    account = SocialAccount.objects.get()
    logged_in(student).post(LINKED, {"account": account.pk})
    assert SocialAccount.objects.count() == 0
    rows = AuditEvent.objects.order_by("pk").values_list("kind", "by", "of_number", "detail")
    assert list(rows) == [(kind, student.pk, student.pk, "") for kind in ("sign_in_linked", "sign_in_unlinked")]


def test_only_way_in_cannot_be_unlinked(student):
    student.set_unusable_password()
    student.save()
    response = unlink(student)
    assert ("no password" in response.text, SocialAccount.objects.count()) == (True, 1)


def test_nobody_unlinks_what_is_not_hers(student):
    theirs = link(UserFactory()).socialaccount_set.get()
    logged_in(student).post(LINKED, {"account": theirs.pk})
    assert SocialAccount.objects.count() == 1


# staff


def test_teacher_is_asked_for_her_second_factor(client):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    teacher = link(TeacherFactory())
    TOTP.activate(teacher, generate_totp_secret())
    assert (come_back(client)["Location"], user_of(client)) == (reverse("mfa_authenticate"), None)


def test_teacher_without_a_second_factor_reaches_its_page_alone(client, settings):
    settings.REQUIRE_STAFF_MFA = True
    link(TeacherFactory())
    come_back(client)
    assert client.get(reverse("teach"))["Location"] == reverse("mfa_index")


# switched on by the environment


CODE = (
    "from django.conf import settings as s; from django.urls import reverse, NoReverseMatch\n"
    "def there(name):\n"
    "    try: return bool(reverse(name))\n"
    "    except NoReverseMatch: return False\n"
    "print(list(s.SIGN_IN_WITH), there('google_login'), there('microsoft_login'),"
    " s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'][1:])"
)
ON = {"GOOGLE_CLIENT_ID": "x", "GOOGLE_CLIENT_SECRET": "y"}


@pytest.mark.parametrize(
    ("more", "said"),
    [({}, "[] False False []\n"), (ON, "['google'] True False ['https://accounts.google.com']\n")],
)
def test_provider_is_there_with_its_variables_alone(more, said):
    assert run("shell", "--no-imports", "-c", CODE, SECRET_KEY=KEY, **more).stdout == said


def test_half_a_registration_stops_the_start():
    assert (
        "GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET must be set together"
        in run("check", SECRET_KEY=KEY, GOOGLE_CLIENT_ID="x").stderr
    )


@pytest.mark.parametrize("page", ["account_login", "account_signup"])
def test_pages_have_a_button_for_each_that_is_on(client, page, settings):
    both = client.get(reverse(page)).text
    settings.SIGN_IN_WITH = {}
    none = client.get(reverse(page)).text
    assert [both.count("Go on with"), none.count("Go on with")] == [2, 0]

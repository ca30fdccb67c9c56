"""What a password must be like, at every place where one is chosen."""

from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts import hashers
from accounts.login_codes import TEACHER_GOOD_FOR, make_cards
from accounts.models import User
from tests.factories import MembershipFactory, SchoolClassFactory, TeacherFactory, UserFactory

pytestmark = pytest.mark.django_db
OLD = "narew-vistula-san"
TEN = "curzonline"  # long enough for a student, and not for those who work here
SHORT = "Choose a password of at least 8 characters."
SHORT_FOR_STAFF = "Choose a password of at least 12 characters: yours opens the work of others."
LONG = "Choose a password of at most 256 characters."
COMMON = "This password is too common."
SIMILAR = "The password is too similar to the user name."


def guessed(word):
    return f"Choose a password that is made of more than words one thinks of first here, such as “{word}”."


def said_of(password, user=None):
    try:
        validate_password(password, user or User(username="kestrel-41"))
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize(
    ("password", "sentences"),
    [
        ("narew-7", [SHORT]),
        ("narew-77", []),
        ("x" * 256, []),
        ("x" * 257, [LONG]),
        ("1000000 " * 125_000, [LONG]),
        ("sunshine1", [COMMON]),
        ("kestrel-42", [SIMILAR, guessed("kestrel")]),
        ("stalin1939", [guessed("stalin")]),
        ("Stalin+Hitler!", [guessed("hitler")]),
        ("PACTCARDS-2026", [guessed("pactcards")]),
        ("pact-of-1939", [guessed("pact")]),
        ("stalin-at-the-kitchen-table", []),
        ("12070344", []),
        ("zwölf blaue Kühe", []),
    ],
)
def test_what_is_said_of_a_password(password, sentences):
    assert said_of(password) == sentences


def test_name_of_her_class_is_no_password():
    student = MembershipFactory(school_class__name="9b Weather").user
    assert [said_of("weather-2026", student), said_of("weather-2026")] == [[guessed("weather")], []]


@pytest.mark.parametrize("rights", [{"is_staff": True}, {"is_superuser": True}])
def test_who_works_here_needs_a_longer_one(rights):
    assert [said_of(TEN, User(**rights)), said_of("curzonline-1", User(**rights))] == [[SHORT_FOR_STAFF], []]


# where one is chosen


def sign_up(client, password):
    fields = {"username": "alex", "password1": password, "password2": password}
    return client.post(reverse("account_signup"), fields)


def change(client, password, user=None):
    user = user or UserFactory()
    user.set_password(OLD)
    user.save()
    client.force_login(user)
    fields = {"oldpassword": OLD, "password1": password, "password2": password}
    return client.post(reverse("account_change_password"), fields)


def use_card(client, password, user=None):
    user = user or UserFactory()
    [card] = make_cards([user], now=timezone.now(), good_for=TEACHER_GOOD_FOR)
    fields = {"username": user.username, "code": card.code, "password1": password, "password2": password}
    return client.post(reverse("code_login"), fields)


@pytest.mark.parametrize("choose", [sign_up, change, use_card])
@pytest.mark.parametrize(
    ("password", "sentence"),
    [("narew-7", SHORT), ("x" * 257, LONG), ("sunshine1", COMMON), ("hitler-1939", guessed("hitler"))],
)
def test_each_page_says_it_in_a_sentence(client, choose, password, sentence):
    assert choose(client, password).context["form"].errors["password1"] == [sentence]


@pytest.mark.parametrize("choose", [change, use_card])
def test_teacher_chooses_a_longer_one(client, choose):
    response = choose(client, TEN, TeacherFactory())
    assert response.context["form"].errors["password1"] == [SHORT_FOR_STAFF]


def test_sign_up_refuses_the_name_of_the_class_she_joins(client):
    code = SchoolClassFactory(name="9b Weather").join_code
    fields = {"username": "alex", "password1": "weather-2026", "password2": "weather-2026", "class_code": code}
    response = client.post(reverse("account_signup"), fields)
    assert response.context["form"].errors["password1"] == [guessed("weather")]


def make_superuser(monkeypatch, password):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
    call_command("createsuperuser", "--noinput", "--username", "head", stdout=StringIO())


def test_superuser_made_by_a_script_needs_a_long_one(monkeypatch):
    with pytest.raises(CommandError, match="at least 12 characters"):
        make_superuser(monkeypatch, TEN)
    make_superuser(monkeypatch, OLD)
    assert User.objects.values_list("username", "is_superuser").get() == ("head", True)


def test_superuser_made_by_hand_needs_a_long_one(monkeypatch):
    typed = iter([TEN, TEN, OLD, OLD])
    monkeypatch.setattr("getpass.getpass", lambda prompt=None: next(typed))
    monkeypatch.setattr("builtins.input", lambda prompt="": "n")
    out = StringIO()
    terminal = type("Terminal", (), {"isatty": lambda self: True})()
    call_command("createsuperuser", "--username", "head", stdout=out, stderr=out, stdin=terminal)
    assert (SHORT_FOR_STAFF in out.getvalue(), User.objects.get().check_password(OLD)) == (True, True)


# an endless one costs nothing


@pytest.fixture
def hashed(monkeypatch, settings):
    """How many passwords were hashed."""
    settings.PASSWORD_HASHERS = ["accounts.hashers.SchoolArgon2PasswordHasher"]
    tried = []
    monkeypatch.setattr(hashers.SchoolArgon2PasswordHasher, "verify", lambda *args: tried.append(args))
    monkeypatch.setattr(hashers.SchoolArgon2PasswordHasher, "encode", lambda *args: tried.append(args) or "argon2$x")
    return tried


@pytest.mark.parametrize(("letters", "status"), [(257, 200), (900_000, 200), (1_100_001, 413)])
@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_endless_password_is_refused_before_it_is_hashed(client, hashed, name, letters, status):
    User.objects.create(username="anna", password="argon2$x")
    response = client.post(reverse("account_login"), {"login": name, "password": "x" * letters})
    assert (response.status_code, hashed) == (status, [])


def test_endless_password_is_told_why(client):
    response = client.post(reverse("account_login"), {"login": "anna", "password": "x" * 257})
    assert response.context["form"].errors == {"password": [LONG]}


# one word for it


@pytest.mark.parametrize("page", ["account_login", "account_signup", "code_login"])
def test_pages_say_user_name(client, page):
    text = client.get(reverse(page)).text
    assert ("User name" in text, "Username" in text) == (True, False)

"""User names: no two that are the same in other capitals or look alike; whoever has an older one keeps it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse

from accounts import roster
from accounts.audit import AuditEvent, Kind
from accounts.models import User
from accounts.user_names import NAME_TAKEN, NameTakenError, new_user_name
from tests.conftest import NOON
from tests.factories import SchoolClassFactory, UserFactory, teachers_group
from tests.test_class_race import at_once

PASSWORD = "narew-vistula-san"
TWICE = {"password1": PASSWORD, "password2": PASSWORD}
SIGN_UP = "/accounts/signup/"
ADD = "/admin/accounts/user/add/"


@pytest.fixture
def head_client(client, db):
    client.force_login(UserFactory(username="head", is_staff=True, is_superuser=True))
    return client


def sign_up(client, name):
    return client.post(SIGN_UP, {"username": name, **TWICE})


def change(client, user, **fields):
    """The whole form of the admin, with something else in it."""
    url = reverse("admin:accounts_user_change", args=[user.pk])
    form = client.get(url).context["adminform"].form
    asked = {name: form[name].value() for name in form.fields if not isinstance(form[name].value(), bool)}
    texts = {name: value for name, value in asked.items() if value not in (None, [])} | {"is_active": "on"}
    days = {"last_login_0": "", "last_login_1": "", "date_joined_0": "2026-11-01", "date_joined_1": "08:00:00"}
    return client.post(url, texts | days | fields)


def errors_of(response):
    return response.context["adminform"].form.errors


# which names there are


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Anna", "anna"), ("MÜLLER", "müller"), ("ſtudent", "student"), ("Ａlex", "alex"), (" m.demo-2_b ", "m.demo-2_b")],
)
def test_name_is_kept_folded(typed, kept):
    assert new_user_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["аdmin", "сосо", "..", "-", "@", "a@b", "two words", "adm\u0131n", "", "١٢", "a" * 151]
)
def test_name_that_could_be_taken_for_another_is_refused(typed):
    with pytest.raises(ValidationError, match="A user name has Latin letters"):
        new_user_name(typed)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["MÜLLER", "Mu\u0308ller", "müller"])
def test_same_name_in_other_capitals_is_taken(client, typed):
    UserFactory(username="müller")
    assert sign_up(client, typed).context["form"].errors == {"username": [NAME_TAKEN]}


@pytest.mark.django_db
def test_odd_name_is_refused_at_sign_up(client):
    assert list(sign_up(client, "аdmin").context["form"].errors) == ["username"]
    assert User.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kept", ["a@b", "аня", "müller"])
@pytest.mark.parametrize("as_typed", [str.lower, str.upper])
def test_name_from_before_still_logs_in(client, kept, as_typed):
    user = UserFactory(username=kept)
    user.set_password(PASSWORD)
    user.save()
    answer = client.post("/accounts/login/", {"login": as_typed(kept), "password": PASSWORD})
    assert (answer.status_code, client.session["_auth_user_id"]) == (302, str(user.pk))


# two at once


@pytest.mark.django_db
def test_database_refuses_the_same_name_in_other_capitals():
    UserFactory(username="anna")
    with pytest.raises(IntegrityError):
        UserFactory(username="ANNA")


def test_eight_who_sign_up_at_once_make_one_account(transactional_db):
    names = ["anna", "Anna", "ANNA", "aNNa"] * 2
    assert at_once([(None, SIGN_UP, {"username": name, **TWICE}) for name in names]) == [200] * 7 + [302]
    assert list(User.objects.values_list("username", flat=True)) == ["anna"]


def test_head_who_invites_one_teacher_eight_times_makes_one_account(transactional_db):
    teachers_group()
    head = UserFactory(is_staff=True, is_superuser=True)
    post = (head, reverse("admin:accounts_user_invite_teacher"), {"username": "m.demo", "last_name": "Demo"})
    assert at_once([post] * 8) == [200] + [422] * 7
    assert User.objects.filter(username="m.demo").count() == 1


@pytest.mark.django_db
def test_list_gets_other_names_if_one_is_taken_in_this_very_moment(monkeypatch):
    UserFactory(username="kestrel-1")
    offered = iter([["kestrel-1"], ["kestrel-2"]])
    monkeypatch.setattr(roster, "_free_usernames", lambda count: next(offered))
    [card] = roster.add_students(SchoolClassFactory(), ["Amina"], now=NOON)
    assert card.user.username == "kestrel-2"


@pytest.mark.django_db
def test_list_for_which_there_is_no_name_makes_nobody(monkeypatch):
    UserFactory(username="kestrel-1")
    monkeypatch.setattr(roster, "_free_usernames", lambda count: ["kestrel-1"])
    with pytest.raises(NameTakenError):
        roster.add_students(SchoolClassFactory(), ["Amina"], now=NOON)
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "said"), [("HEAD", "Somebody has this"), ("hеad", "Latin letters")])
def test_superuser_gets_no_such_name_either(monkeypatch, name, said):
    UserFactory(username="head")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "curzon-line-of-1920")
    with pytest.raises(CommandError, match=said):
        call_command("createsuperuser", interactive=False, username=name)


@pytest.mark.django_db
def test_superuser_whose_name_is_taken_in_this_very_moment_reads_a_sentence(monkeypatch):
    UserFactory(username="head")
    path = "accounts.management.commands.createsuperuser.Command._validate_username"
    monkeypatch.setattr(path, lambda *args: None)
    with pytest.raises(CommandError, match="Somebody has this"):
        call_command("createsuperuser", interactive=False, username="head")


# the admin


def test_admin_refuses_a_name_that_differs_in_capitals_alone(head_client):
    UserFactory(username="anna")
    assert errors_of(change(head_client, UserFactory(), username="ANNA")) == {"username": [NAME_TAKEN]}


def test_new_name_is_in_the_audit_log(head_client):
    user = UserFactory(username="anna")
    assert change(head_client, user, username="Anne").status_code == 302
    assert User.objects.get(pk=user.pk).username == "anne"
    assert AuditEvent.objects.filter(kind=Kind.RENAMED).values_list("of_number", "detail").get() == (user.pk, "")


def test_other_changes_leave_a_name_from_before_as_it_is(head_client):
    user = UserFactory(username="a@b")
    assert change(head_client, user, first_name="Anna").status_code == 302
    assert User.objects.values_list("username", "first_name").get(pk=user.pk) == ("a@b", "Anna")
    assert AuditEvent.objects.filter(kind=Kind.RENAMED).count() == 0


@pytest.mark.parametrize("name", ["anna", "ANNA", "аnna"])
def test_taken_or_odd_name_of_a_new_person_is_an_error_of_the_form(head_client, name):
    UserFactory(username="anna")
    page = head_client.post(ADD, {"username": name, "usable_password": "true", **TWICE})
    assert (page.status_code, list(errors_of(page))) == (200, ["username"])


def test_person_added_in_the_admin_eight_times_is_there_once(transactional_db):
    head = UserFactory(username="head", is_staff=True, is_superuser=True)
    statuses = at_once([(head, ADD, {"username": "anna", "usable_password": "true", **TWICE})] * 8)
    assert (set(statuses) <= {200, 302}, User.objects.filter(username="anna").count()) == (True, 1)


def test_name_that_is_taken_in_this_very_moment_is_said_in_the_admin(head_client, monkeypatch):
    monkeypatch.setattr("accounts.forms.people.clean_user_name", lambda form: UserFactory(username="anna").username)
    monkeypatch.setattr(User, "validate_constraints", lambda *args, **kwargs: None)
    monkeypatch.setattr(User, "validate_unique", lambda *args, **kwargs: None)
    page = head_client.post(ADD, {"username": "anna", "usable_password": "true", **TWICE}, follow=True)
    assert [str(message) for message in page.context["messages"]] == [NAME_TAKEN]


# names from before


class Rows:
    """Of the users, as the migration finds them."""

    def __init__(self, names):
        self.names = dict(enumerate(names, 1))

    def values_list(self, *fields):
        return self.names.items()

    def filter(self, *, pk):
        self.pk = pk
        return self

    def update(self, *, username):
        assert username not in self.names.values()
        self.names[self.pk] = username


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["Anna", "anna", "ANNA", "anna-2"], ["anna-3", "anna", "anna-4", "anna-2"]),
        (["MÜLLER", "müller"], ["müller-2", "müller"]),
        (["M.Demo", "a@b"], ["m.demo", "a@b"]),
    ],
)
def test_names_that_were_there_twice_get_a_number(monkeypatch, before, after, capsys):
    rows = Rows(before)
    monkeypatch.setattr(User, "objects", type("Manager", (), {"order_by": lambda self, field: rows})())
    import_module("accounts.migrations.0024_user_names_folded").fold(apps, None)
    assert list(rows.names.values()) == after
    assert capsys.readouterr().out.count(" is ") == sum("-" in new and new not in before for new in after)

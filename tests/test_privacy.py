"""Every row that leads to a person has a policy, and her copy holds all that is hers and nothing of anybody else's."""

import csv
import json
from io import StringIO
from zipfile import ZipFile

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps

from accounts.audit import Kind, record
from accounts.export import cell, tables_of, zip_of
from accounts.models import Membership, User
from accounts.privacy import NOT_OURS, Policy, declared, policies_of
from cards.models import Card, CardState, Deck, Flag, Misbelief, Note, PickedDeck, ReviewLog
from cards.review import note_misbelief
from tests.conftest import NOON, answer, write_card
from tests.factories import (
    CardFactory,
    MembershipFactory,
    PickedDeckFactory,
    SchoolClassFactory,
    TeacherFactory,
    UserFactory,
)

MODELS = list(apps.get_models(include_auto_created=True))
HERS = {Policy.EXPORT, Policy.ERASE}
SECRET = "Zephyr"


def paths_to_people(model, seen=()):
    """Chains of foreign keys from a row to a person, as lookups; a row that is somebody's is followed no further."""
    keys = [field for field in model._meta.concrete_fields if field.is_relation]
    yield from (key.name for key in keys if key.related_model is User)
    if any(policy in HERS for path, policy in policies_of(model).items() if "__" not in path):
        return
    for key in keys:
        if key.related_model not in (User, model, *seen):
            yield from (f"{key.name}__{path}" for path in paths_to_people(key.related_model, (model, *seen)))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_path_to_a_person_has_a_policy(model):
    assert sorted(set(paths_to_people(model)) - set(policies_of(model))) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_policy_is_of_a_path_that_there_is(model):
    known = {*paths_to_people(model), *(["id"] if model is User else [])}
    assert set(policies_of(model)) - known == set()


def test_table_names_no_model_that_is_gone():
    assert set(NOT_OURS) - {model._meta.label for model in MODELS} == set()


# her copy


def leave_traces(user):
    """A row in each table that a student can fill, with a word of hers wherever she can write one."""
    card = write_card(user, front=f"{SECRET} {user.username}?")
    PickedDeckFactory(user=user)
    MembershipFactory(user=user)
    answer(user, card)
    note_misbelief(user, card.pk, now=NOON)
    Note.objects.create(user=user, card=card, text=f"{SECRET} {user.username}'s note")
    Flag.objects.create(user=user, card=card, reason=f"{SECRET} {user.username} wonders", raised_at=NOON)


STUDENTS = [User, Membership, Deck, Card, PickedDeck, CardState, ReviewLog, Misbelief, Note, Flag]


def files_of(user):
    archive = ZipFile(zip_of(user, now=NOON))
    assert archive.testzip() is None
    return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def everything(user):
    return json.loads(files_of(user)["everything.json"])


def test_copy_has_a_row_of_each_kind(student):
    leave_traces(student)
    leave_traces(UserFactory())
    counts = {rows.model: rows.count() for _name, rows, _fields in tables_of(student)}
    assert {model: counts[model] for model in STUDENTS} == dict.fromkeys(STUDENTS, 1)


def test_copy_has_every_declared_table_under_a_name_of_its_own(student):
    tables = [f"{name}.csv" for name, _rows, _fields in tables_of(student)]
    assert len(set(tables)) == len(list(declared(Policy.EXPORT, Policy.RECORD)))
    assert set(files_of(student)) == {*tables, "everything.json"}


def test_copy_names_nobody_else(student):
    classmate = UserFactory(username="quentin", first_name="Quentin")
    leave_traces(student)
    leave_traces(classmate)
    text = "".join(files_of(student).values())
    assert ("quentin" in text.lower(), SECRET in text) == (False, True)


def test_copy_says_in_words_what_a_number_points_to(student, deck):
    card = deck.cards.first()
    answer(student, card)
    [row] = everything(student)["answers"]
    assert (row["card"], row["quality"], row["day"]) == (card.front, 4, "2026-11-23")


def test_copy_holds_no_password(student):
    student.set_password("pact-of-1939")
    student.save()
    [row] = everything(student)["users"]
    assert ("password" in row, row["username"]) == (False, student.username)


def test_copy_says_what_others_did_to_her(student):
    record(Kind.STUDENT_RESET, by=UserFactory(username="quentin"), of=student, now=NOON, factors=1)
    record(Kind.LOG_IN_FAILED, of=student, now=NOON)
    record(Kind.LOG_IN_FAILED, of=UserFactory(), now=NOON)
    record(Kind.CLASS_ARCHIVED, of=SchoolClassFactory(pk=student.pk), now=NOON)
    rows = everything(student)["events-of-the-audit-log"]
    assert [(row["kind"], row["detail"]) for row in rows] == [("student_reset", "factors=1"), ("log_in_failed", "")]


def test_copy_says_which_second_factors_she_has_and_no_secret(student):
    TOTP.activate(student, SECRET)
    Authenticator.objects.create(user=student, type="webauthn", data={"name": "Laptop", "credential": SECRET})
    Authenticator.objects.create(user=student, type="recovery_codes", data={"seed": SECRET})
    files = files_of(student)
    rows = json.loads(files["everything.json"])["authenticators"]
    assert [(row["type"], row["name"]) for row in rows][:2] == [("totp", "TOTP Authenticator"), ("webauthn", "Laptop")]
    assert set(rows[0]) == {"id", "type", "name", "created_at", "last_used_at"}
    assert (SECRET in "".join(files.values()), len(rows)) == (False, 3)


def test_tables_and_json_say_the_same(student):
    leave_traces(student)
    files = files_of(student)
    whole = json.loads(files["everything.json"])
    assert whole.pop("made_at") == "2026-11-23T12:00:00Z"
    for name, rows in whole.items():
        table = list(csv.DictReader(StringIO(files[f"{name}.csv"])))
        assert [row["id"] for row in table] == [str(row["id"]) for row in rows]


@pytest.mark.parametrize("written", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(student, written):
    assert cell(written) == f"'{written}"
    Note.objects.create(user=student, card=CardFactory(), text=written)
    [row] = csv.DictReader(StringIO(files_of(student)["notes.csv"], newline=""))
    assert row["text"] == f"'{written}"


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (3, "3"), (True, "true"), ({"pick": 0}, '{"pick": 0}')])
def test_cell_of_other_values(value, shown):
    assert cell(value) == shown


def test_copy_of_a_teacher_names_her_decks_and_no_student(db):
    teacher = TeacherFactory()
    classes = MembershipFactory(user=teacher, role="teacher")
    MembershipFactory(school_class=classes.school_class, user__username="quentin")
    whole = everything(teacher)
    assert ([row["role"] for row in whole["memberships"]], "quentin" in json.dumps(whole)) == (["teacher"], False)


@pytest.mark.parametrize("answers", [1, 3])
def test_copy_costs_one_query_a_table(student, deck, django_assert_num_queries, answers):
    tables = len(list(tables_of(student)))
    for card in deck.cards.all()[:answers]:
        answer(student, card)
    with django_assert_num_queries(tables):
        zip_of(student, now=NOON)

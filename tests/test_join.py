"""Into a class with its code: a student, and a visitor who signs up."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import codes, roster
from accounts.audit import AuditEvent
from accounts.models import Membership, SchoolClass, User
from tests.conftest import NOON
from tests.factories import MembershipFactory, SchoolClassFactory, TeacherFactory, TeacherMembershipFactory, UserFactory

PASSWORD = "narew-vistula-san"
URL = "/join/"


@pytest.fixture
def school_class(db):
    teacher = TeacherFactory(first_name="Ms", last_name="Demo")
    return TeacherMembershipFactory(user=teacher, school_class__name="10 History B").school_class


def sign_up(client, code, username="alex"):
    fields = {"username": username, "password1": PASSWORD, "password2": PASSWORD, "class_code": code}
    return client.post(reverse("account_signup"), fields)


def classes_of(user):
    return list(SchoolClass.objects.of_student(user))


def test_class_comes_with_a_code_of_eight_unmistakable_letters(school_class):
    assert (len(school_class.join_code), set(school_class.join_code) <= set(codes.LETTERS)) == (8, True)
    assert set("IL1O0") & set(codes.LETTERS) == set()


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: f" {code[:4]}-{code[4:]} "])
def test_student_joins_with_the_code(student_client, student, school_class, typed):
    assert student_client.post(URL, {"code": typed(school_class.join_code)})["Location"] == URL
    assert (classes_of(student), student.memberships.get().role) == ([school_class], "student")


def test_student_sees_her_class_and_its_teacher(student_client, student, school_class):
    MembershipFactory(school_class=school_class, user__first_name="Zephyr")
    student_client.post(URL, {"code": school_class.join_code})
    for page in (URL, reverse("settings")):
        text = student_client.get(page).text
        assert ("You are in 10 History B with Ms Demo." in text, "Zephyr" in text) == (True, False)


def test_joining_twice_is_joining_once(student_client, student, school_class):
    for _ in range(2):
        student_client.post(URL, {"code": school_class.join_code})
    assert student.memberships.count() == 1


def renewed(school_class):
    roster.set_code(school_class, open_it=True)


def closed(school_class):
    roster.set_code(school_class, open_it=False)


def archived(school_class):
    roster.archive(school_class, now=NOON)


def mistyped(school_class):
    SchoolClass.objects.update(join_code="ABCDEFGH")


@pytest.mark.parametrize("change", [renewed, closed, archived, mistyped])
def test_code_that_leads_nowhere_says_one_sentence(student_client, student, school_class, change):
    code = school_class.join_code
    change(school_class)
    response = student_client.post(URL, {"code": code})
    assert (response.status_code, response.context["form"].errors["code"][0][:40], classes_of(student)) == (
        422,
        "No class can be joined with this code. C",
        [],
    )


@pytest.mark.parametrize("code", ["", "-", "  ", "None", "ABCD\u202eEFGH"])
def test_no_code_joins_a_closed_class(student_client, student, school_class, code):
    closed(school_class)
    assert (student_client.post(URL, {"code": code}).status_code, classes_of(student)) == (422, [])


def test_code_in_the_address_is_not_accepted(student_client, student, school_class):
    student_client.get(URL, {"code": school_class.join_code})
    assert classes_of(student) == []


def test_full_class_takes_nobody(student_client, student, school_class):
    MembershipFactory.create_batch(60, school_class=school_class)
    response = student_client.post(URL, {"code": school_class.join_code})
    assert (response.status_code, student.memberships.count()) == (422, 0)
    assert "no room" in response.context["form"].errors["code"][0]


@pytest.mark.parametrize("kind", [{}, {"is_superuser": True}])
def test_teacher_does_not_join_as_a_student(client, school_class, kind):
    client.force_login(TeacherFactory(**kind))
    before = Membership.objects.count()
    assert (client.post(URL, {"code": school_class.join_code}).status_code, Membership.objects.count()) == (403, before)


def test_joining_gives_no_more_than_a_students_place(student_client, student, school_class):
    fields = {"code": school_class.join_code, "role": "teacher", "can_edit": "on"}
    student_client.post(URL, fields)
    assert student.memberships.get().role == "student"
    assert SchoolClass.objects.visible_to(student).count() == 0


def test_visitor_is_sent_to_log_in(client, school_class):
    assert client.post(URL, {"code": school_class.join_code}).status_code == 302


def test_joining_needs_the_csrf_token(student, school_class):
    client = Client(enforce_csrf_checks=True)
    client.force_login(student)
    assert client.post(URL, {"code": school_class.join_code}).status_code == 403


# a visitor


def test_visitor_who_signs_up_with_the_code_lands_in_the_class(client, school_class):
    assert sign_up(client, school_class.printed_code.lower()).status_code == 302
    assert classes_of(User.objects.get(username="alex")) == [school_class]


def test_visitor_who_has_no_code_gets_an_account(client, school_class):
    assert sign_up(client, "").status_code == 302
    assert classes_of(User.objects.get(username="alex")) == []


@pytest.mark.parametrize("change", [renewed, closed, archived, mistyped])
def test_visitor_with_a_code_that_leads_nowhere_gets_no_account(client, school_class, change):
    code = school_class.join_code
    change(school_class)
    form = sign_up(client, code).context["form"]
    assert (form.errors["class_code"][0][:40], User.objects.filter(username="alex").exists()) == (
        "No class can be joined with this code. C",
        False,
    )


# limits


@pytest.fixture
def limits(settings):
    def limit(**rates):
        settings.ACCOUNT_RATE_LIMITS = rates

    cache.clear()
    return limit


@pytest.mark.usefixtures("still")
def test_eleventh_try_of_a_student_is_refused_and_others_pass(student_client, school_class, limits):
    limits(join="10/10m/user")
    tries = [student_client.post(URL, {"code": "ABCDEFGH"}).status_code for _ in range(10)]
    refused = student_client.post(URL, {"code": school_class.join_code})
    assert (tries, refused.status_code, refused["Retry-After"]) == ([422] * 10, 429, "600")
    other = Client()
    other.force_login(UserFactory())
    assert other.post(URL, {"code": school_class.join_code}).status_code == 302


def test_wrong_tries_of_everybody_are_counted_together_and_a_right_one_passes(client, school_class, limits):
    limits(join_wrong="3/h/key")
    tries = []
    for code in ["ABCDEFGH"] * 4 + [school_class.join_code]:
        client.force_login(UserFactory())
        tries.append(client.post(URL, {"code": code}).status_code)
    assert tries == [422, 422, 422, 429, 302]
    assert sign_up(Client(), school_class.join_code).status_code == 302


def test_right_codes_cost_nobody_a_try(client, school_class, limits):
    limits(join_wrong="1/h/key", join_visitor="1/h/key")
    statuses = [sign_up(Client(), school_class.join_code, username=f"alex{n}").status_code for n in range(3)]
    assert statuses == [302] * 3


@pytest.mark.usefixtures("still")
def test_visitor_who_guesses_is_refused_in_words_and_the_school_behind_her_address_is_not(school_class, limits):
    limits(join_visitor="2/h/key")
    tries = [sign_up(Client(), "ABCDEFGH").status_code for _ in range(2)]
    refused = sign_up(Client(), school_class.join_code)
    assert (tries, refused.status_code, refused["Retry-After"]) == ([200, 200], 429, "3600")
    assert "Wait 60 minutes" in refused.text
    assert AuditEvent.objects.values_list("kind", "detail").get() == ("tries_refused", "joining=1")
    assert sign_up(Client(), school_class.join_code, username="beth").status_code == 302


def test_name_that_is_taken_does_not_share_a_count(school_class, limits):
    limits(join_visitor="2/h/key")
    names = [UserFactory().username for _ in range(4)]
    assert [sign_up(Client(), school_class.join_code, username=name).status_code for name in names] == [200] * 4


# the teacher's side


def test_teacher_renews_and_closes_the_code(client, school_class):
    client.force_login(school_class.members.get())
    page = reverse("class_code", args=[school_class.pk])
    seen = [school_class.join_code]
    for answer in ("new", "none", "new"):
        client.post(page, {"code": answer})
        school_class.refresh_from_db()
        seen.append(school_class.join_code)
    assert (len(set(seen)), seen[2]) == (4, None)


def test_closing_needs_no_unique_code(db):
    for school_class in [SchoolClassFactory(), SchoolClassFactory()]:
        closed(school_class)
    assert SchoolClass.objects.filter(join_code=None).count() == 2

"""The students of a class: who sees them, new ones from a list, and their log-in cards."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import roster
from accounts.models import LoginCode, Membership, SchoolClass, User
from tests.conftest import NOON
from tests.factories import MembershipFactory, SchoolClassFactory, TeacherFactory, TeacherMembershipFactory, UserFactory

PASSWORD = "narew-vistula-san"


@pytest.fixture
def teacher(db):
    return TeacherFactory()


@pytest.fixture
def school_class(teacher):
    return TeacherMembershipFactory(user=teacher).school_class


@pytest.fixture
def teacher_client(client, teacher):
    client.force_login(teacher)
    return client


def url(name, school_class):
    return reverse(name, args=[school_class.pk])


def rows_of(*names, left_out=()):
    """The look step’s form, with these names."""
    fields = {"form-TOTAL_FORMS": len(names), "form-INITIAL_FORMS": 0}
    for place, name in enumerate(names):
        fields[f"form-{place}-name"] = name
        if name not in left_out:
            fields[f"form-{place}-make"] = "on"
    return fields


def make(client, school_class, *names, **kwargs):
    return client.post(url("students_make", school_class), rows_of(*names, **kwargs))


def student_names(school_class):
    return sorted(member.user.display_name for member in roster.students_of(school_class).select_related("user"))


def printed(response):
    """(user name, code) of every card on the page."""
    return re.findall(r'<dd class="code">([a-z]+-\d+)</dd>.*?<dd class="code">(\w{5}-\w{5})</dd>', response.text, re.S)


# the list


def test_look_shows_what_was_understood_and_makes_nothing(teacher_client, school_class):
    roster.add_students(school_class, ["Cleo D."], now=NOON)
    response = teacher_client.post(url("students_add", school_class), {"names": "Khan, Amina\nben\nBen\nCleo D."})
    rows = response.context["rows"]
    assert [(row.initial["name"], row.initial["make"], row.verdict) for row in rows] == [
        ("Amina Khan", True, "new"),
        ("ben", True, "new"),
        ("Ben", False, "twice"),
        ("Cleo D.", False, "there"),
    ]
    assert student_names(school_class) == ["Cleo D."]


@pytest.mark.parametrize("names", ["", " \n ", "A\n" * 201])
def test_list_of_nobody_or_of_too_many_is_refused_with_a_sentence(teacher_client, school_class, names):
    response = teacher_client.post(url("students_add", school_class), {"names": names})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["names"])


def test_ticked_names_get_accounts_and_cards_that_work(teacher_client, school_class):
    response = make(teacher_client, school_class, "Amina Khan", "Ben", "Cleo", left_out=["Cleo"])
    assert student_names(school_class) == ["Amina Khan", "Ben"]
    username, code = printed(response)[0]
    fields = {"username": username, "code": code, "password1": PASSWORD, "password2": PASSWORD}
    assert Client().post("/code/", fields)["Location"] == reverse("home")
    assert User.objects.get(username=username).display_name == "Amina Khan"


def test_new_student_is_no_more_than_a_student(teacher_client, school_class):
    fields = rows_of("Amina") | {"form-0-is_staff": "on", "is_superuser": "on"}
    teacher_client.post(url("students_make", school_class), fields)
    student = roster.students_of(school_class).get().user
    assert (student.is_staff, student.is_superuser, student.has_usable_password()) == (False, False, False)


def test_first_card_is_good_for_a_fortnight(school_class):
    card = roster.add_students(school_class, ["Amina"], now=NOON)[0]
    assert card.expires_at == LoginCode.objects.get().expires_at == NOON + timedelta(days=14)


def test_same_list_sent_twice_makes_no_second_accounts(teacher_client, school_class):
    statuses = [make(teacher_client, school_class, "Amina", "Ben").status_code for _ in range(2)]
    assert (statuses, student_names(school_class)) == ([200, 422], ["Amina", "Ben"])


def test_two_at_once_make_the_accounts_once(school_class):
    roster.add_students(school_class, ["Amina"], now=NOON)
    with pytest.raises(roster.AlreadyThereError):
        roster.add_students(school_class, ["Ben", "AMINA"], now=NOON)
    assert student_names(school_class) == ["Amina"]


@pytest.mark.parametrize("bad", ["Amina", "?", "B" * 90])
def test_one_bad_row_and_nothing_is_made(teacher_client, school_class, bad):
    response = make(teacher_client, school_class, "Amina", bad)
    assert (response.status_code, student_names(school_class), LoginCode.objects.count()) == (422, [], 0)
    assert response.context["rows"].errors[1]["name"]


def test_no_tick_no_account(teacher_client, school_class):
    response = make(teacher_client, school_class, "Amina", left_out=["Amina"])
    assert response.context["rows"].non_form_errors() == ["Tick at least one name."]


def test_class_has_room_for_sixty(teacher_client, school_class):
    MembershipFactory.create_batch(58, school_class=school_class)
    response = make(teacher_client, school_class, "Amina", "Ben", "Cleo")
    assert (response.status_code, roster.room_in(school_class)) == (422, 2)
    assert "room for 2 more" in response.context["rows"].non_form_errors()[0]


def test_broken_form_is_refused(teacher_client, school_class):
    response = teacher_client.post(url("students_make", school_class), {"form-TOTAL_FORMS": "x"})
    assert (response.status_code, student_names(school_class)) == (422, [])


def test_user_name_is_one_that_nobody_has(school_class, monkeypatch):
    UserFactory(username="Kestrel-41")
    names = iter(["kestrel-41", "heron-12"])
    monkeypatch.setattr("accounts.words.new_username", lambda most: next(names))
    assert roster.add_students(school_class, ["Amina"], now=NOON)[0].user.username == "heron-12"


def test_codes_are_seen_on_one_page_only(teacher_client, school_class):
    response = make(teacher_client, school_class, "Amina")
    (_username, code) = printed(response)[0]
    assert "no-store" in response["Cache-Control"]
    assert teacher_client.get(url("students_make", school_class))["Location"] == url("students_add", school_class)
    assert code not in teacher_client.get(url("class_students", school_class)).text


# new cards


@pytest.fixture
def amina(school_class):
    """A student who has been here."""
    student = roster.add_students(school_class, ["Amina"], now=NOON)[0].user
    student.set_password(PASSWORD)
    student.last_login = NOON
    student.save()
    return student


def reset(client, school_class, *students):
    chosen = Membership.objects.filter(user__in=students)
    return client.post(url("class_log_ins", school_class), {"students": [member.pk for member in chosen]})


def test_new_card_of_whoever_has_been_here_is_good_for_a_day(client, teacher_client, school_class, amina, time_machine):
    time_machine.move_to(NOON, tick=False)
    reset(teacher_client, school_class, amina)
    assert LoginCode.objects.get(user=amina).expires_at == NOON + timedelta(hours=24)


def test_new_card_ends_password_and_sessions_at_once(teacher_client, school_class, amina):
    hers = Client()
    hers.force_login(amina)
    response = reset(teacher_client, school_class, amina)
    amina.refresh_from_db()
    assert (len(printed(response)), amina.has_usable_password()) == (1, False)
    assert hers.get("/settings/").status_code == 302


def test_new_card_is_good_for_a_day_and_a_first_one_for_a_fortnight(school_class, amina):
    roster.add_students(school_class, ["Ben"], now=NOON)
    cards = roster.reset(roster.students_of(school_class), now=NOON)
    days = {card.user.first_name: (card.expires_at - NOON).days for card in cards}
    assert days == {"Amina": 1, "Ben": 14}


def test_others_keep_their_passwords(teacher_client, school_class, amina):
    ben = MembershipFactory(school_class=school_class).user
    reset(teacher_client, school_class, ben)
    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)


def test_nobody_is_reset_by_looking(teacher_client, school_class, amina):
    page = teacher_client.get(f"{url('class_log_ins', school_class)}?all")
    amina.refresh_from_db()
    assert (len(page.context["form"].initial["students"]), amina.check_password(PASSWORD)) == (1, True)


def staff_in(school_class):
    return MembershipFactory(school_class=school_class, user=TeacherFactory()).user


def superuser_in(school_class):
    return MembershipFactory(school_class=school_class, user=UserFactory(is_superuser=True)).user


def in_another_class(school_class):
    return MembershipFactory().user


def its_teacher(school_class):
    return school_class.members.get(memberships__role="teacher")


@pytest.mark.parametrize("somebody", [staff_in, superuser_in, in_another_class, its_teacher])
def test_nobody_but_a_student_of_the_class_is_reset(teacher_client, school_class, somebody):
    user = somebody(school_class)
    before = User.objects.get(pk=user.pk).password
    response = reset(teacher_client, school_class, user)
    assert (response.status_code, User.objects.get(pk=user.pk).password, LoginCode.objects.count()) == (422, before, 0)


# what else a teacher does


def chosen(school_class):
    return {"students": list(roster.students_of(school_class).values_list("pk", flat=True))}


def test_student_is_moved_to_another_of_her_classes(teacher_client, teacher, school_class, amina):
    other = TeacherMembershipFactory(user=teacher).school_class
    teacher_client.post(url("students_move", school_class), chosen(school_class) | {"to": other.pk})
    assert (student_names(school_class), student_names(other)) == ([], ["Amina"])


def test_student_who_is_there_already_only_leaves(teacher_client, teacher, school_class, amina):
    other = TeacherMembershipFactory(user=teacher).school_class
    MembershipFactory(user=amina, school_class=other)
    teacher_client.post(url("students_move", school_class), chosen(school_class) | {"to": other.pk})
    amina.refresh_from_db()
    assert (list(amina.school_classes.all()), amina.left_class_at is None) == ([other], False)


def test_moved_student_is_in_the_new_class_from_that_day(teacher_client, teacher, school_class, amina, time_machine):
    Membership.objects.filter(user=amina).update(joined_at=NOON - timedelta(days=90))
    other = TeacherMembershipFactory(user=teacher).school_class
    time_machine.move_to(NOON, tick=False)
    teacher_client.post(url("students_move", school_class), chosen(school_class) | {"to": other.pk})
    assert roster.students_of(other).get().joined_at == NOON


@pytest.mark.parametrize("name", ["students_move", "students_remove"])
def test_who_left_since_the_page_was_opened_is_told_of(teacher_client, teacher, school_class, amina, name, monkeypatch):
    other = TeacherMembershipFactory(user=teacher).school_class
    form = chosen(school_class) | {"to": other.pk}
    lock = SchoolClass.objects.select_for_update
    moved = Membership.objects.filter(user=amina)
    monkeypatch.setattr(SchoolClass.objects, "select_for_update", lambda: moved.update(school_class=other) and lock())
    response = teacher_client.post(url(name, school_class), form)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["students"])
    assert (student_names(school_class), student_names(other)) == (["Amina"], [])


@pytest.mark.parametrize("kind", [{"can_edit": False}, {"school_class__archived_at": NOON}, None])
def test_student_is_moved_nowhere_else(teacher_client, teacher, school_class, amina, kind):
    to = TeacherMembershipFactory(user=teacher, **kind).school_class if kind else SchoolClassFactory()
    response = teacher_client.post(url("students_move", school_class), chosen(school_class) | {"to": to.pk})
    assert (response.status_code, student_names(school_class)) == (422, ["Amina"])


def test_full_class_takes_no_more(teacher_client, teacher, school_class, amina):
    full = TeacherMembershipFactory(user=teacher, school_class__students=60).school_class
    response = teacher_client.post(url("students_move", school_class), chosen(school_class) | {"to": full.pk})
    assert (response.status_code, student_names(school_class)) == (422, ["Amina"])


def test_removed_student_keeps_her_account(teacher_client, school_class, amina):
    teacher_client.post(url("students_remove", school_class), chosen(school_class))
    assert (student_names(school_class), User.objects.filter(pk=amina.pk).exists()) == ([], True)


@pytest.mark.parametrize(("day", "status"), [("2026-12-01", 302), ("", 302), ("2020-01-01", 422), ("soon", 422)])
def test_student_is_excused_until_a_day(teacher_client, school_class, amina, day, status, time_machine):
    time_machine.move_to(NOON)
    response = teacher_client.post(url("students_excuse", school_class), chosen(school_class) | {"until": day})
    until = roster.students_of(school_class).get().excused_until
    assert (response.status_code, str(until or "")) == (status, day if status == 302 else "")


def test_excuse_moves_up_with_its_student(school_class, amina):
    roster.excuse(roster.students_of(school_class), NOON.date())
    new = roster.move_up(school_class, "11", now=NOON)
    assert roster.students_of(new).get().excused_until == NOON.date()


def test_archived_class_asks_nothing_and_comes_back(teacher_client, school_class):
    page = url("class_archive", school_class)
    teacher_client.post(page, {"archive": "yes"})
    away = SchoolClass.objects.living().count()
    teacher_client.post(page, {"archive": "no"})
    assert (away, SchoolClass.objects.living().count()) == (0, 1)


def test_archived_class_shows_no_way_in(teacher_client, school_class):
    open_page = teacher_client.get(url("class_students", school_class)).text
    roster.archive(school_class, now=NOON)
    page = teacher_client.get(url("class_students", school_class)).text
    ways = ["Add students from a list", school_class.printed_code]
    assert [[way in text for way in ways] for text in (open_page, page)] == [[True, True], [False, False]]


# who may


ACTIONS = ["students_add", "students_make", "class_log_ins", "students_move", "students_remove", "students_excuse"]
ACTIONS += ["class_code", "class_archive"]


def everything():
    models = (User, Membership, LoginCode, SchoolClass)
    return [list(model.objects.order_by("pk").values()) for model in models]


ACTORS = {
    "co-teacher who looks on": (lambda it: TeacherMembershipFactory(school_class=it, can_edit=False).user, 200, 403),
    "other teacher": (lambda it: TeacherMembershipFactory().user, 404, 404),
    "its student": (lambda it: MembershipFactory(school_class=it).user, 404, 404),
    "stranger": (lambda it: UserFactory(), 404, 404),
}


@pytest.mark.parametrize(("actor", "looks", "acts"), ACTORS.values(), ids=ACTORS)
def test_nobody_else_changes_a_class(client, school_class, amina, actor, looks, acts):
    client.force_login(actor(school_class))
    before = everything()
    posts = rows_of("Ben") | chosen(school_class) | {"names": "Ben", "code": "none", "archive": "yes", "until": ""}
    assert client.get(url("class_students", school_class)).status_code == looks
    assert {name: client.post(url(name, school_class), posts).status_code for name in ACTIONS} == dict.fromkeys(
        ACTIONS, acts
    )
    assert everything() == before


def test_superuser_may_do_all_of_it(client, school_class, amina):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(url("class_students", school_class)).status_code == 200
    assert make(client, school_class, "Ben").status_code == 200


def test_visitor_is_sent_to_log_in(client, school_class):
    pages = [url(name, school_class) for name in ["class_students", *ACTIONS]]
    assert {client.post(page).status_code for page in pages} == {302}


def test_looking_changes_nothing(teacher_client, school_class, amina):
    before = everything()
    statuses = {name: teacher_client.get(url(name, school_class)).status_code for name in ["class_students", *ACTIONS]}
    assert statuses == dict.fromkeys(statuses, 200) | {"students_make": 302, "class_code": 405}
    assert everything() == before


def test_acting_needs_the_csrf_token(teacher, school_class):
    client = Client(enforce_csrf_checks=True)
    client.force_login(teacher)
    assert {client.post(url(name, school_class)).status_code for name in ACTIONS} == {403}


@pytest.mark.parametrize("name", ["class_students", "class_log_ins", "students_move"])
@pytest.mark.parametrize("count", [3, 30])
def test_page_costs_the_same_for_three_and_thirty(
    teacher_client, school_class, name, count, django_assert_max_num_queries
):
    roster.add_students(school_class, [f"Student {number}" for number in range(count)], now=timezone.now())
    with django_assert_max_num_queries(8):
        teacher_client.get(url(name, school_class))

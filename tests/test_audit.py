"""The audit log: one row for each event, by numbers, with nothing in it that anybody wrote, and nobody’s to change."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.audit import AuditEvent, Kind, record
from accounts.login_codes import RESET_GOOD_FOR, make_cards
from accounts.models import User
from tests.conftest import NOON
from tests.factories import (
    AssignmentFactory,
    DeckFactory,
    DeckTeacherFactory,
    MembershipFactory,
    SchoolClassFactory,
    TeacherFactory,
    TeacherMembershipFactory,
    UserFactory,
    teachers_group,
)

PASSWORD = "pact-of-1939"
NEW = "august-1939-Canary"


def events():
    """What the log says, without the times: kind, by whom, of what, and the detail."""
    rows = AuditEvent.objects.order_by("pk").values_list("kind", "by", "of_kind", "of_number", "detail")
    return [(kind, by, f"{of} {number}" if of else "", detail) for kind, by, of, number, detail in rows]


@pytest.fixture
def known(db):
    user = UserFactory(username="anna")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def membership(db):
    return TeacherMembershipFactory()


@pytest.fixture
def teacher(membership, client):
    client.force_login(membership.user)
    AuditEvent.objects.all().delete()
    return membership.user


@pytest.fixture
def school_class(membership):
    return membership.school_class


@pytest.fixture
def head(client, db):
    head = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(head)
    return head


def log_in(client, username="anna", password=PASSWORD):
    return client.post(reverse("account_login"), {"login": username, "password": password})


# the ways in and out


def test_log_in(client, known):
    assert log_in(client).status_code == 302
    assert events() == [("log_in", known.pk, f"user {known.pk}", "")]


def test_log_in_that_fails(client, known):
    log_in(client, password="wrong")
    log_in(client, username="nobody")
    assert events() == [("log_in_failed", None, f"user {known.pk}", ""), ("log_in_failed", None, "", "")]


REFUSING = {"login_failed": "2/15m/key", "code_login": "2/15m/key", "join": "2/15m/user"}


def test_tries_that_are_refused_are_one_event_for_each_name(client, known, settings):
    settings.ACCOUNT_RATE_LIMITS = REFUSING
    for name in ["anna"] * 5 + ["beth"] * 4 + ["ANNA"]:
        log_in(client, username=name, password="wrong")
    refused = [event for event in events() if event[0] == "tries_refused"]
    assert refused == [("tries_refused", None, f"user {known.pk}", ""), ("tries_refused", None, "", "")]


def test_code_log_in_and_join_that_are_refused(client, known, settings):
    settings.ACCOUNT_RATE_LIMITS = REFUSING
    for _ in range(4):
        use_code(client, known, "wrong")
    client.force_login(known)
    for _ in range(4):
        client.post(reverse("join"), {"code": "wrong"})
    refused = [event for event in events() if event[0] == "tries_refused"]
    assert refused == [
        ("tries_refused", None, f"user {known.pk}", "by_code=1"),
        ("tries_refused", known.pk, "", "joining=1"),
    ]


@pytest.mark.parametrize("name", ["account_logout", "admin:logout"])
def test_log_out(client, head, name):
    client.post(reverse(name))
    assert events() == [("log_out", head.pk, f"user {head.pk}", "")]


def test_log_out_of_nobody_is_no_event(client, db):
    client.post(reverse("account_logout"))
    assert events() == []


def test_log_out_everywhere(client, known):
    client.force_login(known)
    client.post(reverse("log_out_everywhere"))
    assert events() == [("log_out_everywhere", known.pk, f"user {known.pk}", "")]


def test_sign_up_with_a_code(client, db):
    school_class = SchoolClassFactory()
    fields = {"username": "berta", "password1": NEW, "password2": NEW, "class_code": school_class.join_code}
    client.post(reverse("account_signup"), fields)
    her = User.objects.get().pk
    assert events() == [
        ("sign_up", her, f"user {her}", ""),
        ("log_in", her, f"user {her}", ""),
        ("student_joined", her, f"schoolclass {school_class.pk}", ""),
    ]


def test_password_changed(client, known):
    client.force_login(known)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post(reverse("account_change_password"), fields)
    assert events() == [("password_changed", known.pk, f"user {known.pk}", "")]


def test_password_changed_in_the_admin(client, head, known):
    fields = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    client.post(reverse("admin:auth_user_password_change", args=[known.pk]), fields)
    assert events() == [("password_changed", head.pk, f"user {known.pk}", "")]


def use_code(client, user, code):
    fields = {"username": user.username, "code": code, "password1": NEW, "password2": NEW}
    return client.post(reverse("code_login"), fields)


def test_code_used(client, known):
    [card] = make_cards([known], now=datetime.now(UTC), good_for=RESET_GOOD_FOR)
    use_code(client, known, "AAAAA-AAAAA")
    use_code(client, known, card.code)
    her = f"user {known.pk}"
    assert events() == [
        ("log_in_failed", None, her, "by_code=1"),
        ("code_redeemed", known.pk, her, ""),
        ("log_in", known.pk, her, ""),
    ]


# a class


def test_join(student_client, student):
    school_class = SchoolClassFactory()
    for _ in range(2):  # who is in it already joins nothing
        student_client.post(reverse("join"), {"code": school_class.join_code})
    assert events() == [("student_joined", student.pk, f"schoolclass {school_class.pk}", "")]


def test_class_made_with_a_deck(client, teacher):
    deck = DeckFactory()
    client.post(reverse("class_new"), {"name": "11A", "deck": deck.slug})
    made = teacher.school_classes.get(name="11A").pk
    assert events() == [
        ("class_made", teacher.pk, f"schoolclass {made}", ""),
        ("deck_assigned", teacher.pk, f"deck {deck.pk}", f"school_class={made}"),
    ]


def test_class_code(client, teacher, school_class):
    for code in ("new", "none"):
        client.post(reverse("class_code", args=[school_class.pk]), {"code": code})
    of = f"schoolclass {school_class.pk}"
    assert events() == [("class_code", teacher.pk, of, "open=1"), ("class_code", teacher.pk, of, "open=0")]


def test_class_archived_and_back(client, teacher, school_class):
    for archive in ("yes", "yes", "no", "no"):  # the second time it changes nothing
        client.post(reverse("class_archive", args=[school_class.pk]), {"archive": archive})
    assert [kind for kind, *_ in events()] == ["class_archived", "class_back"]


def test_class_moved_up(client, teacher, school_class):
    client.post(reverse("class_move_up", args=[school_class.pk]), {"name": "12A"})
    new = teacher.school_classes.get(name="12A").pk
    assert events() == [("class_moved_up", teacher.pk, f"schoolclass {school_class.pk}", f"to={new}")]


def test_accounts_made(client, teacher, school_class):
    fields = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 0, "form-0-name": "Ada K", "form-1-name": "Ben L"}
    client.post(reverse("students_make", args=[school_class.pk]), fields)
    made = User.objects.filter(is_staff=False).order_by("pk").values_list("pk", flat=True)
    about = f"school_class={school_class.pk}"
    assert events() == [("account_made", teacher.pk, f"user {pk}", about) for pk in made]


CHOSEN = {
    "class_log_ins": ("student_reset", {}),
    "students_remove": ("student_removed", {}),
    "students_excuse": ("student_excused", {}),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_each_chosen_student_has_a_row(client, teacher, school_class, name):
    kind, fields = CHOSEN[name]
    hers = [MembershipFactory(school_class=school_class) for _ in range(2)]
    client.post(reverse(name, args=[school_class.pk]), {"students": [one.pk for one in hers], **fields})
    about = f"school_class={school_class.pk}"
    assert sorted(events()) == sorted((kind, teacher.pk, f"user {one.user_id}", about) for one in hers)


def test_student_excused_until_a_day(client, teacher, school_class, time_machine):
    time_machine.move_to(NOON, tick=False)
    excused = MembershipFactory(school_class=school_class)
    fields = {"students": [excused.pk], "until": "2026-12-24"}
    client.post(reverse("students_excuse", args=[school_class.pk]), fields)
    assert [detail for *_, detail in events()] == [f"school_class={school_class.pk} until=20261224"]


def test_student_moved(client, teacher, school_class):
    moved = MembershipFactory(school_class=school_class)
    to = TeacherMembershipFactory(user=teacher).school_class
    client.post(reverse("students_move", args=[school_class.pk]), {"students": [moved.pk], "to": to.pk})
    about = f"school_class={school_class.pk} to={to.pk}"
    assert events() == [("student_moved", teacher.pk, f"user {moved.user_id}", about)]


def test_table_of_a_class(client, teacher, school_class):
    client.post(reverse("class_csv", args=[school_class.pk, "students"]))
    assert events() == [("class_exported", teacher.pk, f"schoolclass {school_class.pk}", "")]


def test_class_deleted(client, head):
    school_class = SchoolClassFactory()
    client.post(reverse("admin:accounts_schoolclass_delete", args=[school_class.pk]), {"post": "yes"})
    assert events() == [("class_deleted", head.pk, f"schoolclass {school_class.pk}", "")]


def test_class_made_in_the_admin_with_a_teacher(client, head):
    colleague = TeacherFactory()
    rows = {
        "memberships-TOTAL_FORMS": 1,
        "holidays-TOTAL_FORMS": 0,
        "holidays-INITIAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-user": colleague.pk,
    }
    client.post(reverse("admin:accounts_schoolclass_add"), {"name": "11B", **rows, "memberships-0-can_edit": "on"})
    made = colleague.school_classes.get().pk
    about = f"school_class={made} teaches=1 can_edit=True"
    assert events() == [
        ("role_changed", head.pk, f"user {colleague.pk}", about),
        ("class_made", head.pk, f"schoolclass {made}", ""),
    ]


# a deck


def test_deck_given_and_taken(client, teacher, school_class):
    deck = DeckFactory()
    client.post(reverse("class_decks", args=[school_class.pk]), {"deck": deck.pk, "starts_on": "2026-11-23"})
    client.post(reverse("class_deck_remove", args=[school_class.pk, school_class.assignments.get().pk]))
    about = f"school_class={school_class.pk}"
    assert events() == [
        ("deck_assigned", teacher.pk, f"deck {deck.pk}", about),
        ("deck_taken", teacher.pk, f"deck {deck.pk}", about),
    ]


@pytest.mark.parametrize(("action", "kind"), [("publish", "deck_published"), ("archive", "deck_archived")])
def test_deck_published_and_archived(client, teacher, action, kind):
    deck = DeckTeacherFactory(user=teacher, deck__status="draft").deck
    fields = {"action": action, "_selected_action": [deck.pk], "apply": "yes"}
    for _ in range(2):  # the second time it changes nothing
        client.post(reverse("admin:cards_deck_changelist"), fields)
    assert events() == [(kind, teacher.pk, f"deck {deck.pk}", "")]


@pytest.mark.parametrize("ending", ["csv", "tsv", "apkg"])
def test_deck_downloaded(client, teacher, ending):
    deck = DeckTeacherFactory(user=teacher).deck
    client.post(reverse(f"admin:cards_deck_export_{ending}", args=[deck.pk]))
    assert events() == [("deck_exported", teacher.pk, f"deck {deck.pk}", "")]


def do_import(client, deck, text="front\tback\nCanary why?\tCanary because.\n"):
    look = client.post(reverse("admin:cards_deck_import_cards", args=[deck.pk]), {"text": text})["Location"]
    for _ in range(2):
        client.post(f"{look}finish/")
    return look


def test_import_and_its_undoing(client, teacher):
    deck = DeckTeacherFactory(user=teacher).deck
    look = do_import(client, deck)
    for _ in range(2):
        client.post(f"{look}undo/")
    of = f"deck {deck.pk}"
    assert events() == [("imported", teacher.pk, of, ""), ("import_undone", teacher.pk, of, "")]


# people


def test_teacher_invited_and_again(client, head):
    teachers_group()
    fields = {"username": "kim", "first_name": "Kim", "last_name": "Lee"}
    client.post(reverse("admin:accounts_user_invite_teacher"), fields)
    her = User.objects.get(username="kim")
    client.post(reverse("admin:accounts_user_changelist"), {"action": "invite_again", "_selected_action": [her.pk]})
    of = f"user {her.pk}"
    assert events() == [("teacher_invited", head.pk, of, ""), ("code_made", head.pk, of, "")]


def form_of(client, user):
    """The fields of the page about a person as it shows them."""
    form = client.get(reverse("admin:accounts_user_change", args=[user.pk])).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    dates = {f"{name}_{place}": "" for name in ("last_login", "date_joined") for place in (0, 1)}
    return shown | dates | {"date_joined_0": "2026-11-01", "date_joined_1": "12:00:00"}


def test_role_changed(client, head, known):
    fields = form_of(client, known)
    client.post(reverse("admin:accounts_user_change", args=[known.pk]), fields | {"first_name": "Anna"})
    assert events() == []
    client.post(reverse("admin:accounts_user_change", args=[known.pk]), fields | {"is_staff": "on"})
    about = "active=True staff=True superuser=False"
    assert events() == [("role_changed", head.pk, f"user {known.pk}", about)]


def test_copies(client, head, known):
    client.post(reverse("privacy_export"))
    client.post(reverse("own_cards_export"))
    client.post(reverse("admin:accounts_user_export", args=[known.pk]))
    copies = [(head, ""), (head, "own_cards=1"), (known, "")]
    assert events() == [("copy_made", head.pk, f"user {of.pk}", detail) for of, detail in copies]


def test_looking_is_no_event(client, teacher, school_class):
    for name in ("teach", "settings", "home"):
        client.get(reverse(name))
    client.get(reverse("class_students", args=[school_class.pk]))
    assert events() == []


def test_refused_request_is_no_event(client, teacher):
    other = AssignmentFactory()
    client.post(reverse("class_archive", args=[other.school_class.pk]), {"archive": "yes"})
    client.post(reverse("class_csv", args=[other.school_class.pk, "students"]))
    client.post(reverse("admin:cards_deck_export_csv", args=[other.deck.pk]))
    assert events() == []


# what is in a row, and what is not


def test_row_keeps_the_number_when_the_person_is_gone(known):
    record(Kind.LOG_IN, by=known, of=known, now=NOON)
    number = known.pk
    known.delete()
    event = AuditEvent.objects.get()
    assert (event.by, event.by_number, event.of_number, event.at) == (None, number, number, NOON)


def test_no_password_code_or_text_is_in_any_row_or_log_line(client, teacher, known, caplog):
    [card] = make_cards([known], now=datetime.now(UTC), good_for=RESET_GOOD_FOR)
    do_import(client, DeckTeacherFactory(user=teacher).deck)
    use_code(client, known, card.code)
    log_in(Client(), password=f"{NEW}x")
    log_in(Client(), username=f"{NEW}y")
    kept = str(list(AuditEvent.objects.values())) + str(list(LogEntry.objects.values())) + caplog.text
    secrets = ("Canary", NEW, PASSWORD, card.code, card.printed_code)
    assert ([secret for secret in secrets if secret in kept], "log_in_failed" in kept) == ([], True)


def test_line_ends_in_a_name_forge_nothing(client, known, caplog):
    log_in(client, username="anna\r\n2026-11-25 12:00 log_in superuser")
    assert events() == [("log_in_failed", None, "", "")]
    assert "superuser" not in caplog.text


def test_no_address_is_kept(client, known):
    client.post(reverse("account_login"), {"login": "anna", "password": PASSWORD}, REMOTE_ADDR="198.51.100.7")
    assert (len(events()), "198.51" in str(list(AuditEvent.objects.values()))) == (1, False)


# who reads it

LIST = reverse("admin:accounts_auditevent_changelist")


@pytest.mark.parametrize(("make", "status"), [(TeacherFactory, 403), (UserFactory, 302)])
def test_nobody_but_a_superuser_reads_it(client, db, make, status):
    client.force_login(make())
    assert client.get(LIST).status_code == status


def test_superuser_searches_and_filters(client, head, known):
    for kind in (Kind.LOG_IN, Kind.LOG_OUT):
        record(kind, by=known, of=known, now=NOON)
    record(Kind.LOG_IN, by=head, of=head, now=NOON)
    found = client.get(LIST, {"q": "anna", "kind__exact": "log_in", "at__year": "2026"}).context["cl"].result_list
    assert [(event.kind, event.by_number) for event in found] == [("log_in", known.pk)]
    record(Kind.ERASED, by=head, of=UserFactory(pk=987654), now=NOON)
    assert client.get(LIST, {"q": "987654"}).context["cl"].result_count == 1


def test_nobody_changes_it(client, head, known):
    record(Kind.LOG_IN, by=known, of=known, now=NOON)
    pk = AuditEvent.objects.get().pk
    about = [reverse(f"admin:accounts_auditevent_{name}", args=[pk]) for name in ("change", "delete")]
    answers = [
        client.post(url, {"post": "yes"}).status_code for url in (*about, reverse("admin:accounts_auditevent_add"))
    ]
    client.post(LIST, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert (answers, AuditEvent.objects.filter(pk=pk).count()) == ([403, 403, 403], 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_three(client, head, rows, django_assert_num_queries):
    for _ in range(rows):
        record(Kind.LOG_IN, by=UserFactory(), now=NOON)
    with django_assert_num_queries(7):
        client.get(LIST)

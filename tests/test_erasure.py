"""Erasing a person by the school: nothing of her is left, nothing of anybody else’s goes, and it can be done twice."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.audit import AuditEvent
from accounts.erasure import CannotEraseError, erase, what_goes
from accounts.models import Membership, SchoolClass, User
from accounts.privacy import Policy, declared
from cards.models import Card, CardState, Deck, Flag, Note, ReviewLog
from cards.review import note_misbelief
from tests.a_class import AClass
from tests.conftest import NOON, answer, write_card
from tests.factories import (
    CardStateFactory,
    DeckTeacherFactory,
    MembershipFactory,
    TeacherFactory,
    TeacherMembershipFactory,
    UserFactory,
)

USERS = reverse("admin:accounts_user_changelist")
CANARIES = ["zephyr-41", "Zéphyrine", "Quagmire", "zephyr@school.example", "Zorblax"]


@pytest.fixture
def head(db):
    return UserFactory(username="head", is_staff=True, is_superuser=True)


@pytest.fixture
def head_client(client, head):
    client.force_login(head)
    return client


def canary(factory=UserFactory):
    name = {"first_name": CANARIES[1], "last_name": CANARIES[2], "email": CANARIES[3]}
    user = factory(username=CANARIES[0], **name)
    user.set_password("pact-of-1939")
    user.save()
    return user


def leave_traces(user, school_card):
    """Words of hers in every place that takes some."""
    card = write_card(user, front="What is a Zorblax?")
    answer(user, card)
    note_misbelief(user, card.pk, now=NOON)
    for about in (card, school_card):
        Note.objects.create(user=user, card=about, text="A Zorblax is mine.")
        Flag.objects.create(user=user, card=about, reason="No Zorblax here?", raised_at=NOON)


def use_it(user):
    """In and out, with a wrong password between, and what the school’s pages write down of her."""
    hers = Client()
    fields = {"login": user.username, "password": "pact-of-1939"}
    hers.post(reverse("account_login"), {**fields, "password": "Zorblax"})
    hers.post(reverse("account_login"), fields)
    hers.post(reverse("privacy_export"))
    hers.get(reverse("settings"))
    return hers


def look_after(head_client, user):
    """What the admin notes in its own log: that she was changed, and that a flag of hers was."""
    flag = Flag.objects.filter(user=user, card__deck__owner=None).get()
    about = [(user, "user"), (flag, "flag")]
    for row, name in about:
        LogEntry.objects.log_actions(head_client.session["_auth_user_id"], [row], 2, change_message=f"{name} seen")


def dump():
    """Every value of every table, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            texts.append(str(cursor.fetchall()))
    return "".join(texts)


def hits():
    kept = dump().casefold()
    return [word for word in CANARIES if word.casefold() in kept]


def test_nothing_of_her_is_left(head_client, deck):
    user = canary()
    MembershipFactory(user=user)
    leave_traces(user, deck.cards.first())
    hers = use_it(user)
    look_after(head_client, user)
    assert hits() == CANARIES
    assert erase(user.pk, by=None, now=NOON)
    assert hits() == []
    assert hers.get(reverse("settings")).status_code == 302


def test_nothing_of_a_teacher_is_left(head_client, head):
    teacher = canary(TeacherFactory)
    colleague = TeacherFactory()
    rows = {
        "memberships-TOTAL_FORMS": 2,
        "holidays-TOTAL_FORMS": 0,
        "holidays-INITIAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    for place, user in enumerate((teacher, colleague)):
        rows |= {f"memberships-{place}-user": user.pk, f"memberships-{place}-can_edit": "on"}
    head_client.post(reverse("admin:accounts_schoolclass_add"), {"name": "11B", **rows})
    Client().post(reverse("account_login"), {"login": teacher.username, "password": "pact-of-1939"})
    assert CANARIES[0] in LogEntry.objects.get().change_message
    erase(teacher.pk, by=head, now=NOON)
    assert (hits(), SchoolClass.objects.get().members.count()) == ([], 2)  # the head, who made it, and the colleague


def test_admin_log_of_others_keeps_its_words(head):
    user = UserFactory(username="name")
    said = [{"changed": {"fields": ["Username"], "name": "deck", "object": "Surname or first-name"}}]
    LogEntry.objects.log_actions(head.pk, [head], 2, change_message=said)
    LogEntry.objects.log_actions(head.pk, [head], 2, change_message=[{"added": {"name": "x", "object": "name (11B)"}}])
    erase(user.pk, by=head, now=NOON)
    assert sorted(entry.change_message[:9] for entry in LogEntry.objects.all()) == ["", '[{"change']


def test_history_stays_and_knows_her_no_more(head):
    teacher = TeacherFactory()
    deck = DeckTeacherFactory(user=teacher).deck
    DeckTeacherFactory(deck=deck)
    record = deck.history.get()
    record.history_user = teacher
    record.save()
    erase(teacher.pk, by=head, now=NOON)
    assert deck.history.values_list("history_user", "title").get() == (None, deck.title)


def test_log_keeps_her_number(head):
    user = UserFactory()
    number = user.pk
    erase(number, by=head, now=NOON)
    event = AuditEvent.objects.values_list("kind", "by", "of_kind", "of_number", "detail", "at").get()
    assert event == ("erased", head.pk, "user", number, "", NOON)


def test_others_keep_theirs(head, deck):
    kept, gone = UserFactory(), UserFactory()
    for user in (kept, gone):
        leave_traces(user, deck.cards.first())
        Client().force_login(user)
    erase(gone.pk, by=head, now=NOON)
    models = (Deck.objects.exclude(owner=None), CardState.objects, ReviewLog.objects, Note.objects, Session.objects)
    assert [rows.count() for rows in models] == [1, 1, 1, 2, 1]
    assert set(Flag.objects.values_list("user", flat=True)) == {kept.pk}


def test_her_answers_are_in_no_figure_any_more(client, head, time_machine):
    here = AClass()
    time_machine.move_to("2026-11-25T12:00:00Z", tick=False)
    client.force_login(here.teacher)
    page = reverse("school_class", args=[here.school_class.pk])
    assert "Cleo" in client.get(page).text
    erase(here.students["Cleo"].pk, by=head, now=NOON)
    shown = client.get(page)
    rates = [(row.card.front, row.rate.tries) for row in shown.context["card_rows"]]
    assert ("Cleo" in shown.text, rates[0]) == (False, ("A?", 7))  # 10 tries, 3 of them hers


def test_erased_twice_is_erased_once(head):
    user = UserFactory()
    number = user.pk
    assert [erase(number, by=head, now=NOON) for _ in range(2)] == [True, False]
    assert AuditEvent.objects.count() == 1


def test_restored_person_is_erased_again(head):
    """What a restored backup does with the numbers of those who were erased since it was made."""
    numbers = [UserFactory().pk, 999_999]
    assert [erase(number, by=None, now=NOON) for number in numbers] == [True, False]


# what has to be done first


def why_not(number, head):
    with pytest.raises(CannotEraseError) as refused:
        erase(number, by=head, now=NOON)
    assert User.objects.filter(pk=number).exists()
    assert AuditEvent.objects.count() == 0
    return str(refused.value)


def test_last_superuser_stays(head):
    assert why_not(head.pk, None) == "head is the last superuser. Make somebody else one first."
    UserFactory(is_superuser=True, is_active=False)
    assert "last superuser" in why_not(head.pk, None)
    UserFactory(is_superuser=True)
    assert erase(head.pk, by=None, now=NOON)


def test_teacher_hands_over_first(head):
    teacher = TeacherFactory(username="kim")
    membership = TeacherMembershipFactory(user=teacher, school_class__name="11A")
    deck = DeckTeacherFactory(user=teacher, deck__title="Poland")
    sentence = "Nobody but kim looks after 11A, Poland. Give that to another teacher first, or archive it."
    assert why_not(teacher.pk, head) == sentence
    TeacherMembershipFactory(school_class=membership.school_class)
    DeckTeacherFactory(deck=deck.deck)
    assert erase(teacher.pk, by=head, now=NOON)
    assert (SchoolClass.objects.count(), Deck.objects.count()) == (1, 1)


@pytest.mark.parametrize("lacks", [{"can_edit": False}, {"user__is_active": False}, {"user__is_staff": False}])
def test_colleague_who_could_change_nothing_is_not_enough(head, lacks):
    membership = TeacherMembershipFactory()
    TeacherMembershipFactory(school_class=membership.school_class, **lacks)
    assert membership.school_class.name in why_not(membership.user_id, head)


def test_what_is_archived_needs_nobody(head):
    membership = TeacherMembershipFactory(school_class__archived_at=NOON)
    DeckTeacherFactory(user=membership.user, deck__status="archived")
    assert erase(membership.user_id, by=head, now=NOON)


def test_answer_of_somebody_else_to_her_card_stops_it(head, student):
    CardStateFactory(card=write_card(student))
    assert "Somebody else has answered a card" in why_not(student.pk, head)


# the page


def post(client, *people, **fields):
    chosen = {"action": "erase", "_selected_action": [person.pk for person in people]}
    return client.post(USERS, {**chosen, **fields}, follow=True)


def sentences(response):
    return [str(message) for message in response.context["messages"]]


def test_page_counts_and_asks(head_client, student, deck):
    leave_traces(student, deck.cards.first())
    page = post(head_client, student)
    counts = {str(name): count for name, count in page.context["counts"]}
    assert (counts["answers"], counts["notes"], counts["cards"], counts["users"]) == (1, 2, 1, 1)
    assert ("Zorblax" in page.text, User.objects.filter(pk=student.pk).exists()) == (False, True)


def test_button_erases(head_client, student):
    number = student.pk
    response = post(head_client, student, apply="yes")
    assert (sentences(response), User.objects.filter(pk=number).count()) == (["1 person is erased."], 0)
    assert post(head_client, student, apply="yes").status_code == 200


def test_page_names_who_stays_and_why(head_client, head, student):
    page = post(head_client, head, student)
    assert ("You cannot erase yourself." in page.text, list(page.context["people"])) == (True, [student])
    said = sentences(post(head_client, head, student, apply="yes"))
    assert said == ["You cannot erase yourself. Ask another superuser.", "1 person is erased."]


def test_person_has_the_button_on_her_page(head_client, student):
    page = head_client.get(reverse("admin:accounts_user_change", args=[student.pk])).text
    assert ('name="action" value="erase"' in page, "deletelink" in page) == (True, False)


def test_django_deletes_nobody(head_client, student):
    address = reverse("admin:accounts_user_delete", args=[student.pk])
    assert head_client.post(address, {"post": "yes"}).status_code == 403
    post(head_client, student, action="delete_selected", post="yes")
    assert User.objects.filter(pk=student.pk).exists()


@pytest.mark.parametrize("make", [TeacherFactory, UserFactory, lambda: TeacherMembershipFactory().user])
def test_nobody_but_a_superuser_erases(client, student, make):
    client.force_login(make())
    client.post(USERS, {"action": "erase", "_selected_action": [student.pk], "apply": "yes"})
    assert User.objects.filter(pk=student.pk).exists()


def test_teacher_of_the_class_does_not_erase(client, student):
    membership = MembershipFactory(user=student)
    client.force_login(TeacherMembershipFactory(school_class=membership.school_class).user)
    client.post(USERS, {"action": "erase", "_selected_action": [student.pk], "apply": "yes"})
    assert Membership.objects.filter(user=student).exists()


@pytest.mark.parametrize("people", [1, 3])
def test_counting_costs_the_same_for_one_and_three(db, people, django_assert_num_queries):
    for _ in range(people):
        write_card(UserFactory())
    with django_assert_num_queries(len(list(declared(Policy.EXPORT, Policy.ERASE)))):
        counts = dict(what_goes(User.objects.all()))
    assert counts["cards"] == Card.objects.count() == people

"""What a teacher does not get to see of a colleague’s deck: drafts, flags, and what a card said in a private deck."""

import pytest
from django.urls import reverse

from accounts.models import SchoolClass
from cards import desk
from cards.models import Card, Flag
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    DeckTeacherFactory,
    FlagFactory,
    MembershipFactory,
    TeacherFactory,
    TeacherMembershipFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "Zephyr"


@pytest.fixture
def teacher():
    return TeacherFactory()


@pytest.fixture
def desk_client(client, teacher):
    client.force_login(teacher)
    return client


@pytest.fixture
def theirs():
    """A library deck that a colleague looks after, with a published, a draft and an archived card."""
    deck = DeckTeacherFactory(deck__in_library=True).deck
    for status in ("published", "draft", "archived"):
        CardFactory(deck=deck, status=status, front=f"{SECRET} {status}?")
    return deck


# drafts


def test_list_of_cards_has_what_is_published_of_a_colleagues_deck(desk_client, theirs):
    found = desk_client.get(reverse("admin:cards_card_changelist")).context["cl"].result_list
    assert [card.status for card in found] == ["published"]


@pytest.mark.parametrize("status", ["draft", "archived"])
@pytest.mark.parametrize("name", ["change", "preview", "history"])
def test_draft_of_a_colleague_has_no_page(desk_client, theirs, status, name):
    address = reverse(f"admin:cards_card_{name}", args=[theirs.cards.get(status=status).pk])
    page = desk_client.get(address, follow=True)
    assert SECRET not in page.text


def test_copy_takes_along_what_she_sees(teacher, theirs):
    copy = desk.copy_deck(theirs, teacher, title="Copy")
    assert list(copy.cards.values_list("front", flat=True)) == [f"{SECRET} published?"]


def test_copy_of_her_own_deck_takes_drafts_along(theirs):
    copy = desk.copy_deck(theirs, theirs.teachers.get(), title="Copy")
    assert list(copy.cards.values_list("status", flat=True)) == ["published", "draft"]


def test_teacher_who_only_looks_at_a_deck_sees_no_draft(desk_client, teacher, theirs):
    DeckTeacherFactory(deck=theirs, user=teacher, can_edit=False)
    assert list(Card.objects.visible_to(teacher).values_list("status", flat=True)) == ["published"]


# flags


@pytest.fixture
def flag(teacher):
    """Of a student of hers, about a card of a private deck of the student’s other teacher."""
    student = MembershipFactory(school_class=TeacherMembershipFactory(user=teacher).school_class).user
    deck = DeckTeacherFactory(deck__title=SECRET).deck
    other_class = TeacherMembershipFactory(user=deck.teachers.get()).school_class
    AssignmentFactory(deck=deck, school_class=other_class)
    MembershipFactory(user=student, school_class=other_class)
    return FlagFactory(user=student, card=CardFactory(deck=deck, front=f"{SECRET}?"), reason=f"{SECRET}!")


def test_flag_about_another_teachers_deck_is_not_hers(desk_client, teacher, flag):
    page = desk_client.get(reverse("admin:cards_flag_changelist"))
    assert (page.context["cl"].result_count, SECRET in page.text) == (0, False)
    assert list(Flag.objects.visible_to(teacher)) == []


def test_flag_about_another_teachers_deck_is_not_hers_to_settle(desk_client, teacher, flag):
    school_class = SchoolClass.objects.visible_to(teacher).get()
    response = desk_client.post(reverse("class_flag_settle", args=[school_class.pk, flag.pk]))
    assert (response.status_code, Flag.objects.get().settled_at) == (404, None)


def test_flag_is_seen_by_the_teacher_of_the_deck(flag):
    assert list(Flag.objects.editable_by(flag.card.deck.teachers.get())) == [flag]


def test_flag_about_a_library_card_is_seen_by_the_teachers_of_the_student_alone(teacher, flag):
    about_library = FlagFactory(user=flag.user, card=DeckFactory(cards=1).cards.get())
    assert list(Flag.objects.visible_to(teacher)) == [about_library]
    assert list(Flag.objects.visible_to(TeacherFactory())) == []


# history


@pytest.fixture
def moved(teacher):
    """A card that came from a colleague’s private deck into one that she shares with her."""
    card = CardFactory(deck=DeckTeacherFactory(deck__title=SECRET).deck, back=f"{SECRET}, an old answer.")
    card.back = "To win time."
    card.save()
    desk.move_cards(Card.objects.filter(pk=card.pk), DeckTeacherFactory(user=teacher, deck__title="Shared").deck)
    return card


def test_history_begins_with_the_move_for_who_may_not_edit_the_deck_before(desk_client, moved):
    page = desk_client.get(reverse("admin:cards_card_history", args=[moved.pk]))
    assert (len(page.context["page_obj"].object_list), SECRET in page.text) == (1, False)


def test_history_is_whole_for_who_may_edit_both(desk_client, teacher, moved):
    DeckTeacherFactory(user=teacher, deck=moved.history.earliest().deck)
    page = desk_client.get(reverse("admin:cards_card_history", args=[moved.pk]))
    assert (len(page.context["page_obj"].object_list), SECRET in page.text) == (3, True)


def test_line_of_history_from_before_the_move_has_no_page(desk_client, moved):
    lines = moved.history.order_by("history_id")
    found = [
        desk_client.get(reverse("admin:cards_card_simple_history", args=[moved.pk, line.pk])).status_code
        for line in lines
    ]
    assert found == [404, 404, 200]

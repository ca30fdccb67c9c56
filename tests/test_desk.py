"""What a teacher does with decks and cards at her desk, in the admin."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cards import desk
from cards.models import Card, CardState, Deck
from tests.conftest import answer
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    DeckTeacherFactory,
    MembershipFactory,
    MotiveFactory,
    TeacherFactory,
    TeacherMembershipFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return TeacherFactory()


@pytest.fixture
def hers(teacher):
    """A deck of hers with three cards."""
    return DeckTeacherFactory(user=teacher, deck__cards=3).deck


@pytest.fixture
def desk_client(client, teacher):
    client.force_login(teacher)
    return client


def act(client, name, cards, **fields):
    """Choose cards in the list and confirm the action."""
    chosen = {"action": name, "_selected_action": [card.pk for card in cards], "apply": "yes"}
    return client.post(reverse("admin:cards_card_changelist"), chosen | fields, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


# copy


def test_library_deck_is_copied_with_codes_and_without_students(desk_client, teacher, student):
    original = DeckFactory(cards=2, title="Stalin")
    desk_client.post(reverse("admin:cards_deck_copy", args=[original.pk]), {"title": "Stalin for 10B"})
    copy = Deck.objects.get(copied_from=original)
    assert (copy.status, copy.in_library, list(copy.teachers.all())) == ("draft", False, [teacher])
    assert list(copy.cards.values_list("code", "front")) == list(original.cards.values_list("code", "front"))
    assert CardState.objects.filter(card__deck=copy).count() == 0


def test_copy_leaves_archived_cards_out(teacher):
    original = DeckFactory(cards=2)
    desk.set_status(Card.objects.filter(pk=original.cards.first().pk), Card.Status.ARCHIVED)
    assert desk.copy_deck(original, teacher, title="Copy").cards.count() == 1


def test_copied_cards_begin_their_history(teacher):
    copy = desk.copy_deck(DeckFactory(cards=2), teacher, title="Copy")
    lines = Card.history.filter(deck_id=copy.pk).values_list("history_type", "history_user")
    assert list(lines) == [("+", teacher.pk)] * 2


def test_copy_needs_a_title(desk_client):
    original = DeckFactory()
    response = desk_client.post(reverse("admin:cards_deck_copy", args=[original.pk]), {"title": " "})
    assert (response.status_code, Deck.objects.filter(copied_from=original).count()) == (422, 0)


def test_copy_gets_an_address_of_its_own(teacher):
    original = DeckFactory(title="Stalin", slug="stalin")
    slugs = [desk.copy_deck(original, teacher, title="Stalin").slug for _ in range(2)]
    assert slugs == ["stalin-2", "stalin-3"]


# several cards at once


def test_action_asks_first_and_says_whom_it_affects(desk_client, hers, student):
    MembershipFactory(user=student, school_class=AssignmentFactory(deck=hers).school_class)
    answer(student, hers.cards.first())
    chosen = {"action": "archive", "_selected_action": [card.pk for card in hers.cards.all()]}
    page = desk_client.post(reverse("admin:cards_card_changelist"), chosen)
    assert ("This affects 1 student." in page.text, "All schedules are kept." in page.text) == (True, True)
    assert hers.cards.filter(status="archived").count() == 0


def test_archived_card_keeps_its_state(desk_client, hers, student):
    MembershipFactory(user=student, school_class=AssignmentFactory(deck=hers).school_class)
    card = hers.cards.first()
    answer(student, card)
    act(desk_client, "archive", [card])
    assert (Card.objects.get(pk=card.pk).status, CardState.objects.get().version) == ("archived", 1)


def test_card_without_a_source_stays_a_draft(desk_client, hers):
    sourced, bare = CardFactory(deck=hers, status="draft"), CardFactory(deck=hers, status="draft", source="")
    act(desk_client, "publish", [sourced, bare])
    assert [Card.objects.get(pk=card.pk).status for card in (sourced, bare)] == ["published", "draft"]


def test_cards_move_to_the_end_of_another_deck_of_hers(desk_client, teacher, hers):
    other = DeckTeacherFactory(user=teacher, deck__cards=1).deck
    card = hers.cards.first()
    act(desk_client, "move", [card], deck=other.pk)
    assert (other.cards.last(), hers.cards.count()) == (card, 2)


def test_cards_do_not_move_to_a_deck_of_a_colleague(desk_client, hers):
    foreign = DeckTeacherFactory().deck
    page = act(desk_client, "move", [hers.cards.first()], deck=foreign.pk)
    assert (hers.cards.count(), foreign.title in page.text) == (3, False)


def test_card_does_not_move_onto_its_own_code(desk_client, teacher, hers):
    other = DeckTeacherFactory(user=teacher).deck
    card = CardFactory(deck=other, code=hers.cards.first().code)
    response = act(desk_client, "move", [card], deck=hers.pk)
    assert (Card.objects.get(pk=card.pk).deck, card.code in said(response)[0]) == (other, True)


def test_cards_are_tagged_with_a_motive(desk_client, hers):
    motive = MotiveFactory()
    act(desk_client, "tag", hers.cards.all(), motive=motive.pk)
    assert set(hers.cards.values_list("motive", flat=True)) == {motive.pk}


def test_cards_of_a_list_narrowed_to_their_motive_are_counted_once_tagged(desk_client, hers):
    hers.cards.update(motive=MotiveFactory())
    address = f"{reverse('admin:cards_card_changelist')}?motive__id__exact={hers.cards.first().motive_id}"
    chosen = {"action": "tag", "_selected_action": [card.pk for card in hers.cards.all()], "apply": "yes"}
    response = desk_client.post(address, chosen | {"motive": MotiveFactory().pk}, follow=True)
    assert said(response) == ["Done: 3. All schedules are kept."]


def test_teacher_is_told_when_the_deck_of_published_cards_is_a_draft(desk_client, hers):
    card = CardFactory(deck=hers, status="draft")
    hers.status = "draft"
    hers.save()
    assert said(act(desk_client, "publish", [card]))[1:] == [
        "Their deck is still a draft, so no student sees them. Publish the deck, too."
    ]


def test_card_that_was_met_is_not_deleted_with_others(desk_client, hers, student):
    MembershipFactory(user=student, school_class=AssignmentFactory(deck=hers).school_class)
    answer(student, hers.cards.first())
    chosen = {"action": "delete_selected", "_selected_action": [card.pk for card in hers.cards.all()]}
    page = desk_client.post(reverse("admin:cards_card_changelist"), chosen)
    assert ("Nothing was deleted." in page.text, "card state" in page.text) == (True, False)
    desk_client.post(reverse("admin:cards_card_changelist"), chosen | {"post": "yes"})
    assert hers.cards.count() == 3


def test_library_cards_are_not_changed_by_an_action(desk_client):
    deck = DeckFactory(cards=1)
    act(desk_client, "archive", deck.cards.all())
    assert deck.cards.get().status == "published"


def test_deck_is_archived_after_a_question(desk_client, hers):
    address = reverse("admin:cards_deck_changelist")
    chosen = {"action": "archive", "_selected_action": [hers.pk]}
    desk_client.post(address, chosen)
    before = Deck.objects.get(pk=hers.pk).status
    desk_client.post(address, chosen | {"apply": "yes"})
    assert (before, Deck.objects.get(pk=hers.pk).status) == ("published", "archived")


def choose_all(client, name, **fields):
    """Tick “select all”, of a list of drafts; the page that asks, with the fields that it sends."""
    address = f"{reverse('admin:cards_card_changelist')}?status__exact=draft"
    fields |= {
        "action": name,
        "select_across": "1",
        "_selected_action": [Card.objects.filter(status="draft").first().pk],
    }
    return client.post(address, fields, follow=True)


def test_thousands_of_cards_are_published_at_once(desk_client, hers, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
    CardFactory.create_batch(60, deck=hers, status="draft", motive=None)
    asked = choose_all(desk_client, "publish")
    assert ("60 of yours are chosen." in asked.text, asked.text.count('name="_selected_action"')) == (True, 1)
    done = choose_all(desk_client, "publish", apply="yes", count="60")
    assert (said(done), hers.cards.filter(status="published").count()) == (["Done: 60. All schedules are kept."], 63)


def test_many_cards_cost_as_many_queries_as_a_few(teacher, hers, django_assert_num_queries):
    CardFactory.create_batch(20, deck=hers, motive=None)
    with django_assert_num_queries(5):  # two of them open and close the transaction
        assert desk.set_status(hers.cards.all(), Card.Status.ARCHIVED) == 23


def test_list_that_has_grown_since_the_question_is_asked_about_anew(desk_client, hers):
    CardFactory.create_batch(2, deck=hers, status="draft")
    page = choose_all(desk_client, "archive", apply="yes", count="1")
    assert ("2 of yours are chosen." in page.text, hers.cards.filter(status="archived").count()) == (True, 0)


def test_each_of_many_gets_its_line_of_history_and_one_version(desk_client, hers, teacher):
    act(desk_client, "archive", hers.cards.all())
    lines = Card.history.filter(history_type="~").values_list("status", "history_user")
    assert (list(lines), set(hers.cards.values_list("version", flat=True))) == ([("archived", teacher.pk)] * 3, {1})


# the list of decks


def test_deck_list_tells_of_her_classes(desk_client, teacher, hers):
    school_class = TeacherMembershipFactory(user=teacher, school_class__name="10 B").school_class
    AssignmentFactory(deck=hers, school_class=school_class)
    AssignmentFactory(deck=hers, school_class__name="A colleague’s")
    response = desk_client.get(reverse("admin:cards_deck_changelist"))
    assert [deck.class_names for deck in response.context["cl"].result_list] == [["10 B"]]


def test_deck_list_counts_published_cards(desk_client, hers):
    CardFactory(deck=hers, status="draft")
    DeckTeacherFactory(user=hers.teachers.get(), deck__title="Empty")
    found = desk_client.get(reverse("admin:cards_deck_changelist")).context["cl"].result_list
    assert {deck.title: deck.published_cards for deck in found} == {hers.title: 3, "Empty": 0}


@pytest.mark.parametrize(("whose", "count"), [("mine", 1), ("library", 1), ("", 2)])
def test_deck_list_filters_hers_and_the_librarys(desk_client, hers, whose, count):
    DeckFactory()
    response = desk_client.get(reverse("admin:cards_deck_changelist"), {"whose": whose} if whose else {})
    assert response.context["cl"].result_count == count


def test_index_has_three_entries_for_a_teacher(desk_client):
    page = desk_client.get(reverse("admin:index")).text
    found = [name in page for name in ("My decks", "Cards", "My classes", "Everything else")]
    assert found == [True, True, True, False]


def test_new_deck_needs_only_a_title_and_takes_new_cards(desk_client, teacher):
    fields = {"title": "The Pact in brief", "status": "draft"}
    for prefix in ("assignments", "deck_teachers"):
        fields |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    fields |= {"cards-TOTAL_FORMS": "2", "cards-INITIAL_FORMS": "0"}
    fields |= {"cards-0-front": "Why?", "cards-0-back": "Time.", "cards-1-front": "Who?", "cards-1-back": "He."}
    desk_client.post(reverse("admin:cards_deck_add"), fields)
    deck = Deck.objects.get(teachers=teacher)
    assert deck.slug == "the-pact-in-brief"
    assert list(deck.cards.values_list("code", "status")) == [(f"{deck.slug}-1", "draft"), (f"{deck.slug}-2", "draft")]


def library_error(client, deck, **changes):
    """What the deck’s form says about the library when it is ticked."""
    fields = {"title": deck.title, "slug": deck.slug, "status": deck.status, "opened": deck.version}
    for prefix in ("assignments", "deck_teachers", "cards"):
        fields |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    response = client.post(reverse("admin:cards_deck_change", args=[deck.pk]), fields | changes | {"in_library": "on"})
    return response.context["adminform"].form.errors.get("in_library") if response.context else None


@pytest.mark.parametrize(("card", "refused"), [(None, True), ("draft", True), ("archived", True), ("published", False)])
def test_deck_without_a_published_card_stays_out_of_the_library(desk_client, teacher, card, refused):
    deck = DeckTeacherFactory(user=teacher).deck
    if card:
        CardFactory(deck=deck, status=card)
    said = ["There is no published card in this deck yet. Publish some of its cards first."]
    assert library_error(desk_client, deck) == (said if refused else None)
    assert Deck.objects.get(pk=deck.pk).in_library is not refused


def test_library_deck_whose_last_card_went_is_still_saved(desk_client, teacher):
    deck = DeckTeacherFactory(user=teacher, deck__in_library=True).deck
    assert library_error(desk_client, deck, title="Another") is None
    assert Deck.objects.get(pk=deck.pk).title == "Another"


@pytest.mark.parametrize(
    ("query", "names"), [({}, {"now"}), ({"archived": "yes"}, {"then"}), ({"archived": "all"}, {"now", "then"})]
)
def test_list_of_classes_is_that_of_this_year_unless_asked(client, query, names):
    teacher = TeacherMembershipFactory(school_class__name="now").user
    TeacherMembershipFactory(user=teacher, school_class__name="then", school_class__archived_at=timezone.now())
    client.force_login(teacher)
    found = client.get(reverse("admin:accounts_schoolclass_changelist"), query).context["cl"].result_list
    assert {school_class.name for school_class in found} == names

"""Decks, cards, motives, people and classes in the admin, and read-only states and answers."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import User
from cards.models import Card, CardState, Deck, Flag
from tests.conftest import NOON, answer
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    MembershipFactory,
    TeacherFactory,
    UserFactory,
    teachers_group,
)

pytestmark = pytest.mark.django_db
LISTS = [
    "accounts_user",
    "accounts_schoolclass",
    "cards_deck",
    "cards_card",
    "cards_motive",
    "cards_misconception",
    "cards_misbelief",
    "cards_flag",
    "cards_cardstate",
    "cards_reviewlog",
]


GIVEN = ["add_user", "change_user", "view_user", "add_group", "change_group", "view_group"]
OF_SUPERUSERS = ["changelist", "add", "change", "history"]


@pytest.mark.parametrize("name", OF_SUPERUSERS)
def test_no_right_of_a_group_opens_people_to_a_teacher(client, name):
    teacher = TeacherFactory()
    teacher.groups.get().permissions.add(*Permission.objects.filter(codename__in=GIVEN))
    client.force_login(teacher)
    number = [UserFactory().pk] if name in ("change", "history") else []
    assert client.get(reverse(f"admin:accounts_user_{name}", args=number)).status_code == 403


def test_teacher_with_such_a_right_makes_nobody_a_superuser(client):
    teacher = TeacherFactory()
    teacher.user_permissions.add(*Permission.objects.filter(codename__in=GIVEN))
    client.force_login(teacher)
    own = reverse("admin:accounts_user_change", args=[teacher.pk])
    status = client.post(own, {"username": teacher.username, "is_superuser": "on", "is_staff": "on"}).status_code
    assert (status, User.objects.filter(is_superuser=True).count()) == (403, 0)


def test_group_of_teachers_gives_no_right_over_people_or_rights():
    models = teachers_group().permissions.values_list("content_type__app_label", "content_type__model")
    assert set(models) == {
        *(("accounts", model) for model in ("freedays", "membership", "schoolclass")),
        *(("cards", model) for model in ("assignment", "card", "deck", "deckteacher", "flag")),
        *(("cards", model) for model in ("misconception", "motive")),
    }


def test_rights_of_a_group_are_changed_by_nobody(superuser_client):
    assert superuser_client.get("/admin/auth/group/").status_code == 404


@pytest.fixture
def superuser_client(client):
    client.force_login(User.objects.create_superuser("head", password="x"))
    return client


def fill(rows):
    for _ in range(rows):
        assignment = AssignmentFactory(deck__cards=2)
        student = MembershipFactory(school_class=assignment.school_class).user
        answer(student, assignment.deck.cards.first())


def count_queries(client, name, rows, assert_num_queries, expected):
    fill(rows)
    with assert_num_queries(expected):
        client.get(reverse(f"admin:{name}_changelist"))


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_for_one_and_three_rows(superuser_client, name, django_assert_max_num_queries):
    fill(1)
    address = reverse(f"admin:{name}_changelist")
    superuser_client.get(address)
    with django_assert_max_num_queries(50) as one:
        superuser_client.get(address)
    fill(2)
    with django_assert_max_num_queries(len(one)):
        superuser_client.get(address)


@pytest.mark.parametrize("name", LISTS)
def test_list_can_be_searched(superuser_client, name):
    fill(1)
    response = superuser_client.get(reverse(f"admin:{name}_changelist"), {"q": "no such thing"})
    assert (response.status_code, response.context["cl"].result_count) == (200, 0)


@pytest.mark.parametrize(
    ("chosen", "answers"),
    # SQLite can’t look for so large a number, PostgreSQL looks and finds nothing.
    [("1e400", {400}), ("x", {400}), ("", {400}), ("1" * 30, {400, 200})],
)
@pytest.mark.parametrize("name", ["cards_deck", "cards_card", "cards_flag", "accounts_schoolclass"])
def test_rows_that_are_no_numbers_are_refused(superuser_client, name, chosen, answers):
    sent = {"action": "delete_selected", "_selected_action": [chosen]}
    assert superuser_client.post(reverse(f"admin:{name}_changelist"), sent).status_code in answers


def test_deck_list_counts_published_cards(superuser_client):
    fill(1)
    CardFactory(deck=Deck.objects.get(), status=Card.Status.DRAFT)
    response = superuser_client.get(reverse("admin:cards_deck_changelist"))
    assert [deck.published_cards for deck in response.context["cl"].result_list] == [2]


def test_deck_can_be_made_with_a_card(superuser_client):
    fields = {"title": "New", "slug": "new", "status": "published", "position": "1"}
    for prefix in ("cards", "assignments", "deck_teachers"):
        fields |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    fields |= {
        "cards-TOTAL_FORMS": "1",
        "cards-0-code": "new-01",
        "cards-0-status": "published",
        "cards-0-position": "1",
        "cards-0-front": "Why?",
        "cards-0-back": "Because.",
    }
    superuser_client.post(reverse("admin:cards_deck_add"), fields)
    assert Deck.objects.get(slug="new").cards.get().front == "Why?"


@pytest.mark.parametrize("name", ["cards_cardstate", "cards_reviewlog"])
@pytest.mark.parametrize("action", ["add", "change", "delete"])
def test_states_and_answers_are_to_look_at_only(superuser_client, name, action):
    fill(1)
    args = [] if action == "add" else [CardState.objects.get().pk]
    if name == "cards_reviewlog" and args:
        args = [CardState.objects.get().card.review_logs.get().pk]
    assert superuser_client.post(reverse(f"admin:{name}_{action}", args=args), {"post": "yes"}).status_code == 403


def test_card_with_answers_is_not_deleted(superuser_client):
    fill(1)
    card = CardState.objects.get().card
    superuser_client.post(reverse("admin:cards_card_delete", args=[card.pk]), {"post": "yes"})
    assert Card.objects.filter(pk=card.pk).exists()


# cards of each kind


def card_fields(**fields):
    basics = {"deck": DeckFactory().pk, "code": "new-01", "kind": "basic", "status": "published", "position": "1"}
    return basics | {"level": "core", "front": "Why?", "back": "Because.", "source": "FRUS 1939", **fields}


def add_card(client, **fields):
    return client.post(reverse("admin:cards_card_add"), card_fields(**fields), follow=True)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "cloze", "front": "No blank."}, "front"),
        ({"kind": "choice", "options": "Stalin\nHitler", "answer": "Both"}, "answer"),
        ({"kind": "choice", "options": "Stalin", "answer": "Stalin"}, "options"),
        ({"kind": "choice", "options": "Stalin\nHitler\nStalin", "answer": "Stalin"}, "options"),
        ({"kind": "choice", "options": "\n".join("ABCDEFGHIJ"), "answer": "A"}, "options"),
        ({"kind": "explain", "points": "claim: A.\nlink: B.\n" + "evidence: C.\n" * 11}, "points"),
        ({"kind": "explain", "points": "claim: He feared."}, "points"),
        ({"kind": "explain", "points": "He feared."}, "points"),
    ],
)
def test_card_that_could_not_be_shown_is_refused(superuser_client, fields, wrong):
    response = add_card(superuser_client, **fields)
    assert (list(response.context["adminform"].form.errors), Card.objects.count()) == ([wrong], 0)


def test_lists_are_written_as_lines(superuser_client):
    add_card(superuser_client, kind="explain", points="Claim: A.\nevidence: B: b.\n\nlink: C.", claims="S1\nK02")
    card = Card.objects.get()
    assert [(p["sort"], p["text"]) for p in card.points] == [("claim", "A."), ("evidence", "B: b."), ("link", "C.")]
    assert card.claims == ["S1", "K02"]
    page = superuser_client.get(reverse("admin:cards_card_change", args=[card.pk])).content.decode()
    assert "claim: A.\nevidence: B: b.\nlink: C." in page


def warnings(response):
    """What is said of the card to be looked at again."""
    said = [str(message) for message in response.context["messages"] if message.level_tag == "warning"]
    return [sentence.partition(": ")[2] for sentence in said]


def test_saved_card_is_held_against_the_rules_as_a_warning(superuser_client):
    response = add_card(superuser_client, front="Name three reasons for the pact.", source="", status="draft")
    assert warnings(response) == ["asks for a list; write one card for each item.", "names no source."]
    assert Card.objects.count() == 1


def test_card_without_motive_and_claims_is_a_whole_card(superuser_client):
    assert warnings(add_card(superuser_client, source="DGFP D VII", actor="", motive="")) == []


@pytest.mark.parametrize("cards", [1, 150])
def test_cards_of_a_deck_are_in_their_own_list(superuser_client, cards):
    deck = DeckFactory(cards=cards)
    page = superuser_client.get(reverse("admin:cards_deck_change", args=[deck.pk])).text
    address = f"{reverse('admin:cards_card_changelist')}?deck__id__exact={deck.pk}"
    assert (deck.cards.first().front in page, address in page) == (False, True)
    assert superuser_client.get(address).context["cl"].result_count == cards


@pytest.mark.parametrize(("kind", "closed"), [("choice", 4), ("explain", 4), ("basic", 5)])
def test_part_of_its_kind_lies_open(superuser_client, kind, closed):
    card = CardFactory(**next(fields for fields in KINDS if fields["kind"] == kind))
    page = superuser_client.get(reverse("admin:cards_card_change", args=[card.pk])).content.decode()
    assert page.count("<details>") == closed


KINDS = [
    {"kind": "basic"},
    {"kind": "cloze", "front": "He needed {{time}}."},
    {"kind": "choice", "options": ["Stalin", "Hitler"], "answer": "Stalin"},
    {"kind": "explain", "points": [{"sort": "claim", "text": "He feared."}]},
]


@pytest.mark.parametrize("fields", KINDS, ids=lambda fields: fields["kind"])
def test_preview_is_the_students_fragment_and_saves_nothing(superuser_client, fields):
    card = CardFactory(**fields)
    response = superuser_client.get(reverse("admin:cards_card_preview", args=[card.pk]))
    assert f"cards/_card_{card.kind}.html" in [template.name for template in response.templates]
    assert CardState.objects.count() == 0


def test_preview_of_a_choice_has_the_buttons_of_a_right_pick(superuser_client):
    card = CardFactory(**KINDS[2])
    response = superuser_client.get(reverse("admin:cards_card_preview", args=[card.pk]))
    assert [button.quality for button in response.context["buttons"]] == [3, 4, 5]


def test_preview_is_not_for_students(client):
    client.force_login(UserFactory())
    response = client.get(reverse("admin:cards_card_preview", args=[CardFactory().pk]))
    assert response.status_code == 302


def test_flag_is_settled_by_an_action(superuser_client):
    fill(1)
    state = CardState.objects.get()
    flag = Flag.objects.create(user=state.user, card=state.card, reason="The year is wrong.", raised_at=NOON)
    data = {"action": "settle", "_selected_action": [flag.pk]}
    superuser_client.post(reverse("admin:cards_flag_changelist"), data)
    assert (Flag.objects.standing().count(), Flag.objects.count()) == (0, 1)


@pytest.mark.parametrize("name", LISTS)
def test_student_sees_nothing_of_it(client, name):
    client.force_login(UserFactory())
    DeckFactory(cards=1)
    response = client.get(reverse(f"admin:{name}_changelist"))
    assert response.status_code in (302, 403)


def test_admin_logs_in_on_the_page_of_everybody(client):
    response = client.get(reverse("admin:login"))
    assert response["Location"].startswith(reverse("account_login"))

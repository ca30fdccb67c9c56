"""A deck as a file and as paper: what is in it, whose it is, and that it comes back."""

import pytest
from django.urls import reverse
from hypothesis import given, settings

from cards.interchange.apkg import read_package
from cards.interchange.cells import cells_of
from cards.interchange.export import deck_csv, deck_tsv
from cards.interchange.fields import ALIASES, stored
from cards.interchange.rows import guess_reading, read_rows
from cards.interchange.text import decoded
from cards.models import Card, Deck
from tests.conftest import write_card
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckFactory,
    DeckTeacherFactory,
    MotiveFactory,
    TeacherFactory,
    TeacherMembershipFactory,
    UserFactory,
)
from tests.test_apkg_writing import cards

FILES = ["csv", "tsv", "apkg"]
NAMES = [f"deck_export_{ending}" for ending in FILES]
PAPER = ["deck_print_fold", "deck_print_list", "deck_print_blank"]
PAGES = ["deck_export", *NAMES, *PAPER]


@pytest.fixture
def teacher(db):
    return TeacherFactory()


@pytest.fixture
def teacher_client(client, teacher):
    client.force_login(teacher)
    return client


@pytest.fixture
def deck(teacher):
    """A deck of hers, with a published card, a draft and an archived one."""
    deck = DeckTeacherFactory(user=teacher, deck__slug="stalin").deck
    for status in Card.Status.values:
        CardFactory(deck=deck, status=status, code=status, front=f"{status}?")
    return deck


def address(name, deck):
    return reverse(f"admin:cards_{name}", args=[deck.pk])


def statuses(client, deck):
    return {ask(client, name, deck).status_code for name in PAGES}


def ask(client, name, deck):
    """A file is asked for by POST, since it is written down who took it."""
    return (client.post if name in NAMES else client.get)(address(name, deck))


# --- whose


def test_teacher_gets_every_page_of_hers(teacher_client, deck):
    assert statuses(teacher_client, deck) == {200}


@pytest.mark.parametrize("who", [TeacherFactory, UserFactory, lambda: UserFactory(is_staff=True)])
def test_nobody_else_gets_any(client, deck, who):
    client.force_login(who())
    assert statuses(client, deck) <= {302, 403, 404}


def test_visitor_is_asked_to_log_in(client, deck):
    assert statuses(client, deck) == {302}


def test_staff_without_a_permission_get_none_of_the_library(client, db):
    client.force_login(UserFactory(is_staff=True))
    assert statuses(client, DeckFactory(cards=1)) == {403}


def test_students_own_cards_are_nobodys(client, student):
    card = write_card(student)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert statuses(client, card.deck) == {404}


@pytest.mark.parametrize("name", PAGES)
def test_each_is_asked_for_in_one_way(teacher_client, deck, name):
    other = teacher_client.get if name in NAMES else teacher_client.post
    assert other(address(name, deck)).status_code == 405


def codes(client, deck):
    """Of the cards in each file."""
    csv, tsv = (client.post(address(f"deck_export_{ending}", deck)).content for ending in ("csv", "tsv"))
    package = read_package(client.post(address("deck_export_apkg", deck)).content)
    return [
        *[[row.cells["code"] for row in rows_of(table.decode())] for table in (csv, tsv)],
        [row.cells["code"] for row in package.rows],
    ]


def rows_of(table):
    return read_rows(text := decoded(table.encode()), guess_reading(text))


def test_who_may_change_the_deck_gets_drafts_and_nothing_archived(teacher_client, deck):
    assert codes(teacher_client, deck) == [["draft", "published"]] * 3


@pytest.mark.parametrize("can_see", ["library", "co-teacher", "class"])
def test_who_may_only_see_it_gets_what_is_published(client, deck, can_see):
    other = TeacherFactory()
    if can_see == "library":
        Deck.objects.filter(pk=deck.pk).update(in_library=True)
    elif can_see == "co-teacher":
        DeckTeacherFactory(deck=deck, user=other, can_edit=False)
    else:
        AssignmentFactory(deck=deck, school_class=TeacherMembershipFactory(user=other).school_class)
    client.force_login(other)
    assert codes(client, deck) == [["published"]] * 3
    assert "draft?" not in "".join(client.get(address(name, deck)).text for name in PAPER)


# --- files


@pytest.mark.parametrize("ending", FILES)
def test_file_is_named_by_the_deck(teacher_client, deck, ending):
    response = teacher_client.post(address(f"deck_export_{ending}", deck))
    assert response["Content-Disposition"] == f'attachment; filename="stalin.{ending}"'


def test_table_opens_as_text(teacher_client, deck):
    deck.cards.filter(code="draft").update(front='=HYPERLINK("x")', back="+1")
    table = teacher_client.post(address("deck_export_csv", deck)).content.decode()
    assert (table[0], "\"'=HYPERLINK(" in table, ",'+1," in table) == ("\ufeff", True, True)


def tidy(card):
    """The card as a teacher's form keeps it: no space around a text, one kind of line end."""
    for name in ("front", "back", "why", "source", "contested", "common_mistake", "hint", "answer"):
        text = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in getattr(card, name))
        setattr(card, name, text.strip())
    return card


@pytest.mark.parametrize("table_of", [deck_csv, deck_tsv])
@settings(max_examples=40, deadline=None)
@given(card=cards())
def test_table_comes_back_exactly(table_of, card):
    wanted = {name: text for name, text in cells_of(tidy(card)).items() if text and name in ALIASES}
    wanted.pop("motive", None)
    (row,) = rows_of(table_of([card]))
    found = dict(row.cells)
    assert (found, row.tags) == (wanted, (card.motive.code,) if card.motive else ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("options", ["A stop", "A start"]),
        ("points", [{"sort": "claim", "text": "He: feared war."}]),
        ("marks", 8),
        ("level", "stretch"),
    ],
)
def test_cell_is_stored_as_it_was(name, value):
    assert stored(name, cells_of(Card(**{name: value}))[name]) == value


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", PAGES)
def test_pages_cost_the_same_for_one_and_three_cards(
    teacher_client, teacher, name, rows, django_assert_max_num_queries
):
    deck = DeckTeacherFactory(user=teacher).deck
    for _ in range(rows):
        CardFactory(deck=deck, motive=MotiveFactory())
    with django_assert_max_num_queries(11):
        ask(teacher_client, name, deck)


# --- paper


@pytest.mark.parametrize(
    ("name", "has_answer"), [("deck_print_fold", True), ("deck_print_list", True), ("deck_print_blank", False)]
)
def test_sheet_has_the_questions_and_maybe_the_answers(teacher_client, deck, name, has_answer):
    deck.cards.update(back="To win time.")
    page = teacher_client.get(address(name, deck)).text
    assert ("published?" in page, "archived?" in page, "To win time." in page) == (True, False, has_answer)


@pytest.mark.parametrize(
    ("kind", "fields", "shown", "hidden"),
    [
        ("cloze", {"front": "He needed {{time}} first."}, "(blank)", "time"),
        ("choice", {"options": ["Yes", "No"], "answer": "No", "back": "Never."}, "<li>Yes</li><li>No</li>", "Never."),
        ("explain", {"points": [{"sort": "claim", "text": "Fear."}], "marks": 8}, "<small>[8]</small>", "Fear."),
    ],
)
def test_sheet_without_answers_hides_those_of_each_kind(teacher_client, deck, kind, fields, shown, hidden):
    CardFactory(deck=deck, kind=kind, **fields)
    page = (
        teacher_client.get(address("deck_print_blank", deck))
        .text.partition('<ol class="asked">')[2]
        .partition("</ol>")[0]
    )
    assert (shown in page, hidden in page) == (True, False)


@pytest.mark.parametrize(("length", "size"), [(180, ""), (181, "small"), (321, "smaller")])
def test_long_text_is_set_smaller_on_a_fold_card(teacher_client, deck, length, size):
    deck.cards.exclude(code="published").delete()
    deck.cards.update(front="Q", back="a" * length)
    response = teacher_client.get(address("deck_print_fold", deck))
    assert [(front, back) for _card, front, back in response.context["cards"]] == [("", size)]


@pytest.mark.parametrize("name", PAPER)
def test_deck_without_cards_says_so(teacher_client, deck, name):
    deck.cards.all().delete()
    assert "This deck has no cards yet." in teacher_client.get(address(name, deck)).text


def test_deck_page_leads_to_them(teacher_client, deck):
    page = teacher_client.get(reverse("admin:cards_deck_change", args=[deck.pk])).text
    assert address("deck_export", deck) in page
    export = teacher_client.get(address("deck_export", deck)).text
    assert [name for name in [*NAMES, *PAPER] if address(name, deck) not in export] == []


@pytest.mark.parametrize(("can_edit", "sentence"), [(True, "2 cards, drafts included."), (False, "1 published card<")])
def test_page_says_which_cards_there_are(teacher_client, teacher, deck, can_edit, sentence):
    deck.deck_teachers.update(can_edit=can_edit)
    assert sentence in teacher_client.get(address("deck_export", deck)).text

"""The pages print_exam_eve, print_motives and print_cards."""

import pytest
from django.urls import reverse

from cards.views import printing
from tests.conftest import NOON, TODAY
from tests.factories import CardFactory, CardStateFactory, MotiveFactory, PickedDeckFactory

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def card(student):
    deck = PickedDeckFactory(user=student, deck__title="Stalin’s motives").deck
    return CardFactory(deck=deck, common_mistake="Many think it was friendship; in fact it was time.")


def test_exam_eve_sheet_has_answer_reason_mistake_name_and_day(student_client, student, card):
    CardStateFactory(user=student, card=card, due_on=TODAY)
    response = student_client.get(reverse("print_exam_eve"))
    wanted = [card.front, card.back, card.why, card.common_mistake, f"{student.username} · 23 November 2026"]
    assert response.context["cards"] == [card]
    assert [words for words in wanted if words not in response.content.decode()] == []


def test_exam_eve_sheet_before_the_first_review_says_so(student_client, card):
    response = student_client.get(reverse("print_exam_eve"))
    assert response.context["cards"] == []
    assert "You have met no cards yet." in response.content.decode()


def test_motive_map_has_evidence_and_the_other_side(student_client, student):
    motive = MotiveFactory(name="Land", stalin_evidence="Ports in Latvia.", counter="A means to safety.")
    CardFactory(deck=PickedDeckFactory(user=student).deck, motive=motive, actor="hitler")
    MotiveFactory(name="The dates", is_context=True)
    response = student_client.get(reverse("print_motives"))
    ((shown, sides),) = response.context["rows"]
    assert (shown, [(cell.actor, said) for cell, _, said in sides]) == (
        motive,
        [("stalin", "Ports in Latvia."), ("hitler", "")],
    )
    assert "A means to safety." in response.content.decode()


def test_actor_without_evidence_and_cards_is_left_out(student_client):
    MotiveFactory(hitler_evidence="The order of 3 April.")
    ((_, sides),) = student_client.get(reverse("print_motives")).context["rows"]
    assert [cell.actor for cell, _, _ in sides] == ["hitler"]


def test_list_is_of_the_search_and_says_of_which(student_client, card):
    CardFactory(deck=PickedDeckFactory(user=card.deck.picks.get().user).deck)
    response = student_client.get(reverse("print_cards"), {"deck": card.deck.slug})
    assert response.context["cards"] == [card]
    assert "Stalin’s motives: 1 card\n" in response.content.decode().replace("</p>", "\n")


def test_list_is_cut_and_says_so(student_client, card, monkeypatch):
    monkeypatch.setattr(printing, "MOST_CARDS", 2)
    CardFactory.create_batch(2, deck=card.deck)
    response = student_client.get(reverse("print_cards"))
    assert len(response.context["cards"]) == 2
    assert "the first 2 cards; there are more" in response.content.decode()


def test_list_of_nothing_says_so(student_client):
    assert "No card of yours matches." in student_client.get(reverse("print_cards")).content.decode()


@pytest.mark.parametrize(
    ("fields", "question", "answer"),
    [
        ({"kind": "cloze", "front": "He needed {{time}} first."}, "</span></span> first.", ">time<"),
        ({"kind": "choice", "options": ["Yes", "No"], "answer": "No"}, "<li>Yes</li><li>No</li>", "Answer"),
        ({"kind": "explain", "points": [{"sort": "claim", "text": "He feared war."}]}, "?", "<li>He feared war.</li>"),
    ],
)
def test_each_kind_of_card_can_be_printed(student_client, card, fields, question, answer):
    CardFactory(deck=card.deck, **fields)
    page = student_client.get(reverse("print_cards")).content.decode().replace("\n", "")
    assert (question in page, answer in page) == (True, True)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("print_exam_eve", 3), ("print_motives", 4), ("print_cards", 5)])
def test_pages_cost_the_same_for_one_and_three_rows(
    student_client, student, name, queries, rows, django_assert_num_queries
):
    for _ in range(rows):
        CardStateFactory(user=student, card=CardFactory(deck=PickedDeckFactory(user=student).deck), due_on=TODAY)
    with django_assert_num_queries(queries):
        student_client.get(reverse(name))

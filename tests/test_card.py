"""The pages card, card_hide, card_note and card_flag."""

import pytest
from django.urls import reverse

from cards.models import CardState, Flag, Note
from tests.conftest import NOON, TODAY, answer, write_card
from tests.factories import CardFactory, PickedDeckFactory, UserFactory

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def card(deck):
    return deck.cards.first()


def post(client, name, card, **fields):
    return client.post(reverse(name, args=[card.pk]), fields)


def page(client, card):
    return " ".join(client.get(reverse("card", args=[card.pk])).content.decode().split())


def test_history_shows_standing_answers_newest_first(student_client, student, card):
    answer(student, card, 2)
    answer(student, card, 4, version=1)
    history = student_client.get(reverse("card", args=[card.pk])).context["history"]
    assert [(log.kind, str(name)) for log, name in history] == [("repeat", "Good"), ("scheduled", "Again")]


def test_history_of_classmates_does_not_show(student_client, card):
    answer(PickedDeckFactory(deck=card.deck).user, card, 2)
    assert student_client.get(reverse("card", args=[card.pk])).context["history"] == []


@pytest.mark.parametrize("cards", [1, 3])
def test_card_costs_the_same_for_one_and_three_answers(student_client, student, card, cards, django_assert_num_queries):
    for version in range(cards):
        answer(student, card, 2, version=version)
    with django_assert_num_queries(6):
        page(student_client, card)


@pytest.mark.parametrize("name", ["card", "card_hide", "card_note", "card_flag"])
def test_card_that_is_not_hers_is_404(student_client, name):
    foreign = PickedDeckFactory(user=UserFactory(), deck__cards=1).deck.cards.get()
    address = reverse(name, args=[foreign.pk])
    data = {"action": "suspend", "version": "0", "text": "x", "reason": "x"}
    response = student_client.get(address) if name == "card" else student_client.post(address, data)
    assert (response.status_code, CardState.objects.count(), Note.objects.count(), Flag.objects.count()) == (
        404,
        0,
        0,
        0,
    )


# card_hide


@pytest.mark.parametrize(
    ("action", "suspended", "buried_on"),
    [("suspend", True, None), ("bury", False, TODAY), ("bring_back", False, None)],
)
def test_hide_and_bring_back(student_client, card, action, suspended, buried_on):
    response = post(student_client, "card_hide", card, action=action, version="0", back="card")
    state = CardState.objects.get()
    assert (response["Location"], state.suspended, state.buried_on) == (card.get_absolute_url(), suspended, buried_on)


def test_hide_from_the_review_page_goes_on_with_the_next_card(student_client, deck, card):
    response = post(student_client, "card_hide", card, action="suspend", version="0", back="review")
    assert student_client.get(response["Location"]).context["card"] == deck.cards.all()[1]


def test_hide_of_a_card_answered_meanwhile_is_409(student_client, student, card):
    answer(student, card)
    assert post(student_client, "card_hide", card, action="suspend", version="0").status_code == 409
    assert not CardState.objects.get().suspended


@pytest.mark.parametrize(
    "fields", [{"action": "burn", "version": "0"}, {"action": "bury"}, {"action": "bury", "version": "x"}]
)
def test_hide_that_cannot_be_read_is_400(student_client, card, fields):
    assert post(student_client, "card_hide", card, **fields).status_code == 400


def test_suspended_card_can_still_be_seen_and_brought_back(student_client, card):
    post(student_client, "card_hide", card, action="suspend", version="0")
    assert "Bring it back" in page(student_client, card)


# card_note


def test_note_is_kept_changed_and_shown_with_the_answer(student_client, student, card):
    for text in ("Think of Tukhachevsky.", "Think of the marshals."):
        post(student_client, "card_note", card, text=text)
    assert Note.objects.get().text == "Think of the marshals."
    assert "Think of the marshals." in student_client.get(reverse("review")).content.decode()


def test_note_is_nobody_elses(client, student, card):
    Note.objects.create(user=student, card=card, text="Mine alone.")
    client.force_login(PickedDeckFactory(deck=card.deck).user)
    assert "Mine alone." not in page(client, card) + client.get(reverse("review")).content.decode()


def test_empty_note_is_taken_away(student_client, card):
    post(student_client, "card_note", card, text="x")
    post(student_client, "card_note", card, text=" ")
    assert Note.objects.count() == 0


def test_long_note_is_400_and_keeps_what_was_written(student_client, card):
    response = post(student_client, "card_note", card, text="word " * 300)
    assert (response.status_code, "word word" in response.content.decode()) == (400, True)


# card_flag


def test_flag_tells_the_teacher_once(student_client, card):
    for reason in ("The date is wrong.", "The year is wrong."):
        post(student_client, "card_flag", card, reason=reason)
    assert [flag.reason for flag in Flag.objects.standing()] == ["The year is wrong."]
    assert "You told your teacher: “The year is wrong.”" in page(student_client, card)


def test_card_of_her_own_is_told_to_nobody(student_client, student):
    card = write_card(student)
    assert post(student_client, "card_flag", card, reason="My secret.").status_code == 404
    assert Flag.objects.count() == 0


def test_flag_needs_a_reason(student_client, card):
    assert post(student_client, "card_flag", card, reason=" ").status_code == 400
    assert Flag.objects.count() == 0


# leech


@pytest.mark.parametrize(("lapses", "said"), [(7, False), (8, True)])
def test_leech_is_said_kindly_and_never_hidden(student_client, student, card, lapses, said):
    answer(student, card, 4, now=NOON)
    CardState.objects.update(lapses=lapses, due_on=TODAY, sm2_due_on=TODAY)
    review = student_client.get(reverse("review"), {"card": card.pk})
    assert (review.context["card"], "This card has slipped" in review.content.decode()) == (card, said)


def test_leech_is_said_once_on_the_page_of_the_card(student_client, student, card):
    answer(student, card)
    CardState.objects.update(lapses=8)
    assert page(student_client, card).count("This card has slipped") == 1


def test_inside_of_a_card_is_text(student_client, student, deck):
    card = CardFactory(deck=deck, front="<b>Why?</b>")
    Note.objects.create(user=student, card=card, text="<script>alert(1)</script>")
    assert "<script>alert" not in page(student_client, card)

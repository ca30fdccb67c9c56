"""The pages own_cards, own_card_new, own_card, own_card_delete and own_cards_export."""

import csv
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.urls import reverse

from cards import own
from cards.interchange.text import as_written
from cards.models import Card, CardState, Deck, ReviewLog
from cards.replay import find_damage
from tests.conftest import NOON, TODAY, answer, write_card
from tests.factories import CardStateFactory, UserFactory

pytestmark = pytest.mark.usefixtures("noon")
BASIC = {"kind": "basic", "front": "Why did he sign?", "back": "To win time."}
CLOZE = {"kind": "cloze", "front": "Stalin needed {{time}} to rearm.", "back": ""}
PAGES = ["own_card", "own_card_delete"]


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def card(student):
    return write_card(student)


def post_new(client, **fields):
    return client.post(reverse("own_card_new"), {"attempt": uuid4(), **BASIC, **fields})


def sentences(response):
    errors = response.context["form"].errors
    return {name: list(found) for name, found in errors.items()}


def text_of(response):
    return " ".join(response.content.decode().split())


# own_cards


def test_list_has_her_cards_newest_first(student_client, student, card):
    newer = write_card(student, front="And when?")
    assert list(student_client.get(reverse("own_cards")).context["page"]) == [newer, card]


def test_list_of_nobody_who_has_written_yet(student_client):
    response = student_client.get(reverse("own_cards"))
    assert (list(response.context["page"]), Deck.objects.count()) == ([], 0)
    assert reverse("own_card_new") in text_of(response)


@pytest.mark.parametrize("cards", [1, 3])
def test_list_costs_the_same_for_one_and_three_cards(student_client, student, cards, django_assert_num_queries):
    for _ in range(cards):
        write_card(student)
    with django_assert_num_queries(4):
        student_client.get(reverse("own_cards"))


@pytest.mark.parametrize(("page", "count"), [("1", 50), ("2", 1), ("9", 1), ("x", 50)])
def test_list_comes_in_pages(student_client, student, page, count):
    for _ in range(51):
        write_card(student)
    assert len(student_client.get(reverse("own_cards"), {"page": page}).context["page"]) == count


def test_list_escapes_what_she_writes(student_client, student):
    write_card(student, front="<script>alert(1)</script>\nnext line")
    page = student_client.get(reverse("own_cards")).content.decode()
    assert ("<script>alert" in page, "&lt;/script&gt;<br>next line" in page) == (False, True)


# own_card_new


def test_first_card_makes_her_deck(student_client, student):
    assert post_new(student_client).url == reverse("own_cards")
    deck = Deck.objects.get()
    assert (deck.owner, deck.origin, deck.status, deck.in_library) == (student, "student", "published", False)
    assert list(Card.objects.values_list("deck", "status", "kind", "front", "back", "position")) == [
        (deck.pk, "published", "basic", "Why did he sign?", "To win time.", 1)
    ]


def test_second_card_goes_into_the_same_deck(student_client, card):
    post_new(student_client, front="And when?")
    assert (Deck.objects.count(), list(Card.objects.values_list("position", flat=True))) == (1, [1, 2])


def test_address_of_her_deck_cannot_be_guessed(student, card):
    other = write_card(UserFactory())
    assert len({card.deck.slug, other.deck.slug}) == 2
    assert (len(card.deck.slug), student.username in card.deck.slug) == (36, False)


def test_save_and_write_another(student_client):
    response = student_client.post(reverse("own_card_new"), BASIC | {"another": "on"}, follow=True)
    assert response.redirect_chain == [(reverse("own_card_new"), 302)]
    assert '<p class="notice" role="status">Saved.</p>' in text_of(response)


def test_second_tap_on_save_makes_no_second_card(student_client):
    attempt = uuid4()
    for _ in range(2):
        assert post_new(student_client, attempt=attempt).status_code == 302
    assert Card.objects.count() == 1


def test_sentence_with_a_blank_answers_itself(student_client):
    post_new(student_client, **CLOZE)
    assert list(Card.objects.values_list("kind", "back")) == [("cloze", "time")]


def test_line_ends_are_kept_as_one_character(student_client):
    post_new(student_client, back="1. Time\r\n2. Land\r3. Trade ")
    assert Card.objects.get().back == "1. Time\n2. Land\n3. Trade"


ONE_BLANK = "Write exactly one blank, as in: Stalin needed {{time}} to rearm."
NO_BACK = "What is in the braces is the answer, so leave the back empty."
ONE_KIND = "Choose one of the two kinds of card."
CHANGE_KIND = "The front has a {{blank}}: choose “sentence with a blank”, or take out the braces."
UNREADABLE = "This form can’t be read, and nothing was saved. Reload the page and try again."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (BASIC | {"front": " \n"}, {"front": ["Write the front: what the card asks."]}),
        (BASIC | {"back": ""}, {"back": ["Write the back: the answer."]}),
        (BASIC | {"front": "x" * 1001}, {"front": ["The front has 1001 characters; there is room for 1000."]}),
        (BASIC | {"back": "x" * 1002}, {"back": ["The back has 1002 characters; there is room for 1000."]}),
        (BASIC | {"front": "He needed {{time}}."}, {"front": [CHANGE_KIND]}),
        (CLOZE | {"front": ""}, {"front": ["Write the front: what the card asks."]}),
        (CLOZE | {"front": "No blank."}, {"front": [ONE_BLANK]}),
        (CLOZE | {"front": "{{One}} and {{two}}."}, {"front": [ONE_BLANK]}),
        (CLOZE | {"front": "An empty {{ }}."}, {"front": [ONE_BLANK]}),
        (CLOZE | {"front": "A broken {{two\nlines}}."}, {"front": [ONE_BLANK]}),
        (CLOZE | {"back": "land"}, {"back": [NO_BACK]}),
        (BASIC | {"kind": "choice"}, {"kind": [ONE_KIND]}),
        (BASIC | {"kind": ""}, {"kind": [ONE_KIND]}),
        (BASIC | {"attempt": "x"}, {"attempt": [UNREADABLE]}),
    ],
)
def test_every_mistake_has_its_sentence(student_client, fields, said):
    response = student_client.post(reverse("own_card_new"), fields)
    assert (response.status_code, sentences(response), Card.objects.count()) == (422, said, 0)
    assert response.context["form"]["front"].value() == fields["front"]


def test_longest_card_is_saved(student_client):
    post_new(student_client, front="x" * 1000, back="y" * 1000)
    assert Card.objects.count() == 1


def test_nothing_at_all_is_told_in_sentences(student_client):
    response = student_client.post(reverse("own_card_new"))
    assert (response.status_code, list(sentences(response))) == (422, ["kind", "front"])


def test_no_more_than_there_is_room_for(student_client, student, card, monkeypatch):
    monkeypatch.setattr(own, "MOST_CARDS", 1)
    response = post_new(student_client, front="One too many?")
    said = "You have 1 cards of your own, and there is room for no more. Delete one first."
    assert (response.status_code, sentences(response), Card.objects.count()) == (422, {"__all__": [said]}, 1)
    assert reverse("own_card_new") not in text_of(student_client.get(reverse("own_cards")))


# own_card


def test_change_keeps_the_schedule(student_client, student, card):
    answer(student, card)
    before = CardState.objects.values().get()
    student_client.post(reverse("own_card", args=[card.pk]), CLOZE)
    card.refresh_from_db()
    assert (card.kind, card.front, card.back) == ("cloze", CLOZE["front"], "time")
    assert (CardState.objects.values().get(), list(find_damage())) == (before, [])


def test_form_holds_what_is_written(student_client, student):
    card = write_card(student, **CLOZE | {"back": "time"})
    form = student_client.get(reverse("own_card", args=[card.pk])).context["form"]
    assert {name: form[name].value() for name in CLOZE} == CLOZE


def test_mistake_in_a_change_changes_nothing(student_client, card):
    response = student_client.post(reverse("own_card", args=[card.pk]), BASIC | {"back": ""})
    card.refresh_from_db()
    assert (response.status_code, card.back) == (422, "To win time.")


# own_card_delete


def test_card_without_answers_is_deleted(student_client, card):
    address = reverse("own_card_delete", args=[card.pk])
    assert "It is deleted for good." in text_of(student_client.get(address))
    assert "Deleted." in text_of(student_client.post(address, follow=True))
    assert Card.objects.count() == 0


def test_card_with_answers_is_hidden_and_its_answers_kept(student_client, student, card):
    answer(student, card, quality=2)
    address = reverse("own_card_delete", args=[card.pk])
    assert "It is hidden and not asked again" in text_of(student_client.get(address))
    assert "Hidden. It is not asked any more." in text_of(student_client.post(address, follow=True))
    assert (Card.objects.get().status, ReviewLog.objects.count()) == ("archived", 1)
    assert student_client.get(reverse("review")).context.get("card") is None


def test_hidden_card_is_gone_from_list_and_pages(student_client, student, card):
    answer(student, card)
    own.remove_card(card)
    assert list(student_client.get(reverse("own_cards")).context["page"]) == []
    assert [student_client.get(reverse(name, args=[card.pk])).status_code for name in PAGES] == [404, 404]


def test_looking_at_the_question_deletes_nothing(student_client, card):
    student_client.get(reverse("own_card_delete", args=[card.pk]))
    assert Card.objects.get() == card


# own_cards_export


def exported(client):
    table = client.post(reverse("own_cards_export")).content.decode("utf-8-sig")
    return [[as_written(cell) for cell in row] for row in csv.reader(StringIO(table, newline=""))]


def test_export_gives_back_every_character(student_client, student):
    texts = [("=1+1", "'"), ('“Peace”, he said;\n"for our time"', "+44\t@x"), ("-5?", "'=a"), ("ÄÖ 平和 🕊", "a,b")]
    for front, back in texts:
        write_card(student, front=front, back=back)
    assert exported(student_client) == [["kind", "front", "back"], *(["basic", *pair] for pair in texts)]


def test_export_is_a_file_that_spreadsheets_read_as_text(student_client, student):
    write_card(student, front="=HYPERLINK(1)", back="@SUM(1)")
    response = student_client.post(reverse("own_cards_export"))
    assert response.content.decode() == "\ufeffkind,front,back\r\nbasic,'=HYPERLINK(1),'@SUM(1)\r\n"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="my-own-cards.csv"'


def test_export_of_nobody_who_has_written_yet(student_client):
    assert exported(student_client) == [["kind", "front", "back"]]


# reviewed like any other card


@pytest.mark.parametrize("texts", [BASIC, CLOZE | {"back": "time"}], ids=["basic", "cloze"])
def test_own_card_is_asked_answered_and_taken_back(student_client, student, texts):
    card = write_card(student, **texts)
    assert student_client.get(reverse("review")).context["card"] == card
    fields = {"card": card.pk, "version": 0, "quality": 4, "attempt": uuid4()}
    student_client.post(reverse("review_answer"), fields)
    student_client.post(reverse("review_undo"), fields)
    state = CardState.objects.get()
    assert (state.is_new, state.version, list(find_damage())) == (True, 2, [])


def test_own_card_offers_to_be_changed_where_it_is_asked(student_client, card, deck):
    page = student_client.get(reverse("review"), {"card": card.pk}).content.decode()
    assert reverse("own_card", args=[card.pk]) in page
    assert "Change this card" not in student_client.get(deck.get_absolute_url()).content.decode()


def test_due_own_card_is_in_the_days_queue(student_client, student, card, deck):
    CardStateFactory(user=student, card=card, due_on=TODAY - timedelta(days=1))
    assert student_client.get(reverse("review")).context["card"] == card


def test_home_leads_to_them_and_lists_her_deck_last(student_client, card, deck):
    response = student_client.get(reverse("home"))
    assert [shown.title for shown in response.context["decks"]] == [deck.title, "My own cards"]
    assert f'<a href="{reverse("own_cards")}">My own cards: write, change, download</a>' in text_of(response)


def test_home_does_not_list_her_deck_when_it_is_empty(student_client, card):
    address = card.deck.get_absolute_url()
    assert address in text_of(student_client.get(reverse("home")))
    own.remove_card(card)
    assert address not in text_of(student_client.get(reverse("home")))

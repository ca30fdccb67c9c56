"""The pages review, deck_review, review_answer, review_undo and review_everything, with htmx and as plain forms."""

from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import User
from cards.models import CardState, ReviewLog
from tests.conftest import NOON, TODAY, answer
from tests.factories import CardFactory, CardStateFactory, DeckFactory, PickedDeckFactory, UserFactory

HTMX = {"HX-Request": "true"}
SAVEPOINTS = 2  # a test runs inside a transaction, so the view's own becomes a savepoint

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def card(deck):
    return deck.cards.first()


class Fields(HTMLParser):
    """The hidden fields and the buttons of the grade form."""

    def __init__(self, response):
        super().__init__()
        self.hidden, self.buttons, self.inside = {}, [], False
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = "data-grades" in attrs
        if self.inside and tag == "input":
            self.hidden[attrs["name"]] = attrs["value"]
        if self.inside and tag == "button":
            self.buttons.append(attrs["value"])

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "form"


def post(client, card, quality=4, *, version=0, attempt=None, headers=None, **fields):
    data = {"card": card.pk, "version": version, "quality": quality, "attempt": attempt or uuid4(), **fields}
    return client.post(reverse("review_answer"), data, headers=headers)


def undo(client, log, headers=None, **fields):
    return client.post(reverse("review_undo"), {"card": log.card_id, "attempt": log.attempt, **fields}, headers=headers)


# review


def test_review_asks_the_first_card_with_its_form(student_client, card):
    response = student_client.get(reverse("review"))
    fields = Fields(response)
    assert (response.context["card"], fields.buttons) == (card, ["2", "3", "4", "5"])
    assert (fields.hidden["card"], fields.hidden["version"]) == (str(card.pk), "0")


def test_review_with_six_buttons(student_client, student, deck):
    User.objects.update(grade_buttons=6)
    assert Fields(student_client.get(reverse("review"))).buttons == ["0", "1", "2", "3", "4", "5"]


def test_review_names_the_deck_and_hides_actor_and_motive_until_the_answer(student_client, card):
    page = student_client.get(reverse("review")).content.decode()
    question, answer_part = page.split("<details", 1)
    assert (card.deck.title in question, card.motive.name in question) == (True, False)
    assert card.motive.name in answer_part


def test_review_shows_a_contested_note_only_where_there_is_one(student_client, card):
    assert "Historians disagree" not in student_client.get(reverse("review")).content.decode()
    card.contested = "Roberts: late. Tucker: early."
    card.save()
    assert "Roberts: late. Tucker: early." in student_client.get(reverse("review")).content.decode()


def test_review_text_is_escaped(student_client, card):
    card.front = "<script>alert(1)</script>"
    card.save()
    assert "<script>alert" not in student_client.get(reverse("review")).content.decode()


def test_review_without_cards_says_done_and_when_next(student_client, student, deck):
    student.new_per_day = 0
    student.save()
    CardStateFactory(user=student, card=deck.cards.first(), due_on=TODAY + timedelta(days=3))
    response = student_client.get(reverse("review"))
    assert (response.templates[0].name, response.context["next_day"]) == ("cards/review.html", "on Thursday")


def test_review_shows_the_card_that_is_asked_for(student_client, deck):
    last = deck.cards.last()
    assert student_client.get(reverse("review"), {"card": last.pk}).context["card"] == last


@pytest.mark.parametrize("asked", ["0", "-1", "x", "٣", "9" * 30, ""])
def test_review_ignores_nonsense_asked_for(student_client, card, asked):
    assert student_client.get(reverse("review"), {"card": asked}).context["card"] == card


def test_review_is_the_same_card_on_a_refresh(student_client, student, deck):
    for _ in range(8):
        CardStateFactory(user=student, card=CardFactory(deck=deck), due_on=TODAY)
    cards = {student_client.get(reverse("review")).context["card"] for _ in range(3)}
    assert len(cards) == 1


@pytest.mark.parametrize("cards", [1, 3])
def test_review_costs_the_same_for_one_and_three_cards(student_client, student, cards, django_assert_num_queries):
    PickedDeckFactory(user=student, deck__cards=cards)
    with django_assert_num_queries(6):
        student_client.get(reverse("review"))


# deck_review


def test_deck_review_asks_cards_of_the_deck(student_client, student, deck):
    other = PickedDeckFactory(user=student, deck__cards=1).deck
    response = student_client.get(reverse("deck_review", args=[other.slug]))
    assert response.context["card"].deck == other
    assert Fields(response).hidden["deck"] == other.slug


@pytest.mark.parametrize("slug", ["deck-not-picked", "no-such-deck"])
def test_deck_review_of_a_deck_she_does_not_study_is_404(student_client, slug):
    DeckFactory(slug="deck-not-picked", cards=1)
    assert student_client.get(reverse("deck_review", args=[slug])).status_code == 404


# review_answer


def test_answer_by_htmx_swaps_the_next_card_and_the_receipt(student_client, deck, card):
    response = post(student_client, card, headers=HTMX)
    assert (response.status_code, response["X-Review-Outcome"]) == (200, "counted")
    assert response.templates[0].name == "cards/_review_swap.html"
    assert response.context["card"] == deck.cards.all()[1]
    assert response.context["receipt"] == "Good: back tomorrow (1 day)."


def test_answer_by_plain_form_goes_back_to_the_page(student_client, card):
    response = post(student_client, card)
    assert (response.status_code, response["Location"]) == (303, reverse("review"))
    assert student_client.get(reverse("review")).context["receipt"] == "Good: back tomorrow (1 day)."


def test_answer_in_a_deck_stays_in_the_deck(student_client, deck, card):
    response = post(student_client, card, deck=deck.slug)
    assert response["Location"] == reverse("deck_review", args=[deck.slug])


def test_answer_of_the_last_card_ends_the_day(student_client, student):
    deck = PickedDeckFactory(user=student, deck__cards=1).deck
    response = post(student_client, deck.cards.get(), headers=HTMX)
    assert "cards/_review_done.html" in [template.name for template in response.templates]
    assert (response.context["queue"].done, response.context["next_day"]) == (1, "tomorrow")


def test_answer_replayed_is_200_and_counts_once(student_client, card):
    attempt = uuid4()
    outcomes = [post(student_client, card, attempt=attempt, headers=HTMX) for _ in range(2)]
    assert [r["X-Review-Outcome"] for r in outcomes] == ["counted", "replayed"]
    assert [r.status_code for r in outcomes] == [200, 200]
    assert ReviewLog.objects.count() == 1


def test_stale_answer_is_409_with_the_true_next_card(student_client, deck, card):
    post(student_client, card, 4)
    response = post(student_client, card, 2, headers=HTMX)
    assert (response.status_code, response["X-Review-Outcome"]) == (409, "stale")
    assert response.context["card"] == deck.cards.all()[1]
    assert response.context["notice"] == "Already answered as Good in another tab or on another device."


def test_stale_answer_by_plain_form_is_a_whole_page(student_client, card):
    post(student_client, card, 4)
    response = post(student_client, card, 2)
    assert (response.status_code, response.templates[0].name) == (409, "cards/review.html")


GOOD = {"version": "0", "quality": "4", "attempt": str(uuid4())}


@pytest.mark.parametrize(
    "broken",
    [
        {"quality": "6"},
        {"quality": "-1"},
        {"quality": "4.5"},
        {"quality": ""},
        {"quality": "9" * 400},
        {"version": "-1"},
        {"version": "x"},
        {"version": str(2**31)},
        {"attempt": "not-a-uuid"},
        {"attempt": ""},
        {"card": "0"},
        {"card": str(2**63)},
        {"card": "1e3"},
        {"quality": "٤"},
        {"version": "٠"},
        {"card": ""},
        {"deck": "../admin"},
        {"quality": "4\0"},
        {"card": "1\0"},
        {"deck": "\ud800"},
    ],
)
@pytest.mark.parametrize("headers", [HTMX, {}])
def test_broken_answer_is_400_with_a_sentence_and_writes_nothing(student_client, card, broken, headers):
    data = {"card": str(card.pk), **GOOD, **broken}
    body = "&".join(f"{name}={_quoted(value)}" for name, value in data.items())
    response = student_client.post(
        reverse("review_answer"), body, content_type="application/x-www-form-urlencoded", headers=headers
    )
    assert (response.status_code, ReviewLog.objects.count(), CardState.objects.count()) == (400, 0, 0)
    assert "again" in response.content.decode()


def _quoted(text):
    return quote(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("elapsed", ["", "-5", "x", "9" * 400, "1.5", "٣"])
def test_odd_elapsed_never_costs_the_answer(student_client, card, elapsed):
    assert post(student_client, card, elapsed_ms=elapsed).status_code == 303
    assert ReviewLog.objects.get().elapsed_ms in (0, 60_000)


def test_answer_to_a_card_of_nobody_or_somebody_else_is_404_and_writes_nothing(student_client):
    foreign = PickedDeckFactory(user=UserFactory(), deck__cards=1).deck.cards.get()
    bodies = set()
    for pk in (foreign.pk, foreign.pk + 1000):
        foreign.pk = pk
        response = post(student_client, foreign)
        bodies.add((response.status_code, response.content))
    assert len(bodies) == 1
    assert bodies.pop()[0] == 404
    assert not CardState.objects.exists()


def test_answer_of_a_card_archived_meanwhile_is_404_and_nothing_is_lost(student_client, student, card):
    answer(student, card, 2)
    card.status = card.Status.ARCHIVED
    card.save()
    assert post(student_client, card, version=1).status_code == 404
    assert CardState.objects.get().version == 1


@pytest.mark.parametrize("name", ["review_answer", "review_undo", "review_everything"])
def test_get_of_an_action_is_405(student_client, name):
    assert student_client.get(reverse(name)).status_code == 405


def test_answer_without_a_csrf_token_is_403_with_a_sentence(client, student, card):
    client = type(client)(enforce_csrf_checks=True)
    client.force_login(student)
    response = post(client, card, headers=HTMX)
    assert (response.status_code, ReviewLog.objects.count()) == (403, 0)
    assert "Reload it and try again" in response.content.decode()


def test_answer_costs_eight_statements(student_client, student, deck, django_assert_num_queries):
    first, second, _ = deck.cards.all()
    answer(student, first, now=NOON)
    with django_assert_num_queries(8 + SAVEPOINTS):
        post(student_client, second, headers=HTMX)


def test_last_answer_of_a_day_costs_eight_statements(student_client, student, deck, django_assert_num_queries):
    first, second, third = deck.cards.all()
    answer(student, first, now=NOON)
    answer(student, second, now=NOON)
    with django_assert_num_queries(8 + SAVEPOINTS):
        assert "Done for today" in post(student_client, third, headers=HTMX).content.decode()


# review_undo


def test_undo_by_htmx_shows_the_undone_card(student_client, student, deck):
    log = answer(student, deck.cards.last()).log
    response = undo(student_client, log, headers=HTMX)
    assert (response.status_code, response.context["card"], response.context["receipt"]) == (200, log.card, "")


def test_undo_by_plain_form_goes_to_the_undone_card(student_client, student, deck):
    log = answer(student, deck.cards.last()).log
    response = undo(student_client, log)
    assert (response.status_code, response["Location"]) == (303, f"{reverse('review')}?card={log.card_id}")
    assert student_client.get(response["Location"]).context["card"] == log.card


def test_undo_from_the_done_page(student_client, student):
    deck = PickedDeckFactory(user=student, deck__cards=1).deck
    log = answer(student, deck.cards.get()).log
    assert "data-undo" in student_client.get(reverse("review")).content.decode()
    assert undo(student_client, log, headers=HTMX).context["card"] == log.card


def test_undo_on_another_decks_page_still_shows_the_undone_card(student_client, student, deck, card):
    log = answer(student, card).log
    other = PickedDeckFactory(user=student, deck__cards=1).deck
    response = undo(student_client, log, headers=HTMX, deck=other.slug)
    assert response.context["card"] == card


def test_undo_twice_is_200_both_times(student_client, student, card):
    log = answer(student, card).log
    assert [undo(student_client, log, headers=HTMX).status_code for _ in range(2)] == [200, 200]
    assert CardState.objects.get().version == 2


def test_undo_of_an_older_answer_is_409(student_client, student, deck):
    logs = [answer(student, card).log for card in deck.cards.all()]
    response = undo(student_client, logs[0], headers=HTMX)
    assert (response.status_code, response.context["notice"]) == (
        409,
        "Only your newest answer of today can be taken back.",
    )


def test_undo_of_somebody_elses_answer_is_404(student_client, deck, card):
    classmate = PickedDeckFactory(deck=deck).user
    log = answer(classmate, card).log
    assert undo(student_client, log).status_code == 404
    assert ReviewLog.objects.standing().count() == 1


# review_everything


def test_everything_is_a_choice_for_today(student_client, student, deck):
    assert student_client.post(reverse("review_everything"))["Location"] == reverse("review")
    student.refresh_from_db()
    assert student.everything_on == TODAY

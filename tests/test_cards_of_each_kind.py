"""Review of cloze, choice and explain cards, by htmx and by plain form, and what becomes of mistakes."""

from uuid import uuid4

import pytest
from django.urls import reverse

from cards.kinds import MOST_OPTIONS
from cards.models import Card, CardState, Misbelief, ReviewLog
from tests.conftest import NOON, answer
from tests.factories import CardFactory, PickedDeckFactory, UserFactory

pytestmark = pytest.mark.usefixtures("noon")

HTMX = {"HX-Request": "true"}
POINTS = [
    {"sort": "claim", "text": "He feared to fight alone."},
    {"sort": "evidence", "text": "31 March 1939."},
    {"sort": "link", "text": "So he signed."},
]


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def picked(student):
    return PickedDeckFactory(user=student).deck


@pytest.fixture
def cloze(picked):
    return CardFactory(deck=picked, kind="cloze", front="He needed {{time}} because of the purge.", back="Time")


@pytest.fixture
def choice(picked):
    mistake = "Many think it was Hitler; in fact it was Stalin."
    options = ["Stalin", "Hitler", "Both"]
    return CardFactory(deck=picked, kind="choice", options=options, answer="Stalin", common_mistake=mistake)


@pytest.fixture
def explain(picked):
    return CardFactory(deck=picked, kind="explain", points=POINTS, hint="Think of Poland.")


def ask(client, card, headers=None, **fields):
    return client.get(reverse("review"), {"card": card.pk, **fields}, headers=headers)


def post(client, card, quality, headers=None, **fields):
    data = {"card": card.pk, "version": 0, "quality": quality, "attempt": uuid4(), **fields}
    return client.post(reverse("review_answer"), data, headers=headers)


def qualities(response):
    return [button.quality for button in response.context["buttons"]]


# cloze


def test_cloze_hides_the_word_until_the_answer(student_client, cloze):
    question, reveal = student_client.get(reverse("review")).content.decode().split("<details id=", 1)
    assert ("time" in question.split("<article")[1], "<mark>time</mark>" in reveal) == (False, True)


def test_blank_stands_close_to_what_follows_it(student_client, picked):
    card = CardFactory(deck=picked, kind="cloze", front="He needed {{time}}.")
    pages = [reverse("review"), reverse("card", args=[card.pk]), reverse("print_cards")]
    found = [student_client.get(page).content.decode().count("(blank)</span></span>.") for page in pages]
    assert found == [1, 1, 1]


# choice


def test_choice_offers_its_options_and_no_answer(student_client, choice):
    page = ask(student_client, choice).content.decode()
    assert [option in page for option in choice.options] == [True] * 3
    assert choice.back not in page
    assert "data-grades" not in page


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize(("pick", "expected"), [(0, [3, 4, 5]), (1, [1]), (2, [1])])
def test_pick_shows_the_answer_with_its_buttons_and_writes_nothing(student_client, choice, pick, expected, headers):
    response = ask(student_client, choice, headers=headers, pick=pick)
    assert qualities(response) == expected
    assert (choice.common_mistake in response.content.decode()) == (pick != 0)
    assert (ReviewLog.objects.count(), CardState.objects.count()) == (0, 0)


def test_last_of_the_most_options_can_be_picked(student_client, picked):
    options = list("ABCDEFGHI")
    card = CardFactory(deck=picked, kind="choice", options=options, answer="I")
    assert len(options) == MOST_OPTIONS
    assert qualities(ask(student_client, card, pick=8)) == [3, 4, 5]
    assert post(student_client, card, 4, pick=8).status_code == 303


@pytest.mark.parametrize("pick", ["3", "-1", "x", "99999", ""])
def test_nonsense_pick_asks_the_card_again(student_client, choice, pick):
    assert ask(student_client, choice, pick=pick).context["pick"] is None


def test_pick_for_another_card_is_not_used(student_client, choice):
    response = student_client.get(reverse("review"), {"card": choice.pk + 99, "pick": 0})
    assert response.context["pick"] is None


@pytest.mark.parametrize(
    ("pick", "quality", "status"),
    [(0, 4, 303), (0, 2, 400), (1, 1, 303), (1, 3, 400), (1, 5, 400), (9, 1, 400), ("", 4, 400)],
)
def test_pick_and_quality_must_agree(student_client, choice, pick, quality, status):
    assert post(student_client, choice, quality, pick=pick).status_code == status
    assert ReviewLog.objects.count() == (status == 303)


def test_pick_is_kept_with_the_answer(student_client, choice):
    post(student_client, choice, 1, pick=2)
    assert ReviewLog.objects.get().detail == {"pick": 2}


def test_thought_so_can_be_said_with_a_wrong_pick(student_client, student, choice):
    post(student_client, choice, 1, pick=2, thought_so="on")
    assert [(m.user, m.card) for m in Misbelief.objects.all()] == [(student, choice)]


@pytest.mark.parametrize("fields", [{"pick": 0}, {"ticks": [0]}])
def test_basic_card_takes_no_pick_and_no_ticks(student_client, picked, fields):
    assert post(student_client, CardFactory(deck=picked), 4, **fields).status_code == 400


# explain


def test_explain_shows_points_to_tick_and_all_buttons(student_client, explain):
    response = ask(student_client, explain)
    assert (qualities(response), "proposed" in response.context) == ([2, 3, 4, 5], False)
    assert response.content.decode().count('name="ticks"') == 3


@pytest.mark.parametrize(
    ("ticks", "without_hint", "name", "offered"),
    [
        ([], "", "Again", [1, 3, 4, 5]),
        ([0], "", "Again", [2, 3, 4, 5]),
        ([0, 2], "", "Hard", [2, 3, 4, 5]),
        ([0, 1, 2], "", "Good", [2, 3, 4, 5]),
        ([0, 1, 2], "on", "Easy", [2, 3, 4, 5]),
    ],
)
def test_ticks_are_weighed_and_write_nothing(student_client, explain, ticks, without_hint, name, offered):
    response = ask(student_client, explain, weigh="on", ticks=ticks, without_hint=without_hint)
    assert (response.context["proposed"].name, qualities(response)) == (name, offered)
    assert ReviewLog.objects.count() == 0


def test_all_of_a_card_without_a_hint_is_without_the_hint(student_client, explain):
    Card.objects.update(hint="")
    assert ask(student_client, explain, weigh="on", ticks=[0, 1, 2]).context["proposed"].name == "Easy"


def test_six_buttons_are_proposed_as_they_are(student_client, student, explain):
    student.grade_buttons = 6
    student.save()
    response = ask(student_client, explain, weigh="on")
    assert (response.context["proposed"].name, qualities(response)) == ("Wrong", [0, 1, 2, 3, 4, 5])


def test_ticks_by_htmx_change_the_buttons_alone(student_client, explain):
    response = ask(student_client, explain, headers=HTMX, weigh="on", ticks=[0])
    assert response.templates[0].name == "cards/_grade_buttons.html"


def test_ticks_for_a_card_answered_meanwhile_bring_the_next_card(student_client, student, explain):
    answer(student, explain)
    response = ask(student_client, explain, headers=HTMX, weigh="on", ticks=[0])
    assert (response["HX-Retarget"], response.templates[0].name) == ("#review", "cards/_review_swap.html")


def test_ticks_are_kept_with_the_answer_and_may_be_overruled(student_client, explain):
    post(student_client, explain, 5, ticks=[0, 2])
    log = ReviewLog.objects.get()
    assert (log.quality, log.detail) == (5, {"ticks": [0, 2], "without_hint": False})


@pytest.mark.parametrize("ticks", [[3], ["x"], [-1], [99]])
def test_tick_of_no_point_is_400(student_client, explain, ticks):
    assert post(student_client, explain, 4, ticks=ticks).status_code == 400


# mistakes


@pytest.fixture
def mistaken(picked):
    return CardFactory(deck=picked, common_mistake="Many think it was an alliance; in fact it was not.")


@pytest.mark.parametrize(("quality", "told"), [(2, True), (3, False)])
def test_mistake_is_told_after_a_fail(student_client, mistaken, quality, told):
    response = post(student_client, mistaken, quality, headers=HTMX)
    assert (mistaken.common_mistake in response.content.decode()) == told


def test_thought_that_too_is_kept_once(student_client, student, mistaken):
    log = answer(student, mistaken, 2).log
    data = {"card": mistaken.pk, "attempt": log.attempt}
    responses = [student_client.post(reverse("review_mistake"), data, headers=HTMX) for _ in range(2)]
    assert [(r.status_code, "Noted." in r.content.decode()) for r in responses] == [(200, True)] * 2
    assert Misbelief.objects.count() == 1


def test_thought_that_too_by_plain_form_goes_back_to_a_page_that_has_noted_it(student_client, student, mistaken):
    log = answer(student, mistaken, 2).log
    before = student_client.get(reverse("review")).content.decode()
    response = student_client.post(reverse("review_mistake"), {"card": mistaken.pk, "attempt": log.attempt})
    assert response["Location"] == reverse("review")
    after = student_client.get(reverse("review")).content.decode()
    assert [(mistaken.common_mistake in page, "Noted." in page) for page in (before, after)] == [
        (True, False),
        (True, True),
    ]


def test_mistake_of_somebody_elses_answer_is_404(student_client, mistaken):
    classmate = PickedDeckFactory(user=UserFactory(), deck=mistaken.deck).user
    log = answer(classmate, mistaken, 2).log
    response = student_client.post(reverse("review_mistake"), {"card": mistaken.pk, "attempt": log.attempt})
    assert (response.status_code, Misbelief.objects.count()) == (404, 0)


def test_undo_of_a_choice_brings_its_options_back(student_client, student, choice):
    log = answer(student, choice, 4, detail={"pick": 0}).log
    response = student_client.post(reverse("review_undo"), {"card": choice.pk, "attempt": log.attempt}, headers=HTMX)
    assert (response.context["card"], response.context["pick"]) == (choice, None)

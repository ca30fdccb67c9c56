"""The pages do_now and do_now_sheet: the five taught cards that a class knows least."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cards.models import CardState, ReviewLog
from cards.stats import load_overview
from cards.stats.do_now import taught_cards
from tests.a_class import NOW, AClass, practise
from tests.factories import AssignmentFactory, CardFactory

FIVE = ("Ada", "Ben", "Cleo", "Dan", "Eve")


@pytest.fixture
def here(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return AClass()


@pytest.fixture
def teacher_client(client, here):
    client.force_login(here.teacher)
    return client


def a_weak_card(here, wrong, **fields):
    """A card with ten tries of five students, of which so many were wrong."""
    card = CardFactory(deck=here.deck, **fields)
    qualities = iter([2] * wrong + [4] * (10 - wrong))
    for name in FIVE:
        practise(here.students[name], card, {1: 4, 2: next(qualities), 10: next(qualities)})
    return card


def open_board(client, here, name="do_now", **query):
    return client.get(reverse(name, args=[here.school_class.pk]), query)


def fronts(response):
    return [card.front for card in response.context["chosen"].cards]


def text_of(response):
    return " ".join(response.content.decode().split())


def test_five_weakest_taught_cards_worst_first(teacher_client, here):
    for wrong in (1, 7, 6, 8, 5):
        a_weak_card(here, wrong, front=f"{wrong} wrong?")
    response = open_board(teacher_client, here)
    assert fronts(response) == ["8 wrong?", "7 wrong?", "6 wrong?", "5 wrong?", "A?"]
    assert 'class="note"' not in text_of(response)


def test_deck_is_taught_once_half_the_class_has_met_it(here):
    """Six students count, so it is taught with the third."""
    card = CardFactory(deck=AssignmentFactory(school_class=here.school_class).deck)
    found = []
    for name in ("Ada", "Ben", "Cleo"):
        practise(here.students[name], card, {1: 4})
        overview = load_overview(here.school_class, since=NOW.date(), today=NOW.date(), now=NOW)
        found.append(card in taught_cards(overview, []))
    assert found == [False, False, True]


def test_ticked_lesson_is_taught_although_few_have_met_its_deck(teacher_client, here):
    for place in range(7):
        here.join(f"New {place}")
    assert open_board(teacher_client, here).context["chosen"].rated == 0
    here.deck.assignments.get().taught_lessons.create(section="", taught_at=NOW)
    assert open_board(teacher_client, here).context["chosen"].rated == 1


def test_too_few_tries_take_core_cards_of_the_newest_lessons(teacher_client, here):
    ReviewLog.objects.all().delete()
    lessons = here.deck.assignments.get().taught_lessons
    for place, (section, level) in enumerate([("One", "core"), ("Two", "core"), ("Two", "stretch"), ("Two", "core")]):
        CardFactory(deck=here.deck, section=section, level=level, front=f"{section} {place}?")
    for days, section in ((9, "One"), (2, "Two")):
        lessons.create(section=section, taught_at=NOW - timedelta(days=days))
    response = open_board(teacher_client, here)
    assert fronts(response) == ["Two 1?", "Two 3?", "One 0?"]
    assert "Too few tries yet to say what is weakest: these are core cards of the newest lessons." in text_of(response)


@pytest.mark.parametrize("newest", ["Renamed since", "Only stretch"])
def test_lesson_without_core_cards_leaves_the_board_to_the_ones_before(teacher_client, here, newest):
    ReviewLog.objects.all().delete()
    CardFactory(deck=here.deck, section="Only stretch", level="stretch")
    CardFactory(deck=here.deck, section="One", front="One?")
    lessons = here.deck.assignments.get().taught_lessons
    for days, section in ((9, "One"), (2, newest)):
        lessons.create(section=section, taught_at=NOW - timedelta(days=days))
    assert fronts(open_board(teacher_client, here)) == ["One?"]


def test_some_with_tries_are_filled_up_and_it_says_so(teacher_client, here):
    response = open_board(teacher_client, here)
    assert fronts(response) == ["A?", "B?"]
    assert "Only 1 taught card has enough tries; the others are core cards of the newest lessons." in text_of(response)


def test_board_names_no_student(teacher_client, here):
    page = text_of(open_board(teacher_client, here)) + text_of(open_board(teacher_client, here, "do_now_sheet"))
    assert [name for name in here.students if f">{name}" in page or f" {name} " in page] == []


def test_pages_touch_no_schedule(teacher_client, here):
    before = list(CardState.objects.order_by("pk").values()), ReviewLog.objects.count()
    open_board(teacher_client, here)
    open_board(teacher_client, here, "do_now_sheet")
    assert (list(CardState.objects.order_by("pk").values()), ReviewLog.objects.count()) == before


def test_sheet_has_the_cards_of_the_board(teacher_client, here):
    board = text_of(open_board(teacher_client, here))
    assert f'/do-now/sheet/?card={here.a.pk}&amp;card={here.b.pk}"' in board
    sheet = open_board(teacher_client, here, "do_now_sheet", card=[here.b.pk, here.a.pk])
    assert fronts(sheet) == ["B?", "A?"]
    assert text_of(sheet).index("Do Now: answers") < text_of(sheet).index(here.a.back)


@pytest.mark.parametrize("card", ["0", "x", "9" * 99])
def test_cards_of_elsewhere_are_404(teacher_client, here, card):
    assert open_board(teacher_client, here, card=card).status_code == 404


def test_each_kind_of_card_can_stand_on_the_board(teacher_client, here):
    cloze = CardFactory(deck=here.deck, kind="cloze", front="He needed {{time}} first.")
    choice = CardFactory(deck=here.deck, kind="choice", options=["Red", "Blue"], answer="Blue", back="Blue it was.")
    points = [{"sort": "claim", "text": "It won time."}]
    explain = CardFactory(deck=here.deck, kind="explain", points=points)
    page = text_of(open_board(teacher_client, here, card=[cloze.pk, choice.pk, explain.pk]))
    for part in ("He needed <mark>time</mark> first.", "<li>Red</li><li>Blue</li>", "<li>It won time.</li>"):
        assert part in page


def test_class_without_cards_says_so(teacher_client, here):
    here.deck.assignments.all().delete()
    assert "There is no card to ask yet" in text_of(open_board(teacher_client, here))


@pytest.mark.parametrize("more", [0, 27])
def test_board_costs_the_same_in_a_large_class(teacher_client, here, more, django_assert_num_queries):
    for place in range(more):
        practise(here.join(f"Student {place}"), here.a, {20: 4, 21: 2})
    with django_assert_num_queries(11):
        open_board(teacher_client, here)

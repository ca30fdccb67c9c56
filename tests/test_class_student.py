"""The pages class_student and class_card: what is behind the numbers of a class (worked out in tests/a_class.py)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from cards.models import Card, CardState, Note
from tests.a_class import NOW, AClass, practise
from tests.conftest import answer, write_card
from tests.factories import CardFactory, PickedDeckFactory, UserFactory


@pytest.fixture
def here(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return AClass()


@pytest.fixture
def teacher_client(client, here):
    client.force_login(here.teacher)
    return client


def open_student(client, here, name="Dan"):
    return client.get(reverse("class_student", args=[here.school_class.pk, here.students[name].pk]))


def open_card(client, here, card):
    return client.get(reverse("class_card", args=[here.school_class.pk, card.pk]))


def text_of(response):
    return " ".join(response.content.decode().split())


def test_student_is_shown_by_days_and_tries(teacher_client, here):
    """Dan answered on four days, and was right in one of the three tries after the first answer."""
    page = text_of(open_student(teacher_client, here))
    assert 'Practised on <a href="#days">4 days</a> in the last 8 weeks. Last on 23 November.' in page
    assert "1 of 3 tries in the last 30 days were right." in page


def test_timeline_is_of_days_and_tells_no_time(teacher_client, here):
    response = open_student(teacher_client, here)
    weeks = response.context["timeline"]
    assert [(monday, [day.text for day in week]) for monday, week in weeks[-2:]] == [
        ("16 Nov", ["", "", "", "", "1", "1", "1"]),
        ("23 Nov", ["1", "", ""]),
    ]
    assert (len(weeks), "12:00" in text_of(response)) == (8, False)


def test_motives_are_those_of_the_class(teacher_client, here):
    rows = open_student(teacher_client, here, "Ada").context["rows"]
    assert [(motive.code, [level["name"] for level in levels]) for motive, levels in rows] == [
        ("time", ["young", "no cards"]),
        ("land", ["young", "young"]),
    ]


def test_class_whose_cards_name_nobody_has_a_sentence_in_the_place_of_the_map(teacher_client, here):
    Card.objects.update(actor="")
    page = text_of(open_student(teacher_client, here, "Ada"))
    assert ("No card of this class says yet whose motive" in page, '<table class="map">' in page) == (True, False)


def test_last_five_wrong_cards_newest_first(teacher_client, here):
    for place in range(6):
        practise(here.students["Ada"], CardFactory(deck=here.deck, front=f"Wrong {place}?"), {10 + place: 2})
    found = [card.front for card in open_student(teacher_client, here, "Ada").context["wrong"]]
    assert found == ["Wrong 5?", "Wrong 4?", "Wrong 3?", "Wrong 2?", "Wrong 1?"]


def test_what_she_does_outside_the_class_stays_hers(teacher_client, here):
    ada = here.students["Ada"]
    Note.objects.create(user=ada, card=here.a, text="my secret note")
    own = write_card(ada, front="my secret card")
    picked = PickedDeckFactory(user=ada, deck__cards=1).deck.cards.get()
    for card in (own, picked):
        answer(ada, card, 2, now=NOW)
    page = text_of(open_student(teacher_client, here, "Ada"))
    assert ("secret" in page, picked.front in page, 'on <a href="#days">2 days</a>' in page) == (False, False, True)


@pytest.mark.parametrize("who", ["Tom", "stranger", "left"])
def test_only_students_of_the_class_have_a_page(teacher_client, here, who):
    here.students["stranger"], here.students["left"] = UserFactory(), here.students["Ben"]
    Membership.objects.filter(user=here.students["left"]).delete()
    assert open_student(teacher_client, here, who).status_code == 404


def test_excused_student_says_until_when(teacher_client, here):
    assert "excused until 27 November" in text_of(open_student(teacher_client, here, "Fay"))


def test_student_who_did_nothing_yet(teacher_client, here):
    here.students["Una"] = here.join("Una")
    page = text_of(open_student(teacher_client, here, "Una"))
    assert '<a href="#days">0 days</a>' in page
    assert "No card has come back to her in the last 30 days." in page


def test_card_says_how_it_went_student_by_student(teacher_client, here):
    response = open_card(teacher_client, here, here.a)
    assert "40 % of 10 tries in the last 30 days were wrong." in text_of(response)
    assert [
        (row.student.user.first_name, row.tries, row.passes, level["name"]) for row, level in response.context["rows"]
    ] == [
        ("Ada", 1, 1, "young"),
        ("Ben", 1, 1, "young"),
        ("Cleo", 3, 2, "young"),
        ("Dan", 3, 1, "learning"),
        ("Eve", 2, 1, "learning"),
        ("Gus", 0, 0, "learning"),
    ]


def test_card_with_too_few_tries_has_no_rate(teacher_client, here):
    assert "1 try in the last 30 days: too few for a rate." in text_of(open_card(teacher_client, here, here.b))


def test_card_the_class_was_not_given_is_not_there(teacher_client, here):
    own = write_card(here.students["Ada"])
    assert {open_card(teacher_client, here, card).status_code for card in (CardFactory(), own)} == {404}


def test_pages_write_nothing(teacher_client, here):
    before = list(CardState.objects.order_by("pk").values())
    open_student(teacher_client, here)
    open_card(teacher_client, here, here.a)
    assert list(CardState.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("more", [0, 27])
def test_pages_cost_the_same_in_a_large_class(teacher_client, here, more, django_assert_num_queries):
    for place in range(more):
        practise(here.join(f"Student {place}"), here.a, {20: 4, 21: 2})
    for open_page, of, queries in ((open_student, "Dan", 12), (open_card, here.a, 11)):
        with django_assert_num_queries(queries):
            open_page(teacher_client, here, of)


def test_future_deck_is_not_there_yet(teacher_client, here):
    here.deck.assignments.update(starts_on=(NOW + timedelta(days=1)).date())
    assert open_card(teacher_client, here, here.a).status_code == 404

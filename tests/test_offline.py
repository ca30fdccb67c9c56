"""The pages offline, offline_cards, offline_answer, service_worker and manifest."""

import json
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from accounts.models import User
from cards.models import Card, ReviewLog
from cards.views.offline import SHELL_FILES
from tests.conftest import NOON, TODAY, answer
from tests.factories import CardFactory, CardStateFactory, PickedDeckFactory, UserFactory

HOUR = timedelta(hours=1)
CHOICE = {"kind": Card.Kind.CHOICE, "options": ["Stalin", "Hitler", "Poland"], "answer": "Stalin"}

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def card(deck):
    return deck.cards.first()


def kept(client):
    return client.get(reverse("offline_cards")).json()


def hidden(html, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', html)


def send(client, sender, card, **fields):
    data = {"card": card.pk, "version": 0, "quality": 4, "attempt": uuid4(), "user": sender.pk}
    return client.post(reverse("offline_answer"), data | {"answered_at": (NOON - HOUR).isoformat()} | fields)


# offline_cards


def test_offline_cards_are_todays_in_order_with_version_and_attempt(student_client, student, deck):
    due = CardStateFactory(user=student, card=deck.cards.last(), version=7).card
    first, second, _ = deck.cards.all()
    cards = kept(student_client)["cards"]
    assert [one["card"] for one in cards] == [due.pk, first.pk, second.pk]
    assert [hidden(one["html"], "version") for one in cards] == [["7"], ["0"], ["0"]]
    assert len({attempt for one in cards for attempt in hidden(one["html"], "attempt")}) == 3


def test_offline_cards_hold_question_answer_and_her_buttons(student_client, card):
    User.objects.update(grade_buttons=6)
    html = kept(student_client)["cards"][0]["html"]
    assert (card.front in html, card.back in html) == (True, True)
    assert re.findall(r'name="quality" value="(\d)"', html) == list("012345")


def test_offline_cards_say_whose_they_are_and_until_when(student_client, student, deck):
    bundle = kept(student_client)
    assert (bundle["user"], bundle["now"], bundle["until"]) == (
        student.pk,
        "2026-11-23T12:00:00Z",
        "2026-11-24T04:00:00Z",
    )


def test_offline_cards_carry_no_token_in_their_forms(student_client, deck):
    bundle = kept(student_client)
    assert bundle["token"]
    assert ["csrfmiddlewaretoken" in one["html"] for one in bundle["cards"]] == [False] * 3


def test_offline_choice_comes_with_its_look_after_each_pick(student_client, student, deck):
    deck.cards.all().update(status=Card.Status.ARCHIVED)
    CardFactory(deck=deck, **CHOICE)
    [one] = kept(student_client)["cards"]
    assert [hidden(html, "pick") for html in one["picks"]] == [["0"], ["1"], ["2"]]
    assert ["Right." in html for html in one["picks"]] == [True, False, False]
    assert len({attempt for html in one["picks"] for attempt in hidden(html, "attempt")}) == 1


def test_offline_card_text_is_escaped(student_client, card):
    Card.objects.filter(pk=card.pk).update(front="<script>alert(1)</script>")
    assert "<script>" not in kept(student_client)["cards"][0]["html"]


def test_offline_cards_are_hers_alone(client, deck):
    client.force_login(PickedDeckFactory(deck__cards=1).user)
    assert [hidden(one["html"], "card") for one in kept(client)["cards"]] == [[str(Card.objects.last().pk)]]


def test_offline_cards_are_kept_in_no_cache(student_client, deck):
    assert student_client.get(reverse("offline_cards"))["Cache-Control"] == "no-store"


@pytest.mark.parametrize("count", [1, 3])
def test_offline_cards_cost_the_same_for_one_and_three(student_client, student, count, django_assert_num_queries):
    deck = PickedDeckFactory(user=student, deck__cards=2 * count).deck
    for card in deck.cards.all()[:count]:
        CardStateFactory(user=student, card=card)
    with django_assert_num_queries(6):
        student_client.get(reverse("offline_cards"))


@pytest.mark.parametrize(("name", "method"), [("offline_cards", "get"), ("offline_answer", "post")])
def test_offline_cards_and_answer_need_a_log_in(client, deck, name, method):
    response = getattr(client, method)(reverse(name))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login"))


# offline_answer


def test_offline_answer_is_logged_at_its_own_time(student_client, student, card):
    response = send(student_client, student, card, answered_at="2026-11-22T13:00:00Z", elapsed_ms=4000)
    log = ReviewLog.objects.get()
    assert (response.status_code, response.json()) == (200, {"outcome": "counted"})
    assert (log.answered_at, log.day, log.elapsed_ms) == (NOON - 23 * HOUR, TODAY - timedelta(days=1), 4000)


def test_offline_answer_sent_twice_counts_once(student_client, student, card):
    attempt = uuid4()
    outcomes = [send(student_client, student, card, attempt=attempt).json()["outcome"] for _ in range(2)]
    assert (outcomes, ReviewLog.objects.count()) == (["counted", "replayed"], 1)


def test_offline_answer_keeps_pick_and_ticks(student_client, student, deck):
    choice = CardFactory(deck=deck, **CHOICE)
    send(student_client, student, choice, pick=1, quality=1, thought_so="on")
    assert ReviewLog.objects.get().detail == {"pick": 1}
    assert student.misbeliefs.get().card == choice


def test_offline_answer_to_a_card_answered_elsewhere_says_so(student_client, student, card):
    answer(student, card, 5)
    response = send(student_client, student, card)
    assert (response.status_code, response.json()) == (409, {"sentence": "Already answered elsewhere, as Easy."})


def test_offline_answer_to_a_card_that_changed_says_so(student_client, student, card):
    answer(student, card, 5, now=NOON - timedelta(days=9))
    student.card_states.update(version=4)
    response = send(student_client, student, card, version=3)
    assert response.json() == {"sentence": "The card has changed meanwhile, so it will be asked again."}


def test_offline_answer_taken_back_elsewhere_says_so(student_client, student, card):
    log = answer(student, card).log
    ReviewLog.objects.update(undone_at=NOON)
    response = send(student_client, student, card, attempt=log.attempt)
    assert (response.status_code, response.json()) == (409, {"sentence": "It was taken back meanwhile."})


@pytest.mark.parametrize("moment", ["2026-11-20T11:59:59Z", "2026-11-23T12:00:01Z", "9999-12-31T23:59:59Z"])
def test_offline_answer_at_an_impossible_time_is_refused_with_a_sentence(student_client, student, card, moment):
    response = send(student_client, student, card, answered_at=moment)
    assert (response.status_code, ReviewLog.objects.count()) == (400, 0)
    assert response.json()["sentence"].startswith("It came more than three days after you gave it")


@pytest.mark.parametrize(
    "fields",
    [
        {"answered_at": ""},
        {"answered_at": "noon"},
        {"answered_at": "9999-12-31T23:59:59-14:00"},
        {"user": "x"},
        {"attempt": "1"},
        {"quality": 6},
        {"pick": 1},
    ],
)
def test_offline_answer_that_cannot_be_read_is_refused_with_a_sentence(student_client, student, card, fields):
    response = send(student_client, student, card, **fields)
    assert (response.status_code, ReviewLog.objects.count()) == (400, 0)
    assert response.json() == {"sentence": "It can’t be read, so it was not counted."}


def test_offline_answer_of_another_student_on_the_device_is_refused(student_client, student, card):
    classmate = PickedDeckFactory(deck=card.deck).user
    response = send(student_client, classmate, card)
    assert (response.status_code, ReviewLog.objects.count()) == (403, 0)


def test_offline_answer_to_a_strangers_card_is_not_found(student_client, student):
    response = send(student_client, student, CardFactory())
    assert (response.status_code, ReviewLog.objects.count()) == (404, 0)


# offline, service_worker, manifest


@pytest.mark.parametrize("logged_in", [False, True])
def test_offline_page_is_the_same_for_everybody(client, student, deck, logged_in):
    stranger_sees = client.get(reverse("offline", args=["en-gb"])).content
    if logged_in:
        client.force_login(student)
    response = client.get(reverse("offline", args=["en-gb"]))
    assert (response.content, response["Cache-Control"]) == (stranger_sees, "no-cache")
    assert (response.templates[0].name, dict(response.cookies)) == ("cards/offline.html", {})


@pytest.mark.parametrize(("language", "said"), [("de", "Keine Verbindung"), ("en-gb", "No connection")])
def test_offline_page_speaks_the_language_of_its_address(client, db, language, said):
    response = client.get(reverse("offline", args=[language]), headers={"Accept-Language": "de, en;q=0.5"})
    page = response.content.decode()
    assert (f'<html lang="{language}">' in page, said in page, response["Content-Language"]) == (True, True, language)
    assert f'data-worker="/sw.{language}.js"' in page


@pytest.mark.parametrize("name", ["offline", "service_worker"])
def test_unknown_language_is_not_found(client, db, name):
    assert client.get(reverse(name, args=["fr"])).status_code == 404


def test_page_asks_for_the_worker_of_its_own_language(student_client, student):
    User.objects.update(language="de")
    assert 'data-worker="/sw.de.js"' in student_client.get(reverse("home")).content.decode()
    worker = student_client.get(reverse("service_worker", args=["de"])).content.decode()
    assert 'const SHELL = ["/offline/de/", ' in worker


def test_kept_cards_name_the_language_they_are_asked_in(student_client, deck):
    User.objects.update(language="de")
    bundle = kept(student_client)
    assert (bundle["language"], "Antwort zeigen" in bundle["cards"][0]["html"]) == ("de", True)


def test_service_worker_may_serve_the_whole_site_and_is_always_asked_anew(client, db):
    response = client.get(reverse("service_worker", args=["en-gb"]))
    headers = [response[name] for name in ("Content-Type", "Cache-Control", "Service-Worker-Allowed")]
    assert headers == ["text/javascript; charset=utf-8", "no-cache", "/"]


def test_service_worker_keeps_the_shell_and_nothing_else(client, db):
    worker = client.get(reverse("service_worker", args=["en-gb"])).content.decode()
    shell = json.loads(re.search(r"const SHELL = (\[.*\]);", worker)[1])
    assert shell == ["/offline/en-gb/", *(f"/{settings.STATIC_URL.strip('/')}/{name}" for name in SHELL_FILES)]
    assert re.findall(r"cache\.(put|add)\b", worker) == []


def test_service_worker_is_another_when_a_file_of_the_shell_changes(client, db, tmp_path, monkeypatch):
    before = client.get(reverse("service_worker", args=["en-gb"])).content
    changed = tmp_path / "review.js"
    changed.write_text("// changed")
    find = finders.find
    monkeypatch.setattr(finders, "find", lambda name: str(changed) if name == "cards/review.js" else find(name))
    assert client.get(reverse("service_worker", args=["en-gb"])).content != before


def test_shell_page_asks_only_for_files_of_the_shell(client, db):
    page = client.get(reverse("offline", args=["en-gb"])).content.decode()
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert set(files) == set(SHELL_FILES)


def test_manifest_makes_it_installable(client, db):
    response = client.get(reverse("manifest"))
    about = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (about["name"], about["start_url"], about["scope"], about["display"]) == (
        "PactCards",
        "/",
        "/",
        "standalone",
    )
    assert [(icon["sizes"], icon["purpose"]) for icon in about["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]


def test_icons_are_there_and_small(client, db):
    icons = [icon["src"].removeprefix("/static/") for icon in client.get(reverse("manifest")).json()["icons"]]
    assert [Path(finders.find(name)).stat().st_size < 10_000 for name in icons] == [True] * 3


# whose device it is


def whose(response):
    cookie = response.cookies.get("pactcards-whose")
    return None if cookie is None else (cookie.value, cookie["max-age"])


def test_page_says_whose_it_is_to_its_owner_only(client, student, deck):
    assert "data-user" not in client.get(reverse("home")).content.decode()
    client.force_login(student)
    assert f'<body data-user="{student.pk}" data-remembered>' in client.get(reverse("home")).content.decode()


def test_log_in_until_the_browser_closes_is_not_remembered(student_client, student, deck):
    session = student_client.session
    session.set_expiry(0)
    session.save()
    assert f'<body data-user="{student.pk}">' in student_client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("logged_in", [False, True])
def test_mark_of_another_student_on_the_device_is_taken_away(client, student, logged_in):
    client.cookies["pactcards-whose"] = str(UserFactory().pk)
    if logged_in:
        client.force_login(student)
    assert whose(client.get(reverse("home"))) == ("", 0)


def test_her_own_mark_on_the_device_stays(student_client, student):
    student_client.cookies["pactcards-whose"] = str(student.pk)
    assert whose(student_client.get(reverse("home"))) is None

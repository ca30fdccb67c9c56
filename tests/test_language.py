"""In which language pages speak, and how they name the language of what is written on cards."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from cards.models import Motive
from tests.conftest import NOON, answer, write_card
from tests.factories import UserFactory

GERMAN, ENGLISH = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}, {"Accept-Language": "en-US,en;q=0.9"}


def spoken(response):
    """The language that the page itself names, and its header."""
    return re.search(r'<html lang="([^"]*)"', response.content.decode())[1], response["Content-Language"]


def speak(student, language):
    student.language = language
    student.save()


# the browser's


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("de-CH", "de"),
        ("en-US,en;q=0.9", "en-gb"),
        ("fr,de;q=0.8,en;q=0.5", "de"),
        ("fr", "en-gb"),
        ("*", "en-gb"),
        ("", "en-gb"),
    ],
)
def test_visitor_reads_what_the_browser_asks_for(client, db, accepted, language):
    assert spoken(client.get(reverse("home"), headers={"Accept-Language": accepted})) == (language, language)


def test_school_may_speak_german_to_browsers_that_ask_for_neither(client, db, settings):
    settings.LANGUAGE_CODE = "de"
    assert spoken(client.get(reverse("home"), headers={"Accept-Language": "fr"})) == ("de", "de")


def test_answer_depends_on_the_language_that_was_asked_for(client, db):
    assert {"Accept-Language", "Cookie"} <= set(client.get(reverse("home"))["Vary"].split(", "))


def test_django_and_allauth_speak_german_too(client, db):
    page = client.post(reverse("account_login"), {"login": "nobody"}, headers=GERMAN).content.decode()
    for part in (">Anmeldename</label>", ">Passwort</label>", "Dieses Feld ist zwingend erforderlich."):
        assert part in page


# her own


@pytest.mark.parametrize(
    ("chosen", "headers", "language"),
    [
        ("de", ENGLISH, "de"),
        ("en-gb", GERMAN, "en-gb"),
        ("", GERMAN, "de"),
        ("", ENGLISH, "en-gb"),
    ],
)
def test_choice_goes_before_the_browser(student_client, student, chosen, headers, language):
    speak(student, chosen)
    for name in ("home", "settings", "review"):
        assert spoken(student_client.get(reverse(name), headers=headers)) == (language, language)


def test_choice_of_one_is_not_the_next_ones(client, student):
    speak(student, "de")
    for user, language in ((student, "de"), (UserFactory(), "en-gb"), (student, "de")):
        client.force_login(user)
        assert spoken(client.get(reverse("home"), headers=ENGLISH)) == (language, language)


def test_each_language_is_offered_in_its_own_words(student_client, student):
    speak(student, "de")
    page = student_client.get(reverse("settings")).content.decode()
    labels = re.findall(r'<label for="id_language_\d"([^>]*)><input[^>]*> ([^<]*)</label>', page)
    assert labels == [("", "wie in meinem Browser"), (' lang="en-gb"', "English"), (' lang="de"', "Deutsch")]


def test_part_of_a_page_is_german(student_client, student, deck):
    speak(student, "de")
    fields = {"card": deck.cards.first().pk, "version": 0, "quality": 4, "attempt": NOON.strftime("%032d")}
    part = student_client.post(reverse("review_answer"), fields, headers={"HX-Request": "true"}).content.decode()
    assert "Gut: wieder morgen (1 Tag)." in part


def test_dates_and_numbers_are_german(student_client, student, deck, time_machine):
    time_machine.move_to(NOON, tick=False)
    speak(student, "de")
    answer(student, deck.cards.first())
    student.break_from, student.break_until = NOON.date(), NOON.date() + timedelta(days=9)
    student.save()
    assert "bis zum 2. Dezember." in student_client.get(reverse("home")).content.decode()
    assert "2,50" in student_client.get(reverse("stats")).content.decode()


# when something goes wrong


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/no/such/page/", "Diese Seite gibt es nicht, oder sie ist nicht für dich bestimmt."),
        ("/stats/?range=%00", "Etwas an dieser Anfrage ist nicht lesbar. Geh zurück und versuche es noch einmal."),
        ("/stats/?range=2", "Diesen Zeitraum gibt es nicht. Wähle 30 Tage, ein Jahr oder alles."),
    ],
)
def test_error_page_is_german(student_client, path, sentence):
    page = student_client.get(path, headers=GERMAN)
    assert (spoken(page), f"<h1>{sentence}</h1>" in page.content.decode()) == (("de", "de"), True)


def test_refused_address_does_not_speak_the_last_readers_language(student_client, student):
    speak(student, "de")
    student_client.get(reverse("home"))
    assert spoken(student_client.get("/?x=%00", headers=ENGLISH)) == ("en-gb", "en-gb")


# the teachers' pages


def test_admin_is_german_with_our_words_in_it(client, db):
    client.force_login(UserFactory(is_staff=True, is_superuser=True, language="de"))
    page = client.get(reverse("admin:index")).content.decode()
    for part in ("Was möchten Sie tun?", "Stapel und Wiederholungen", "Fehlvorstellungen", "Abmelden"):
        assert part in page


# what is written on cards


def languages(page, pattern):
    """The languages of the elements whose opening tag has this pattern."""
    return re.findall(rf'<[^>]*{pattern}[^>]*lang="([^"]*)"', page.content.decode())


def test_card_is_english_and_a_students_own_in_what_she_reads(student, deck):
    own = write_card(student).deck
    with override("de"):
        assert (deck.language, own.language) == ("en-gb", "de")


def test_card_text_says_its_language(student_client, student, deck):
    speak(student, "de")
    page = student_client.get(reverse("review"))
    assert languages(page, 'id="question"') == ["en-gb"]
    assert f'<span lang="en-gb">{deck.title}</span>' in page.content.decode()


def test_blank_of_a_card_is_named_in_the_cards_language(student_client, student, deck):
    speak(student, "de")
    deck.cards.update(kind="cloze", front="He needed {{time}}.")
    own = write_card(student, kind="cloze", front="Er brauchte {{Zeit}}.", back="Zeit")
    pages = [student_client.get(reverse("card", args=[pk])).content.decode() for pk in (deck.cards.first().pk, own.pk)]
    assert ["(blank)" in pages[0], "(Lücke)" in pages[0], "(Lücke)" in pages[1]] == [True, False, True]


def test_motive_says_its_language(student_client, student, deck):
    speak(student, "de")
    page = student_client.get(reverse("motive", args=[Motive.objects.first().code]))
    assert re.findall(r'<h1 lang="([^"]*)"', page.content.decode()) == ["en-gb"]

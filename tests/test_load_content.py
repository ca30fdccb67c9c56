"""The commands load_content and load_demo: loading, loading again, what a teacher changed, what left the files."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from cards.content.files import CONTENT_DIR, ContentError
from cards.content.loader import _found, _hash, load_starter_decks
from cards.management.commands import load_demo
from cards.models import Card, CardState, Deck, Flag, Motive
from cards.replay import find_damage
from tests.factories import CardFactory, CardStateFactory, DeckFactory, teachers_group

pytestmark = pytest.mark.django_db

MOTIVES = """
[[motives]]
code = "time"
name = "Buying time"
meaning = "Delay the war."
stalin_evidence = "3 July 1941: he said so."
counter = "He said so later."
source = "Stalin’s broadcast, 3 July 1941"
"""
MISCONCEPTIONS = '[[misconceptions]]\ncode = "M01"\nwrong = "they met"\nfact = "they never met"\n'
DECK = """
[deck]
slug = "pact"
title = "The Pact"
position = 1
description = "All of it."
checked_on = 2026-11-23
"""
CARD = """
[[cards]]
code = "{code}"
section = "Start"
kind = "basic"
level = "core"
actor = "stalin"
motive = "time"
front = "{front}"
back = "Time."
why = "It mattered."
source = "Hansard, 31 March 1939"
claims = ["S1"]
"""


@pytest.fixture
def files(tmp_path):
    def write(*codes, front="What did Stalin win?", extra=""):
        (tmp_path / "motives.toml").write_text(MOTIVES)
        (tmp_path / "misconceptions.toml").write_text(MISCONCEPTIONS)
        cards = "".join(CARD.format(code=code, front=f"{code}: {front}") for code in codes)
        (tmp_path / "pact.toml").write_text(DECK + cards + extra)
        return tmp_path

    return write


def test_load_adds_published_library_decks(files):
    report = load_starter_decks(files("pact-01", "pact-02"))
    deck = Deck.objects.get()
    assert report.counts == {"decks added": 1, "cards added": 2, "motives added": 1, "misconceptions added": 1}
    assert (deck.status, deck.in_library, deck.origin) == ("published", True, "starter")
    assert list(deck.cards.values_list("code", "position", "status")) == [
        ("pact-01", 1, "published"),
        ("pact-02", 2, "published"),
    ]


def test_load_twice_does_nothing(files):
    load_starter_decks(files("pact-01"))
    stamp = Card.objects.get().changed_at
    counts = load_starter_decks(files("pact-01")).counts
    assert set(counts) == {"decks unchanged", "cards unchanged", "motives unchanged", "misconceptions unchanged"}
    assert Card.objects.get().changed_at == stamp


def test_changed_file_changes_the_card_and_no_schedule(files):
    load_starter_decks(files("pact-01"))
    state = CardStateFactory(card=Card.objects.get())
    report = load_starter_decks(files("pact-01", front="What did Stalin gain?"))
    assert (report.counts["cards changed"], Card.objects.get().front) == (1, "pact-01: What did Stalin gain?")
    assert CardState.objects.values().get() == CardState.objects.filter(pk=state.pk).values().get()


def test_card_changed_by_a_teacher_is_left_alone_and_named(files):
    load_starter_decks(files("pact-01"))
    Card.objects.update(back="Time to rearm.")
    report = load_starter_decks(files("pact-01", front="Another question?"))
    assert Card.objects.get().back == "Time to rearm."
    assert report.left_alone == ["pact-01: What did Stalin win?: changed by a teacher, the file’s text was not loaded"]


def test_card_that_left_the_files_is_archived_and_may_come_back(files):
    load_starter_decks(files("pact-01", "pact-02"))
    assert load_starter_decks(files("pact-01")).counts["cards archived"] == 1
    assert Card.objects.get(code="pact-02").status == "archived"
    assert load_starter_decks(files("pact-01")).counts["cards archived"] == 0
    assert load_starter_decks(files("pact-01", "pact-02")).counts["cards brought back"] == 1
    assert Card.objects.get(code="pact-02").status == "published"


def test_card_that_left_the_files_stays_if_a_teacher_has_changed_it(files):
    load_starter_decks(files("pact-01", "pact-02"))
    Card.objects.filter(code="pact-02").update(back="Time to rearm.")
    report = load_starter_decks(files("pact-01"))
    assert Card.objects.get(code="pact-02").status == "published"
    assert report.left_alone == [
        "pact-02: What did Stalin win?: it left the files, but a teacher has changed it, so it stays"
    ]


def other_deck(directory):
    other = DECK.replace('"pact"', '"other"') + CARD.format(code="other-01", front="What else?")
    (directory / "other.toml").write_text(other)
    return directory / "other.toml"


def test_deck_that_left_the_files_is_archived_with_its_cards_and_may_come_back(files):
    directory = files("pact-01")
    other_deck(directory)
    load_starter_decks(directory)
    other_deck(directory).unlink()
    report = load_starter_decks(directory)
    assert (report.counts["decks archived"], report.counts["cards archived"]) == (1, 1)
    assert Deck.objects.get(slug="other").status == Card.objects.get(code="other-01").status == "archived"
    other_deck(directory)
    assert load_starter_decks(directory).counts["decks brought back"] == 1
    assert Deck.objects.get(slug="other").status == Card.objects.get(code="other-01").status == "published"


def test_deck_that_left_the_files_stays_for_the_cards_of_a_teacher(files):
    directory = files("pact-01")
    other_deck(directory)
    load_starter_decks(directory)
    hers = CardFactory(deck=Deck.objects.get(slug="other"))
    other_deck(directory).unlink()
    load_starter_decks(directory)
    assert list(Card.objects.filter(deck__status="published", status="published").exclude(code="pact-01")) == [hers]


def test_card_that_a_teacher_archived_stays_archived(files):
    load_starter_decks(files("pact-01"))
    Card.objects.update(status="archived")
    load_starter_decks(files("pact-01", front="Another question?"))
    assert Card.objects.get().status == "archived"


EARLIER_FIELDS = ("name", "stalin_evidence", "counter", "source", "position")


def test_field_that_a_later_version_adds_is_filled_in(files):
    directory = files("pact-01")
    load_starter_decks(directory)
    Motive.objects.update(meaning="", loaded_hash=_hash(_found(Motive.objects.get(), EARLIER_FIELDS)))
    assert load_starter_decks(directory).counts["motives changed"] == 1
    assert Motive.objects.get().meaning == "Delay the war."


def test_somebody_elses_deck_with_the_same_address_is_left_alone(files):
    DeckFactory(slug="pact", title="Mine")
    report = load_starter_decks(files("pact-01"))
    assert (Card.objects.count(), len(report.left_alone)) == (0, 1)


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        (CARD.format(code="pact-01", front="Q?"), "the same code stands in pact.toml"),
        (CARD.format(code="Pact 2", front="Q?"), "small letters, digits"),
        (CARD.format(code="pact-02", front="word " * 26), "front has 26 words, the limit is 25"),
        (CARD.format(code="pact-02", front="Q?").replace('"time"', '"hope"'), "motive 'hope' is not in motives.toml"),
        (CARD.format(code="pact-02", front="Q?").replace('"core"', '"hard"'), "level is “hard”"),
        (CARD.format(code="pact-02", front="Q?") + 'colour = "red"\n', "fields that its kind has not: colour"),
        (CARD.format(code="pact-02", front="Q?").replace("source =", "claims2 ="), "lacks source"),
        (CARD.format(code="pact-02", front="Q?").replace('["S1"]', "[]"), "names no claim"),
        ("[[cards]", "pact.toml"),
    ],
)
def test_bad_file_is_refused_by_file_card_and_reason_and_nothing_is_loaded(files, extra, sentence):
    with pytest.raises(ContentError, match=r"pact\.toml") as caught:
        load_starter_decks(files("pact-01", extra=extra))
    assert sentence in str(caught.value)
    assert Deck.objects.count() == 0


def test_command_prints_what_it_did(files):
    out = StringIO()
    call_command("load_content", "--from", files("pact-01"), stdout=out)
    assert out.getvalue() == "cards added: 1\ndecks added: 1\nmisconceptions added: 1\nmotives added: 1\n"


def test_command_names_the_fault(files):
    with pytest.raises(CommandError, match=r"Nothing was loaded\. pact\.toml: X"):
        call_command("load_content", "--from", files("X"))


def test_starter_content_covers_every_source_page_claim():
    load_starter_decks(CONTENT_DIR)
    covered = {claim for claims in Card.objects.values_list("claims", flat=True) for claim in claims}
    assert {f"S{number}" for number in range(1, 27)} <= covered
    assert Card.objects.filter(status="published").count() >= 40


def test_demo_is_refused_outside_debug():
    with pytest.raises(CommandError, match="only with DEBUG on"):
        call_command("load_demo")


def test_demo_makes_people_with_a_sound_history_once(settings, student, monkeypatch):
    teachers_group()
    settings.DEBUG = True
    monkeypatch.setattr(load_demo, "SAM", load_demo.Student("Sam", (3, 2, 1), 8))  # a fortnight takes its time
    monkeypatch.setattr(load_demo, "CLASSMATES", [load_demo.Student("Ali", (2, 1), 6)])
    load_starter_decks(CONTENT_DIR)
    out = StringIO()
    for _ in range(2):
        call_command("load_demo", stdout=out)
    assert CardState.objects.count() > 20
    assert (list(find_damage()), Flag.objects.count()) == ([], 1)
    assert out.getvalue().count("password pact-of-1939") == 2


def test_demo_that_was_broken_off_can_be_made_anew(settings, student):
    teachers_group()
    settings.DEBUG = True
    with pytest.raises(Deck.DoesNotExist):
        call_command("load_demo")
    assert list(User.objects.all()) == [student]

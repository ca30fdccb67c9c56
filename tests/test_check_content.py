"""The command check_content: the shipped decks keep every rule, and each sort of bad card is named."""

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cards.content import heads, rules
from cards.content.coverage import gaps
from cards.content.files import Content, DeckFile, read_content
from cards.models import Card, Deck, Misconception, Motive

GOOD = {
    "code": "stalin-time-01",
    "section": "Time",
    "kind": "basic",
    "level": "core",
    "actor": "stalin",
    "motive": "time",
    "front": "What did Stalin hope to win?",
    "back": "Time to rearm.",
    "why": "His army was not ready.",
    "source": "Hansard, 31 March 1939",
    "claims": ["S22"],
}
POINTS = [{"sort": sort, "text": "A point."} for sort in ("claim", "evidence", "link")]
EXPLAIN = {**GOOD, "kind": "explain", "points": POINTS, "hint": "Think of the army."}
CHOICE = {
    **GOOD,
    "kind": "choice",
    "options": ["Stalin", "Hitler"],
    "answer": "Stalin",
    "mistake": "Many think it was Hitler; in fact it was Stalin.",
}
CLOZE = {**GOOD, "kind": "cloze", "front": "Stalin signed because he needed {{time}}."}


@pytest.fixture(scope="module")
def content():
    return read_content()


def test_shipped_decks_keep_every_rule(content):
    assert list(content.problems()) == []


def test_shipped_decks_cover_what_was_promised(content):
    assert (len(content.decks), list(gaps(content))) == (8, [])


@pytest.mark.parametrize(
    ("taken_away", "sentence"),
    [
        (lambda card: "S20" in card["claims"], "no card teaches S20"),
        (lambda card: "M07" in card.get("misconceptions", []), "no card teaches M07"),
        (lambda card: card["motive"] == "trade", "no card is about the motive trade"),
        (lambda card: card.get("board") == "IB", "no card is in the style of IB"),
        (lambda card: card["actor"] == "hitler", "there are 0 cards with actor hitler, at least 50 are wanted"),
        (lambda card: card["kind"] == "explain", "there are 0 cards with kind explain, at least 40 are wanted"),
        (lambda card: card["level"] == "core", "there are 136 cards, at least 200 are wanted"),
    ],
)
def test_each_gap_in_the_decks_is_named(content, taken_away, sentence):
    decks = [replace(file, cards=[c for c in file.cards if not taken_away(c)]) for file in content.decks]
    assert sentence in list(gaps(replace(content, decks=decks)))


def test_page_that_the_fact_sheet_does_not_give_is_named(content):
    file = content.decks[0]
    invented = {**file.cards[0], "source": "Ian Kershaw, Hitler, p. 207"}
    found = list(gaps(replace(content, decks=[replace(file, cards=[invented]), *content.decks])))
    assert found == [f"{invented['code']}: the fact sheet does not give p. 207"]


def test_every_source_page_claim_has_a_core_question(content):
    core = [c for file in content.decks for c in file.cards if (c["kind"], c["level"]) == ("basic", "core")]
    assert {f"S{n}" for n in range(1, 27)} <= {claim for card in core for claim in card["claims"]}


@pytest.mark.parametrize("card", [GOOD, EXPLAIN, CHOICE, CLOZE], ids=lambda card: card["kind"])
def test_good_card_has_no_problem(card):
    assert list(rules.problems(card)) == []


@pytest.mark.parametrize(
    ("card", "sentence"),
    [
        ({**GOOD, "source": ""}, "lacks source"),
        ({**GOOD, "colour": "red"}, "has fields that its kind has not: colour"),
        ({**GOOD, "hint": "x"}, "has fields that its kind has not: hint"),
        ({**GOOD, "code": "Stalin 1"}, "the code may have small letters, digits and single hyphens only"),
        ({**GOOD, "kind": "poem"}, "kind is “poem”"),
        ({**GOOD, "level": "hard"}, "level is “hard”"),
        ({**GOOD, "actor": "churchill"}, "actor is “churchill”"),
        ({**GOOD, "front": "word " * 26 + "?"}, "front has 27 words, the limit is 25"),
        ({**GOOD, "back": "word " * 36}, "back has 36 words, the limit is 35"),
        ({**GOOD, "why": "two\nlines"}, "why it matters is more than one line"),
        ({**GOOD, "claims": []}, "names no claim and no fact"),
        ({**GOOD, "claims": ["S27"]}, "S27 is no claim"),
        ({**GOOD, "facts": ["Z01"]}, "Z01 is no claim"),
        ({**GOOD, "source": "Wikipedia"}, "the source is a revision page"),
        ({**GOOD, "misconceptions": ["M01"]}, "names a misconception but does not tell the mistake"),
        ({**GOOD, "mistake": "It was an alliance."}, "the mistake must read"),
        ({**GOOD, "back": "It was inevitable."}, "“inevitable” settles or foresees"),
        ({**GOOD, "back": "The Nazi–Soviet alliance."}, "not an alliance"),
        ({**GOOD, "why": "Pupils forget it."}, "say student"),
        ({**GOOD, "front": "Stalin hoped to win time."}, "the front is no question"),
        ({**GOOD, "front": "What is {{this}}?"}, "so its kind is cloze"),
        ({**CLOZE, "front": "Stalin signed."}, "exactly one {{blank}}"),
        ({**CHOICE, "options": ["Stalin"]}, "two to six different options"),
        ({**CHOICE, "answer": "Both"}, "the answer is not one of the options"),
        ({**CHOICE, "mistake": ""}, "tells the mistake behind a wrong pick"),
        ({**EXPLAIN, "points": POINTS[:2]}, "three to five points"),
        ({**EXPLAIN, "points": POINTS[::-1]}, "claim, then evidence, then link"),
        ({**EXPLAIN, "points": [*POINTS, {"sort": "joke", "text": "x"}]}, "three to five points"),
        ({**EXPLAIN, "points": [*POINTS, {"sort": "link", "text": "word " * 21}]}, "more than 20 words"),
        ({**EXPLAIN, "hint": ""}, "an explain card has a hint"),
        ({**EXPLAIN, "board": "OCR B", "marks": 8, "rewarded": "Links."}, "board is “OCR B”"),
        ({**EXPLAIN, "board": "AQA"}, "says its marks and what is rewarded"),
        ({**EXPLAIN, "board": "AQA", "marks": 0, "rewarded": "Links."}, "marks is no whole number from 1 to 100"),
        ({**EXPLAIN, "points": [{"sort": "claim"}]}, "points is no list of points"),
        ({**GOOD, "contested": "Geoffrey Roberts: late."}, "there are no two readings"),
        ({**GOOD, "front": "w" * 1000 + "?"}, "front has 1001 characters, there is room for 1000"),
        ({**GOOD, "back": ["Time"]}, "back is no text"),
        ({**GOOD, "claims": "S22"}, "claims is no list of texts"),
    ],
)
def test_each_sort_of_bad_card_is_named(card, sentence):
    assert any(sentence in problem for problem in rules.problems(card))


@pytest.mark.parametrize("value", [None, "", 5, True, [1], ["x"], [{"sort": "claim"}], {"a": 1}, "x" * 2000])
@pytest.mark.parametrize("card", [GOOD, EXPLAIN, CHOICE, CLOZE], ids=lambda card: card["kind"])
def test_no_value_is_too_odd_to_be_named(card, value):
    names = [*rules.ROOM, *rules.LISTS, *rules.WORDS, "points", "marks"]
    cards = [{**card, name: value} for name in names]
    file = DeckFile("pact.toml", dict.fromkeys(DECK, value), cards)
    content = Content([dict.fromkeys(MOTIVE, value)], [dict.fromkeys(MISCONCEPTION, value)], [file])
    assert len(list(content.problems())) > len(names) / 2


def test_room_is_that_of_the_database():
    columns = {"mistake": "common_mistake"}
    room = {name: Card._meta.get_field(columns.get(name, name)).max_length for name in rules.ROOM if name != "motive"}
    assert room | {"motive": Motive._meta.get_field("code").max_length} == rules.ROOM
    for model, named in ((Deck, heads.DECK_ROOM), (Motive, heads.MOTIVE_ROOM | heads.EVIDENCE_ROOM)):
        assert {name: model._meta.get_field(name).max_length for name in named} == named
    assert {
        n: Misconception._meta.get_field(n).max_length for n in heads.MISCONCEPTION_ROOM
    } == heads.MISCONCEPTION_ROOM


DECK = {"slug": "pact", "title": "P", "position": 1, "description": "All.", "checked_on": date(2026, 11, 23)}
MOTIVE = {"code": "time", "name": "N", "meaning": "M.", "stalin_evidence": "E.", "counter": "C.", "source": "Hansard"}
MISCONCEPTION = {"code": "M01", "wrong": "they met", "fact": "they never met"}


@pytest.mark.parametrize(
    ("rule", "entry", "sentence"),
    [
        (heads.deck_problems, {**DECK, "title": ""}, "lacks title"),
        (heads.deck_problems, {**DECK, "colour": "red"}, "has fields that nobody knows: colour"),
        (heads.deck_problems, {**DECK, "slug": "The Pact"}, "the slug may have small letters"),
        (heads.deck_problems, {**DECK, "position": "first"}, "position is no whole number"),
        (heads.deck_problems, {**DECK, "checked_on": "today"}, "checked_on is no date"),
        (heads.motive_problems, {**MOTIVE, "counter": ""}, "lacks counter"),
        (heads.motive_problems, {**MOTIVE, "stalin_evidence": ""}, "has no evidence"),
        (heads.motive_problems, {**MOTIVE, "code": "Time!"}, "the code may have small letters"),
        (heads.motive_problems, {**MOTIVE, "context": "yes"}, "context is neither true nor false"),
        (heads.motive_problems, {**MOTIVE, "meaning": "It was inevitable."}, "“inevitable” settles or foresees"),
        (heads.motive_problems, {**MOTIVE, "source": "Wikipedia"}, "the source is a revision page"),
        (heads.misconception_problems, {**MISCONCEPTION, "fact": ""}, "lacks fact"),
        (heads.misconception_problems, {**MISCONCEPTION, "code": "M19"}, "the code is no misconception"),
        (heads.misconception_problems, {**MISCONCEPTION, "wrong": "x" * 301}, "there is room for 300"),
    ],
)
def test_each_sort_of_bad_entry_is_named(rule, entry, sentence):
    assert any(sentence in problem for problem in rule(entry))


@pytest.mark.parametrize(
    ("rule", "entry"),
    [
        (heads.deck_problems, DECK),
        (heads.motive_problems, MOTIVE),
        (heads.motive_problems, {**MOTIVE, "stalin_evidence": "", "context": True}),
        (heads.misconception_problems, MISCONCEPTION),
    ],
)
def test_good_entry_has_no_problem(rule, entry):
    assert list(rule(entry)) == []


def write(directory, *cards):
    quoted = "\n".join(f'[[cards]]\ncode = "{code}"\nsection = "{section}"' for code, section in cards)
    (directory / "pact.toml").write_text(f'[deck]\nslug = "pact"\n{quoted}\n')
    (directory / "motives.toml").write_text("motives = []\n")
    (directory / "misconceptions.toml").write_text("misconceptions = []\n")


def test_command_prints_file_card_and_sentence_and_fails(tmp_path):
    write(tmp_path, ("a-01", "One"), ("a-01", "Two"), ("a-02", "One"))
    out = StringIO()
    with pytest.raises(CommandError, match=r"^\d+ breaches$"):
        call_command("check_content", "--from", tmp_path, stdout=out)
    lines = out.getvalue().splitlines()
    assert "pact.toml: the deck: lacks title, description, position, checked_on" in lines
    assert "pact.toml: the deck: the cards of the section “One” do not stand together" in lines
    assert "pact.toml: a-01: the same code stands in pact.toml" in lines


def test_code_and_address_stand_once_only(content):
    motives, decks = [*content.motives, content.motives[0]], [content.decks[0], replace(content.decks[0], cards=[])]
    found = list(replace(content, motives=motives, decks=decks).problems())
    assert found == [
        f"motives.toml: {motives[0]['code']}: the same code stands in motives.toml",
        f"{decks[0].name}: the deck: the same slug stands in {decks[0].name}",
    ]


@pytest.mark.parametrize("text", ["[[cards]", "[deck]\n", "deck = 1\n", "cards = 1\n[deck]\n", "\xff"])
def test_file_that_cannot_be_read_is_named(tmp_path, text):
    write(tmp_path)
    (tmp_path / "pact.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(CommandError, match=r"pact\.toml"):
        call_command("check_content", "--from", tmp_path)


def test_summary_says_what_the_decks_cover():
    out = StringIO()
    call_command("check_content", "--summary", stdout=out)
    assert "claims: 26 of 26\nmisconceptions: 18 of 18\nevery card keeps the rules\n" in out.getvalue()

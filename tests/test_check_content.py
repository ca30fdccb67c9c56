"""The command check_content: the shipped decks keep every rule, and each sort of bad card is named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cards.content import rules
from cards.content.files import read_content

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
    cards = [card for file in content.decks for card in file.cards]
    taught = {number for card in cards for word in ("claims", "misconceptions") for number in card.get(word, [])}
    assert len(content.decks) == 8
    assert len(cards) >= 200
    assert {f"S{n}" for n in range(1, 27)} | {f"M{n:02}" for n in range(1, 19)} <= taught
    assert {motive["code"] for motive in content.motives} == {card["motive"] for card in cards}
    assert sum(card["actor"] == "hitler" for card in cards) >= 50
    assert sum(card["actor"] == "stalin" for card in cards) >= 60
    assert sum(card["kind"] == "explain" for card in cards) >= 40


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
    ],
)
def test_each_sort_of_bad_card_is_named(card, sentence):
    assert any(sentence in problem for problem in rules.problems(card))


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
    assert "pact.toml: the deck lacks checked_on, description, position, title" in lines
    assert "pact.toml: the cards of the section “One” do not stand together" in lines
    assert "pact.toml: a-01: the same code stands in pact.toml" in lines


@pytest.mark.parametrize("text", ["[[cards]", "[deck]\n", "\xff"])
def test_file_that_cannot_be_read_is_named(tmp_path, text):
    write(tmp_path)
    (tmp_path / "pact.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(CommandError, match=r"pact\.toml"):
        call_command("check_content", "--from", tmp_path)


def test_summary_says_what_the_decks_cover():
    out = StringIO()
    call_command("check_content", "--summary", stdout=out)
    assert "claims: 26 of 26\nmisconceptions: 18 of 18\nevery card keeps the rules\n" in out.getvalue()

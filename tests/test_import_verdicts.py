"""The verdict on each row of an import: new, the same, a change, or a problem in a sentence; and what to look at."""

import pytest

from cards.interchange.rows import guess_reading, read_rows
from cards.interchange.verdicts import key_of, known_of, look_at
from cards.models import Card
from tests.factories import CardFactory, DeckFactory, MisconceptionFactory, MotiveFactory

pytestmark = pytest.mark.django_db
SOURCE = "FRUS 1939, vol. I"
HEADER = "front\tback\tsource\n"


@pytest.fixture
def deck():
    return DeckFactory()


def looks(deck, text, motives=None):
    return look_at(read_rows(text, guess_reading(text)), known_of(deck, motives or {}))


def look(deck, text, **kwargs):
    return looks(deck, text, **kwargs)[-1]


def verdicts(deck, text):
    return [str(look.verdict) for look in looks(deck, text)]


def write(deck, front="Who signed?", back="Molotov", **fields):
    return CardFactory(deck=deck, front=front, back=back, **fields)


# new and problem


def test_row_with_front_and_back_is_new(deck):
    found = look(deck, "Who signed?\tMolotov")
    assert (found.verdict, found.values, found.is_taken) == (
        "new",
        {"front": "Who signed?", "back": "Molotov", "kind": "basic"},
        True,
    )


PROBLEMS = {
    "Who signed?": ("back", "It has no back: write the answer."),
    "\tMolotov": ("front", "It has no front: write what the card asks."),
    "x" * 1001 + "\ty": ("front", "The front has 1001 characters; there is room for 1000."),
    "front\tback\tkind\na\tb\tessay": ("kind", "The kind “essay” is not known. Write one of these: "),
    "front\tback\tactor\na\tb\tChurchill": ("actor", "The actor “Churchill” is not known. Write one of these: "),
    "front\tback\tcode\na\tb\tmüde!": ("code", "A code may have letters without accents, digits and hyphens only."),
    "front\tback\tkind\na\tb\tcloze": ("front", "Write exactly one blank"),
    "front\tback\tkind\na\tb\tchoice": ("answer", "Give at least two options"),
    "front\tback\tmarks\na\tb\tten": ("marks", "The marks are a whole number, such as 10."),
    "front\tback\tsource checked on\na\tb\t2026-02-30": ("checked_on", "Write the date as year-month-day"),
    "front\tback\tlink\na\tb\tjavascript:alert(1)": ("link", "The link is no address of a page"),
    "front\tback\tpoints\na\tb\tbecause": ("points", "Begin each credit point with claim:"),
    "front\tsource\tback\na\tb\tc\td": (None, None),
    "front\tback\tsource\na\tb\tc\td": ("", "It has more columns than the table"),
}


@pytest.mark.parametrize(("text", "problem"), PROBLEMS.items(), ids=map(str, range(len(PROBLEMS))))
def test_problem_is_told_in_a_sentence(deck, text, problem):
    field, sentence = problem
    found = look(deck, text)
    said = found.problems.get(field, "")
    assert (bool(found.problems), said.startswith(sentence or "")) == (field is not None, True)
    assert not (found.problems and found.is_taken)


def test_sentence_with_a_blank_needs_no_back(deck):
    assert look(deck, "Stalin needed {{time}}.").values == {
        "front": "Stalin needed {{time}}.",
        "back": "time",
        "kind": "cloze",
    }


def test_blank_of_anki_becomes_ours(deck):
    assert look(deck, "He needed {{c1::time::what?}}.").values["front"] == "He needed {{time}}."


def test_every_field_of_a_card_can_be_given(deck):
    header = "front\tback\tkind\toptions\tright option\tactor\tlevel\tmarks\tsource checked on\tclaims\n"
    row = 'Whose?\tHis\tchoice\t"Stalin\nHitler"\tStalin\tBritain and France\tcore\t10\t2026-11-23\tS1'
    values = look(deck, header + row).values
    assert values["options"] == ["Stalin", "Hitler"]
    assert (values["answer"], values["actor"], values["marks"]) == ("Stalin", "west", 10)
    assert (str(values["checked_on"]), values["claims"]) == ("2026-11-23", ["S1"])


def test_misconception_is_known_by_its_code(deck):
    wrong = MisconceptionFactory(code="m7")
    text = "front\tback\tmisconception\na\tb\tM7\nc\td\tm8"
    known, unknown = looks(deck, text)
    assert (known.values["misconception"], list(unknown.problems)) == (wrong, ["misconception"])


# same and changes


@pytest.mark.parametrize("front", ["Who signed?", "who  SIGNED", "Who signed ?", "Ｗho signed?"])
def test_card_of_the_deck_is_known_by_its_front(deck, front):
    card = write(deck)
    assert look(deck, f"{front}\tMolotov").card == card


def test_same_card_is_skipped(deck):
    write(deck)
    found = look(deck, "Who signed?\tMolotov")
    assert (found.verdict, found.is_taken, found.warnings) == ("same", False, [])


def test_changed_card_shows_old_and_new_and_waits_for_a_yes(deck):
    write(deck, source="")
    found = look(deck, f"{HEADER}Who signed?\tRibbentrop\t{SOURCE}")
    changes = [(change.name, change.old_text, change.new_text) for change in found.changes]
    assert (found.verdict, found.is_taken) == ("changes", False)
    assert changes == [("back", "Molotov", "Ribbentrop"), ("source", "nothing", SOURCE)]


def test_empty_cell_changes_nothing(deck):
    write(deck, source=SOURCE)
    assert look(deck, f"{HEADER}Who signed?\tMolotov\t").verdict == "same"


def test_card_is_known_by_its_code_whatever_its_front(deck):
    write(deck, code="pact-1")
    found = look(deck, "code\tfront\tback\npact-1\tWho signed it?\tMolotov")
    assert [(change.name, change.new) for change in found.changes] == [("front", "Who signed it?")]


def test_code_of_a_card_never_changes(deck):
    write(deck, code="pact-1")
    assert look(deck, "code\tfront\tback\nother\tWho signed?\tMolotov").verdict == "same"


def test_number_of_a_card_is_no_code(deck):
    card = write(deck)
    assert look(deck, f"id\tfront\tback\n{card.pk}\tWhen?\t1939").verdict == "new"


def test_card_of_another_deck_is_not_known(deck):
    write(DeckFactory(), code="pact-1")
    assert verdicts(deck, "code\tfront\tback\npact-1\tWho signed?\tMolotov") == ["new"]


def test_living_card_is_known_before_an_archived_one(deck):
    write(deck, status=Card.Status.ARCHIVED)
    assert look(deck, "Who signed?\tx").card.status == Card.Status.ARCHIVED
    living = write(deck)
    assert look(deck, "Who signed?\tx").card == living


def test_change_that_no_student_could_be_shown_is_a_problem(deck):
    write(deck, kind="cloze", front="He needed {{time}}.", back="time", code="c-1")
    assert look(deck, "code\tfront\tback\nc-1\tHe needed time.\ttime").verdict == "problem"


@pytest.mark.parametrize(("front", "key"), [("?", "?"), ("“A”—b…", '"a"-b'), ("  a\n B ", "a b")])
def test_fronts_are_compared_as_questions(front, key):
    assert key_of(front) == key


# rows among themselves


def test_same_row_twice_is_imported_once(deck):
    found = looks(deck, "Who?\tStalin\nWho?\tStalin")
    assert [(str(look.verdict), look.same_line) for look in found] == [("new", 0), ("same", 1)]


def test_same_front_with_another_answer_is_warned_of(deck):
    found = look(deck, "Who?\tStalin\nWho?\tHitler")
    assert (found.verdict, found.warnings[-1]) == ("new", "Line 1 has the same front, with another answer")


def test_two_rows_cannot_change_the_same_card(deck):
    write(deck)
    assert verdicts(deck, "Who signed?\tStalin\nWho signed?\tHitler") == ["changes", "problem"]


def test_two_rows_cannot_have_the_same_code(deck):
    found = look(deck, "code\tfront\tback\nc-1\ta\tb\nc-1\tc\td")
    assert found.problems == {"code": "Line 2 has the same code."}


# warnings

WARNINGS = {
    "word " * 25 + "word?": "Front has 26 words, the limit is 25",
    "List Stalin’s motives": "Asks for a list; write one card for each item",
    "Name three reasons for the Pact.": "Asks for a list; write one card for each item",
    "What was the Nazi-Soviet alliance?": "The Pact was a treaty of non-aggression, not an alliance",
}


@pytest.mark.parametrize(("front", "warning"), WARNINGS.items(), ids=map(str, range(len(WARNINGS))))
def test_warning_is_a_sentence_and_no_problem(deck, front, warning):
    found = look(deck, f"{HEADER}{front}\tAnswer\t{SOURCE}")
    assert (found.verdict, found.warnings) == ("new", [warning])


def test_long_back_and_missing_source_are_warned_of(deck):
    found = look(deck, "Who?\t" + "word " * 36)
    assert found.warnings == ["Back has 36 words, the limit is 35", "Names no source"]


def test_front_of_another_card_is_warned_of(deck):
    write(deck, code="other", front="When?", back="1939")
    write(deck, code="pact-1")
    found = look(deck, "code\tfront\tback\npact-1\tWhen?\tMolotov")
    assert found.warnings == ["Card other has the same front"]


# motives


def test_tag_becomes_the_motive_that_the_teacher_said(deck):
    motive = MotiveFactory(code="time")
    found = look(deck, f"{HEADER[:-1]}\ttag\nWhy?\tTime\t{SOURCE}\trearming", motives={"rearming": motive})
    assert (found.values["motive"], found.warnings) == (motive, [])


def test_tag_without_a_motive_is_told(deck):
    found = look(deck, f"{HEADER[:-1]}\ttag\nWhy?\tTime\t{SOURCE}\trearming")
    assert found.warnings == ["“rearming” is no motive of ours yet"]


def test_verdicts_cost_two_queries(deck, django_assert_num_queries):
    write(deck)
    write(deck, front="When?")
    with django_assert_num_queries(2):
        looks(deck, "Who signed?\tx\nWhen?\ty\nWhy?\tz")

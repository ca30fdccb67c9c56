"""Reading a card aloud by the browser's own speech, which this browser is lent: it notes what it is to say."""

import pytest
from playwright.sync_api import expect

from tests.conftest import write_card
from tests.e2e.conftest import expect_card, expect_done, grade, reveal, undo, without_script
from tests.factories import CardFactory

pytestmark = pytest.mark.browser

SPEECH = """
  const voices = %s;
  const speech = { said: [], stops: 0, getVoices: () => voices };
  speech.speak = (utterance) => {
    speech.said.push([utterance.voice.name, utterance.lang, utterance.text]);
    speech.now = utterance;
  };
  speech.cancel = () => { speech.stops += 1; };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
DISTANT = '{ name: "distant", lang: "en-GB", localService: false }'
GERMAN = '{ name: "German", lang: "de-DE", localService: true }'
AMERICAN = '{ name: "American", lang: "en-US", localService: true }'
BRITISH = '{ name: "British", lang: "en_GB", localService: true }'


def lend(context, *voices):
    context.add_init_script(SPEECH % f"[{', '.join(voices)}]")


@pytest.fixture
def speaking(context, student_page):
    """The review page in a browser that has voices."""
    lend(context, DISTANT, GERMAN, AMERICAN, BRITISH)
    student_page.goto("/review/")
    return student_page


def said(page):
    return [text for _voice, _language, text in page.evaluate("speechSynthesis.said")]


def button(page, name="Read aloud"):
    return page.get_by_role("button", name=name)


def test_question_is_read_and_after_the_reveal_the_answer(speaking, deck):
    card = deck.cards.first()
    button(speaking).click()
    reveal(speaking)
    expect(speaking.locator("#answer")).to_be_focused()  # the reveal has been heard of, and stops what is read
    button(speaking).click()
    assert said(speaking) == [card.front, card.back]


def test_voice_is_the_devices_own_and_british_where_there_is_one(speaking, deck):
    button(speaking).click()
    assert speaking.evaluate("speechSynthesis.said") == [["British", "en-GB", deck.cards.first().front]]


def test_card_is_read_by_a_voice_of_its_own_language(speaking, student, deck):
    student.language = "de"
    student.save()
    voices = []
    for card in (deck.cards.first(), write_card(student, front="Warum?")):
        speaking.goto(f"/review/?card={card.pk}")
        speaking.keyboard.press("r")
        voices += [voice for voice, _language, _text in speaking.evaluate("speechSynthesis.said")]
    assert voices == ["British", "German"]


def test_second_press_stops(speaking):
    button(speaking).click()
    stops = speaking.evaluate("speechSynthesis.stops")
    button(speaking, "Stop reading").click()
    expect(button(speaking)).to_be_visible()
    assert (len(said(speaking)), speaking.evaluate("speechSynthesis.stops") - stops) == (1, 1)


def test_at_the_end_it_can_be_read_again(speaking):
    button(speaking).click()
    speaking.evaluate("speechSynthesis.now.onend()")
    button(speaking).click()
    assert len(said(speaking)) == 2


def test_next_card_stops_it_and_is_read_in_its_turn(speaking, deck):
    first, second = deck.cards.all()[:2]
    reveal(speaking)
    expect(speaking.locator("#answer")).to_be_focused()  # the reveal has been heard of, and stops what is read
    button(speaking).click()
    speaking.keyboard.press("3")
    expect_card(speaking, second)
    expect(button(speaking)).to_be_visible()
    speaking.keyboard.press("r")
    assert said(speaking) == [first.back, second.front]


def test_undone_card_is_read(speaking, deck):
    first, second = deck.cards.all()[:2]
    grade(speaking, "Good")
    expect_card(speaking, second)
    undo(speaking)
    expect_card(speaking, first)
    speaking.keyboard.press("R")
    assert said(speaking) == [first.front]


def test_key_is_off_with_the_others(speaking):
    speaking.get_by_text("Keys", exact=True).click()
    speaking.get_by_label("Use these keys").uncheck()
    speaking.keyboard.press("r")
    speaking.get_by_label("Use these keys").check()
    speaking.keyboard.press("Control+r")
    assert said(speaking) == []


def test_options_of_a_choice_are_read_with_it(speaking, deck):
    card = CardFactory(deck=deck, kind="choice", options=["Stalin", "Hitler"], answer="Stalin")
    speaking.goto(f"/review/?card={card.pk}")
    button(speaking).click()
    speaking.get_by_role("button", name="Stalin").click()
    expect(speaking.get_by_text("Right.")).to_be_visible()
    button(speaking).click()
    assert said(speaking) == [f"{card.front}\nStalin\nHitler", card.back]


def test_blank_is_read_as_a_blank(speaking, student):
    card = write_card(student, kind="cloze", front="Stalin needed {{time}}\nto rearm.", back="time")
    speaking.goto(f"/review/?card={card.pk}")
    speaking.keyboard.press("r")
    reveal(speaking)
    expect(speaking.locator("#answer")).to_be_focused()  # the reveal has been heard of, and stops what is read
    speaking.keyboard.press("r")
    assert said(speaking) == ["Stalin needed (blank) to rearm.", "Stalin needed time to rearm."]


def test_done_page_has_nothing_to_read(speaking):
    for _ in range(3):
        grade(speaking, "Good")
    expect_done(speaking)
    speaking.keyboard.press("r")
    expect(button(speaking)).to_have_count(0)
    assert said(speaking) == []


@pytest.mark.parametrize("voices", [[], [DISTANT], [GERMAN]], ids=["none", "distant", "German"])
def test_without_an_english_voice_of_its_own_nothing_is_offered(context, student_page, voices):
    lend(context, *voices)
    student_page.goto("/review/")
    student_page.keyboard.press("r")
    expect(button(student_page)).to_be_hidden()
    assert said(student_page) == []


def test_voice_that_comes_late_is_offered(context, student_page):
    lend(context)
    student_page.goto("/review/")
    student_page.evaluate(f"speechSynthesis.getVoices().push({BRITISH}); speechSynthesis.onvoiceschanged()")
    expect(button(student_page)).to_be_visible()


@without_script
def test_without_script_nothing_is_offered(review):
    expect(button(review)).to_be_hidden()


def test_browser_without_speech_says_nothing(context, student_page):
    errors = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: undefined })")
    student_page.goto("/review/")
    expect(button(student_page)).to_be_hidden()
    assert errors == []

"""The cards page and the pages for paper: for everybody's eyes, on every screen, and on A4."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import TODAY
from tests.e2e.axe import too_wide, violations
from tests.e2e.conftest import without_script
from tests.factories import CardFactory, CardStateFactory, MotiveFactory

pytestmark = pytest.mark.browser

PAPER = ["/print/exam-eve/", "/print/motives/", "/print/cards/"]
PAGES = ["/cards/", "/cards/?words=none", *PAPER]
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän"
OF_USUAL_LENGTH = {  # of the starter decks
    "front": "Why did the Moscow talks of the summer of 1939 give Hitler a reason to court Stalin?",
    "back": "Their success would have given him enemies on two sides.",
    "why": "It shows what the West did in Moscow, and how that shaped what Berlin did.",
}
POINTS = [{"sort": "claim", "text": "War with Poland must not mean war with Britain, France and the USSR too."}] * 4


@pytest.fixture
def met(student, deck):
    """Every kind of card, met and due, and a motive with two sides."""
    motive = MotiveFactory(stalin_evidence="Ports in Latvia.", hitler_evidence="Grain and oil.", counter="Disputed.")
    CardFactory(deck=deck, kind="cloze", front="He needed {{time}} first.", motive=motive)
    CardFactory(deck=deck, kind="choice", options=["Yes", "No"], answer="No", back=LONG_WORD, front=LONG_WORD)
    CardFactory(deck=deck, kind="explain", points=[{"sort": "claim", "text": LONG_WORD}], common_mistake="Many think.")
    for card in deck.cards.all():
        CardStateFactory(user=student, card=card, lapses=8, due_on=TODAY)


def at_each(page, look, addresses=PAGES):
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = look(page)
    return found


def test_pages_are_accessible(student_page, met):
    assert at_each(student_page, violations) == {address: [] for address in PAGES}


def test_pages_do_not_scroll_sideways_on_a_phone(student_page, met):
    assert at_each(student_page, lambda page: too_wide(page, 390, 320)) == {place: {} for place in PAGES}


def test_pages_are_quiet_and_break_no_rule(student_page, met):
    heard = []
    student_page.on("console", lambda message: heard.append(message.text))
    student_page.on("pageerror", lambda error: heard.append(str(error)))
    at_each(student_page, lambda page: page.wait_for_load_state("networkidle"))
    assert heard == []


def paper(page):
    """What of a page is seen on paper: colours of sheet and ink, and the parts that stay away."""
    page.emulate_media(media="print", color_scheme="dark")
    body = "getComputedStyle(document.documentElement)"
    hidden = [page.locator(part).is_hidden() for part in (".site", ".print-hint")]
    return page.evaluate(f"[{body}.backgroundColor, {body}.color]"), hidden


@pytest.mark.parametrize("theme", ["system", "dark"])
def test_paper_is_black_on_white_without_furniture(student_page, student, met, theme):
    student.theme = theme
    student.save()
    clean = (["rgb(255, 255, 255)", "rgb(0, 0, 0)"], [True, True])
    assert at_each(student_page, paper, PAPER) == dict.fromkeys(PAPER, clean)


def pages_on_paper(page, address):
    page.goto(address)
    return len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True)))


def test_twelve_cards_of_an_exam_eve_fit_on_one_a4_page(student_page, student, deck):
    kinds = [{"kind": "explain", "points": POINTS}, {"common_mistake": "Many think it was. " * 8}, {}]
    for place in range(12):
        card = CardFactory(deck=deck, **OF_USUAL_LENGTH, **kinds[place % 3])
        CardStateFactory(user=student, card=card, due_on=TODAY)
    assert pages_on_paper(student_page, "/print/exam-eve/") == 1


def test_button_opens_the_print_command(student_page, met):
    student_page.add_init_script("window.print = () => { document.title = 'printed'; }")
    student_page.goto("/print/exam-eve/")
    student_page.get_by_role("button", name="Print").click()
    expect(student_page).to_have_title("printed")


@without_script
def test_without_script_there_is_no_button(student_page, met):
    student_page.goto("/print/exam-eve/")
    expect(student_page.get_by_role("button", name="Print")).to_have_count(0)
    expect(student_page.locator(".sheet-cards > li")).to_have_count(6)

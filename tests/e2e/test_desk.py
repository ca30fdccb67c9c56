"""The teacher’s desk in a browser: the card form and its preview, the order of cards, and what axe says of it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cards.models import Card, Deck
from tests.e2e.axe import violations
from tests.e2e.conftest import log_in, with_and_without_script
from tests.factories import CardFactory, DeckTeacherFactory, TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def hers(db):
    return DeckTeacherFactory(user=TeacherFactory(), deck__cards=3, deck__title="For 10 B").deck


@pytest.fixture
def desk_page(page, hers, live_server):
    log_in(page.context, hers.teachers.get(), live_server)
    return page


def front(page, name="live-preview"):
    return page.frame_locator(f"iframe[name={name}]").locator("#question")


def test_preview_follows_what_is_written(desk_page, hers):
    desk_page.goto(reverse("admin:cards_card_change", args=[hers.cards.first().pk]))
    desk_page.get_by_label("Front:").fill("Why did he sign then?")
    expect(front(desk_page)).to_have_text("Why did he sign then?")
    expect(desk_page.locator(".words").first).to_have_text("5 / 25")
    assert not Card.objects.filter(front="Why did he sign then?").exists()


@with_and_without_script
def test_preview_comes_at_the_press_of_a_button(desk_page, hers, script):
    desk_page.goto(reverse("admin:cards_card_change", args=[hers.cards.first().pk]))
    desk_page.get_by_role("button", name="Show it now").click()
    expect(front(desk_page)).to_have_text(hers.cards.first().front)


@with_and_without_script
def test_second_editor_is_shown_both_texts(desk_page, hers, script):
    card, colleague = hers.cards.first(), desk_page.context.new_page()
    for page in (desk_page, colleague):
        page.goto(reverse("admin:cards_card_change", args=[card.pk]))
    change_back(desk_page, "To gain time.")
    change_back(colleague, "To gain land.")
    clash = colleague.get_by_role("region", name="Two texts")
    expect(clash.get_by_role("row").last).to_have_text("BackTo gain time.To gain land.")
    assert Card.objects.get(pk=card.pk).back == "To gain time."


def change_back(page, text):
    page.get_by_label("Back:", exact=True).fill(text)
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).first.click()


def test_co_teacher_who_may_view_reads_the_deck_and_changes_nothing(page, hers, live_server):
    colleague = DeckTeacherFactory(deck=hers, user=TeacherFactory(), can_edit=False).user
    log_in(page.context, colleague, live_server)
    page.goto(reverse("admin:cards_deck_change", args=[hers.pk]))
    expect(page.get_by_text("For 10 B").first).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


def test_co_teacher_who_may_edit_changes_the_title(page, hers, live_server):
    log_in(page.context, DeckTeacherFactory(deck=hers, user=TeacherFactory()).user, live_server)
    page.goto(reverse("admin:cards_deck_change", args=[hers.pk]))
    page.get_by_label("Title:").fill("For 10 C")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert Deck.objects.get().title == "For 10 C"


@with_and_without_script
def test_card_moves_down_by_its_button(desk_page, hers, script):
    first, second, third = hers.cards.all()
    desk_page.goto(reverse("admin:cards_deck_order", args=[hers.pk]))
    desk_page.get_by_role("button", name=f"Down: {first.front}").click()
    expect(desk_page.locator("ol.order a").first).to_have_text(second.front)
    expect(desk_page.get_by_role("button", name=f"Down: {first.front}")).to_be_focused()
    assert list(hers.cards.all()) == [second, first, third]


@with_and_without_script
def test_card_moves_by_its_number(desk_page, hers, script):
    first, second, third = hers.cards.all()
    desk_page.goto(reverse("admin:cards_deck_order", args=[hers.pk]))
    desk_page.get_by_label("Move number").fill("3")
    desk_page.get_by_label("to place").fill("1")
    desk_page.get_by_label("to place").press("Enter")
    expect(desk_page.locator("ol.order a").first).to_have_text(third.front)
    assert list(hers.cards.all()) == [third, first, second]


def test_whole_list_of_more_than_a_page_is_archived(desk_page, hers):
    CardFactory.create_batch(60, deck=hers, motive=None)
    desk_page.goto(reverse("admin:cards_card_changelist"))
    desk_page.get_by_label("Action:").select_option("archive")
    desk_page.locator("#action-toggle").check()
    desk_page.get_by_role("button", name="Select all 63 cards").click()
    desk_page.get_by_role("button", name="Run").or_(desk_page.get_by_role("button", name="Go")).click()
    expect(desk_page.get_by_text("63 of yours are chosen.")).to_be_visible()
    desk_page.get_by_role("button", name="Archive").click()
    expect(desk_page.get_by_text("Done: 63.")).to_be_visible()


def test_card_is_dragged_to_the_end(desk_page, hers):
    first, second, third = hers.cards.all()
    desk_page.goto(reverse("admin:cards_deck_order", args=[hers.pk]))
    rows = desk_page.locator("ol.order li")
    with desk_page.expect_navigation():
        rows.first.drag_to(rows.last, target_position={"x": 200, "y": 30})
    expect(desk_page.locator("ol.order a").last).to_have_text(first.front)
    assert list(hers.cards.all()) == [second, third, first]


def test_axe_finds_nothing(desk_page, hers):
    pages = ["admin:index", "admin:cards_deck_order", "admin:cards_deck_copy", "admin:cards_deck_change"]
    for name in pages:
        desk_page.goto(reverse(name, args=[] if name == "admin:index" else [hers.pk]))
        assert (name, violations(desk_page, WCAG)) == (name, [])


def test_axe_finds_nothing_on_the_question_before_an_action(desk_page, hers):
    desk_page.goto(reverse("admin:cards_card_changelist"))
    desk_page.get_by_label("Action:").select_option("move")
    desk_page.locator("#action-toggle").check()
    desk_page.get_by_role("button", name="Run").or_(desk_page.get_by_role("button", name="Go")).click()
    expect(desk_page.get_by_text("3 of yours are chosen.")).to_be_visible()
    assert violations(desk_page, WCAG) == []


def test_no_page_breaks_the_content_security_policy(desk_page, hers):
    said = []
    desk_page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    card = hers.cards.first()
    for address in (
        reverse("admin:cards_card_change", args=[card.pk]),
        reverse("admin:cards_card_history", args=[card.pk]),
        reverse("admin:cards_card_changelist"),
        reverse("admin:cards_deck_changelist"),
    ):
        desk_page.goto(address)
    assert said == []

"""Without a connection: every answer is kept, sent in order and exactly once, and shown to nobody else."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone
from playwright.sync_api import Error, expect

from cards.models import Card, ReviewLog
from cards.replay import find_damage
from tests.e2e.axe import violations
from tests.e2e.conftest import all_qualities, answer_elsewhere, expect_card, grade, grade_button, reveal
from tests.factories import CardFactory

pytestmark = pytest.mark.browser

WAITING = "#waiting > div"
TOLD = "#waiting > section"
KEPT_NOW = """async () => {
  const names = await caches.keys();
  const hasShell = names.length > 0 && (await (await caches.open(names[0])).keys()).length > 0;
  const user = Number(document.body.dataset.user);
  const { active } = await navigator.serviceWorker.ready;
  const isInCharge = active.state === "activated" && Boolean(navigator.serviceWorker.controller);
  return hasShell && isInCharge && Boolean(await pactcardsStore.bundle(user));
}"""
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found[new URL(request.url).pathname] = await (await cache.match(request)).text();
    }
  }
  return found;
}"""


def wait_until(page, script, arg=None):
    """`wait_for_function` takes a promise for the truth, so this one asks again and again."""
    for _ in range(200):
        with suppress(Error):  # the page may be on its way to another
            if page.evaluate(script, arg):
                return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {script}")


def settle(page):
    """Wait until the device has what it needs without a connection."""
    wait_until(page, KEPT_NOW)


@pytest.fixture
def ready(student_page):
    """The home page, after the device has kept the shell and today's cards."""
    student_page.goto("/")
    settle(student_page)
    return student_page


@pytest.fixture
def twenty(student, deck):
    student.new_per_day = 20
    student.save()
    CardFactory.create_batch(17, deck=deck)
    return list(deck.cards.all())


def go_offline(page, path="/review/"):
    page.context.set_offline(True)
    page.goto(path)


def answer_card(page, card, name="Good"):
    expect(page.locator("#question")).to_have_text(card.front)
    grade(page, name)
    expect(page.locator("#receipt")).to_have_text(f"{name}: kept on this device.")


def expect_waiting(page, count):
    sentence = "1 answer waits" if count == 1 else f"{count} answers wait"
    if count:
        expect(page.locator(f"{WAITING} p")).to_have_text(f"{sentence} on this device to be sent.")
    else:
        expect(page.locator(WAITING)).to_be_hidden()


def kept_rows(page, store, user):
    return page.evaluate("([store, user]) => pactcardsStore[store](user)", [store, user.pk])


# twenty answers


def test_twenty_answers_offline_are_twenty_rows_in_order(twenty, ready):
    started = timezone.now()
    go_offline(ready)
    for count, card in enumerate(twenty, start=1):
        answer_card(ready, card, "Good" if count % 3 else "Hard")
        expect_waiting(ready, count)
    ended = timezone.now()
    expect(ready.get_by_role("heading")).to_have_text("That was all for now")
    assert all_qualities() == []
    ready.wait_for_timeout(1500)  # so that the time of sending is another than that of answering
    ready.context.set_offline(False)
    expect_waiting(ready, 0)
    rows = list(ReviewLog.objects.order_by("pk").values_list("card_id", "quality", "answered_at"))
    assert [(card, quality) for card, quality, _ in rows] == [
        (card.pk, 4 if count % 3 else 3) for count, card in enumerate(twenty, start=1)
    ]
    times = [answered_at for _, _, answered_at in rows]
    assert times == sorted(times)
    assert started - timedelta(seconds=1) <= times[0] <= times[-1] <= ended + timedelta(seconds=1)
    assert (list(find_damage()), all(log.elapsed_ms for log in ReviewLog.objects.all())) == ([], True)


def test_every_page_without_a_connection_asks_the_kept_cards(ready, deck):
    for path in ("/", "/motives/", "/review/"):
        go_offline(ready, path)
        expect(ready.locator("#question")).to_have_text(deck.cards.first().front)
        expect(ready.locator("#left")).to_have_text("3 cards left on this device")


def test_answers_are_sent_by_the_next_page_that_is_opened(ready, deck):
    go_offline(ready)
    answer_card(ready, deck.cards.first())
    ready.goto("about:blank")
    ready.context.set_offline(False)
    ready.goto("/")
    expect(ready.get_by_role("link", name="Review 2 cards")).to_be_visible()
    assert all_qualities() == [4]


def test_lost_reply_and_busy_server_count_once_in_order(ready, deck):
    first, second, third = deck.cards.all()
    go_offline(ready)
    for card, name in ((first, "Good"), (second, "Hard"), (third, "Easy")):
        answer_card(ready, card, name)
    seen = []

    def trouble(route):
        seen.append(route)
        if len(seen) == 1:
            route.fetch()
            route.abort()
        elif len(seen) == 2:
            route.fulfill(status=503, body="busy")
        else:
            route.continue_()

    ready.route("**/review/offline/answer/", trouble)
    ready.context.set_offline(False)
    for left in (3, 3, 0):
        ready.wait_for_timeout(300)
        expect_waiting(ready, left)
        if left:
            ready.get_by_role("button", name="Send now").click()
    assert all_qualities() == [4, 3, 5]


def test_double_click_and_reload_offline_answer_once(ready, deck):
    first, second, _ = deck.cards.all()
    go_offline(ready)
    reveal(ready)
    grade_button(ready, "Good").dblclick()
    expect(ready.locator("#question")).to_have_text(second.front)
    ready.reload()
    expect(ready.locator("#question")).to_have_text(second.front)
    expect_waiting(ready, 1)
    ready.context.set_offline(False)
    expect_waiting(ready, 0)
    assert list(ReviewLog.objects.values_list("card", flat=True)) == [first.pk]


def test_keys_work_without_a_connection(ready, deck):
    go_offline(ready)
    expect(ready.locator("#question")).to_have_text(deck.cards.first().front)
    ready.keyboard.press("Space")
    ready.keyboard.press("3")
    expect(ready.locator("#receipt")).to_have_text("Good: kept on this device.")
    expect(ready.locator("#question")).to_be_focused()


def test_choice_and_explain_cards_offline(student_page, deck):
    points = [{"sort": sort, "text": f"A {sort}."} for sort in ("claim", "evidence", "link")]
    deck.cards.all().update(status=Card.Status.ARCHIVED)
    choice = CardFactory(deck=deck, kind="choice", options=["Stalin", "Hitler"], answer="Stalin")
    explain = CardFactory(deck=deck, kind="explain", points=points)
    student_page.goto("/")
    settle(student_page)
    go_offline(student_page)
    student_page.get_by_role("button", name="Hitler").click()
    expect(student_page.locator(".verdict")).to_contain_text("Not quite.")
    student_page.get_by_role("button", name="Continue").click()
    expect(student_page.locator("#question")).to_have_text(explain.front)
    reveal(student_page)
    student_page.get_by_label("A evidence.").check()
    grade_button(student_page, "Hard").click()
    expect_waiting(student_page, 2)
    student_page.context.set_offline(False)
    expect_waiting(student_page, 0)
    rows = list(ReviewLog.objects.order_by("pk").values_list("card", "quality", "detail"))
    assert rows == [(choice.pk, 1, {"pick": 1}), (explain.pk, 3, {"ticks": [1], "without_hint": False})]


# stale


def test_answer_to_a_card_answered_elsewhere_is_told_until_read(ready, student, deck):
    first, second, _ = deck.cards.all()
    go_offline(ready)
    answer_card(ready, first)
    answer_card(ready, second)
    answer_elsewhere(student, first, 5)
    ready.context.set_offline(False)
    expect(ready.locator(f"{TOLD} li")).to_have_text(f"{first.front} Already answered elsewhere, as Easy.")
    expect_waiting(ready, 0)
    assert all_qualities() == [5, 4]
    ready.goto("/")
    expect(ready.locator(f"{TOLD} li")).to_have_count(1)
    ready.get_by_role("button", name="I have read this").click()
    expect(ready.locator(TOLD)).to_be_hidden()
    ready.reload()
    expect(ready.locator(TOLD)).to_be_hidden()


# tabs


def test_two_tabs_answer_each_card_once_and_send_once(ready, deck):
    other = ready.context.new_page()
    go_offline(ready)
    other.goto("/review/")
    for page in (ready, other):
        expect(page.locator("#question")).to_have_text(deck.cards.first().front)
    grade(ready, "Good")
    expect_waiting(ready, 1)
    grade(other, "Easy")
    expect(other.locator("#question")).to_have_text(deck.cards.all()[1].front)
    grade(other, "Hard")
    expect_waiting(other, 2)
    ready.context.set_offline(False)
    expect_waiting(other, 0)
    assert list(ReviewLog.objects.order_by("pk").values_list("quality", flat=True)) == [4, 3]


def test_open_review_page_goes_on_without_a_connection(ready, deck):
    ready.goto("/review/")
    ready.context.set_offline(True)
    grade(ready, "Good")
    ready.get_by_role("button", name="Go on with the cards on this device").click()
    expect(ready.locator("#question")).to_have_text(deck.cards.all()[1].front)
    expect_waiting(ready, 1)
    ready.context.set_offline(False)
    expect_waiting(ready, 0)
    ready.get_by_role("link", name="Go to today’s cards").click()
    expect(ready.get_by_role("link", name="Review 2 cards")).to_be_visible()
    assert all_qualities() == [4]


def test_card_answered_online_is_not_asked_again_offline(ready, deck):
    ready.goto("/review/")
    expect_card(ready, deck.cards.first())
    grade(ready, "Good")
    expect_card(ready, deck.cards.all()[1])
    go_offline(ready)
    expect(ready.locator("#question")).to_have_text(deck.cards.all()[1].front)
    expect(ready.locator("#left")).to_have_text("2 cards left on this device")


# the worker


def test_old_shell_updates_by_itself(ready, tmp_path, monkeypatch):
    before = ready.evaluate("caches.keys()")
    changed = tmp_path / "style.css"
    changed.write_text("/* another */")
    find = finders.find
    monkeypatch.setattr(finders, "find", lambda name: str(changed) if name == "cards/style.css" else find(name))
    ready.reload()
    wait_until(ready, "before => caches.keys().then(now => now.length === 1 && now[0] !== before[0])", before)
    assert ready.evaluate(CACHED)["/static/cards/style.css"] == "/* another */"


def test_page_without_a_connection_is_accessible_and_narrow(ready, deck):
    ready.set_viewport_size({"width": 320, "height": 640})
    go_offline(ready)
    answer_card(ready, deck.cards.first())
    reveal(ready)
    found = violations(ready)
    width = ready.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert (found, width) == ([], 0)

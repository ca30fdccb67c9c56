"""Every page that there is: no fault for axe in light and dark, and no scrolling sideways on any screen or at any zoom.

The address table is held against the URLs, so a page that is new has to be put into it.
"""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError
from django.urls import get_resolver
from django.utils import timezone
from playwright.sync_api import expect

from accounts.mailings import DIGEST, REMINDER
from cards.models import Card, Flag, Note
from cards.views import review as review_views
from tests.conftest import answer, write_card
from tests.e2e.axe import violations
from tests.e2e.conftest import log_in
from tests.e2e.teacher_pages import AS_TEACHER
from tests.factories import CardFactory, CardStateFactory, DeckFactory, MotiveFactory, UserFactory

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaftskapitän"
OPEN_ALL = "document.querySelectorAll('main details').forEach(details => { details.open = true })"

PAGES = {
    "home": "/",
    "print_exam_eve": "/print/exam-eve/",
    "print_motives": "/print/motives/",
    "print_cards": "/print/cards/",
    "deck_exam": "/decks/{deck}/exam/",
    "deck_review": "/decks/{deck}/review/",
    "cards": "/cards/",
    "card": "/cards/{basic}/",
    "own_cards": "/own/",
    "own_card_new": "/own/new/",
    "own_card": "/own/{own}/",
    "own_card_delete": "/own/{own}/delete/",
    "motives": "/motives/",
    "motive": "/motives/{motive}/",
    "stats": "/stats/?range=all",
    "review": "/review/",
    "practice": "/practice/",
    "offline": "/offline/en-gb/",
    "settings": "/settings/",
    "join": "/join/",
    "reminder_stop": "/reminders/stop/{token}/",
    "digest_stop": "/digests/stop/{digest_token}/",
    "account_logout": "/accounts/logout/",
    "account_change_password": "/accounts/password/change/",
    "account_reset_password": "/accounts/password/reset/",
    "account_reset_password_done": "/accounts/password/reset/done/",
    "account_reset_password_from_key": "/accounts/password/reset/key/x-y/",
    "account_reset_password_from_key_done": "/accounts/password/reset/key/done/",
    "account_reauthenticate": "/accounts/reauthenticate/",
    "account_email": "/accounts/email/",
    "socialaccount_connections": "/accounts/3rdparty/",
    "socialaccount_login_cancelled": "/accounts/3rdparty/login/cancelled/",
    "socialaccount_login_error": "/accounts/3rdparty/login/error/",
    "google_login": "/accounts/google/login/",
    "microsoft_login": "/accounts/microsoft/login/?process=connect",
    "account_inactive": "/accounts/inactive/",
    "account_email_verification_sent": "/accounts/confirm-email/",
    "account_confirm_email": "/accounts/confirm-email/x/",
}
ALSO = {
    **{f"review of a card, {kind}": f"/review/?card={{{kind}}}" for kind in ("basic", "cloze", "choice", "explain")},
    "a wrong pick": "/review/?card={choice}&pick=0",
    "cards, nothing found": "/cards/?words=nothing",
    "practice of a deck": "/practice/?set=deck&of={deck}",
    "practice of flagged cards": "/practice/?set=flagged",
    "practice of nothing": "/practice/?set=deck&of=nothing",
    "broken link": "/reminders/stop/x/",
    "no such page": "/nowhere/",
    "no such range": "/stats/?range=x",
}
ERRORS = {"socialaccount_login_error": 401, "broken link": 404, "no such page": 404, "no such range": 400}
AS_VISITOR = {
    "welcome": "/",
    "account_login": "/accounts/login/",
    "account_signup": "/accounts/signup/",
    "code_login": "/code/",
    "privacy": "/privacy/",
    "privacy_school": "/privacy/school/",
}
NOTHING_YET = {  # as a student sees them who has picked no deck
    "home": "/",
    "review": "/review/",
    "cards": "/cards/",
    "practice": "/practice/",
    "motives": "/motives/",
    "stats": "/stats/",
    "own_cards": "/own/",
    "print_exam_eve": "/print/exam-eve/",
    "print_cards": "/print/cards/",
}
NO_PAGES = {  # they act and go on to a page, or are read by programs
    *("break_plan", "break_end", "deck_pick", "deck_drop", "board_pick", "card_hide", "card_note", "card_flag"),
    *("review_answer", "review_undo", "review_mistake", "review_more", "review_everything"),
    *("own_cards_export", "privacy_export", "offline_cards", "offline_answer", "service_worker", "manifest"),
    *("class_code", "class_csv", "class_flag_settle", "log_out_everywhere", "deck_exam_remove"),
    *("totp_picture", "mfa_login_webauthn", "health_live", "health_ready", "metrics"),
    *("mfa_view_recovery_codes", "mfa_download_recovery_codes"),  # lead to where new ones are made
    "account_confirm_login_code",  # not in use: it leads elsewhere
    *("account_set_password", "socialaccount_signup"),  # for whoever comes from Google or Microsoft
    *("google_callback", "microsoft_callback", "google_login_by_token"),
}
SECOND_FACTOR = {  # tests/e2e/test_second_factor.py
    *("mfa_index", "mfa_authenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"),
    *("mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
    *("mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
}
TEXTS = dict.fromkeys(("front", "back", "why", "source", "contested", "common_mistake"), LONG)
KINDS = {
    "basic": TEXTS,
    "cloze": TEXTS | {"front": f"{LONG} {{{{{LONG}}}}}."},
    "choice": TEXTS | {"options": [LONG, "No"], "answer": "No"},
    "explain": TEXTS | {"points": [{"sort": "claim", "text": LONG}], "hint": LONG},
}
ADDRESSES = list((PAGES | ALSO).items())
GROUPS = [dict(ADDRESSES[start : start + 9]) for start in range(0, len(ADDRESSES), 9)]
in_groups = pytest.mark.parametrize("group", GROUPS, ids=lambda group: next(iter(group)))


def names_of(patterns):
    """The names of all addresses outside the admin."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from () if pattern.app_name == "admin" else names_of(pattern.url_patterns)
        elif pattern.name:  # old addresses of allauth have none, and lead to others
            yield pattern.name


def test_table_names_every_page():
    names = set(names_of(get_resolver().url_patterns))
    assert names - NO_PAGES - SECOND_FACTOR - set(AS_VISITOR) - set(AS_TEACHER) == set(PAGES)


@pytest.fixture
def slots(student, deck):
    """Long words in a deck with every kind of card, much marked; what the addresses need to know of it."""
    deck.title = deck.description = LONG
    deck.save()
    DeckFactory(title=LONG, description=LONG, cards=1)
    motive = MotiveFactory(name=LONG, stalin_evidence=LONG, counter=LONG, source=LONG)
    cards = {kind: CardFactory(deck=deck, kind=kind, motive=motive, **fields) for kind, fields in KINDS.items()}
    _answer_on_several_days(student, deck.cards.all()[:3])
    _mark(student, cards)
    _choose(student)
    pks = {kind: card.pk for kind, card in cards.items()}
    tokens = {"token": REMINDER.stop_token(student), "digest_token": DIGEST.stop_token(student)}
    return pks | tokens | {"deck": deck.slug, "motive": motive.code, "own": write_card(student).pk}


def _answer_on_several_days(student, cards):
    now = timezone.now()
    for card, days in zip(cards, (40, 9, 0), strict=True):
        answer(student, card, 2, now=now - timedelta(days=days))
        answer(student, card, 4, version=1, now=now - timedelta(days=days))


def _mark(student, cards):
    """All four are due, flagged, often forgotten, and have a note."""
    for card in cards.values():
        CardStateFactory(user=student, card=card, lapses=8)
        Note.objects.create(user=student, card=card, text=LONG)
        Flag.objects.create(user=student, card=card, reason=LONG, raised_at=timezone.now())


def _choose(student):
    """A planned break, and so few minutes that there is a backlog."""
    student.refresh_from_db()
    student.first_name, student.grade_buttons = LONG[:30], 6
    student.minutes_per_day, student.pace_ms = 1, 9_000
    student.break_from = student.break_until = timezone.now().date() + timedelta(days=20)
    student.save()


SCREENS = {"narrow": (320, 640), "at a zoom of 200 %": (640, 400), "with letters of twice the size": (1280, 800)}
TWICE = "document.documentElement.style.fontSize = '212.5%'"


def sideways(page):
    """The screens on which the page is wider than the screen, and by how much."""
    found = {}
    for name, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        if "letters" in name:
            page.evaluate(TWICE)
        found[name] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return {name: pixels for name, pixels in found.items() if pixels}


def at_each(page, group, slots, look):
    """What `look` finds on the pages of the group, with everything on them open; only where it finds something."""
    found = {}
    for name, address in group.items():
        response = page.goto(address.format(**slots))
        assert (name, response.status) == (name, ERRORS.get(name, 200))
        page.locator("h1:visible").first.wait_for()  # the page without a connection looks first what it has kept
        page.evaluate(OPEN_ALL)
        found[name] = look(page)
    assert len(found) == len(group)
    return {name: faults for name, faults in found.items() if faults}


@pytest.fixture
def hers(page, student, slots, live_server):
    log_in(page.context, student, live_server)
    return page


def faults(page):
    return [*violations(page), *sideways(page).items()]


@in_groups
def test_page_is_accessible_and_narrow(hers, slots, group):
    assert at_each(hers, group, slots, faults) == {}


def test_page_of_a_visitor_is_accessible_and_narrow(page, slots):
    assert at_each(page, AS_VISITOR, slots, faults) == {}


def test_page_with_nothing_on_it_is_accessible_and_narrow(page, slots, live_server):
    log_in(page.context, UserFactory(), live_server)
    assert at_each(page, NOTHING_YET, slots, faults) == {}


# what goes wrong


def refused_settings(page):
    page.goto("/settings/")
    page.get_by_label("Display name").evaluate(
        "field => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(200) }"
    )
    page.get_by_role("button", name="Save settings").click()


def open_for_too_long(page):
    page.goto("/settings/")
    page.locator("[name=csrfmiddlewaretoken]").evaluate_all(
        "fields => fields.forEach(field => { field.value = 'old' })"
    )
    page.get_by_role("button", name="Save settings").click()


def impossible_break(page):
    page.goto("/")
    page.locator("form[action='/break/end/'] button").click()
    page.get_by_text("Plan a break").click()
    page.get_by_label("First day away").fill("2020-01-01")
    page.get_by_label("Last day away").fill("2020-01-02")
    page.get_by_role("button", name="Plan it").click()


def busy_database(page):
    """Whatever kind of card comes first: that depends on the day."""
    for card in Card.objects.filter(kind="basic").values_list("pk", flat=True):
        page.goto(f"/review/?card={card}")
        if page.locator("form[data-grades]").count():
            page.evaluate(PLAIN_ANSWER)
            return


def note_too_long(page):
    page.goto("/cards/")
    page.locator("#found summary").first.click()
    page.get_by_role("link", name="Note, history, hide").first.click()
    page.get_by_label("What seems wrong?").evaluate("field => { field.removeAttribute('required') }")
    page.get_by_role("button", name="Tell my teacher").click()


PLAIN_ANSWER = """() => {
  const form = document.querySelector('form[data-grades]');
  form.append(Object.assign(document.createElement('input'), { name: 'quality', value: '4' }));
  form.submit();
}"""
TROUBLE = {
    refused_settings: "Not saved yet",
    open_for_too_long: "open for too long",
    impossible_break: "The first day must be today or later",
    note_too_long: "This field is required",
    busy_database: "Your answer is still here",
}


@pytest.mark.parametrize(("go_wrong", "said"), TROUBLE.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_page_after_trouble_is_accessible_and_narrow(hers, monkeypatch, go_wrong, said):
    monkeypatch.setattr(review_views, "answer_card", Mock(side_effect=OperationalError("locked")))
    go_wrong(hers)
    expect(hers.get_by_role("main")).to_contain_text(said)
    assert faults(hers) == []

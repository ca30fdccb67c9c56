"""The payloads, stored in every text that there is, are text in a real browser: nothing of them runs or is there."""

import pytest
from django.urls import reverse

from accounts.mailings import DIGEST, REMINDER
from tests.a_school_of_payloads import NO_TEXT, WRITTEN, school, text_fields
from tests.e2e.conftest import log_in
from tests.e2e.teacher_pages import AS_TEACHER
from tests.e2e.test_every_page import ALSO, ERRORS, PAGES
from tests.factories import UserFactory
from tests.payloads import HANDLERS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

WATCH = """
addEventListener('securitypolicyviolation', event => { (window.__violations ??= []).push(event.violatedDirective) });
"""
# Whatever a payload would like to be: elements that none of our pages has, and such as ours have in another form.
FOUND = """() => {
  const ours = element => new URL(element.src || element.href || location.href).origin === location.origin;
  const all = [...document.querySelectorAll('*')];
  const foreign = 'img:not([src^="/static/"]),object,embed,base,video,audio,marquee,math,'
    + 'foreignObject,animate,mglyph,xmp,plaintext,noembed,'
    + 'meta[http-equiv],style,template,table table,a b b,iframe[src],iframe[srcdoc]';
  return [
    ...[...document.querySelectorAll(foreign)].map(element => element.outerHTML.slice(0, 90)),
    ...all.filter(element => [...element.attributes].some(({ name }) => /^(on|hx-on)/.test(name))).map(e => e.tagName),
    ...[...document.querySelectorAll('script, link, iframe')].filter(element => !ours(element)).map(e => e.outerHTML),
    ...[...document.scripts].filter(script => !script.src && script.type !== 'application/json').map(e => e.outerHTML),
    ...[...document.links].filter(({ protocol }) => !/^https?:$/.test(protocol)).map(link => link.href),
    ...[window.__hit].filter(Boolean), ...(window.__violations ?? []), ...(window.__dialogs ?? []),
  ];
}"""
OPEN_ALL = "document.querySelectorAll('details').forEach(details => { details.open = true })"
OF_A_DECK = ["change", "order", "export", "copy", "print_fold", "print_list", "print_blank", "import_cards", "history"]
LISTS = ["cards_deck", "cards_card", "accounts_schoolclass"]
OF_A_SUPERUSER = ["cards_motive", "cards_misconception", "accounts_user", "accounts_auditevent", "cards_reviewlog"]


def test_every_text_is_written_into_or_known_to_be_no_text():
    known = {label: set(WRITTEN.get(label, ())) | set(NO_TEXT.get(label, ())) for label in {**WRITTEN, **NO_TEXT}}
    assert text_fields() == known


@pytest.fixture
def there(db):
    return school()


@pytest.fixture
def policy_that_only_tells(settings):
    """The browser does all that a payload wants, and says what our policy would have refused: both in one visit."""
    settings.CONTENT_SECURITY_POLICY_REPORT_ONLY = settings.CONTENT_SECURITY_POLICY
    settings.CONTENT_SECURITY_POLICY = None


@pytest.fixture
def look(page, base_url, policy_that_only_tells):
    """Opens an address and tells what a payload has become there; collects, so that one run names them all."""
    asked, page_dialogs = [], []
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: (page_dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))

    def open_and_look(address):
        response = page.goto(address)
        page.evaluate(OPEN_ALL)
        page.wait_for_timeout(50)
        abroad = [url for url in asked if not url.startswith((base_url, "about:"))]
        return response.status, page.evaluate(FOUND) + page_dialogs + abroad

    return open_and_look


def at_each(look, addresses):
    found = {address: look(address) for address in addresses}
    assert len(found) > 3
    return {
        address: answer for address, answer in found.items() if answer[1] or answer[0] not in {200, *ERRORS.values()}
    }


def as_student(there):
    cards, deck = there["cards"], there["deck"]
    slots = {
        kind: next(card.pk for card in cards if card.kind == kind) for kind in ("basic", "cloze", "choice", "explain")
    }
    tokens = {"token": REMINDER.stop_token(there["student"]), "digest_token": DIGEST.stop_token(there["student"])}
    slots |= tokens | {"deck": deck.slug, "motive": there["motive"].code, "own": there["own"].pk}
    yield from (address.format(**slots) for address in (PAGES | ALSO).values())
    for card in cards:
        yield from (f"/review/?card={card.pk}", f"/review/?card={card.pk}&pick=1", f"/cards/{card.pk}/")


def test_nothing_runs_on_the_pages_of_a_student(page, there, look, live_server):
    log_in(page.context, there["student"], live_server)
    assert at_each(look, as_student(there)) == {}


def as_teacher(there):
    slots = {name: there[name].pk for name in ("school_class", "assignment", "student")}
    for card in there["cards"]:
        yield f"/classes/{there['school_class'].pk}/cards/{card.pk}/"
        yield from (reverse(f"admin:cards_card_{page}", args=[card.pk]) for page in ("change", "preview", "history"))
    yield from (address.format(**slots, card=there["cards"][0].pk) for address in AS_TEACHER.values())
    yield from (reverse(f"admin:cards_deck_{page}", args=[there["deck"].pk]) for page in OF_A_DECK)
    yield reverse("admin:cards_deck_import_look", args=[there["deck"].pk, there["batch"].pk])
    yield reverse("admin:accounts_schoolclass_change", args=[there["school_class"].pk])
    yield from (reverse(f"admin:{name}_changelist") for name in LISTS)


def test_nothing_runs_on_the_pages_of_a_teacher(page, there, look, live_server):
    log_in(page.context, there["teacher"], live_server)
    assert at_each(look, as_teacher(there)) == {}


def as_superuser(there):
    yield from (reverse(f"admin:{name}_changelist") for name in OF_A_SUPERUSER)
    yield reverse("admin:accounts_user_change", args=[there["student"].pk])
    yield reverse("admin:cards_motive_change", args=[there["motive"].pk])


def test_nothing_runs_on_the_pages_of_a_superuser(page, there, look, live_server):
    log_in(page.context, UserFactory(is_staff=True, is_superuser=True), live_server)
    assert at_each(look, as_superuser(there)) == {}


def test_page_that_ran_something_would_be_seen(page, look, live_server, there, monkeypatch):
    """The watch itself is watched: a filter that let markup through is found out."""
    monkeypatch.setattr("cards.formatting.shown", lambda text, tags: HANDLERS[0])
    log_in(page.context, there["student"], live_server)
    look("/cards/")
    page.wait_for_function("window.__hit")
    found = page.evaluate(FOUND)
    assert (found.count(1), HANDLERS[0].startswith("<img"), found[0][:10]) == (1, True, '<img src="')
    assert "script-src-attr" in found  # what the policy would have refused

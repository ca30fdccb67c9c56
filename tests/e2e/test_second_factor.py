"""A teacher sets up a second factor, by app and by passkey: with the CSP enforced, and for everybody's eyes."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.factories import TeacherFactory
from tests.test_second_factor import PASSWORD, code_of, with_password

pytestmark = pytest.mark.browser
REFUSED = (
    "addEventListener('securitypolicyviolation', e => console.error('refused', e.violatedDirective, e.blockedURI))"
)
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
IS_SHOWN = "image => image.complete && image.naturalWidth > 0"
VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def teacher(db, settings):
    settings.REQUIRE_STAFF_MFA = True
    settings.MFA_TOTP_TOLERANCE = 1  # a slow browser may type the digits of the half minute before
    cache.clear()
    return with_password(TeacherFactory(username="ms-frank"))


@pytest.fixture
def desk(page, teacher, live_server):
    """Just logged in with her password, and sent to set up a second factor; nothing may be refused or thrown."""
    said = []
    page.add_init_script(REFUSED)
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    yield page
    assert said == []


def enter(page):
    page.goto("/accounts/login/?next=/teach/")
    page.get_by_label("User name").fill("ms-frank")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()


def press(page, name, role="button"):
    page.get_by_role("main").get_by_role(role, name=name, exact=True).click()


def leave(page):
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("navigation").get_by_role("link", name="Log in")).to_be_visible()


def set_up_app(page):
    """The key that she can type instead of photographing it, for the codes."""
    press(page, "Set up an app", role="link")
    page.get_by_text("I can’t photograph it").click()
    secret = page.locator(".key").inner_text()
    page.get_by_label("The six digits").fill(code_of(secret))
    press(page, "Switch it on")
    return secret


def with_a_passkey(page):
    """The browser has a fingerprint reader that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
    press(page, "Add a passkey", role="link")
    press(page, "Add this device")


def test_app_is_set_up_and_asked_for_the_next_time(desk):
    press(desk, "Set up an app", role="link")
    picture = desk.locator(".qr").element_handle()
    desk.wait_for_function(IS_SHOWN, arg=picture)
    desk.go_back()
    secret = set_up_app(desk)
    press(desk, "Show new codes")
    expect(desk.locator(".recovery-codes code")).to_have_text([re.compile(r"^\d{8}$")] * 10)
    leave(desk)
    enter(desk)
    desk.get_by_label("Code from the app").fill(code_of(secret))
    press(desk, "Log in")
    expect(desk).to_have_url(re.compile("/teach/$"))


def test_passkey_is_set_up_and_logs_in_alone(desk):
    with_a_passkey(desk)
    press(desk, "Not now", role="link")
    expect(desk.get_by_role("link", name="Rename Master key")).to_be_visible()
    leave(desk)
    desk.goto("/accounts/login/?next=/teach/")
    press(desk, "Log in with a passkey")
    expect(desk).to_have_url(re.compile("/teach/$"))


def test_passkey_is_a_second_factor_after_the_password(desk):
    with_a_passkey(desk)
    expect(desk.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    leave(desk)
    enter(desk)
    press(desk, "Use a passkey")
    expect(desk).to_have_url(re.compile("/teach/$"))


PLACES = {
    "Second factor": "/accounts/2fa/",
    "Set up an app": "/accounts/2fa/totp/activate/",
    "Add a passkey": "/accounts/2fa/webauthn/add/",
}
SET_UP = {
    "Second factor": "/accounts/2fa/",
    "Remove the app": "/accounts/2fa/totp/deactivate/",
    "Passkeys": "/accounts/2fa/webauthn/",
    "Recovery codes": "/accounts/2fa/recovery-codes/generate/",
}


def with_passkey():
    """The pages of a passkey that she has, and those that ask once more who she is."""
    pk = Authenticator.objects.get(type="webauthn").pk
    return {
        "Rename a passkey": reverse("mfa_edit_webauthn", args=[pk]),
        "Remove a passkey": reverse("mfa_remove_webauthn", args=[pk]),
        "Is it you?": reverse("mfa_reauthenticate"),
        "Is it you? ": reverse("mfa_reauthenticate_webauthn"),
    }


def look_at(page, places):
    for heading, address in places.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading.strip())
        yield heading


def faults(page, places):
    return {place: (violations(page), page.evaluate(SIDEWAYS)) for place in look_at(page, places)}


def test_its_pages_are_for_everybody_on_every_screen(desk):
    desk.set_viewport_size({"width": 320, "height": 640})
    before = faults(desk, PLACES)
    desk.goto(reverse("mfa_index"))
    set_up_app(desk)
    press(desk, "Show new codes")
    expect(desk.locator(".recovery-codes code")).to_have_count(10)
    codes = violations(desk)
    after = faults(desk, SET_UP)
    desk.goto(reverse("mfa_index"))
    with_a_passkey(desk)
    expect(desk.get_by_role("link", name="Rename Master key")).to_be_visible()
    after |= faults(desk, with_passkey())
    leave(desk)
    enter(desk)
    expect(desk.get_by_label("Code from the app")).to_be_visible()
    asked = (violations(desk), desk.evaluate(SIDEWAYS))
    assert (set(map(str, (before | after).values())), codes, asked) == ({"([], 0)"}, [], ([], 0))

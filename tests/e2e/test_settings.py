"""The settings page in a browser: the zone it offers, what the choices do, and everybody's eyes."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.conftest import log_in, without_script

pytestmark = pytest.mark.browser

in_berlin = pytest.mark.browser_context_args(timezone_id="Europe/Berlin")
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def settings_page(page, student, live_server):
    log_in(page.context, student, live_server)
    page.goto("/settings/")
    return page


def zone_of(student):
    student.refresh_from_db()
    return student.time_zone


def save(page):
    page.get_by_role("button", name="Save settings").click()


@in_berlin
def test_zone_of_the_browser_is_offered_and_she_confirms(settings_page, student):
    expect(settings_page.locator("#zone-guess p")).to_have_text("Your browser says Europe/Berlin. Use it?")
    settings_page.get_by_role("button", name="Use it").click()
    expect(settings_page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    expect(settings_page.get_by_label("Time zone")).to_be_focused()
    assert zone_of(student) == "UTC"
    save(settings_page)
    expect(settings_page.get_by_text("Saved.")).to_be_focused()
    assert zone_of(student) == "Europe/Berlin"


@pytest.mark.browser_context_args(timezone_id="Asia/Kolkata")
@pytest.mark.parametrize("name", ["Asia/Kolkata", "Asia/Calcutta"])
def test_zone_she_has_is_not_offered_under_either_name(page, student, live_server, name):
    student.time_zone = name
    student.save()
    log_in(page.context, student, live_server)
    page.goto("/settings/")
    expect(page.get_by_label("Time zone")).to_have_value(name)
    expect(page.locator("#zone-guess")).to_be_hidden()


@pytest.mark.browser_context_args(timezone_id="Europe/Berlin", java_script_enabled=False)
def test_without_script_the_select_is_enough(settings_page, student):
    expect(settings_page.locator("#zone-guess")).to_be_hidden()
    settings_page.get_by_label("Time zone").select_option(label="Tokyo")
    save(settings_page)
    expect(settings_page.get_by_text("Saved.")).to_be_visible()
    assert zone_of(student) == "Asia/Tokyo"


@in_berlin
def test_settings_are_accessible(settings_page):
    fresh = violations(settings_page)
    settings_page.get_by_label("Send me one mail").check()
    save(settings_page)
    expect(settings_page.get_by_role("alert")).to_be_focused()
    assert (fresh, violations(settings_page)) == ([], [])


@in_berlin
@pytest.mark.parametrize("text_size", ["normal", "larger"])
def test_settings_do_not_scroll_sideways_on_a_phone(settings_page, student, text_size):
    settings_page.set_viewport_size({"width": 320, "height": 640})
    settings_page.get_by_label(text_size, exact=True).check()
    save(settings_page)
    expect(settings_page.get_by_text("Saved.")).to_be_visible()
    found = {}
    for address in ("/settings/", "/", "/review/", "/motives/"):
        settings_page.goto(address)
        found[address] = settings_page.evaluate(SIDEWAYS)
    assert found == dict.fromkeys(found, 0)


@pytest.mark.parametrize(("text_size", "pixels"), [("normal", 17), ("large", 19.52), ("larger", 22.4)])
def test_text_size_takes_effect(settings_page, text_size, pixels):
    settings_page.get_by_label(text_size, exact=True).check()
    save(settings_page)
    expect(settings_page.get_by_text("Saved.")).to_be_visible()
    assert settings_page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == pixels


@pytest.mark.parametrize(("motion", "animation"), [("system", "appear"), ("reduced", "none")])
def test_reduced_motion_takes_effect(page, student, deck, live_server, motion, animation):
    student.motion = motion
    student.save()
    log_in(page.context, student, live_server)
    page.emulate_media(reduced_motion="no-preference")
    page.goto("/review/")
    assert page.evaluate("getComputedStyle(document.querySelector('.answer')).animationName") == animation


@without_script
def test_keyboard_alone_is_enough(settings_page, student):
    settings_page.get_by_label("Display name").press("Enter")
    expect(settings_page.get_by_text("Saved.")).to_be_focused()

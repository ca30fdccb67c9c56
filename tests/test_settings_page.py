"""The page settings: one's own choices, prefilled, checked, and at work on every page."""

from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.days import study_day
from accounts.forms.me import SettingsForm
from accounts.models import User
from accounts.zones import grouped_zones
from tests.conftest import NOON, TODAY, answer
from tests.factories import UserFactory, with_address

CHOSEN = {
    "first_name": "Sam",
    "time_zone": "Europe/Berlin",
    "day_start": "05:30",
    "new_per_day": "7",
    "minutes_per_day": "15",
    "grade_buttons": "6",
    "language": "de",
    "theme": "dark",
    "text_size": "larger",
    "motion": "reduced",
    "daily_reminder": "on",
}
SAVED = {
    **CHOSEN,
    "day_start": time(5, 30),
    "new_per_day": 7,
    "minutes_per_day": 15,
    "grade_buttons": 6,
    "daily_reminder": True,
}


@pytest.fixture
def student(student):
    return with_address(student, "sam@school.example")


def save(client, **changes):
    return client.post(reverse("settings"), {**CHOSEN, **changes})


def stored(user):
    return User.objects.values(*CHOSEN).get(pk=user.pk)


def errors(response):
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


def test_saves_everything_and_says_so(student_client, student):
    response = save(student_client)
    assert (response.status_code, response["Location"], stored(student)) == (302, "/settings/", SAVED)
    page = student_client.get(reverse("settings"))
    assert [str(message) for message in page.context["messages"]] == ["Gespeichert."]


@pytest.mark.parametrize(("language", "said"), [("de", "Gespeichert."), ("en-gb", "Saved."), ("", "Gespeichert.")])
def test_says_so_in_the_language_that_was_chosen(student_client, student, language, said):
    headers = {"Accept-Language": "de"}
    student_client.post(reverse("settings"), {**CHOSEN, "language": language}, headers=headers)
    page = student_client.get(reverse("settings"), headers=headers)
    assert [str(message) for message in page.context["messages"]] == [said]


def test_page_is_prefilled(student_client, student):
    save(student_client)
    page = student_client.get(reverse("settings")).content.decode()
    for part in ('value="Sam"', '<option value="Europe/Berlin" selected>', 'value="05:30"', 'value="dark" required id'):
        assert part in page
    assert page.count(" checked") == 6


def test_defaults_send_no_reminder(student):
    assert (student.daily_reminder, student.text_size, student.motion) == (False, "normal", "system")


def test_visitor_is_sent_to_log_in(client, db):
    response = client.get(reverse("settings"))
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/settings/")
    assert save(client).status_code == 302


def test_nobody_elses_settings_are_touched(student_client, student):
    other = UserFactory(first_name="Alex")
    save(student_client, id=other.pk, pk=other.pk, user=other.pk, username=other.username)
    assert (stored(other)["first_name"], stored(student)["first_name"]) == ("Alex", "Sam")


def test_no_rights_can_be_given_to_oneself(student_client, student):
    rights = {"is_staff": "on", "is_superuser": "on", "is_active": "", "username": "head", "password": "x"}
    before = User.objects.values(*rights).get(pk=student.pk)
    assert save(student_client, **rights, groups="1", studied_on="2030-01-01").status_code == 302
    assert User.objects.values(*rights, "studied_on").get(pk=student.pk) == {**before, "studied_on": None}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", "x" * 151, "Ensure this value has at most 150 characters (it has 151)."),
        ("time_zone", "Europe/Atlantis", "There is no time zone called “Europe/Atlantis”."),
        ("time_zone", "../../etc/passwd", "There is no time zone called “../../etc/passwd”."),
        ("time_zone", "", "This field is required."),
        ("day_start", "early", "Enter a time such as 04:00."),
        ("day_start", "12:01", "Choose a time between midnight and noon."),
        ("new_per_day", "-1", "Ensure this value is greater than or equal to 0."),
        ("new_per_day", "201", "Ensure this value is less than or equal to 200."),
        ("new_per_day", "9" * 5000, "Enter a whole number."),
        ("minutes_per_day", "0", "Ensure this value is greater than or equal to 1."),
        ("minutes_per_day", "601", "Ensure this value is less than or equal to 600."),
        ("minutes_per_day", "ten", "Enter a whole number."),
        ("grade_buttons", "5", "Select a valid choice. 5 is not one of the available choices."),
        ("language", "fr", "Select a valid choice. fr is not one of the available choices."),
        ("theme", "red", "Select a valid choice. red is not one of the available choices."),
        ("text_size", "tiny", "Select a valid choice. tiny is not one of the available choices."),
        ("motion", "wild", "Select a valid choice. wild is not one of the available choices."),
    ],
)
def test_wrong_value_gets_a_sentence_and_saves_nothing(student_client, student, field, value, sentence):
    before = stored(student)
    response = save(student_client, **{field: value})
    assert (response.status_code, errors(response), stored(student)) == (422, {field: [sentence]}, before)


def test_refused_page_still_wears_the_saved_look(student_client, student):
    page = save(student_client, new_per_day="many").content.decode()
    assert ("data-theme" in page, 'href="#id_new_per_day"' in page) == (False, True)


def test_empty_message_names_every_required_field(student_client, student):
    response = student_client.post(reverse("settings"), {})
    assert set(errors(response)) == set(CHOSEN) - {"first_name", "language", "daily_reminder"}


def test_nul_is_400(student_client, student):
    assert save(student_client, first_name="S\0am").status_code == 400


def test_answer_in_another_tab_is_not_overwritten(student_client, student, deck, monkeypatch):
    """The review writes studied_on between the form's reading and its writing."""
    clean = SettingsForm.clean

    def answer_meanwhile(form):
        answer(student, deck.cards.first())
        return clean(form)

    monkeypatch.setattr(SettingsForm, "clean", answer_meanwhile)
    save(student_client)
    assert User.objects.values_list("studied_on", "first_name").get(pk=student.pk) == (TODAY, "Sam")


def test_own_zone_with_an_old_name_can_be_kept(student_client, student):
    student.time_zone = "GB"
    student.save()
    assert save(student_client, time_zone="GB").status_code == 302
    assert stored(student)["time_zone"] == "GB"


def test_zones_are_grouped_by_part_of_the_world():
    groups = {str(area): dict(zones) for area, zones in grouped_zones(kept="Europe/London")}
    assert groups["Europe"]["Europe/Berlin"] == "Berlin"
    assert groups["America"]["America/Argentina/Buenos_Aires"] == "Argentina/Buenos Aires"
    assert groups["Elsewhere"] == {"UTC": "UTC"}


# the study day


@pytest.mark.parametrize("change", [{"time_zone": "Pacific/Pago_Pago"}, {"day_start": "12:00"}])
def test_change_of_clock_never_repeats_a_day(student_client, student, deck, time_machine, change):
    time_machine.move_to(NOON, tick=False)
    student.time_zone = "Pacific/Kiritimati"  # two in the morning of the 24th, and still the 23rd before her day starts
    student.day_start = time(1)
    student.save()
    answer(student, deck.cards.first())
    save(student_client, **{"time_zone": "Pacific/Kiritimati", "day_start": "01:00", **change})
    student.refresh_from_db()
    assert [study_day(student, now=timezone.now()), student.studied_on] == [TODAY.replace(day=24)] * 2


# what the choices do


def test_look_is_on_every_page(student_client, student):
    save(student_client)
    html = '<html lang="de" data-theme="dark" data-text-size="larger" data-motion="reduced"'
    assert [html in student_client.get(page).content.decode() for page in ("/", "/settings/", "/review/")] == [True] * 3


def test_default_look_adds_nothing(student_client, student):
    assert "data-theme" not in student_client.get(reverse("settings")).content.decode()


def test_greeting_uses_the_display_name_as_text(student_client, student):
    save(student_client, first_name="<b>Sam</b>")
    assert ", &lt;b&gt;Sam&lt;/b&gt;</h1>" in student_client.get(reverse("home")).content.decode()


def test_school_without_email_says_so_and_keeps_her_choice(student_client, student, settings):
    save(student_client, language="en-gb")
    settings.EMAIL_IS_SET_UP = False
    assert "Your school has not set up e-mail" in student_client.get(reverse("settings")).content.decode()
    save(student_client, daily_reminder="")
    assert stored(student)["daily_reminder"] is True


def test_settings_cost_a_fixed_number_of_queries(student_client, django_assert_num_queries):
    with django_assert_num_queries(4):
        student_client.get(reverse("settings"))
    with django_assert_num_queries(
        2 + 1 + 9 + 1
    ):  # who she is, her address, the three checks of the table, the writing
        save(student_client)


def test_other_methods_are_refused(student_client):
    assert student_client.put(reverse("settings")).status_code == 405

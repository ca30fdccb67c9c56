"""How long a log-in lasts: staff, students, and students on their own device."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.factories import TeacherFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "narew-vistula-san"
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def enter(client, user, **more):
    user.set_password(PASSWORD)
    user.save()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD, **more})
    return client


def is_in_after(client, clock, *steps):
    """Whether she is still logged in at the last of these steps, with a request at each."""
    for step in steps:
        clock.shift(step)
        last = client.get(reverse("settings")).status_code == 200
    return last


@pytest.mark.parametrize(("after", "is_in"), [(59 * MINUTE, True), (61 * MINUTE, False)])
def test_teacher_who_does_nothing_is_out_after_an_hour(client, clock, after, is_in):
    assert is_in_after(enter(client, TeacherFactory()), clock, after) is is_in


@pytest.mark.parametrize(("times", "is_in"), [(13, True), (14, False)])
def test_teacher_at_work_is_out_after_ten_hours(client, clock, times, is_in):
    assert is_in_after(enter(client, TeacherFactory()), clock, *[45 * MINUTE] * times) is is_in


def test_box_for_her_own_device_gives_a_teacher_no_more(client, clock):
    assert not is_in_after(enter(client, TeacherFactory(), remember="on"), clock, 61 * MINUTE)


@pytest.mark.parametrize(("after", "is_in"), [(11 * HOUR, True), (12 * HOUR, False)])
def test_student_is_out_after_twelve_hours(client, clock, after, is_in):
    assert is_in_after(enter(client, UserFactory()), clock, after / 2, after / 2) is is_in


@pytest.mark.parametrize(("after", "is_in"), [(13 * DAY, True), (15 * DAY, False)])
def test_own_device_lasts_two_weeks_without_her(client, clock, after, is_in):
    assert is_in_after(enter(client, UserFactory(), remember="on"), clock, after) is is_in


@pytest.mark.parametrize(("times", "is_in"), [(5, True), (6, False)])
def test_own_device_asks_again_after_sixty_days(client, clock, times, is_in):
    assert is_in_after(enter(client, UserFactory(), remember="on"), clock, *[10 * DAY] * times) is is_in


@pytest.mark.parametrize(("more", "is_kept"), [({}, False), ({"remember": "on"}, True)])
def test_cookie_outlives_the_browser_on_her_own_device_only(client, clock, settings, more, is_kept):
    cookie = enter(client, UserFactory(), **more).cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"] == 14 * 24 * 3600) is is_kept


def test_sign_up_lasts_till_the_browser_closes(client):
    fields = {"username": "alex", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), fields)
    assert client.session.get_expire_at_browser_close()


@pytest.mark.parametrize(("after", "writes"), [(5 * MINUTE, 0), (7 * MINUTE, 1)])
def test_that_she_is_here_is_written_once_in_six_minutes(client, clock, after, writes):
    enter(client, TeacherFactory())
    client.get(reverse("settings"))
    seen = client.session["log_in_seen"]
    clock.shift(after)
    client.get(reverse("settings"))
    assert (client.session["log_in_seen"] != seen) is bool(writes)

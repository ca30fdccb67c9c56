"""The page stats, against a small history that a person can count."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from cards.models import ReviewLog
from cards.queue import load_queue
from cards.review import undo_answer
from cards.stats import Level, Tally, forecast, intervals_and_eases, load_history
from tests.conftest import NOON, TODAY, answer
from tests.factories import CardFactory, CardStateFactory, MotiveFactory, PickedDeckFactory

DAY = timedelta(days=1)


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def history(student, deck):
    """Ten standing answers on four days, and one taken back.

    22 days ago  three first meetings: Good, Good, Easy, of 5 seconds each
    21 days ago  first Hard and a repeat of it Good; second Good; third Easy; and practice with the third
    15 days ago  first Again, a lapse
    today        second Good, and third Good, which she takes back
    """
    first, second, third = deck.cards.all()
    start = NOON - 22 * DAY
    for card, quality in ((first, 4), (second, 4), (third, 5)):
        answer(student, card, quality, now=start)
    answer(student, first, 3, version=1, now=start + DAY)
    answer(student, first, 4, version=2, now=start + DAY, elapsed_ms=55_000)
    answer(student, second, 4, version=1, now=start + DAY)
    answer(student, third, 5, version=1, now=start + DAY)
    answer(student, third, 5, version=2, now=start + DAY, elapsed_ms=60_000)
    answer(student, first, 2, version=3, now=start + 7 * DAY + timedelta(hours=5))
    answer(student, second, 4, version=2)
    log = answer(student, third, 4, version=3).log
    undo_answer(student, card_id=third.pk, attempt=log.attempt, now=NOON)


@pytest.fixture
def opened(student_client, noon):
    """Opens the page and returns what its template was given."""

    def context(chosen="30"):
        return student_client.get(reverse("stats"), {"range": chosen}).context

    return context


def text_of(response):
    return " ".join(response.content.decode().split())


# --- what the log says


def test_history_counts_reviews_repeats_and_practice_of_each_day(student, history):
    by_day = load_history(student).by_day
    assert [(day, tally.reviews, tally.repeats, tally.practice) for day, tally in by_day.items()] == [
        (TODAY - 22 * DAY, 3, 0, 0),
        (TODAY - 21 * DAY, 4, 1, 1),
        (TODAY - 15 * DAY, 1, 0, 0),
        (TODAY, 1, 0, 0),
    ]


def test_minutes_are_those_of_reviews(student, history):
    tally = load_history(student).between(date.min, TODAY)
    assert (tally.milliseconds, tally.minutes) == (95_000, 2)


@pytest.mark.parametrize(("milliseconds", "minutes"), [(0, 0), (29_999, 0), (30_000, 1), (89_999, 1), (90_000, 2)])
def test_minutes_are_rounded_to_the_nearest(milliseconds, minutes):
    assert Tally(milliseconds=milliseconds).minutes == minutes


def test_qualities_are_those_of_reviews(student, history):
    assert load_history(student).between(date.min, TODAY).by_quality == (0, 0, 1, 1, 5, 2)


def test_retention_is_the_passes_of_cards_answered_on_an_earlier_day(student, history):
    tally = load_history(student).between(date.min, TODAY)
    assert (tally.first_meetings, tally.retention) == (3, (5, 4))
    assert [tally.retention_of(level) for level in (Level.LEARNING, Level.YOUNG, Level.MATURE)] == [
        (3, 3),
        (2, 1),
        (0, 0),
    ]


@pytest.mark.parametrize(
    ("repetitions", "interval", "level"),
    [(0, 1, Level.LEARNING), (1, 1, Level.LEARNING), (2, 6, Level.YOUNG), (3, 20, Level.YOUNG), (3, 21, Level.MATURE)],
)
def test_retention_of_a_level_is_by_what_the_card_was_before_the_answer(student, deck, repetitions, interval, level):
    card = deck.cards.first()
    CardStateFactory(user=student, card=card, repetitions=repetitions, interval=interval, due_on=TODAY)
    answer(student, card, 2, version=1)
    tally = load_history(student).by_day[TODAY]
    assert [found for found in Level if found and tally.retention_of(found) == (1, 0)] == [level]


@pytest.mark.parametrize(("tries", "passes", "percent"), [(0, 0, None), (3, 2, 67), (8, 1, 13), (200, 199, 100)])
def test_percent_is_rounded_to_the_nearest(tries, passes, percent):
    assert Tally(tries=tries, passes=passes).retention.percent == percent


def test_first_answer_taken_back_leaves_no_trace(student, deck):
    log = answer(student, deck.cards.first()).log
    undo_answer(student, card_id=log.card_id, attempt=log.attempt, now=NOON)
    assert load_history(student).slices == []


def test_history_is_her_own(student, history, django_user_model):
    assert load_history(User.objects.create(username="classmate")).slices == []
    assert len(load_history(student).slices) == 4


def test_history_is_one_query(student, history, django_assert_num_queries):
    with django_assert_num_queries(1):
        load_history(student)


# --- the hour on her own clock


@pytest.mark.parametrize(
    ("zone", "now", "day", "hour"),
    [
        ("UTC", datetime(2026, 11, 23, 3, 30, tzinfo=UTC), date(2026, 11, 22), 3),
        ("Asia/Kathmandu", datetime(2026, 11, 23, 12, 20, tzinfo=UTC), date(2026, 11, 23), 18),
        ("America/New_York", datetime(2026, 11, 23, 4, 59, tzinfo=UTC), date(2026, 11, 22), 23),
        ("Pacific/Auckland", datetime(2026, 11, 23, 12, 0, tzinfo=UTC), date(2026, 11, 23), 1),
        # both sides of the night of 25 October on which London's clocks go back
        ("Europe/London", datetime(2026, 10, 24, 17, 0, tzinfo=UTC), date(2026, 10, 24), 18),
        ("Europe/London", datetime(2026, 10, 25, 17, 0, tzinfo=UTC), date(2026, 10, 25), 17),
    ],
)
def test_answer_is_counted_at_the_hour_of_her_clock(student, deck, zone, now, day, hour):
    student.time_zone = zone
    answer(student, deck.cards.first(), now=now)
    assert [(found, at) for found, at, _tally in load_history(student).slices] == [(day, hour)]


def test_hour_stays_what_it_was_when_she_moves(student, deck):
    answer(student, deck.cards.first())
    student.time_zone = "Asia/Tokyo"
    student.save()
    assert [tally.reviews for tally in load_history(student).by_hour(TODAY, TODAY)] == [0] * 12 + [1] + [0] * 11


# --- what she remembers now


def test_forecast_counts_today_backlog_and_each_later_day(student, deck):
    student.pace_ms, student.minutes_per_day = 60_000, 1
    cards = [*deck.cards.all(), *CardFactory.create_batch(2, deck=deck)]
    for card, days in zip(cards, (-3, 0, 1, 29, 30), strict=True):
        CardStateFactory(user=student, card=card, due_on=TODAY + days * DAY)
    CardStateFactory(user=student, card=CardFactory(deck=deck), due_on=TODAY + DAY, suspended=True)
    CardStateFactory(user=student, due_on=TODAY + DAY)
    found = forecast(student, load_queue(student, today=TODAY))
    assert (found.today, found.backlog, found.coming) == (1, 1, 2)
    assert [(day, count) for day, count in found.later if count] == [(TODAY + DAY, 1), (TODAY + 29 * DAY, 1)]


def test_intervals_and_eases_are_of_the_cards_she_has_met(student, deck):
    for card, interval, ease in zip(deck.cards.all(), (6, 6, 15), (250, 236, 250), strict=True):
        CardStateFactory(user=student, card=card, interval=interval, ease=ease)
    CardStateFactory(user=student, card=CardFactory(deck=deck), due_on=None)
    CardStateFactory(card=deck.cards.first(), interval=90)
    assert intervals_and_eases(student, today=TODAY) == ({6: 2, 15: 1}, {250: 2, 236: 1})


# --- the page


def test_page_says_what_she_did_today(student_client, history, noon):
    page = text_of(student_client.get(reverse("stats")))
    assert "Today: 1 review. You remembered 1 of 1 card that came back." in page
    assert "In the last twelve months you reviewed on 4 days. 9 reviews in all. Besides, 1 answer in extra" in page
    assert "you remembered 80 % of the cards that came back on a later day (4 of 5)." in page


def test_retention_of_7_30_365_days_and_all(opened, student, history):
    ReviewLog.objects.filter(day=TODAY - 21 * DAY).update(day=TODAY - 300 * DAY)
    ReviewLog.objects.filter(day=TODAY - 22 * DAY).update(day=TODAY - 400 * DAY)
    assert opened()["retention"] == [(1, 1), (2, 1), (5, 4), (5, 4)]


@pytest.mark.parametrize(("days", "counted"), [(6, 1), (7, 0)])
def test_seven_days_are_today_and_the_six_before(opened, student, deck, days, counted):
    card = deck.cards.first()
    CardStateFactory(user=student, card=card, due_on=TODAY - days * DAY)
    answer(student, card, version=1, now=NOON - days * DAY)
    assert opened()["retention"][0].tries == counted


def test_calendar_shades_the_days_and_says_their_numbers(opened, student, history):
    weekdays = opened()["calendar"].weekdays
    shown = [(name, [day for day in days if day.title]) for name, days in weekdays]
    assert [(name, days) for name, days in shown if days] == [
        ("Monday", [("s1 practice", "4, practice 1", "2 Nov: 4, practice 1"), ("s1", "1", "23 Nov: 1")]),
        ("Sunday", [("s1", "3", "1 Nov: 3"), ("s1", "1", "8 Nov: 1")]),
    ]
    assert [len(days) for _name, days in weekdays] == [53, 52, 52, 52, 52, 52, 52]


@pytest.mark.parametrize(("reviews", "shade"), [(1, "s1"), (9, "s1"), (10, "s2"), (25, "s3"), (49, "s3"), (50, "s4")])
def test_shade_grows_with_the_reviews_of_a_day(opened, student, deck, reviews, shade):
    deck = PickedDeckFactory(user=student, deck__cards=reviews).deck
    for card in deck.cards.all():
        answer(student, card)
    assert opened()["calendar"].weekdays[0][1][-1].shade == shade


def test_months_sum_up_the_calendar(opened, history):
    months = [(month.label, month.days_practised, month.tally.reviews) for month in opened()["months"]]
    assert (months[0], months[-1], len(months)) == (("Nov 2025", 0, 0), ("Nov 2026", 4, 9), 13)


@pytest.mark.parametrize(
    ("chosen", "unit", "count"), [("30", "day", 30), ("365", "week", 53), ("all", "day", 23), ("", None, None)]
)
def test_range_is_cut_into_days_or_weeks(student_client, history, noon, chosen, unit, count):
    response = student_client.get(reverse("stats"), {"range": chosen})
    spans = response.context["spans"] if unit else []
    assert (response.status_code, len(spans)) == ((200, count) if unit else (400, 0))


def test_long_history_is_cut_into_months(opened, student, history):
    ReviewLog.objects.filter(day=TODAY - 22 * DAY).update(day=TODAY - 600 * DAY)
    context = opened("all")
    assert (context["unit"], context["spans"][0].label, context["spans"][0].tally.reviews) == ("month", "Apr 2025", 3)
    assert sum(span.tally.reviews for span in context["spans"]) == 9


def test_range_leaves_out_what_is_older(opened, student, history):
    ReviewLog.objects.filter(day=TODAY - 22 * DAY).update(day=TODAY - 30 * DAY)
    assert [opened(chosen)["tally"].reviews for chosen in ("30", "365", "all")] == [6, 9, 9]


def test_buttons_are_the_four_she_has(opened, history):
    assert [(row.label, row.count, row.percent) for row in opened()["buttons"]] == [
        ("Again", 1, 11),
        ("Hard", 1, 11),
        ("Good", 5, 56),
        ("Easy", 2, 22),
    ]


def test_buttons_are_six_for_her_who_has_or_had_six(opened, student, history, deck):
    ReviewLog.objects.filter(quality=2).update(quality=0)
    assert [(row.label, row.count) for row in opened()["buttons"]][:3] == [("Blank", 1), ("Wrong", 0), ("Again", 0)]


def test_hours_have_their_reviews_and_retention(opened, history):
    shown = {name: (tally.reviews, tally.retention) for name, tally in opened()["hours"] if tally.reviews}
    assert shown == {"12:00": (8, (4, 4)), "17:00": (1, (1, 0))}
    assert opened()["busiest"] == ("12:00", "13:00")


def test_known_cards_are_counted_by_level_and_motive(opened, student, history, deck):
    MotiveFactory(name="Glory")
    context = opened()
    assert [(row.label, row.count) for row in context["levels"]] == [
        ("not met", 0),
        ("learning", 1),
        ("young", 2),
        ("mature", 0),
    ]
    assert (context["learned"], context["cards"], len(context["motive_rows"])) == (2, 3, 4)


def test_page_shows_intervals_and_ease_of_half_of_the_cards(opened, history):
    context = opened()
    assert (context["interval"], context["ease"]) == (6, "2.50")
    assert [row.count for row in context["intervals"]] == [1, 1, 1, 0, 0, 0, 0]
    assert {row.label: row.count for row in context["eases"] if row.count} == {
        "1.90–2.09": 1,
        "2.50–2.69": 1,
        "2.70–2.89": 1,
    }


def test_new_student_reads_what_will_be_here(student_client, deck, noon):
    page = text_of(student_client.get(reverse("stats")))
    assert ("Nothing to show yet." in page, "<svg" in page, "<table" in page) == (True, False, False)


def test_page_after_a_long_absence_is_calm_and_whole(opened, student, history):
    ReviewLog.objects.filter(user=student).update(day=TODAY - 300 * DAY)
    assert opened()["tally"] == Tally()
    assert [tally.tries for tally in opened()["retention"]] == [0, 0, 5, 5]


def test_answers_without_cards_to_study_still_have_their_page(opened, student_client, student, history, deck):
    deck.picks.all().delete()
    context = opened()
    assert (context["cards"], context["interval"], context["forecast"].coming) == (0, None, 0)


@pytest.mark.parametrize("chosen", ["7", "year", "-1", "30 ", "all'--", "9" * 400])
def test_unknown_range_is_400_with_a_sentence(student_client, student, chosen):
    response = student_client.get(reverse("stats"), {"range": chosen})
    assert response.status_code == 400
    assert "There is no such range. Choose 30 days, a year or all." in text_of(response)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_for_one_and_three_rows(student_client, student, rows, noon, django_assert_num_queries):
    deck = PickedDeckFactory(user=student, deck__cards=rows).deck
    for place, card in enumerate(deck.cards.all()):
        answer(student, card, now=NOON - place * DAY)
        CardFactory(deck=PickedDeckFactory(user=student).deck, motive=MotiveFactory())
    with django_assert_num_queries(8):
        student_client.get(reverse("stats"), {"range": "all"})


def test_visitor_is_sent_to_log_in(client, db):
    response = client.get(reverse("stats"))
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/stats/")


def test_classmate_sees_her_own_figures_only(client, student, history, django_user_model, noon):
    client.force_login(User.objects.create(username="classmate"))
    page = text_of(client.get(reverse("stats"), {"user": student.pk}))
    assert "Nothing to show yet." in page


def test_post_is_405(student_client):
    assert student_client.post(reverse("stats")).status_code == 405


def test_page_is_linked_from_every_page(student_client, noon):
    assert '<a href="/stats/">Progress</a>' in text_of(student_client.get(reverse("home")))

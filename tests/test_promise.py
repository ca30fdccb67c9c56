"""What a plan promises, in words: what will be done, or else what can be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.translation import override

from cards.planned import ExamAhead
from cards.views.promise import promise

TODAY = date(2027, 2, 1)
EXAM = date(2027, 5, 10)
PLAN = ExamAhead(
    exam_on=EXAM,
    of=200,
    meets=200,
    new_today=15,
    new_per_day=15,
    new_from=TODAY,
    new_until=date(2027, 5, 3),
    final_from=EXAM - timedelta(days=5),
    final_days=5,
    unseen=0,
    looks=3,
    fits=True,
    minutes_needed=15,
    minutes=9,
    closed=0,
    decks=(1,),
    only=None,
    is_of_today=True,
)
NO_NEW = {"new_from": None, "new_until": None, "new_today": 0, "new_per_day": 0}
TODAY_ONLY = {"new_from": TODAY, "new_until": TODAY, "final_from": TODAY, "final_days": 1, "looks": 1, "fits": False}
TODAY_ONLY |= {"unseen": 15}
TWO_DAYS = {"new_until": TODAY + timedelta(days=1), "final_from": TODAY, "final_days": 2, "looks": 2, "fits": False}
ALL_FREE = {"fits": False, "final_from": None}
ONE = {"of": 1, "meets": 1, "new_per_day": 1, "new_today": 1}
SAID = {
    # it fits
    "15 new cards a day, about 9 minutes: all 200 met by 3 May, every one seen again in the last 5 days.": {},
    "1 new card a day, about 9 minutes: all 200 met by 3 May, every one seen again in the last 5 days.": {
        "new_per_day": 1,
        "new_today": 1,
    },
    "15 new cards a day (today 4), about 9 minutes: all 200 met by 3 May, every one seen again in the last 5 days.": {
        "new_today": 4
    },
    "15 new cards a day (none today), about 9 minutes: all 200 met by 3 May, "
    "every one seen again in the last 5 days.": {"new_today": 0},
    "15 new cards a day, about 9 minutes: all 200 met by 2 January 2028, every one seen again in the last 5 days.": {
        "new_until": date(2028, 1, 2),
        "new_today": 4,
        "is_of_today": False,
    },
    "From Thursday on 15 new cards a day, about 9 minutes: all 200 met by 3 May, "
    "every one seen again in the last 5 days.": {"new_from": TODAY + timedelta(days=3), "new_today": 0},
    "15 new cards tomorrow, about 9 minutes a day: then all 200 are met, every one seen again in the last 5 days.": {
        "new_from": TODAY + timedelta(days=1),
        "new_until": TODAY + timedelta(days=1),
    },
    "1 new card today, about 9 minutes a day: then its 1 card is met, seen again in the last 5 days.": ONE
    | {"new_until": TODAY},
    "About 9 minutes a day: all 200 cards are met, every one seen again in the last 5 days.": NO_NEW,
    "About 9 minutes today: all 200 cards are met, every one seen again on the last day.": NO_NEW
    | {"final_from": TODAY, "final_days": 1},
    # there are too few days
    "15 new cards today, about 9 minutes: then all 200 are met. "
    "There is time to see the new cards on one day only.": TODAY_ONLY,
    "9 new cards today, about 9 minutes: then all 200 are met. There is time to see the new cards on one day only.": (
        TODAY_ONLY | {"new_per_day": 9, "final_days": 2}
    ),
    "15 new cards a day, about 9 minutes: all 200 met by tomorrow. "
    "There is time to see the new cards on two days only.": TWO_DAYS,
    "About 9 minutes a day: all 200 cards are met. There is time to see the new cards on two days only.": TWO_DAYS
    | NO_NEW,
    "In 15 minutes a day 140 of 200 cards can be met, the core ones first. "
    "There is time to see the new cards on one day only.": TODAY_ONLY | {"meets": 140, "minutes_needed": 0},
    "Every day until then is free. Cards met so far: 120 of 200.": ALL_FREE | {"meets": 120},
    # there are too few minutes
    "In 15 minutes a day 140 of 200 cards can be met, the core ones first. For all of it 22 minutes a day would do.": {
        "fits": False,
        "meets": 140,
        "minutes_needed": 22,
    },
    "In 15 minutes a day 140 of 200 cards can be met, the core ones first.": {
        "fits": False,
        "meets": 140,
        "minutes_needed": 1440,
    },
    "In 15 minutes a day there is no time for more than the 140 of 200 cards met so far.": NO_NEW
    | {"fits": False, "meets": 140},
    "In 15 minutes a day there is no time to meet any of the 200 cards. "
    "For all of it 16 minutes a day would do.": NO_NEW | {"fits": False, "meets": 0, "minutes_needed": 16, "looks": 1},
    "In 15 minutes a day all 200 cards can be met, 180 of them again at the end.": {"fits": False, "unseen": 20},
    "In 15 minutes a day all 200 cards can be met, but not seen again at the end.": {"fits": False, "unseen": 200},
    "All 200 cards can be met, but in 15 minutes a day some of their reviews come late.": {"fits": False},
    "All 200 cards are met, but in 15 minutes a day some of their reviews come late.": NO_NEW | {"fits": False},
    "All 200 cards are met, and in 15 minutes a day 180 of them are seen again at the end.": NO_NEW
    | {"fits": False, "unseen": 20},
    "All 200 cards are met, but in 15 minutes a day there is no time to see them again at the end.": NO_NEW
    | {"fits": False, "unseen": 200},
    "In 15 minutes a day all 200 cards can be met, 180 of them again at the end. "
    "There is time to see the new cards on two days only.": TWO_DAYS | {"unseen": 20},
    "In 15 minutes a day all 200 cards can be met, 184 of them again at the end. "
    "There is time to see the new cards on one day only.": TODAY_ONLY | {"unseen": 16},
    # there is nothing, or not yet
    "There are no cards to learn for it yet.": {"of": 0, "meets": 0},
    "No lesson of it has been taught yet; its 24 cards come with their lessons.": {"of": 0, "meets": 0, "closed": 24},
    "About 9 minutes a day: all 200 cards are met, every one seen again in the last 5 days. "
    "24 more cards come with lessons your class has not had yet.": NO_NEW | {"closed": 24},
}


@pytest.mark.parametrize(("said", "change"), SAID.items())
def test_promise_is_one_plain_line(said, change):
    assert promise(replace(PLAN, **change), minutes_a_day=15, today=TODAY) == said


def test_promise_in_german():
    with override("de"):
        said = promise(PLAN, minutes_a_day=15, today=TODAY)
    assert said == (
        "15 neue Karten am Tag, etwa 9 Minuten: bis 3. Mai alle 200 gesehen, jede in den letzten 5 Tagen noch einmal."
    )

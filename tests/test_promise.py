"""What a plan promises, in words: what will be done, or else what can be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.translation import override

from cards.planning import ExamPlan
from cards.views.promise import promise

EXAM = date(2027, 5, 10)
PLAN = ExamPlan(
    exam_on=EXAM,
    of=200,
    meets=200,
    chosen=(),
    new_today=15,
    new_per_day=15,
    new_from=date(2027, 4, 20),
    new_until=date(2027, 5, 3),
    final_from=EXAM - timedelta(days=5),
    final_days=5,
    unseen=0,
    looks=3,
    fits=True,
    minutes_needed=15,
)
SAID = {
    "15 new cards a day, about 9 minutes: all 200 met by 3 May, every one seen again in the last 5 days.": {},
    "1 new card a day, about 9 minutes: all 200 met by 3 May, every one seen again on the last day.": {
        "new_per_day": 1,
        "final_days": 1,
    },
    "About 9 minutes a day: all 200 cards are met, every one seen again in the last 5 days.": {"new_until": None},
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
    "In 15 minutes a day all 200 cards can be met, 180 of them again at the end.": {"fits": False, "unseen": 20},
    "No study day is left before it; 120 of 200 cards are met.": {
        "fits": False,
        "meets": 120,
        "final_from": None,
    },
    "There are no cards for it yet.": {"of": 0, "meets": 0},
}


@pytest.mark.parametrize(("said", "change"), SAID.items())
def test_promise_is_one_plain_line(said, change):
    assert promise(replace(PLAN, **change), minutes=9, minutes_a_day=15) == said


def test_promise_in_german():
    with override("de"):
        said = promise(PLAN, minutes=9, minutes_a_day=15)
    assert said == (
        "15 neue Karten am Tag, etwa 9 Minuten: bis 3. Mai alle 200 gesehen, jede in den letzten 5 Tagen noch einmal."
    )

"""The quality that ticks propose, what a pick allows, and the blank of a cloze card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.kinds import choice_allows, explain_quality, split_cloze

SORTS = ["claim", "evidence", "evidence", "link"]


@pytest.mark.parametrize(
    ("ticked", "without_hint", "quality"),
    [
        ([], False, 1),
        ([1, 2, 3], True, 1),
        ([0], False, 2),
        ([0, 1, 2], True, 2),
        ([0, 3], False, 3),
        ([0, 1, 3], False, 4),
        ([0, 1, 3], True, 4),
        ([0, 1, 2, 3], False, 4),
        ([0, 1, 2, 3], True, 5),
    ],
)
def test_ticks_propose_a_quality(ticked, without_hint, quality):
    assert explain_quality(SORTS, ticked, without_hint=without_hint) == quality


@given(st.sets(st.integers(0, 3)), st.integers(0, 3), st.booleans())
def test_one_more_tick_never_proposes_less(ticked, more, without_hint):
    less = explain_quality(SORTS, ticked, without_hint=without_hint)
    assert explain_quality(SORTS, ticked | {more}, without_hint=without_hint) >= less


@pytest.mark.parametrize("quality", range(6))
def test_right_pick_is_a_pass_and_wrong_a_fail(quality):
    assert choice_allows(2, 2, quality) == (quality >= 3)
    assert choice_allows(2, 0, quality) == (quality < 3)


def test_cloze_is_the_sentence_around_its_blank():
    assert split_cloze("He needed {{time}} because …") == ("He needed ", "time", " because …")


@pytest.mark.parametrize("front", ["no blank", "{{two}} {{blanks}}", "{{}}"])
def test_cloze_has_exactly_one_blank(front):
    with pytest.raises(ValueError, match="exactly one"):
        split_cloze(front)

"""PURE: what the kinds of card ask of an answer; values in, values out."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

CLAIM, EVIDENCE, LINK = "claim", "evidence", "link"
SORTS = (CLAIM, EVIDENCE, LINK)
PASS = 3
WRONG_PICK_QUALITY = 1
MOST_OPTIONS = 9  # each has a digit as its key
MOST_POINTS = 12
BLANK = re.compile(r"\{\{(.+?)\}\}")


class Cloze(NamedTuple):
    before: str
    answer: str
    after: str


def has_one_blank(front: str) -> bool:
    return len(BLANK.findall(front)) == 1


def split_cloze(front: str) -> Cloze:
    """The sentence around its one {{blank}}; raises ValueError unless there is exactly one."""
    if not has_one_blank(front):
        raise ValueError("a cloze card has exactly one {{blank}}")
    return Cloze(*BLANK.split(front))


def choice_allows(answer: int, pick: int, quality: int) -> bool:
    """A right pick is a pass, a wrong one a fail; the student only says how sure she was of a right one."""
    return (quality >= PASS) == (pick == answer)


def explain_quality(sorts: Sequence[str], ticked: Collection[int], *, without_hint: bool) -> int:
    """The quality that ticked credit points propose (CLASSROOM.md 3.3); `sorts` are those of all the card's points."""
    had = {sorts[place] for place in ticked}
    if CLAIM not in had:
        return 1
    if LINK not in had:
        return 2
    if EVIDENCE not in had:
        return 3
    return 5 if without_hint and len(set(ticked)) == len(sorts) else 4

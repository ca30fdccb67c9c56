"""How many minutes a day would do, when hers do not."""

from bisect import bisect_left

from cards.planning.exam import Exam
from cards.planning.work import Work

STEP = 5  # nobody sets 23 minutes
MOST_MINUTES = 600  # a day, that a student can set


def minutes_needed(exams: list[Exam], work: Work) -> int:
    """The least multiple of five beyond hers in which all exams fit together; 0 if none does."""

    def fit(minutes: int) -> bool:
        beside = work.beside(minutes)
        return all(exam.on(beside).fits_in_work(is_last=exam is exams[-1]) for exam in exams)

    steps = range((work.minutes_a_day // STEP + 1) * STEP, MOST_MINUTES + 1, STEP)
    at = bisect_left(steps, True, key=fit)
    return steps[at] if at < len(steps) else 0

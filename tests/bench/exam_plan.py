"""What a plan is worth on the day of the exam, by a published memory model: python -m tests.bench.exam_plan

Simulated students learn 200 cards for an exam: plain SM-2, SM-2 with our plan, FSRS without a date, or the last week
alone. Queue, answers and plans are PactCards' own code. All have the same minutes a day; where a way is given the
minutes of the plan, its settings are the best for each student in hindsight that do not cost more.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing import Pool
from random import Random
from statistics import mean, median, stdev
from typing import NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.bench.exam_student import (  # noqa: E402
    PACE_MS,
    WEEK,
    CrammingStudent,
    FsrsStudent,
    Head,
    PlannedStudent,
    Sm2Student,
    Student,
)

CARDS, MINUTES_A_DAY = 200, 20
EXAMS = (30, 60, 120)  # days off
LATE = (0, 0.5)  # share of the days that pass before she starts
MISSED = (0, 0.15, 0.3)  # share of the days on which she does not study
SEEDS = range(4)
NEW_A_DAY = (10, 20, 40)
RETENTIONS = (0.86, 0.9, 0.93, 0.96)
PLAN, SM2, SM2_BEST = "SM-2 with our plan", "SM-2, 10 new a day", "SM-2, the plan’s minutes"
FSRS, FSRS_BEST = "FSRS at 90 %, 10 new a day", "FSRS, the plan’s minutes"
CRAM, CRAM_ALL = "last week, her minutes a day", "last week, the plan’s minutes"
WAYS = (PLAN, SM2, SM2_BEST, FSRS, FSRS_BEST, CRAM, CRAM_ALL)


class Result(NamedTuple):
    recall: float  # mean over all cards on the day of the exam; a card never seen counts 0
    minutes: float


@dataclass(frozen=True)
class Person:
    """A student whom all ways are tried on: the same luck with cards, the same days missed."""

    exam: int
    late: float
    missed: float
    seed: int

    @property
    def days(self) -> list[int]:
        """On which she sits down."""
        luck = Random(f"{self.seed} {self.missed}")
        present = [luck.random() >= self.missed for _ in range(self.exam)]
        return [day for day in range(round(self.late * self.exam), self.exam) if present[day]]

    def go(self, way: type[Student], *, retention: float = 0.9, **settings: int) -> Result:
        student = way(Head(self.seed, CARDS, retention), self.exam, MINUTES_A_DAY, **settings)
        for day in self.days:
            student.study(day)
        return Result(student.head.mean_recall(self.exam), student.head.answers * PACE_MS / 60_000)

    def go_all(self) -> dict[str, Result]:
        plan = self.go(PlannedStudent)
        sm2 = {new: self.go(Sm2Student, new_a_day=new) for new in NEW_A_DAY}
        fsrs = {
            (retention, new): self.go(FsrsStudent, retention=retention, new_a_day=new)
            for retention in RETENTIONS
            for new in NEW_A_DAY
        }
        week = sum(day >= self.exam - WEEK for day in self.days)
        answers = round(plan.minutes * 60_000 / PACE_MS / max(1, week))
        results = (
            plan,
            sm2[10],
            best(sm2.values(), plan.minutes),
            fsrs[0.9, 10],
            best(fsrs.values(), plan.minutes),
            self.go(CrammingStudent),
            self.go(CrammingStudent, answers_a_day=answers),
        )
        return dict(zip(WAYS, results, strict=True))


def best(results: Iterable[Result], minutes: float) -> Result:
    """The best that costs no more, by 2 % at most; the cheapest if all do."""
    affordable = [result for result in results if result.minutes <= 1.02 * minutes]
    return max(affordable, default=min(results, key=lambda result: result.minutes))


def report(exam: int, people: list[dict[str, Result]]) -> None:
    print(f"\nExam in {exam} days, {len(people)} students: recall on the day of the exam, in per cent; minutes in all")
    print(f"  {'':<32}median   mean ± sd      worst   minutes   plan better")
    for way in WAYS:
        recalls = [100 * person[way].recall for person in people]
        minutes = mean(person[way].minutes for person in people)
        wins = sum(person[PLAN].recall > person[way].recall for person in people)
        better = "" if way == PLAN else f"{wins:>6} of {len(people)}"
        print(
            f"  {way:<32}{median(recalls):6.1f}   {mean(recalls):.1f} ± {stdev(recalls):<6.1f}"
            f"{min(recalls):7.1f}{minutes:10.0f}{better:>14}"
        )


def main() -> None:
    people = [
        Person(exam, late, missed, seed) for exam in EXAMS for late in LATE for missed in MISSED for seed in SEEDS
    ]
    with Pool() as pool:
        results = pool.map(Person.go_all, people, chunksize=1)
    print(f"{CARDS} cards, {MINUTES_A_DAY} minutes a day, {PACE_MS / 1000:.0f} s an answer. Half of the students start")
    print(
        "when half of the days are gone; they miss none, 15 % or 30 % of the days. Memory: FSRS-6, default parameters."
    )
    for exam in EXAMS:
        report(exam, [result for person, result in zip(people, results, strict=True) if person.exam == exam])


if __name__ == "__main__":
    main()

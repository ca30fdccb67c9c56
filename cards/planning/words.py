"""What the planner is told and what it answers: values alone."""

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
INITIAL_EASE = 250


@dataclass(frozen=True, slots=True)
class PlanCard:
    """One card of one student. `exam_on` is the earliest exam it belongs to, `order` is lowest for core cards."""

    card_id: int
    exam_on: date | None = None
    order: int = 0
    repetitions: int = 0
    interval: int = 0
    ease: int = INITIAL_EASE
    sm2_due_on: date | None = None  # None: not met
    revised_on: date | None = None
    answered_on: date | None = None
    introduced_on: date | None = None
    is_asked: bool = False  # today, by an earlier plan for the same exam: she has it before her already

    @property
    def asked_on(self) -> date | None:
        """When it is due without a plan."""
        return min(filter(None, (self.sm2_due_on, self.revised_on))) if self.sm2_due_on else None


@dataclass(frozen=True, slots=True)
class DayLoad:
    day: date
    new: int
    reviews: int


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """What one exam day asks of her, in cards: enough for one line of promise."""

    exam_on: date
    of: int  # cards of this exam
    meets: int  # of them, met already or to be met in time
    chosen: tuple[int, ...]  # the unmet cards to be met, core first; the rest does not fit
    new_today: int  # with those met today already, so it stays the same all day
    new_per_day: int
    new_from: date | None  # the day of the first new card, today with those met today; None if none is to come
    new_until: date | None  # the day of the last new card; None if none is to come
    final_from: date | None  # the first day of the last looks, or today if it has passed; None if no study day is left
    final_days: int  # study days from then to the exam
    unseen: int  # cards met that get no last look after the day they are met: minutes or days are too few
    looks: int  # days on which each card still to be met is seen, at least: LOOKS unless too few study days are left
    fits: bool  # every card is met in time, seen on LOOKS days and again at the end, within her minutes
    minutes_needed: int  # a day, for all of it: her own minutes if it fits, 0 if no number of them does


@dataclass(frozen=True, slots=True)
class Plan:
    exams: tuple[ExamPlan, ...]  # earliest first
    plan_on: dict[int, date | None]  # by card id, for every card that is met
    load: tuple[DayLoad, ...]  # study days from today to the last exam; what she did today already is in it
    minutes: int  # on a usual day to come
    most_minutes: int  # on the fullest day
    other_new: int = 0  # new cards without an exam that there is room for today, with those met today already
    others_a_day: int | None = None  # of them, until the last exam; None if nothing holds her own number back

    @property
    def fits(self) -> bool:
        return all(exam.fits for exam in self.exams)

    @property
    def new_today(self) -> int:
        return sum(exam.new_today for exam in self.exams)

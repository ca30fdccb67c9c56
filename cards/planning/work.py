"""What is to be asked on each study day, and how much of it her minutes allow."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from cards.planning.days import Calendar, may_be_more, seen_at_least
from cards.planning.spread import Queue
from cards.planning.words import DayLoad, ExamPlan, Plan, PlanCard

MILLISECONDS_A_MINUTE = 60_000
LOOKS = 3  # days on which every card is seen before the exam, at least


@dataclass(slots=True)
class Met:
    """A card that was met, and what SM-2 alone does with it before the exam."""

    card: PlanCard
    last: date | None  # the last day on which it is asked, else on which it was answered
    is_waiting: bool  # it is asked no more
    is_barely: bool  # so far, and then, on fewer than three days
    is_in_doubt: bool  # on fewer than three days as far as one can tell
    interval: int  # at the last of them


@dataclass(slots=True)
class Work:
    """Reviews and new cards by study day, as far as they are planned. New cards of an earlier exam come first."""

    calendar: Calendar
    minutes_a_day: int
    pace_ms: int
    reviews: list[int] = field(init=False)
    # of each exam, the last day for them, and how many are late then
    new: list[tuple[list[int], int, int]] = field(default_factory=list)
    answered: int = 0  # today, new cards too
    introduced: int = 0
    deadlines: list[int] = field(default_factory=list)  # the eves of exams
    others: list[int] = field(default_factory=list)  # new cards without an exam, of each day

    def __post_init__(self) -> None:
        self.reviews = [0] * len(self.calendar.study)

    def beside(self, minutes_a_day: int) -> "Work":
        """The same work, to be planned in other minutes."""
        other = copy(self)
        other.minutes_a_day, other.reviews = minutes_a_day, self.reviews[:]
        other.new, other.deadlines = self.new[:], self.deadlines[:]
        return other

    @property
    def border(self) -> int:
        """The first day after the last of them; 0 if there is none."""
        return max(self.deadlines, default=-1) + 1

    def add_today(self, cards: Iterable[PlanCard]) -> None:
        """What she did today already."""
        self.answered = sum(card.answered_on == self.calendar.today for card in cards)
        self.introduced = sum(card.introduced_on == self.calendar.today for card in cards)

    def add_met(self, card: PlanCard, exam_on: date | None, reviews: list[int]) -> Met:
        """Adds to these reviews what SM-2 alone asks for."""
        calendar, study = self.calendar, self.calendar.study
        due = ((card.asked_on or calendar.today) - calendar.today).days
        end = calendar.before(exam_on) if exam_on else len(study)
        is_early = card.is_asked and end > 0 and due > calendar.offsets[0]
        if is_early:  # a pass then moves SM-2’s own date and nothing else
            due = calendar.offsets[0] + card.interval
        looks, interval = calendar.path(card.repetitions, card.interval, card.ease, due, end)
        due = calendar.offsets[looks[-1]] + interval if looks else due
        later, _ = calendar.path(card.repetitions + len(looks), interval, card.ease, due, len(study))
        looks = [0] * is_early + looks
        for at in looks + later:
            reviews[at] += 1
        last = study[looks[-1]] if looks else card.answered_on
        has_later = bool(end) and (last is None or last < study[end - 1])
        is_barely = has_later and seen_at_least(card) + len(looks) < LOOKS
        in_doubt = is_barely and may_be_more(card)
        return Met(card, last, not looks, is_barely and not in_doubt, in_doubt, interval)

    def limits(self, minutes: int) -> list[int]:
        """Cards a day; for today, what is left of them."""
        cards = minutes * MILLISECONDS_A_MINUTE // self.pace_ms
        limits = [cards] * len(self.calendar.study)
        if self.calendar.starts_today:
            limits[0] = max(0, cards - self.answered)
        return limits

    def load(self) -> tuple[list[int], list[list[int]], list[int]]:
        """Reviews, and new cards by exam, on each day, and what her minutes leave free."""
        queues, late = [Queue(*new) for new in self.new], 0
        begun: list[list[int]] = [[] for _ in queues]
        asked, rooms = [], []
        for at, limit in enumerate(self.limits(self.minutes_a_day)):
            late += self.reviews[at]
            asked.append(min(late, limit))
            late -= asked[-1]
            room = limit - asked[-1]
            for queue, days in zip(queues, begun, strict=True):
                days.append(queue.begin(at, room))
                room -= days[-1]
            rooms.append(room)
        return asked, begun, rooms

    def note_late(self) -> None:
        """How many new cards wait on the last day for them, whatever comes."""
        found = zip(self.new, self.load()[1], strict=True)
        self.new = [(new, last, sum(new[: last + 1]) - sum(begun[: last + 1])) for (new, last, _), begun in found]

    def summary(self, exams: list[ExamPlan], plan_on: dict[int, date | None]) -> Plan:
        asked, by_exam, _ = self.load()
        by_kind = zip_longest(*by_exam, self.others, [0] * len(asked), fillvalue=0)
        begun = [sum(numbers) for numbers in by_kind]
        if self.calendar.starts_today:
            begun[0] += self.introduced
            asked[0] += self.answered - self.introduced
        load = tuple(map(DayLoad, self.calendar.study, begun, asked))
        counts = sorted(day.new + day.reviews for day in load) or [0]
        usual, most = counts[len(counts) // 2], counts[-1]
        return Plan(tuple(exams), plan_on, load, self.minutes_of(usual), self.minutes_of(most))

    def minutes_of(self, cards: int) -> int:
        return -(-cards * self.pace_ms // MILLISECONDS_A_MINUTE)

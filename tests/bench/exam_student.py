"""Students of the exam bench: a published memory model decides what they recall, their way to study what they see."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

from fsrs import Card as Memory
from fsrs import Rating, Scheduler

from accounts.models import User
from cards.models import CardState
from cards.planned import CardExam
from cards.planning import Plan, PlanCard, make_plan
from cards.queue import _due_in_order, _split_by_minutes
from cards.review import apply_answer
from cards.studied import TouchedCard

FIRST_DAY = date(2026, 3, 2)
PACE_MS = 10_000
AGAIN, HARD, GOOD, EASY = 2, 3, 4, 5
RATINGS = {AGAIN: Rating.Again, HARD: Rating.Hard, GOOD: Rating.Good, EASY: Rating.Easy}
# What learners press, as the simulator of fsrs-optimizer has it: at the first sight of a card, and when they recall it.
FIRST = {AGAIN: 0.24, HARD: 0.094, GOOD: 0.495, EASY: 0.171}
RECALLED = {HARD: 0.224, GOOD: 0.631, EASY: 0.145}
REPEAT_UNDER = 4
WEEK = 7


@cache
def moment(day: int, minutes: int = 0) -> datetime:
    return datetime.combine(FIRST_DAY, time(16), UTC) + timedelta(days=day, minutes=minutes)


@dataclass
class Head:
    """What a student really remembers. Each card has its own luck, the same in whatever way it is studied."""

    seed: int
    count: int
    retention: float = 0.9  # only FSRS asks by it
    memories: dict[int, Memory] = field(default_factory=dict)
    answers: int = 0

    def __post_init__(self) -> None:
        self.model = Scheduler(
            desired_retention=self.retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
        )
        self.luck = [Random(f"{self.seed} {card_id}") for card_id in range(self.count)]

    def answer(self, card_id: int, day: int) -> int:
        """Look at a card, and at once again later that day if it did not go well; returns the quality of the first."""
        quality = self.quality(card_id, day)
        self.note(card_id, quality, moment(day))
        if quality < REPEAT_UNDER:
            self.note(card_id, GOOD, moment(day, 10))
        return quality

    def quality(self, card_id: int, day: int) -> int:
        luck = self.luck[card_id]
        chances = FIRST
        if card_id in self.memories:
            chances = RECALLED
            if luck.random() > self.recall(card_id, day):
                return AGAIN
        return luck.choices(list(chances), list(chances.values()))[0]

    def note(self, card_id: int, quality: int, at: datetime) -> None:
        memory = self.memories.get(card_id) or Memory(card_id=card_id)
        self.memories[card_id], _ = self.model.review_card(memory, RATINGS[quality], at)
        self.answers += 1

    def recall(self, card_id: int, day: int) -> float:
        memory = self.memories.get(card_id)
        return self.model.get_card_retrievability(memory, moment(day, 10)) if memory else 0.0

    def mean_recall(self, day: int) -> float:
        return sum(self.recall(card_id, day) for card_id in range(self.count)) / self.count


@dataclass
class Student:
    """A way to study: `study` is called for each day on which she sits down."""

    head: Head
    exam: int  # day of the exam
    minutes: int

    @property
    def cards_a_day(self) -> int:
        return self.minutes * 60_000 // PACE_MS

    @property
    def unmet(self) -> list[int]:
        return [card_id for card_id in range(self.head.count) if card_id not in self.head.memories]

    def study(self, day: int) -> None:
        raise NotImplementedError


@dataclass
class Sm2Student(Student):
    """PactCards as it is without an exam date: queue, answers and repeats are the real ones."""

    new_a_day: int = 10
    states: dict[int, CardState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.user = User(pk=self.head.seed, minutes_per_day=self.minutes, pace_ms=PACE_MS, new_per_day=self.new_a_day)

    def study(self, day: int) -> None:
        today = FIRST_DAY + timedelta(days=day)
        self.prepare(today)
        new = self.new_cards(today)
        for card_id in [*self.due(today), *new]:
            self.answer(card_id, day, today)

    def prepare(self, today: date) -> None:
        """Before the first card of the day."""

    def new_cards(self, today: date) -> list[int]:
        return self.unmet[: self.new_a_day]

    def due(self, today: date) -> list[int]:
        touched = [self.touched(state) for state in self.states.values() if state.due_on <= today]
        asked, _ = _split_by_minutes(self.user, _due_in_order(self.user, touched, today=today), touched, today=today)
        return [row.card_id for row in asked]

    @staticmethod
    def touched(state: CardState) -> TouchedCard:
        return TouchedCard(
            state.card_id, 1, state.interval, state.due_on, None, state.introduced_on, None, None, "", False, None
        )

    def answer(self, card_id: int, day: int, today: date) -> None:
        state = self.states.setdefault(card_id, CardState(card_id=card_id))
        apply_answer(state, self.head.answer(card_id, day), today=today, exam=self.card_exam())
        state.repeat_on = None  # `head.answer` has done the repeat

    def card_exam(self) -> CardExam | None:
        return None


@dataclass
class PlannedStudent(Sm2Student):
    """The same with a plan, made anew each day; as in cards.replan, what the last one asks already stays."""

    def plan(self, today: date) -> Plan:
        cards = [self.plan_card(card_id, today) for card_id in range(self.head.count)]
        return make_plan(cards, today=today, free_days=frozenset(), minutes_a_day=self.minutes, pace_ms=PACE_MS)

    def plan_card(self, card_id: int, today: date) -> PlanCard:
        exam_on = FIRST_DAY + timedelta(days=self.exam)
        state = self.states.get(card_id)
        if state is None:
            return PlanCard(card_id, exam_on)
        return PlanCard(
            card_id,
            exam_on,
            repetitions=state.repetitions,
            interval=state.interval,
            ease=state.ease,
            sm2_due_on=state.sm2_due_on,
            answered_on=state.answered_on,
            introduced_on=state.introduced_on,
            is_asked=self.is_asked(card_id, today),
        )

    def is_asked(self, card_id: int, today: date) -> bool:
        plan_on = self.states[card_id].plan_on
        return plan_on is not None and plan_on <= today

    def prepare(self, today: date) -> None:
        self.today_plan = self.plan(today)
        for card_id, plan_on in self.today_plan.plan_on.items():
            if not self.is_asked(card_id, today):
                self.states[card_id].plan_on = plan_on
                self.states[card_id].due_on = self.states[card_id].earliest_date()

    def new_cards(self, today: date) -> list[int]:
        return [card_id for exam in self.today_plan.exams for card_id in exam.chosen[: exam.new_today]]

    def card_exam(self) -> CardExam | None:
        return CardExam(self.user, FIRST_DAY + timedelta(days=self.exam))


@dataclass
class FsrsStudent(Student):
    """Anki's way without a date: FSRS knows her memory exactly and asks when recall falls to the wanted retention."""

    new_a_day: int = 10

    def study(self, day: int) -> None:
        now = moment(day, 60)
        due = [card_id for card_id, memory in self.head.memories.items() if memory.due <= now]
        due.sort(key=lambda card_id: self.head.recall(card_id, day))
        new = self.unmet[: self.new_a_day]
        for card_id in [*due[: self.cards_a_day], *new]:
            self.head.answer(card_id, day)


@dataclass
class CrammingStudent(Student):
    """Nothing until the last week, then over and over, what was seen least often first."""

    answers_a_day: int = 0  # her minutes' worth if 0
    seen_least: int = 0

    def study(self, day: int) -> None:
        if day < self.exam - WEEK:
            return
        enough = self.head.answers + (self.answers_a_day or self.cards_a_day)
        while self.head.answers < enough:
            self.head.answer(self.seen_least, day)
            self.seen_least = (self.seen_least + 1) % self.head.count

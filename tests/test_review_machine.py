"""Answers, repeats, lost and doubled messages, undo, days and time zones in any order: what is stored is the fold
of the answers that stand. The fold is written here once more, from DESIGN.md §4 to §6 and from nothing else."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from cards.models import CardState, ExamDate, ReviewLog
from cards.planning import PlanCard, plan_card
from cards.replan import replan
from cards.replay import find_damage
from cards.review import Answer, answer_card, hide_card, undo_answer
from tests.conftest import NOON, short_or_long
from tests.factories import PickedDeckFactory

EASE_STEPS = {5: 10, 4: 0, 3: -14, 2: -32, 1: -54, 0: -80}
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata")
NOW, WHEN_DUE, IN_PRACTICE = "now", "when due", "in practice"

CARDS = 2

some_card = st.integers(0, CARDS - 1)
some_quality = st.sampled_from([4, 5, 3, 2, 1, 0, 4, 5, 4, 5])  # long intervals need many passes
some_number = st.integers(0, 1000)  # to choose one of as many as there are


@dataclass(frozen=True)
class Message:
    """One press of a grade button: `card` is a place in the deck, `version` what its form carried."""

    card: int
    version: int
    attempt: UUID
    quality: int
    is_practice: bool = False


@dataclass
class Row:
    """What the log must say of a message that counted."""

    message: Message
    day: date
    kind: str
    card_id: int
    exam_on: date | None = None  # that of the deck, if it was still to come
    is_undone: bool = False


@dataclass(frozen=True)
class Plan:
    """Somebody wants the card seen again on a day: an exam plan, or a teacher who changed its meaning."""

    column: str
    day: date | None


@dataclass
class Fold:
    """One student's memory of one card: what the standing answers and the plans, in their order, amount to."""

    repetitions: int = 0
    interval: int = 0
    ease: int = 250
    lapses: int = 0
    sm2_due_on: date | None = None
    plan_on: date | None = None
    revised_on: date | None = None
    introduced_on: date | None = None
    answered_on: date | None = None
    repeat_on: date | None = None

    @property
    def due_on(self) -> date | None:
        wanted = [day for day in (self.sm2_due_on, self.plan_on, self.revised_on) if day]
        return min(wanted) if self.sm2_due_on else None

    def kind(self, day: date) -> str:
        if self.repeat_on == day:
            return "repeat"
        return "scheduled" if self.due_on is None or self.due_on <= day else "practice"

    def add(self, step: Row | Plan) -> None:
        if isinstance(step, Plan):
            setattr(self, step.column, step.day)
        elif not step.is_undone and step.kind != "practice":
            if step.kind == "scheduled":
                self._schedule(step.message.quality, step.day)
                if step.exam_on:
                    self._look_before(step)
            self.answered_on = step.day
            self.repeat_on = step.day if step.message.quality < 4 else None

    def _schedule(self, quality: int, day: date) -> None:
        is_early = self.sm2_due_on is not None and day < self.sm2_due_on
        self.lapses += quality < 3 and self.repetitions > 0
        if quality < 3 or not is_early:
            self._learn(quality)
        self.sm2_due_on = day + timedelta(days=self.interval)
        self.introduced_on = self.introduced_on or day
        for column in ("plan_on", "revised_on"):
            if (wanted := getattr(self, column)) and wanted <= day:
                setattr(self, column, None)

    def _look_before(self, row: Row) -> None:
        """An answer plans for its own card, with what it has made of it."""
        names = ("repetitions", "interval", "ease", "sm2_due_on", "revised_on", "introduced_on")
        memory = {name: getattr(self, name) for name in names} | {"answered_on": row.day}
        card = PlanCard(card_id=row.card_id, exam_on=row.exam_on, **memory)
        self.plan_on = plan_card(card, today=row.day, free_days=frozenset())

    def _learn(self, quality: int) -> None:
        """The published SM-2: the ease before this answer counts, and the interval is rounded up."""
        longer = (self.interval * self.ease + 99) // 100
        passed = min(36_500, {0: 1, 1: 6}.get(self.repetitions, longer))
        self.repetitions, self.interval = (0, 1) if quality < 3 else (self.repetitions + 1, passed)
        self.ease = max(130, self.ease + EASE_STEPS[quality])


def fold_of(steps: Iterable[Row | Plan]) -> Fold:
    fold = Fold()
    for step in steps:
        fold.add(step)
    return fold


@dataclass
class Model:
    """All that the student's messages must have left behind."""

    steps: dict[int, list[Row | Plan]] = field(default_factory=lambda: {card: [] for card in range(CARDS)})
    versions: Counter[int] = field(default_factory=Counter)
    suspended: dict[int, bool] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)

    def fold(self, card: int) -> Fold:
        return fold_of(self.steps[card])

    def answer(self, message: Message, day: date, card_id: int, exam_on: date | None) -> str:
        """What becomes of a message; only one that counts leaves a row."""
        self.sent.append(message)
        card = message.card
        if earlier := self._row_of(message):
            same = earlier.message.quality == message.quality
            return "undone" if earlier.is_undone else "replayed" if same else "first-wins"
        if message.version != self.versions[card]:
            return "stale"
        row = Row(message, day, "practice" if message.is_practice else self.fold(card).kind(day), card_id, exam_on)
        self.rows.append(row)
        self.steps[card].append(row)
        self.versions[card] += 1
        return "counted"

    def _row_of(self, message: Message) -> Row | None:
        """The answer that counted with this attempt."""
        key = (message.card, message.attempt)
        return next((row for row in self.rows if (row.message.card, row.message.attempt) == key), None)

    def newest(self, day: date) -> Row | None:
        return next((row for row in reversed(self.rows) if row.day == day and not row.is_undone), None)

    def undo(self, row: Row, day: date, exam_on: date | None) -> str:
        if row.is_undone:
            return "replayed"
        if row is not self.newest(day):
            return "stale"
        row.is_undone = True
        self.versions[row.message.card] += 1
        self._undo_plan(row, exam_on)
        return "counted"

    def _undo_plan(self, row: Row, exam_on: date | None) -> None:
        """With an exam the plan of before comes back, whatever was planned since; a card that is new again has none."""
        steps = self.steps[row.message.card]
        if self.fold(row.message.card).sm2_due_on is None:
            steps.append(Plan("plan_on", None))
        elif exam_on and row.kind == "scheduled":
            steps.append(Plan("plan_on", fold_of(steps[: steps.index(row)]).plan_on))


class ReviewMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.before = transaction.savepoint()  # a state machine has no set-up of its own for each example
        picked = PickedDeckFactory(deck__cards=CARDS)
        self.user_id, self.cards = picked.user_id, list(picked.deck.cards.all())
        self.model, self.now, self.zone = Model(), NOON, "UTC"
        self.deck, self.exam_on, self.replan_on = picked.deck, None, None

    def teardown(self):
        try:
            assert list(find_damage()) == []
        finally:
            transaction.savepoint_rollback(self.before)

    @property
    def user(self):
        """Read anew for every message, as a request does."""
        return User.objects.get(pk=self.user_id)

    @property
    def today(self) -> date:
        local = self.now.astimezone(ZoneInfo(self.zone))
        by_the_clock = local.date() - timedelta(days=local.hour < 4)
        return max([by_the_clock, *(row.day for row in self.model.rows)])

    @property
    def exam_ahead(self) -> date | None:
        return self.exam_on if self.exam_on and self.exam_on > self.today else None

    def send(self, message: Message) -> None:
        today, card_id = self.today, self.cards[message.card].pk
        expected = self.model.answer(message, today, card_id, self.exam_ahead)
        sent = Answer(
            card_id=self.cards[message.card].pk,
            version=message.version,
            attempt=message.attempt,
            quality=message.quality,
            practice=message.is_practice,
        )
        assert answer_card(self.user, sent, now=self.now).outcome == expected
        if expected == "counted" and self.replan_on and self.replan_on <= today:
            self.see_plan()  # the first answer of a study day makes it anew
        self.now += timedelta(minutes=1)

    def see_plan(self) -> None:
        """Which days it wants is the planner’s; that they are written, and nothing else, is what is tried here."""
        self.replan_on = self.today + timedelta(days=1) if self.exam_ahead else None
        for card in range(CARDS):
            state = self.state_of(card).first()
            if state and state.plan_on != self.model.fold(card).plan_on:
                assert state.plan_on is None or self.today <= state.plan_on < self.exam_on
                self.model.steps[card].append(Plan("plan_on", state.plan_on))
                self.model.versions[card] += 1

    def take_back(self, row: Row) -> None:
        expected = self.model.undo(row, self.today, self.exam_ahead)
        card, attempt = self.cards[row.message.card], row.message.attempt
        assert undo_answer(self.user, card_id=card.pk, attempt=attempt, now=self.now).outcome == expected
        self.now += timedelta(minutes=1)

    # answers

    @initialize(past=st.lists(st.tuples(some_card, some_quality), max_size=8))
    def begin_with_a_past(self, past):
        for card, quality in past:
            self.answer(card, quality, WHEN_DUE, thinks_again=False)

    @rule(
        card=some_card,
        quality=some_quality,
        how=st.sampled_from([NOW, WHEN_DUE, WHEN_DUE, IN_PRACTICE]),
        thinks_again=st.booleans(),
    )
    def answer(self, card, quality, how, thinks_again):
        """Answer a card now, on the day it is due or as practice, and perhaps take the answer back."""
        due_on = self.model.fold(card).due_on
        if how == WHEN_DUE and due_on:
            self.now += timedelta(days=min(3650, max(0, (due_on - self.today).days)))  # the calendar ends in 9999
        self.send(Message(card, self.model.versions[card], uuid4(), quality, how == IN_PRACTICE))
        if thinks_again:
            self.take_back(self.model.newest(self.today))

    @rule(card=some_card, qualities=st.lists(some_quality, min_size=2, max_size=3))
    def answer_and_repeat(self, card, qualities):
        for quality in qualities:
            self.answer(card, quality, NOW, thinks_again=False)

    @precondition(lambda self: self.model.sent)
    @rule(back=some_number, quality=st.none() | some_quality, is_current=st.booleans())
    def send_again(self, back, quality, is_current):
        """A lost reply, a double tap; or a broken client that uses an attempt for something else."""
        old = self.model.sent[-1 - back % len(self.model.sent)]
        version = self.model.versions[old.card] if is_current else old.version
        self.send(replace(old, version=version, quality=old.quality if quality is None else quality))

    @rule(card=some_card, quality=some_quality, distance=st.sampled_from([-1, -2, 1]))
    def answer_another_version(self, card, quality, distance):
        """A page that has been open for too long, or one that nobody was sent."""
        version = max(0, self.model.versions[card] + distance)
        self.send(Message(card, version, uuid4(), quality))

    # undo

    @precondition(lambda self: self.model.newest(self.today))
    @rule(times=st.integers(1, 2))
    def undo_newest(self, times):
        row = self.model.newest(self.today)
        for _ in range(times):
            self.take_back(row)

    @precondition(lambda self: self.model.rows)
    @rule(back=some_number)
    def undo_any(self, back):
        self.take_back(self.model.rows[-1 - back % len(self.model.rows)])

    # time, and dates that others set

    @rule(hours=st.sampled_from([1, 5, 12, 24, 24, 48, 40 * 24]))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule(zone=st.sampled_from(ZONES), card=some_card, quality=some_quality)
    def travel(self, zone, card, quality):
        """Answer, fly to where it may be another day, and answer again."""
        self.answer(card, quality, NOW, thinks_again=False)
        self.zone = zone
        User.objects.filter(pk=self.user_id).update(time_zone=zone)
        self.answer(card, quality, NOW, thinks_again=False)

    @rule(card=some_card, suspended=st.booleans())
    def hide(self, card, suspended):
        """Hide a card or bring it back: a version one higher, and nothing that undo would touch."""
        version = self.model.versions[card]
        assert hide_card(self.user, self.cards[card].pk, version=version, today=self.today, suspended=suspended)
        self.model.suspended[card] = suspended
        self.model.versions[card] += 1

    @rule(days=st.sampled_from([1, 3, 6, 20, 60, None]))
    def set_exam(self, days):
        """Her own exam day comes, moves or goes away; the plan is made anew at once."""
        self.exam_on = self.today + timedelta(days=days) if days else None
        ExamDate.objects.filter(user_id=self.user_id).delete()
        if self.exam_on:
            ExamDate.objects.create(user_id=self.user_id, deck=self.deck, exam_on=self.exam_on)
        self.plan_at_night()

    @rule()
    def plan_at_night(self):
        replan([self.user_id], now=self.now)
        self.see_plan()

    @precondition(lambda self: self.scheduled_cards())
    @rule(
        place=some_number,
        column=st.sampled_from(["plan_on", "revised_on"]),
        days=some_number,
        quality=st.none() | some_quality,
        thinks_again=st.booleans(),
    )
    def plan(self, place, column, days, quality, thinks_again):
        """What an exam plan or a changed card will write; then she answers on that day, or takes an answer back."""
        card = self.scheduled_cards()[place % len(self.scheduled_cards())]
        fold = self.model.fold(card)
        while self._met_today(card, column):
            self.wait(24)  # or undo would have to choose between this date and the one that it brings back
        days_to_come = max(1, (fold.sm2_due_on - self.today).days)
        self._write_plan(card, Plan(column, self.today + timedelta(days=1 + days % days_to_come)))
        if quality is not None:
            self.answer(card, quality, WHEN_DUE, thinks_again)
        elif thinks_again and (newest := self.model.newest(self.today)):
            self.take_back(newest)

    def _met_today(self, card, column):
        """Whether today's answers met a date of this column, which undo would bring back."""
        steps = [step for step in self.model.steps[card] if isinstance(step, Plan) or step.day < self.today]
        wanted = getattr(fold_of(steps), column)
        return wanted is not None and wanted <= self.today == self.model.fold(card).answered_on

    def scheduled_cards(self):
        return [card for card in range(CARDS) if self.model.fold(card).sm2_due_on]

    def _write_plan(self, card, step):
        self.model.steps[card].append(step)
        self.model.versions[card] += 1
        due_on = self.model.fold(card).due_on
        self.state_of(card).update(**{step.column: step.day}, due_on=due_on, version=F("version") + 1)

    # what must hold after every step

    def state_of(self, card: int):
        return CardState.objects.filter(user_id=self.user_id, card=self.cards[card])

    @invariant()
    def state_is_the_fold_of_the_standing_answers(self):
        for card, version in self.model.versions.items():
            state, fold = self.state_of(card).get(), self.model.fold(card)
            expected = vars(fold) | {"due_on": fold.due_on}
            assert {name: getattr(state, name) for name in expected} == expected
            assert (state.version, state.suspended) == (version, self.model.suspended.get(card, False))

    @invariant()
    def log_keeps_every_answer(self):
        columns = ("card_id", "version", "attempt", "quality", "day", "kind")
        logs = ReviewLog.objects.filter(user_id=self.user_id).order_by("pk")
        kept = [(*(getattr(log, name) for name in columns), bool(log.undone_at)) for log in logs]
        assert kept == [self._columns(row.message, row) for row in self.model.rows]

    def _columns(self, sent, row):
        card_id = self.cards[sent.card].pk
        return card_id, sent.version, sent.attempt, sent.quality, row.day, row.kind, row.is_undone

    @invariant()
    def version_is_above_every_logged_one(self):
        for row in self.model.rows:
            assert row.message.version < self.model.versions[row.message.card]


@pytest.mark.timeout(300)
def test_stored_state_is_the_fold_of_the_log(db):
    runs, steps = short_or_long((60, 30), (500, 50))
    wanted = settings(max_examples=runs, stateful_step_count=steps, deadline=None, print_blob=True)
    run_state_machine_as_test(ReviewMachine, settings=wanted)

"""One exam: how many new cards a day, and the last look at each card."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest

from cards.planning.days import FINAL_DAYS, final_days_of
from cards.planning.looks import Look, even_places, has_room, study_days_ago
from cards.planning.words import INITIAL_EASE, ExamPlan, PlanCard
from cards.planning.work import LOOKS, Met, Work

FINAL_DAYS_ALLOWED = (FINAL_DAYS, 8, 12, 20, 40)  # as few as do: more of them only if her minutes are short
LEAD_DAYS = (12, 7, 4, 2)  # study days after the last new card: SM-2's first week and the final days, or less if late
NEW_IN = 4  # one in four of her cards a day may be new while there is time: each comes back about three times
MINUTES_A_DAY = 24 * 60


@dataclass(slots=True)
class Try:
    """One way to meet a number of new cards, and whether it works."""

    new: list[int]  # by study day
    per_day: int
    reviews: list[int]  # of everything
    final: int  # so many final days
    first: int  # index of the first of them that is left
    new_today: int
    rooms: list[int]  # what her minutes leave free on each of the final days
    works: bool


@dataclass(slots=True)
class Exam:
    """One exam of hers while it is planned."""

    work: Work
    exam_on: date
    met: list[Met]
    unmet: list[PlanCard]  # core first
    introduced: int  # of its cards, today
    end: int = field(init=False)  # how many study days are left
    paths: list[tuple[list[int], int]] = field(init=False)  # of a card that is met on each of them
    last_days: list[date] = field(init=False)  # before the exam, those that have passed too
    looks: list[Look] = field(init=False)  # the last so far at each card that is met
    new_looks: list[Look] = field(init=False)  # the last that SM-2 asks for at a card that is met on each of those days
    needs: dict[int, list[int]] = field(init=False)  # of the cards met, by number of final days
    finals: list[int] = field(init=False)

    def __post_init__(self) -> None:
        calendar = self.work.calendar
        self.end = calendar.before(self.exam_on)
        self.paths = [calendar.path(0, 0, INITIAL_EASE, offset, self.end) for offset in calendar.offsets[: self.end]]
        self.last_days = final_days_of(self.exam_on, calendar.free_days, FINAL_DAYS_ALLOWED[-1])
        self.looks = [self.look_at(met) for met in self.met]
        self.finals = list(FINAL_DAYS_ALLOWED[: 1 + sum(count < self.end for count in FINAL_DAYS_ALLOWED)])
        self.new_looks = [self.new_look(looks, interval) for looks, interval in self.paths]
        self.needs = {final: _needs(((look, 1) for look in self.looks), final) for final in self.finals}

    def look_at(self, met: Met) -> Look:
        ago = study_days_ago(met.last, self.last_days)
        return Look(met.interval, met.card.ease, met.card.card_id, ago, met.is_waiting, met.is_barely)

    def new_look(self, looks: list[int], interval: int) -> Look:
        ago = self.end - looks[-1]
        return Look(interval, INITIAL_EASE, -1, ago, is_waiting=False, is_barely=len(looks) < LOOKS and ago > 1)

    def leads(self) -> list[int]:
        return [lead for lead in LEAD_DAYS if lead < self.end] or [self.end - 1]

    def attempt(self, count: int, lead: int, final: int, limits: list[int]) -> Try:
        """Meet `count` new cards until `lead` days before the exam, see all again in `final` days."""
        work, days = self.work, self.end - lead
        done = self.introduced if work.calendar.starts_today else 0
        new = _spread(count + done, days)
        per_day = new[0]
        new[0] = max(0, per_day - done)
        reviews = self.with_new(new)
        fresh = [a + b for a, b in zip_longest(work.new, new, fillvalue=0)]
        asked, begun, left = work.spill(reviews, fresh, limits)
        first = max(0, self.end - final)
        rooms = [limits[at] - asked[at] - begun[at] for at in range(first, self.end)]
        needs = [
            a + b for a, b in zip(self.needs[final], _needs(zip(self.new_looks, new, strict=False), final), strict=True)
        ]
        works = has_room(needs, rooms) and not any(left[at] for at in (*work.deadlines, days - 1, self.end - 1))
        new_today = begun[0] - work.new_today if work.calendar.starts_today else 0
        return Try(new, per_day, reviews, final, first, new_today, rooms, works)

    def with_new(self, new: list[int]) -> list[int]:
        """The reviews by day when those of new cards are added."""
        reviews = self.work.reviews[:]
        for number, (looks, _) in zip(new, self.paths, strict=False):
            for at in looks[1:]:
                reviews[at] += number
        return reviews

    def best(self, count: int, limits: list[int]) -> Try | None:
        """The first way that works: as few final days as can be, no more new cards a day than is gentle."""
        for final in self.finals:
            working = None
            for lead in self.leads():
                tried = self.attempt(count, lead, final, limits)
                working = tried if tried.works else working
                if tried.works and tried.per_day * NEW_IN <= limits[-1]:
                    break
            if working:
                return working
        return None

    def most(self, limits: list[int]) -> tuple[int, Try]:
        """How many of the new cards can be met, and how; none if not even those met can all be seen again."""
        least, beyond = -1, len(self.unmet) + 1
        middle, found = len(self.unmet), None
        while least + 1 < beyond:
            if tried := self.best(middle, limits):
                least, found = middle, tried
            else:
                beyond = middle
            middle = (least + beyond) // 2
        return max(0, least), found or self.attempt(0, self.leads()[-1], max(self.finals), limits)

    def minutes_needed(self) -> int:
        """The fewest minutes a day that do for every card; 0 if it is days that are too few."""
        if self.new_are_seen_on < LOOKS:
            return 0
        least, enough = self.work.minutes_a_day, MINUTES_A_DAY
        while least + 1 < enough:
            middle = (least + enough) // 2
            if self.best(len(self.unmet), self.work.limits(middle)):
                enough = middle
            else:
                least = middle
        return enough

    def plan(self, plan_on: dict[int, date | None]) -> ExamPlan:
        """Adds what this exam asks for to the work and to `plan_on`."""
        work = self.work
        if not self.end:
            return self.report()
        count, tried = self.most(work.limits(work.minutes_a_day))
        fits = tried.works and count == len(self.unmet) and self.new_are_seen_on == LOOKS
        minutes = work.minutes_a_day if fits else self.minutes_needed()
        work.reviews = tried.reviews
        work.new = [a + b for a, b in zip_longest(work.new, tried.new, fillvalue=0)]
        work.new_today += tried.new_today
        work.deadlines += [self.end - 1] * tried.works
        unseen = self.place_looks(tried, plan_on) + self.seen_on_one_day(count)
        return self.report(count, tried, unseen=unseen, fits=fits, minutes=minutes)

    @property
    def new_are_seen_on(self) -> int:
        """So many days, at least, for cards that are still new or were this morning."""
        return min(LOOKS, self.end) if self.unmet or self.introduced else LOOKS

    def seen_on_one_day(self, new: int) -> int:
        """How many of the new cards, and of those met today, get no look after the day they are met."""
        done = self.introduced if self.work.calendar.starts_today else 0
        return new + done if self.end == 1 else 0

    def place_looks(self, tried: Try, plan_on: dict[int, date | None]) -> int:
        """Give every card its last look, weakest latest and evenly; returns for how many there is no room."""
        for look, number in zip(self.new_looks, tried.new, strict=False):
            self.looks += [replace(look) for _ in range(number)]
        bound = [look for look in self.looks if 0 < look.within(tried.final) < tried.final]
        bound.sort(key=lambda look: (look.ago, look.strength))  # those with the fewest days to choose from first
        unseen = self.place_where_free(bound, [look.within(tried.final) for look in bound], plan_on)
        wanted = [look for look in self.looks if look.ago > tried.final]
        wanted.sort(key=lambda look: look.strength, reverse=True)
        places = even_places(self.work.rooms()[tried.first : self.end], len(wanted))
        beyond = len(wanted) - len(places)
        for place, look in zip(places, wanted[beyond:], strict=True):
            self.place(look, tried.first + place, plan_on)
        return unseen + beyond

    def place_second_looks(self, plan_on: dict[int, date | None]) -> None:
        """Cards too weak to be left alone since their last look are seen once more, as far as her minutes allow."""
        weak = sorted((look for look in self.looks if look.ago > look.holds), key=lambda look: look.strength)
        self.place_where_free(weak, [look.holds for look in weak], plan_on)

    def place_where_free(self, looks: list[Look], within: list[int], plan_on: dict[int, date | None]) -> int:
        """Give each a look on the emptiest of so many last study days; returns for how many there is no room."""
        rooms, unseen = self.work.rooms(), 0
        for look, count in zip(looks, within, strict=True):
            days = range(self.end - 1, max(-1, self.end - 1 - count), -1)
            at = max(days, key=rooms.__getitem__, default=None)  # none if no study day is left
            if at is not None and rooms[at] > 0:
                rooms[at] -= 1
                self.place(look, at, plan_on)
            else:
                unseen += 1
        return unseen

    def place(self, look: Look, at: int, plan_on: dict[int, date | None]) -> None:
        self.work.reviews[at] += 1
        if look.is_waiting:
            plan_on[look.card_id] = self.work.calendar.study[at]
        look.is_waiting = look.is_barely = False
        look.ago = self.end - at

    def report(
        self, count: int = 0, tried: Try | None = None, *, unseen: int = 0, fits: bool = False, minutes: int = 0
    ) -> ExamPlan:
        calendar = self.work.calendar
        days = [at for at, number in enumerate(tried.new if tried else []) if number]
        return ExamPlan(
            exam_on=self.exam_on,
            of=len(self.met) + len(self.unmet),
            meets=len(self.met) + count,
            chosen=tuple(card.card_id for card in self.unmet[:count]),
            new_today=self.introduced + (tried.new_today if tried else 0),
            new_per_day=tried.per_day if tried and count else 0,
            new_from=calendar.study[days[0]] if days else None,
            new_until=calendar.study[days[-1]] if days else None,
            final_from=calendar.study[tried.first] if tried else None,
            final_days=len(tried.rooms) if tried else 0,
            unseen=unseen,
            looks=self.new_are_seen_on,
            fits=fits or not (self.met or self.unmet),
            minutes_needed=minutes,
        )


def _spread(count: int, days: int) -> list[int]:
    """So many new cards on each day, rounded up again each day, as the plans of the days to come will do."""
    new = []
    for left in range(days, 0, -1):
        new.append(-(-count // left))
        count -= new[-1]
    return new


def _needs(looks: Iterable[tuple[Look, int]], final: int) -> list[int]:
    """How many need one more look, by within how many last study days."""
    needs = [0] * (final + 1)
    for look, count in looks:
        needs[look.within(final)] += count
    return needs

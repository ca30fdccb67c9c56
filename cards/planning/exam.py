"""One exam: how many new cards a day, and the last look at each card."""

from collections import Counter
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import product

from cards.planning.days import FINAL_DAYS, final_days_of
from cards.planning.looks import Look, even_places, has_room, study_days_ago
from cards.planning.spread import EAGER, SHARES, a_day, at_once, cut, leads, shared, usual_lead
from cards.planning.tries import Try, go_through, late_on
from cards.planning.words import INITIAL_EASE, ExamPlan, PlanCard
from cards.planning.work import LOOKS, Met, Work

FINAL_DAYS_ALLOWED = (FINAL_DAYS, 8, 12, 20, 40)  # as few as do: more of them only if her minutes are short


@dataclass(slots=True)
class Exam:
    """One exam of hers while it is planned."""

    work: Work
    exam_on: date
    met: list[Met]
    unmet: list[PlanCard]  # core first
    asked_again: list[int]  # reviews of cards that she has met today, which were not there when the day began
    closed: int = 0  # more that will come until then
    introduced: int = field(init=False)  # of its cards, today
    pace: int = field(init=False)  # so many new cards she had on the last day before today that had any
    longest_lead: int = field(init=False)
    end: int = field(init=False)  # how many study days are left
    follow: list[list[int]] = field(init=False)  # when a card that is met on each of them is asked again
    last_days: list[date] = field(init=False)  # before the exam, those that have passed too
    looks: list[Look] = field(init=False)  # the last so far at each card that is met
    new_looks: list[Look] = field(init=False)  # the last that SM-2 asks for at a card that is met on each of those days
    needs: dict[int, list[int]] = field(init=False)  # of the cards met, by number of final days
    new_within: dict[int, list[int]] = field(init=False)  # of a card that is met on each of those days
    on_the_eve: int = field(init=False)  # cards that are seen on the last day in any case
    finals: list[int] = field(init=False)
    tried: Try | None = field(default=None, init=False)  # what was chosen
    works: bool = field(default=False, init=False)
    late_at: dict[int, int] = field(default_factory=dict, init=False)  # reviews left over on eves, whatever comes
    unseen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        calendar = self.work.calendar
        begun = Counter(met.card.introduced_on for met in self.met if met.card.introduced_on)
        self.introduced = begun.pop(calendar.today, 0)
        self.pace = begun[max(begun)] if begun else 0
        self.end = calendar.before(self.exam_on)
        self.longest_lead = usual_lead((self.exam_on - min(begun, default=calendar.today)).days)
        days = calendar.offsets[: self.end]
        paths = [calendar.path(0, 0, INITIAL_EASE, offset, self.end) for offset in days]
        whole = len(calendar.study)
        longer = [calendar.path(0, 0, INITIAL_EASE, offset, whole) for offset in days] if self.end < whole else paths
        self.follow = [looks[1:] for looks, _ in longer]
        self.last_days = final_days_of(self.exam_on, calendar.free_days, FINAL_DAYS_ALLOWED[-1])
        self.looks = [self.look_at(met) for met in self.met]
        self.on_the_eve = sum(look.ago == 1 for look in self.looks)
        self.finals = list(FINAL_DAYS_ALLOWED)
        self.new_looks = [self.new_look(looks, interval) for looks, interval in paths]
        self.needs = {final: _counts([look.within(final) for look in self.looks], final) for final in self.finals}
        self.new_within = {final: [look.within(final) for look in self.new_looks] for final in self.finals}

    def look_at(self, met: Met) -> Look:
        ago = study_days_ago(met.last, self.last_days)
        return Look(met.interval, met.card.ease, met.card.card_id, ago, met.is_waiting, met.is_barely, met.is_in_doubt)

    def new_look(self, looks: list[int], interval: int) -> Look:
        ago = self.end - looks[-1]
        return Look(interval, INITIAL_EASE, -1, ago, is_waiting=False, is_barely=len(looks) < LOOKS and ago > 1)

    @property
    def done(self) -> int:
        """New cards that today’s number counts already."""
        return self.introduced if self.work.calendar.starts_today else 0

    def leads(self, count: int) -> list[int]:
        expected = count + self.closed + self.done
        return leads(self.end, count=expected, pace=self.pace, longest=self.longest_lead)

    def ways(self, count: int, share: int) -> list[int]:
        """For a share, how long before the exam new cards may come; else on which day to begin."""
        if share != EAGER:
            return self.leads(count)
        days, leads = {0, self.work.border}, self.leads(count)
        if count < self.end:  # or else all begin on the first day, for whatever lead
            days.update(self.end - lead - 1 for lead in leads)
        return [on for on in sorted(days) if on < self.end - leads[-1]]

    def wish(self, count: int, share: int, way: int) -> list[int]:
        """So many new cards over the days; her minutes may put some off."""
        if share == EAGER:
            return at_once(count, self.end - self.leads(count)[-1], way)
        border, days, expected = self.work.border, self.end - way, count + self.closed
        first, *rest = cut(shared(expected + self.done, days, border=border, share=share), count + self.done)
        if first >= self.done:
            return [first - self.done, *rest]
        return [0, *cut(shared(expected, days - 1, border=border - 1, share=share), count)]  # she met more than planned

    def attempt(self, count: int, share: int, way: int, limits: list[int]) -> Try | None:
        """What comes of it, if it is in time and has room for the last looks in as many final days as may be."""
        tried = go_through(self.work, self.wish(count, share, way), self.follow, limits, self.late_at)
        return tried if tried and self.has_room(tried, self.finals[-1]) else None

    def has_room(self, tried: Try, final: int) -> bool:
        """Whether all can be seen again in so many final days."""
        needs = self.needs[final][:]
        for within, number in zip(self.new_within[final], tried.new, strict=False):
            needs[within] += number
        return has_room(needs, tried.rooms)

    def best(self, count: int, limits: list[int]) -> Try | None:
        """The first way that works: as few final days as can be, no fewer new cards before an earlier exam than need
        be, and the best lead."""
        if count > self.at_most(limits):
            return None
        attempt = cache(lambda share, way: self.attempt(count, share, way, limits))
        shares = (*range(SHARES, -1, -1), EAGER) if self.work.deadlines else (SHARES, EAGER)
        for final, share in product(self.finals, shares):
            for way in self.ways(count, share):
                tried = attempt(share, way)
                if tried and self.has_room(tried, final):
                    return replace(tried, final=final)
        return None

    def at_most(self, limits: list[int]) -> int:
        """So many new cards there is time for if nothing goes to waste; no way need be tried for more."""
        end, work = self.end, self.work
        asked = sum(work.reviews[:end]) - self.late_at[end - 1] + sum(sum(new) for new, _, _ in work.new)
        return (sum(limits[:end]) - asked) // min(LOOKS, end)

    def most(self, limits: list[int]) -> Try | None:
        """As many of the new cards as can be met; None if not even those met can all be seen again."""
        least, beyond = -1, min(len(self.unmet), max(0, self.at_most(limits))) + 1
        middle, found = beyond - 1, None
        while least + 1 < beyond:
            if tried := self.best(middle, limits):
                least, found = middle, tried
            else:
                beyond = middle
            middle = (least + beyond) // 2
        return found

    def plan(self, plan_on: dict[int, date | None]) -> None:
        """Adds what this exam asks for to the work and to `plan_on`."""
        limits = self.start()
        if self.end:
            self.take(self.most(limits), plan_on)
        else:
            self.work.new.append(([], 0, 0))

    def fits_in_work(self, *, is_last: bool) -> bool:
        """Whether all of it fits; if so it is added to the work, unless nothing comes after it."""
        limits = self.start()
        if not self.end or self.new_are_seen_on < LOOKS:
            return self.fits
        if tried := self.best(len(self.unmet), limits):
            if is_last:
                return not self.missed
            self.looks = [self.look_at(met) for met in self.met]
            self.take(tried, {})
        return self.fits

    def start(self) -> list[int]:
        work = self.work
        work.reviews = [a + b for a, b in zip(work.reviews, self.asked_again, strict=True)]
        if any(self.asked_again):
            work.note_late()
        limits = work.limits(work.minutes_a_day)
        self.late_at = {eve: late_on(eve, work.reviews, limits) for eve in (*work.deadlines, self.end - 1)}
        return limits

    def take(self, tried: Try | None, plan_on: dict[int, date | None]) -> None:
        work, self.works = self.work, tried is not None
        final = next((final for final in FINAL_DAYS_ALLOWED if final >= self.end), FINAL_DAYS_ALLOWED[-1])
        self.tried = tried or Try([0] * self.end, self.end - 1, work.reviews, [], final)
        work.reviews = self.tried.reviews
        work.new.append((self.tried.new, self.tried.last, 0))
        if self.works:
            work.deadlines.append(self.end - 1)
        self.unseen = self.missed + self.place_looks(self.tried, plan_on) + self.seen_on_one_day(self.tried.count)

    @property
    def missed(self) -> int:
        """Cards that SM-2 asks on the last day, when there is not time for all that it asks."""
        return min(self.late_at[self.end - 1], self.on_the_eve)

    def on(self, work: Work) -> "Exam":
        """The same exam, not planned yet, beside other work."""
        other = copy(self)
        other.work, other.tried, other.works, other.unseen = work, None, False, 0
        return other

    @property
    def fits(self) -> bool:
        if not (self.met or self.unmet):
            return True
        is_all = self.tried is not None and self.tried.count == len(self.unmet)
        return self.works and is_all and not self.unseen and self.new_are_seen_on == LOOKS

    @property
    def new_are_seen_on(self) -> int:
        """So many days, at least, for cards that are still new or were this morning."""
        return min(LOOKS, self.end) if self.unmet or self.introduced else LOOKS

    def seen_on_one_day(self, new: int) -> int:
        """How many of the new cards, and of those met today, get no look after the day they are met."""
        return new + self.done if self.end == 1 else 0

    def place_looks(self, tried: Try, plan_on: dict[int, date | None]) -> int:
        """Give every card its last look, weakest latest and evenly; returns for how many there is no room."""
        for look, number in zip(self.new_looks, tried.new, strict=False):
            self.looks += [replace(look) for _ in range(number)]
        bound = [look for look in self.looks if 0 < look.within(tried.final) < tried.final]
        bound.sort(key=lambda look: (look.ago, look.strength))  # those with the fewest days to choose from first
        unseen = self.place_where_free(bound, [look.within(tried.final) for look in bound], plan_on)
        wanted = [look for look in self.looks if look.ago > tried.final]
        wanted.sort(key=lambda look: look.strength, reverse=True)
        places = even_places(self.work.load()[2][tried.first : self.end], len(wanted)) if wanted else []
        beyond = len(wanted) - len(places)
        for place, look in zip(places, wanted[beyond:], strict=True):
            self.place(look, tried.first + place, plan_on)
        return unseen + beyond

    def place_second_looks(self, plan_on: dict[int, date | None]) -> None:
        """Cards too weak to be left alone since their last look are seen once more, as far as her minutes allow."""
        weak = [look for look in self.looks if look.again_within]
        weak.sort(key=lambda look: (not look.is_in_doubt, look.strength))
        self.place_where_free(weak, [look.again_within for look in weak], plan_on)

    def place_where_free(self, looks: list[Look], within: list[int], plan_on: dict[int, date | None]) -> int:
        """Give each a look on the emptiest of so many last study days; returns for how many there is no room."""
        rooms, unseen = self.work.load()[2] if looks else [], 0
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
        look.is_waiting = look.is_barely = look.is_in_doubt = False
        look.ago = self.end - at

    def report(self, begun: list[int]) -> ExamPlan:
        """What will be: `begun` of its new cards on each day."""
        tried, calendar = self.tried, self.work.calendar
        new_today = self.introduced + sum(begun[:1]) * calendar.starts_today
        count = sum(begun)
        begun = [begun[0] + self.done, *begun[1:]] if count else []
        days = [calendar.study[at] for at, number in enumerate(begun) if number]
        return ExamPlan(
            exam_on=self.exam_on,
            of=len(self.met) + len(self.unmet),
            meets=len(self.met) + count,
            chosen=tuple(card.card_id for card in self.unmet[:count]),
            new_today=new_today,
            new_per_day=a_day(begun),
            new_from=days[0] if days else None,
            new_until=days[-1] if days else None,
            final_from=calendar.study[tried.first] if tried else None,
            final_days=max([self.end - tried.first, *(look.ago for look in self.looks if look.ago <= tried.final)])
            if tried
            else 0,
            unseen=self.unseen,
            looks=self.new_are_seen_on,
            fits=self.fits,
            minutes_needed=self.work.minutes_a_day if self.fits else 0,
        )


def _counts(within: list[int], final: int) -> list[int]:
    """How many need one more look, by within how many last study days."""
    needs = [0] * (final + 1)
    for count in within:
        needs[count] += 1
    return needs

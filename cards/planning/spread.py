"""New cards over study days: evenly, or fewer of them before the day of an earlier exam."""

from dataclasses import dataclass

SHARES = 4  # in quarters of the even number, so many of a later exam’s new cards may come before an earlier exam
LONGEST_LEAD = 12  # SM-2’s first week and the final days
SHORTEST_LEAD = 2  # for the second look at the last new cards, and the third
EAGER = -1  # no share: as soon as her minutes allow, when they are too few for an even spread


def usual_lead(days: int) -> int:
    """Study days that are left for reviews after the last new card, of so many until the exam."""
    return min(days - 1, max(SHORTEST_LEAD, min(LONGEST_LEAD, days * 2 // 5)))


def leads(days: int, *, count: int, pace: int, longest: int) -> list[int]:
    """The best first. So many new cards a day as she had last, her `pace`, if that leaves at least the usual time:
    then what was promised stays as it is, though the days get fewer. Shorter ones are for short minutes."""
    least = usual_lead(days)
    kept = days - -(-count // pace) if pace else least
    shorter = (least * thirds // 3 for thirds in (3, 2, 1))
    shortest = min(SHORTEST_LEAD, days - 1)
    found = {max(least, min(kept, longest, days - 1)), *(max(lead, shortest) for lead in shorter), shortest}
    return sorted(found, reverse=True)


def spread(count: int, days: int) -> list[int]:
    """So many new cards on each day, rounded up again each day, as the plans of the days to come will do."""
    new = []
    for left in range(days, 0, -1):
        new.append(-(-count // left))
        count -= new[-1]
    return new


def shared(count: int, days: int, *, border: int, share: int) -> list[int]:
    """Before day `border` only `share` quarters of what an even spread has there, the rest evenly after it."""
    even = spread(count, days)
    if share == SHARES or not 0 < border < days:
        return even
    before = sum(even[:border]) * share // SHARES
    return spread(before, border) + spread(count - before, days - border)


def at_once(count: int, days: int, on: int) -> list[int]:
    """All on one day, so that her minutes alone put them off."""
    return [count if at == on else 0 for at in range(days)]


def cut(new: list[int], count: int) -> list[int]:
    """Only the first so many of them."""
    kept = []
    for number in new:
        kept.append(min(number, count))
        count -= kept[-1]
    return kept


def a_day(counts: list[int]) -> int:
    """On a usual day from the first to the last that has any; the mean where there is no usual one."""
    some = [at for at, count in enumerate(counts) if count]
    if not some:
        return 0
    days = some[-1] - some[0] + 1
    usual, total = sorted(counts[at] for at in some)[len(some) // 2], sum(counts)
    is_usual = abs(usual * days - total) < days or -(-total // usual) == days  # the rest on the last of them
    return usual if is_usual else -(-total // days)


@dataclass(slots=True)
class Queue:
    """New cards of an exam that wait for room, until the last day for them."""

    new: list[int]  # of each day
    last: int
    may_be_late: int = 0  # so many wait on that day whatever comes
    waiting: int = 0

    def begin(self, at: int, room: int) -> int:
        """How many are met on that day."""
        if at < len(self.new):
            self.waiting += self.new[at]
        begun = self.waiting if self.waiting < room else room
        self.waiting -= begun
        return begun

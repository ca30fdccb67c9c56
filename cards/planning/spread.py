"""New cards over study days: evenly, or fewer of them before the day of an earlier exam."""

from dataclasses import dataclass

SHARES = 4  # in quarters of the even number, so many of a later exam’s new cards may come before an earlier exam
EAGER = -1  # no share: as soon as her minutes allow, when they are too few for an even spread


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


def usual(counts: list[int]) -> int:
    """On a usual one of the days that have any."""
    some = sorted(filter(None, counts))
    return some[len(some) // 2] if some else 0


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

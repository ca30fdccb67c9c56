"""A way to meet new cards before an exam, gone through day by day."""

from dataclasses import dataclass

from cards.planning.spread import Queue
from cards.planning.work import Work


@dataclass(slots=True)
class Try:
    """A way that is in time: new cards put off no review beyond an exam, and none is left on the last day for them."""

    new: list[int]  # that are met on each of its study days
    last: int  # the last day for them
    reviews: list[int]  # of everything
    rooms: list[int]  # what her minutes leave free on each of its study days
    final: int = 0  # so many final days, if they have room for all last looks

    @property
    def count(self) -> int:
        return sum(self.new)

    @property
    def first(self) -> int:
        """The index of the first final day that is left."""
        return max(0, len(self.new) - self.final)


def go_through(
    work: Work, wished: list[int], follow: list[list[int]], limits: list[int], late_at: dict[int, int]
) -> Try | None:
    """Her minutes put new cards off, and so the reviews that follow; None if they cannot be in time.

    `wished` are the new cards of each day, `follow` the days on which one that is met on each of them is asked again,
    `late_at` how many reviews are late on the eve of an exam in any case.
    """
    last, end = len(wished) - 1, len(follow)
    tried, late = Try([], last, work.reviews[:], []), 0
    queues = [*(Queue(*new) for new in work.new if any(new[0])), Queue(wished, last)]
    for at, limit in enumerate(limits[:end]):
        late += tried.reviews[at]
        room = limit - late if late < limit else 0
        late -= limit - room
        if late > late_at.get(at, late):
            return None
        for queue in queues:
            begun = queue.begin(at, room)
            room -= begun
            if at == queue.last and queue.waiting > queue.may_be_late:
                return None
        tried.new.append(begun)
        tried.rooms.append(room)
        for look in follow[at] if begun else ():
            tried.reviews[look] += begun
    return tried


def late_on(last: int, reviews: list[int], limits: list[int]) -> int:
    """How many reviews are left over on that day if nothing new comes."""
    late = 0
    for due, limit in zip(reviews[: last + 1], limits, strict=False):
        late = max(0, late + due - limit)
    return late

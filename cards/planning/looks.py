"""Last looks: for how long a card can be left alone before an exam, and how looks are spread over the final days."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

YOUNG, MATURE = 7, 21
HOLDS = (2, 3, 5)  # study days before the exam on which a look is late enough: for weak, young and mature cards


@dataclass(slots=True)
class Look:
    """A card before an exam: how strong it is, and how many study days before the exam it is seen."""

    interval: int
    ease: int
    card_id: int
    ago: int  # 1 is the last study day
    is_waiting: bool  # SM-2 asks it no more: now is the time to say when it is to be seen
    is_barely: bool = False  # seen on fewer than three days
    is_in_doubt: bool = False  # perhaps so: it is seen once more if there is room

    def within(self, final: int) -> int:
        """Within so many last study days one more look is needed, if all are to have theirs in `final`; 0 if none."""
        if self.ago > final:
            return final
        return self.ago - 1 if self.is_barely else 0

    @property
    def again_within(self) -> int:
        """Within so many last study days it is seen once more if there is room; 0 if it can be left alone."""
        if self.is_in_doubt:
            return min(HOLDS[-1], self.ago - 1)
        return self.holds if self.ago > self.holds else 0

    @property
    def holds(self) -> int:
        return holds(self.interval)

    @property
    def strength(self) -> tuple[int, int, int]:
        return self.interval, self.ease, self.card_id


def holds(interval: int) -> int:
    return HOLDS[(interval >= YOUNG) + (interval >= MATURE)]


def study_days_ago(day: date | None, last_days: list[date]) -> int:
    """On which day before the exam it is, of its last study days; 1 is the very last."""
    return len(last_days) - bisect_left(last_days, day) if day and last_days and day >= last_days[0] else 999


def has_room(needs: list[int], rooms: list[int]) -> bool:
    """Whether looks, counted by within how many last days they are needed, have room on them; each day holds some."""
    wanted = room = 0
    for within, count in enumerate(needs[1:], 1):
        wanted += count
        room += rooms[-within] if within <= len(rooms) else 0
        if wanted > room:
            return False
    return True


def even_places(rooms: list[int], count: int) -> list[int]:
    """The index of a day for each of at most `count` looks, in order, so that the fullest day is as empty as can be."""
    free = next((free for free in range(max(rooms), 0, -1) if _room(rooms, free) >= count), 0)
    slots = [max(0, room - free) for room in rooms]
    spare = max(0, sum(slots) - count)
    for at in range(len(slots)):  # the later, the better it is remembered
        lighter = min(spare, slots[at], 1)
        slots[at] -= lighter
        spare -= lighter
    return [at for at, slot in enumerate(slots) for _ in range(slot)]


def _room(rooms: list[int], free: int) -> int:
    """How many looks there is room for when each day keeps `free` places."""
    return sum(max(0, room - free) for room in rooms)

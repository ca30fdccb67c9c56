"""Computes: the SM-2 algorithm as published (Wozniak 1990), values in, values out."""

from dataclasses import dataclass

INITIAL_EASE = 250
MINIMUM_EASE = 130
FIRST_INTERVAL = 1
SECOND_INTERVAL = 6
MAXIMUM_INTERVAL = 36_500
PASS = 3
EASE_CHANGE = (-80, -54, -32, -14, 0, 10)  # for quality 0 to 5


@dataclass(frozen=True, slots=True)
class Memory:
    """What SM-2 remembers of one card.

    `repetitions` are passes in a row, `interval` is whole days to the next review, `ease` is the
    E-Factor in hundredths: floats give wrong intervals (with 0, 0, 5, 5, 3 the last would be 10, not 9).
    """

    repetitions: int
    interval: int
    ease: int


NEW = Memory(repetitions=0, interval=0, ease=INITIAL_EASE)


def schedule(memory: Memory, quality: int) -> Memory:
    """The memory after an answer of `quality` 0 to 5; raises ValueError for any other quality."""
    if quality not in range(6):
        raise ValueError(f"quality must be 0 to 5, not {quality!r}")
    ease = max(MINIMUM_EASE, memory.ease + EASE_CHANGE[quality])
    if quality < PASS:
        return Memory(0, FIRST_INTERVAL, ease)
    return Memory(memory.repetitions + 1, _next_interval(memory), ease)


def _next_interval(memory: Memory) -> int:
    if memory.repetitions == 0:
        return FIRST_INTERVAL
    if memory.repetitions == 1:
        return SECOND_INTERVAL
    # The ease before this answer, rounded up: the published step and SuperMemo's own code.
    exact_hundredths = memory.interval * memory.ease
    return min(MAXIMUM_INTERVAL, -(-exact_hundredths // 100))

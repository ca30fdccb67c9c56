"""Pictures as numbers: where bars stand and how long they are, for SVG without a script or a style."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEIGHT = 1000  # of a chart, and the length of a full row; whole numbers, since a decimal comma would break the SVG
LOWEST = 10  # a bar that is not empty can be seen
PITCH = 10  # from bar to bar
WIDTH = 8
FEW = 20


@dataclass(frozen=True, slots=True)
class Chart:
    """Upright bars over an axis with three labels, or one for each; their parts are SVG paths."""

    lower: str
    upper: str
    width: int
    top: int
    axis: list[str]
    each: bool  # whether each bar has its label

    @property
    def middle(self) -> int:
        return self.top // 2


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table with a bar that lies in it."""

    label: str
    count: int
    percent: int
    length: int


def chart(labels: Sequence[str], lower: Sequence[int], upper: Sequence[int] = (), *, each: bool = False) -> Chart:
    """One bar for each label; `upper` is stacked on `lower`."""
    shown = range(len(labels)) if each else _three_of(len(labels))
    upper = upper or [0] * len(lower)
    top = round_top(max(map(sum, zip(lower, upper, strict=True))))
    feet = [_share(count, top) for count in lower]
    return Chart(
        lower=_path([0] * len(feet), feet),
        upper=_path(feet, [_share(count, top) for count in upper]),
        width=PITCH * len(labels),
        top=top,
        axis=[labels[place] for place in shown],
        each=each,
    )


def _three_of(count: int) -> list[int]:
    """The first, the middle and the last; a few bars of an even number have none that stands in the middle."""
    has_middle = count % 2 or count > FEW
    return sorted({0, count - 1, *([(count - 1) // 2] if has_middle else [])})


def _share(count: int, top: int) -> int:
    return max(LOWEST, HEIGHT * count // top) if count else 0


def _path(feet: Sequence[int], heights: Sequence[int]) -> str:
    """A rectangle for each height, standing on its foot."""
    return "".join(
        f"M{PITCH * place + 1} {HEIGHT - foot}v-{height}h{WIDTH}v{height}z"
        for place, (foot, height) in enumerate(zip(feet, heights, strict=True))
        if height
    )


def round_top(most: int) -> int:
    """The even round number that the tallest bar is measured against: 2, 4, 10, 20, 40, 100 and so on."""
    unit = 1
    while most > 10 * unit:
        unit *= 10
    return next(step * unit for step in (2, 4, 6, 8, 10) if most <= step * unit)


def rows(labels: Iterable[str], counts: Sequence[int]) -> list[Row]:
    """Lines of a table, with shares of the whole in per cent and bars measured against the longest."""
    most, whole = max(counts) or 1, sum(counts) or 1
    return [
        Row(label, count, (200 * count + whole) // (2 * whole), HEIGHT * count // most)
        for label, count in zip(labels, counts, strict=True)
    ]

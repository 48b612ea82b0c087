"""Where the marks of a chart go; templates/charts.html draws them as SVG that is read aloud, too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

#: steps between two marks of an axis, times a power of ten
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of points (x, y), x rising."""

    label: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place of the plot: percent from the left or the top, and what is written there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a line, in percent from the left and from the top, with its numbers."""

    x: float
    y: float
    x_text: str
    y_text: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line as it is drawn."""

    label: str
    dots: Sequence[Dot]

    @property
    def points(self) -> str:
        """As a polyline takes them."""
        return " ".join(f"{dot.x:.2f},{dot.y:.2f}" for dot in self.dots)


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart, ready to be drawn."""

    title: str
    #: what it shows, in words
    description: str
    x_label: str
    y_label: str
    x_marks: Sequence[Mark]
    y_marks: Sequence[Mark]
    paths: Sequence[Path]


def line_chart(
    title: str,
    description: str,
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    x_text: Callable[[float], str] = "{:g}".format,
    y_text: Callable[[float], str] = "{:g}".format,
    x_least: float | None = 0.0,
) -> Chart | None:
    """None where no line has two points. The upright axis need not begin at zero; the other one begins at `x_least`
    (None: at the first point)."""
    drawn = [line for line in lines if len(line.points) > 1]
    if not drawn:
        return None
    points = [point for line in drawn for point in line.points]
    x_axis = _axis(min(x for x, _ in points) if x_least is None else x_least, max(x for x, _ in points))
    y_axis = _axis(min(y for _, y in points), max(y for _, y in points))

    def dot(x: float, y: float) -> Dot:
        return Dot(_share(x, x_axis), 100 - _share(y, y_axis), x_text(x), y_text(y))

    return Chart(
        title=title,
        description=description,
        x_label=x_label,
        y_label=y_label,
        x_marks=[Mark(_share(x, x_axis), f"{x:g}") for x in x_axis],
        y_marks=[Mark(100 - _share(y, y_axis), f"{y:g}") for y in y_axis],
        paths=[Path(line.label, [dot(x, y) for x, y in line.points]) for line in drawn],
    )


def bare(points: Sequence[tuple[float, float]], least_height: float = 0.0) -> str:
    """A line without axes that fills its place, as a polyline takes it; "" for fewer than two points.

    A line that rises and falls by less than `least_height` stays as flat as it is, in the middle.
    """
    if len(points) < 2:
        return ""
    least_x, most_x = points[0][0], points[-1][0]
    least_y, most_y = min(y for _, y in points), max(y for _, y in points)
    width, height = (most_x - least_x) or 1.0, max(most_y - least_y, least_height) or 1.0
    top = (most_y + least_y + height) / 2
    return " ".join(f"{100 * (x - least_x) / width:.2f},{100 * (top - y) / height:.2f}" for x, y in points)


def _axis(least: float, most: float) -> list[float]:
    """Round numbers from below the least to above the most, about five of them."""
    span = (most - least) or abs(most) or 1.0
    power: float = 10.0 ** floor(log10(span / 5))
    step = next(each * power for each in _STEPS if span / (each * power) <= 5)
    first, last = floor(least / step + 1e-9), max(ceil(most / step - 1e-9), floor(least / step + 1e-9) + 1)
    return [round(place * step, 12) for place in range(first, last + 1)]


def _share(value: float, axis: Sequence[float]) -> float:
    return 100 * (value - axis[0]) / (axis[-1] - axis[0])

"""A column of numbers drawn over one of names or years: bars row by row, or a line through time."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from keifu.language import Text, number_text
from keifu.queries.solutions import Solutions, Table, number
from keifu.reading.views import Value
from keifu.reading.widths import fitted

DRAWN = 40
"""Most bars or points."""

WIDTH, STEP, MARGIN = 720, 28, 24
"""Width of the drawing, height of a bar with its gap, and room around."""

NAMES, FIGURES = 250, 90
"""Where bars begin, and the room for figures behind them."""

HEIGHT = 340
"""Height of a line chart."""

LETTERS = 30
"""Letters that fit before a bar, full-width ones counted twice."""

SMALLEST = 1e-9
"""The least difference that is drawn."""

Row = tuple[Value, Decimal]


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart, or a point of a line chart."""

    label: Text
    short: str
    """As much of the label as fits."""
    iri: str
    figure: str
    """The number as people read it."""
    x: float
    y: float
    """A bar begins at the left and ends at `x`; a point lies at both. In units of the drawing."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Bars or points at their places."""

    kind: str
    """`bars` or `line`."""
    bars: tuple[Bar, ...]
    width: int
    height: int
    zero: float
    """Where zero lies: from the left for bars, from the top for a line."""
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A column of numbers drawn over one of names or years."""

    drawing: Drawing
    left: str
    """What the bars are."""
    over: str
    """What their length is, empty where it counts rows."""
    lefts: tuple[str, ...]
    overs: tuple[str, ...]
    """The columns that can be drawn instead."""
    more: int
    """How many rows are not drawn."""


def chart(solutions: Solutions, table: Table, given: Mapping[str, str]) -> Chart | None:
    """The drawing of the columns that `left` and `over` name, else of those that suggest themselves.

    None where there is nothing to draw. Without numbers, or with an empty `over`, bars count rows.
    """
    numbers = solutions.numbers()
    over = given.get("over", numbers[0] if numbers else "")
    over = over if over in numbers else ""
    lefts = [name for name in table.names if name != over]
    if not lefts or not solutions.rows:
        return None
    left = given.get("left", "")
    left = left if left in lefts else lefts[0]
    # What other columns tell apart would be drawn as the same bar again.
    rows = list(dict.fromkeys(measured(solutions, table, left, over))) if over else counted(solutions, table, left)
    if not rows:
        return None
    times = [place(value) for value, _ in rows]
    through = len(rows) > 2 and None not in times and len(set(times)) == len(times)
    drawn = line(rows[:DRAWN]) if through else bars(rows[:DRAWN])
    return Chart(
        drawing=drawn, left=left, over=over, lefts=tuple(lefts), overs=tuple(numbers), more=max(0, len(rows) - DRAWN)
    )


def measured(solutions: Solutions, table: Table, left: str, over: str) -> list[Row]:
    """The rows that have both values."""
    place_of = solutions.names.index(over)
    found = ((table.cell(row, left), number(row[place_of])) for row in solutions.rows)
    return [(value, figure) for value, figure in found if value is not None and figure is not None]


def counted(solutions: Solutions, table: Table, left: str) -> list[Row]:
    """How many rows have each value, most first."""
    found = Counter(value for row in solutions.rows if (value := table.cell(row, left)) is not None)
    return [(value, Decimal(times)) for value, times in found.most_common()]


def place(value: Value) -> float | None:
    """Where a year lies in time, None for what is none."""
    text = value.text.value
    return float(text) if text.isdecimal() and len(text) == len("2026") else None


def bars(rows: Sequence[Row]) -> Drawing:
    """The rows as bars, one below the other."""
    low, high = (pick([Decimal(0), *(figure for _, figure in rows)]) for pick in (min, max))
    marks = steps(float(low), float(high))

    def x(figure: float) -> float:
        return round(NAMES + (figure - marks[0]) / (marks[-1] - marks[0]) * (WIDTH - NAMES - FIGURES), 1)

    return Drawing(
        kind="bars",
        bars=tuple(bar(value, figure, x(float(figure)), MARGIN + at * STEP) for at, (value, figure) in enumerate(rows)),
        width=WIDTH,
        height=2 * MARGIN + len(rows) * STEP,
        zero=x(0),
        ticks=tuple((x(mark), number_text(Decimal(str(mark)).normalize())) for mark in marks),
    )


def line(rows: Iterable[Row]) -> Drawing:
    """The rows as points of a line, in the order of time."""
    rows = sorted(rows, key=lambda row: place(row[0]) or 0)
    times = [place(value) or 0 for value, _ in rows]
    figures = [float(figure) for _, figure in rows]
    marks = steps(min(0, *figures), max(0, *figures))

    def x(time: float) -> float:
        return round(3 * MARGIN + (time - times[0]) / (times[-1] - times[0]) * (WIDTH - 5 * MARGIN), 1)

    def y(figure: float) -> float:
        return round(HEIGHT - 2 * MARGIN - (figure - marks[0]) / (marks[-1] - marks[0]) * (HEIGHT - 4 * MARGIN), 1)

    return Drawing(
        kind="line",
        bars=tuple(
            bar(value, figure, x(time), y(float(figure))) for (value, figure), time in zip(rows, times, strict=True)
        ),
        width=WIDTH,
        height=HEIGHT,
        zero=y(0),
        ticks=tuple((y(mark), number_text(Decimal(str(mark)).normalize())) for mark in marks),
    )


def bar(value: Value, figure: Decimal, x: float, y: float) -> Bar:
    """A bar or point with what stands beside it."""
    return Bar(value.text, fitted(value.text.value, LETTERS), value.iri, number_text(figure), x, y)


def steps(low: float, high: float) -> list[float]:
    """Round numbers at equal distances from below `low` to above `high`."""
    span = high - low if high - low > SMALLEST else 1.0
    unit = 10.0 ** math.floor(math.log10(span / 4))
    step = next(unit * each for each in (1, 2, 2.5, 5, 10) if unit * each * 5 >= span)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(step * each, 10) for each in range(first, max(last, first + 1) + 1)]

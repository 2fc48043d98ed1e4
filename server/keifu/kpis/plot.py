"""A plot over fiscal years: where values, years and names stand, in pixels."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from keifu.kpis.measures import Plot, Point, Reading, Series
from keifu.language import Text, era, fiscal_year, number_text
from keifu.reading.views import Link

WIDTH, LEFT, RIGHT, TOP = 780, 96, 584, 36
"""The names of the series stand to the right of RIGHT."""

LINE = 19
"""From one name to the next."""

YEARS = 9
"""Most years that are named on the axis."""

STYLES = 6


def plot(title: str, unit: Text | None, readings: Iterable[tuple[Link, Sequence[Reading]]], lang: str) -> Plot | None:
    """The plot of the values that can stand on a common scale, a series a body; None where there are none."""
    drawn = [(name, sorted((r for r in own if not r.apart), key=moment)) for name, own in readings]
    drawn = [(name, own) for name, own in drawn if own]
    if not drawn:
        return None
    found = [reading for _, own in drawn for reading in own]
    bottom = TOP + max(220, LINE * len(drawn))
    days = [reading.day for reading in found if reading.day]
    first, last = fiscal_year(min(days)), fiscal_year(max(days)) + 1
    amounts = [reading.scaled for reading in found if reading.scaled is not None]
    scale = steps(amounts)
    low, high = scale[0], scale[-1]

    def across(day: date) -> float:
        return LEFT + (RIGHT - LEFT) * (years_of(day) - first) / (last - first)

    def up(amount: Decimal) -> float:
        return bottom - (bottom - TOP) * float((amount - low) / (high - low))

    def series(number: int, name: Link, own: Sequence[Reading], height: float) -> Series:
        points = [
            Point(x=round(across(r.day), 1), y=round(up(r.scaled), 1), reading=r)
            for r in own
            if r.day and r.scaled is not None
        ]
        return Series(name=name.label, style=number % STYLES, points=tuple(points), lines=lines(points), height=height)

    heights = spread([up(own[-1].scaled or low) for _, own in drawn], TOP, bottom)
    every = -(-(last - first) // YEARS)
    return Plot(
        title=title,
        unit=unit.value if unit else "",
        width=WIDTH,
        height=bottom + 84,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=bottom,
        years=tuple(
            (round(across(date(year, 4, 1)), 1), *year_names(year, lang)) for year in range(first, last, every)
        ),
        steps=tuple((round(up(step), 1), number_text(step)) for step in scale),
        series=tuple(series(n, name, own, heights[n]) for n, (name, own) in enumerate(drawn)),
        roles=tuple({r.item.role.iri: r.item.role for r in found if r.item.role}.values()),
    )


def moment(reading: Reading) -> date:
    """The day by which values are sorted."""
    return reading.day or date.max


def years_of(day: date) -> float:
    """A day as fiscal years and the part of one that has gone by."""
    year = fiscal_year(day)
    begin = date(year, 4, 1)
    return year + (day - begin).days / (date(year + 1, 4, 1) - begin).days


def year_names(year: int, lang: str) -> tuple[str, str]:
    """A fiscal year short enough for an axis, in two lines: `令和4`, `2022`; `FY2022`, `Reiwa 4`."""
    name, english, number = era(date(year, 5, 1))
    return (
        (f"{name}{'元' if number == 1 else number}", str(year))
        if lang == "ja"
        else (f"FY{year}", f"{english} {number}")
    )


def steps(amounts: Iterable[Decimal]) -> list[Decimal]:
    """Round numbers, 1, 2 or 5 times a power of ten apart, from nought or below the least to beyond the greatest."""
    known = [*amounts, Decimal(0)]
    low, high = min(known), max(known)
    if low == high:
        high = low + 1
    rough = (high - low) / 5
    power = Decimal(10) ** rough.adjusted()
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough)
    begin, end = (
        int((low / step).to_integral_value("ROUND_FLOOR")),
        int((high / step).to_integral_value("ROUND_CEILING")),
    )
    return [plain(step * number) for number in range(begin, end + 1)]


def plain(number: Decimal) -> Decimal:
    """The number without an exponent or noughts that say nothing."""
    return Decimal(format(number.normalize(), "f"))


def lines(points: Sequence[Point]) -> tuple[tuple[Point, Point], ...]:
    """Which values follow each other: known ones by time, then the last known and the aims after it."""
    known = [one for one in points if not one.reading.aim]
    aims = [one for one in points if one.reading.aim]
    last = known[-1:]
    ahead = [one for one in aims if not last or one.x > last[0].x]
    # Several aims for one day are parts of a whole, not steps on a way.
    if len({one.x for one in ahead}) < len(ahead):
        ahead = []
    found = [*pairwise(known), *pairwise([*last, *ahead])]
    return tuple((one, other) for one, other in found if one.x != other.x)


def spread(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights for names: near the wanted ones, in their order, none over another, all between top and bottom."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    found = [0.0] * len(wanted)
    room = top - LINE
    for number in order:
        room = found[number] = max(wanted[number], room + LINE)
    limit = bottom
    for number in reversed(order):
        found[number] = round(min(found[number], limit), 1)
        limit = found[number] - LINE
    return found

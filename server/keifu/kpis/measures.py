"""What the templates of indicators and KPIs receive: values with their time, and the chart that shows them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from keifu.language import Text, fiscal_year, number_text
from keifu.reading.facts import YEARS
from keifu.reading.slips import Slip
from keifu.reading.views import Item, Link, Place


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a rate was divided by."""

    value: Item
    area: Link | None
    indicator: Link | None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A value as a source states it."""

    item: Item
    """Its role, time and amount, or the words that stand for it."""
    area: Link | None
    number: bool
    """Whether it is a number."""
    wording: Text | None
    """How the source words the number, where that says more than the number."""
    day: date | None
    """The day it refers to, or the last one of its period; None where the source gives no time."""
    scaled: Decimal | None
    """The number in the unit of the indicator, by way of the normalised value; None where the units do not meet."""
    basis: Basis | None
    sets: tuple[Link, ...]
    """The sets of procedures that it counts."""
    breakdown: tuple[Link, ...]
    """The part of the whole that it is about."""
    slips: tuple[Slip, ...]
    """Slips of the source about it, or about its KPI."""
    place: Place | None

    @property
    def figure(self) -> str:
        """The number by itself, as it stands on a plot."""
        return number_text(self.scaled) if self.scaled is not None else ""

    @property
    def role(self) -> str:
        """The last part of the IRI of its role."""
        return self.item.role.iri.rpartition("/")[2] if self.item.role else ""

    @property
    def year(self) -> str:
        """The IRI of the fiscal year in which that day lies; empty without a day."""
        return f"{YEARS}{fiscal_year(self.day)}" if self.day else ""

    @property
    def aim(self) -> bool:
        """Whether it was no fact when it was stated."""
        return self.role in ("target", "interim", "projection")

    @property
    def apart(self) -> str:
        """Why it cannot stand on a common scale: `words`, `part`, `unit` or `time`; empty where it can."""
        if not self.number:
            return "words"
        if self.breakdown:
            return "part"
        if self.scaled is None:
            return "unit"
        return "" if self.day else "time"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A KPI with all that is known of it."""

    kpi: Link
    indicator: Link | None
    monitors: tuple[Link, ...]
    readings: tuple[Reading, ...]
    place: Place | None
    aside: bool
    """Whether it is one of another plan of a body than its plan for DX."""

    @property
    def quantified(self) -> bool:
        """Whether a target of it is a number."""
        return any(reading.number and reading.role == "target" for reading in self.readings)

    def due(self, year: str) -> bool:
        """Whether a target or interim target of it is for a fiscal year."""
        return any(reading.year == year for reading in self.at("target", "interim"))

    def at(self, *roles: str) -> tuple[Reading, ...]:
        """Its values in any of these roles."""
        return tuple(reading for reading in self.readings if reading.role in roles)


@dataclass(frozen=True, kw_only=True)
class Measures:
    """KPIs by the body whose they are."""

    bodies: tuple[tuple[Link, tuple[Measure, ...]], ...]
    choices: tuple[Link, ...]
    """The bodies to choose from; empty where there are too many for a list."""
    chosen: Link | None
    themes: tuple[Link, ...]
    theme: Link | None
    years: tuple[Link, ...]
    """The fiscal years for which there are targets."""
    year: Link | None
    indicators: tuple[tuple[Link, Link | None], ...]
    """All indicators that KPIs or statistics use, each with its theme."""
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class Point:
    """A value on a plot, in pixels."""

    x: float
    y: float
    reading: Reading


@dataclass(frozen=True, kw_only=True)
class Series:
    """The values of one body on a plot; `style` tells neighbours apart, `height` is where its name stands."""

    name: Text
    style: int
    points: tuple[Point, ...]
    lines: tuple[tuple[Point, Point], ...]
    """Pairs of values that follow each other; to an aim or a projection the line is broken."""
    height: float

    @property
    def figure(self) -> str:
        """The last number, for beside the name; none where several are of that day, as they are parts of a whole."""
        last = self.points[-1]
        return last.reading.figure if [point.x for point in self.points].count(last.x) == 1 else ""


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A plot over fiscal years, in pixels."""

    title: str
    unit: str
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    years: tuple[tuple[float, str, str], ...]
    """Where a fiscal year begins, in the era and in the Gregorian calendar."""
    steps: tuple[tuple[float, str], ...]
    """The scale of values."""
    series: tuple[Series, ...]
    roles: tuple[Link, ...]
    """The roles of its values, for the key."""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator with its values by body."""

    link: Link
    definition: Text | None
    unit: Link | None
    ratio: tuple[Link | None, Link | None]
    """Numerator and denominator."""
    direction: Link | None
    areas: tuple[tuple[Link, tuple[Reading, ...]], ...]
    bases: tuple[Basis, ...]
    """What the rates were divided by."""
    unstated: tuple[Link, ...]
    """Bodies with a rate that does not say what it was divided by."""
    sets: tuple[Link, ...]
    """The sets of procedures that values count."""
    plot: Plot | None
    page: int
    pages: int
    cities: int

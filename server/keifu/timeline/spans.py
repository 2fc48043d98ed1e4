"""What the timeline is made of: spans of time on lanes, their drawing, and what stands or is due on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from keifu.reading.cities import Part
from keifu.reading.views import Item, Link, Place

STANDING = frozenset(("law", "national", "prefecture", "plan", "contract"))
"""Lanes of what stands until its end, and goes on where none is stated."""

STEPS = frozenset(("milestone", "schedule", "kpi"))
"""Lanes of what tells how far an initiative is to be by when."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """A thing with the time it takes; `start` and `end` are the same day for what happens at once."""

    item: Item
    lane: str
    start: date | None
    end: date | None
    since: date | None
    """The day from which a text stands: that of its period or of its adoption, whichever is later."""
    until: date | None
    """The last day on which it stands: the end of its period or the day before a newer edition."""
    newer: Link | None
    """The edition that took its place before the end of its period, or where it names no end."""
    units: tuple[Link, ...]
    """Who is in charge: the departments of the thing, else of the nearest initiative it belongs to that names some."""
    charged: Link | None
    """That initiative."""
    places: tuple[Place, ...]
    above: frozenset[str]
    """IRIs of what it belongs to, measures or plans."""
    own: bool
    """Whether it stands in plans of the body itself, or is not set by others than cities where none is chosen."""
    due: date | None
    """The last day that the source states for it; None where it states none but fiscal years, where that day lay in the
    past already when the plan was adopted, and for what is done, given up or replaced."""

    def stands(self, day: date) -> bool:
        """Whether it lasts on a day, as far as the sources say; what names no end goes on."""
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)

    def ends_with(self, initiative: "Span") -> bool:
        """Whether it is a step of an initiative, or stands in the same place as it, and has the same end."""
        return (
            self.lane in STEPS
            and self.due == initiative.due
            and (initiative.item.link.iri in self.above or not set(self.places).isdisjoint(initiative.places))
        )

    @property
    def terms(self) -> tuple[object, ...]:
        """What a row of a table says besides the name; spans that share it stand in one row."""
        return self.item.when, self.item.status, self.units, self.charged, self.places, self.lane


Rows = tuple[tuple[Span, ...], ...]
"""Spans in the rows of a table."""


def rows_of(spans: Iterable[Span]) -> Rows:
    """Spans that follow each other and differ in their names alone, together."""
    return tuple(tuple(same) for _, same in groupby(spans, key=lambda span: span.terms))


def due_rows(spans: Iterable[Span]) -> Rows:
    """The same, but an initiative heads the row of its milestones, schedule and KPI values that end with it."""
    found = list(spans)
    heads = [span for span in found if span.lane == "initiative"]
    under: dict[str, tuple[Span, ...]] = {}
    single = []
    for span in found:
        if head := next((head for head in heads if span.ends_with(head)), None):
            under[head.item.link.iri] = (*under.get(head.item.link.iri, ()), span)
        else:
            single.append(span)
    rows = groupby(single, key=lambda span: (span.terms, under.get(span.item.link.iri, ())))
    return tuple((*same, *below) for (_, below), same in rows)


@dataclass(frozen=True)
class Lane:
    """Spans of one kind, by time."""

    slug: str
    name: str
    spans: tuple[Span, ...]

    @property
    def rows(self) -> Rows:
        """The same as rows of a table."""
        return rows_of(self.spans)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A span, or several of one lane with the same dates, as it is drawn; lengths in pixels."""

    link: Link
    """The thing; for several the list that holds them."""
    x: float
    y: float
    width: float
    """0 for what happens at once."""
    text: str
    """The name, shortened."""
    text_x: float
    earlier: bool
    """Whether it began before the axis does."""
    later: bool
    """Whether it ends after the axis does."""
    open: bool
    """Whether it goes on without a stated end."""


@dataclass(frozen=True)
class Band:
    """A stretch of the axis with its name."""

    x: float
    width: float
    name: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The spans on one axis of eras and years; lengths in pixels."""

    width: float
    height: float
    eras: tuple[Band, ...]
    years: tuple[tuple[Band, str], ...]
    """Calendar years, each with its number in the era."""
    lanes: tuple[tuple[str, float, tuple[Mark, ...]], ...]
    """Name, upper edge and marks of each lane."""
    day: float | None
    """Where the chosen day lies."""
    window: Band | None
    """The months before it."""


@dataclass(frozen=True, kw_only=True)
class AsOf:
    """What stood and was due around a day."""

    day: date
    name: str
    """The day in both calendars."""
    months: int
    window: tuple[date, date]
    """The first and last day of the months up to and including the day."""
    standing: tuple[Span, ...]
    """What had begun and had not reached its end."""
    endless: tuple[Span, ...]
    """What had begun and names no end, so that nobody can tell from the sources whether it still stood."""
    before: Rows
    """What was due in the window: what the body has set itself, then what others have."""
    after: Rows
    """What was due in the months after it."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a visitor asks to see."""

    code: str | None
    """The code of a body, None for the State beside the plans of cities."""
    kinds: tuple[str, ...]
    """Slugs of lanes, none for all."""
    on: date | None
    """The day to look at."""
    months: int
    """How far before and after it things are listed as due."""
    page: int
    """The page of cities."""


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The timeline of one body, or of the State and the plans of cities."""

    body: Link | None
    lanes: tuple[Lane, ...]
    """Those chosen that hold something, around the chosen day where there is one."""
    kinds: tuple[tuple[str, str, bool], ...]
    """All lanes with something, by slug and name, and whether they are chosen."""
    ends: tuple[tuple[date, str, int], ...]
    """Last days of fiscal years, with their names and how much is due in the year."""
    asof: AsOf | None
    cities: tuple[Link, ...]
    part: Part | None
    """Which cities, where no body is chosen."""

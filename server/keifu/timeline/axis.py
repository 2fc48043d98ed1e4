"""The drawing of a timeline: one axis in eras and calendar years, lanes below it, each span where it lies."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median_low

from keifu.language import ERAS, Text, era, messages
from keifu.namespaces import ID
from keifu.reading.views import Link
from keifu.reading.widths import extent, fitted
from keifu.timeline.spans import STANDING, Band, Drawing, Lane, Mark, Span, Timeline

WIDTH = 1040
HEAD = 56
"""Height of the rows of eras and years."""
NAME = 26
"""Height of the name of a lane."""
ROW = 34
SIZE = 12
"""Font size of the names."""
LONGEST = 48
"""Most columns of a name; full-width letters take two."""
YEARS = 8
"""Most years before and after the middle of all dates; what lies beyond is drawn at the edge of the axis."""
ARROW = 28
"""Length of what goes on without a stated end."""
SEVERAL = 6
"""From how many spans with the same dates on they are drawn as one."""


class Scale:
    """Where days lie: whole calendar years that hold the days, YEARS around their median, and those of the window."""

    def __init__(self, days: Sequence[date], window: Sequence[date]) -> None:
        middle = median_low(day.year for day in days)
        around = {min(max(day.year, middle - YEARS), middle + YEARS) for day in days}
        years = around | {day.year for day in window}
        self.first = date(min(years), 1, 1)
        self.end = date(max(years) + 1, 1, 1)

    def x(self, day: date) -> float:
        """The place of the beginning of a day, within the axis."""
        share = (day - self.first) / (self.end - self.first)
        return round(min(max(share, 0), 1) * WIDTH, 1)

    def band(self, start: date, end: date, name: str) -> Band:
        """From one day to the beginning of another."""
        x = self.x(start)
        return Band(x, round(self.x(end) - x, 1), name)

    def eras(self, lang: str) -> Iterator[Band]:
        """The eras on the axis, earliest first."""
        ends = [self.end, *(first for _, _, first in ERAS)]
        for (name, english, first), end in reversed(list(zip(ERAS, ends, strict=False))):
            if end > self.first:
                yield self.band(max(first, self.first), end, name if lang == "ja" else english)

    def years(self, lang: str) -> Iterator[tuple[Band, str]]:
        """The calendar years, each with its number in the era, both where the era changes."""
        for year in range(self.first.year, self.end.year):
            band = self.band(date(year, 1, 1), date(year + 1, 1, 1), str(year))
            numbers = dict.fromkeys(era(day)[2] for day in (date(year, 1, 1), date(year, 12, 31)))
            text = "/".join("元" if n == 1 and lang == "ja" else str(n) for n in numbers)
            yield band, text + ("年" if lang == "ja" else "")


def draw(page: Timeline, lang: str) -> Drawing | None:
    """The lanes of a timeline on an axis that holds them and the chosen day; None where nothing has a date."""
    lanes, window = page.lanes, page.asof.window if page.asof else None
    days = [day for lane in lanes for span in lane.spans for day in (span.start, span.end) if day]
    if not days:
        return None
    scale = Scale(days, window or ())
    y: float = HEAD
    drawn = []
    for lane in lanes:
        marks, rows = placed(lane, scale, y + NAME, lang)
        drawn.append((f"{lane.name} {len(lane.spans)}", y, marks))
        y += NAME + rows * ROW + 6
    return Drawing(
        width=WIDTH,
        height=y,
        eras=tuple(scale.eras(lang)),
        years=tuple(scale.years(lang)),
        lanes=tuple(drawn),
        day=scale.x(window[1] + timedelta(days=1)) if window else None,
        window=scale.band(window[0], window[1] + timedelta(days=1), "") if window else None,
    )


def placed(lane: Lane, scale: Scale, top: float, lang: str) -> tuple[tuple[Mark, ...], int]:
    """The marks of a lane, each in the first row with room for it and its name, and the number of rows."""
    ends: list[float] = []
    marks = []
    for spans in together(lane.spans):
        shape = mark(lane, spans, scale, lang)
        left = min(shape.x, shape.text_x)
        right = max(shape.x + shape.width + (ARROW if shape.open else 6), shape.text_x + extent(shape.text) * SIZE)
        row = next((number for number, end in enumerate(ends) if end + 14 <= left), len(ends))
        ends[row : row + 1] = [right]
        marks.append(replace(shape, y=top + row * ROW))
    return tuple(marks), len(ends)


def together(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """The spans by time; SEVERAL or more with the same dates stand together where one page lists them."""
    found: dict[tuple[date | None, date | None, str], list[Span]] = {}
    for span in spans:
        found.setdefault((span.start, span.end, span.item.link.iri.rpartition("/")[0]), []).append(span)
    for same in found.values():
        listed = re.match(r"plan/\d+/[^/]+/[^/]+/|body/\d+/", same[0].item.link.iri.removeprefix(ID))
        yield from [same] if listed and len(same) >= SEVERAL else ([span] for span in same)


def mark(lane: Lane, spans: Sequence[Span], scale: Scale, lang: str) -> Mark:
    """How spans with the same dates are drawn, still in no row."""
    span = spans[0]
    start = span.start or span.end or scale.first
    end = (span.until if lane.slug in STANDING else span.end) or start
    x = scale.x(start)
    width = scale.x(end + timedelta(days=1)) - x
    link = span.item.link
    if len(spans) > 1:
        count = messages(lang).ngettext("%(num)d件", "%(num)d件", len(spans)) % {"num": len(spans)}
        link = Link(link.iri.rpartition("/")[0], Text(f"{lane.name} {count}", lang))
    text = fitted(link.label.value, LONGEST)
    return Mark(
        link=link,
        x=x,
        y=0,
        width=round(width, 1) if width > 8 else 0,
        text=text,
        text_x=round(max(min(x, WIDTH - extent(text) * SIZE), 0), 1),
        earlier=start < scale.first,
        later=end >= scale.end,
        open=span.end is None and span.until is None and lane.slug in STANDING,
    )

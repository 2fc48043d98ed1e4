"""What is dated, in the order of time: laws, policies, plans and what they promise; what stood and was due on a day."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from keifu.errors import NotFound
from keifu.language import date_text, day_text, fiscal_year, messages
from keifu.namespaces import DEF, ID
from keifu.reading.cities import columns
from keifu.reading.facts import ACTS, YEARS, Facts
from keifu.reading.terms import RDF_TYPE, natural
from keifu.reading.triples import body_of, day_of
from keifu.reading.views import Link
from keifu.timeline.spans import STANDING, AsOf, Choice, Lane, Span, Timeline, due_rows

LANES = {
    "law": ("Law",),
    "national": ("PolicyInstrument", "PolicySeries"),
    "prefecture": ("PolicyInstrument", "PolicySeries"),
    "plan": ("PolicyInstrument", "PolicySeries"),
    "item": ("PolicyItem",),
    "milestone": ("Milestone",),
    "initiative": ("Initiative",),
    "schedule": ("ScheduleEntry",),
    "kpi": ("KpiValue",),
    "procedure": ("OnlineProcedure",),
    "system": ("InformationSystem", "SystemGroup"),
    "contract": ("Contract",),
    "achievement": ("Achievement",),
}
"""The lanes in their order, with the classes of what they hold."""

RUNNING = STANDING | {"initiative", "schedule"}
"""Lanes of what lasts; the others hold what happens at a time."""

ABOVE_CITY = frozenset(("law", "national", "prefecture", "item"))
"""Lanes of what others than cities have set."""

PAST = {f"{ID}status/{slug}" for slug in ("done", "discontinued", "lapsed")}
PROMISED = {f"{ID}role/{slug}" for slug in ("target", "interim")}
ABOVE = tuple(DEF + name for name in ("scheduleOf", "valueOf", "monitors", "contractFor", "partOf"))
"""What leads from a thing to that whose departments answer for it, the nearest first."""


def lane_names(lang: str) -> dict[str, str]:
    """What the lanes are called."""
    _ = messages(lang).gettext
    return {
        "law": _("法令"),
        "national": _("国の計画・政策"),
        "prefecture": _("都道府県の計画"),
        "plan": _("市区町村の計画"),
        "item": _("国などが挙げる項目"),
        "milestone": _("節目"),
        "initiative": _("取組"),
        "schedule": _("工程"),
        "kpi": _("KPIの目標"),
        "procedure": _("オンライン手続"),
        "system": _("システム"),
        "contract": _("リース・契約"),
        "achievement": _("実績"),
    }


def timeline(facts: Facts, choice: Choice) -> Timeline:
    """The timeline of the body chosen, else of the State beside the plans of the cities on a page."""
    body = f"{ID}body/{choice.code}" if choice.code else None
    cities, part = ({}, None) if body else columns(facts, choice.page)
    found = things_of(facts, body) if body else [*national(facts), *cities.values()]
    facts.ask("dated", shown=False, x=found)
    facts.detail([*found, *cities])
    lanes = by_lane(facts, found, body)
    chosen = [lane for lane in lanes if not choice.kinds or lane.slug in choice.kinds]
    spans = [span for lane in chosen for span in lane.spans]
    asof = as_of(spans, choice.on, choice.months, facts.lang) if choice.on else None
    return Timeline(
        body=facts.link(body) if body else None,
        lanes=tuple(around(chosen, asof) if asof else chosen),
        kinds=tuple((lane.slug, lane.name, lane in chosen) for lane in lanes),
        ends=ends_of((span for span in spans if span.own or body is None), facts.lang),
        asof=asof,
        cities=tuple(map(facts.link, cities)),
        part=part,
    )


def things_of(facts: Facts, body: str) -> list[str]:
    """What has a date in the plans of a body and above them; NotFound where there is no such body."""
    code = body.removeprefix(f"{ID}body/")
    found: list[str] = []
    if re.fullmatch(r"[\w-]+", code, re.ASCII):
        facts.ask("timeline", x=[body])
        found = facts.subjects_of(RDF_TYPE)
        facts.mention(body)
        facts.name()
    if not facts.kinds(body):
        raise NotFound(
            f"コード {code} の団体はありません。body に6桁の団体コードを入れてください。",
            f"There is no body of the code {code}. Put a code of six digits into body.",
        )
    return found


def national(facts: Facts) -> list[str]:
    """The laws and policies of the State that have a date."""
    facts.ask("timeline-national")
    return facts.subjects_of(*ACTS, DEF + "startDate")


def by_lane(facts: Facts, things: Iterable[str], body: str | None) -> tuple[Lane, ...]:
    """The lanes that hold something, each by time."""
    found: dict[str, list[Span]] = {}
    for iri in things:
        slug = lane_of(facts, iri)
        if slug and (one := span(facts, iri, slug, body)):
            found.setdefault(slug, []).append(one)
    names = lane_names(facts.lang)
    return tuple(Lane(slug, names[slug], tuple(sorted(found[slug], key=by_time))) for slug in LANES if slug in found)


def by_time(one: Span) -> tuple[date, date, object]:
    """Sorts spans by their beginning."""
    start = one.start or one.end or date.max
    return start, one.end or date.max, natural(one.item.link.iri)


def lane_of(facts: Facts, iri: str) -> str | None:
    """The lane of a thing; None for what has a date and is neither promised nor a text nor done."""
    owner = (body_of(iri) or "").removeprefix(f"{ID}body/")
    level = "national" if not owner else "prefecture" if owner[2:5] == "000" else "plan"
    for slug, classes in LANES.items():
        if any(facts.is_a(iri, name) for name in classes):
            if slug == "kpi" and not set(facts.iris(iri, DEF + "valueRole")) & PROMISED:
                return None
            return level if slug == "national" else slug
    return None


def span(facts: Facts, iri: str, lane: str, body: str | None) -> Span | None:
    """A thing with its time, and where documents of the body speak of it; None where its dates cannot be read."""
    numbers = [one.removeprefix(YEARS) for one in facts.iris(iri, DEF + "inFiscalYear")]
    years = sorted(int(number) for number in numbers if number.isdecimal())
    acts = [day for name in ACTS for term in facts.literals(iri, name) if (day := day_of(term))]
    at = facts.day(iri, "asOf")
    start = facts.day(iri, "startDate") or min(acts, default=at)
    stated = end = facts.day(iri, "endDate") or at
    if years and not (start or end):
        start, end = date(years[0], 4, 1), date(years[-1] + 1, 3, 31)
    if not (start or end):
        return None
    editions = facts.into(iri, DEF + "succeeds")
    newer = min(((day, one) for one in editions if (day := facts.day(one, "adoptedOn"))), default=None)
    replaced = newer[0] - timedelta(days=1) if newer else None
    if end and replaced and end <= replaced:
        newer = replaced = None
    levels = above(facts, iri)
    units, charged = in_charge(facts, iri, levels)
    return Span(
        item=facts.item(iri),
        lane=lane,
        start=start,
        end=end,
        since=max([*acts, start]) if start else None,
        until=replaced or end,
        newer=facts.link(newer[1]) if newer else None,
        units=units,
        charged=charged,
        places=tuple(facts.place(one) for one in facts.iris(iri, DEF + "evidencedBy") if body_of(one) == body),
        above=frozenset(chain.from_iterable(levels)),
        own=body_of(iri) == body if body else lane not in ABOVE_CITY,
        due=None if lane in ("law", "achievement") or newer or over(facts, iri, stated) else stated,
    )


def over(facts: Facts, iri: str, end: date | None) -> bool:
    """Whether a thing is said to be done or given up, or lay in the past already when its plan was adopted."""
    plan = re.match(r"plan/\d+/[^/]+/[^/]+", iri.removeprefix(ID))
    adopted = facts.day(ID + plan[0], "adoptedOn") if plan else None
    return bool(set(facts.iris(iri, DEF + "status")) & PAST) or bool(end and adopted and end < adopted)


def above(facts: Facts, iri: str) -> tuple[tuple[str, ...], ...]:
    """What a thing belongs to, the nearest first, and what that belongs to."""
    near = tuple(one for name in ABOVE for one in facts.iris(iri, name))
    return near, tuple(one for each in near for name in ABOVE for one in facts.iris(each, name))


def in_charge(facts: Facts, iri: str, levels: Iterable[Iterable[str]]) -> tuple[tuple[Link, ...], Link | None]:
    """The departments of a thing, or of the nearest initiative above it that names some, with that initiative.

    The department in charge of a whole plan is not in charge of each thing in it.
    """
    if units := facts.links(iri, DEF + "responsibleUnit"):
        return units, None
    for one in chain.from_iterable(levels):
        units = facts.links(one, DEF + "responsibleUnit")
        if units and facts.is_a(one, "Initiative"):
            return units, facts.link(one)
    return (), None


def moved(day: date, months: int) -> date:
    """The same day some months later or earlier, the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, date.min.year), date.max.year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def ends_of(spans: Iterable[Span], lang: str) -> tuple[tuple[date, str, int], ...]:
    """The last days of the fiscal years in which something is due."""
    years = Counter(fiscal_year(one.due) for one in spans if one.due)
    days = {date(year + 1, 3, 31): count for year, count in sorted(years.items())}
    return tuple((day, date_text(day, "fiscal-year", lang), count) for day, count in days.items())


def as_of(spans: Sequence[Span], on: date, months: int, lang: str) -> AsOf:
    """What stood on a day, and what was due in the months before and after it."""
    due = sorted(((one.due, one) for one in spans if one.due), key=lambda each: (not each[1].own, each[0]))
    running = [one for one in spans if one.lane in RUNNING and one.stands(on)]
    first, last = moved(on, -months), moved(on, months)
    return AsOf(
        day=on,
        name=day_text(on, lang),
        months=months,
        window=(first + timedelta(days=1), on),
        standing=tuple(one for one in running if one.until),
        endless=tuple(one for one in running if not one.until),
        before=due_rows(one for day, one in due if first < day <= on),
        after=due_rows(one for day, one in due if on < day <= last),
    )


def around(lanes: Iterable[Lane], asof: AsOf) -> Iterator[Lane]:
    """The lanes with what stood and was due around a day alone."""
    shown = {span.item.link.iri for row in (asof.standing, asof.endless, *asof.before, *asof.after) for span in row}
    for lane in lanes:
        if spans := tuple(span for span in lane.spans if span.item.link.iri in shown):
            yield replace(lane, spans=spans)

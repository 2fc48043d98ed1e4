"""The first page: how much there is, and three questions with the answers that the data give now."""

from dataclasses import dataclass
from datetime import date
from itertools import islice

from keifu.dataset.stores import Store, once
from keifu.language import day_text
from keifu.lineage.ascent import Chain, ascend
from keifu.namespaces import DEF, ID
from keifu.reading.cities import issued, planned
from keifu.reading.facts import Facts
from keifu.reading.terms import Answers, key, natural, page_query
from keifu.reading.triples import body_of
from keifu.reading.views import Item, Link
from keifu.timeline.spans import Choice, Span
from keifu.timeline.timeline import timeline

COUNTED = [
    *("DxPlan", "Initiative", "Achievement", "Kpi", "InformationSystem", "OnlineProcedure", "Case"),
    "PolicyInstrument",
]
"""The kinds that the page counts, in its order."""

DUE = date(2026, 3, 31)
"""The day of the third question: the end of the fiscal year by which the national plan asks for standard systems."""

SHOWN = 5
"""Most lines of an answer."""
CITIES = 12
"""Most cities that the page names one by one."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """What one city has promised for a day."""

    body: Link
    code: str
    since: date
    """The first day of the time before it that is counted."""
    day: date
    name: str
    """The day in both calendars."""
    spans: tuple[Span, ...]
    """The first of them."""
    count: int


@dataclass(frozen=True, kw_only=True)
class Home:
    """The first page; a question that the data cannot answer is missing."""

    numbers: tuple[tuple[Link, int], ...]
    """Kinds of things with how many there are."""
    triples: int
    plans: tuple[tuple[Link, tuple[Item, ...]], ...]
    """Bodies with their plans, the first of them where there are many."""
    bodies: int
    """How many bodies there are."""
    initiative: Link | None
    """An initiative that answers the national item."""
    why: Chain | None
    """Its way up to the nearest law."""
    item: Link | None
    """The national item that most cities answer."""
    who: tuple[tuple[Link, tuple[Item, ...]], ...]
    """Cities that answer the item with their initiatives, the first of each."""
    answering: int
    """How many cities answer it."""
    due: Due | None


def home(facts: Facts, store: Store) -> Home:
    """The first page."""
    counts = {row["class"].value: int(row["count"].value) for row in store.select(page_query("counts"))}
    every = issued(store)
    facts.offer("plans")
    item = most_answered(store)
    facts.ask("example", shown=False, x=[item] if item else [])
    example = next(iter(facts.subjects_of(DEF + "addresses")), None)
    chains = ascend(facts, example).chains if example else ()
    who, answering = answers(facts, item) if item else ((), 0)
    return Home(
        numbers=tuple((facts.link(DEF + name), counts.get(DEF + name, 0)) for name in COUNTED),
        triples=store.manifest.triples,
        plans=planned(facts, islice(every, CITIES)),
        bodies=len(every),
        initiative=facts.link(example) if example else None,
        why=next(iter(chains), None),
        item=facts.link(item) if item else None,
        who=who,
        answering=answering,
        due=due(facts, example) if example else None,
    )


@once
def most_answered(store: Answers) -> str | None:
    """The national item that most plans answer in whatever edition; None where none is answered."""
    return next((key(row["item"]) for row in store.select(page_query("answered"))), None)


def answers(facts: Facts, item: str) -> tuple[tuple[tuple[Link, tuple[Item, ...]], ...], int]:
    """The first cities that answer a national item in whatever edition, by code, and how many there are."""
    # Read apart: of the initiatives of a nation the page names the first few.
    apart = Facts(facts.store, facts.lang)
    apart.ask("answering", x=[item])
    facts.asked += apart.asked
    cities: dict[str, list[str]] = {}
    for one in apart.into(item, DEF + "addresses"):
        if owner := body_of(one):
            cities.setdefault(owner, []).append(one)
    first = dict(islice(sorted(cities.items(), key=lambda city: natural(city[0])), SHOWN))
    facts.mention(*first)
    facts.detail(members[0] for members in first.values())
    return tuple((facts.link(city), (facts.item(members[0]),)) for city, members in first.items()), len(cities)


def due(facts: Facts, example: str) -> Due | None:
    """What the city of the example has promised for the day, None where that is nothing."""
    body = body_of(example)
    if body is None:
        return None
    code = body.removeprefix(f"{ID}body/")
    # The timeline takes all that its facts know: they must not know the other cities.
    apart = Facts(facts.store, facts.lang)
    found = timeline(apart, Choice(code=code, kinds=(), on=DUE, months=12, page=1)).asof
    facts.asked += apart.asked
    facts.mention(body)
    facts.name()
    spans = [span for row in found.before for span in row if span.own] if found else []
    if not (found and spans):
        return None
    return Due(
        body=facts.link(body),
        code=code,
        since=found.window[0],
        day=DUE,
        name=day_text(DUE, facts.lang),
        spans=tuple(spans[:SHOWN]),
        count=len(spans),
    )

"""Cities side by side on one subject: what each states, what all name and what only one does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from keifu.comparison.compare import absence, adopted, chain
from keifu.comparison.entries import NAMED, fetch, made_entries, sets_of, stated
from keifu.comparison.promises import Cell, Entry, Shared, Sides, Tally, Target
from keifu.comparison.subjects import (
    CITIES,
    FEW,
    POST,
    choices_of,
    chosen_cities,
    chosen_subject,
    current,
    narrowed,
    subjects_of,
)
from keifu.kpis.readings import ask_readings, measure
from keifu.namespaces import DEF
from keifu.reading.cities import newest
from keifu.reading.facts import Facts
from keifu.reading.terms import RDF_TYPE, natural
from keifu.reading.triples import body_of
from keifu.reading.views import Item, Link

KINDS = (
    *(DEF + name for name in ("DxPlan", "Pillar", "Initiative", "Achievement", "Kpi", "InformationSystem")),
    *(DEF + name for name in ("OnlineProcedure", "StatisticValue", "PromotionBody")),
    POST,
)
"""The kinds of entries, in the order of the rows."""

PROMISED = ("item", "theme")
"""Kinds of subjects about which plans make promises, so that it tells something if a city has no date or number."""

UNCOUNTED = ("", "post", "prefecture", "indicator")
"""Kinds of subjects of which counts of dates, departments and targets say nothing."""


def sides(facts: Facts, codes: Sequence[str], on: str | None, searched: str, topic: str = "") -> Sides:
    """The cities with these codes on a subject; without codes the first that have plans.

    `searched` are words for a city, `topic` words for a subject.
    """
    plans = newest(facts)
    choice = Facts(facts.store, facts.lang)
    subjects = subjects_of(choice, list(plans))
    kind, subject = chosen_subject(subjects, on)
    offered = current(choice, subject)
    home = subject.on.removeprefix("body/")[:2] if subject and kind == "prefecture" else ""
    asked = chosen_cities(plans, codes, home)
    cities = asked[:CITIES]
    entries = stated(facts, kind, subject.link.iri, cities) if subject else {}
    if kind != "prefecture":
        fetch(facts, entries, subject)
    facts.detail([*entries, *cities, *(plans[city] for city in cities)])
    about = subject.link.iri if subject else ""
    made = made_entries(facts, entries, about)
    return Sides(
        subject=subject,
        kind=kind,
        subjects=narrowed(choice, subjects, topic, offered),
        offered=offered,
        topic=topic,
        choices=choices_of(facts, plans, cities, searched),
        searched=searched,
        many=len(plans) > FEW,
        cut=len(asked) - len(cities),
        cities=tuple((facts.link(city), facts.link(plans[city])) for city in cities),
        tallies=tallies(kind, entries, made, cities),
        absent=tuple(
            absent(facts, about, [plans[city] for city in cities]) if kind == "item" else ["none"] * len(cities)
        ),
        kinds=by_kind(facts, entries, made, cities),
        shared=shared(facts, kind, entries, made, cities),
        targets=targets(facts, entries) if kind == "prefecture" else (),
    )


def absent(facts: Facts, item: str, plans: Iterable[str]) -> list[str]:
    """Why each of the plans may state nothing about an item of the national plan."""
    facts.ask("editions", shown=False)
    facts.ask("claims", shown=False, x=plans)
    since = min((adopted(facts, one) for one in facts.iris(item, DEF + "partOf")), default=date.min)
    return [absence(facts, plan, item, chain(facts, item), since) for plan in plans]


def tallies(
    kind: str, entries: Mapping[str, str], made: Mapping[str, Entry], cities: Sequence[str]
) -> tuple[Tally, ...]:
    """What is counted in each city; of subjects that are no promises only what some city has."""
    if kind in UNCOUNTED:
        return ()
    counted: dict[str, Callable[[Entry], Iterable[Link]]] = {
        "entries": lambda one: [one.item.link],
        "timed": lambda one: [item.link for item in (one.item, *one.parts, *one.schedule) if item.when],
        "units": lambda one: [item.link for item in (one.item, *one.parts) if item.units],
        "kpis": lambda one: [each.kpi for each in one.measures],
        "numbers": lambda one: [each.kpi for each in one.measures if each.quantified],
        "done": lambda one: [item.link for item in (one.item, *one.achievements) if done(item)],
    }
    # One KPI may measure several things of a city, and counts once.
    found = [
        Tally(
            name=name,
            counts=tuple(
                len({link.iri for one, each in made.items() if entries[one] == city for link in count(each)})
                for city in cities
            ),
        )
        for name, count in counted.items()
    ]
    return tuple(each for each in found if kind in PROMISED or any(each.counts))


def done(item: Item) -> bool:
    """Whether it is an achievement."""
    return item.kind is not None and item.kind.iri == DEF + "Achievement"


def by_kind(
    facts: Facts, entries: Mapping[str, str], made: Mapping[str, Entry], cities: Sequence[str]
) -> tuple[tuple[Link, tuple[Cell, ...]], ...]:
    """The entries of each city, by their kind."""
    kinds = {one: next((kind for kind in KINDS if kind in facts.iris(one, RDF_TYPE)), KINDS[-1]) for one in made}

    def cell(kind: str, city: str) -> Cell:
        own = {one: each for one, each in made.items() if entries[one] == city}
        inside = {link.iri for one, each in own.items() if kinds[one] != kind for link in within(each, kind)}
        return Cell(tuple(each for one, each in own.items() if kinds[one] == kind), len(inside - own.keys()))

    return tuple(
        (facts.link(kind), tuple(cell(kind, city) for city in cities)) for kind in KINDS if kind in kinds.values()
    )


def within(one: Entry, kind: str) -> list[Link]:
    """What of a kind is shown inside an entry."""
    inner = {
        DEF + "Initiative": [item.link for item in one.parts],
        DEF + "Achievement": [item.link for item in one.achievements],
        DEF + "Kpi": [each.kpi for each in one.measures],
    }
    return inner.get(kind, [])


def shared(
    facts: Facts, kind: str, entries: Mapping[str, str], made: Mapping[str, Entry], cities: Sequence[str]
) -> tuple[Shared, ...]:
    """What the cities name: first what all do, last what one does; not what belongs to one of them."""
    naming: dict[tuple[str, str], list[str]] = {}
    for one, each in made.items():
        if kind == "post":
            # A post is a thing of its city; the same one of another city has the same last part of its IRI.
            naming.setdefault((each.item.kind.iri if each.item.kind else POST, one.rpartition("/")[2]), []).append(one)
            continue
        for row in each.rows:
            for value in row.values:
                if body_of(value.iri) not in cities:
                    naming.setdefault((row.property.iri, value.iri), []).append(one)
    for (name, thing), found in naming.items():
        if name == DEF + "procedureType":
            # Who promises a set promises what is in it.
            found += [one for one in made if one not in found and sets_of(facts, one, thing)]
    rows = [
        Shared(
            relation=facts.link(name),
            thing=facts.link(thing) if kind != "post" else None,
            name=facts.label(thing if kind != "post" else found[0]),
            cells=tuple(tuple(facts.link(one) for one in found if entries[one] == city) for city in cities),
        )
        for (name, thing), found in naming.items()
    ]
    return tuple(sorted(rows, key=lambda row: -sum(map(bool, row.cells))))


def targets(facts: Facts, entries: Iterable[str]) -> tuple[Target, ...]:
    """The policies of a prefecture that the entries build on: their pillars, and their KPIs with values."""
    own = {body_of(one) for one in entries}
    upper = {policy for one in entries for name in NAMED for policy in facts.iris(one, name)}
    aimed = {
        edition
        for one in upper
        if body_of(one) not in (None, *own)
        for edition in facts.into(one, DEF + "editionOf") or [one]
    }
    facts.ask("targets", shown=False, x=sorted(aimed))
    ask_readings(facts, {kpi for one in aimed for kpi in facts.into(one, DEF + "monitors")})
    facts.detail([*aimed, *(pillar for one in aimed for pillar in facts.into(one, DEF + "partOf"))])

    def target(policy: str) -> Target:
        return Target(
            policy=facts.link(policy),
            when=facts.when(policy),
            pillars=tuple(facts.item(one) for one in facts.into(policy, DEF + "partOf") if facts.is_a(one, "Pillar")),
            measures=tuple(measure(facts, kpi) for kpi in facts.into(policy, DEF + "monitors")),
        )

    return tuple(target(one) for one in sorted(aimed, key=natural))

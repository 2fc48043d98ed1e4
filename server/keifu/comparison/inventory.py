"""What cities have beside each other: procedures online, and systems for the standard tasks."""

from collections.abc import Container, Iterable, Mapping

from keifu.comparison.tables import (
    City,
    Count,
    Offer,
    ProcedureGroup,
    ProcedureRow,
    Procedures,
    SetRow,
    System,
    Systems,
    Within,
)
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.reading.cities import ask_cities, columns
from keifu.reading.facts import Facts
from keifu.reading.terms import SKOS, natural

PROV_BY = PREFIXES["prov"] + "wasAttributedTo"
STATES = {f"{ID}status/{slug}": slug for slug in ("done", "planned")}


def cities_of(facts: Facts, cities: Mapping[str, str]) -> tuple[City, ...]:
    """The columns."""
    return tuple(City(body=facts.link(body), plan=facts.link(plan)) for body, plan in cities.items())


def belonging(facts: Facts, things: Iterable[str], name: str, bodies: Iterable[str]) -> tuple[list[str], ...]:
    """For each body those of `things` that lead to it by a property."""
    return tuple([one for one in things if body in facts.iris(one, name)] for body in bodies)


# procedures


def procedures(facts: Facts, page: int) -> Procedures:
    """Types of procedures by city, grouped by the widest type above each."""
    cities, part = columns(facts, page)
    ask_cities(facts, "procedures", cities)
    offers = facts.subjects_of(DEF + "procedureType")
    promised = {one for one in facts.subjects_of(PROV_BY) if facts.iris(one, DEF + "covers")}
    facts.detail([*offers, *promised, *cities.values()])
    types: dict[str, list[str]] = {}
    for one in offers:
        for kind in facts.iris(one, DEF + "procedureType"):
            types.setdefault(kind, []).append(one)
    initiatives = [one for one in promised if facts.is_a(one, "Initiative")]
    sets = sorted({one for each in promised for one in facts.iris(each, DEF + "covers")}, key=natural)
    members = {one: facts.iris(one, SKOS + "member") for one in sets}
    within = {kind for one in initiatives for held in facts.iris(one, DEF + "covers") for kind in members[held]}
    promises = belonging(facts, initiatives, PROV_BY, cities)
    found = {
        kind: ProcedureRow(
            type=facts.link(kind),
            offers=tuple(
                tuple(offer(facts, one) for one in own)
                or promised_in_sets(facts, {one for one in sets if kind in members[one]}, promised_here)
                for own, promised_here in zip(
                    belonging(facts, types.get(kind, ()), DEF + "offeredBy", cities), promises, strict=True
                )
            ),
        )
        for kind in sorted({*types, *within}, key=natural)
    }
    grouped: dict[str, list[str]] = {}
    for kind in found:
        top = widest(facts, kind)
        grouped.setdefault(top if top != kind else "", []).append(kind)
    return Procedures(
        cities=cities_of(facts, cities),
        groups=tuple(
            ProcedureGroup(
                name=facts.link(top) if top else None,
                rows=tuple(found[kind] for kind in sorted(grouped[top], key=natural)),
                counts=counts([found[kind] for kind in grouped[top]], len(cities)),
            )
            # Types that stand by themselves come last.
            for top in sorted(grouped, key=lambda top: (not top, natural(top)))
        ),
        sets=tuple(set_row(facts, one, found, cities) for one in sets),
        totals=counts(found.values(), len(cities)),
        unlisted=tuple(promised_in_sets(facts, {one for one in sets if not members[one]}, each) for each in promises),
        part=part,
    )


def widest(facts: Facts, kind: str) -> str:
    """The type of procedure at the top of those above a type."""
    trail = [kind]
    while (wider := facts.one(trail[-1], SKOS + "broader")) and wider not in trail:
        trail.append(wider)
    return trail[-1]


def offer(facts: Facts, iri: str) -> Offer:
    """A procedure of one city."""
    return Offer(
        item=facts.item(iri),
        state=STATES.get(facts.one(iri, DEF + "status") or "", "other"),
        channels=facts.links(iri, DEF + "channel"),
    )


def promised_in_sets(facts: Facts, wanted: Container[str], initiatives: Iterable[str]) -> tuple[Offer, ...]:
    """What the initiatives of a city promise of procedures that it does not name, by the sets that hold them."""
    found = []
    for one in initiatives:
        sets = [held for held in facts.iris(one, DEF + "covers") if held in wanted]
        if sets:
            state = STATES.get(facts.one(one, DEF + "status") or "")
            found.append(
                Offer(
                    item=facts.item(one),
                    state=state or "planned",
                    channels=(),
                    sets=tuple(Within(facts.link(held)) for held in sets),
                )
            )
    return tuple(found)


def counts(rows: Iterable[ProcedureRow], cities: int) -> tuple[Count, ...]:
    """For each city how many of the types it has online, and how many more it promises."""
    states = [[{offer.state for offer in row.offers[number]} for row in rows] for number in range(cities)]
    return tuple(
        Count(sum("done" in each for each in own), sum("planned" in each and "done" not in each for each in own))
        for own in states
    )


def set_row(facts: Facts, iri: str, rows: Mapping[str, ProcedureRow], cities: Mapping[str, str]) -> SetRow:
    """A set of procedures, what plans promise of it, and how many of its members their cities name."""
    members = facts.iris(iri, SKOS + "member")
    covering = facts.into(iri, DEF + "covers")
    # A plan may print what the State asks for; that is no promise of the city.
    national = [one for one in covering if facts.is_a(one, "PriorityItem")]
    promised = [one for one in covering if one not in national]
    return SetRow(
        set=facts.link(iri),
        members=len(members),
        items=tuple(map(facts.link, national)),
        promises=tuple(tuple(map(facts.item, own)) for own in belonging(facts, promised, PROV_BY, cities)),
        counts=counts([rows[kind] for kind in members if kind in rows], len(cities)),
    )


# systems


def systems(facts: Facts, page: int) -> Systems:
    """The standard tasks by city."""
    cities, part = columns(facts, page)
    ask_cities(facts, "systems", cities)
    named = facts.subjects_of(DEF + "supportsBusiness")
    initiatives = [one for one in facts.subjects_of(PROV_BY) if not facts.iris(one, DEF + "supportsBusiness")]
    plans = facts.subjects_of(DEF + "scheduleOf", DEF + "contractFor")
    facts.detail([*named, *initiatives, *plans, *cities.values()])
    businesses = [one for one in facts.subjects_of(SKOS + "notation") if facts.is_a(one, "StandardBusiness")]

    def own(business: str) -> tuple[tuple[System, ...], ...]:
        found = belonging(facts, facts.into(business, DEF + "supportsBusiness"), DEF + "operatedBy", cities)
        return tuple(tuple(system(facts, one) for one in each) for each in found)

    return Systems(
        cities=cities_of(facts, cities),
        rows=tuple(
            (facts.plain(one, SKOS + "notation"), facts.link(one), own(one)) for one in sorted(businesses, key=natural)
        ),
        initiatives=tuple(
            tuple((facts.item(one), facts.links(one, DEF + "uses")) for one in each)
            for each in belonging(facts, initiatives, PROV_BY, cities)
        ),
        part=part,
    )


def system(facts: Facts, iri: str) -> System:
    """The system of one city."""
    groups = facts.iris(iri, DEF + "inGroup")
    due = sorted({one for each in (iri, *groups) for one in facts.into(each, DEF + "scheduleOf")}, key=natural)
    return System(
        item=facts.item(iri),
        groups=tuple(map(facts.link, groups)),
        due=tuple(map(facts.item, due)),
        platforms=facts.links(iri, DEF + "runsOn"),
        contracts=tuple(map(facts.item, facts.into(iri, DEF + "contractFor"))),
    )

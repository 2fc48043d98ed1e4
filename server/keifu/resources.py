"""What the page of a thing says: a frozen view of the small graph that its queries bring."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import pyoxigraph as ox

from keifu.errors import NotFound
from keifu.facts import Facts
from keifu.language import Text
from keifu.namespaces import DEF, DERIVED_GRAPH, GRAPH, ID, PREFIXES
from keifu.stores import Store
from keifu.terms import DCTERMS, NAMED_BY, RDF_TYPE, SKOS, natural, page_query, with_values
from keifu.views import Body, Collection, Group, Link, Listing, Node, Place, Plan, Policy, Thing

ORG = PREFIXES["org"]
QB = PREFIXES["qb"]

PARENTS = tuple(
    [
        DEF + n
        for n in (
            "partOf",
            "valueOf",
            "monitors",
            "scheduleOf",
            "contractFor",
            "withinSection",
            "inDocument",
            "manifestationOf",
        )
    ]
    + [
        QB + "dataSet",
        ORG + "unitOf",
        ORG + "postIn",
        DEF + "offeredBy",
        DEF + "operatedBy",
        SKOS + "inScheme",
        DEF + "issuedBy",
    ]
)
"""What a thing belongs to, in the order in which it is asked."""

SHOWN_ELSEWHERE = (
    *NAMED_BY[:2],
    RDF_TYPE,
    DEF + "heading",
    DEF + "evidencedBy",
    DCTERMS + "description",
    SKOS + "definition",
    DEF + "inDocument",
    DEF + "withinSection",
    DEF + "datePrecision",
    SKOS + "topConceptOf",
)
"""Properties that have a place of their own on the page."""

WHOLES = (DEF + "inDocument", SKOS + "inScheme", QB + "dataSet")
"""What a document, a scheme or a table is the whole of."""

NOT_MENTIONS = (
    *WHOLES,
    SKOS + "topConceptOf",
    DEF + "linkFrom",
    DEF + "linkTo",
    DEF + "manifestationOf",
    DEF + "withinSection",
)
"""Properties into a thing that say nothing beyond what its page shows anyway."""

BELONGS = (
    DEF + "issuedBy",
    ORG + "unitOf",
    ORG + "postIn",
    DEF + "operatedBy",
    DEF + "offeredBy",
    DEF + "withinPrefecture",
)

FRAME = ("Vision", "Principle", "Pillar", "Initiative")
"""The kinds that make up the outline of a plan."""

CONTENTS = (
    "Kpi",
    "Issue",
    "InformationSystem",
    "SystemGroup",
    "Contract",
    "OnlineProcedure",
    "ScheduleEntry",
    "Milestone",
    "BudgetItem",
    "Case",
    "StatisticsTable",
    "StatisticValue",
    "GlossaryTerm",
    "PromotionBody",
    "SourceAnomaly",
)
"""The other kinds of things in a plan, in the order of its page."""

OUTLINE = 260
"""Most things in the outline of a plan, achievements included."""

MENTIONS = 160
"""Most things that point to a thing on its page, shared out among the properties by which they do."""

ROWS = 200
"""Things on one page of a listing."""

PERIOD = tuple(DEF + name for name in ("issuedBy", "startDate", "endDate", "inFiscalYear"))
"""What stands at the top of the page of a plan."""

BY_NAME = {DEF + "PromotionBody", ORG + "OrganizationalUnit", ORG + "Post"}
"""Kinds whose things have no numbers and are sorted by name."""

BODY_CONTENTS = ("PromotionBody", "OrganizationalUnit", "Post", "InformationSystem", "OnlineProcedure")
"""The kinds of things of a body, in the order of its page."""


def statements(store: Store, iri: str) -> list[ox.Triple]:
    """What is stated about a thing, and up to a thousand statements that point to it; NotFound where there is none."""
    try:
        triples = store.construct(with_values(page_query("statements"), x=[iri]))
    except ValueError as error:
        raise unknown(iri) from error
    if not any(triple.subject == ox.NamedNode(iri) for triple in triples):
        raise unknown(iri)
    return triples


def unknown(iri: str) -> NotFound:
    """The error for an IRI of which nothing is stated."""
    return NotFound(
        f"{iri} についての記述はありません。アドレスの綴りを確かめるか、市区町村の一覧からたどってください。",
        f"Nothing is stated about {iri}. Check the spelling of the address, or start from the list of municipalities.",
    )


def describe(facts: Facts, iri: str) -> Thing:
    """The page of a thing; NotFound where nothing is stated about it."""
    try:
        facts.ask("thing", x=[iri])
    except ValueError as error:
        raise unknown(iri) from error
    if not facts.about(iri):
        raise unknown(iri)
    facts.name()
    if facts.is_a(iri, "PublicBody"):
        return body(facts, iri)
    if facts.is_a(iri, "DxPlan"):
        return plan(facts, iri)
    if facts.is_a(iri, "PolicyInstrument") or facts.is_a(iri, "PolicySeries"):
        return policy(facts, iri)
    return page(facts, iri, sections(facts, iri))


def page(
    facts: Facts,
    iri: str,
    parts: tuple[Node, ...] = (),
    special: Body | Plan | Policy | None = None,
    without: Iterable[str] = (),
) -> Thing:
    """The page of a thing; `without` names properties of it and into it that the page shows elsewhere."""
    crumbs = path(facts, iri)
    found = mentions(facts, iri, {*without, *NOT_MENTIONS})
    anomalies = facts.into(iri, DEF + "concerns")
    files = facts.store.select(with_values(page_query("files"), x=[iri]))
    facts.detail(anomalies)
    own = facts.label(iri)
    names = [Text(t.value, t.language or "") for t in facts.literals(iri, *NAMED_BY)]
    hidden = [name for name in facts.about(iri) if facts.terms.leads_up(name)]
    return Thing(
        iri=iri,
        title=own,
        also=tuple(name for name in names if name.lang not in (own.lang, facts.lang) and name.value != own.value),
        kinds=tuple(map(facts.link, facts.kinds(iri))),
        description=facts.text(iri, DCTERMS + "description", SKOS + "definition"),
        crumbs=crumbs,
        rows=facts.rows(iri, {*SHOWN_ELSEWHERE, *hidden, DEF + "uses", DEF + "delivers", *without}),
        places=tuple(around(facts, place) for place in facts.iris(iri, DEF + "evidencedBy")),
        anomalies=tuple(map(facts.item, anomalies)),
        mentions=found,
        parts=parts,
        files=tuple(file_of(row["graph"].value) for row in files if row["graph"].value != DERIVED_GRAPH),
        special=special,
    )


def file_of(graph: str) -> str:
    """The source file of a named graph."""
    name = graph.removeprefix(GRAPH)
    return f"{name}.ttl" if name.startswith("ontology/") else f"data/ttl/{name}.ttl"


def around(facts: Facts, place: str) -> tuple[Place, ...]:
    """A place with the sections around it, outermost first."""
    found = [place]
    while (outer := facts.one(found[0], DEF + "withinSection")) and outer not in found:
        found.insert(0, outer)
    return tuple(map(facts.place, found))


def path(facts: Facts, iri: str) -> tuple[Link, ...]:
    """What a thing belongs to, outermost first; where nothing says so, what its IRI stands under."""
    facts.ask("parents", shown=False, x=[iri])
    found = [iri]
    while True:
        here = found[-1]
        upper = next((u for name in PARENTS for u in facts.iris(here, name) if u not in found), None)
        if upper is None:
            break
        found.append(upper)
    if len(found) == 1:
        segments = iri.removeprefix(ID).split("/")
        above = [ID + "/".join(segments[:n]) for n in range(len(segments) - 1, 0, -1)] if iri.startswith(ID) else []
        facts.ask("thing", shown=False, x=above)
        owner = next((one for one in above if facts.about(one)), None)
        if owner:
            return (*path(facts, owner), facts.link(owner))
    facts.name()
    # A policy of the State stands by itself: whoever sees it in a trail looks for the policy, not for the ministry.
    if len(found) > 1 and facts.is_a(found[-1], "NationalBody"):
        found.pop()
    return tuple(map(facts.link, reversed(found[1:])))


def mentions(facts: Facts, iri: str, without: set[str]) -> tuple[Group, ...]:
    """What points to a thing by other than upward relations, by property, each with the number of all."""
    counts = {
        row["property"].value: int(row["count"].value)
        for row in facts.store.select(with_values(page_query("mention-counts"), x=[iri]))
    }
    kept = [name for name in counts if name not in without and not facts.terms.leads_up(name)]
    for name in kept:
        facts.ask("mentions", shown=False, x=[iri], property=[name])
    shown = {name: facts.into(iri, name)[: MENTIONS // len(kept)] for name in kept}
    facts.detail(one for found in shown.values() for one in found)
    return tuple(
        Group(facts.link(name), counts[name], tuple(map(facts.item, shown[name])))
        for name in sorted(kept)
        if name != DEF + "concerns"
    )


def tree(
    facts: Facts,
    members: Iterable[str],
    above: Callable[[str], list[str]],
    achieved: Mapping[str, list[str]] | None = None,
) -> tuple[Node, ...]:
    """The outline of `members`, each under the first of its `above` that is a member too."""
    known = set(members)
    below: dict[str | None, list[str]] = {}
    for one in sorted(known, key=natural):
        below.setdefault(next((upper for upper in above(one) if upper in known and upper != one), None), []).append(one)

    def nodes(upper: str | None, trail: tuple[str, ...]) -> tuple[Node, ...]:
        return tuple(
            Node(facts.item(one), nodes(one, (*trail, one)), tuple(map(facts.item, (achieved or {}).get(one, ()))))
            for one in below.get(upper, ())
            if one not in trail
        )

    return nodes(None, ())


def sections(facts: Facts, iri: str) -> tuple[Node, ...]:
    """The parts of a document, a concept scheme or a statistics table."""
    facts.ask("parts", shown=False, x=[iri])
    members = facts.into(iri, *WHOLES)
    facts.detail(members)
    return tree(facts, members, lambda one: facts.iris(one, DEF + "withinSection", SKOS + "broader"))


def body(facts: Facts, iri: str) -> Thing:
    """The page of a public body."""
    facts.ask("body", x=[iri])
    plans = facts.into(iri, DEF + "issuedBy")
    facts.detail(plans)
    rank = ("DxPlan", "ComprehensivePlan", "Plan", "PolicyInstrument")

    def order(one: str) -> int:
        return next((n for n, name in enumerate(rank) if facts.is_a(one, name)), len(rank))

    editions = {series for one in plans for series in facts.iris(one, DEF + "editionOf")}
    members = facts.into(iri, *BELONGS[1:5])
    plans.reverse()
    plans.sort(key=order)
    special = Body(
        plans=tuple(facts.item(one) for one in plans if one not in editions),
        collections=collections(facts, members, BODY_CONTENTS),
        members=tuple(facts.link(one) for one in facts.into(iri, DEF + "withinPrefecture")),
    )
    return page(facts, iri, special=special, without=BELONGS)


def collections(facts: Facts, members: Iterable[str], kinds: Iterable[str], shown: int = 10) -> tuple[Collection, ...]:
    """Members by kind in the given order, the first few of each."""
    by_kind: dict[str, list[str]] = {}
    for one in members:
        for kind in facts.kinds(one)[:1]:
            by_kind.setdefault(kind, []).append(one)
    order = [DEF + name for name in kinds] + [ORG + name for name in kinds]

    def ordered(kind: str) -> list[str]:
        return sorted(by_kind[kind], key=facts.reading if kind in BY_NAME else natural)

    facts.name()
    return tuple(collection(facts, kind, ordered(kind), shown) for kind in order if kind in by_kind)


def collection(facts: Facts, kind: str, members: list[str], shown: int) -> Collection:
    """The first of the members of one kind, with the values of those that are KPIs."""
    first = members[:shown]
    facts.detail(first)
    values = [facts.into(one, DEF + "valueOf") for one in first]
    facts.detail(value for found in values for value in found)
    return Collection(
        kind=facts.link(kind),
        iri=members[0].rpartition("/")[0],
        count=len(members),
        items=tuple(map(facts.item, first)),
        values=tuple(tuple(map(facts.item, found)) for found in values) if any(values) else (),
    )


def contents(facts: Facts, iri: str) -> list[str]:
    """What a plan states, and what it states of its body: systems, procedures, units."""
    facts.ask("contents", x=[iri])
    owners = [iri, *facts.iris(iri, DEF + "issuedBy")]
    return [one for one in facts.subjects_of(RDF_TYPE) if any(one.startswith(f"{owner}/") for owner in owners)]


def plan(facts: Facts, iri: str) -> Thing:
    """The page of a plan for DX."""
    members = contents(facts, iri)
    frame = [one for one in members if any(facts.is_a(one, name) for name in FRAME)]
    # All of a large plan would be too heavy for a telephone; the pages of its initiatives have the rest.
    if len(frame) > OUTLINE:
        frame = [one for one in frame if not any(facts.is_a(u, "Initiative") for u in facts.iris(one, DEF + "partOf"))]
    achieved = {one: [a for a in facts.into(one, DEF + "partOf") if facts.is_a(a, "Achievement")] for one in frame}
    listed = sum(map(len, achieved.values())) + len(frame) <= OUTLINE
    facts.detail([iri, *frame, *(a for found in achieved.values() for a in found if listed)])
    rank = {DEF + name: number for number, name in enumerate(FRAME)}

    def order(node: Node) -> int:
        return rank.get(node.item.kind.iri, len(FRAME)) if node.item.kind else len(FRAME)

    outline = tree(facts, frame, lambda one: facts.iris(one, DEF + "partOf"), achieved if listed else {})
    found = collections(facts, members, CONTENTS)
    issuer = facts.one(iri, DEF + "issuedBy")
    special = Plan(
        body=facts.link(issuer) if issuer else None,
        when=facts.when(iri),
        outline=tuple(sorted(outline, key=order)),
        collections=found,
    )
    return page(facts, iri, special=special, without=PERIOD)


def policy(facts: Facts, iri: str) -> Thing:
    """The page of a law or policy."""
    facts.ask("policy", x=[iri])
    editions = [one for one in facts.subjects_of(DEF + "editionOf") if one != iri]
    members = [one for one in facts.subjects_of(DEF + "partOf") if one != iri]
    facts.detail([*editions, *members])
    editions.sort(key=lambda one: (facts.day(one, "adoptedOn") or date.min, one))
    parts = tree(facts, members, lambda one: facts.iris(one, DEF + "partOf"))
    return page(facts, iri, parts, Policy(editions=tuple(map(facts.item, editions))))


def listing(facts: Facts, iri: str, page: int) -> Listing:
    """The things whose IRIs stand under `iri`, a plan or a body with one more segment; NotFound otherwise."""
    parent = iri.rpartition("/")[0]
    try:
        facts.ask("thing", shown=False, x=[parent])
    except ValueError as error:
        raise unknown(iri) from error
    facts.name()
    members: list[str] = []
    if facts.is_a(parent, "DxPlan"):
        members = contents(facts, parent)
    elif facts.is_a(parent, "PublicBody"):
        facts.ask("body", x=[parent])
        members = facts.into(parent, *BELONGS)
    members = sorted((one for one in members if one.startswith(f"{iri}/")), key=natural)
    pages = -(-len(members) // ROWS)
    if not 1 <= page <= pages:
        raise unknown(iri)
    first = members[(page - 1) * ROWS : page * ROWS]
    facts.detail([parent, *first])
    kinds = facts.kinds(first[0])
    return Listing(
        iri=iri,
        title=facts.label(kinds[0]),
        crumbs=(*path(facts, parent), facts.link(parent)),
        count=len(members),
        page=page,
        pages=pages,
        items=tuple(map(facts.item, first)),
    )


def ontology(store: Store) -> list[ox.Triple]:
    """All that the vocabulary says of itself and of its terms."""
    return store.construct(page_query("ontology"))

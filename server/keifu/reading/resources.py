"""The pages of bodies, plans, policies and all other things, and the lists of what plans and bodies have."""

from collections.abc import Iterable
from datetime import date

from keifu.namespaces import DEF
from keifu.reading.cities import issued, planned
from keifu.reading.facts import Facts
from keifu.reading.statements import unknown
from keifu.reading.terms import RDF_TYPE
from keifu.reading.things import ORG, page, path, sections, tree
from keifu.reading.views import Body, Collection, Listing, Node, Plan, Policy, Thing

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

ROWS = 200
"""Things on one page of a listing."""

PERIOD = tuple(DEF + name for name in ("issuedBy", "startDate", "endDate", "inFiscalYear"))
"""What stands at the top of the page of a plan."""

BY_NAME = {DEF + "PromotionBody", ORG + "OrganizationalUnit", ORG + "Post"}
"""Kinds whose things have no numbers and are sorted by name."""

BODY_CONTENTS = ("PromotionBody", "OrganizationalUnit", "Post", "InformationSystem", "OnlineProcedure")
"""The kinds of things of a body, in the order of its page."""


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
    cities = facts.into(iri, DEF + "withinPrefecture")
    special = Body(
        plans=tuple(facts.item(one) for one in plans if one not in editions),
        collections=collections(facts, members, BODY_CONTENTS),
        prefecture=next(iter(facts.links(iri, DEF + "withinPrefecture")), None),
        compared=iri in issued(facts.store),
        members=tuple(map(facts.link, cities)),
        planned=planned(facts, cities),
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
        return sorted(by_kind[kind], key=facts.reading if kind in BY_NAME else facts.numbered)

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
    elif facts.is_a(parent, "PolicyInstrument"):
        # Without its document here, what it states is known by what leads up to it.
        facts.ask("members", x=[parent])
        members = facts.subjects_of(RDF_TYPE)
    elif facts.is_a(parent, "PublicBody"):
        facts.ask("body", x=[parent])
        members = facts.into(parent, *BELONGS)
    members = sorted((one for one in members if one.startswith(f"{iri}/")), key=facts.numbered)
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

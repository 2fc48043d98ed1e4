"""What the page of any thing says: a frozen view of the small graph that its queries bring."""

from collections.abc import Callable, Iterable, Mapping

from keifu.language import Text
from keifu.namespaces import DEF, DERIVED_GRAPH, GRAPH, ID, PREFIXES
from keifu.reading.facts import Facts
from keifu.reading.terms import DCTERMS, NAMED_BY, RDF_TYPE, SKOS, natural, page_query, with_values
from keifu.reading.views import Body, Group, Link, Node, Place, Plan, Policy, Thing

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

MENTIONS = 160
"""Most things that point to a thing on its page, shared out among the properties by which they do."""


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
        Group(facts.link(name), counts[name], tuple(map(facts.item, sorted(shown[name], key=facts.numbered))))
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

"""An answer as a graph: its things as boxes, tied from the lower to the upper, to be drawn like a lineage."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from keifu.language import Text
from keifu.lineage.diagram import Kin, Pedigree, Tie
from keifu.queries.solutions import Solutions, Table
from keifu.reading.facts import Facts
from keifu.reading.terms import RDF_TYPE
from keifu.reading.views import Link

THINGS = 60
"""Most boxes; a drawing with more cannot be taken in."""

RELATIONS = ("relation", "kind", "property")
"""What a query calls the tie between its things."""

Edge = tuple[Link, Link, Link]
"""Lower thing, relation, upper thing."""


def from_solutions(solutions: Solutions, table: Table) -> Iterator[Edge]:
    """From a SELECT the first two columns of things; another names the tie if it is called one of RELATIONS."""
    things = [name for name in solutions.things() if name not in RELATIONS]
    if len(things) < 2:
        return
    relation = next((name for name in RELATIONS if name in table.names), None)
    for row in solutions.rows:
        lower, upper = (table.cell(row, name) for name in things[:2])
        tie = table.cell(row, relation) if relation else None
        if lower and upper:
            name = tie.text if tie else Text("")
            yield (
                Link(lower.iri, lower.text),
                Link(tie.iri or name.value if tie else "", name),
                Link(upper.iri, upper.text),
            )


def from_triples(facts: Facts, triples: Iterable[ox.Triple]) -> Iterator[Edge]:
    """From a graph all statements that tie things."""
    ties = [
        (triple.subject.value, triple.predicate.value, triple.object.value)
        for triple in triples
        if isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
        and triple.predicate.value != RDF_TYPE
    ]
    facts.mention(*{iri for tie in ties for iri in tie})
    facts.name()
    for lower, relation, upper in ties:
        yield facts.link(lower), facts.link(relation), facts.link(upper)


def pedigree(facts: Facts, edges: Iterable[Edge]) -> Pedigree | None:
    """What is drawn of the edges; None where nothing is tied, or too much for a drawing."""
    things: dict[str, Link] = {}
    relations: dict[tuple[str, str], list[Link]] = {}
    for lower, relation, upper in edges:
        if lower.iri != upper.iri and (upper.iri, lower.iri) not in relations:
            things |= {lower.iri: lower, upper.iri: upper}
            found = relations.setdefault((lower.iri, upper.iri), [])
            if relation not in found:
                found.append(relation)
        if len(things) > THINGS:
            return None
    if not relations:
        return None
    facts.mention(*things)
    facts.name()
    uppers = {upper for _, upper in relations}
    first = next((link for iri, link in things.items() if iri not in uppers), next(iter(things.values())))
    return Pedigree(
        iri=first.iri,
        title=first.label,
        crumbs=(),
        kin={iri: kin(facts, link) for iri, link in things.items()},
        ties=tuple(
            Tie(lower=lower, upper=upper, relations=tuple(names)) for (lower, upper), names in relations.items()
        ),
        hidden=frozenset(),
        chains=(),
    )


def kin(facts: Facts, link: Link) -> Kin:
    """A thing of the drawing; all stand in one band, as an answer may be about anything."""
    kind = next(iter(facts.kinds(link.iri)), "")
    return Kin(key=link.iri, link=link, kind=facts.link(kind) if kind else None, band=1, leaf=True)

"""Which nodes could violate a shape, asked of the store with a query a constraint, so that pySHACL looks at these only.

pySHACL asks for every node by itself, which takes minutes for the plans of a nation. A query over all nodes takes a
moment, and as many run at once as there are cores, because the engine works outside the interpreter. In doubt a node is
suspected: what is found, and how it is reported, stays with pySHACL.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
from pyshacl.helper.path_helper import shacl_path_to_sparql_path
from pyshacl.shapes_graph import ShapesGraph
from rdflib import RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from keifu.namespaces import SPARQL_PREFIXES

TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf)
BESIDE = (RDF.type, SH.message, SH.description, SH.severity, SH.path, *TARGETS)
"""What a shape has beside its constraints."""
COUNTS: Mapping[Node, str] = {SH.minCount: "<", SH.maxCount: ">"}
NODE_KINDS: Mapping[Node, str] = {SH.IRI: "ISIRI", SH.Literal: "ISLITERAL", SH.BlankNode: "ISBLANK"}
TESTS: Mapping[Node, str] = {
    SH.pattern: "REGEX(STR(?value), {})",
    SH.minInclusive: "?value >= {}",
    SH.minExclusive: "?value > {}",
    SH.maxInclusive: "?value <= {}",
    SH.maxExclusive: "?value < {}",
}
"""What is true of a value that meets a constraint, by the term of the constraint; an error is a failure."""


class Unread(Exception):
    """There is no question for a constraint or a target."""


def narrow(shapes: Graph, store: ox.Store) -> None:
    """Make the nodes of the store that could violate it the targets of each shape; what is not read keeps its own."""
    suspects = Suspects(shapes, store)
    aimed = list({shape for target in TARGETS for shape in shapes.subjects(target)})
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        answers = list(threads.map(suspects.of, aimed))
    for shape, nodes in zip(aimed, answers, strict=True):
        if nodes is not None:
            for target in TARGETS:
                shapes.remove((shape, target, None))
            for node in nodes:
                shapes.add((shape, SH.targetNode, node))


class Suspects:
    """The constraints of shapes as questions to a store."""

    def __init__(self, shapes: Graph, store: ox.Store) -> None:
        self._shapes = shapes
        self._paths = ShapesGraph(shapes)
        self._store = store

    def of(self, shape: Node) -> set[Node] | None:
        """The nodes that could violate a shape; None where that is not known."""
        found: set[Node] = set()
        try:
            for constraint, value in self._shapes.predicate_objects(shape):
                if constraint == SH.sparql:
                    # It is a query over all nodes already; pySHACL asks it again only where it has an answer.
                    if any(self._rows(str(self._shapes.value(value, SH.select)))):
                        return None
                elif constraint not in BESIDE:
                    rows = self._rows(self._question(shape, constraint, value))
                    found.update(BNode(x.value) if isinstance(x, ox.BlankNode) else URIRef(x.value) for (x,) in rows)
        except Unread:
            return None
        return found

    def _rows(self, query: str) -> ox.QuerySolutions:
        rows = self._store.query(SPARQL_PREFIXES + query, use_default_graph_as_union=True)
        assert isinstance(rows, ox.QuerySolutions)  # noqa: S101 - our own SELECT
        return rows

    def _question(self, shape: Node, constraint: Node, value: Node) -> str:
        """The SELECT of the targets of a shape that fail a constraint."""
        target = " UNION ".join(f"{{ {pattern} }}" for pattern in self._targets(shape))
        path = self._shapes.value(shape, SH.path)
        if path is None:
            raise Unread
        step = f"?this {shacl_path_to_sparql_path(self._paths, path)}"
        if constraint in COUNTS:
            return (
                f"SELECT ?this {{ {target} OPTIONAL {{ {step} ?value }} }}"
                f" GROUP BY ?this HAVING(COUNT(DISTINCT ?value) {COUNTS[constraint]} {value})"
            )
        if constraint == SH.uniqueLang:
            return (
                f"SELECT DISTINCT ?this {{ {target} {step} ?value, ?other"
                " FILTER(!SAMETERM(?value, ?other) && LCASE(LANG(?value)) = LCASE(LANG(?other))) }"
            )
        return f"SELECT DISTINCT ?this {{ {target} {step} ?value FILTER({self._wrong(constraint, value)}) }}"

    def _targets(self, shape: Node) -> Iterator[str]:
        """The patterns of what a shape looks at."""
        for target, value in self._shapes.predicate_objects(shape):
            if target == SH.targetNode:
                raise Unread
            if target == SH.targetSubjectsOf:
                yield f"?this {term(value)} ?any"
        if classes := list(self._shapes.objects(shape, SH.targetClass)):
            yield f"{self._kinds('?class', classes)} ?this a ?class"

    def _wrong(self, constraint: Node, value: Node) -> str:
        """The expression that is true of a ?value that fails a constraint."""
        if constraint == SH["class"]:
            return f"NOT EXISTS {{ {self._kinds('?kind', [value])} ?value a ?kind }}"
        if constraint == SH.nodeKind and value in NODE_KINDS:
            return f"!{NODE_KINDS[value]}(?value)"
        if constraint in TESTS:
            return f"COALESCE(!({TESTS[constraint].format(term(value))}), true)"
        if constraint == SH.languageIn:
            known = [f"LANGMATCHES(LANG(?value), {term(tag)})" for tag in Collection(self._shapes, value)]
            return f"COALESCE(!({' || '.join(known)}), true)"
        if constraint == SH["not"]:
            return f"!({self._any_wrong(value)})"
        if constraint == SH["or"]:
            members = Collection(self._shapes, value)
            return " && ".join(f"({self._any_wrong(member)})" for member in members)
        raise Unread

    def _any_wrong(self, member: Node) -> str:
        """The expression that is true of a ?value that fails a shape without a path."""
        return " || ".join(self._wrong(*pair) for pair in self._shapes.predicate_objects(member) if pair[0] != RDF.type)

    def _kinds(self, name: str, classes: Iterable[Node]) -> str:
        """The pattern that binds a variable to each of the classes and of what the store has below them."""
        above = " ".join(map(term, classes))
        rows = self._rows(f"SELECT DISTINCT ?low {{ VALUES ?up {{ {above} }} ?low {term(RDFS.subClassOf)}* ?up }}")
        return f"VALUES {name} {{ {' '.join(str(low) for (low,) in rows if isinstance(low, ox.NamedNode))} }}"


def term(node: Node) -> str:
    """An IRI or a literal as it stands in a query."""
    return node.n3()

"""Checks a dataset, or files before they join it, against the shapes."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.query import Result as Answer
from rdflib.term import Identifier, Node

from keifu.dataset.files import Sources, read_turtle, subject_lines
from keifu.dataset.report import SEVERITIES, Report, Result
from keifu.dataset.suspects import narrow
from keifu.namespaces import HOME, PREFIXES, rebased

DATASET = URIRef(HOME)
"""Target of the rules that are asked once over the whole dataset and return the node at fault as value."""
PLACEHOLDER = re.compile(r"\{[?$]\w+\}")

Places = Mapping[str, tuple[str, int | None]]
"""File and line (from 1, where known) that describe a node, by its IRI or the label of a blank node."""


class Data(OxigraphDataGraph):
    """A store as pySHACL reads it: the union of its graphs."""

    def __bool__(self) -> bool:
        """True. pySHACL asks three times for each result whether there is a graph, and would count all triples."""
        return True

    def query(self, *args: Any, **kwargs: Any) -> Answer:
        """The answer with backslashes doubled, because pySHACL fills values into messages as patterns of `re.sub`."""
        answer = super().query(*args, **kwargs)
        answer.bindings = [{name: escaped(term) for name, term in row.items()} for row in answer.bindings]
        return answer


def escaped(term: Identifier) -> Identifier:
    """A term whose text `re.sub` puts back as it was."""
    return Literal(term.replace("\\", r"\\")) if isinstance(term, Literal) else term


def validate(store: ox.Store, sources: Sources) -> Report:
    """The findings in all of a store, which holds the vocabulary too; the shapes come from `sources`."""
    shapes = read_shapes(sources)
    narrow(shapes, store)
    found = run(store, shapes)
    places: dict[str, tuple[str, int | None]] = {}
    faults = {fault(found, node)[0] for node in found.objects(predicate=SH.result)}
    named = [ox.NamedNode(node) for node in faults if isinstance(node, URIRef)]
    graphs = {quad.graph_name for node in named for quad in store.quads_for_pattern(node, None, None)}
    for path in [*sources.data, *sources.ontology]:
        if sources.graph(path) in graphs:
            name = path.relative_to(sources.root).as_posix()
            for iri, line in subject_lines(path).items():
                places.setdefault(iri, (name, line))
    return make_report(found, shapes, places)


def validate_files(paths: Sequence[Path], sources: Sources) -> Report:
    """The findings about what the files describe, read together with all that `sources` holds beside them.

    A file that cannot be read is an UnusableInput, one that is not Turtle a TurtleError.
    """
    store = ox.Store()
    own = {path.resolve() for path in paths}
    for path in [*sources.ontology, *sources.data]:
        if path.resolve() not in own:
            store.extend(read_turtle(path))
    places: dict[str, tuple[str, int | None]] = {}
    for path in paths:
        quads = list(read_turtle(path))
        store.extend(quads)
        for iri, line in subject_lines(path).items():
            places.setdefault(iri, (str(path), line))
        for quad in quads:
            if isinstance(quad.subject, ox.NamedNode | ox.BlankNode):
                places.setdefault(quad.subject.value, (str(path), None))
    shapes = read_shapes(sources)
    narrow(shapes, store)
    found = run(store, shapes)
    for node in list(found.objects(predicate=SH.result)):
        if str(fault(found, node)[0]) not in places:
            found.remove((None, SH.result, node))
    return make_report(found, shapes, places)


def read_shapes(sources: Sources) -> Graph:
    """All shapes in one graph.

    The constraints of a node shape are given its targets and taken out of it, which means the same: each can be asked
    about alone, and pySHACL does not set it up anew for every node.
    """
    graph = Graph()
    for path in sources.shapes:
        graph.parse(data=rebased(path.read_text(encoding="utf-8")), format="ox-turtle")
    for shape, part in list(graph.subject_objects(SH.property)):
        for target in graph.objects(shape, SH.targetClass):
            graph.add((part, SH.targetClass, target))
        graph.remove((shape, SH.property, part))
    return graph


def run(store: ox.Store, shapes: Graph) -> Graph:
    """The report of pySHACL, without inference and without the network."""
    with quiet("rdflib.term"):
        _, report, text = pyshacl.validate(Data(store), shacl_graph=shapes, inference="none")
    assert isinstance(report, Graph), text  # noqa: S101 - our own shapes, not a visitor's
    return report


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """Silence a logger: rdflib logs a trace for each ill-typed literal, which the shapes report as a finding."""
    logger = logging.getLogger(name)
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


def fault(found: Graph, node: Node) -> tuple[Node | None, Node | None]:
    """The node and the value at fault of one result of pySHACL."""
    focus, value = found.value(node, SH.focusNode), found.value(node, SH.value)
    if focus == DATASET:
        return value, None
    return focus, None if value == focus else value


def make_report(found: Graph, shapes: Graph, places: Places) -> Report:
    """The report of pySHACL, with places, with the nodes at fault in focus and with the languages of the messages."""
    graph = Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    report = BNode()
    results: list[Result] = []
    for node in found.objects(predicate=SH.result):
        focus, value = fault(found, node)
        path, shape = found.value(node, SH.resultPath), found.value(node, SH.sourceShape)
        messages = sorted(tagged(found.objects(node, SH.resultMessage), shapes, shape), key=japanese_first)
        file, line = places.get(str(focus), (None, None))
        results.append(
            Result(
                focus=str(focus),
                path=str(path) if isinstance(path, URIRef) else None,
                value=None if value is None else str(value),
                severity=str(found.value(node, SH.resultSeverity)).removeprefix(str(SH)),
                messages={str(message.language): str(message) for message in messages},
                shape=str(shape),
                file=file,
                line=line,
            )
        )
        graph.add((report, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        for message in messages:
            graph.add((node, SH.resultMessage, message))
        for predicate, term in [
            (SH.focusNode, focus),
            (SH.value, value),
            (SH.resultPath, path),
            (SH.sourceShape, shape),
            (SH.resultSeverity, found.value(node, SH.resultSeverity)),
            (SH.sourceConstraintComponent, found.value(node, SH.sourceConstraintComponent)),
        ]:
            if term is not None:
                graph.add((node, predicate, term))
        if isinstance(path, BNode):
            graph += found.cbd(path)
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal(all(result.severity != "Violation" for result in results))))
    return Report(tuple(sorted(results, key=order)), graph)


def order(result: Result) -> tuple[str, int, int, str, str, str]:
    """By file and line, the gravest first."""
    rank = list(SEVERITIES).index(result.severity)
    return result.file or "", result.line or 0, rank, result.focus, result.shape, result.messages["en"]


def japanese_first(message: Literal) -> bool:
    """Sorts messages by their language."""
    return message.language != "ja"


def tagged(messages: Iterable[Node], shapes: Graph, shape: Node | None) -> Iterator[Literal]:
    """The messages with their languages, which pySHACL loses where it fills in values: known by the words around."""
    templates = [*shapes.objects(shape, SH.message), *shapes.objects(shape, SH.sparql / SH.message)]
    for message in messages:
        for template in templates:
            words = map(re.escape, PLACEHOLDER.split(str(template)))
            if isinstance(template, Literal) and re.fullmatch("(.*)".join(words), str(message), re.DOTALL):
                yield Literal(str(message), lang=template.language)

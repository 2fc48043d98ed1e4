"""Tiny datasets for the tests of pages: the vocabulary of the repository with a few statements of one's own."""

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from keifu.build import derive
from keifu.dataset.files import Sources, read_turtle
from keifu.dataset.stores import Manifest, Store
from keifu.namespaces import GRAPH, PREFIXES

FOLDER = Path(__file__).parent / "data" / "pages"


@cache
def vocabulary() -> tuple[ox.Quad, ...]:
    """The statements of the vocabulary, each in the graph of its file."""
    sources = Sources.find()
    return tuple(
        ox.Quad(quad.subject, quad.predicate, quad.object, sources.graph(path))
        for path in sources.ontology
        for quad in read_turtle(path)
    )


def small(text: str) -> Store:
    """A store of the vocabulary and the given Turtle, with all that the build derives; prefixes are there already."""
    quads = ox.Store()
    quads.extend(vocabulary())
    head = "@base <https://w3id.org/keifu/id/> .\n" + "".join(
        f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()
    )
    quads.load(head + text, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH + "test"))
    derive(quads, Sources.find())
    return Store(quads, Manifest("0123456789abcdef", {GRAPH + "test": len(quads)}, 0))


def case(name: str) -> Store:
    """The small store of tests/data/pages/NAME.ttl."""
    return small((FOLDER / f"{name}.ttl").read_text(encoding="utf-8"))

"""JSON-LD with the words of the vocabulary, for programs that read JSON and for search engines."""

import json
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox
from rdflib import Graph

from keifu.dataset.stores import Store, once
from keifu.namespaces import SPARQL_PREFIXES
from keifu.publishing.context import context

DECLARED = (
    SPARQL_PREFIXES
    + """CONSTRUCT { ?term ?property ?value } WHERE {
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?term a ?kind ; ?property ?value .
}"""
)
"""All that the vocabulary says of its own terms and of those it takes from others."""


@once
def words(store: Store) -> Mapping[str, object]:
    """The JSON-LD context of the vocabulary that a dataset holds."""
    return context(read(store.construct(DECLARED)))


def compact(triples: Iterable[ox.Triple], store: Store) -> dict[str, object]:
    """Triples as one JSON-LD document, the same every time; its context has the words that it uses and no others."""
    every = dict(words(store))
    document: dict[str, object] = json.loads(read(triples).serialize(format="json-ld", context=every))
    del document["@context"]
    said = set(names(document))
    used = {name for name in every if name in said}
    meant = names([every[name] for name in used])
    prefixes = {name.partition(":")[0] for name in [*said, *meant]}
    return {
        "@context": {name: value for name, value in every.items() if name in used | prefixes},
        **{key: ordered(value, key) for key, value in sorted(document.items())},
    }


def read(triples: Iterable[ox.Triple]) -> Graph:
    """Triples as rdflib holds them."""
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def names(document: object) -> Iterator[str]:
    """The keys of a document and the texts among its values, words and compact IRIs among them."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield key
            yield from names(value)
    elif isinstance(document, list):
        for each in document:
            yield from names(each)
    elif isinstance(document, str):
        yield document


def ordered(value: object, key: str = "") -> object:
    """A document with its keys, and the members of what is no list in RDF, in order: the serialiser has none."""
    if isinstance(value, dict):
        return {name: ordered(each, name) for name, each in sorted(value.items())}
    if isinstance(value, list):
        members = [ordered(each) for each in value]
        return members if key == "@list" else sorted(members, key=json.dumps)
    return value

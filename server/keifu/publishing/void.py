"""The description of the dataset in VoID: its statistics, its parts and what links it to others."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

import pyoxigraph as ox

from keifu.dataset.stores import Manifest
from keifu.namespaces import GRAPH, ID
from keifu.publishing.catalogue import (
    CATALOGUE,
    DATASET,
    Publication,
    about,
    address,
    both,
    by_stem,
    dates,
    node,
    publisher,
    whole,
)
from keifu.publishing.counts import TARGETS, Counts
from keifu.publishing.dumps import WHOLE, Dump

FEATURES = {"ttl": "Turtle", "nt": "N-Triples", "rdf": "RDF_XML", "jsonld": "JSON-LD", "nq": "N-Quads"}
"""The names that W3C gave the formats, by suffix."""


def number(value: int) -> ox.Literal:
    """A count."""
    return ox.Literal(value)


def void(publication: Publication, manifest: Manifest, counts: Counts, dumps: Iterable[Dump]) -> Iterator[ox.Triple]:
    """The description of the dataset in VoID."""
    site, files = publication.site, by_stem(dumps)
    dataset = node(DATASET)
    yield from about(
        node(f"{site}.well-known/void"),
        {
            "rdf:type": node("void:DatasetDescription"),
            "dcterms:title": both("データセット「系譜」の記述（VoID）", "Description of the dataset keifu (VoID)"),
            "foaf:primaryTopic": dataset,
        },
    )
    yield from publisher(publication.agent)
    spaces = sorted({space(name) for name in (*counts.classes, *counts.properties)})
    yield from about(
        dataset,
        {
            "rdf:type": node("void:Dataset"),
            **whole(),
            **dates(manifest, manifest.graphs),
            "dcat:version": ox.Literal(manifest.version),
            "dcat:landingPage": node(site),
            "void:uriSpace": ox.Literal(ID),
            "void:sparqlEndpoint": [node(f"{site}sparql")] if publication.served else [],
            "void:dataDump": [address(site, dump) for dump in files[WHOLE]],
            "void:feature": [node(f"formats:{FEATURES[suffix]}") for suffix in ("ttl", "nt", "rdf", "jsonld", "nq")],
            "void:vocabulary": [node(each) for each in spaces],
            "void:exampleResource": [node(each) for each in counts.examples],
            "void:triples": number(manifest.triples),
            "void:entities": number(counts.entities),
            "void:distinctSubjects": number(counts.subjects),
            "void:distinctObjects": number(counts.objects),
            "void:classes": number(len(counts.classes)),
            "void:properties": number(len(counts.properties)),
            "void:classPartition": list(map(of_class, counts.classes)),
            "void:propertyPartition": list(map(of_property, counts.properties)),
            "void:subset": list(map(node, manifest.graphs)),
        },
    )
    for name, entities in counts.classes.items():
        yield from about(of_class(name), {"void:class": node(name), "void:entities": number(entities)})
    for name, (triples, subjects, objects) in counts.properties.items():
        yield from about(
            of_property(name),
            {
                "void:property": node(name),
                "void:triples": number(triples),
                "void:distinctSubjects": number(subjects),
                "void:distinctObjects": number(objects),
            },
        )
    for graph, triples in manifest.graphs.items():
        yield from about(
            node(graph),
            {
                "rdf:type": node("void:Dataset"),
                "void:triples": number(triples),
                "void:distinctSubjects": number(counts.graphs[graph]),
                "void:dataDump": [address(site, dump) for dump in files[graph.removeprefix(GRAPH)]],
            },
        )
    yield from linksets(counts)


def of_class(name: str) -> ox.NamedNode:
    """The part of the dataset with the instances of a class."""
    return node(f"{CATALOGUE}#class/{quote(name, safe='')}")


def of_property(name: str) -> ox.NamedNode:
    """The part of the dataset with the triples of a property."""
    return node(f"{CATALOGUE}#property/{quote(name, safe='')}")


def linksets(counts: Counts) -> Iterator[ox.Triple]:
    """What links our things to those of others."""
    for key, (by, prefix, home, ja, en) in TARGETS.items():
        if not counts.links[key]:
            continue
        links, target = node(f"{CATALOGUE}#links-{key}"), node(f"{CATALOGUE}#{key}")
        yield ox.Triple(node(DATASET), node("void:subset"), links)
        yield from about(
            links,
            {
                "rdf:type": node("void:Linkset"),
                "void:subjectsTarget": node(DATASET),
                "void:objectsTarget": target,
                "void:linkPredicate": node(by),
                "void:triples": number(counts.links[key]),
            },
        )
        yield from about(
            target,
            {
                "rdf:type": node("void:Dataset"),
                "dcterms:title": both(ja, en),
                "foaf:homepage": node(home),
                "void:uriSpace": ox.Literal(prefix),
            },
        )


def space(iri: str) -> str:
    """The namespace of a term."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]

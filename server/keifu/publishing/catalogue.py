"""What VoID and DCAT both say of the dataset, and the terms that they say it in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from keifu.dataset.stores import Manifest
from keifu.namespaces import BASE, PREFIXES
from keifu.publishing.dumps import Dump
from keifu.sparql.formats import FLAT

CATALOGUE = BASE + "catalogue"
DATASET = CATALOGUE + "#dataset"
PUBLISHER = CATALOGUE + "#publisher"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

NAMES: Mapping[str, str] = PREFIXES | {
    "void": "http://rdfs.org/ns/void#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "formats": "http://www.w3.org/ns/formats/",
    "media": "https://www.iana.org/assignments/media-types/",
    "lang": "http://id.loc.gov/vocabulary/iso639-1/",
}
CATALOGUE_PREFIXES: Mapping[str, str] = FLAT | {name: NAMES[name] for name in ("void", "foaf", "spdx", "formats")}
"""The prefixes of both documents."""


@dataclass(frozen=True)
class Publication:
    """Who publishes the dataset, and where."""

    site: str
    """The address of the service, with a slash at the end."""
    agent: str
    """The name of who publishes."""
    served: bool = True
    """Whether a service answers there; a copy in files has no endpoint and no API."""


Term = ox.NamedNode | ox.BlankNode | ox.Literal
Said = Mapping[str, Term | Iterable[Term]]


def node(name: str) -> ox.NamedNode:
    """The IRI of `prefix:local`, or the IRI itself."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(NAMES[prefix] + local if prefix in NAMES else name)


def both(ja: str, en: str) -> tuple[ox.Literal, ox.Literal]:
    """A text in both languages."""
    return ox.Literal(ja, language="ja"), ox.Literal(en, language="en")


def about(subject: ox.NamedNode | ox.BlankNode, said: Said) -> Iterator[ox.Triple]:
    """The triples that say all that of a subject."""
    for name, values in said.items():
        for value in [values] if isinstance(values, Term) else values:
            yield ox.Triple(subject, node(name), value)


def terms_of_use() -> Said:
    """Who publishes and what may be done with it."""
    return {"dcterms:publisher": node(PUBLISHER), "dcterms:license": node(LICENCE)}


def publisher(name: str) -> Iterator[ox.Triple]:
    """The agent behind the dataset, by name; its home page is its own affair, and that of the catalogue alone is ours.

    Two things that share a foaf:homepage are one and the same to those who reason.
    """
    yield from about(node(PUBLISHER), {"rdf:type": node("foaf:Agent"), "foaf:name": ox.Literal(name)})


TITLE = both("系譜: 自治体DX推進計画のデータ", "keifu: municipal DX plans as linked data")
SUMMARY = both(
    "市区町村のDX推進計画を、根拠となる法律や国の計画、取組、指標、事例、出典のつながりとして表したデータ。",
    "DX plans of Japanese municipalities as a web of the laws and plans they rest on, initiatives, indicators, examples"
    " and evidence.",
)


def whole() -> Said:
    """What both documents say of the dataset."""
    return {"dcterms:title": TITLE, "dcterms:description": SUMMARY, **terms_of_use()}


def dates(manifest: Manifest, graphs: Iterable[str]) -> Said:
    """When the first of some graphs came to be, where that is known, and when the last of them changed."""
    found = list(graphs)
    issued = sorted(manifest.issued[graph] for graph in found if graph in manifest.issued)
    modified = sorted(manifest.modified[graph] for graph in found)
    kind = node("xsd:dateTime")
    return {
        "dcterms:issued": [ox.Literal(moment, datatype=kind) for moment in issued[:1]],
        "dcterms:modified": [ox.Literal(moment, datatype=kind) for moment in modified[-1:]],
    }


def address(site: str, dump: Dump) -> ox.NamedNode:
    """Where a dump is."""
    return node(f"{site}dumps/{dump.name}")


def by_stem(dumps: Iterable[Dump]) -> dict[str, list[Dump]]:
    """The files of the whole and of each graph."""
    found: dict[str, list[Dump]] = {}
    for dump in dumps:
        found.setdefault(dump.stem, []).append(dump)
    return found

"""The dumps in DCAT: each a distribution of the whole or of a graph, with its checksum."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from keifu.publishing.catalogue import CATALOGUE, LICENCE, about, address, node
from keifu.publishing.dumps import Dump


def distribution(dump: Dump) -> ox.NamedNode:
    """A dump as a distribution."""
    return node(f"{CATALOGUE}#dumps/{dump.name}")


def distributed(site: str, dumps: Iterable[Dump]) -> Iterator[ox.Triple]:
    """Distributions with their checksums."""
    for dump in dumps:
        place, checksum = distribution(dump), node(f"{CATALOGUE}#sha256/{dump.name}")
        yield from about(
            place,
            {
                "rdf:type": node("dcat:Distribution"),
                "dcterms:title": ox.Literal(dump.name),
                "dcterms:license": node(LICENCE),
                "dcat:accessURL": address(site, dump),
                "dcat:downloadURL": address(site, dump),
                "dcat:mediaType": node(f"media:{dump.form.media_type}"),
                "dcat:compressFormat": [node(f"media:{dump.media_type}")] if dump.packed else [],
                "dcat:byteSize": ox.Literal(str(dump.size), datatype=node("xsd:nonNegativeInteger")),
                "spdx:checksum": checksum,
            },
        )
        yield from about(
            checksum,
            {
                "rdf:type": node("spdx:Checksum"),
                "spdx:algorithm": node("spdx:checksumAlgorithm_sha256"),
                "spdx:checksumValue": ox.Literal(dump.sha256, datatype=node("xsd:hexBinary")),
            },
        )

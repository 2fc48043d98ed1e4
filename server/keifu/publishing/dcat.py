"""The catalogue of the dataset in DCAT 3."""

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from keifu.dataset.stores import Manifest
from keifu.namespaces import DEF, GRAPH, ID
from keifu.publishing.catalogue import (
    CATALOGUE,
    DATASET,
    LICENCE,
    SUMMARY,
    Said,
    Term,
    about,
    address,
    both,
    by_stem,
    node,
    publisher,
    terms_of_use,
    whole,
)
from keifu.publishing.counts import Plan
from keifu.publishing.dumps import WHOLE, Dump


def dcat(
    site: str, agent: str, manifest: Manifest, plans: Mapping[str, Plan], dumps: Iterable[Dump]
) -> Iterator[ox.Triple]:
    """The catalogue in DCAT 3: the dataset and one for each graph, those about plans in a series for each body."""
    files = by_stem(dumps)
    catalogue, dataset, version = node(CATALOGUE), node(DATASET), ox.Literal(manifest.version)
    graphs = [node(graph) for graph in manifest.graphs]
    bodies = {plan.body: plan.body_names for _, plan in sorted(plans.items())}
    services = [node(f"{site}sparql"), node(f"{site}api")]
    yield from about(
        catalogue,
        {
            "rdf:type": node("dcat:Catalog"),
            "dcterms:title": both("系譜のデータカタログ", "Catalogue of keifu"),
            "dcterms:description": SUMMARY,
            **terms_of_use(),
            "dcterms:language": [node("lang:ja"), node("lang:en")],
            "foaf:homepage": node(site),
            "dcat:dataset": [dataset, *graphs, *(series(body) for body in bodies)],
            "dcat:service": services,
        },
    )
    yield from publisher(site, agent)
    yield from about(
        dataset,
        {
            "rdf:type": node("dcat:Dataset"),
            **whole(),
            "dcat:version": version,
            "dcat:landingPage": node(site),
            "dcat:keyword": [*both("自治体DX", "municipal DX"), *both("政策の系譜", "policy lineage")],
            "dcterms:language": [node("lang:ja"), node("lang:en")],
            "dcterms:conformsTo": node(DEF.removesuffix("#")),
            "dcterms:hasPart": graphs,
            "dcat:distribution": [distribution(dump) for dump in files[WHOLE]],
        },
    )
    for dump in files[WHOLE]:
        yield from distributed(site, dump)
    for body, names in bodies.items():
        yield from about(
            series(body),
            {
                "rdf:type": node("dcat:DatasetSeries"),
                "dcterms:title": [_extended(name, "の計画", ": plans") for name in names],
                **terms_of_use(),
                "dcterms:spatial": node(body),
            },
        )
    for graph in manifest.graphs:
        stem = graph.removeprefix(GRAPH)
        yield from about(
            node(graph),
            {
                "rdf:type": node("dcat:Dataset"),
                "dcterms:title": both(f"系譜のグラフ {stem}", f"Graph {stem} of keifu"),
                **terms_of_use(),
                "dcat:version": version,
                "dcterms:isPartOf": dataset,
                **covered(plans.get(graph), stem),
                "dcat:distribution": [distribution(dump) for dump in files[stem]],
            },
        )
        for dump in files[stem]:
            yield from distributed(site, dump)
    for plan in {plan.iri: plan for _, plan in sorted(plans.items())}.values():
        yield from period(plan)
    yield from served(site)


def covered(plan: Plan | None, stem: str) -> Said:
    """What the dataset of a graph says of the plan that it is about; its title takes the place of the general one."""
    if plan is None:
        return {}
    said: dict[str, Term | Iterable[Term]] = {
        "dcterms:title": [_extended(name, f"（{stem}）", f" ({stem})") for name in plan.names],
        "dcterms:subject": node(plan.iri),
        "dcterms:source": [node(document) for document in plan.documents],
        "dcterms:spatial": node(plan.body),
        "dcat:inSeries": series(plan.body),
    }
    if plan.start or plan.end:
        said["dcterms:temporal"] = stretch(plan)
    return said


def stretch(plan: Plan) -> ox.NamedNode:
    """The period of a plan."""
    return node(f"{CATALOGUE}#period/{plan.iri.removeprefix(ID)}")


def period(plan: Plan) -> Iterator[ox.Triple]:
    """When the period of a plan begins and ends; either may be open."""
    ends = {"dcat:startDate": plan.start, "dcat:endDate": plan.end}
    if known := {name: day for name, day in ends.items() if day}:
        yield from about(stretch(plan), {"rdf:type": node("dcterms:PeriodOfTime"), **known})


def series(body: str) -> ox.NamedNode:
    """The series of the plans of a body."""
    return node(f"{CATALOGUE}#series/{body.removeprefix(ID)}")


def distribution(dump: Dump) -> ox.NamedNode:
    """A dump as a distribution."""
    return node(f"{CATALOGUE}#dumps/{dump.name}")


def distributed(site: str, dump: Dump) -> Iterator[ox.Triple]:
    """A distribution with its checksum."""
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
            "dcat:byteSize": ox.Literal(str(dump.size), datatype=node("xsd:nonNegativeInteger")),
            "spdx:checksum": checksum,
        },
    )
    if dump.packed:
        yield ox.Triple(place, node("dcat:compressFormat"), node(f"media:{dump.media_type}"))
    yield from about(
        checksum,
        {
            "rdf:type": node("spdx:Checksum"),
            "spdx:algorithm": node("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": ox.Literal(dump.sha256, datatype=node("xsd:hexBinary")),
        },
    )


def served(site: str) -> Iterator[ox.Triple]:
    """The services over the dataset: the endpoint, which describes itself, and the stored queries."""
    for place, ja, en, endpoint, standard in (
        ("sparql", "SPARQLエンドポイント", "SPARQL endpoint", "sparql", "http://www.w3.org/TR/sparql11-protocol/"),
        (
            "api",
            "保存したクエリのAPI",
            "API of the stored queries",
            "api/queries",
            "https://spec.openapis.org/oas/v3.1.0",
        ),
    ):
        yield from about(
            node(site + place),
            {
                "rdf:type": node("dcat:DataService"),
                "dcterms:title": both(f"系譜の{ja}", f"{en} of keifu"),
                **terms_of_use(),
                "dcterms:conformsTo": node(standard),
                "dcat:endpointURL": node(site + endpoint),
                "dcat:endpointDescription": node(site + place),
                "dcat:servesDataset": node(DATASET),
            },
        )


def _extended(text: ox.Literal, ja: str, en: str) -> ox.Literal:
    return ox.Literal(text.value + (ja if text.language == "ja" else en), language=text.language)

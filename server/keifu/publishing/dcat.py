"""The catalogue of the dataset in DCAT 3, with what its European profile (DCAT-AP 3) asks for."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import pyoxigraph as ox

from keifu.dataset.stores import Manifest
from keifu.language import LANGUAGES
from keifu.namespaces import DEF, GRAPH, ID
from keifu.publishing.catalogue import (
    CATALOGUE,
    DATASET,
    SUMMARY,
    Publication,
    Said,
    Term,
    about,
    both,
    by_stem,
    dates,
    node,
    publisher,
    terms_of_use,
    whole,
)
from keifu.publishing.counts import Plan
from keifu.publishing.distributions import distributed, distribution
from keifu.publishing.dumps import WHOLE, Dump
from keifu.publishing.graphs import summary, title

JAPAN = "http://publications.europa.eu/resource/authority/country/JPN"
PERIOD = f"{CATALOGUE}#period"

RANGES: Mapping[ox.NamedNode, ox.NamedNode] = {
    node(name): node(kind)
    for name, kind in {
        "dcat:compressFormat": "dcterms:MediaType",
        "dcat:mediaType": "dcterms:MediaType",
        "dcterms:conformsTo": "dcterms:Standard",
        "dcterms:language": "dcterms:LinguisticSystem",
        "dcterms:license": "dcterms:LicenseDocument",
        "dcterms:spatial": "dcterms:Location",
    }.items()
}
"""What the values of a property are; DCAT-AP wants it said."""


def dcat(
    publication: Publication, manifest: Manifest, plans: Mapping[str, Plan], dumps: Iterable[Dump]
) -> Iterator[ox.Triple]:
    """The catalogue in DCAT 3: the dataset and one for each graph, those about plans in a series for each body."""
    files = by_stem(dumps)
    bodies: dict[str, dict[str, Plan]] = {}
    for graph, plan in sorted(plans.items()):
        bodies.setdefault(plan.body, {})[graph] = plan
    services = served(publication.site) if publication.served else {}
    members = [node(DATASET), *map(node, manifest.graphs), *map(series, bodies)]
    yield from typed(
        chain(
            listed(publication, manifest, members, services),
            publisher(publication.agent),
            everything(publication, manifest, plans, files[WHOLE]),
            *(of_body(manifest, body, members) for body, members in bodies.items()),
            *(
                of_graph(manifest, graph, plans.get(graph), files[graph.removeprefix(GRAPH)])
                for graph in manifest.graphs
            ),
            *(distributed(publication.site, found) for found in files.values()),
            *(period(stretch(plan), [plan]) for plan in {plan.iri: plan for _, plan in sorted(plans.items())}.values()),
            *(about(service, said) for service, said in services.items()),
        )
    )


def listed(
    publication: Publication, manifest: Manifest, members: Iterable[Term], services: Iterable[Term]
) -> Iterator[ox.Triple]:
    """The catalogue."""
    return about(
        node(CATALOGUE),
        {
            "rdf:type": node("dcat:Catalog"),
            "dcterms:title": both("系譜のデータカタログ", "Catalogue of keifu"),
            "dcterms:description": SUMMARY,
            **terms_of_use(),
            **dates(manifest, manifest.graphs),
            "dcterms:language": tongues(),
            "foaf:homepage": node(publication.site),
            "dcat:dataset": members,
            "dcat:service": services,
        },
    )


def everything(
    publication: Publication, manifest: Manifest, plans: Mapping[str, Plan], dumps: Iterable[Dump]
) -> Iterator[ox.Triple]:
    """The whole dataset, of Japan and the bodies whose plans it holds, from the first of their days to the last."""
    yield from about(
        node(DATASET),
        {
            "rdf:type": node("dcat:Dataset"),
            **whole(),
            **dates(manifest, manifest.graphs),
            "dcat:version": ox.Literal(manifest.version),
            "dcat:landingPage": node(publication.site),
            "dcat:keyword": [*both("自治体DX", "municipal DX"), *both("政策の系譜", "policy lineage")],
            "dcterms:language": tongues(),
            "dcterms:conformsTo": node(DEF.removesuffix("#")),
            "dcterms:spatial": [node(JAPAN), *(node(body) for body in sorted({plan.body for plan in plans.values()}))],
            "dcterms:temporal": [node(PERIOD)] if any(plan.start or plan.end for plan in plans.values()) else [],
            "dcterms:hasPart": map(node, manifest.graphs),
            "dcat:distribution": map(distribution, dumps),
        },
    )
    yield from period(node(PERIOD), plans.values())


def of_body(manifest: Manifest, body: str, members: Mapping[str, Plan]) -> Iterator[ox.Triple]:
    """The series of the graphs about the plans of a body."""
    names, count = next(iter(members.values())).body_names, len(members)
    return about(
        series(body),
        {
            "rdf:type": node("dcat:DatasetSeries"),
            "dcterms:title": [_extended(name, "の計画", ": plans") for name in names],
            "dcterms:description": [
                _extended(name, f"の計画について述べるグラフ（{count} 個）。", f": graphs about its plans ({count}).")
                for name in names
            ],
            **terms_of_use(),
            **dates(manifest, members),
            "dcterms:spatial": node(body),
        },
    )


def of_graph(manifest: Manifest, graph: str, plan: Plan | None, dumps: Iterable[Dump]) -> Iterator[ox.Triple]:
    """The dataset of a graph."""
    stem = graph.removeprefix(GRAPH)
    return about(
        node(graph),
        {
            "rdf:type": node("dcat:Dataset"),
            "dcterms:title": both(*(title(stem, plan, lang) for lang in LANGUAGES)),
            "dcterms:description": both(*(summary(stem, plan, manifest.graphs[graph], lang) for lang in LANGUAGES)),
            **terms_of_use(),
            **dates(manifest, [graph]),
            "dcat:version": ox.Literal(manifest.versions[graph]),
            "dcterms:isPartOf": node(DATASET),
            **(covered(plan) if plan else {}),
            "dcat:distribution": map(distribution, dumps),
        },
    )


def covered(plan: Plan) -> Said:
    """What the dataset of a graph says of the plan that it is about."""
    return {
        "dcterms:subject": node(plan.iri),
        "dcterms:source": map(node, plan.documents),
        "dcterms:spatial": node(plan.body),
        "dcat:inSeries": series(plan.body),
        "dcterms:temporal": [stretch(plan)] if plan.start or plan.end else [],
    }


def stretch(plan: Plan) -> ox.NamedNode:
    """The period of a plan."""
    return node(f"{PERIOD}/{plan.iri.removeprefix(ID)}")


def period(place: ox.NamedNode, plans: Iterable[Plan]) -> Iterator[ox.Triple]:
    """From when to when plans run; either end may be open."""
    found = list(plans)
    starts = sorted((plan.start for plan in found if plan.start), key=str)[:1]
    ends = sorted((plan.end for plan in found if plan.end), key=str)[-1:]
    if starts or ends:
        yield from about(
            place, {"rdf:type": node("dcterms:PeriodOfTime"), "dcat:startDate": starts, "dcat:endDate": ends}
        )


def series(body: str) -> ox.NamedNode:
    """The series of the plans of a body."""
    return node(f"{CATALOGUE}#series/{body.removeprefix(ID)}")


def served(site: str) -> Mapping[ox.NamedNode, Said]:
    """The services over the dataset, which each describe themselves: the endpoint and the stored queries."""
    found = {
        "sparql": ("SPARQLエンドポイント", "SPARQL endpoint", "http://www.w3.org/TR/sparql11-protocol/"),
        "api": ("保存したクエリのAPI", "API of the stored queries", "https://spec.openapis.org/oas/v3.1.0"),
    }
    return {
        node(site + place): {
            "rdf:type": node("dcat:DataService"),
            "dcterms:title": both(f"系譜の{ja}", f"{en} of keifu"),
            **terms_of_use(),
            "dcterms:conformsTo": node(standard),
            "dcat:endpointURL": node(site + place),
            "dcat:endpointDescription": node(site + place),
            "dcat:servesDataset": node(DATASET),
        }
        for place, (ja, en, standard) in found.items()
    }


def tongues() -> list[ox.NamedNode]:
    """The languages of the dataset."""
    return [node(f"lang:{lang}") for lang in LANGUAGES]


def typed(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """What is said, and then of its values what they are."""
    known: dict[ox.NamedNode, ox.NamedNode] = {}
    for triple in triples:
        yield triple
        if (kind := RANGES.get(triple.predicate)) and isinstance(triple.object, ox.NamedNode):
            known[triple.object] = kind
    for value, kind in known.items():
        yield ox.Triple(value, node("rdf:type"), kind)


def _extended(text: ox.Literal, ja: str, en: str) -> ox.Literal:
    return ox.Literal(text.value + (ja if text.language == "ja" else en), language=text.language)

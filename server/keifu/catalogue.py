"""What the dataset says of itself to machines: its statistics (VoID) and its catalogue (DCAT 3)."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

import pyoxigraph as ox

from keifu.counts import TARGETS, Counts, Plan
from keifu.dumps import WHOLE, Dump
from keifu.formats import FLAT
from keifu.namespaces import BASE, DEF, GRAPH, ID, PREFIXES
from keifu.stores import Manifest

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

FEATURES = {"ttl": "Turtle", "nt": "N-Triples", "rdf": "RDF_XML", "jsonld": "JSON-LD", "nq": "N-Quads"}
"""The names that W3C gave the formats, by suffix."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Said = Mapping[str, Term | Iterable[Term]]


def node(name: str) -> ox.NamedNode:
    """The IRI of `prefix:local`, or the IRI itself."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(NAMES[prefix] + local if prefix in NAMES else name)


def number(value: int) -> ox.Literal:
    """A count."""
    return ox.Literal(value)


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


def publisher(site: str) -> Iterator[ox.Triple]:
    """The agent behind the dataset."""
    yield from about(
        node(PUBLISHER),
        {"rdf:type": node("foaf:Agent"), "foaf:name": ox.Literal("The keifu developers"), "foaf:homepage": node(site)},
    )


TITLE = both("系譜: 自治体DX推進計画のデータ", "keifu: municipal DX plans as linked data")
SUMMARY = both(
    "市区町村のDX推進計画を、根拠となる法律や国の計画、取組、指標、事例、出典のつながりとして表したデータ。",
    "DX plans of Japanese municipalities as a web of the laws and plans they rest on, initiatives, indicators, examples"
    " and evidence.",
)


def whole() -> Said:
    """What both documents say of the dataset."""
    return {"dcterms:title": TITLE, "dcterms:description": SUMMARY, **terms_of_use()}


def address(site: str, dump: Dump) -> ox.NamedNode:
    """Where a dump is."""
    return node(f"{site}dumps/{dump.name}")


def by_stem(dumps: Iterable[Dump]) -> dict[str, list[Dump]]:
    """The files of the whole and of each graph."""
    found: dict[str, list[Dump]] = {}
    for dump in dumps:
        found.setdefault(dump.stem, []).append(dump)
    return found


def void(site: str, manifest: Manifest, counts: Counts, dumps: Iterable[Dump]) -> Iterator[ox.Triple]:
    """The description of the dataset in VoID; `site` is the address of the service, with a slash at the end."""
    files = by_stem(dumps)
    dataset = node(DATASET)
    yield from about(
        node(f"{site}.well-known/void"),
        {
            "rdf:type": node("void:DatasetDescription"),
            "dcterms:title": both("データセット「系譜」の記述（VoID）", "Description of the dataset keifu (VoID)"),
            "foaf:primaryTopic": dataset,
        },
    )
    yield from publisher(site)
    spaces = sorted({space(name) for name in (*counts.classes, *counts.properties)})
    yield from about(
        dataset,
        {
            "rdf:type": node("void:Dataset"),
            **whole(),
            "dcat:version": ox.Literal(manifest.version),
            "foaf:homepage": node(site),
            "void:uriSpace": ox.Literal(ID),
            "void:sparqlEndpoint": node(f"{site}sparql"),
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


def dcat(site: str, manifest: Manifest, plans: Mapping[str, Plan], dumps: Iterable[Dump]) -> Iterator[ox.Triple]:
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
    yield from publisher(site)
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

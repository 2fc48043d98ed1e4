"""What the dataset says of itself: every number counted once more in another way."""

import hashlib
from collections import Counter

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from small import small

from keifu.language import LANGUAGES
from keifu.namespaces import DEF, GRAPH, ID, PREFIXES
from keifu.publishing.catalogue import CATALOGUE, CATALOGUE_PREFIXES, DATASET, Publication, node
from keifu.publishing.counts import TARGETS, count, plans
from keifu.publishing.dcat import dcat
from keifu.publishing.dumps import dumps
from keifu.publishing.void import void
from keifu.sparql.formats import GRAPH_TYPES, write_graph

SITE = "http://example.org/keifu/"
AGENT = "見本市"
OURS = Publication(SITE, AGENT)
A = node("rdf:type")
HAKUSAN = f"{GRAPH}municipality/172103-hakusan/"

JAPAN = "http://publications.europa.eu/resource/authority/country/JPN"
MANDATORY = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .

[] a sh:NodeShape ; sh:targetClass dcat:Catalog ; sh:property
    [ sh:path dcterms:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dcterms:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dcterms:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:or ( [ sh:class dcat:Dataset ] [ sh:class dcat:DatasetSeries ] ) ],
    [ sh:path dcat:service ; sh:class dcat:DataService ],
    [ sh:path foaf:homepage ; sh:maxCount 1 ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property
    [ sh:path dcterms:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dcterms:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dcat:distribution ; sh:class dcat:Distribution ],
    [ sh:path dcat:inSeries ; sh:class dcat:DatasetSeries ],
    [ sh:path dcat:version ; sh:maxCount 1 ],
    [ sh:path dcterms:issued ; sh:maxCount 1 ],
    [ sh:path dcterms:modified ; sh:maxCount 1 ],
    [ sh:path dcterms:spatial ; sh:class dcterms:Location ],
    [ sh:path dcterms:temporal ; sh:class dcterms:PeriodOfTime ],
    [ sh:path dcterms:conformsTo ; sh:class dcterms:Standard ],
    [ sh:path dcterms:language ; sh:class dcterms:LinguisticSystem ] .
[] a sh:NodeShape ; sh:targetClass dcat:DatasetSeries ; sh:property
    [ sh:path dcterms:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dcterms:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:property
    [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path dcterms:license ; sh:maxCount 1 ; sh:class dcterms:LicenseDocument ],
    [ sh:path dcat:mediaType ; sh:maxCount 1 ; sh:class dcterms:MediaType ] .
[] a sh:NodeShape ; sh:targetClass dcat:DataService ; sh:property
    [ sh:path dcterms:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ],
    [ sh:path dcat:endpointURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path dcat:servesDataset ; sh:class dcat:Dataset ] .
[] a sh:NodeShape ; sh:targetClass foaf:Agent ; sh:property [ sh:path foaf:name ; sh:minCount 1 ] .
"""
"""What DCAT-AP 3 makes mandatory, and of what it recommends the kinds of values."""


@pytest.fixture(scope="module")
def files(store, tmp_path_factory):
    return dumps(store, tmp_path_factory.mktemp("made") / "dumps")


def held(triples):
    """Triples where they can be looked up."""
    graph = ox.Store()
    graph.extend(ox.Quad(each.subject, each.predicate, each.object) for each in triples)
    return graph


@pytest.fixture(scope="module")
def described(store, files):
    """The description in VoID."""
    return held(void(OURS, store.manifest, count(store), files.values()))


@pytest.fixture(scope="module")
def catalogue(store, files):
    """The catalogue in DCAT."""
    return held(dcat(OURS, store.manifest, plans(store), files.values()))


def said(graph, subject, name):
    """The values of a property of a thing."""
    subject = subject if isinstance(subject, ox.NamedNode) else node(subject)
    return sorted(quad.object.value for quad in graph.quads_for_pattern(subject, node(name), None))


def one(graph, subject, name):
    (value,) = said(graph, subject, name)
    return value


def kinds(graph, name):
    return {quad.subject.value for quad in graph.quads_for_pattern(None, A, node(name))}


@pytest.mark.parametrize("form", GRAPH_TYPES.values(), ids=GRAPH_TYPES)
@pytest.mark.parametrize("document", ["described", "catalogue"])
def test_both_documents_say_the_same_in_each_format(request, document, form):
    graph = request.getfixturevalue(document)
    triples = {quad.triple for quad in graph}
    body = write_graph(triples, form, prefixes=CATALOGUE_PREFIXES)
    parsed = {quad.triple for quad in ox.parse(body, format=ox.RdfFormat.from_media_type(form.media_type))}
    assert parsed == triples
    assert not any(isinstance(term, ox.BlankNode) for triple in triples for term in triple)


def test_the_same_dataset_gives_the_same_triples_in_the_same_order(store, files):
    def listed():
        yield from void(OURS, store.manifest, count(store), files.values())
        yield from dcat(OURS, store.manifest, plans(store), files.values())

    assert list(listed()) == list(listed())


class TestVoid:
    def test_the_numbers_of_the_whole(self, store, described):
        quads = list(store.quads)
        assert one(described, DATASET, "void:triples") == str(len(quads))
        assert one(described, DATASET, "void:distinctSubjects") == str(len({quad.subject for quad in quads}))
        assert one(described, DATASET, "void:distinctObjects") == str(len({quad.object for quad in quads}))
        assert one(described, DATASET, "void:properties") == str(len({quad.predicate for quad in quads}))
        things = {quad.subject for quad in quads if quad.subject.value.startswith(ID)}
        assert one(described, DATASET, "void:entities") == str(len(things))
        assert one(described, DATASET, "void:uriSpace") == ID

    def test_the_parts_by_class(self, store, described):
        expected = Counter(quad.object.value for quad in store.quads if quad.predicate == A)
        parts = said(described, DATASET, "void:classPartition")
        found = {one(described, part, "void:class"): one(described, part, "void:entities") for part in parts}
        assert found == {name: str(number) for name, number in expected.items()}
        assert one(described, DATASET, "void:classes") == str(len(parts)) == str(len(expected))

    def test_the_parts_by_property(self, store, described):
        expected = {}
        for quad in store.quads:
            numbers = expected.setdefault(quad.predicate.value, (set(), set(), set()))
            for seen, each in zip(numbers, (quad.triple, quad.subject, quad.object), strict=True):
                seen.add(each)
        names = ("void:triples", "void:distinctSubjects", "void:distinctObjects")
        found = {
            one(described, part, "void:property"): tuple(int(one(described, part, name)) for name in names)
            for part in said(described, DATASET, "void:propertyPartition")
        }
        assert found == {name: tuple(map(len, numbers)) for name, numbers in expected.items()}

    def test_a_subset_for_each_graph(self, store, described):
        graphs = {graph.value for graph in store.quads.named_graphs()}
        assert graphs <= set(said(described, DATASET, "void:subset"))
        for graph in graphs:
            quads = list(store.quads.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
            assert one(described, graph, "void:triples") == str(len(quads))
            assert one(described, graph, "void:distinctSubjects") == str(len({quad.subject for quad in quads}))
            stem = f"{SITE}dumps/{graph.removeprefix(GRAPH)}"
            assert said(described, graph, "void:dataDump") == [f"{stem}.jsonld", f"{stem}.nt", f"{stem}.ttl"]

    def test_the_links_to_others(self, store, described):
        found = kinds(described, "void:Linkset")
        assert found == {f"{CATALOGUE}#links-{key}" for key in TARGETS}
        assert found <= set(said(described, DATASET, "void:subset"))
        for links in found:
            by = node(one(described, links, "void:linkPredicate"))
            space = one(described, one(described, links, "void:objectsTarget"), "void:uriSpace")
            linking = store.quads.quads_for_pattern(None, by, None)
            number = sum(quad.object.value.startswith(space) for quad in linking)
            assert one(described, links, "void:triples") == str(number)
            assert number > 0
        # e-Gov holds laws in force: an act that only amended others has a number there, but no text.
        laws = store.select(f"SELECT ?law ?id WHERE {{ ?law <{DEF}lawId> ?id }}")
        linked = store.quads.quads_for_pattern(None, node("rdfs:seeAlso"), None)
        assert {(quad.subject.value, quad.object.value) for quad in linked if "e-gov" in quad.object.value} <= {
            (row["law"].value, f"https://laws.e-gov.go.jp/law/{row['id'].value}") for row in laws
        }

    def test_where_to_ask_and_what_to_look_at(self, store, described):
        assert one(described, DATASET, "void:sparqlEndpoint") == f"{SITE}sparql"
        assert one(described, f"{SITE}.well-known/void", "foaf:primaryTopic") == DATASET
        names = said(described, DATASET, "void:exampleResource")
        assert len(names) == 5
        assert all(any(store.quads.quads_for_pattern(ox.NamedNode(name), None, None)) for name in names)
        assert {DEF, PREFIXES["skos"], PREFIXES["schema"]} <= set(said(described, DATASET, "void:vocabulary"))


class TestDcat:
    def test_the_catalogue_lists_the_whole_each_graph_and_each_series(self, store, catalogue):
        listed = set(said(catalogue, CATALOGUE, "dcat:dataset"))
        assert listed == {DATASET, *store.manifest.graphs} | kinds(catalogue, "dcat:DatasetSeries")
        assert {*listed} - kinds(catalogue, "dcat:DatasetSeries") == kinds(catalogue, "dcat:Dataset")
        for dataset in kinds(catalogue, "dcat:Dataset"):
            version = store.manifest.version if dataset == DATASET else store.manifest.versions[dataset]
            assert one(catalogue, dataset, "dcat:version") == version
            assert one(catalogue, dataset, "dcterms:license") == "https://creativecommons.org/licenses/by/4.0/"
            assert one(catalogue, dataset, "dcterms:publisher") == f"{CATALOGUE}#publisher"
            assert one(catalogue, f"{CATALOGUE}#publisher", "foaf:name") == AGENT
            assert len(said(catalogue, dataset, "dcterms:title")) == 2
        for service in (f"{SITE}sparql", f"{SITE}api"):
            assert one(catalogue, service, "dcat:endpointURL") == service
            assert one(catalogue, service, "dcat:servesDataset") == DATASET

    def test_a_plan_with_its_period_its_body_and_its_source(self, catalogue):
        graph = f"{HAKUSAN}dx-1"
        assert one(catalogue, graph, "dcterms:subject") == f"{ID}plan/172103/dx/1"
        assert one(catalogue, graph, "dcterms:spatial") == f"{ID}body/172103"
        assert one(catalogue, graph, "dcterms:source") == f"{ID}plan/172103/dx/1/document"
        period = one(catalogue, graph, "dcterms:temporal")
        assert one(catalogue, period, "dcat:startDate") == "2022-04-01"
        assert one(catalogue, period, "dcat:endDate") == "2026-03-31"
        # The plan of 白河市 states no first day.
        period = one(catalogue, f"{GRAPH}municipality/072052-shirakawa/dx-2", "dcterms:temporal")
        assert (said(catalogue, period, "dcat:startDate"), said(catalogue, period, "dcat:endDate")) == (
            [],
            ["2026-03-31"],
        )

    def test_the_graphs_of_a_body_are_a_series(self, catalogue):
        series = one(catalogue, f"{HAKUSAN}dx-1", "dcat:inSeries")
        members = {
            quad.subject.value for quad in catalogue.quads_for_pattern(None, node("dcat:inSeries"), node(series))
        }
        assert members == {HAKUSAN + name for name in ("dx-1", "survey", "statistics", "cases")}
        assert said(catalogue, series, "dcterms:title") == ["Hakusan City: plans", "白山市の計画"]

    def test_the_whole_covers_japan_and_the_bodies_from_the_first_day_to_the_last(self, store, catalogue):
        bodies = {plan.body for plan in plans(store).values()}
        assert len(bodies) >= 5
        assert {*said(catalogue, DATASET, "dcterms:spatial")} - bodies == {JAPAN}
        assert bodies <= {*said(catalogue, DATASET, "dcterms:spatial")}
        period = one(catalogue, DATASET, "dcterms:temporal")
        for end, name, choose in (("dcat:startDate", "startDate", min), ("dcat:endDate", "endDate", max)):
            rows = store.select(f"SELECT ?day {{ ?plan a <{DEF}DxPlan> ; <{DEF}{name}> ?day }}")
            found = one(catalogue, period, end)
            # Plans of prefectures that a graph is about count too.
            assert choose([found, *(row["day"].value for row in rows)]) == found
            assert found in {
                one(catalogue, each, end)
                for each in kinds(catalogue, "dcterms:PeriodOfTime") - {period}
                if said(catalogue, each, end)
            }

    def test_every_dataset_is_described_in_both_languages(self, store, catalogue):
        described = kinds(catalogue, "dcat:Dataset") | kinds(catalogue, "dcat:DatasetSeries") | {CATALOGUE}
        for dataset in described:
            for name in ("dcterms:title", "dcterms:description"):
                texts = list(catalogue.quads_for_pattern(ox.NamedNode(dataset), node(name), None))
                assert sorted(quad.object.language for quad in texts) == sorted(LANGUAGES), dataset
        number = f"{store.manifest.graphs[HAKUSAN + 'survey']:,}"
        texts = said(catalogue, f"{HAKUSAN}survey", "dcterms:description")
        assert (
            f"白山市の「白山市DX（デジタルトランスフォーメーション）推進計画」について述べる {number} 件の文。" in texts
        )
        plan = "Hakusan City DX (Digital Transformation) Promotion Plan"
        assert f"{number} statements about the plan “{plan}” of Hakusan City." in texts
        number = f"{store.manifest.graphs[GRAPH + 'national/laws']:,}"
        texts = said(catalogue, f"{GRAPH}national/laws", "dcterms:description")
        assert texts == [
            f"National laws and policies in {number} statements.",
            f"国の法令と政策を表す {number} 件の文。",
        ]

    def test_when_each_graph_came_and_changed(self, store, catalogue):
        manifest = store.manifest
        for graph in manifest.graphs:
            assert one(catalogue, graph, "dcterms:modified") == manifest.modified[graph]
            assert said(catalogue, graph, "dcterms:issued") == [*filter(None, [manifest.issued.get(graph)])]
        for dataset in (DATASET, CATALOGUE):
            assert one(catalogue, dataset, "dcterms:modified") == max(manifest.modified.values())
        cities = [graph for graph in manifest.graphs if graph.startswith(HAKUSAN)]
        series = f"{CATALOGUE}#series/body/172103"
        assert one(catalogue, series, "dcterms:modified") == max(manifest.modified[graph] for graph in cities)

    def test_what_the_values_of_properties_are(self, catalogue):
        for name, kind in (
            ("dcterms:license", "dcterms:LicenseDocument"),
            ("dcterms:conformsTo", "dcterms:Standard"),
            ("dcterms:language", "dcterms:LinguisticSystem"),
            ("dcterms:spatial", "dcterms:Location"),
            ("dcterms:temporal", "dcterms:PeriodOfTime"),
            ("dcat:mediaType", "dcterms:MediaType"),
        ):
            values = {quad.object.value for quad in catalogue.quads_for_pattern(None, node(name), None)}
            assert values
            assert values == kinds(catalogue, kind) - ({node("media:application/gzip").value} - values)

    def test_it_has_what_the_profile_of_europe_asks_for(self, catalogue):
        found = rdflib.Graph().parse(
            data=write_graph((quad.triple for quad in catalogue), GRAPH_TYPES["ntriples"]), format="nt"
        )
        shapes = rdflib.Graph().parse(data=MANDATORY)
        for shape in shapes.objects(None, rdflib.SH.targetClass):
            assert (None, rdflib.RDF.type, shape) in found
        conforms, _, text = pyshacl.validate(found, shacl_graph=shapes)
        assert conforms, text
        found.remove((rdflib.URIRef(f"{HAKUSAN}dx-1"), rdflib.DCTERMS.description, None))
        assert not pyshacl.validate(found, shacl_graph=shapes)[0]

    def test_laws_and_the_vocabulary_are_of_no_plan(self, catalogue):
        for stem in ("national/laws", "ontology/plan", "derived", "register/municipalities"):
            assert (
                said(catalogue, GRAPH + stem, "dcat:inSeries")
                == said(catalogue, GRAPH + stem, "dcterms:temporal")
                == []
            )

    def test_each_file_has_its_size_and_checksum(self, catalogue, files, store, tmp_path):
        places = kinds(catalogue, "dcat:Distribution")
        assert {one(catalogue, place, "dcat:downloadURL") for place in places} == {
            f"{SITE}dumps/{name}" for name in files
        }
        linked = {quad.object.value for quad in catalogue.quads_for_pattern(None, node("dcat:distribution"), None)}
        assert places == linked
        dumps(store, tmp_path / "dumps")
        for name in ("keifu.nq.gz", "keifu.ttl", "national/laws.jsonld", "municipality/172103-hakusan/dx-1.nt"):
            body = (tmp_path / "dumps" / name).read_bytes()
            place = f"{CATALOGUE}#dumps/{name}"
            assert one(catalogue, place, "dcat:byteSize") == str(len(body))
            checksum = one(catalogue, place, "spdx:checksum")
            assert one(catalogue, checksum, "spdx:checksumValue") == hashlib.sha256(body).hexdigest()
        assert one(catalogue, f"{CATALOGUE}#dumps/keifu.nq.gz", "dcat:mediaType").endswith("/application/n-quads")
        assert one(catalogue, f"{CATALOGUE}#dumps/keifu.nq.gz", "dcat:compressFormat").endswith("/application/gzip")
        assert said(catalogue, f"{CATALOGUE}#dumps/keifu.nq", "dcat:compressFormat") == []


def test_no_two_things_share_a_home_page(described, catalogue):
    """The property is inverse functional: those who share a value are one to a reasoner."""
    found = {
        quad.triple
        for graph in (described, catalogue)
        for quad in graph.quads_for_pattern(None, node("foaf:homepage"), None)
    }
    pages = Counter(triple.object.value for triple in found)
    assert pages[SITE] == 1
    assert set(pages.values()) == {1}


def test_a_copy_in_files_names_no_services(store, files):
    copy = Publication(SITE, AGENT, served=False)
    for graph in (
        held(void(copy, store.manifest, count(store), files.values())),
        held(dcat(copy, store.manifest, plans(store), files.values())),
    ):
        texts = {term.value for quad in graph for term in quad.triple if isinstance(term, ox.NamedNode)}
        assert not texts & {f"{SITE}sparql", f"{SITE}api", node("dcat:DataService").value, node("dcat:service").value}
        assert f"{SITE}dumps/keifu.ttl" in texts
        assert node("void:sparqlEndpoint").value not in texts


def test_a_dataset_without_plans_and_links_leaves_them_out():
    store = small("")
    assert plans(store) == {}
    counts = count(store)
    assert set(counts.links.values()) == {0}
    assert all(each.startswith(ID) for each in counts.examples)

"""The nodes that could violate a shape: whatever pySHACL finds among all nodes, it finds among these."""

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, SH, Graph, URIRef

from keifu.build import merge
from keifu.dataset.files import Sources, read_turtle
from keifu.dataset.suspects import TARGETS, Suspects, narrow
from keifu.dataset.validation import read_shapes, run
from keifu.synth.nation import synth

CASES = Path(__file__).parent / "cases"
EX = "http://example.org/"
HEAD = f"@prefix : <{EX}> .\n@prefix sh: <{SH}> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
PLANTED = """
DELETE { GRAPH ?g { ?x ?p ?o } } INSERT { GRAPH ?g { ?x ?p ?bad } } WHERE {
  { SELECT ?g ?x ?p ?o { GRAPH ?g { ?x ?p ?o } FILTER(CONTAINS(STR(?g), "synthetic") && %s) } ORDER BY ?x LIMIT 7 }
  BIND(%s AS ?bad)
}
"""
EXPECTED = {
    "BlankNode",
    "Declared",
    "Kind",
    "SourceLocator-heading",
    "evidencedBy",
    "partOf",
    "status",
    "theme",
    "valueOf",
}
"""Some of the shapes that the planted faults violate."""
DEF = "https://w3id.org/keifu/def#"


def findings(store: ox.Store, shapes: Graph) -> Counter:
    """What pySHACL reports, each with its node, value, path, shape, severity, component and messages."""
    found = run(store, shapes)
    keys = (SH.focusNode, SH.value, SH.sourceShape, SH.resultSeverity, SH.sourceConstraintComponent)
    paths = {result: found.value(result, SH.resultPath) for result in found.objects(predicate=SH.result)}
    return Counter(
        (
            *(found.value(result, key) for key in keys),
            path if isinstance(path, URIRef) else bool(path),
            frozenset(found.objects(result, SH.resultMessage)),
        )
        for result, path in paths.items()
    )


def compared(store: ox.Store, sources: Sources) -> tuple[Counter, Counter]:
    """The findings among the suspects, and those among all nodes."""
    shapes = read_shapes(sources)
    narrow(shapes, store)
    return findings(store, shapes), findings(store, read_shapes(sources))


def test_the_findings_in_all_cases_are_the_same(sources):
    store = ox.Store()
    for path in [*sources.ontology, *CASES.rglob("*.ttl")]:
        store.extend(read_turtle(path))
    narrowed, whole = compared(store, sources)
    assert sum(whole.values()) > 200
    assert narrowed == whole


def test_the_findings_in_a_nation_with_planted_faults_are_the_same(sources, tmp_path):
    synth(sources, tmp_path / "nation", 3, 5)
    tree = Sources(tmp_path / "nation")
    store = merge(tree)
    for where, bad in (
        (f"?p = <{DEF}partOf>", f"<{DEF}Kpi>"),
        (f"?p = <{DEF}evidencedBy>", '"nowhere"'),
        (f"?p = <{DEF}theme>", "BNODE()"),
        (f"?p = <{DEF}heading>", 'STRLANG("Heading", "fr")'),
        (f"?p = <{DEF}numericValue>", '"many"'),
        (f"?p = <{DEF}status>", "?x"),
        (f"?p = <{RDF.type}> && ?o = <{DEF}Initiative>", f"<{DEF}Pillar>"),
        (f"?p = <{DEF}valueOf>", f"<{DEF}nothing>"),
        (f"?p = <{DEF}asOf>", "'2023-02-30'"),
    ):
        store.update(PLANTED % (where, bad))
    narrowed, whole = compared(store, tree)
    assert {key[2].partition("#")[2] for key in whole if key[3] == SH.Violation} >= EXPECTED
    assert narrowed == whole


def test_the_findings_in_the_repository_are_the_same(sources):
    narrowed, whole = compared(merge(sources), sources)
    assert whole
    assert narrowed == whole


def test_there_is_a_question_for_each_constraint_of_our_shapes(sources):
    """A shape that is not read would be left to pySHACL alone, node by node."""
    shapes, store = read_shapes(sources), ox.Store()
    suspects = Suspects(shapes, store)
    aimed = {shape for target in TARGETS for shape in shapes.subjects(target)}
    assert len(aimed) > 200
    assert {shape: suspects.of(shape) for shape in aimed} == {shape: set() for shape in aimed}


@pytest.mark.parametrize(
    ("constraint", "suspected"),
    [
        ("sh:path :p ; sh:minCount 1", {"none"}),
        ("sh:path :p ; sh:minCount 2", {"none", "one", "low", "latin", "wrong"}),
        ("sh:path :p ; sh:maxCount 1", {"two", "twice"}),
        ("sh:path [ sh:inversePath :q ] ; sh:minCount 1", {"none", "low", "latin", "twice", "wrong"}),
        ("sh:path [ sh:alternativePath ( :p :q ) ] ; sh:minCount 1", {"none"}),
        ("sh:path ( :q :p ) ; sh:maxCount 0", {"two"}),
        ("sh:path :p ; sh:class :Upper", {"one", "low", "latin", "two", "twice"}),
        ('sh:path :p ; sh:pattern "^[a-z]+$"', {"low", "two", "wrong"}),
        ("sh:path :p ; sh:nodeKind sh:IRI", {"one", "low", "latin", "two", "twice"}),
        ("sh:path :p ; sh:minInclusive 5", {"one", "low", "latin", "twice", "wrong"}),
        ("sh:path :p ; sh:minExclusive 7", {"one", "low", "latin", "two", "twice", "wrong"}),
        ('sh:path :p ; sh:languageIn ( "en" )', {"one", "low", "two", "wrong"}),
        ("sh:path :p ; sh:uniqueLang true", {"twice", "two"}),
        ('sh:path :p ; sh:or ( [ sh:class :Upper ] [ sh:pattern "7" ] )', {"one", "low", "latin", "two", "twice"}),
        ("sh:path :p ; sh:not [ sh:class :Upper ]", {"wrong"}),
        ("sh:path :p ; sh:minCount 1 ; sh:maxCount 1", {"none", "two", "twice"}),
    ],
)
def test_who_is_suspected(constraint, suspected):
    store = ox.Store()
    store.load(
        HEAD
        + """
        :Lower rdfs:subClassOf :Middle . :Middle rdfs:subClassOf :Upper . :thing a :Lower .
        :none a :T . :one a :T ; :p "word" . :low a :T ; :p 3 . :latin a :T ; :p "word"@EN .
        :two a :T ; :p 6, 7 ; :q :one . :twice a :T ; :p "one"@en, "two"@en . :wrong a :T ; :p :thing .
        :thing :q :two .
        """,
        format=ox.RdfFormat.TURTLE,
    )
    shapes = Graph().parse(data=HEAD + f":S a sh:PropertyShape ; sh:targetClass :T ; {constraint} .", format="turtle")
    assert Suspects(shapes, store).of(URIRef(EX + "S")) == {URIRef(EX + name) for name in suspected}
    narrow(shapes, store)
    assert {str(node).removeprefix(EX) for node in shapes.objects(None, SH.targetNode)} == suspected


@pytest.mark.parametrize(
    "constraint", ["sh:nodeKind sh:BlankNodeOrIRI", "sh:or ( [ sh:datatype :d ] )", "sh:flags 'i' ; sh:pattern 'x'"]
)
def test_what_is_not_read_keeps_its_targets(constraint):
    text = HEAD + f":S a sh:PropertyShape ; sh:targetClass :T ; sh:path :p ; {constraint} ."
    shapes = Graph().parse(data=text, format="turtle")
    narrow(shapes, ox.Store())
    assert list(shapes.objects(None, SH.targetClass)) == [URIRef(EX + "T")]

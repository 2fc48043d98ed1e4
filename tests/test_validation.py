"""What the validator says of a dataset, of files that join it, and in which form."""

import json
import logging
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, SH, Graph, Literal

from keifu.dataset.files import Sources, read_turtle
from keifu.dataset.validation import read_shapes, run, validate, validate_files
from keifu.errors import TurtleError, UnusableInput

PLAN = "https://w3id.org/keifu/id/plan/172090/dx/1.0/"
HEAD = f"""@base <{PLAN}> .
@prefix keifu: <https://w3id.org/keifu/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GOOD = """
<pillar/a> a keifu:Pillar ;
    skos:prefLabel "柱"@ja, "Pillar"@en ; keifu:partOf <pillar/1> ; keifu:evidencedBy <source/1> .
"""
BAD = """
<pillar/b> a keifu:Pillar ;
    skos:prefLabel "柱"@ja, "Pillar"@en ; keifu:evidencedBy <source/1> .
<initiative/b> a keifu:Initiative ;
    skos:prefLabel "取組"@ja, "Initiative"@en ; keifu:partOf </keifu/id/plan/172090/dx/1.0> ; keifu:evidencedBy <source/1> .
"""


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """The vocabulary, the shapes and the small world of the cases; its plan file is broken on purpose by no test but its own."""
    root = tmp_path / "tree"
    (root / "data" / "ttl").mkdir(parents=True)
    for folder in ("ontology", "shapes"):
        (root / folder).symlink_to(Sources.find().root / folder)
    (root / "data" / "ttl" / "city.ttl").write_bytes((Path(__file__).parent / "cases" / "context.ttl").read_bytes())
    return Sources(root)


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, name: str = "own.ttl") -> Path:
        path = tmp_path / name
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return write


def load(sources: Sources) -> ox.Store:
    store = ox.Store()
    for path in [*sources.ontology, *sources.data]:
        for quad in read_turtle(path):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object, sources.graph(path)))
    return store


def test_a_store_that_meets_all_shapes(sources):
    report = validate(load(sources), sources)
    assert report.results == ()
    assert report.violations == ()
    assert report.text("en") == "violation: 0, warning: 0, advice: 0"
    assert report.text("ja") == "違反 0 件、警告 0 件、助言 0 件"


def test_findings_in_a_store_are_placed_in_the_files_of_the_tree(sources):
    path = sources.root / "data" / "ttl" / "more.ttl"
    path.write_text(HEAD + BAD, encoding="utf-8")
    report = validate(load(sources), sources)
    assert [(r.file, r.line, r.severity) for r in report.results] == [
        ("data/ttl/more.ttl", 6, "Violation"),
        ("data/ttl/more.ttl", 8, "Warning"),
    ]
    assert report.violations == report.results[:1]


def test_a_file_outside_the_tree_is_read_with_the_tree(sources, write):
    assert validate_files([write(GOOD)], sources).results == ()


def test_only_what_the_given_files_describe_is_reported(sources, write):
    (sources.root / "data" / "ttl" / "broken.ttl").write_text(HEAD + BAD, encoding="utf-8")
    assert validate_files([write(GOOD)], sources).results == ()


def test_a_file_of_the_tree_is_not_read_twice(sources):
    path = sources.root / "data" / "ttl" / "city.ttl"
    assert validate_files([path], sources).results == ()


def test_given_files_know_of_each_other(sources, write):
    first = write(GOOD)
    second = write(
        GOOD.replace("<pillar/a>", "<pillar/c>").replace("keifu:partOf <pillar/1>", "keifu:partOf <pillar/a>"),
        "second.ttl",
    )
    assert validate_files([first, second], sources).results == ()
    missing = validate_files([second], sources)
    assert {r.shape.partition("#")[2] for r in missing.results} == {"Described", "partOf"}
    assert {r.file for r in missing.results} == {str(second)}


def test_text_tells_place_severity_node_and_message(sources, write):
    path = write(BAD)
    report = validate_files([path], sources)
    first, second, count = report.text("en").split("\n\n")
    assert first == (
        f"{path}:6: violation {PLAN}pillar/b [shape:PlanElement-partOf]\n"
        "    What this is part of stays open. Point with keifu:partOf to the element above it or to the plan."
    )
    assert second.startswith(f"{path}:8: warning {PLAN}initiative/b [shape:Initiative-theme]\n")
    assert count == "violation: 1, warning: 1, advice: 0"
    japanese = report.text("ja")
    assert japanese.startswith(
        f"{path}:6: 違反 {PLAN}pillar/b [shape:PlanElement-partOf]\n    何に属するかが分かりません。"
    )
    assert japanese.endswith("違反 1 件、警告 1 件、助言 0 件")


def test_text_shows_the_value_and_shortens_iris(sources, write):
    path = write(GOOD.replace("keifu:partOf", "keifu:isPartOf <pillar/1> ; keifu:theme keifu:Pillar ; keifu:partOf"))
    text = validate_files([path], sources).text("en")
    assert "    keifu:isPartOf is not in the vocabulary." in text
    assert "    value: keifu:Pillar" in text


def test_json_holds_every_field(sources, write):
    path = write(BAD)
    data = json.loads(validate_files([path], sources).json())
    assert data["conforms"] is False
    first = data["results"][0]
    assert first["focus"] == PLAN + "pillar/b"
    assert first["path"] == "https://w3id.org/keifu/def#partOf"
    assert first["value"] is None
    assert first["severity"] == "Violation"
    assert first["shape"] == "https://w3id.org/keifu/shapes#PlanElement-partOf"
    assert (first["file"], first["line"]) == (str(path), 6)
    assert list(first["messages"]) == ["ja", "en"]
    assert "分かりません" in validate_files([path], sources).json()


def test_turtle_is_the_report_of_the_standard(sources, write):
    graph = Graph().parse(data=validate_files([write(BAD)], sources).turtle(), format="turtle")
    report = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    assert graph.value(report, SH.conforms) == Literal(False)
    results = list(graph.objects(report, SH.result))
    assert {str(graph.value(result, SH.focusNode)) for result in results} == {PLAN + "pillar/b", PLAN + "initiative/b"}
    for result in results:
        assert (result, RDF.type, SH.ValidationResult) in graph
        for predicate in (SH.resultSeverity, SH.sourceShape, SH.sourceConstraintComponent):
            assert len(list(graph.objects(result, predicate))) == 1
        assert sorted(m.language for m in graph.objects(result, SH.resultMessage)) == ["en", "ja"]


def test_warnings_alone_conform(sources, write):
    report = validate_files([write(BAD[BAD.index("<initiative") :])], sources)
    assert report.results
    assert not report.violations
    assert json.loads(report.json())["conforms"] is True
    graph = Graph().parse(data=report.turtle(), format="turtle")
    assert (None, SH.conforms, Literal(True)) in graph


def test_a_node_at_no_margin_has_a_file_and_no_line(sources, write):
    path = write(
        "     <pillar/b> a keifu:Pillar ; keifu:partOf <pillar/1> ; keifu:evidencedBy <source/1> .\n[ a keifu:Vision ] .\n"
    )
    report = validate_files([path], sources)
    assert {(r.file, r.line) for r in report.results} == {(str(path), None)}
    assert f"{path}: violation {PLAN}pillar/b [shape:Label]" in report.text("en")
    assert "shape:BlankNode" in report.text("en")


def test_messages_show_values_with_backslashes_as_they_are(sources, write):
    path = write(GOOD.replace("keifu:partOf", r'keifu:theme "a\\1\\g<0>\\" ; keifu:partOf'))
    report = validate_files([path], sources)
    assert any('Mend "a\\1\\g<0>\\".' in r.messages["en"] for r in report.results)


def test_an_ill_typed_literal_is_a_finding_and_no_log(sources, write, caplog):
    path = write(GOOD.replace("keifu:partOf", 'keifu:startDate "2023-02-30"^^xsd:date ; keifu:partOf'))
    with caplog.at_level(logging.DEBUG):
        report = validate_files([path], sources)
    assert [r.shape.partition("#")[2] for r in report.results] == ["Date"]
    assert caplog.records == []
    assert not logging.getLogger("rdflib.term").disabled


def test_a_file_that_is_not_turtle(sources, write):
    path = write("<pillar/b> a keifu:Pillar ,, .")
    with pytest.raises(TurtleError) as raised:
        validate_files([path], sources)
    assert raised.value.line == 5
    assert str(path) in raised.value.ja


def test_a_file_that_is_not_there(sources, tmp_path):
    with pytest.raises(UnusableInput, match=re.escape(str(tmp_path / "none.ttl"))):
        validate_files([tmp_path / "none.ttl"], sources)


def test_nothing_is_fetched(sources, write, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    path = write(
        GOOD + "<https://city.example/def> <http://www.w3.org/2002/07/owl#imports> <http://city.example/other> .\n"
    )
    assert [r.shape.partition("#")[2] for r in validate_files([path], sources).results] == ["Typed"]


def test_handing_targets_down_changes_no_finding():
    """The shapes as they are written and as the validator prepares them find the same in all cases."""
    cases = Path(__file__).parent / "cases"
    store = ox.Store()
    for path in [*Sources.find().ontology, *cases.rglob("*.ttl")]:
        store.extend(read_turtle(path))
    written = Graph()
    for path in Sources.find().shapes:
        written.parse(path)
    prepared = read_shapes(Sources.find())
    assert set(written) != set(prepared)

    def findings(shapes):
        found = run(store, shapes)
        keys = (SH.focusNode, SH.value, SH.sourceShape, SH.resultSeverity)
        return {tuple(found.value(result, key) for key in keys) for result in found.objects(predicate=SH.result)}

    assert len(findings(prepared)) > 100
    assert findings(prepared) == findings(written)

"""What a client asked for, and how results become bytes."""

import csv
import io
import json
import time
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from hypothesis import given
from hypothesis import strategies as st

from keifu.errors import LimitReached, NotAcceptable
from keifu.sparql.formats import (
    GRAPH_TYPES,
    HTML,
    QUAD_TYPES,
    SOLUTION_TYPES,
    accepted,
    count_rows,
    negotiate,
    write_graph,
    write_solutions,
)

SOLUTIONS = list(SOLUTION_TYPES.values())
GRAPHS = list(GRAPH_TYPES.values())
DATASETS = [*GRAPHS, *QUAD_TYPES.values()]
PAGES = [HTML, *GRAPHS]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
N3 = "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3"


@pytest.mark.parametrize(
    ("accept", "offered", "expected"),
    [
        ("", SOLUTIONS, "srj"),
        ("*/*", SOLUTIONS, "srj"),
        ("*/*", GRAPHS, "ttl"),
        ("application/sparql-results+xml", SOLUTIONS, "srx"),
        ("text/csv", SOLUTIONS, "csv"),
        ("text/tab-separated-values", SOLUTIONS, "tsv"),
        ("TEXT/CSV", SOLUTIONS, "csv"),
        ("text/csv; charset=utf-8", SOLUTIONS, "csv"),
        ("text/*", SOLUTIONS, "csv"),
        ("application/*", SOLUTIONS, "srj"),
        ("text/csv, */*", SOLUTIONS, "csv"),
        ("text/csv;q=0.5, */*;q=0.1", SOLUTIONS, "csv"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", SOLUTIONS, "srx"),
        ("application/sparql-results+json;q=0, */*", SOLUTIONS, "srx"),
        ("application/*;q=0, */*", SOLUTIONS, "csv"),
        ("text/csv;q=0.2, text/*", SOLUTIONS, "tsv"),
        ("text/csv;q=2, text/tab-separated-values;q=0.1", SOLUTIONS, "tsv"),
        ("csv, text/tab-separated-values", SOLUTIONS, "tsv"),
        ("application/json", SOLUTIONS, "srj"),
        ("application/sparql-results+json,application/json,text/javascript,application/javascript", SOLUTIONS, "srj"),
        ("application/sparql-results+xml,application/rdf+xml,*/*", SOLUTIONS, "srx"),
        ("application/sparql-results+xml,application/rdf+xml,*/*", GRAPHS, "rdf"),
        (N3, GRAPHS, "ttl"),
        ("application/turtle", GRAPHS, "ttl"),
        ("application/n-triples", GRAPHS, "nt"),
        ("application/rdf+xml", GRAPHS, "rdf"),
        ("application/xml", GRAPHS, "rdf"),
        ("application/ld+json,application/x-json+ld", GRAPHS, "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#a,b;q=0", text/turtle;q=0.5', GRAPHS, "jsonld"),
        ("application/json", GRAPHS, "jsonld"),
        ("application/trig", DATASETS, "trig"),
        ("application/n-quads, text/turtle;q=0.9", DATASETS, "nq"),
        ("text/x-nquads", DATASETS, "nq"),
        ("application/*", DATASETS, "nt"),
        (BROWSER, PAGES, "html"),
        (BROWSER, SOLUTIONS, "srx"),
        ("text/turtle, text/html;q=0.5", PAGES, "ttl"),
    ],
)
def test_accept(accept, offered, expected):
    assert negotiate(accept, offered).suffix == expected


@pytest.mark.parametrize(
    ("accept", "offered", "names"),
    [
        ("image/png", SOLUTIONS, "application/sparql-results+json, application/sparql-results+xml, text/csv"),
        ("text/turtle", SOLUTIONS, "text/tab-separated-values"),
        ("text/csv", GRAPHS, "text/turtle, application/n-triples, application/rdf+xml, application/ld+json"),
        ("*/*;q=0", SOLUTIONS, "text/csv"),
        ("text/csv;q=0.0", SOLUTIONS, "text/csv"),
    ],
)
def test_nothing_acceptable(accept, offered, names):
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, offered)
    assert caught.value.status == 406
    for sentence in (caught.value.ja, caught.value.en):
        assert accept in sentence
        assert names in sentence


@pytest.mark.parametrize(
    ("accept", "wanted", "offered", "expected"),
    [
        ("", "csv", SOLUTIONS, "csv"),
        ("*/*", "TSV", SOLUTIONS, "tsv"),
        ("*/*;q=0.8", "xml", SOLUTIONS, "srx"),
        ("", "xml", GRAPHS, "rdf"),
        ("", "json", GRAPHS, "jsonld"),
        ("", "text/csv", SOLUTIONS, "csv"),
        ("*/*", "turtle", SOLUTIONS, "srj"),
        ("", "nonsense", GRAPHS, "ttl"),
        ("", "trig", DATASETS, "trig"),
        ("*/*", "n-quads", DATASETS, "nq"),
        ("*/*", "nquads", DATASETS, "nq"),
        ("", "application/ld+json,application/x-json+ld", GRAPHS, "jsonld"),
        ("*/*", "nonsense, csv", SOLUTIONS, "csv"),
        ("text/csv", "json", SOLUTIONS, "csv"),
        (BROWSER, "json", SOLUTIONS, "srx"),
    ],
)
def test_the_format_parameter_counts_where_accept_leaves_all_open(accept, wanted, offered, expected):
    assert negotiate(accept, offered, wanted).suffix == expected


@given(st.text(st.sampled_from('text/csvhml*,;=q01. "\\+-')))
def test_any_header_is_understood_or_refused(accept):
    try:
        assert negotiate(accept, SOLUTIONS) in SOLUTIONS
    except NotAcceptable:
        assert accept.strip()


@pytest.mark.parametrize("accept", ['"' + '\\"' * 50_000, '"a' * 50_000, '"' + "\\" * 99_999, "text/csv;a=" * 20_000])
def test_a_header_of_a_hundred_thousand_characters_is_read_in_a_moment(accept):
    began = time.process_time()
    assert isinstance(accepted(accept), dict)
    assert time.process_time() - began < 1


def test_text_is_marked_as_utf8():
    assert SOLUTION_TYPES["csv"].content_type == "text/csv; charset=utf-8"
    assert GRAPH_TYPES["turtle"].content_type == "text/turtle; charset=utf-8"
    assert SOLUTION_TYPES["json"].content_type == "application/sparql-results+json"


VALUES = ["窓口", 'a "quoted", one', "two\nlines\tand <b> & ]]>", ""]
SELECT = (
    "SELECT ?n ?x { VALUES (?n ?x) { "
    + " ".join(f"({n} {ox.Literal(v, language='ja')})" for n, v in enumerate(VALUES))
    + " (9 UNDEF) } }"
)


def solutions(query: str = SELECT) -> ox.QuerySolutions | ox.QueryBoolean:
    return ox.Store().query(query)


class TestSolutions:
    def test_json(self):
        rows = json.loads(write_solutions(solutions(), SOLUTION_TYPES["json"]))["results"]["bindings"]
        assert [row.get("x") for row in rows] == [
            *({"type": "literal", "value": value, "xml:lang": "ja"} for value in VALUES),
            None,
        ]
        assert rows[0]["n"] == {"type": "literal", "value": "0", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}

    def test_xml(self):
        root = ElementTree.fromstring(write_solutions(solutions(), SOLUTION_TYPES["xml"]))
        spaces = {"": "http://www.w3.org/2005/sparql-results#"}
        assert [e.text or "" for e in root.findall(".//binding[@name='x']/literal", spaces)] == VALUES
        assert len(root.findall(".//result", spaces)) == 5

    def test_csv(self):
        rows = list(csv.reader(io.StringIO(write_solutions(solutions(), SOLUTION_TYPES["csv"]).decode(), newline="")))
        assert rows == [["n", "x"], *([str(n), value] for n, value in enumerate(VALUES)), ["9", ""]]

    def test_tsv(self):
        lines = write_solutions(solutions(), SOLUTION_TYPES["tsv"]).decode().removesuffix("\n").split("\n")
        assert lines == ["?n\t?x", *(f"{n}\t{ox.Literal(v, language='ja')}" for n, v in enumerate(VALUES)), "9\t"]

    @pytest.mark.parametrize("answer", [True, False])
    def test_ask(self, answer):
        query = f"ASK {{ FILTER({str(answer).lower()}) }}"
        written = {name: write_solutions(solutions(query), each) for name, each in SOLUTION_TYPES.items()}
        assert json.loads(written["json"]) == {"head": {}, "boolean": answer}
        assert ElementTree.fromstring(written["xml"])[1].text == str(answer).lower()
        assert written["csv"] == written["tsv"] == str(answer).lower().encode()

    @pytest.mark.parametrize("name", SOLUTION_TYPES)
    @pytest.mark.parametrize(
        ("query", "rows"),
        [
            (SELECT, 5),
            ("SELECT ?x { VALUES ?x { } }", 0),
            ("SELECT * { }", 1),
            ("SELECT ?x { VALUES ?x { UNDEF UNDEF 1 UNDEF } }", 4),
            ("SELECT ?x { VALUES ?x { '[{\"' ',{\"' '<result>' '\\n' } }", 4),
        ],
    )
    def test_rows_are_counted(self, name, query, rows):
        assert count_rows(write_solutions(solutions(query), SOLUTION_TYPES[name]), SOLUTION_TYPES[name]) == rows


N = ox.NamedNode
TRIPLES = [
    ox.Triple(N("https://w3id.org/keifu/id/body/1"), N("http://www.w3.org/2004/02/skos/core#prefLabel"), ox.Literal("市", language="ja")),
    ox.Triple(N("https://w3id.org/keifu/id/plan/1/dx/1"), N("https://w3id.org/keifu/def#theme"), N("https://w3id.org/keifu/id/theme/bpr")),
    ox.Triple(ox.BlankNode("b"), N("http://purl.org/dc/terms/title"), ox.Literal('<&>"\n')),
]  # fmt: skip


class TestGraphs:
    @pytest.mark.parametrize(
        ("name", "parser"), [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml"), ("jsonld", "json-ld")]
    )
    @pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD uses it
    def test_what_is_written_is_read_by_others(self, name, parser):
        graph = rdflib.Graph().parse(data=write_graph(TRIPLES, GRAPH_TYPES[name]), format=parser)
        expected = rdflib.Graph().parse(data="".join(f"{triple} .\n" for triple in TRIPLES), format="nt")
        assert rdflib.compare.isomorphic(graph, expected)

    @pytest.mark.parametrize(("name", "parser"), [("trig", "trig"), ("nquads", "nquads")])
    @pytest.mark.filterwarnings("ignore:.*deprecated")  # rdflib's own readers of datasets use what it deprecates
    def test_quads_stand_in_the_default_graph(self, name, parser):
        dataset = rdflib.Dataset().parse(data=write_graph(TRIPLES, QUAD_TYPES[name]), format=parser)
        expected = rdflib.Graph().parse(data="".join(f"{triple} .\n" for triple in TRIPLES), format="nt")
        assert rdflib.compare.isomorphic(
            rdflib.Graph().parse(data=dataset.serialize(format="nt"), format="nt"), expected
        )
        assert {graph for *_, graph in dataset.quads()} <= {None, rdflib.graph.DATASET_DEFAULT_GRAPH_ID}

    def test_turtle_has_the_prefixes_it_uses_and_no_backslash_in_names(self):
        assert write_graph(TRIPLES[:2], GRAPH_TYPES["turtle"]).decode() == (
            "@prefix keifu: <https://w3id.org/keifu/def#> .\n"
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
            "@prefix theme: <https://w3id.org/keifu/id/theme/> .\n"
            '<https://w3id.org/keifu/id/body/1> skos:prefLabel "市"@ja .\n'
            "<https://w3id.org/keifu/id/plan/1/dx/1> keifu:theme theme:bpr .\n"
        )

    def test_an_empty_graph(self):
        assert write_graph([], GRAPH_TYPES["turtle"]) == write_graph([], QUAD_TYPES["trig"]) == b""
        assert write_graph([], GRAPH_TYPES["ntriples"]) == b""
        assert json.loads(write_graph([], GRAPH_TYPES["jsonld"])) == []

    def test_what_rdfxml_cannot_write_is_not_written_wrongly(self):
        triple = ox.Triple(N("http://e/a"), N("http://e/1"), ox.Literal("x"))
        with pytest.raises(NotAcceptable, match="http://e/1"):
            write_graph([triple], GRAPH_TYPES["rdfxml"])
        assert write_graph([triple], GRAPH_TYPES["ntriples"]) == b'<http://e/a> <http://e/1> "x" .\n'


class TestLimit:
    @pytest.mark.parametrize("name", SOLUTION_TYPES)
    def test_of_solutions(self, name):
        size = len(write_solutions(solutions(), SOLUTION_TYPES[name]))
        assert len(write_solutions(solutions(), SOLUTION_TYPES[name], size)) == size
        with pytest.raises(LimitReached) as caught:
            write_solutions(solutions(), SOLUTION_TYPES[name], size - 1)
        assert caught.value.limit == "answer_bytes"
        assert f"{size - 1:,}" in caught.value.ja

    @pytest.mark.parametrize("name", ["ntriples", "rdfxml", "jsonld"])
    def test_of_graphs(self, name):
        size = len(write_graph(TRIPLES, GRAPH_TYPES[name]))
        with pytest.raises(LimitReached):
            write_graph(TRIPLES, GRAPH_TYPES[name], size - 1)

    def test_writing_stops_there(self):
        def triples():
            for number in range(1_000_000):
                assert number < 10_000, "went on"
                yield TRIPLES[0]

        with pytest.raises(LimitReached):
            write_graph(triples(), GRAPH_TYPES["ntriples"], 100_000)

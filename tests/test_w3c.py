"""What is answered to the W3C's test suites of SPARQL 1.1 Query, of SPARQL 1.0 and of the SPARQL 1.1 Protocol.

Each query takes the way of a visitor's: it is examined, evaluated and written in every format there is, and what was
written is read again. The suites are not part of this repository: they come with a source distribution on PyPI,
and where that cannot be had their cases are skipped. Out of scope are entailment regimes, which the service does not
have, and updates, which it refuses. The suites have no requests for the Protocol, only the name of each case: the
requests below are ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest
import w3c
from conftest import serving
from rdflib import RDF, RDFS

from keifu.dataset.stores import Manifest, Result, Store
from keifu.errors import BadQuery, Refused
from keifu.search import index
from keifu.settings import Settings
from keifu.sparql.formats import GRAPH_TYPES, SOLUTION_TYPES
from keifu.sparql.operations import evaluate, examine
from keifu.sparql.protocol import FORM_TYPE, QUERY_TYPE, UPDATE_TYPE
from keifu.sparql.scanner import Scan

SUITES = [
    *(
        f"sparql11/{name}"
        for name in (
            "aggregates", "bind", "bindings", "construct", "csv-tsv-res", "exists", "functions", "grouping", "json-res",
            "negation", "project-expression", "property-path", "subquery", "syntax-query",
        )
    ),
    *(
        f"dawg-data-r2/{name}"
        for name in (
            "algebra", "ask", "basic", "bnode-coreference", "boolean-effective-value", "bound", "cast", "construct",
            "dataset", "distinct", "expr-builtin", "expr-equals", "expr-ops", "graph", "i18n", "open-world", "optional",
            "optional-filter", "reduced", "regex", "solution-seq", "sort", "syntax-sparql1", "syntax-sparql2",
            "syntax-sparql3", "syntax-sparql4", "syntax-sparql5", "triple-match", "type-promotion",
        )
    ),
]  # fmt: skip
FEDERATED = ["sparql11/service", "sparql11/syntax-fed"]

R2 = "dawg-data-r2"
ONE_FORM = "the store keeps the value of a number, not how it was written"
RDF_11 = "written for RDF 1.0: now a plain literal is an xsd:string, and one with a language has a datatype"
DECIMAL = "written for SPARQL 1.0: since 1.1 no number ends in a point (§19.8, DECIMAL)"
FUNCTION = "its syntax is read, but the function that it calls does not exist here"
ESCAPE = "the engine reads \\u only in strings and IRIs, not everywhere (§19.2)"
KNOWN = {
    "sparql11/aggregates/agg-empty-group": "expects a group of no solutions without ?x, but where none are, no group is",
    "sparql11/csv-tsv-res/csv03": ONE_FORM,
    "sparql11/functions/bnode01": "the engine gives one blank node per string in all solutions, not per solution",
    "sparql11/functions/strdt03": RDF_11,
    "sparql11/functions/strlang03": RDF_11,
    "sparql11/syntax-query/test_4": FUNCTION,
    f"{R2}/basic/term-6": DECIMAL,
    f"{R2}/basic/term-7": DECIMAL,
    f"{R2}/distinct/distinct-1": ONE_FORM,
    f"{R2}/distinct/distinct-2": RDF_11,
    f"{R2}/distinct/distinct-9": f"{ONE_FORM}; {RDF_11}",
    f"{R2}/expr-builtin/dawg-datatype-2": RDF_11,
    f"{R2}/expr-builtin/dawg-str-1": ONE_FORM,
    f"{R2}/expr-builtin/dawg-str-2": ONE_FORM,
    f"{R2}/expr-builtin/sameTerm-eq": ONE_FORM,
    f"{R2}/expr-builtin/sameTerm-not-eq": ONE_FORM,
    f"{R2}/expr-builtin/sameTerm-simple": ONE_FORM,
    f"{R2}/expr-equals/eq-graph-1": ONE_FORM,
    f"{R2}/expr-equals/eq-graph-2": ONE_FORM,
    f"{R2}/open-world/date-2": "a date with a time zone is unequal to one without, where XML Schema 1.0 has no answer",
    f"{R2}/open-world/open-eq-01": ONE_FORM,
    f"{R2}/optional-filter/dawg-optional-filter-005-simplified": "the other reading, 005-not-simplified, passes",
    f"{R2}/syntax-sparql1/syntax-expr-05": FUNCTION,
    f"{R2}/syntax-sparql1/syntax-lit-08": DECIMAL,
    f"{R2}/syntax-sparql1/syntax-order-05": FUNCTION,
    f"{R2}/syntax-sparql1/syntax-order-06": FUNCTION,
    f"{R2}/syntax-sparql2/syntax-esc-04": ESCAPE,
    f"{R2}/syntax-sparql2/syntax-esc-05": ESCAPE,
    f"{R2}/syntax-sparql2/syntax-function-01": FUNCTION,
    f"{R2}/syntax-sparql2/syntax-function-02": FUNCTION,
    f"{R2}/syntax-sparql2/syntax-function-03": FUNCTION,
    f"{R2}/syntax-sparql2/syntax-function-04": FUNCTION,
    f"{R2}/syntax-sparql3/syn-bad-26": "the engine reads `<?a&&?b>` as comparisons, not as an IRI that is no valid one",
}
"""Cases that do not pass, and why; one that begins to pass has to leave this table."""

MISSING = w3c.fetch()
CASES = [] if MISSING else [case for suite in SUITES for case in w3c.cases(suite)]
ASKING_OTHERS = [] if MISSING else [case for suite in FEDERATED for case in w3c.cases(suite)]
LIMIT = 10_000_000
MANIFEST = Manifest("w3c", {}, 0)

needs_suites = pytest.mark.skipif(bool(MISSING), reason=MISSING)


class Unmerged(Store):
    """A store whose default graph is one of its own, as the suites have it, and not the merge of all graphs."""

    def query(self, text: str, *, union: bool = True, **rest: object) -> Result:
        return super().query(text, union=False, **rest)


def store_of(case: w3c.Case) -> Store:
    """The data of a case; where only its query names them (FROM), each in the graph that has the name of its file."""
    quads = ox.Store()
    for address in case.default:
        w3c.load(quads, address)
    for address in case.named:
        w3c.load(quads, address, graph=address)
    if case.default or case.named:
        return Unmerged(quads, MANIFEST)
    if case.result is not None:
        for address in sources(case):
            w3c.load(quads, address, graph=address)
    return Store(quads, MANIFEST)


def sources(case: w3c.Case) -> set[str]:
    """The files that a query names in FROM and FROM NAMED."""
    words = Scan(case.text).tokens
    names = [
        after if token.word == "FROM" and word.word == "NAMED" else word
        for token, word, after in zip(words, words[1:], words[2:], strict=False)
        if token.word == "FROM"
    ]
    return {case.query.rpartition("/")[0] + "/" + name.text.strip("<>") for name in names}


def marked(case: w3c.Case) -> object:
    known = KNOWN.get(case.id)
    return pytest.param(case, id=case.id, marks=[pytest.mark.xfail(reason=known, strict=True)] if known else [])


@needs_suites
@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_case(case):
    check(case)


def check(case: w3c.Case) -> None:
    """Fails where a case does not pass."""
    store = store_of(case)
    if case.kind.startswith("NegativeSyntaxTest"):
        with pytest.raises(BadQuery):
            answers(case, store)
    elif case.kind.startswith("PositiveSyntaxTest"):
        assert answers(case, store)
    else:
        expected = w3c.expected(case)
        for suffix, rows, body in answers(case, store):
            if isinstance(expected, frozenset):
                assert w3c.read_graph(body, suffix) == expected, suffix
            elif isinstance(expected, bool):
                assert w3c.read_solutions(body, suffix) == expected, suffix
            else:
                found = w3c.read_solutions(body, suffix)
                assert rows == len(found.rows), suffix
                compare(found, expected, plain=suffix == ".csv", lax=case.lax)


def answers(case: w3c.Case, store: Store) -> list[tuple[str, int, bytes]]:
    """The answers to the query of a case: suffix of the format, number of rows, text."""
    operation = examine(case.text, None, Settings())
    formats = [SOLUTION_TYPES["csv"]] if case.kind == "CSVResultFormatTest" else operation.formats
    written = [(each.suffix, evaluate(store, operation, each, LIMIT)) for each in formats]
    return [(f".{suffix}", answer.rows, answer.body) for suffix, answer in written]


def compare(found: w3c.Solutions, expected: w3c.Solutions, *, plain: bool, lax: bool) -> None:
    """Fails where solutions differ."""
    if plain:
        found, expected = found.plain(), expected.plain()
    ordered = expected.ordered
    assert found.comparable(ordered=ordered, lax=lax) == expected.comparable(ordered=ordered, lax=lax)
    if lax:
        assert len(found.rows) <= len(expected.rows)


@needs_suites
def test_every_known_failure_is_a_case():
    assert set(KNOWN) <= {case.id for case in CASES}


@needs_suites
@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in ASKING_OTHERS])
def test_a_query_to_another_server_is_refused(case):
    with pytest.raises(Refused):
        examine(case.text, None, Settings())


# The Protocol. Of three graphs each says one thing, of its own name: that it has a class.

A, B, C = (f"http://example.org/{name}" for name in "abc")
NEW = "http://example.org/new"
UPDATE = f"INSERT DATA {{ <{NEW}> a <{NEW}> }}"
SOLUTIONS = {each.content_type for each in SOLUTION_TYPES.values()}
TRIPLES = {each.content_type for each in GRAPH_TYPES.values()}


@dataclass(frozen=True)
class Request:
    """What is sent to the endpoint."""

    method: str
    query_string: str = ""
    content_type: str = ""
    body: bytes = b""


def get(*fields: tuple[str, str]) -> Request:
    return Request("GET", urlencode(fields))


def form(*fields: tuple[str, str], content_type: str = FORM_TYPE) -> Request:
    return Request("POST", "", content_type, urlencode(fields).encode())


def direct(body: str, *fields: tuple[str, str], content_type: str = QUERY_TYPE, encoding: str = "utf-8") -> Request:
    return Request("POST", urlencode(fields), content_type, body.encode(encoding))


def ask(*names: str, source: str = "") -> str:
    """The question whether the default graph has what the graphs of these names say."""
    return f"ASK {source} {{ {' '.join(f'<{name}> a [] .' for name in names)} }}"


def ask_named(*names: str) -> str:
    """The question whether these graphs are there by name, with what they say."""
    return f"ASK {{ {' '.join(f'GRAPH <{name}> {{ <{name}> a [] }}' for name in names)} }}"


def default(*names: str) -> list[tuple[str, str]]:
    return [("default-graph-uri", name) for name in names]


def named(*names: str) -> list[tuple[str, str]]:
    return [("named-graph-uri", name) for name in names]


def refused(*requests: Request) -> list[tuple[Request, None]]:
    return [(request, None) for request in requests]


PROTOCOL: dict[str, list[tuple[Request, bool | set[str] | None]]] = {
    "query_get": [(get(("query", "ASK {}")), True)],
    "query_post_form": [(form(("query", "ASK {}")), True)],
    "query_post_direct": [(direct("ASK {}"), True)],
    "query_dataset_default_graphs_get": [
        (get(("query", ask(A, B)), *default(A, B)), True),
        (get(("query", ask(C)), *default(A, B)), False),
    ],
    "query_dataset_default_graphs_post": [
        (form(("query", ask(A, B)), *default(A, B)), True),
        (direct(ask(A, B), *default(A, B)), True),
        (direct(ask(C), *default(A, B)), False),
    ],
    "query_dataset_named_graphs_get": [
        (get(("query", ask_named(A, B)), *named(A, B)), True),
        (get(("query", ask_named(C)), *named(A, B)), False),
        (get(("query", ask(A)), *named(A, B)), False),
    ],
    "query_dataset_named_graphs_post": [
        (form(("query", ask_named(A, B)), *named(A, B)), True),
        (direct(ask_named(A, B), *named(A, B)), True),
        (direct(ask_named(C), *named(A, B)), False),
    ],
    "query_dataset_full": [
        (direct(ask(A), *default(A), *named(B, C)), True),
        (form(("query", ask_named(B, C)), *default(A), *named(B, C)), True),
        (get(("query", ask(B)), *default(A), *named(B, C)), False),
        (get(("query", ask_named(A)), *default(A), *named(B, C)), False),
    ],
    "query_multiple_dataset": [
        (get(("query", ask(B, source=f"FROM <{A}>")), *default(B)), True),
        (get(("query", ask(A, source=f"FROM <{A}>")), *default(B)), False),
    ],
    "query_content_type_select": [(get(("query", "SELECT * { ?s ?p ?o }")), SOLUTIONS)],
    "query_content_type_ask": [(get(("query", "ASK {}")), SOLUTIONS)],
    "query_content_type_describe": [(get(("query", f"DESCRIBE <{A}>")), TRIPLES)],
    "query_content_type_construct": [(get(("query", "CONSTRUCT WHERE { ?s ?p ?o }")), TRIPLES)],
    "bad_query_method": refused(
        *(Request(method, urlencode({"query": "ASK {}"})) for method in ("PUT", "DELETE", "PATCH"))
    ),
    "bad_multiple_queries": refused(
        get(("query", "ASK {}"), ("query", "SELECT * {}")), direct("ASK {}", ("query", "ASK {}"))
    ),
    "bad_query_wrong_media_type": refused(direct("ASK {}", content_type="text/plain")),
    "bad_query_missing_form_type": refused(form(("query", "ASK {}"), content_type="")),
    "bad_query_missing_direct_type": refused(direct("ASK {}", content_type="")),
    "bad_query_non_utf8": refused(
        direct("ASK {}", content_type=f"{QUERY_TYPE}; charset=UTF-16", encoding="utf-16"),
        direct("ASK {}", encoding="utf-16"),
        direct("ASK {}", encoding="utf-16-le"),
    ),
    "bad_query_syntax": refused(get(("query", "ASK {")), form(("query", "ASK {")), direct("ASK {")),
    "update_post_form": refused(form(("update", UPDATE))),
    "update_post_direct": refused(direct(UPDATE, content_type=UPDATE_TYPE)),
    "update_base_uri": refused(form(("update", "CLEAR ALL ; INSERT DATA { <#a> <#b> <#c> }"))),
    "update_dataset_default_graph": refused(form(("update", UPDATE), ("using-graph-uri", A))),
    "update_dataset_default_graphs": refused(form(("update", UPDATE), ("using-graph-uri", A), ("using-graph-uri", B))),
    "update_dataset_named_graphs": refused(form(("update", UPDATE), ("using-named-graph-uri", A))),
    "update_dataset_full": refused(
        direct(UPDATE, ("using-graph-uri", A), ("using-named-graph-uri", B), content_type=UPDATE_TYPE)
    ),
    "bad_update_get": refused(get(("update", UPDATE)), get(("query", UPDATE))),
    "bad_multiple_updates": refused(form(("update", UPDATE), ("update", UPDATE))),
    "bad_update_wrong_media_type": refused(direct(UPDATE, content_type="text/plain"), direct(UPDATE)),
    "bad_update_missing_form_type": refused(form(("update", UPDATE), content_type="")),
    "bad_update_non_utf8": refused(direct(UPDATE, content_type=UPDATE_TYPE, encoding="utf-16")),
    "bad_update_syntax": refused(form(("update", "INSERT DATA {")), direct("INSERT DATA {", content_type=UPDATE_TYPE)),
    "bad_update_dataset_conflict": refused(
        form(("update", f"DELETE {{ ?s ?p ?o }} USING <{A}> WHERE {{ ?s ?p ?o }}"), ("using-graph-uri", B))
    ),
}
"""The cases of the suite by name: requests with an answer to an ASK, the media types to choose from, or a refusal."""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HTTPConnection]:
    """A connection to a server of three graphs."""
    folder = tmp_path_factory.mktemp("protocol")
    build_three(folder)
    with serving(folder, folder / "log") as address:
        connection = HTTPConnection(urlsplit(address).netloc)
        yield connection
        connection.close()


def build_three(folder: Path) -> None:
    """A dataset of the graphs A, B and C."""
    (folder / "three").mkdir()
    (folder / "current").write_text("three", encoding="ascii")
    lines = [f"<{name}> <{RDF.type}> <{RDFS.Class}> <{name}> .\n" for name in (A, B, C)]
    (folder / "three" / "data.nq").write_text("".join(lines), encoding="utf-8")
    manifest = Manifest("three", dict.fromkeys((A, B, C), 1), 0)
    manifest.write(folder / "three" / "manifest.json")
    index.write(Store(ox.Store(), manifest), folder / "three" / index.FILE).close()


def sent(connection: HTTPConnection, request: Request) -> tuple[int, str, bytes]:
    """Status, content type and body of what is answered."""
    headers = {"Content-Type": request.content_type} if request.content_type else {}
    connection.request(request.method, f"/sparql?{request.query_string}", request.body or None, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers["Content-Type"], answer.read()


@pytest.mark.parametrize("name", PROTOCOL)
def test_protocol(endpoint, name):
    for request, expected in PROTOCOL[name]:
        status, content_type, body = sent(endpoint, request)
        if expected is None:
            assert 400 <= status < 500, request
        elif isinstance(expected, set):
            assert (status, content_type in expected) == (200, True), request
        else:
            assert (status, content_type) == (200, "application/sparql-results+json"), request
            assert w3c.read_solutions(body, ".srj") == expected, request
    assert b"false" in sent(endpoint, get(("query", ask(NEW))))[2], "nothing was written"


@needs_suites
def test_every_case_of_the_protocol_has_its_requests():
    assert {case.name for case in w3c.cases("sparql11/protocol")} == set(PROTOCOL)

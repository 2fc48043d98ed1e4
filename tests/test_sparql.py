"""The endpoint: what it answers to clients of every kind, over HTTP and within."""

import csv
import gzip
import io
import json
import logging
import re
import shutil
import subprocess
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
import rdflib
from conftest import application, serving
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from keifu.dataset.stores import Store
from keifu.sparql.turns import Asker

ID = "https://w3id.org/keifu/id/"
PREFIXES = """\
PREFIX keifu: <https://w3id.org/keifu/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX graph: <https://w3id.org/keifu/graph/>
"""
NAMES = (
    PREFIXES + 'SELECT ?x ?name { ?x a keifu:Initiative ; skos:prefLabel ?name FILTER(LANG(?name) = "ja") } ORDER BY ?x'
)
EXPECTED = [
    (f"{ID}plan/990019/dx/1/initiative/1", "電子申請の拡大"),
    (f"{ID}plan/990019/dx/1/initiative/2", "書かない窓口"),
]
CONSTRUCT = PREFIXES + "CONSTRUCT { ?x skos:prefLabel ?name } { ?x a keifu:PriorityItem ; skos:prefLabel ?name }"
ITEMS = rdflib.Graph().parse(
    data=f"""
<{ID}policy/example/1/item/1> <http://www.w3.org/2004/02/skos/core#prefLabel> "申請のオンライン化"@ja .
<{ID}policy/example/1/item/1> <http://www.w3.org/2004/02/skos/core#prefLabel> "Applications online"@en .
<{ID}policy/example/1/item/2> <http://www.w3.org/2004/02/skos/core#prefLabel> "窓口の改革"@ja .
<{ID}policy/example/1/item/2> <http://www.w3.org/2004/02/skos/core#prefLabel> "Reform of counters"@en .
""",
    format="nt",
)
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + " }"
ACCEPT_JSON = {"Accept": "application/sparql-results+json"}


@pytest.fixture(scope="module")
def app(mini):
    """The application over the tiny dataset."""
    with application(mini, query_seconds=0.5, query_bytes=10_000, answer_bytes=20_000, query_workers=1) as app:
        yield app


@pytest.fixture
def get(app):
    """Asks the endpoint by GET."""

    def get(query=None, headers=None, **fields):
        fields = {"query": query, **fields} if query is not None else fields
        return app.test_client().get("/sparql", query_string=fields, headers=headers)

    return get


@pytest.fixture(scope="module")
def live(mini, tmp_path_factory):
    """The address of a running endpoint and the file it logs to."""
    log = tmp_path_factory.mktemp("live") / "log"
    with serving(mini, log, query_seconds=0.5) as address:
        yield f"{address}/sparql", log


@pytest.fixture
def endpoint(live):
    """The address of a running endpoint."""
    return live[0]


def rows(answer) -> list[tuple[str, ...]]:
    """The values of a JSON answer, variable by variable."""
    return [tuple(row[name]["value"] for name in answer["head"]["vars"]) for row in answer["results"]["bindings"]]


class TestClients:
    """SPARQLWrapper, rdflib's SPARQLStore and curl get the same answers from the running endpoint."""

    @pytest.mark.parametrize("method", [None, POST])
    @pytest.mark.parametrize("directly", [False, True])
    @pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
    def test_sparqlwrapper_select(self, endpoint, form, method, directly):
        client = SPARQLWrapper(endpoint, returnFormat=form)
        if method:
            client.setMethod(method)
            client.setRequestMethod(POSTDIRECTLY if directly else "urlencoded")
        client.setQuery(NAMES)
        answer = client.queryAndConvert()
        if form == JSON:
            assert rows(answer) == EXPECTED
        elif form == XML:
            cells = [node.firstChild.data for tag in ("uri", "literal") for node in answer.getElementsByTagName(tag)]
            assert list(zip(cells[:2], cells[2:], strict=True)) == EXPECTED
        elif form == CSV:
            assert [tuple(row) for row in csv.reader(io.StringIO(answer.decode()))][1:] == EXPECTED
        else:
            assert answer.decode().splitlines()[1:] == [f'<{iri}>\t"{name}"@ja' for iri, name in EXPECTED]

    @pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # SPARQLWrapper reads RDF with it
    @pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD, XML])
    def test_sparqlwrapper_construct(self, endpoint, form):
        client = SPARQLWrapper(endpoint, returnFormat=form)
        client.setQuery(CONSTRUCT)
        answer = client.queryAndConvert()
        graph = answer if isinstance(answer, rdflib.Graph) else rdflib.Graph().parse(data=answer, format="turtle")
        assert isomorphic(graph, ITEMS)

    def test_sparqlwrapper_ask(self, endpoint):
        client = SPARQLWrapper(endpoint, returnFormat=JSON)
        client.setQuery("ASK { ?s ?p '書かない窓口'@ja }")
        assert client.queryAndConvert()["boolean"] is True

    def test_sparqlwrapper_dataset(self, endpoint):
        client = SPARQLWrapper(endpoint, returnFormat=JSON)
        client.addDefaultGraph("https://w3id.org/keifu/graph/national/policy")
        client.setQuery("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        assert rows(client.queryAndConvert()) == [("6",)]

    def test_sparqlwrapper_is_told_of_a_wrong_query(self, endpoint):
        client = SPARQLWrapper(endpoint, returnFormat=JSON)
        client.setQuery("SELECT * { ?s ?p }")
        with pytest.raises(QueryBadFormed, match="line"):
            client.query()

    @pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
    def test_rdflib(self, endpoint, method):
        graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
        assert [(str(row.x), str(row.name)) for row in graph.query(NAMES)] == EXPECTED
        assert [row.name.language for row in graph.query(NAMES)] == ["ja", "ja"]
        assert isomorphic(graph.query(CONSTRUCT).graph, ITEMS)
        assert bool(graph.query("ASK { ?s ?p '書かない窓口'@ja }"))
        triples = graph.triples((rdflib.URIRef(f"{ID}policy/example/1/item/2"), None, None))
        assert {str(o) for _, p, o in triples if p == rdflib.SKOS.prefLabel} == {"窓口の改革", "Reform of counters"}

    @pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
    @pytest.mark.parametrize(
        "words",
        [
            ["--get", "--data-urlencode", f"query={NAMES}"],
            ["--data-urlencode", f"query={NAMES}"],
            ["--header", "Content-Type: application/sparql-query", "--data-binary", NAMES],
            [
                "--header",
                "Content-Type: application/sparql-query",
                "--header",
                "Transfer-Encoding: chunked",
                "--data-binary",
                NAMES,
            ],
        ],
        ids=["GET", "POST form", "POST direct", "POST chunked"],
    )
    def test_curl(self, endpoint, words):
        def curl(*more):
            done = subprocess.run(["curl", "-sS", endpoint, *words, *more], capture_output=True, check=True)
            return done.stdout.decode()

        assert rows(json.loads(curl())) == EXPECTED
        assert [tuple(row) for row in csv.reader(io.StringIO(curl("-H", "Accept: text/csv")))][1:] == EXPECTED
        assert "application/sparql-results+json" in curl("--head" if "--get" in words else "--include")

    def test_limits_are_told(self, endpoint):
        client = SPARQLWrapper(endpoint, returnFormat=JSON)
        client.setQuery(ENDLESS)
        with pytest.raises(HTTPError) as caught:
            client.query()
        assert caught.value.code == 503
        assert json.load(caught.value)["error"]["limit"] == "query_seconds"

    def test_one_line_a_query_is_logged(self, live):
        endpoint, log = live
        before = log.read_text(encoding="utf-8").count("keifu.sparql.answers id=")
        # Queries that no other test sends, since answers from memory have no line.
        for query in (
            NAMES + " LIMIT 1",
            CONSTRUCT + " LIMIT 3",
            "ASK { ?s",
            f"DESCRIBE <{ID}policy/example/1/item/1>",
        ):
            subprocess.run(
                ["curl", "-sS", endpoint, "--data-urlencode", f"query={query}"], capture_output=True, check=True
            )
        lines = [line for line in log.read_text(encoding="utf-8").splitlines() if "keifu.sparql.answers id=" in line][
            before:
        ]
        assert [re.sub(r"^.*id=[0-9a-f]{8} |ms=\S+ ", "", line) for line in lines] == [
            "kind=SELECT format=srj rows=1 outcome=ok",
            "kind=CONSTRUCT format=ttl rows=3 outcome=ok",
            "kind=ASK format=srj rows=0 outcome=BadQuery",
            "kind=DESCRIBE format=ttl rows=3 outcome=ok",
        ]

    def test_the_server_says_nothing_of_itself(self, endpoint):
        done = subprocess.run(["curl", "-sSI", endpoint], capture_output=True, text=True, check=True)
        assert not re.search(r"werkzeug|python|flask|oxigraph", done.stdout, re.IGNORECASE)


class TestAnswers:
    def test_select(self, get):
        answer = get(NAMES)
        assert answer.status_code == 200
        assert answer.content_type == "application/sparql-results+json"
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert rows(answer.json) == EXPECTED

    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [
            ("text/csv", "text/csv; charset=utf-8"),
            ("application/sparql-results+xml", "application/sparql-results+xml"),
            ("text/html,application/xml;q=0.9,*/*;q=0.8", "application/sparql-results+xml"),
        ],
    )
    def test_the_format_asked_for(self, get, accept, content_type):
        assert get(NAMES, {"Accept": accept}).content_type == content_type

    @pytest.mark.parametrize("name", ["trig", "n-quads", "nquads", "nq"])
    def test_what_construct_gives_as_a_dataset(self, get, name):
        answer = get(CONSTRUCT, output=name)
        assert answer.content_type == ("application/trig" if name == "trig" else "application/n-quads")
        quads = list(ox.parse(answer.data, format=ox.RdfFormat.from_media_type(answer.content_type)))
        assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}
        text = "".join(f"{quad.triple} .\n" for quad in quads)
        assert isomorphic(rdflib.Graph().parse(data=text, format="nt"), ITEMS)
        assert get(CONSTRUCT, {"Accept": answer.content_type}).data == answer.data

    def test_the_format_parameter(self, get):
        assert get(NAMES, output="csv").text.splitlines()[0] == "x,name"
        assert get(NAMES, {"Accept": "text/csv"}, format="json").text.splitlines()[0] == "x,name"

    @pytest.mark.parametrize("query", [NAMES, CONSTRUCT])
    def test_no_format_that_fits(self, get, query):
        answer = get(query, {"Accept": "image/png"})
        assert answer.status_code == 406
        assert "image/png" in answer.text
        assert answer.content_type == "text/plain; charset=utf-8"

    def test_head(self, app):
        query = urlencode({"query": NAMES})
        head, whole = app.test_client().head(f"/sparql?{query}"), app.test_client().get(f"/sparql?{query}")
        assert head.status_code == 200
        assert head.data == b""
        assert head.content_length == len(whole.data)
        assert head.headers["ETag"] == whole.headers["ETag"]

    def test_options(self, app):
        answer = app.test_client().options(
            "/sparql", headers={"Origin": "http://e", "Access-Control-Request-Method": "POST"}
        )
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"
        assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]
        exposed = {"ETag", "Link", "Query-Id", "Retry-After"}
        assert set(answer.headers["Access-Control-Expose-Headers"].split(", ")) == exposed
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    def test_other_methods(self, app, method):
        answer = app.test_client().open("/sparql", method=method)
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
        ja, en = answer.text.splitlines()
        assert ja.endswith("GET か POST を使ってください。")
        assert en.endswith("Use GET or POST.")

    def test_other_methods_of_a_page(self, app):
        answer = app.test_client().put("/healthz")
        assert (answer.status_code, answer.text.splitlines()[1]) == (405, "/healthz does not take PUT. Use GET.")

    @pytest.mark.parametrize("path", ["/sparql", "//sparql", "///sparql"])
    def test_a_base_that_ends_in_a_slash(self, app, path):
        asked = {"query_string": {"query": "ASK { }"}, "environ_overrides": {"PATH_INFO": path}}
        answer = app.test_client().get("/sparql", **asked)
        assert (answer.status_code, answer.json["boolean"]) == (200, True)
        answer = app.test_client().post("/sparql", data={"query": "ASK { }"}, environ_overrides={"PATH_INFO": path})
        assert (answer.status_code, answer.json["boolean"]) == (200, True)

    @pytest.mark.parametrize("path", ["/sparql/", "/x//sparql", "/sparql//"])
    def test_what_is_not_the_endpoint(self, app, path):
        assert app.test_client().get(path, query_string={"query": "ASK {}"}).status_code == 404


class TestCaching:
    def test_an_answer_that_is_known_is_not_sent_again(self, get, app):
        first = get(NAMES)
        tag = first.headers["ETag"]
        assert first.headers["Cache-Control"] == "no-cache"
        assert app.extensions["keifu"].store.manifest.version in tag
        again = get(NAMES, {"If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Vary"] == "Accept, Accept-Encoding"

    def test_every_difference_makes_another_tag(self, get):
        asked = [
            get(NAMES),
            get(NAMES, {"Accept": "text/csv"}),
            get(NAMES + " "),
            get(NAMES, **{"default-graph-uri": "http://e/"}),
            get(NAMES, **{"named-graph-uri": "http://e/"}),
        ]
        assert len({answer.headers["ETag"] for answer in asked}) == len(asked)

    def test_what_does_not_repeat_has_no_tag(self, get):
        answer = get("SELECT (NOW() AS ?now) {}")
        assert answer.status_code == 200
        assert "ETag" not in answer.headers

    def test_a_post_has_no_tag(self, app):
        answer = app.test_client().post("/sparql", data={"query": NAMES}, headers={"If-None-Match": "*"})
        assert (answer.status_code, rows(answer.json)) == (200, EXPECTED)


class TestErrors:
    def test_a_wrong_query_in_the_language_of_the_client(self, get):
        answer = get("ASK {\n  ?s ?p }", {"Accept-Language": "ja"})
        assert (answer.status_code, answer.headers["Content-Language"]) == (400, "ja")
        assert "クエリの 2 行" in answer.text
        answer = get("ASK {\n  ?s ?p }", {"Accept-Language": "en-GB,ja;q=0.5"})
        assert "at line 2, column" in answer.text
        assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))

    def test_who_names_no_language_is_told_in_both(self, get):
        answer = get("ASK {\n  ?s ?p }")
        ja, en = answer.text.splitlines()
        assert answer.headers["Content-Language"] == "ja, en"
        assert "クエリの 2 行" in ja
        assert "at line 2, column" in en

    def test_as_json(self, get):
        answer = get("ASK {\n  ?s ?p }", ACCEPT_JSON)
        assert answer.content_type == "application/json"
        error = answer.json["error"]
        assert (error["status"], error["line"]) == (400, 2)
        assert re.fullmatch("[0-9a-f]{8}", error["id"])
        assert "2 行" in error["ja"]
        assert "2 行" in answer.text, "Japanese stays readable"

    @pytest.mark.parametrize(
        ("query", "status", "said"),
        [
            ("INSERT DATA { <a:b> <a:b> 1 }", 403, "INSERT"),
            ("LOAD <http://127.0.0.1/>", 403, "LOAD"),
            ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403, "SERVICE"),
            ("", 400, "SELECT"),
            ("ASK { FILTER(<http://e/f>(1)) }", 400, "<http://e/f> is not supported"),
            ("ASK { FILTER(<http://www.w3.org/2001/XMLSchema#integer>(1, 2)) }", 400, "2 were given"),
            ("ASK { ?s ?p '" + "x" * 10_000 + "' }", 413, "query_bytes"),
            ("ASK { FILTER(" + "(" * 300 + "1" + ")" * 300 + ") }", 413, "query_depth"),
            (ENDLESS, 503, "query_seconds"),
            ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 503, "answer_bytes"),
        ],
        ids=lambda value: str(value)[:20],
    )
    def test_what_is_not_answered(self, app, query, status, said):
        answer = app.test_client().post("/sparql", data={"query": query}, headers={"Accept-Language": "en"})
        assert answer.status_code == status
        assert said in answer.text

    def test_a_full_queue_says_when_to_come_again(self, mini):
        with (
            application(mini, query_seconds=0.5, query_workers=1, query_queue=0) as app,
            app.extensions["keifu"].pool.turns.turn(Asker("192.0.2.1")),
        ):
            answer = app.test_client().get("/sparql", query_string={"query": "ASK {}"}, headers=ACCEPT_JSON)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.json["error"]["limit"] == "query_queue"

    def test_a_client_with_too_many_queries_is_told_so(self, mini):
        with (
            application(mini, query_workers=2, client_queries=1) as app,
            app.extensions["keifu"].pool.turns.turn(Asker("127.0.0.1")),
        ):
            answer = app.test_client().get("/sparql", query_string={"query": "ASK {}"}, headers=ACCEPT_JSON)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
        assert answer.json["error"]["limit"] == "client_queries"

    @pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 200)])
    def test_clients_behind_a_proxy_are_told_apart_where_the_proxy_is_believed(self, mini, proxies, status):
        with (
            application(mini, query_workers=2, client_queries=1, proxies=proxies) as app,
            app.extensions["keifu"].pool.turns.turn(Asker("127.0.0.1")),
        ):
            headers = {**ACCEPT_JSON, "X-Forwarded-For": "192.0.2.1"}
            answer = app.test_client().get("/sparql", query_string={"query": "ASK {}"}, headers=headers)
        assert answer.status_code == status

    def test_a_body_over_the_limit(self, app):
        answer = app.test_client().post("/sparql", data=b"x" * 50_000, content_type="application/sparql-query")
        assert answer.status_code == 413
        assert "query_bytes" in answer.text

    @pytest.mark.parametrize(("coding", "status"), [("gzip", 415), ("br", 415), ("identity", 200), ("", 200)])
    def test_a_body_that_is_packed(self, app, coding, status):
        body = gzip.compress(b"ASK { }") if coding == "gzip" else b"ASK { }"
        headers = {"Content-Encoding": coding, "Content-Type": "application/sparql-query"}
        answer = app.test_client().post("/sparql", data=body, headers=headers)
        assert answer.status_code == status
        assert status == 200 or all(coding in line for line in answer.text.splitlines())

    def test_a_failure_is_told_with_the_number_that_the_log_has(self, get, app, monkeypatch, caplog):
        def fail(_task):
            raise RuntimeError("secret")

        monkeypatch.setattr(app.extensions["keifu"].pool, "run", fail)
        with caplog.at_level(logging.INFO, "keifu"):
            answer = get("ASK {}", ACCEPT_JSON)
        assert answer.status_code == 500
        number = answer.json["error"]["id"]
        assert "secret" not in answer.text
        assert [record.levelname for record in caplog.records if f"id={number}" in record.getMessage()] == [
            "INFO",
            "ERROR",
        ]
        assert "secret" in caplog.text


GEOF, OGC, XSD = (
    "http://www.opengis.net/def/function/geosparql/",
    "http://www.opengis.net/def/uom/OGC/1.0/",
    "http://www.w3.org/2001/XMLSchema#",
)
WKT = "'{}'^^<http://www.opengis.net/ont/geosparql#wktLiteral>"
SQUARE, SPOT, WAY = map(WKT.format, ("POLYGON((0 0,0 1,1 1,1 0,0 0))", "POINT(0.5 0.5)", "LINESTRING(0 0,0 1)"))
CALLS = {
    GEOF + "area": ((SQUARE, f"<{OGC}square_metre>"), None),
    GEOF + "asGeoJSON": ((SPOT,), '{"type":"Point","coordinates":[0.5,0.5]}'),
    GEOF + "centroid": ((SQUARE,), "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(0.5 0.5)"),
    GEOF + "convexHull": ((SQUARE,), None),
    GEOF + "coordinateDimension": ((SQUARE,), "2"),
    GEOF + "dimension": ((WAY,), "1"),
    GEOF + "distance": ((SPOT, SPOT, f"<{OGC}metre>"), "0"),
    GEOF + "envelope": ((SQUARE,), None),
    GEOF + "getSRID": ((SPOT,), "http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
    GEOF + "isEmpty": ((SPOT,), "false"),
    GEOF + "isSimple": ((WAY,), "true"),
    GEOF + "length": ((WAY, f"<{OGC}metre>"), None),
    GEOF + "perimeter": ((SQUARE, f"<{OGC}metre>"), None),
    GEOF + "relate": ((SQUARE, SPOT, "'T*****FF*'"), "true"),
    GEOF + "spatialDimension": ((SPOT,), "0"),
    **{GEOF + name: ((SQUARE, SQUARE), None) for name in ("difference", "intersection", "symDifference", "union")},
    **{GEOF + name: ((SQUARE, SPOT), "true") for name in ("ehContains", "rcc8ntppi", "sfContains", "sfIntersects")},
    **{GEOF + name: ((SPOT, SQUARE), "true") for name in ("ehInside", "rcc8ntpp", "sfWithin")},
    **{
        GEOF + name: ((SQUARE, SQUARE), "true")
        for name in ("ehCoveredBy", "ehCovers", "ehEquals", "rcc8eq", "sfEquals")
    },
    **{
        GEOF + name: ((SQUARE, SQUARE), "false")
        for name in (
            *("ehDisjoint", "ehMeet", "ehOverlap", "rcc8dc", "rcc8ec", "rcc8po", "rcc8tpp", "rcc8tppi"),
            *("sfCrosses", "sfDisjoint", "sfOverlaps", "sfTouches"),
        )
    },
    XSD + "date": (("'2026-04-01'",), "2026-04-01"),
    XSD + "time": (("'10:00:00'",), "10:00:00"),
    XSD + "duration": (("'P1Y'",), "P1Y"),
    XSD + "dayTimeDuration": (("'P1D'",), "P1D"),
    XSD + "yearMonthDuration": (("'P1Y'",), "P1Y"),
    XSD + "gYear": (("'2026'",), "2026"),
    XSD + "gYearMonth": (("'2026-04'",), "2026-04"),
    XSD + "gMonth": (("'--04'",), "--04"),
    XSD + "gDay": (("'---01'",), "---01"),
    XSD + "gMonthDay": (("'--04-01'",), "--04-01"),
}
"""Each function beside those of SPARQL 1.1: arguments, and the value where it is short."""


@pytest.mark.parametrize("name", CALLS)
def test_each_function_that_the_description_names_can_be_called(get, name):
    arguments, value = CALLS[name]
    answer = get(f"SELECT (<{name}>({', '.join(arguments)}) AS ?value) {{}}", output="json")
    given = answer.json["results"]["bindings"][0]["value"]["value"]
    assert value in (None, given)


class TestDescription:
    """SPARQL 1.1 Service Description at the endpoint."""

    def test_it_describes_what_there_is(self, get, mini):
        graph = rdflib.Graph().parse(data=get().data, format="turtle")
        sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
        void = rdflib.Namespace("http://rdfs.org/ns/void#")
        service = graph.value(predicate=rdflib.RDF.type, object=sd.Service)
        assert str(graph.value(service, sd.endpoint)) == "http://localhost/sparql"
        assert set(graph.objects(service, sd.supportedLanguage)) == {sd.SPARQL11Query}
        assert set(graph.objects(service, sd.feature)) == {sd.UnionDefaultGraph}
        assert rdflib.URIRef("http://www.w3.org/ns/formats/SPARQL_Results_JSON") in graph.objects(
            service, sd.resultFormat
        )
        assert len(list(graph.objects(service, sd.resultFormat))) == 10
        assert set(graph.objects(service, sd.extensionFunction)) == set(graph.subjects(rdflib.RDF.type, sd.Function))
        assert {str(each) for each in graph.objects(service, sd.extensionFunction)} == set(CALLS)
        dataset = graph.value(service, sd.defaultDataset)
        manifest = Store.open(mini).manifest
        assert graph.value(graph.value(dataset, sd.defaultGraph), void.triples).toPython() == manifest.triples
        named = {
            str(graph.value(each, sd.name)): graph.value(graph.value(each, sd.graph), void.triples).toPython()
            for each in graph.objects(dataset, sd.namedGraph)
        }
        assert named == manifest.graphs
        assert str(graph.value(dataset, rdflib.URIRef("http://www.w3.org/ns/dcat#version"))) == manifest.version

    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [
            ("", "text/turtle; charset=utf-8"),
            ("*/*", "text/turtle; charset=utf-8"),
            ("application/rdf+xml", "application/rdf+xml"),
            ("application/ld+json", "application/ld+json"),
            ("application/n-triples", "application/n-triples"),
        ],
    )
    def test_its_formats(self, get, accept, content_type):
        answer = get(headers={"Accept": accept})
        assert (answer.status_code, answer.content_type) == (200, content_type)
        assert "Accept" in answer.headers["Vary"]
        assert b"SPARQL11Query" in answer.data

    @pytest.mark.parametrize(("accepted", "lang"), [("en", "en"), ("ja,en;q=0.8", "ja"), ("", "ja"), ("fr", "ja")])
    def test_a_browser_is_sent_to_the_query_page(self, get, accepted, lang):
        answer = get(headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": accepted})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/{lang}/query")
        assert {"Accept", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize("order", ["?o", "DESC(?o)", "DESC(?p) ?o ?s", "(?o)"])
def test_values_of_every_kind_are_ordered(server, order):
    """The engine's order of numbers beside strings is none, of which its sort dies (2 < 10 < "15" < 2)."""
    query = f"SELECT ?o {{ ?s ?p ?o }} ORDER BY {order}"
    with urlopen(f"{server}/sparql?" + urlencode({"query": query, "format": "csv"})) as answer:
        assert len(answer.read().splitlines()) > 50_000

"""What a request asks for (SPARQL 1.1 Protocol)."""

from urllib.parse import quote, urlencode

import pytest

from keifu.dataset.stores import Dataset
from keifu.errors import BadQuery, MethodNotAllowed, Refused, TooLarge, UnsupportedMediaType
from keifu.settings import Settings
from keifu.sparql.protocol import Parameters, read_request

SETTINGS = Settings()
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
QUERY = 'ASK { ?s ?p "市 100%25 + 1 & 2"@ja }'
A, B, C = "http://e/a", "http://e/市", "http://e/c"


def read(method="GET", query_string="", content_type="", body="", settings=SETTINGS) -> Parameters:
    return read_request(
        method,
        query_string if isinstance(query_string, bytes) else query_string.encode(),
        content_type,
        body if isinstance(body, bytes) else body.encode(),
        settings,
    )


WAYS = {
    "GET": lambda fields: ("GET", urlencode(fields)),
    "HEAD": lambda fields: ("HEAD", urlencode(fields)),
    "GET with %20": lambda fields: ("GET", urlencode(fields, quote_via=quote)),
    "POST form": lambda fields: ("POST", "", FORM, urlencode(fields)),
    "POST form with charset": lambda fields: ("POST", "", f"{FORM}; charset=UTF-8", urlencode(fields)),
    "POST direct": lambda fields: ("POST", urlencode(fields[1:]), DIRECT, fields[0][1]),
    "POST direct with charset": lambda fields: (
        "POST",
        urlencode(fields[1:]),
        f'{DIRECT};charset="utf-8"',
        fields[0][1],
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
class TestEveryWay:
    """What holds in each way to send a query."""

    def test_the_query_arrives_as_it_was_written(self, way):
        assert read(*way([("query", QUERY)])) == Parameters(QUERY, None, "")

    @pytest.mark.parametrize(
        ("fields", "dataset"),
        [
            ([("default-graph-uri", A)], Dataset((A,), ())),
            ([("default-graph-uri", A), ("default-graph-uri", B)], Dataset((A, B), ())),
            ([("named-graph-uri", B)], Dataset((), (B,))),
            ([("named-graph-uri", C), ("default-graph-uri", A), ("named-graph-uri", B)], Dataset((A,), (C, B))),
            ([("default-graph-uri", A), ("default-graph-uri", A)], Dataset((A,), ())),
            ([("default-graph-uri", "")], None),
        ],
    )
    def test_the_dataset(self, way, fields, dataset):
        assert read(*way([("query", QUERY), *fields])) == Parameters(QUERY, dataset, "")

    def test_a_guess_at_a_format(self, way):
        fields = [("query", QUERY), ("format", "json"), ("output", "xml"), ("results", "csv"), ("timeout", "1")]
        assert read(*way(fields)) == Parameters(QUERY, None, "json,xml")

    def test_a_graph_name_that_is_no_iri(self, way):
        with pytest.raises(BadQuery, match="'a b'"):
            read(*way([("query", QUERY), ("default-graph-uri", "a b")]))

    def test_two_queries(self, way):
        with pytest.raises(BadQuery) as caught:
            read(*way([("query", QUERY), ("query", QUERY)]))
        assert "2" in caught.value.ja
        assert "2" in caught.value.en

    def test_an_update(self, way):
        with pytest.raises(Refused) as caught:
            read(*way([("query", QUERY), ("update", "CLEAR ALL")]))
        assert caught.value.status == 403

    def test_a_query_over_its_limit(self, way):
        settings = Settings(query_bytes=len(QUERY.encode()) - 1)
        with pytest.raises(TooLarge) as caught:
            read(*way([("query", QUERY)]), settings=settings)
        assert caught.value.status == 413
        assert "query_bytes" in caught.value.ja
        assert read(*way([("query", QUERY[:20])])).query == QUERY[:20]


def test_a_get_without_a_query():
    assert read() == Parameters(None, None, "")


def test_raw_unicode_in_an_address():
    assert read("GET", "query=ASK { ?s ?p '市' }".encode()).query == "ASK { ?s ?p '市' }"


@pytest.mark.parametrize(
    ("request_", "error", "said"),
    [
        (("PUT", "query=ASK{}"), MethodNotAllowed, "PUT"),
        (("DELETE",), MethodNotAllowed, "DELETE"),
        (("POST", "query=ASK{}"), UnsupportedMediaType, DIRECT),
        (("POST", "", "text/plain", "ASK {}"), UnsupportedMediaType, "'text/plain'"),
        (("POST", "", "multipart/form-data; boundary=x", "--x--"), UnsupportedMediaType, FORM),
        (("POST", "", f"{DIRECT}; charset=utf-16", "ASK {}".encode("utf-16")), UnsupportedMediaType, "utf-16"),
        (("POST", "", f"{FORM}; charset=shift_jis", "query=ASK{}"), UnsupportedMediaType, "shift_jis"),
        (("POST", "", "application/sparql-update", "CLEAR ALL"), Refused, "only reads"),
        (("POST", "", FORM, "update=CLEAR+ALL"), Refused, "only reads"),
        (("GET", "update=CLEAR+ALL"), Refused, "only reads"),
        (("POST", "", FORM, "format=json"), BadQuery, "no parameter `query`"),
        (("POST", "query=ASK{}", DIRECT, "ASK {}"), BadQuery, "Send one"),
        (("POST", "query=ASK{}", FORM, "query=ASK{}"), BadQuery, "Send one"),
        (("POST", "", DIRECT, "ASK { ?s ?p '市' }".encode("shift_jis")), BadQuery, "byte 14"),
        (("POST", "", FORM, b"query=\xff"), BadQuery, "byte 7"),
        (("GET", "query=%E5%B8"), BadQuery, "not UTF-8"),
        (("GET", "query=ASK%7"), BadQuery, "'%7'"),
        (("POST", "", FORM, "query=100%"), BadQuery, "'%'"),
        (("GET", "query=ASK{}&named-graph-uri=%zz"), BadQuery, "'%zz'"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_read(request_, error, said):
    with pytest.raises(error) as caught:
        read(*request_)
    assert said in caught.value.en
    assert caught.value.ja.endswith("。")

"""The stored queries over HTTP."""

import csv
import io
import json
import re
from collections import Counter

import pyoxigraph as ox
import pytest
from conftest import application
from openapi_spec_validator import OpenAPIV31SpecValidator

from keifu.dataset.files import Sources
from keifu.dataset.stores import Store
from keifu.namespaces import ID
from keifu.queries.queries import library, read_query
from keifu.site import api

LIBRARY = library(Sources.find().queries)
TABLES = [name for name, query in LIBRARY.items() if query.columns]
GRAPHS = [name for name in LIBRARY if name not in TABLES]
SERIES = "/api/queries/who-builds-on"


@pytest.fixture(scope="module")
def twin(dataset):
    """The dataset of the repository, loaded once more."""
    return Store.open(dataset)


def next_links(answer):
    header = answer.headers.getlist("Link")[0]
    return {rel: target for target, rel in re.findall(r'<([^>]*)>; rel="(first|prev|next|last)"', header)}


def rows(answer):
    return list(csv.reader(io.StringIO(answer.text)))[1:]


class TestDescription:
    @pytest.fixture
    def document(self, client):
        answer = client.get("/api")
        assert answer.content_type == "application/json"
        return answer.json

    def test_it_is_openapi(self, document):
        assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
        assert document["openapi"] == "3.1.0"
        assert document["servers"] == [{"url": "http://localhost"}]

    def test_it_names_every_query_in_both_languages(self, document):
        assert set(document["paths"]) == {f"/api/queries/{name}" for name in LIBRARY}
        for name, query in LIBRARY.items():
            said = document["paths"][f"/api/queries/{name}"]["get"]
            assert said["summary"] == f"{query.title_ja} / {query.title_en}"
            assert query.description_ja in said["description"]
            assert query.description_en in said["description"]
            own = [each for each in said["parameters"] if "name" in each]
            assert [each["name"] for each in own] == [each.name for each in query.parameters]

    def test_the_defaults_are_what_the_files_say_and_fit_their_schema(self, document):
        from jsonschema import validate

        found = {
            (path.rpartition("/")[2], each["name"]): each["schema"]
            for path, item in document["paths"].items()
            for each in item["get"]["parameters"]
            if "name" in each
        }
        assert found["where-it-stands", "number"] == {"type": "number", "default": 27}
        assert found["due-by", "day"] == {"type": "string", "format": "date", "default": "2026-03-31"}
        assert "default" not in found["leases", "city"]
        for schema in found.values():
            if "default" in schema:
                validate(schema["default"], schema)

    def test_what_a_client_has_is_not_sent_again(self, client):
        tag = client.get("/api").headers["ETag"]
        assert client.get("/api", headers={"If-None-Match": tag}).status_code == 304


class TestAnswers:
    @pytest.mark.parametrize("name", GRAPHS)
    def test_every_query_for_a_graph_answers_as_its_file_does(self, client, store, name):
        answer = client.get(f"/api/queries/{name}", headers={"Accept": "text/turtle"})
        assert (answer.status_code, answer.content_type) == (200, "text/turtle; charset=utf-8")
        found = set(ox.parse(answer.data, format=ox.RdfFormat.TURTLE))
        assert {quad.triple for quad in found} == set(store.construct(LIBRARY[name].text)) != set()

    @pytest.mark.parametrize("name", TABLES)
    def test_every_query_answers_as_its_file_does(self, client, store, name):
        answer = client.get(f"/api/queries/{name}")
        assert (answer.status_code, answer.content_type) == (200, "application/sparql-results+json")
        assert len(answer.json["results"]["bindings"]) == len(store.select(LIBRARY[name].text))

    @pytest.mark.parametrize(
        ("suffix", "accept", "content_type"),
        [
            ("json", "application/json", "application/sparql-results+json"),
            ("srj", "application/sparql-results+json", "application/sparql-results+json"),
            ("csv", "text/csv", "text/csv; charset=utf-8"),
            ("tsv", "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
            ("xml", "application/sparql-results+xml", "application/sparql-results+xml"),
        ],
    )
    def test_the_format_by_suffix_and_by_accept(self, client, suffix, accept, content_type):
        named = client.get(f"{SERIES}.{suffix}", headers={"Accept": "image/png"})
        asked = client.get(SERIES, headers={"Accept": accept})
        assert named.status_code == asked.status_code == 200
        assert named.content_type == asked.content_type == content_type
        assert named.data == asked.data
        assert "Accept" in asked.headers["Vary"]

    def test_values_take_the_place_of_defaults(self, client):
        path = "/api/queries/achievements.csv"
        kahoku = rows(client.get(path))
        assert rows(client.get(path, query_string={"plan": f"{ID}plan/172090/dx/1.0"})) == kahoku
        hakusan = rows(client.get(path, query_string={"plan": f"{ID}plan/172103/dx/1"}))
        assert not {tuple(row) for row in hakusan} & {tuple(row) for row in kahoku}
        english = client.get(path, query_string={"lang": "en"}).text
        assert "河川カメラ" in client.get(path).text
        assert "河川カメラ" not in english

    def test_japanese_values(self, client):
        found = rows(client.get("/api/queries/glossary.csv", query_string={"word": "クラウド"}))
        assert found
        assert all("クラウド" in ",".join(row) for row in found)

    def test_the_tag_goes_by_query_values_format_and_page(self, client):
        paths = [
            SERIES,
            f"{SERIES}.csv",
            f"{SERIES}?lang=en",
            f"{SERIES}?limit=2",
            f"{SERIES}?limit=2&offset=2",
            "/api/queries/leases",
        ]
        tags = [client.get(path).headers["ETag"] for path in paths]
        assert len(set(tags)) == len(tags)
        for path, tag in zip(paths, tags, strict=True):
            again = client.get(path, headers={"If-None-Match": tag})
            assert (again.status_code, again.data) == (304, b"")
        assert client.get(f"{SERIES}?lang=ja").headers["ETag"] == client.get(f"{SERIES}?lang=ja").headers["ETag"]

    def test_it_is_logged_as_at_the_endpoint(self, client, caplog):
        with caplog.at_level("INFO", "keifu"):
            client.get(f"{SERIES}.csv?limit=9999")
        assert "kind=SELECT format=csv" in caplog.text

    def test_a_query_that_makes_rdf(self, mini, monkeypatch):
        text = "CONSTRUCT { ?s a ?o } WHERE { VALUES ?s { UNDEF } ?s a ?o } ORDER BY ?s ?o"
        found = read_query(f"#+ param s: iri | もの | Thing\n{text}", "made.rq")
        monkeypatch.setattr(api, "shelf", lambda: {"made": found})
        with application(mini) as app:
            client = app.test_client()
            answer = client.get("/api/queries/made.ttl")
            assert answer.content_type == "text/turtle; charset=utf-8"
            whole = set(ox.parse(answer.data, format=ox.RdfFormat.TURTLE))
            assert len(whole) == len(Store.open(mini).select("SELECT ?s ?o { ?s a ?o }"))
            seen, address = set(), "/api/queries/made.nt?limit=50"
            while address:
                page = client.get(address)
                seen |= set(ox.parse(page.data, format=ox.RdfFormat.N_TRIPLES))
                address = next_links(page).get("next")
            assert seen == whole
            assert client.get("/api/queries/made.csv").status_code == 404
            assert client.get("/api/queries/made", headers={"Accept": "text/csv"}).status_code == 406
            content = client.get("/api").json["paths"]["/api/queries/made"]["get"]["responses"]["200"]["content"]
            assert "text/turtle" in content


class TestPaging:
    @pytest.mark.parametrize("name", TABLES)
    def test_the_pages_hold_every_row_once_whichever_process_answers(self, name, store, twin):
        text = LIBRARY[name].text
        whole = Counter(map(str, store.select(text)))
        size = max(1, sum(whole.values()) // 5)
        stores = [store, twin]
        pages = [
            stores[place % 2].select(api.paged(text, size, start))
            for place, start in enumerate(range(0, sum(whole.values()) + size, size))
        ]
        assert Counter(str(row) for page in pages for row in page) == whole
        # The order of the file comes first.
        first = [str(row) for page in pages for row in page]
        assert first == list(map(str, store.select(api.paged(text, None, 0))))

    def test_the_links_lead_through_all_pages_and_back(self, client):
        whole = rows(client.get(f"{SERIES}.csv"))
        size = len(whole) // 3
        address, seen, back = f"{SERIES}.csv?limit={size}&lang=ja", [], []
        while address:
            page = client.get(address)
            assert page.status_code == 200
            found = next_links(page)
            assert "last" not in found
            assert "offset=0" in found["first"]
            assert f"limit={size}" in found["first"]
            assert "lang=ja" in found["first"]
            seen += rows(page)
            back.append(found.get("prev"))
            address = found.get("next")
        assert sorted(seen) == sorted(whole)
        assert [each and f"offset={place * size - size}" in each for place, each in enumerate(back)] == [
            None,
            *[True] * (len(back) - 1),
        ]

    @pytest.mark.parametrize("suffix", ["json", "xml", "csv", "tsv"])
    def test_a_last_page_that_is_full_has_no_next(self, client, suffix):
        number = len(rows(client.get(f"{SERIES}.csv")))
        assert "next" not in next_links(client.get(f"{SERIES}.{suffix}?limit={number}"))
        assert "next" in next_links(client.get(f"{SERIES}.{suffix}?limit={number - 1}"))
        assert "next" not in next_links(client.get(f"{SERIES}.{suffix}?limit=1&offset={number - 1}"))

    def test_behind_the_end_there_is_nothing(self, client):
        answer = client.get(f"{SERIES}?limit=2&offset=1000")
        assert answer.json["results"]["bindings"] == []
        assert set(next_links(answer)) == {"first", "prev"}

    def test_an_offset_alone(self, client):
        whole = rows(client.get(f"{SERIES}.csv"))
        assert len(rows(client.get(f"{SERIES}.csv?offset=3"))) == len(whole) - 3

    def test_no_page_before_the_first(self, client):
        assert "offset=0" in next_links(client.get(f"{SERIES}?limit=5&offset=2"))["prev"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "status", "said"),
        [
            ("nowhere", 404, "There is no stored query nowhere"),
            ("../who-else", 404, ""),
            ("who-else.", 404, "no format"),
            ("who-else.ttl", 404, "has no format ttl. Use one of srj, srx, csv, tsv"),
            ("who-else?item=x", 400, "The value 'x' of the parameter item is no iri"),
            ("due-by?day=2026-02-30", 400, "is no date"),
            ("where-it-stands?number=many", 400, "is no decimal"),
            ("who-else?theme=x", 400, "who-else has no parameter theme. There are: item, lang."),
            ("who-else?lang=ja&lang=en", 400, "lang is given more than once"),
            ("who-else?limit=0", 400, "'0' of limit"),
            ("who-else?limit=all", 400, "'all' of limit"),
            ("who-else?limit=", 400, "'' of limit"),
            ("who-else?limit=1e3", 400, "'1e3' of limit"),
            ("who-else?limit=%EF%BC%91", 400, "of limit"),
            ("who-else?offset=-1", 400, "'-1' of offset"),
            ("who-else?limit=9999999999", 400, "nine digits"),
            ("glossary?word=%", 400, "percent-encoding"),
            ("glossary?word=%FF", 400, "UTF-8"),
            ("glossary?query=ASK%7B%7D", 400, "has no parameter query"),
        ],
    )
    def test_each_with_its_sentence(self, client, path, status, said):
        answer = client.get(f"/api/queries/{path}", headers={"Accept": "application/json", "Accept-Language": "en"})
        assert (answer.status_code, answer.content_type) == (status, "application/json")
        assert said in answer.json["error"]["en"]
        assert answer.json["error"]["ja"]

    def test_no_format_that_the_client_takes(self, client):
        assert client.get(SERIES, headers={"Accept": "text/turtle"}).status_code == 406

    def test_no_value_breaks_out_of_its_place(self, client):
        for word in ('" } ?s ?p ?o { "', "\\", "'''", "\n} #"):
            answer = client.get("/api/queries/glossary", query_string={"word": word})
            assert (answer.status_code, answer.json["results"]["bindings"]) == (200, [])

    def test_only_reading(self, client):
        assert client.post(SERIES).status_code == 405

    def test_the_limits_of_the_endpoint_hold(self, mini):
        with application(mini, query_bytes=100) as app:
            assert app.test_client().get(SERIES).status_code == 413


def test_the_text_of_the_description_is_plain_json(client):
    assert json.loads(client.get("/api").text)["info"]["license"]["identifier"] == "CC-BY-4.0"
    assert "系譜" in client.get("/api").text

"""What IRIs answer in each format: data, the way to the page, that they are retired, that there is nothing."""

import json
import re

import pyoxigraph as ox
import pytest
from conftest import application
from crawling import RDF, subjects
from test_publish import small_nation  # noqa: F401 - a fixture

from keifu.namespaces import DEF, ID, PREFIXES
from keifu.publishing.jsonld import compact, words
from keifu.reading.statements import ontology, statements

BODY = "/id/body/172090"
OLD, NEW = f"{ID}plan/990019/dx/0", f"{ID}plan/990019/dx/1"
FORMS = pytest.mark.parametrize(("suffix", "media_type", "form"), [(s, *both) for s, both in RDF.items()], ids=RDF)


@pytest.fixture(scope="module")
def tiny(small_nation):  # noqa: F811
    """A client of a dataset with a retired IRI."""
    with application(small_nation) as app:
        yield app.test_client()


class TestData:
    @FORMS
    def test_by_suffix_and_by_accept_they_are_the_same(self, client, store, suffix, media_type, form):
        by_suffix = client.get(f"{BODY}.{suffix}")
        led = client.get(BODY, headers={"Accept": media_type})
        assert (led.status_code, led.headers["Location"]) == (303, f"{BODY}.{suffix}")
        assert {"Accept", "Accept-Language"} <= set(led.headers["Vary"].split(", "))
        assert by_suffix.mimetype == media_type
        stated = {triple for triple in statements(store, f"{ID}body/172090")}  # noqa: C416
        assert {quad.triple for quad in ox.parse(by_suffix.data, format=form)} == stated

    @FORMS
    def test_what_a_client_has_is_not_sent_again(self, client, suffix, media_type, form):
        first = client.get(f"{BODY}.{suffix}")
        again = client.get(f"{BODY}.{suffix}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        page = client.get("/ja/id/body/172090")
        again = client.get("/ja/id/body/172090", headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304

    def test_links_name_licence_description_and_other_formats(self, client):
        given = client.get(f"{BODY}.nt").headers["Link"]
        relations = re.findall(r'<([^>]*)>; rel="([\w-]+)"', given)
        assert ("https://creativecommons.org/licenses/by/4.0/", "license") in relations
        assert ("/.well-known/void", "describedby") in relations
        assert {f"{BODY}.{suffix}" for suffix in RDF} <= {target for target, rel in relations if rel == "alternate"}


class TestNothing:
    @FORMS
    @pytest.mark.parametrize("way", ["suffix", "accept"])
    def test_it_is_said_in_the_format_asked_for(self, client, suffix, media_type, form, way):
        path = "/id/body/000000"
        answer = client.get(f"{path}.{suffix}") if way == "suffix" else client.get(path, headers={"Accept": media_type})
        assert (answer.status_code, answer.mimetype) == (404, media_type)
        said = {quad.object.language: quad.object.value for quad in ox.parse(answer.data, format=form)}
        assert set(said) == {"ja", "en"}
        assert all(f"{ID}body/000000" in text for text in said.values())
        # Nothing is stated of the thing itself.
        assert f"{ID}body/000000" not in subjects(answer.data, form)


class TestRetired:
    @FORMS
    @pytest.mark.parametrize("way", ["suffix", "accept"])
    def test_data_name_what_took_its_place(self, tiny, suffix, media_type, form, way):
        path = f"/id/{OLD.removeprefix(ID)}"
        answer = tiny.get(f"{path}.{suffix}") if way == "suffix" else tiny.get(path, headers={"Accept": media_type})
        assert (answer.status_code, answer.mimetype) == (410, media_type)
        found = {
            (q.subject.value, q.predicate.value, getattr(q.object, "value", ""))
            for q in ox.parse(answer.data, format=form)
        }
        assert (OLD, PREFIXES["dcterms"] + "isReplacedBy", NEW) in found

    @pytest.mark.parametrize("path", ["/id/plan/990019/dx/0", "/en/id/plan/990019/dx/0"])
    def test_pages_text_and_json_name_it_too(self, tiny, path):
        page = tiny.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
        assert page.status_code == 410
        assert '<a href="/en/id/plan/990019/dx/1">' in page.text
        assert "<h1>Retired</h1>" in page.text
        given = tiny.get(path, headers={"Accept": "text/plain", "Accept-Language": "en"})
        if path.startswith("/en"):
            assert (given.status_code, given.text) == (410, f"{OLD} is retired. Go to {NEW} instead.\n")
            assert tiny.get(path, headers={"Accept": "application/json"}).json["error"]["successors"] == [NEW]

    @pytest.mark.parametrize("path", ["/id/plan/990019/dx/0", "/id/body/000000"])
    def test_caches_keep_formats_apart_and_have_no_tag_to_ask_with(self, tiny, path):
        for address, accept in ((path, "text/turtle"), (f"{path}.nt", "*/*")):
            answer = tiny.get(address, headers={"Accept": accept})
            assert answer.status_code in (404, 410)
            assert "Accept" in answer.headers["Vary"].split(", ")
            assert "ETag" not in answer.headers
            assert tiny.get(address, headers={"Accept": accept, "If-None-Match": "*"}).status_code == answer.status_code

    def test_one_in_use_is_not_retired(self, tiny):
        assert tiny.get("/id/plan/990019/dx/1", headers={"Accept": "text/turtle"}).status_code == 303
        assert tiny.get("/en/id/plan/990019/dx/1").status_code == 200


class TestJsonLd:
    @pytest.mark.parametrize(
        "path",
        ["body/172090", "plan/172090/dx/1.0", "plan/172090/dx/1.0/initiative/2-1", "law/503AC0000000035", "theme"],
    )
    def test_it_says_what_the_triples_say_in_words_of_the_vocabulary(self, store, path):
        triples = statements(store, ID + path)
        document = compact(triples, store)
        text = json.dumps(document)
        assert {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)} == set(triples)
        assert not re.search(rf'"{re.escape(DEF)}\w+"', text)
        assert set(document["@context"]) < set(words(store))

    def test_the_vocabulary_too(self, store):
        triples = ontology(store)
        text = json.dumps(compact(triples, store))
        assert len(list(ox.parse(text, format=ox.RdfFormat.JSON_LD))) == len(set(triples))

    def test_it_is_the_same_every_time(self, store):
        triples = statements(store, f"{ID}body/172090")
        assert json.dumps(compact(triples, store)) == json.dumps(compact(list(reversed(triples)), store))

    @pytest.mark.parametrize(
        ("path", "iri"), [("/ja/id/body/172090", f"{ID}body/172090"), ("/en/def/Kpi", f"{DEF}Kpi")]
    )
    def test_a_page_holds_that_of_its_thing(self, client, store, path, iri):
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text, re.DOTALL)
        found = {quad.triple for quad in ox.parse(block, format=ox.RdfFormat.JSON_LD)}
        stated = {
            triple
            for triple in statements(store, iri)
            if triple.subject.value == iri and not isinstance(triple.object, ox.BlankNode)
        }
        assert found
        assert found <= stated
        assert {triple for triple in stated if triple.predicate.value.endswith("prefLabel")} <= found

    def test_the_whole_context_has_an_address(self, client, store):
        answer = client.get("/context.jsonld")
        assert answer.mimetype == "application/ld+json"
        assert answer.json["@context"] == words(store)


@pytest.mark.browser
def test_a_browser_neither_runs_nor_complains_about_the_block(visit):
    with visit(locale="ja-JP") as (page, trouble):
        page.goto("/ja/id/body/172090")
        assert json.loads(page.locator('script[type="application/ld+json"]').inner_text())["@id"] == "body:172090"
        assert trouble == []

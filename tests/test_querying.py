"""The query page as a client gets it: values by name, ways to see an answer, and addresses that nothing can break."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from markup import Page

from keifu.dataset.files import Sources
from keifu.namespaces import ID, SPARQL_PREFIXES
from keifu.queries.asking import CHOICES
from keifu.queries.queries import library
from keifu.site.querying import DRAWINGS, SHOWN

LIBRARY = library(Sources.find().queries)
CITIES = """SELECT DISTINCT ?x ?name { ?plan a keifu:DxPlan ; keifu:issuedBy ?x . ?x a keifu:Municipality ; skos:prefLabel ?name
  FILTER(LANG(?name) = "en") }"""


def get(client, path, **query):
    return client.get(path, query_string=query, headers={"Accept": "text/html"})


def options(text):
    """IRIs and names that lists offer."""
    return {unescape(iri): unescape(name) for iri, name in re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', text)}


def test_cities_with_a_plan_are_offered_by_name(client, store):
    found = options(get(client, "/en/query", q="leases").text)
    wanted = {row["x"].value: row["name"].value for row in store.select(SPARQL_PREFIXES + CITIES)}
    assert found == {"": "(all)"} | wanted


@pytest.mark.parametrize("name", [name for name, query in LIBRARY.items() if any(p.of for p in query.parameters)])
def test_the_default_of_a_query_is_among_its_choices_and_chosen(client, name):
    text = get(client, "/ja/query", q=name).text
    for parameter in LIBRARY[name].parameters:
        if parameter.of:
            (block,) = re.findall(rf'<select id="p-{parameter.name}".*?</select>', text, re.S)
            assert 1 < len(options(block)) <= CHOICES
            chosen = re.findall(r'<option value="([^"]*)" selected', block)
            assert chosen == ([parameter.default] if parameter.default else [])


def test_items_of_two_editions_stand_under_their_editions(client):
    text = get(client, "/ja/query", q="who-else").text
    assert len(re.findall("<optgroup", text)) == 2
    assert len(options(text)) > 10


def test_a_value_that_no_list_holds_stays_chosen(client):
    text = get(client, "/ja/query", q="leases", city=f"{ID}body/011002").text
    assert f'<option value="{ID}body/011002" selected>' in text


def test_no_query_of_the_library_uses_a_name_that_addresses_need():
    names = {parameter.name for query in LIBRARY.values() for parameter in query.parameters}
    assert names & {*SHOWN, "q", "p", "query", "run", "version"} == set()


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_every_stored_query_can_be_seen_in_every_way_it_offers(client, name):
    ways = Page(get(client, "/ja/query", q=name, run="1").text)
    tabs = [link["href"] for link in ways.all("a") if "view=" in link["href"]]
    assert tabs
    for address in tabs:
        view = re.search(r"view=(\w+)", address)[1]
        page = client.get(address, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert len(page.data) < 200_000
        (file,) = {link["href"] for link in Page(page.text).all("a") if "query.svg" in link["href"]}
        drawing = client.get(file)
        assert (drawing.status_code, drawing.mimetype) == (200, "image/svg+xml")
        assert view in DRAWINGS


def test_a_drawing_there_is_not_is_not_found(client):
    answer = get(client, "/en/query.svg", query="ASK {}", view="map")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "extra", [{"lang": "xx"}, {"_external": "1"}, {"_anchor": "x"}, {"suffix": "x"}, {"endpoint": "y"}]
)
def test_no_word_in_an_address_breaks_the_page(client, extra):
    answer = get(client, "/en/query", query="SELECT (1 AS ?n) {}", run="1", view="chart", **extra)
    assert answer.status_code == 200
    assert urlencode(extra) in answer.text


def test_the_text_of_a_query_cannot_become_markup(client):
    evil = '"</textarea></script><script>alert(1)</script>'
    text = get(client, "/en/query", query=f"SELECT ('{evil}' AS ?x) (1 AS ?n) {{}}", run="1", view="chart").text
    assert "<script>alert" not in text
    assert get(client, "/en/query", query="SELECT", run="1", sort=evil, view=evil, left=evil).status_code == 400


@pytest.mark.parametrize("value", ["1e999999999", "-1e400", "1e-999999999", "0e999999999", "9" * 5_000, "x" * 50_000])
@pytest.mark.parametrize("kind", ["<urn:x>", "<http://www.w3.org/2001/XMLSchema#string>"])
def test_no_value_breaks_a_table_a_chart_or_a_map(client, value, kind):
    city = f"<{ID}body/172090>"
    text = f'SELECT ?x ?y ?n {{ VALUES (?x ?y ?n) {{ ({city} "a" "{value}"^^{kind}) ({city} "b" 2) }} }}'
    for how in ({"view": "chart"}, {"view": "map"}, {"sort": "n"}, {"sort": "-n"}):
        answer = get(client, "/ja/query", query=text, run="1", **how)
        assert (answer.status_code, len(answer.data) < 1_500_000) == (200, True)


def test_an_answer_with_more_columns_than_a_page_can_show_is_only_given_as_a_file(client):
    text = f"SELECT {' '.join(f'?v{n}' for n in range(3_000))} {{ ?s ?p ?o }} LIMIT 200"
    answer = get(client, "/en/query", query=text, run="1")
    assert (answer.status_code, "3,000 columns" in answer.text, len(answer.data) < 1_000_000) == (413, True, True)
    assert get(client, "/en/query.csv", query=text).data.count(b"\n") == 201


LONG = """(CONCAT(?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c, ?c) AS ?x) {
  BIND(REPLACE("0123456789", "(.)", "$1$1$1$1$1$1$1$1$1$1") AS ?a) BIND(REPLACE(?a, ".", ?a) AS ?b) BIND(REPLACE(?b, ".", ?a) AS ?c) }"""
"""A value of 17 MB."""


@pytest.mark.parametrize(
    ("text", "suffix"),
    [(f"SELECT {LONG}", "csv"), (f"CONSTRUCT {{ <urn:a> <urn:b> ?x }} {{ {{ SELECT {LONG} }} }}", "nt")],
)
def test_a_value_that_is_too_long_for_a_page_is_only_given_as_a_file(client, text, suffix):
    for lang, said in (("en", "a value of over 16 MB"), ("ja", "16 MB を超える値")):
        answer = get(client, f"/{lang}/query", query=text, run="1")
        assert (answer.status_code, said in answer.text) == (413, True)
    assert len(get(client, f"/en/query.{suffix}", query=text).data) > 17_000_000


def test_the_place_of_a_mistake_is_told_to_the_editor(client):
    text = get(client, "/en/query", query="SELECT *\nWHERE { ?x ?y }", run="1").text
    assert re.search(r'<div id="answer" data-line="2" data-column="\d+" data-message="The query is not valid', text)


def test_without_its_script_the_page_has_a_plain_field(client, monkeypatch, tmp_path):
    monkeypatch.setattr("keifu.site.frame.EDITOR", tmp_path / "editor.js")
    text = get(client, "/ja/query").text
    assert "vendor/editor.js" not in text
    assert '<textarea id="query"' in text


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", sorted(name for name, query in LIBRARY.items() if query.columns))
def test_the_columns_of_a_stored_query_are_called_in_words(client, name, lang):
    page = get(client, f"/{lang}/query", q=name, run="1").text
    (head,) = re.findall(r'class="scroll result".*?<thead>(.*?)</thead>', page, re.S)
    heads = [re.sub(r"<[^>]*>|[▲▼]", "", each).strip() for each in re.findall(r"<th .*?</th>", head, re.S)]
    known = {labels[lang == "en"] for labels in LIBRARY[name].columns.values()}
    assert heads
    assert set(map(unescape, heads)) <= known
    assert "<tr><td>" in page  # no example is empty


def test_the_columns_are_called_in_words_in_charts_too_and_by_their_variables_in_files(client):
    page = get(client, "/en/query", q="most-cited", run="1", view="chart").text
    assert '<option value="cases">Cases</option>' in page
    assert ">Body of the cases / Bodies that cite it<" in page
    drawing = get(client, "/en/query.svg", q="most-cited", view="chart").text
    assert ">Body of the cases / Bodies that cite it<" in drawing
    table = get(client, "/en/query.csv", q="most-cited").text
    assert table.splitlines()[0] == "origin,originLabel,citingBodies,cases"


def test_a_term_is_found_by_its_name_in_either_language(client):
    rows = [
        get(client, "/en/query.csv", q="glossary", word=word).text for word in ("デジタルデバイド", "digital divide")
    ]
    terms = [{line.partition(",")[0] for line in each.splitlines()} for each in rows]
    assert f"{ID}plan/072052/dx/2/term/digital-divide" in terms[0] & terms[1]
    assert all("Digital divide" in each for each in rows)


@pytest.mark.parametrize("path", ["/ja/query", "/en/query.csv", "/ja/query.svg"])
@pytest.mark.parametrize("name", ["{outside}", "../pages/plans", "./plans", "../../../queries/achievements", "a" * 300])
def test_only_queries_behind_pages_have_an_address(client, tmp_path, path, name):
    (tmp_path / "outside.rq").write_text("#+ title: x\nASK {} # NOT-OURS", encoding="utf-8")
    answer = get(client, path, p=name.format(outside=tmp_path / "outside"))
    assert answer.status_code == 404
    assert "NOT-OURS" not in answer.text

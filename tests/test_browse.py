"""The pages as a client gets them."""

import re
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
from markup import Page, fetch, own_scripts, whole
from small import case

from keifu.app import create_app
from keifu.namespaces import ID
from keifu.settings import Settings
from keifu.site.frame import STATIC
from keifu.sparql.answers import Memory

PLAN = "/id/plan/172090/dx/1.0"
PAGES = [
    "/",
    "/municipalities",
    "/policies",
    "/def",
    "/def/Initiative",
    "/def/addresses",
    "/query",
    "/query?q=achievements",
    "/query?q=achievements&run=1",
    "/id/body/172090",
    "/id/body/170003",
    "/id/body/172014",
    "/id/body/mic",
    PLAN,
    f"{PLAN}/document",
    f"{PLAN}/source/6-2-1",
    f"{PLAN}/initiative",
    f"{PLAN}/initiative/2-1",
    f"{PLAN}/kpi/1",
    f"{PLAN}/value/1-target",
    f"{PLAN}/anomaly/1",
    "/id/plan/172103/dx/1",
    "/id/plan/072052/dx/2",
    "/id/plan/282294/dx/2022-10",
    "/id/plan/042064/dx/2023-03",
    "/id/policy/jichitai-dx",
    "/id/policy/jichitai-dx/1.0",
    "/id/policy/jichitai-dx/2.0/item/3",
    "/id/law/503AC0000000035",
    "/id/platform/lgwan",
    "/id/theme",
    "/id/theme/online-procedures",
    "/id/status/done",
    "/id/fiscal-year/2022",
    "/id/indicator/mynumber-card-issuance-rate",
]
"""A page of every kind, and all plans."""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_whole_light_and_accessible_in_both_languages(client, lang, path):
    page, _ = whole(client, f"/{lang}{path}")
    assert path.startswith("/query") or {"text/turtle", "application/ld+json"} <= {
        one.get("type") for one in page.all("link")
    }


def test_every_link_of_a_page_leads_somewhere(client):
    seen = set()
    for path in (
        "/ja/",
        "/en/id/body/172090",
        f"/ja{PLAN}",
        f"/en{PLAN}/initiative/2-1",
        "/ja/id/policy/jichitai-dx/1.0",
        "/en/def",
    ):
        for link in Page(fetch(client, path).text).all("a"):
            address = urljoin(f"http://localhost{path}", link["href"]).partition("#")[0]
            if address.startswith("http://localhost"):
                seen.add(address.removeprefix("http://localhost"))
    assert len(seen) > 200
    broken = [path for path in sorted(seen) if fetch(client, path).status_code not in (200, 303)]
    assert broken == []


def test_the_front_door_leads_to_the_language_of_the_client(client):
    for accept, place in (("", "/ja/"), ("en-GB", "/en/"), ("ja", "/ja/")):
        answer = fetch(client, "/", **{"Accept-Language": accept})
        assert (answer.status_code, answer.headers["Location"]) == (303, place)
        assert "Accept-Language" in answer.headers["Vary"]


def test_the_other_language_is_one_click_away_on_the_same_page(client):
    page = Page(fetch(client, "/ja/query?q=who-else&run=1").text)
    (switch,) = [link for link in page.all("a") if link.get("hreflang")]
    assert switch == {"href": "/en/query?q=who-else&run=1", "hreflang": "en", "lang": "en"}
    assert {link["hreflang"]: link["href"] for link in page.all("link") if "hreflang" in link} == {
        "ja": "/ja/query?q=who-else&run=1",
        "en": "/en/query?q=who-else&run=1",
    }


def test_a_page_links_its_own_data(client):
    page = Page(fetch(client, f"/en{PLAN}").text)
    links = {
        link["type"]: link["href"] for link in page.all("link") if link.get("rel") == "alternate" and "type" in link
    }
    assert links.pop("application/atom+xml") == "/en/feed.atom"
    assert links == {
        "text/turtle": f"{PLAN}.ttl",
        "application/ld+json": f"{PLAN}.jsonld",
        "application/n-triples": f"{PLAN}.nt",
        "application/rdf+xml": f"{PLAN}.rdf",
    }
    for type_, address in links.items():
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.mimetype == type_
        assert PLAN in answer.text


@pytest.mark.parametrize(
    ("accept", "place"),
    [
        ("", "/en/id/body/172090"),
        ("*/*", "/en/id/body/172090"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "/en/id/body/172090"),
        ("text/turtle", "/id/body/172090.ttl"),
        ("application/ld+json", "/id/body/172090.jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "/id/body/172090.jsonld"),
        ("text/html;q=0.2, text/turtle;q=0.9", "/id/body/172090.ttl"),
        ("application/n-triples", "/id/body/172090.nt"),
        ("application/rdf+xml", "/id/body/172090.rdf"),
    ],
)
def test_an_iri_leads_to_the_page_or_to_the_data_by_what_is_asked_for(client, accept, place):
    answer = fetch(client, "/id/body/172090", accept, **{"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Location"]) == (303, place)
    assert {"Accept", "Accept-Language"} <= set(re.split(", *", answer.headers["Vary"]))


def test_a_list_links_the_answer_to_its_query_as_data(client):
    page = Page(fetch(client, f"/ja{PLAN}/initiative").text)
    turtle = next(link["href"] for link in page.all("link") if link.get("type") == "text/turtle")
    answer = client.get(turtle)
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle")
    assert "initiative/2-1" in answer.text


def test_an_iri_in_no_format_there_is_gets_406(client):
    assert fetch(client, "/id/body/172090", "image/png").status_code == 406


def test_data_of_a_thing_are_read_back_as_what_is_stated(client):
    triples = {quad.triple for quad in ox.parse(client.get("/id/body/172090.ttl").data, format=ox.RdfFormat.TURTLE)}
    body = ox.NamedNode(ID + "body/172090")
    assert any(triple.subject == body for triple in triples)
    assert any(triple.object == body for triple in triples)
    again = {quad.triple for quad in ox.parse(client.get("/id/body/172090.jsonld").data, format=ox.RdfFormat.JSON_LD)}
    assert again == triples


def test_the_vocabulary_answers_like_any_iri(client):
    assert fetch(client, "/def", **{"Accept-Language": "ja"}).headers["Location"] == "/ja/def"
    assert fetch(client, "/def", "text/turtle").headers["Location"] == "/def.ttl"
    assert "keifu:Initiative" in client.get("/def.ttl").text
    assert client.get("/def.exe").status_code == 404
    # What follows the # of a term is never sent: the page of the vocabulary has a place of that name.
    assert 'id="Initiative"' in fetch(client, "/ja/def").text


@pytest.mark.parametrize(
    "path",
    [
        "/ja/id/nothing/there",
        "/en/def/Nix",
        "/id/nothing",
        "/id/nothing.ttl",
        "/en/query?q=nix",
        "/en/query?p=../app",
        "/ja/nix",
        f"/ja{PLAN}/nix",
    ],
)
def test_what_is_not_there_is_not_found_in_the_format_asked_for(client, path):
    page = fetch(client, path)
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert Page(page.text).open == []
    assert fetch(client, path, "application/json").json["error"]["status"] == 404
    # What an IRI answers is data also where there are none.
    data = path.startswith("/id/")
    assert fetch(client, path, "text/turtle").mimetype == ("text/turtle" if data else "text/plain")


@pytest.mark.parametrize(
    "path", ["/ja/id//body/172090", "/ja/id/body/172090/", "/ja/id/body/かほく", "/ja/id/a%20b", "/ja/id/%3Cx%3E"]
)
def test_a_misspelt_address_is_not_found_and_never_an_error_of_ours(client, path):
    assert fetch(client, path).status_code == 404


def test_a_page_that_has_not_changed_is_not_sent_again(client):
    first = fetch(client, "/ja/id/body/172090")
    assert fetch(client, "/ja/id/body/172090", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert fetch(client, "/en/id/body/172090", **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_page_is_made_once_and_pages_are_forgotten_in_turn(client, monkeypatch):
    first = fetch(client, "/ja/id/body/172090")
    size = len(first.data)
    pages = Memory(5 * size)
    monkeypatch.setitem(client.application.extensions, "keifu.pages", pages)
    fetch(client, "/ja/id/body/172090")
    with monkeypatch.context() as once:
        once.setattr("keifu.site.browse.describe", None)
        assert fetch(client, "/ja/id/body/172090").data == first.data
    for name in ("amount", "area", "asOf", "code", "covers", "delivers", "endDate", "indicator", "issuedBy", "uses"):
        fetch(client, f"/ja/def/{name}")
    assert pages.size <= 5 * size
    assert pages.get("http://localhost/ja/id/body/172090?") is None


def test_texts_of_the_data_cannot_become_markup(tmp_path):
    store = case("ladder")
    evil = "<script>alert(1)</script>\" onload='x"
    graph = ox.NamedNode(ID + "g")
    name = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    store.quads.add(ox.Quad(ox.NamedNode(ID + "plan/990001/x"), name, ox.Literal(evil, language="ja"), graph))
    client = create_app(Settings(dataset=tmp_path), store).test_client()
    for path in ("/ja/id/plan/990001/x", "/en/id/plan/990001/x"):
        page = Page(client.get(path).text)
        assert own_scripts(page)
        assert evil in page.text


def test_an_answer_links_only_what_a_browser_may_follow(client):
    query = (
        'SELECT (IRI("javascript:alert(1)") AS ?a) (IRI("https://example.org/") AS ?b) (BNODE() AS ?c) (1/0 AS ?d) {}'
    )
    page = Page(client.get("/ja/query", query_string={"query": query, "run": "1"}).text)
    hrefs = {link["href"] for link in page.all("a")}
    assert "https://example.org/" in hrefs
    assert not any(href.startswith("javascript") for href in hrefs)
    assert "javascript:alert(1)" in page.text


def test_the_query_page_offers_the_library_and_a_form(client):
    answer = fetch(client, "/ja/query")
    assert "なぜこの取組をするのか（国の法律まで）" in answer.text
    page = Page(answer.text)
    assert [form["method"] for form in page.all("form")] == ["get", "get"]
    assert "SELECT" in page.text


def test_a_query_of_the_library_has_a_form_for_its_values_and_takes_them(client):
    answer = fetch(client, "/en/query?q=achievements&plan=https%3A%2F%2Fw3id.org%2Fkeifu%2Fid%2Fplan%2F172103%2Fdx%2F1")
    page = Page(answer.text)
    hidden = [field for field in page.all("input") if field.get("type") == "hidden"]
    assert [(field["name"], field["value"]) for field in hidden] == [("q", "achievements")]
    assert [field["name"] for field in page.all("select")] == ["plan"]
    (chosen,) = [option for option in page.all("option") if "selected" in option]
    assert chosen["value"] == "https://w3id.org/keifu/id/plan/172103/dx/1"
    assert "VALUES ?plan { <https://w3id.org/keifu/id/plan/172103/dx/1> }" in page.text
    assert 'VALUES ?lang { "en" }' in page.text
    assert "#+" not in page.text


def test_a_table_links_things_and_can_be_taken_away(client):
    page = Page(fetch(client, "/ja/query?q=achievements&run=1").text)
    assert "実績" in page.text or "achievement" in page.text
    hrefs = [link["href"] for link in page.all("a")]
    assert any(href.startswith(f"/ja{PLAN}/achievement/") for href in hrefs)
    downloads = {re.search(r"query\.(\w+)\?", href)[1]: href for href in hrefs if "/query." in href}
    assert set(downloads) == {"srj", "srx", "csv", "tsv"}
    csv = client.get(downloads["csv"])
    assert csv.mimetype == "text/csv"
    assert csv.headers["Content-Disposition"] == 'attachment; filename="keifu.csv"'
    assert csv.text.splitlines()[0].startswith("achievement,label")
    assert client.get(downloads["csv"].replace("query.csv", "query.ttl")).status_code == 404


def test_a_query_behind_a_page_can_be_opened_and_run(client):
    page = Page(fetch(client, f"/en{PLAN}/initiative/2-1").text)
    behind = [link["href"] for link in page.all("a") if "/query?p=" in link["href"]]
    assert len(behind) == 3
    for href in behind:
        answer = fetch(client, f"{href}&run=1")
        assert answer.status_code == 200
        assert "/id/plan/172090/dx/1.0/initiative/2-1" in answer.text
        assert "keifu:" in Page(answer.text).text


@pytest.mark.parametrize(
    ("query", "shown"), [("ASK {}", "Yes"), ("ASK { <x:> <x:> <x:> }", "No"), ("SELECT ?nothing {}", "1 row")]
)
def test_small_answers_are_said_plainly(client, query, shown):
    assert shown in Page(client.get("/en/query", query_string={"query": query, "run": "1"}).text).text


def test_long_answers_are_shown_in_part(client):
    page = Page(client.get("/en/query", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 150", "run": "1"}).text)
    assert "the first 100 are shown" in page.text
    assert len(page.all("tr")) == 101
    graph = client.get("/en/query", query_string={"query": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3000", "run": "1"})
    assert "This is only the beginning" in graph.text
    assert len(graph.data) < 100_000


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("SELECT *", 400, "line 1"),
        ("DROP ALL", 403, "update"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * {" + " " * 200_000 + "}", 413, "query_bytes"),
    ],
)
def test_a_query_that_cannot_be_run_is_told_why_on_the_page(client, query, status, said):
    answer = client.get("/en/query", query_string={"query": query, "run": "1"})
    assert answer.status_code == status
    page = Page(answer.text)
    assert said in page.text
    assert any(attrs.get("role") == "alert" for _, attrs in page.elements)


def test_a_value_of_the_wrong_kind_leaves_the_form_in_place(client):
    answer = client.get("/en/query?q=due-by&day=tomorrow&run=1")
    assert answer.status_code == 400
    page = Page(answer.text)
    assert "tomorrow" in page.text
    assert "day" in {field["name"] for field in page.all("input")}


@pytest.mark.parametrize("path", ["/en/id/body/172090", "/en/id/plan/172090/dx/1.0", "/en/def/pdfPage"])
def test_names_of_rows_begin_alike_and_an_iri_stays_as_it_is(client, path):
    heads = re.findall(r"<dt>(?:<a [^>]*>)?([^<]+)", client.get(path, headers={"Accept": "text/html"}).text)
    assert len(heads) >= 2
    assert [head for head in heads if not (head[0].isupper() or head.startswith("http"))] == []
    assert not any(head.startswith("Http") for head in heads)


def test_all_municipalities_are_there(client):
    page = Page(fetch(client, "/ja/municipalities").text)
    prefectures = {link["href"] for link in page.all("a") if re.search(r"/body/\d\d000\d$", link["href"])}
    assert len(prefectures) == 47
    cities = [
        link["href"]
        for prefecture in sorted(prefectures)
        for link in Page(fetch(client, prefecture).text).all("a")
        if re.fullmatch(rf"/ja/id/body/{prefecture[-6:-4]}\d{{4}}", link["href"])
    ]
    assert len(set(cities) - prefectures) == 1741


def test_an_initiative_shows_its_way_to_the_basic_act(client):
    page = Page(fetch(client, f"/ja{PLAN}/initiative/2-1").text)
    assert "/ja/id/law/503AC0000000035" in {link["href"] for link in page.all("a")}
    assert "整合を図る" in page.text
    assert "弱い関係" in page.text
    assert "平成29年度(FY2017)" in page.text


def test_the_list_of_a_long_collection_has_pages(client, monkeypatch):
    monkeypatch.setattr("keifu.reading.resources.ROWS", 10)
    page = Page(fetch(client, f"/ja{PLAN}/achievement?page=2").text)
    assert {link["href"] for link in page.all("a") if link["href"].startswith("?page=")} >= {"?page=1", "?page=3"}
    assert fetch(client, f"/ja{PLAN}/achievement?page=99").status_code == 404
    assert fetch(client, f"/ja{PLAN}/achievement?page=x").status_code == 200


def test_who_builds_on_a_policy_has_pages_beside_which_the_rest_of_the_page_stays(client, monkeypatch):
    monkeypatch.setattr("keifu.lineage.descent.BODIES", 2)
    address = "/ja/id/policy/jichitai-dx/2.0?page={}"
    first, second = (fetch(client, address.format(number)).text for number in (1, 2))
    assert "?page=2#followers" in {link["href"] for link in Page(first).all("a")}
    told = [
        re.findall(r"<summary><h3>(.+?) <span", page.partition('id="followers"')[2].partition("<h2>")[0])
        for page in (first, second)
    ]
    assert len(told[0]) == 2
    assert told[1]
    assert not set(told[0]) & set(told[1])
    assert fetch(client, address.format(99)).status_code == 404


def test_without_the_design_tokens_the_pages_do_not_ask_for_them(client, monkeypatch, tmp_path):
    monkeypatch.setitem(client.application.extensions, "keifu.pages", Memory(10**6))
    monkeypatch.setattr("keifu.site.frame.TOKENS", tmp_path / "none.css")
    assert "tokens.css" not in fetch(client, "/ja/").text


def test_every_rule_of_the_style_sheet_has_something_to_style():
    style = re.sub(r"[\d.]+rem", "", (STATIC / "keifu.css").read_text(encoding="utf-8"))
    markup = "".join(path.read_text(encoding="utf-8") for path in (STATIC.parent / "templates").iterdir())
    # The chips of a status are named after it, the series of a plot numbered.
    classes = set(re.findall(r"\.([a-z][\w-]*)", style)) - {"chip-done", "chip-ongoing"}
    if "series-{{" in markup:
        classes = {name for name in classes if not re.fullmatch(r"series-\d", name)}
    assert {name for name in classes if not re.search(rf"[\"' ]{name}[\"' ]", markup)} == set()


def test_every_token_in_the_style_sheet_has_a_fallback():
    style = (STATIC / "keifu.css").read_text(encoding="utf-8")
    own = set(re.findall(r"^\s*(--[\w-]+):", style, re.M))
    used = re.findall(r"var\((--[\w-]+)(,)?", style)
    assert [name for name, fallback in used if not fallback and name not in own] == []
    assert {name for name, _ in used} >= own


@pytest.mark.parametrize(
    ("path", "section", "mark"),
    [
        ("/municipalities", "/municipalities", "page"),
        ("/id/body/172090", "/municipalities", "true"),
        (f"{PLAN}/initiative/2-1", "/municipalities", "true"),
        ("/id/law/503AC0000000035", "/policies", "true"),
        ("/def/Initiative", "/def", "true"),
        ("/id/theme/online-procedures", "/def", "true"),
        *((path, "/views", "true") for path in ("/matrix", "/compare", "/timeline", "/kpis", "/learning", "/quality")),
        (f"/lineage/{PLAN.removeprefix('/id/')}/initiative/2-1", "/municipalities", "true"),
        ("/lineage", "/views", "true"),
        ("/quality/172090/dx/1.0", "/views", "true"),
        ("/query", "/query", "page"),
        ("/", None, None),
        ("/search?q=LGWAN", None, None),
    ],
)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_section_of_a_page_is_marked_in_the_navigation(client, lang, path, section, mark):
    text = fetch(client, f"/{lang}{path}").text
    links = Page(text.partition("<nav")[2].partition("</nav>")[0]).all("a")
    marked = [(link["href"], link["aria-current"]) for link in links if "aria-current" in link]
    assert marked == ([(f"/{lang}{section}", mark)] if section else [])
    words = {"ja": "国・県の法令・政策", "en": "National and prefectural policies"}
    assert words[lang] in text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/id/law/503AC0000000035", "令和3年法律第35号"),
        ("/id/plan/172103/dx/1", "初版"),
        ("/id/plan/172103/dx/1", "区分1"),
    ],
)
def test_japanese_words_without_a_tag_are_marked_on_english_pages(client, path, words):
    text = fetch(client, f"/en{path}").text
    assert f'<span lang="ja">{words}</span>' in text
    assert f'<span lang="ja">{words}</span>' not in fetch(client, f"/ja{path}").text


def test_english_pages_of_values_repeat_no_counter_in_japanese(client):
    text = fetch(client, "/en/kpis?body=282294").text
    assert "5 times" in text
    assert "「5回」" not in text
    assert "「150名」" not in text

"""The graphs and the dataset as a whole: what their IRIs answer, what their pages show, what search engines are told."""

import json
import re
import shutil

import pyoxigraph as ox
import pytest
from conftest import application
from crawling import RDF
from markup import Page, fetch, whole

from keifu.dataset.stores import Store
from keifu.namespaces import DEF, GRAPH, ID
from keifu.publishing import holdings
from keifu.publishing.catalogue import CATALOGUE, DATASET
from keifu.site import discovery, graphs
from keifu.site.copying import Copier

STEM = "municipality/172090-kahoku/dx-1.0"
STEMS = (
    STEM,
    "municipality/172103-hakusan/survey",
    "shared/indicators",
    "ontology/plan",
    "ontology/schemes/theme",
    "derived",
)
DOCUMENTS = ("/catalogue", "/.well-known/void")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
FORMS = pytest.mark.parametrize(("suffix", "media_type", "form"), [(s, *both) for s, both in RDF.items()], ids=RDF)
LANGS = pytest.mark.parametrize("lang", ["ja", "en"])


def content(store: Store, stem: str) -> set[ox.Quad]:
    """What a graph holds, with blank nodes named by their place."""
    found = store.quads.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH + stem))
    return canonical(quad.triple for quad in found)


def canonical(triples) -> set[ox.Quad]:
    """Triples with blank nodes named by their place."""
    found = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


def block(client, path):
    """What a page says for those who read no page."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', fetch(client, path).text, re.DOTALL)
    return json.loads(text)


def alternates(answer):
    """The other addresses that an answer names."""
    return set(re.findall(r'<([^>]*)>; rel="alternate"', answer.headers["Link"]))


class TestIris:
    @pytest.mark.parametrize("suffix", RDF)
    @pytest.mark.parametrize("stem", STEMS)
    def test_a_graph_is_given_whole_in_each_format(self, client, store, stem, suffix):
        media_type, form = RDF[suffix]
        led = fetch(client, f"/graph/{stem}", media_type)
        assert (led.status_code, led.headers["Location"]) == (303, f"/graph/{stem}.{suffix}")
        assert {"Accept", "Accept-Language"} <= set(led.headers["Vary"].split(", "))
        for accept in ("*/*", BROWSER):
            answer = fetch(client, led.headers["Location"], accept)
            assert (answer.status_code, answer.mimetype) == (200, media_type)
            assert canonical(quad.triple for quad in ox.parse(answer.data, format=form)) == content(store, stem)

    @pytest.mark.parametrize("accept", [BROWSER, "text/html", "*/*", ""])
    def test_people_are_led_to_the_page_in_their_language(self, client, accept):
        for lang in ("ja", "en"):
            led = fetch(client, f"/graph/{STEM}", accept, **{"Accept-Language": lang})
            assert (led.status_code, led.headers["Location"]) == (303, f"/{lang}/graph/{STEM}")

    def test_a_format_that_there_is_not(self, client):
        assert fetch(client, f"/graph/{STEM}", "image/png").status_code == 406

    @FORMS
    def test_what_a_client_has_is_not_sent_again(self, client, suffix, media_type, form):
        path = f"/graph/{STEM}.{suffix}"
        first = fetch(client, path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]}, buffered=True)
        assert (again.status_code, again.data) == (304, b"")
        head = client.head(path, buffered=True)
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])

    @pytest.mark.parametrize("path", ["", ".ttl", ".rdf"])
    def test_links_name_the_other_formats_and_the_pages(self, client, path):
        given = fetch(client, f"/graph/{STEM}{path}")
        pages = {f"/{lang}/graph/{STEM}" for lang in ("ja", "en")}
        assert alternates(given) == {f"/graph/{STEM}.{suffix}" for suffix in RDF} | pages
        assert 'rel="license"' in given.headers["Link"]
        assert 'rel="describedby"' in given.headers["Link"]

    @FORMS
    @pytest.mark.parametrize("stem", ["nowhere", "keifu", "national", "../current"])
    def test_that_there_is_none_is_said_in_the_format_asked_for(self, client, stem, suffix, media_type, form):
        for answer in (fetch(client, f"/graph/{stem}", media_type), fetch(client, f"/graph/{stem}.{suffix}", "*/*")):
            assert answer.status_code == 404
        asked = fetch(client, f"/graph/{stem}", media_type)
        assert {quad.object.language for quad in ox.parse(asked.data, format=form)} == {"ja", "en"}
        assert fetch(client, f"/en/graph/{stem}").status_code == 404

    def test_xml_is_made_once_and_leaves_nothing_else(self, mini, monkeypatch, tmp_path):
        own = shutil.copytree(mini, tmp_path / "own", ignore=shutil.ignore_patterns("rdfxml"))
        with application(own) as app:
            client = app.test_client()
            stem = next(iter(app.extensions["keifu"].store.manifest.graphs)).removeprefix(GRAPH)
            first = fetch(client, f"/graph/{stem}.rdf")
            monkeypatch.setattr(graphs, "nameable", None)
            assert fetch(client, f"/graph/{stem}.rdf").data == first.data
        (folder,) = own.glob("*/rdfxml")
        assert [path.relative_to(folder).as_posix() for path in folder.rglob("*.*")] == [f"{stem}.rdf"]

    def test_what_xml_cannot_say_is_told(self, mini, monkeypatch, tmp_path):
        def refuse(triples):
            raise graphs.NotFound("ない", "none")

        monkeypatch.setattr(graphs, "nameable", refuse)
        monkeypatch.setattr(graphs, "folder", lambda: tmp_path / "dumps")
        with application(mini) as app:
            store = app.extensions["keifu"].store
            stem = next(iter(store.manifest.graphs)).removeprefix(GRAPH)
            from keifu.publishing.dumps import dumps

            dumps(store, tmp_path / "dumps")
            assert fetch(app.test_client(), f"/graph/{stem}.rdf").status_code == 404
        assert [path for path in (tmp_path / "rdfxml").rglob("*") if path.is_file()] == []


class TestPages:
    @LANGS
    @pytest.mark.parametrize("stem", STEMS)
    def test_a_graph_is_described(self, client, store, lang, stem):
        page, answer = whole(client, f"/{lang}/graph/{stem}")
        assert f"{store.manifest.graphs[GRAPH + stem]:,}" in page.text
        assert GRAPH + stem in page.text
        with client.get("/dumps/SHA256SUMS") as sums:
            listed = dict(reversed(line.split("  ")) for line in sums.text.splitlines())
        hrefs = {link["href"] for link in page.all("a")}
        for suffix in ("ttl", "nt", "jsonld"):
            assert f"/dumps/{stem}.{suffix}" in hrefs
            assert listed[f"{stem}.{suffix}"] in page.text
        assert {f"/graph/{stem}.{suffix}" for suffix in RDF} <= hrefs
        assert f"/{lang}/catalogue" in hrefs
        again = client.get(f"/{lang}/graph/{stem}", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304

    @pytest.mark.parametrize("stem", STEMS)
    def test_it_counts_and_names_things_that_are_in_it(self, client, store, stem):
        main = fetch(client, f"/en/graph/{stem}").text.partition("<h2>What it describes</h2>")[2].partition("<h2>")[0]
        things = re.findall('<a href="/en/id/([^"]*)"', main)
        node = ox.NamedNode(GRAPH + stem)
        subjects = {quad.subject.value for quad in store.quads.quads_for_pattern(None, None, None, node)}
        assert {ID + path for path in things} <= subjects
        assert len(things) <= holdings.NAMED
        assert things or stem == "ontology/plan"

    def test_the_plan_and_the_body_of_a_graph_are_linked(self, client):
        hrefs = {link["href"] for link in Page(fetch(client, f"/en/graph/{STEM}").text).all("a")}
        assert {"/en/id/plan/172090/dx/1.0", "/en/id/body/172090"} <= hrefs

    def test_its_query_asks_for_its_statements(self, client, store):
        page = Page(fetch(client, f"/en/graph/{STEM}").text)
        (href,) = [link["href"] for link in page.all("a") if "p=graph&" in link["href"] and "run=1" in link["href"]]
        answer = fetch(client, href.replace("/query?", "/query.srj?"), "*/*").get_json(True)
        bindings = answer["results"]["bindings"]
        found = {row["subject"]["value"] for row in bindings if row["subject"]["type"] == "uri"}
        assert len(bindings) == min(1000, store.manifest.graphs[GRAPH + STEM])
        assert found <= {triple.subject.value for triple in content(store, STEM)}

    @pytest.mark.parametrize(
        ("path", "stem"), [("plan/172090/dx/1.0/initiative/2-1", STEM), ("theme/ai-rpa", "ontology/schemes/theme")]
    )
    def test_a_thing_leads_to_the_graph_that_describes_it(self, client, path, stem):
        assert f'<a href="/ja/graph/{stem}"><code>' in fetch(client, f"/ja/id/{path}").text

    @LANGS
    def test_the_catalogue_lists_every_graph_and_every_file_of_the_whole(self, client, store, lang):
        page, _ = whole(client, f"/{lang}/catalogue")
        hrefs = [link["href"] for link in page.all("a")]
        listed = [href.partition("/graph/")[2] for href in hrefs if href.startswith(f"/{lang}/graph/")]
        assert sorted(GRAPH + stem for stem in listed) == sorted(store.manifest.graphs)
        assert f"{store.manifest.triples:,}" in page.text
        for suffix in ("ttl", "nq", "jsonld"):
            assert {f"/dumps/keifu.{suffix}", f"/dumps/keifu.{suffix}.gz"} <= set(hrefs)
        for path in (
            "/.well-known/void.ttl",
            "/catalogue.rdf",
            "/sitemap.xml",
            "/api",
            f"/{lang}/query",
            f"/{lang}/def",
        ):
            assert path in hrefs
        for href in {href.partition("#")[0] for href in hrefs if href.startswith("/")}:
            assert fetch(client, href, BROWSER).status_code == 200, href

    def test_a_long_list_of_graphs_has_pages(self, dataset, store, monkeypatch):
        monkeypatch.setattr(holdings, "LISTED", 25)
        pages = -(-len(store.manifest.graphs) // 25)
        with application(dataset) as app:
            texts = [fetch(app.test_client(), f"/en/catalogue?page={number}").text for number in range(1, pages + 1)]
            for number in (0, -1, pages + 1):
                assert fetch(app.test_client(), f"/en/catalogue?page={number}").status_code == 404
        listed = [stem for text in texts for stem in re.findall(r'href="/en/graph/([^"]*)"', text)]
        assert sorted(GRAPH + stem for stem in listed) == sorted(store.manifest.graphs)

    def test_every_page_leads_to_the_catalogue(self, client):
        for path in ("/ja/", "/ja/id/body/172090", "/ja/def", "/ja/query", "/ja/timeline"):
            assert 'href="/ja/catalogue"' in fetch(client, path).text

    @pytest.mark.parametrize("path", DOCUMENTS)
    @pytest.mark.parametrize("accept", ["text/html", BROWSER])
    def test_people_who_open_a_description_are_led_to_the_page(self, client, path, accept):
        for lang in ("ja", "en"):
            led = fetch(client, path, accept, **{"Accept-Language": lang})
            assert (led.status_code, led.headers["Location"]) == (303, f"/{lang}/catalogue")
            assert {"Accept", "Accept-Language"} <= set(led.headers["Vary"].split(", "))
        assert {"/ja/catalogue", "/en/catalogue"} <= alternates(fetch(client, path, "*/*"))


class TestCards:
    @LANGS
    @pytest.mark.parametrize("path", ["", "catalogue", *(f"graph/{stem}" for stem in STEMS)])
    def test_it_has_what_search_engines_for_datasets_ask_for(self, client, store, lang, path):
        said = block(client, f"/{lang}/{path}")
        assert (said["@context"], said["@type"]) == ("https://schema.org/", "Dataset")
        assert said["name"]
        assert 50 <= len(said["description"]) <= 5000
        assert said["version"] == store.manifest.version
        assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert said["creator"]["name"] == said["publisher"]["name"] == "The keifu developers"
        assert said["inLanguage"] == ["ja", "en"]
        assert fetch(client, said["url"]).status_code == 200
        assert said["url"].startswith(f"http://localhost/{lang}/")
        assert len(said["distribution"]) == 3
        for each in said["distribution"]:
            with client.head(each["contentUrl"]) as file:
                assert (file.status_code, file.mimetype) == (200, each["encodingFormat"])

    def test_the_whole_is_that_of_the_catalogue(self, client, store):
        said = block(client, "/ja/catalogue")
        assert said == block(client, "/ja/")
        assert (said["@id"], said["includedInDataCatalog"]["@id"]) == (DATASET, CATALOGUE)
        plans = {quad.subject for quad in store.quads.quads_for_pattern(None, None, ox.NamedNode(f"{DEF}DxPlan"))}

        def days(name):
            return [
                q.object.value
                for plan in plans
                for q in store.quads.quads_for_pattern(plan, ox.NamedNode(DEF + name), None)
            ]

        assert said["temporalCoverage"] == f"{min(days('startDate'))}/{max(days('endDate'))}"
        assert said["spatialCoverage"]["name"] == "日本"

    def test_a_graph_is_part_of_it_and_covers_its_plan(self, client):
        said = block(client, f"/en/graph/{STEM}")
        assert (said["@id"], said["isPartOf"]["@id"]) == (GRAPH + STEM, DATASET)
        assert said["spatialCoverage"] == {
            "@type": "AdministrativeArea",
            "@id": f"{ID}body/172090",
            "name": "Kahoku City",
        }
        assert said["temporalCoverage"] == "2021-04-01/2027-03-31"
        assert "temporalCoverage" not in block(client, "/en/graph/derived")
        # The plan of 白河市 states no first day.
        assert block(client, "/en/graph/municipality/072052-shirakawa/dx-2")["temporalCoverage"] == "../2026-03-31"

    @LANGS
    def test_the_page_of_the_vocabulary_holds_what_is_stated_of_it(self, client, store, lang):
        iri = ox.NamedNode(DEF.removesuffix("#"))
        found = {
            quad.triple for quad in ox.parse(json.dumps(block(client, f"/{lang}/def")), format=ox.RdfFormat.JSON_LD)
        }
        assert found == {quad.triple for quad in store.quads.quads_for_pattern(iri, None, None)} != set()


class TestCopies:
    @pytest.fixture
    def app(self, dataset):
        """An application of its own: once one is copied, its pages are those of a copy."""
        with application(dataset) as app:
            yield app

    @pytest.mark.parametrize("address", [f"graph/{STEM}", "catalogue", ".well-known/void"])
    def test_an_iri_leads_to_the_page_and_names_the_data(self, app, tmp_path, address):
        found = Copier(app, tmp_path).copy(address)
        page = f"ja/{address}" if address.startswith("graph") else "ja/catalogue"
        assert page in found
        assert {f"{address}.{suffix}" for suffix in RDF} <= found
        text = (tmp_path / address / "index.html").read_text(encoding="utf-8")
        assert 'http-equiv="refresh"' in text

    @pytest.mark.parametrize("suffix", RDF)
    def test_data_are_files(self, app, store, tmp_path, suffix):
        assert Copier(app, tmp_path).copy(f"graph/{STEM}.{suffix}") == set()
        triples = (quad.triple for quad in ox.parse(path=tmp_path / f"graph/{STEM}.{suffix}", format=RDF[suffix][1]))
        assert canonical(triples) == content(store, STEM)


def test_requests_wait_for_the_dumps_as_for_the_descriptions(mini, monkeypatch, slow_dumps):
    with application(mini) as app:
        client = app.test_client()
        assert fetch(client, "/ja/catalogue").status_code == 503
        slow_dumps.set()
        monkeypatch.setattr(discovery, "PATIENCE", 10)
        assert fetch(client, "/ja/catalogue").status_code == 200

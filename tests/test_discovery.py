"""What a client finds at the addresses for discovery and download."""

import gzip
import hashlib
import re
import shutil
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from conftest import application
from small import small

from keifu.dataset.stores import Store
from keifu.errors import KeifuError
from keifu.namespaces import GRAPH, ID
from keifu.publishing import feeds
from keifu.publishing.catalogue import DATASET
from keifu.publishing.dumps import SUMS, dumps, under_way
from keifu.site import discovery
from keifu.sparql.formats import GRAPH_TYPES

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
ATOM = "{http://www.w3.org/2005/Atom}"
DOCUMENTS = ["/.well-known/void", "/catalogue"]


@pytest.fixture(scope="module")
def tiny(mini):
    """The application over the tiny dataset."""
    with application(mini) as app:
        yield app.test_client()


def parsed(answer):
    media_type = answer.content_type.partition(";")[0]
    return {quad.triple for quad in ox.parse(answer.data, format=ox.RdfFormat.from_media_type(media_type))}


def quads_of(store, graph=None):
    """The quads with blank nodes named by their place."""
    found = ox.Dataset(store.quads.quads_for_pattern(None, None, None, graph and ox.NamedNode(graph)))
    return canonical(found)


def canonical(quads):
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


def varies(answer):
    """What the content depends on, its packing aside."""
    return set(answer.headers.get("Vary", "").replace(" ", "").split(",")) - {"", "Accept-Encoding"}


def plain(statement):
    """A statement of the default graph."""
    return ox.Quad(statement.subject, statement.predicate, statement.object)


def links(answer):
    """Targets by relation."""
    found = {}
    for target, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', ", ".join(answer.headers.getlist("Link"))):
        found.setdefault(rel, []).append(target)
    return found


class TestDocuments:
    @pytest.mark.parametrize("path", DOCUMENTS)
    @pytest.mark.parametrize("form", GRAPH_TYPES.values(), ids=GRAPH_TYPES)
    def test_by_accept_and_by_suffix_they_say_the_same(self, client, path, form):
        asked = client.get(path, headers={"Accept": form.media_type})
        named = client.get(f"{path}.{form.suffix}")
        assert asked.status_code == named.status_code == 200
        assert asked.content_type == named.content_type == form.content_type
        assert parsed(asked) == parsed(named)
        assert varies(asked) == {"Accept"}
        assert varies(named) == set()
        assert asked.headers["Content-Location"] == f"{path}.{form.suffix}"
        assert DATASET in asked.text.replace("\\/", "/")
        assert "http://localhost/dumps/keifu.ttl" in asked.text

    @pytest.mark.parametrize("path", DOCUMENTS)
    def test_what_a_client_has_is_not_sent_again(self, client, path):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.get(f"{path}.nt").headers["ETag"] != first.headers["ETag"]
        # Addresses stand in the document, so that another host has another one.
        assert client.get(path, base_url="http://other.example/").headers["ETag"] != first.headers["ETag"]

    @pytest.mark.parametrize("path", DOCUMENTS)
    def test_no_such_format(self, client, path):
        assert client.get(f"{path}.xlsx").status_code == 404
        assert client.get(path, headers={"Accept": "image/png"}).status_code == 406

    def test_head(self, client):
        answer = client.head("/.well-known/void")
        assert (answer.status_code, answer.data) == (200, b"")


class TestDumps:
    def test_the_checksums_are_those_of_the_files(self, client):
        with client.get(f"/dumps/{SUMS}") as sums:
            assert sums.content_type == "text/plain; charset=utf-8"
            listed = dict(reversed(line.split("  ")) for line in sums.text.splitlines())
        assert {"keifu.nq.gz", "keifu.jsonld", "derived.nt", "national/laws.ttl"} <= set(listed)
        for name, expected in listed.items():
            with client.get(f"/dumps/{name}") as answer:
                assert answer.status_code == 200
                assert hashlib.sha256(answer.data).hexdigest() == expected

    @pytest.mark.parametrize("suffix", ["nq", "jsonld"])
    def test_the_whole_comes_back_as_it_was(self, client, store, suffix):
        kind = {"nq": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD}[suffix]
        with client.get(f"/dumps/keifu.{suffix}") as answer:
            body = answer.data
        assert canonical(ox.parse(body, format=kind)) == quads_of(store)
        with client.get(f"/dumps/keifu.{suffix}.gz") as packed:
            assert packed.content_type == "application/gzip"
            assert "Content-Encoding" not in packed.headers
            assert gzip.decompress(packed.data) == body

    def test_the_whole_in_turtle_is_the_merge(self, client, store):
        with client.get("/dumps/keifu.ttl") as answer:
            triples = [quad.triple for quad in ox.parse(answer.data, format=ox.RdfFormat.TURTLE)]
        merged = {quad.triple for quad in quads_of(store)}
        assert canonical(plain(triple) for triple in triples) == canonical(plain(triple) for triple in merged)
        assert len(triples) == store.manifest.triples

    def test_each_graph_in_each_format(self, client, store):
        for graph in store.manifest.graphs:
            expected = canonical(plain(quad) for quad in quads_of(store, graph))
            for suffix in ("ttl", "nt", "jsonld"):
                with client.get(f"/dumps/{graph.removeprefix(GRAPH)}.{suffix}") as answer:
                    assert canonical(plain(triple) for triple in parsed(answer)) == expected

    def test_a_store_loaded_again_gives_the_same_bytes(self, mini, tmp_path):
        # One that is open already would be given again.
        shutil.copytree(mini, tmp_path / "again")
        made = [dumps(Store.open(folder), tmp_path / name) for folder, name in ((mini, "a"), (tmp_path / "again", "b"))]
        assert made[0] == made[1]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "again", "b"]

    def test_those_that_are_there_are_taken(self, mini, tmp_path, monkeypatch):
        store = Store.open(mini)
        made = dumps(store, tmp_path / "a")
        monkeypatch.setattr("keifu.publishing.dumps.write", None)
        assert dumps(store, tmp_path / "a") == made

    def test_another_process_may_be_first(self, mini, tmp_path, monkeypatch):
        from keifu.publishing import dumps as module

        store, write = Store.open(mini), module.write

        def late(store, folder):
            write(store, folder)
            write(store, folder.with_name("a"))

        (tmp_path / "a").mkdir()
        monkeypatch.setattr(module, "write", late)
        assert "keifu.nq" in dumps(store, tmp_path / "a")
        assert [path.name for path in tmp_path.iterdir()] == ["a"]

    def test_where_they_cannot_be_written(self, mini, tmp_path):
        with pytest.raises(KeifuError, match="cannot be written") as caught:
            dumps(Store.open(mini), tmp_path / "missing" / "dumps")
        assert str(tmp_path) not in caught.value.ja + caught.value.en

    def test_a_part_of_a_file_and_what_a_client_has(self, client):
        with client.get("/dumps/keifu.nq", headers={"Range": "bytes=0-9"}) as part:
            assert (part.status_code, len(part.data)) == (206, 10)
            tag = part.headers["ETag"]
        with client.get("/dumps/keifu.nq", headers={"If-None-Match": tag}) as again:
            assert again.status_code == 304

    @pytest.mark.parametrize(
        "name", ["x.ttl", "../manifest.json", "%2e%2e/manifest.json", "keifu", "national", "/etc/passwd"]
    )
    def test_nothing_else_is_there(self, client, name):
        answer = client.get(f"/dumps/{name}")
        assert answer.status_code == 404


class TestSitemap:
    @staticmethod
    def addresses(answer):
        root = ElementTree.fromstring(answer.data)
        return [url.find(f"{MAP}loc").text for url in root.iter(f"{MAP}url")]

    def test_every_page_of_the_tiny_dataset_answers(self, tiny):
        found = self.addresses(tiny.get("/sitemap.xml"))
        assert len(found) == len(set(found)) > 20
        assert {f"http://localhost/{lang}/id/plan/990019/dx/1" for lang in ("ja", "en")} <= set(found)
        for address in found:
            assert tiny.get(address, headers={"Accept": "text/html"}).status_code == 200, address

    def test_pages_of_every_kind_answer(self, client, store):
        found = self.addresses(client.get("/sitemap.xml"))
        things = {quad.subject.value for quad in store.quads if quad.subject.value.startswith(ID)}
        assert {f"http://localhost/en/id/{iri.removeprefix(ID)}" for iri in things} <= set(found)
        for address in found[::101]:
            assert client.get(address, headers={"Accept": "text/html"}).status_code == 200, address

    def test_every_page_that_stands_by_itself_is_listed_in_both_languages(self, app, client):
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.arguments == {"lang"}]
        names = {rule.rule.partition(">/")[2] for rule in rules}
        pages = {name for name in names if not re.search(r"\.\w+$", name)}
        assert {"", "matrix", "procedures", "systems", "search", "catalogue"} <= pages
        listed = {address.removeprefix("http://localhost/") for address in self.addresses(client.get("/sitemap.xml"))}
        assert {address for address in listed if address.count("/") == 1} == {
            f"{lang}/{page}" for lang in ("ja", "en") for page in pages
        }

    def test_each_page_names_its_twin(self, tiny):
        root = ElementTree.fromstring(tiny.get("/sitemap.xml").data)
        for url in root:
            address = url.find(f"{MAP}loc").text
            same = {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")}
            assert set(same) == {"ja", "en"}
            assert address in same.values()
            assert same["ja"].replace("/ja/", "/en/", 1) == same["en"]

    def test_a_large_one_is_in_parts(self, tiny, monkeypatch):
        whole = self.addresses(tiny.get("/sitemap.xml"))
        monkeypatch.setattr(discovery, "ADDRESSES", 8)
        index = ElementTree.fromstring(tiny.get("/sitemap.xml").data)
        parts = [loc.text for loc in index.iter(f"{MAP}loc")]
        assert len(parts) == -(-len(whole) // 8)
        lists = [self.addresses(tiny.get(part)) for part in parts]
        assert max(map(len, lists)) == 8
        assert [address for part in lists for address in part] == whole
        assert tiny.get(f"/sitemap-{len(parts) + 1}.xml").status_code == tiny.get("/sitemap-0.xml").status_code == 404

    def test_a_small_one_has_no_parts(self, tiny):
        assert tiny.get("/sitemap-1.xml").status_code == 404


def test_robots_are_led_to_the_pages(client):
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text.splitlines()
    assert "Disallow: /sparql" in answer.text.splitlines()
    assert "Disallow: /" not in answer.text.splitlines()


class TestFeed:
    @staticmethod
    def read(client, path, **headers):
        answer = client.get(path, headers=headers)
        assert answer.content_type == "application/atom+xml"
        return ElementTree.fromstring(answer.data)

    @pytest.mark.parametrize("lang", ["ja", "en"])
    def test_it_lists_the_graphs_by_the_moment_of_their_change(self, client, store, lang):
        root = self.read(client, f"/{lang}/feed.atom")
        entries = root.findall(f"{ATOM}entry")
        moments = [entry.find(f"{ATOM}updated").text for entry in entries]
        assert moments == sorted(store.manifest.modified.values(), reverse=True)[: feeds.ENTRIES]
        assert root.find(f"{ATOM}updated").text == moments[0]
        assert root.find(f"{ATOM}author/{ATOM}name").text == "The keifu developers"
        assert len({entry.find(f"{ATOM}id").text for entry in entries}) == len(entries) == feeds.ENTRIES
        for entry in entries:
            assert entry.find(f"{ATOM}title").text
            assert entry.find(f"{ATOM}summary").text
            page = entry.find(f"{ATOM}link").get("href")
            graph = GRAPH + page.partition("/graph/")[2]
            assert entry.find(f"{ATOM}updated").text == store.manifest.modified[graph]
            assert client.get(page, headers={"Accept": "text/html"}).status_code == 200

    def test_a_plan_says_when_it_was_adopted(self, client, store, monkeypatch):
        monkeypatch.setattr(feeds, "ENTRIES", len(store.manifest.graphs))
        for lang, adopted in (("ja", "策定: 令和4年(2022年)2月。"), ("en", "Adopted: February 2022 (Reiwa 4).")):
            entries = self.read(client, f"/{lang}/feed.atom").findall(f"{ATOM}entry")
            told = {entry.find(f"{ATOM}link").get("href").partition("/graph/")[2]: entry for entry in entries}
            assert set(told) == {graph.removeprefix(GRAPH) for graph in store.manifest.graphs}
            assert told["municipality/172090-kahoku/dx-1.0"].find(f"{ATOM}summary").text.endswith(adopted)
            assert adopted[:3] not in told["national/laws"].find(f"{ATOM}summary").text

    def test_each_language_is_a_feed_of_its_own(self, client):
        """RFC 4287 has one feed for one atom:id, whatever a client prefers."""
        known = []
        for lang in ("ja", "en"):
            root = self.read(client, f"/{lang}/feed.atom")
            (own,) = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
            assert root.find(f"{ATOM}id").text == own == f"http://localhost/{lang}/feed.atom"
            known.append({each.text for each in root.iter(f"{ATOM}id")})
            chosen = client.get("/feed.atom", headers={"Accept-Language": lang})
            assert ElementTree.canonicalize(chosen.text) == ElementTree.canonicalize(client.get(own).text)
            assert varies(chosen) == {"Accept-Language"}
            assert varies(client.get(own)) == set()
        assert not known[0] & known[1]

    def test_it_stays_short(self, client, monkeypatch):
        monkeypatch.setattr(feeds, "ENTRIES", 3)
        assert len(self.read(client, "/feed.atom").findall(f"{ATOM}entry")) == 3


PUBLIC = ["/catalogue.nt", "/.well-known/void.nt", "/sitemap.xml", "/robots.txt", "/ja/feed.atom", "/feed.atom"]


class TestNames:
    """Under which address documents, services and files are named."""

    @pytest.mark.parametrize("path", PUBLIC)
    def test_a_publisher_with_an_address_of_its_own_is_named_by_it(self, tiny, monkeypatch, path):
        own = "https://data.city.example.jp/dx/"
        monkeypatch.setattr(discovery, "BASE", own)
        answers = [tiny.get(path, base_url=f"http://{host}/") for host in ("localhost:8111", "internal.example")]
        assert own in answers[0].text
        assert "localhost" not in answers[0].text
        assert answers[0].data == answers[1].data
        assert answers[0].headers["ETag"] == answers[1].headers["ETag"]

    @pytest.mark.parametrize("path", PUBLIC)
    def test_without_one_it_is_the_address_of_the_request(self, tiny, path):
        assert "http://other.example/" in tiny.get(path, base_url="http://other.example/").text

    def test_the_services_of_the_catalogue_answer(self, client):
        found = re.findall(r"<http://www.w3.org/ns/dcat#endpoint\w+> <([^>]*)>", client.get("/catalogue.nt").text)
        assert {address.removeprefix("http://localhost/") for address in found} == {"sparql", "api"}
        for address in found:
            assert client.get(address, headers={"Accept": "*/*"}).status_code == 200, address

    @pytest.mark.parametrize("path", ["/catalogue.nt", "/.well-known/void.nt"])
    def test_a_copy_in_files_has_no_services(self, mini, path):
        with application(mini) as app:
            assert "<http://localhost/sparql>" in app.test_client().get(path).text
            app.config[discovery.COPIED] = True
            text = app.test_client().get(path).text
        assert "<http://localhost/dumps/keifu.ttl>" in text
        assert not re.search("http://localhost/(sparql|api)|DataService|sparqlEndpoint", text)


class TestLinks:
    @pytest.mark.parametrize(
        "path",
        [
            "/ja/",
            "/en/id/body/172090",
            "/id/body/172090",
            "/id/body/172090.ttl",
            "/def.ttl",
            "/sparql",
            "/api",
            "/robots.txt",
        ],
    )
    def test_every_answer_names_the_licence_and_the_description(self, client, path):
        found = links(client.get(path, headers={"Accept": "*/*"}))
        assert found["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
        assert found["describedby"] == ["/.well-known/void"]

    @pytest.mark.parametrize("path", ["/nowhere", "/id/nowhere", "/static/keifu.css"])
    def test_others_name_nothing(self, client, path):
        with client.get(path) as answer:
            assert "Link" not in answer.headers

    @pytest.mark.parametrize(
        "path", ["/id/plan/172090/dx/1.0", "/id/plan/172090/dx/1.0.nt", "/def", "/def.rdf", *DOCUMENTS]
    )
    def test_data_name_their_other_formats_and_pages(self, client, path):
        found = links(client.get(path))["alternate"]
        assert len(found) == 6
        for address in found:
            assert client.get(address, headers={"Accept": "*/*"}).status_code == 200


def test_what_is_counted_once_goes_with_the_dataset():
    import gc
    import weakref

    calls = []
    known = discovery.once(lambda store: calls.append(store.manifest.version) or len(calls))
    store = small("")
    gone = weakref.ref(store)
    assert (known(store), known(store), len(calls)) == (1, 1, 1)
    del store
    gc.collect()
    assert gone() is None


class TestSlowDumps:
    def test_who_asks_while_they_are_made_is_told_to_come_back(self, mini, monkeypatch, slow_dumps):
        with application(mini) as app:
            client = app.test_client()
            for path in ("/dumps/keifu.nq.gz", "/catalogue", "/.well-known/void"):
                answer = client.get(path, headers={"Accept": "*/*"})
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
            slow_dumps.set()
            monkeypatch.setattr(discovery, "PATIENCE", 10)
            with client.get("/dumps/keifu.nq.gz") as answer:
                assert answer.status_code == 200
        assert under_way == {}

"""The site as static files: served by Python's own web server below a path, every link leads somewhere and all data are there."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import URLError
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
from crawling import RDF, Links, crawl, fetch, subjects
from playwright.sync_api import expect

from keifu.build import build
from keifu.cli import main
from keifu.dataset.files import Sources
from keifu.dataset.stores import Store
from keifu.namespaces import BASE, ID
from keifu.publishing.dumps import SUMS
from keifu.site.copying import Copier, place, relative
from keifu.site.publish import MARK

HERE = Path(__file__).parent
ROOT = HERE.parent


@pytest.fixture(scope="module")
def small_nation(tmp_path_factory):
    """The folder with the dataset of one city that does not exist, an edition and a retired IRI, with the vocabulary."""
    root = tmp_path_factory.mktemp("sources")
    shutil.copytree(HERE / "data" / "mini" / "data", root / "data")
    shutil.copytree(HERE / "data" / "mini" / "shapes", root / "shapes")
    shutil.copy(HERE / "data" / "publish" / "extra.ttl", root / "data" / "ttl" / "national" / "extra.ttl")
    (root / "ontology").mkdir()
    for path in (ROOT / "ontology").glob("*.ttl"):
        shutil.copy(path, root / "ontology")
    folder = tmp_path_factory.mktemp("dataset")
    build(Sources(root), folder)
    return folder


@pytest.fixture(scope="module")
def published(small_nation, tmp_path_factory):
    """The folder above the site that the command wrote."""
    from keifu.app import unattended
    from keifu.site.publish import publish

    above = tmp_path_factory.mktemp("web")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KEIFU_DATASET", str(small_nation))
        publish(unattended, Store.open(small_nation), small_nation, above / "some" / "where", lambda _ja, _en: None)
    return above


@pytest.fixture(scope="module")
def host(published):
    """The address of the site on a host that knows nothing of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(published)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    site = f"http://127.0.0.1:{port}/some/where/"
    try:
        for _ in range(200):
            try:
                urlopen(site).close()
                break
            except URLError:
                time.sleep(0.05)
        yield site
    finally:
        process.terminate()
        process.wait(10)


def test_every_link_leads_somewhere_and_every_page_is_known(host, published):
    listed = re.findall(f"<loc>{re.escape(BASE)}([^<]*)</loc>", fetch(f"{host}sitemap.xml")[2].decode())
    trouble, pages = [], set()
    for visit in crawl([host, *(f"{host}{path.rstrip('/')}/" for path in listed)], host):
        if visit.status != 200:
            trouble.append((visit.status, visit.address))
        elif visit.links is not None:
            pages.add(unquote(visit.address.removeprefix(host)))
            trouble += [("place", visit.address, found) for found in visit.links.broken()]
            # A link that leaves the site would be one to the address of the server that there is not.
            trouble += [
                (visit.address, found)
                for found in visit.links.found
                if re.match(r"http://(localhost|127)", found) and not found.startswith(host)
            ]
    assert trouble == []
    site = published / "some" / "where"
    written = {
        path.parent.relative_to(site).as_posix() + "/"
        for lang in ("ja", "en")
        for path in (site / lang).rglob("index.html")
    }
    assert written - pages == set()
    assert len(written) > 300


def test_the_data_of_every_thing_are_there_in_each_format(host, small_nation):
    things = {quad.subject.value for quad in Store.open(small_nation).quads if quad.subject.value.startswith(ID)}
    assert len(things) > 10
    for iri in things:
        for suffix, (_, form) in RDF.items():
            status, _, body = fetch(f"{host}id/{iri.removeprefix(ID)}.{suffix}")
            assert status == 200, iri
            assert iri in subjects(body, form)


def test_the_descriptions_name_no_service_that_is_not_there(host):
    for document in ("catalogue", ".well-known/void"):
        for suffix in RDF:
            text = fetch(f"{host}{document}.{suffix}")[2].decode().replace("\\/", "/")
            assert f"{BASE}dumps/keifu.ttl" in text
            assert not re.search(f"{BASE}(sparql|api)\\b|DataService|sparqlEndpoint", text)


def test_each_language_has_its_feed(host):
    for lang in ("ja", "en"):
        _, _, body = fetch(f"{host}{lang}/feed.atom")
        assert f"<id>{BASE}{lang}/feed.atom</id>" in body.decode()


def test_an_iri_leads_on_to_its_page_and_names_its_data(host):
    address = f"{host}id/plan/990019/dx/1"
    _, _, body = fetch(address)
    links = Links(f"{address}/", body.decode())
    assert set(links.found) >= {
        f"{host}ja/id/plan/990019/dx/1/",
        f"{host}en/id/plan/990019/dx/1/",
        *(f"{address}.{suffix}" for suffix in RDF),
    }


def test_a_retired_iri_names_what_took_its_place(host):
    _, _, body = fetch(f"{host}id/plan/990019/dx/0")
    assert "廃止" in body.decode()
    assert f"{host}ja/id/plan/990019/dx/1/" in Links(f"{host}id/plan/990019/dx/0/", body.decode()).found
    _, _, data = fetch(f"{host}id/plan/990019/dx/0.nt")
    assert f"<{ID}plan/990019/dx/0> <http://purl.org/dc/terms/isReplacedBy> <{ID}plan/990019/dx/1> ." in data.decode()
    _, _, listed = fetch(f"{host}sitemap.xml")
    assert "dx/0<" not in listed.decode()
    assert "dx/1<" in listed.decode()


class Tags(HTMLParser):
    """The tags of a page with their attributes; `controls` are those that stand outside of every form."""

    def __init__(self, text):
        super().__init__()
        self.attributes, self.forms, self.controls, self._within = [], [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs
        self._within += tag == "form"
        if tag == "form":
            self.forms.append(dict(attrs))
        elif tag in ("input", "select", "textarea", "button") and not self._within:
            self.controls.append(tag)

    def handle_endtag(self, tag):
        self._within -= tag == "form"


def test_no_page_has_a_form_that_leads_nowhere_or_an_address_of_a_host(published):
    site = published / "some" / "where"
    trouble = []
    for page in site.rglob("*.html"):
        tags = Tags(page.read_text(encoding="utf-8"))
        trouble += [
            (page, form) for form in tags.forms if not (page.parent / form.get("action", "?") / "index.html").is_file()
        ]
        trouble += [(page, tag) for tag in tags.controls]
        trouble += [(page, name, value) for name, value in tags.attributes if re.match(r"/|.*\burl=/", value or "")]
        named = [unquote(value) for name, value in tags.attributes if name == "data-names"]
        trouble += [(page, value) for value in named if not (page.parent / value).is_file()]
    assert trouble == []


@pytest.fixture(scope="module")
def copier(dataset, tmp_path_factory):
    """Copies addresses of the dataset of the repository."""
    from conftest import application

    with application(dataset) as app:
        yield Copier(app, tmp_path_factory.mktemp("copy"))


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    ("view", "choices"),
    [
        ("compare", ["on=theme%2Fai-rpa", "on=post"]),
        ("compare?on=theme/ai-rpa", []),
        ("kpis", ["body=172090", "theme=cashless"]),
        ("kpis?body=172090", ["body=042064"]),
        ("timeline", ["body=172090", "on=2026-03-31"]),
        ("timeline?body=172090", ["body=172090&on=2026-03-31"]),
        ("learning", ["theme=agriculture", "prefecture=07", "citing=172103"]),
        ("learning?theme=agriculture", ["prefecture=07", "prefecture=07&theme=agriculture"]),
    ],
)
def test_a_view_with_a_form_has_links_to_answers_and_says_what_needs_a_server(copier, client, lang, view, choices):
    assert len(Tags(client.get(f"/{lang}/{view}").text).forms) > 1
    found = copier.copy(f"{lang}/{view}")
    text = (copier.folder / place(f"{lang}/{view}")).read_text(encoding="utf-8")
    tags = Tags(text)
    assert [form["role"] for form in tags.forms] == ["search"]
    assert tags.controls == []
    (notice,) = re.findall(r'<p class="notice">(.*?)</p>', text)
    assert ("サーバーが要ります" if lang == "ja" else "need a server") in notice
    assert relative(f"{lang}/query", place(f"{lang}/{view}")) in notice
    path = f"{lang}/{view.partition('?')[0]}"
    assert {f"{path}?{choice}" for choice in choices} <= found
    for choice in choices:
        assert copier.copy(f"{path}?{choice}") is not None


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_copy_claims_no_data_of_pages_whose_queries_need_a_server(copier, lang):
    copier.copy(f"{lang}/kpis")
    text = (copier.folder / place(f"{lang}/kpis")).read_text(encoding="utf-8")
    assert re.findall(r'<a href="[^"]*query/" type=', text) == []
    assert "text/turtle" not in text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_names_that_the_search_box_offers_lead_to_their_pages(host, small_nation, lang):
    offered = json.loads(fetch(f"{host}{lang}/names.json")[2])
    addresses = {urljoin(f"{host}{lang}/names.json", each["address"]) for each in offered}
    assert f"{host}{lang}/id/plan/990019/dx/1/" in addresses
    assert f"{host}{lang}/def/Kpi/" in addresses
    assert [address for address in addresses if fetch(address)[0] != 200] == []
    assert all(each["name"] and each["spelling"] for each in offered)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "typed", "name"), [("ja", "ｵﾝﾗｲﾝ化", "申請のオンライン化"), ("en", "COUNTER W", "Counter without forms")]
)
def test_names_are_offered_without_a_server(host, chromium, lang, typed, name):
    trouble = []
    with chromium.new_context() as context:
        page = context.new_page()
        page.on("console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"{host}{lang}/def/Kpi/")
        box, option = page.get_by_role("combobox"), page.get_by_role("option").first
        box.fill(typed)
        expect(option).to_contain_text(name)
        box.press("Enter")
        expect(page).to_have_url(re.compile(re.escape(f"{host}{lang}/search/")))
        expect(option).to_contain_text(name)
        box.press("ArrowDown")
        box.press("Enter")
        expect(page).to_have_title(re.compile(name))
    assert trouble == []


@pytest.mark.parametrize("path", ["sparql", "sparql?query=ASK%7B%7D", "api"])
def test_the_endpoint_and_the_api_lead_to_what_there_is_in_their_place(host, path):
    status, _, body = fetch(host + path)
    assert status == 200
    assert f"{host}ja/query/" in Links(f"{host}{path.partition('?')[0]}/", body.decode()).found


@pytest.mark.parametrize("path", ["ja/search/?q=x", "en/search/?q=x", "ja/query/", "en/query/"])
def test_what_needs_a_server_says_so_and_offers_answers_and_dumps(host, path):
    status, _, body = fetch(host + path)
    text = body.decode()
    assert status == 200
    assert ("サーバーが要ります" if path.startswith("ja") else "need a server") in text
    found = Links(urlsplit(host + path)._replace(query="").geturl(), text).found
    assert f"{host}dumps/keifu.nq.gz" in found
    answers = [address for address in found if "/api/queries/" in address]
    assert len(answers) == len(Sources.find().queries)
    assert all(fetch(address)[0] == 200 for address in answers[:5])


def test_the_pages_are_those_of_the_service(host, small_nation):
    from conftest import application

    def words(text):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", unescape(text.partition("<main")[2].partition("</main>")[0])))

    with application(small_nation) as app:
        client = app.test_client()
        for path in ("ja/", "en/id/plan/990019/dx/1", "ja/def/Kpi", "en/municipalities"):
            assert words(fetch(host + path)[2].decode()) == words(client.get(f"/{path}").text)


def test_dumps_come_with_their_checksums(published, small_nation):
    folder = published / "some" / "where" / "dumps"
    assert (folder / SUMS).read_bytes() == (next(small_nation.glob("*/dumps")) / SUMS).read_bytes()
    assert len(set(ox.parse(path=folder / "keifu.nq"))) == Store.open(small_nation).manifest.triples


def test_a_folder_with_something_else_is_left_alone(runner, dataset, tmp_path, monkeypatch):
    monkeypatch.setenv("KEIFU_DATASET", str(dataset))
    (tmp_path / "letter.txt").write_text("mine")
    done = runner.invoke(main, ["publish", str(tmp_path), "--lang", "en"])
    assert done.exit_code == 2
    assert "Name another folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_what_was_put_beside_a_site_is_not_lost(runner, mini, tmp_path, monkeypatch):
    from keifu.errors import UnusableInput
    from keifu.site.publish import publish

    out = tmp_path / "site"
    (out / "static").mkdir(parents=True)
    (out / MARK).write_text("0123456789abcdef\nstatic\n")
    (out / ".git").mkdir()
    monkeypatch.setenv("KEIFU_DATASET", str(mini))
    with pytest.raises(UnusableInput, match=r"\.git"):
        publish(pytest.fail, Store.open(mini), mini, out, lambda _ja, _en: None)
    assert {path.name for path in out.iterdir()} == {"static", ".git", MARK}


def test_the_mark_names_all_that_a_site_has(published):
    site = published / "some" / "where"
    assert {MARK, *(site / MARK).read_text().split()[1:]} == {path.name for path in site.iterdir()}


@pytest.mark.parametrize("address", ["?..", "id/../../x", "id/%2e%2e/%2e%2e/x", "dumps/../../x.nq", "ja/?%2e%2e"])
def test_no_address_leads_out_of_the_folder(mini, tmp_path, address):
    from conftest import application

    folder = tmp_path / "in" / "site"
    folder.mkdir(parents=True)
    with application(mini) as app:
        assert Copier(app, folder).copy(address) is None
    assert list(tmp_path.rglob("*")) == [tmp_path / "in", folder]


def test_a_site_with_a_dead_link_takes_no_place(mini, tmp_path, monkeypatch):
    from keifu.app import unattended
    from keifu.errors import BuildFailed
    from keifu.site.publish import publish

    out = tmp_path / "site"
    out.mkdir()
    (out / MARK).write_text("before")
    # What a process of the same number left that was ended is in nobody's way.
    (tmp_path / f"site.{os.getpid()}" / "dumps").mkdir(parents=True)
    monkeypatch.setenv("KEIFU_DATASET", str(mini))
    # The tiny dataset uses terms that its vocabulary does not define.
    with pytest.raises(BuildFailed, match="ja/def/Initiative"):
        publish(unattended, Store.open(mini), mini, out, lambda _ja, _en: None)
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert (out / MARK).read_text() == "before"


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("", "index.html"),
        ("ja/", "ja/index.html"),
        ("ja/id/plan/172090/dx/1.0", "ja/id/plan/172090/dx/1.0/index.html"),
        ("id/plan/172090/dx/1.0.ttl", "id/plan/172090/dx/1.0.ttl"),
        ("ja/matrix?edition=2.0", "ja/matrix/edition=2.0/index.html"),
        ("ja/matrix.csv?edition=2.0", "ja/matrix.edition=2.0.csv"),
        ("ja/x?of=plan%2F1", "ja/x/of=plan-1/index.html"),
        ("ja/x?body=1&on=2", "ja/x/body=1&on=2/index.html"),
        ("ja/names.json", "ja/names.json"),
        ("static/vendor/tokens.css", "static/vendor/tokens.css"),
    ],
)
def test_each_address_has_its_file(address, file):
    assert place(address) == file


@pytest.mark.parametrize(
    ("address", "page", "link"),
    [
        ("ja/", "ja/index.html", "./"),
        ("en/", "ja/index.html", "../en/"),
        ("ja/id/a/b", "ja/id/a/index.html", "b/"),
        ("id/a.ttl", "ja/id/a/index.html", "../../../id/a.ttl"),
        ("", "index.html", "./"),
    ],
)
def test_links_lead_from_file_to_file(address, page, link):
    assert relative(address, page) == link


def test_only_a_prefecture_whose_cities_have_plans_leads_to_their_comparison(client):
    offered = [
        code
        for code in ("010006", "020001", "040002", "170003")
        if f"compare?on=body/{code}" in client.get(f"/ja/id/body/{code}").text.replace("%2F", "/")
    ]
    assert offered == ["040002", "170003"]
    assert all(client.get(f"/ja/compare?on=body/{code}").status_code == 200 for code in offered)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_body_of_the_state_leads_to_no_view_of_cities(client, lang):
    text = client.get(f"/{lang}/id/body/digital-agency").text
    assert "body=" not in text
    assert "/timeline?body=172090" in client.get(f"/{lang}/id/body/172090").text


def test_what_a_timeline_of_a_prefecture_sums_up_is_listed(client):
    found = re.findall(r'href="(/ja/id/plan/170003/[^"]*/value)"', client.get("/ja/timeline?body=170003").text)
    assert found
    for path in found:
        answer = client.get(path)
        assert answer.status_code == 200
        assert "/id/plan/170003/data/2020-03/value/11-target" in answer.text

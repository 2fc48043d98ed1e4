"""The application as a whole: headers, errors, health."""

import gc
import gzip
import re
import shutil
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import application
from flask import Response, abort

from keifu.dataset.stores import Store
from keifu.site.frame import kept
from keifu.sparql.answers import Memory

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def app(mini):
    """The application over the tiny dataset."""
    with application(mini) as app:
        yield app


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_site_below_a_path_that_the_proxy_takes_away(mini, proxies):
    prefix = "/lod" if proxies else ""
    with application(mini, proxies=proxies) as app:
        for path in ("/ja/", "/en/compare", "/ja/query", "/en/id/plan/990019/dx/1"):
            page = app.test_client().get(path, headers={**BROWSER, "X-Forwarded-Prefix": "/lod"})
            found = re.findall(r'(?:href|src|action|data-[a-z]+)="(/[^"]*)"', page.text)
            assert found
            assert {each for each in found if each.startswith("/lod/")} == (set(found) if proxies else set())
        led = app.test_client().get("/id/body/990019", headers={"Accept": "text/turtle", "X-Forwarded-Prefix": "/lod"})
        assert led.headers["Location"] == f"{prefix}/id/body/990019.ttl"


@pytest.mark.parametrize("path", ["/healthz", "/sparql", "/nowhere", "/static/keifu.css"])
def test_every_answer_has_the_headers_that_protect(client, path):
    with client.get(path) as answer:
        headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    own = ("style-src", "img-src", "script-src", "connect-src", "form-action")
    assert policy == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        **dict.fromkeys(own, "'self'"),
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers


def test_health_names_the_dataset(client, mini):
    manifest = Store.open(mini).manifest
    assert client.get("/healthz").json == {"alive": True, "dataset": manifest.version, "triples": manifest.triples}


@pytest.mark.parametrize(
    "path",
    [
        "/ja/",
        "/ja/search?q=申請",
        "/ja/names.json?q=申請",
        "/ja/compare",
        "/ja/learning",
        "/ja/timeline",
        "/ja/kpis",
        "/ja/id/body/990019",
        "/id/body/990019.jsonld",
        "/.well-known/void",
        "/sitemap.xml",
        "/feed.atom",
    ],
)
def test_a_dataset_is_freed_with_its_application(mini, tmp_path, path):
    shutil.copytree(mini, tmp_path / "dataset")
    with application(tmp_path / "dataset") as app:
        assert app.test_client().get(path).status_code == 200
        store = weakref.ref(app.extensions["keifu"].store)
    del app
    gc.collect()
    assert store() is None


def test_pages_are_kept_up_to_a_size_whoever_asks(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "keifu.pages", Memory(1_000_000))
    view = kept(lambda: Response("x" * 20_000))

    def ask(client):
        for number in range(200):
            with app.test_request_context(f"/ja/?x={client}-{number}"):
                assert len(view().data) == 20_000
                assert app.extensions["keifu.pages"].size <= 1_000_000

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [None] * 8


def test_a_page_is_made_once(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "keifu.pages", Memory(1_000_000))
    made = []
    view = kept(lambda: made.append(1) or Response("x"))
    for address in ("/ja/", "/ja/", "/en/"):
        with app.test_request_context(address):
            assert view().data == b"x"
    assert len(made) == 2


class TestErrors:
    @pytest.mark.parametrize(
        ("path", "accepted", "lang", "said"),
        [
            ("/nowhere", "ja", "ja", "/nowhere というページはありません"),
            ("/nowhere", "en", "en", "There is no page /nowhere"),
            ("/nowhere", "fr", "ja", "/nowhere というページはありません"),
            ("/ja/nowhere", "", "ja", "/ja/nowhere というページはありません"),
            ("/en/nowhere", "ja", "en", "There is no page /en/nowhere"),
            ("/ja/nowhere", "en", "ja", "/ja/nowhere というページはありません"),
            ("/東京", "en", "en", "There is no page /東京"),
            ("/ja//nowhere", "en", "ja", "/ja//nowhere というページ"),
        ],
    )
    def test_a_page_that_is_not_there(self, client, path, accepted, lang, said):
        answer = client.get(path, headers={"Accept-Language": accepted})
        assert (answer.status_code, answer.headers["Content-Language"]) == (404, lang)
        assert answer.content_type == "text/plain; charset=utf-8"
        assert said in answer.text

    def test_who_names_no_language_is_told_in_both(self, client):
        answer = client.get("/nowhere")
        assert answer.headers["Content-Language"] == "ja, en"
        ja, en = answer.text.splitlines()
        assert "/nowhere というページはありません" in ja
        assert "There is no page /nowhere" in en

    def test_as_a_page(self, client):
        answer = client.get("/en/<script>alert(1)</script>", headers=BROWSER)
        assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")
        assert '<html lang="en">' in answer.text
        assert "There is no page /en/&lt;script&gt;" in answer.text
        assert "<script>alert" not in answer.text

    def test_as_json(self, client):
        answer = client.get("/nowhere", headers={"Accept": "application/json"})
        assert answer.status_code == 404
        error = answer.json["error"]
        assert set(error) == {"status", "ja", "en", "id"}
        assert "/nowhere" in error["ja"]
        assert "/nowhere" in error["en"]

    @pytest.mark.parametrize("accept", ["image/png", "text/turtle", "*/*;q=0"])
    def test_as_text_for_who_takes_nothing_of_these(self, client, accept):
        answer = client.get("/nowhere", headers={"Accept": accept})
        assert (answer.status_code, answer.content_type) == (404, "text/plain; charset=utf-8")

    def test_a_method_that_the_address_does_not_take(self, client):
        answer = client.post("/healthz", headers={"Accept-Language": "en"})
        assert answer.status_code == 405
        assert answer.text == "/healthz does not take POST. Use GET.\n"
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}

    def test_what_flask_refuses_by_itself(self, client, app, monkeypatch):
        monkeypatch.setitem(app.view_functions, "health.alive", lambda: abort(400))
        answer = client.get("/healthz", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.text) == (
            400,
            "The request could not be read (Bad Request). Check its form.\n",
        )

    def test_a_redirect_stays_one(self, client):
        answer = client.get("/ja")
        assert (answer.status_code, answer.headers["Location"]) == (308, "http://localhost/ja/")

    @pytest.mark.parametrize("headers", [{}, BROWSER, {"Accept": "application/json"}])
    def test_a_failure_shows_a_number_and_nothing_of_the_inside(self, client, app, monkeypatch, headers, caplog):
        monkeypatch.setitem(app.view_functions, "health.alive", lambda: 1 / 0)
        answer = client.get("/healthz", headers={"Accept-Language": "en", **headers})
        assert answer.status_code == 500
        assert "report it with the id" in answer.text
        (number,) = re.findall(r'id"?: ?"?([0-9a-f]{8})\b', answer.text)
        assert "ZeroDivision" not in answer.text
        assert f"id={number} GET /healthz" in caplog.text
        assert "ZeroDivisionError" in caplog.text


def test_the_language_for_those_who_name_none_is_a_setting(mini):
    with application(mini, lang="en") as app:
        assert app.test_client().get("/nowhere").text.startswith("There is no page")
        assert "ありません" in app.test_client().get("/nowhere", headers={"Accept-Language": "ja"}).text


def test_importing_it_touches_nothing(tmp_path):
    code = "import keifu.app, threading, multiprocessing; print(threading.active_count(), multiprocessing.active_children())"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1 []\n"
    assert list(tmp_path.iterdir()) == []


class TestPacking:
    @pytest.mark.parametrize("path", ["/en/", "/api", "/.well-known/void", "/static/keifu.css"])
    def test_texts_are_packed_for_who_takes_it(self, client, path):
        with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": "br, gzip"}) as packed:
            assert packed.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(packed.data) == plain.data
            assert packed.content_length == len(packed.data) < len(plain.data)
            assert "Content-Encoding" not in plain.headers
            assert "Accept-Encoding" in packed.vary
            assert "Accept-Encoding" in plain.vary
            assert packed.headers.get("ETag") == plain.headers.get("ETag")

    def test_a_packed_page_that_is_known_is_not_sent_again(self, client):
        headers = {"Accept-Encoding": "gzip"}
        tag = client.get("/en/", headers=headers).headers["ETag"]
        again = client.get("/en/", headers={**headers, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert "Accept-Encoding" in again.vary

    def test_what_is_short_or_packed_already_is_not(self, client):
        headers = {"Accept-Encoding": "gzip"}
        assert "Content-Encoding" not in client.get("/healthz", headers=headers).headers
        with client.get("/dumps/keifu.nq.gz", headers=headers) as answer:
            assert "Content-Encoding" not in answer.headers

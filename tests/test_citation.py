"""How pages and results are cited, and that what is cited is found again."""

import html
import re
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keifu.errors import NotFound
from keifu.reading.citation import Citation, pack, unpack

LIMIT = 100_000


@given(st.text(st.characters(codec="utf-8")))
def test_a_packed_query_is_unpacked(query):
    code = pack(query)
    assert re.fullmatch(r"[\w-]*", code, re.ASCII)
    assert unpack(code, LIMIT) == query


@given(st.text(st.characters(codec="ascii")))
def test_what_is_no_packed_query_is_not_found(code):
    with suppress(NotFound):
        assert unpack(pack(unpack(code, LIMIT)), LIMIT) == unpack(code, LIMIT)


def test_a_packed_query_cannot_grow_beyond_the_limit():
    code = pack("x" * 1_000_000)
    assert len(code) < 2_000
    with pytest.raises(NotFound):
        unpack(code, LIMIT)


def test_bibtex_escapes_what_tex_would_read():
    found = Citation("50% & _x_ {y} \\z ~^#$", "keifu", "abc", "https://example.org/?a=1&b=%20", ("§1",))
    assert r'title = "{50\% \& \_x\_ \{y\} \textbackslash{}z \textasciitilde{}\textasciicircum{}\#\$}"' in found.bibtex
    assert "url = {https://example.org/?a=1&b=%20}" in found.bibtex
    assert found.bibtex.endswith("b=%20},\n")


def cited(client, path):
    """The block that says how a page is cited."""
    text = client.get(path, headers={"Accept": "text/html"}).text
    (block,) = re.findall(r'<details class="accordion cite".*?</details>', text, re.S)
    return html.unescape(block)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_thing_is_cited_by_its_iri_version_and_place(client, lang):
    block = cited(client, f"/{lang}/id/plan/172090/dx/1.0/initiative/2-1")
    assert "https://w3id.org/keifu/id/plan/172090/dx/1.0/initiative/2-1" in block
    assert block.count(client.application.extensions["keifu"].store.manifest.version) == 2
    assert {"ja": "行政サービスのオンライン化", "en": "Putting administrative services online"}[lang] in block
    assert {"ja": "出典: ", "en": "Sources: "}[lang] in block
    places = {"ja": "6-2、6-2-1、4", "en": "(published document), 6-2, 6-2-1, 4"}[lang]
    assert block.count(places) == 2
    assert re.search(r"@online\{keifu-[0-9a-f]{8},", block)
    # The day is the reader's: only a script knows it, and without one nothing is said of it.
    said = re.sub(r"<.*?>", "", block, flags=re.S)
    assert "閲覧" not in said
    assert "access" not in said
    assert "urldate" not in said
    assert said.rstrip().endswith("},\n}")


@pytest.mark.parametrize("path", ["/ja/lineage", "/en/quality", "/ja/views"])
def test_a_page_that_only_leads_on_is_cited_too(client, path):
    assert f"http://localhost{path}" in cited(client, path)


def test_any_other_page_is_cited_by_its_address(client):
    assert "http://localhost/en/municipalities" in cited(client, "/en/municipalities")
    assert "http://localhost/ja/municipalities?q=%E7%AA%93" in cited(client, "/ja/municipalities?q=窓")


def test_a_page_is_never_cited_by_the_name_that_another_client_used_for_the_host(client):
    for host in ("http://evil.example", "http://localhost"):
        page = client.get("/en/policies", base_url=host, headers={"Accept": "text/html"}).text
        assert f"<code>{host}/en/policies</code>" in page


def address_in(block):
    return urlsplit(re.search(r"<code>(.*?)</code>", block)[1])


def test_a_stored_query_is_cited_with_its_values_and_asked_again(client):
    plan = "https://w3id.org/keifu/id/plan/172103/dx/1"
    path = f"/ja/query?q=achievements&plan={plan}&run=1&view=chart&nonsense=1"
    place = address_in(cited(client, path))
    version = client.application.extensions["keifu"].store.manifest.version
    assert parse_qs(place.query) == {
        "q": ["achievements"],
        "plan": [plan],
        "view": ["chart"],
        "version": [version],
        "run": ["1"],
    }
    again = client.get(f"{place.path}?{place.query}", headers={"Accept": "text/html"})
    assert again.status_code == 200
    assert 'class="drawing chart"' in again.text


def test_a_typed_query_is_cited_by_a_short_address_that_leads_to_the_same(client):
    query = "SELECT ?city WHERE { ?city a <https://w3id.org/keifu/def#Municipality> } ORDER BY ?city LIMIT 3 # あ"
    path = client.application.url_map.bind("localhost").build(
        "querying.query", {"lang": "en", "query": query, "run": "1"}
    )
    place = address_in(cited(client, path))
    assert place.path.startswith("/en/q/")
    moved = client.get(f"{place.path}?{place.query}")
    assert moved.status_code == 303
    again = client.get(moved.headers["Location"], headers={"Accept": "text/html"})
    assert again.status_code == 200
    assert "札幌市" in again.text or "Sapporo" in again.text
    assert client.get("/en/q/nonsense").status_code == 404


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_version_that_is_gone_is_said_to_be_gone_and_nothing_else_takes_its_place(client, lang):
    answer = client.get(f"/{lang}/query?q=achievements&run=1&version=0123", headers={"Accept": "text/html"})
    assert answer.status_code == 410
    version = client.application.extensions["keifu"].store.manifest.version
    assert "0123" in answer.text
    assert version in answer.text
    assert "<table" not in answer.text
    assert f'href="/{lang}/query?q=achievements&amp;run=1#result"' in answer.text
    assert 'href="/catalogue.ttl"' in answer.text

"""A publisher's own address: things and graphs live under it, the vocabulary stays, and every query answers the same."""

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import serving
from crawling import RDF, Links, fetch

from keifu.dataset.files import Sources
from keifu.namespaces import HOME

OWN = "https://data.city.example.jp/"
LEFT = re.compile(rf"{HOME}(id|graph|catalogue)\b")
ROOT = Path(__file__).parents[1]


def keifu(folder, *words, base=OWN):
    """A command in a process of its own: the namespaces of a process are constants."""
    command = [Path(sys.executable).parent / "keifu", *words]
    environment = {**os.environ, "KEIFU_DATASET": str(folder), "KEIFU_BASE": base, "LC_ALL": "en_GB.UTF-8"}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=ROOT, check=False)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The folder with the dataset of the repository under the address of a publisher."""
    folder = tmp_path_factory.mktemp("own")
    done = keifu(folder, "build")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def site(own, tmp_path_factory):
    with serving(own, tmp_path_factory.mktemp("log") / "log", base=OWN) as address:
        yield address


def test_the_dataset_says_the_same_of_other_iris(own, dataset):
    def quads(folder):
        return (folder / (folder / "current").read_text().strip() / "data.nq").read_text(encoding="utf-8")

    moved, before = quads(own), quads(dataset)
    assert not LEFT.search(moved)
    assert f"<{OWN}id/body/172090>" in moved
    assert f"<{HOME}def#Municipality>" in moved
    for space in ("id/", "graph/"):
        before = before.replace(f"<{HOME}{space}", f"<{OWN}{space}")
    assert sorted(moved.splitlines()) == sorted(before.splitlines())


@pytest.mark.parametrize(
    "path",
    [
        "ja/",
        "en/id/body/172090",
        "ja/id/plan/172090/dx/1.0",
        "en/id/plan/172090/dx/1.0/initiative/2-1",
        "ja/def/Kpi",
        "en/matrix",
        "en/query",
        "ja/query?q=achievements&run=1",
        "ja/search?q=RPA",
        "api",
        "sitemap.xml",
        "feed.atom",
        "context.jsonld",
        *(f"id/body/172090.{suffix}" for suffix in RDF),
        *(f"{document}.{suffix}" for document in ("catalogue", ".well-known/void") for suffix in RDF),
        "graph/national/laws",
    ],
)
def test_no_answer_names_the_old_address(site, path):
    status, _, body = fetch(f"{site}/{path}", "*/*")
    assert status == 200
    assert LEFT.findall(body.decode()) == []
    assert OWN in body.decode() or path.startswith(("ja/", "en/", "sitemap"))


def test_every_link_of_a_page_stays_on_the_site(site):
    _, _, body = fetch(f"{site}/en/id/plan/172090/dx/1.0/initiative/2-1")
    links = Links(f"{site}/en/id/plan/172090/dx/1.0/initiative/2-1", body.decode())
    assert not [each for each in links.found if each.startswith((OWN, HOME))]
    for address in set(links.within(f"{site}/en/id/")):
        assert fetch(address)[0] == 200, address


@pytest.mark.parametrize("path", Sources.find().queries, ids=lambda path: path.stem)
def test_every_query_answers_the_same(site, path):
    (written,) = (ROOT / "tests" / "answers").glob(f"{path.stem}.*")
    expected = written.read_text(encoding="utf-8")
    for space in ("id/", "graph/"):
        expected = expected.replace(HOME + space, OWN + space)
    _, _, body = fetch(f"{site}/api/queries/{written.name}")

    def rows(text):
        return sorted(csv.reader(io.StringIO(text)))

    assert rows(body.decode()) == rows(expected)


def test_the_endpoint_knows_the_new_addresses(site):
    query = f"ASK {{ GRAPH <{OWN}graph/national/laws> {{ <{OWN}id/law/503AC0000000035> ?p ?o }} }}"
    _, _, body = fetch(f"{site}/sparql?query={quote(query)}", "text/csv")
    assert body.strip() == b"true"


def test_a_query_file_is_asked_about_the_new_addresses(own):
    done = keifu(own, "query", "queries/achievements.rq", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 5


def test_a_dataset_of_another_base_is_not_served(own):
    from keifu.dataset.stores import Store
    from keifu.errors import UnusableInput

    with pytest.raises(UnusableInput, match=f"was built for {re.escape(OWN)}"):
        Store.open(own)


@pytest.mark.parametrize("base", ["x", "https://data.city.example.jp", "ftp://a/", "https://a b/", "https://a/?q/"])
def test_an_address_that_cannot_be_one_is_refused(tmp_path, base):
    done = keifu(tmp_path, "build", base=base)
    assert done.returncode == 2
    assert "KEIFU_BASE=" in done.stderr
    assert "Traceback" not in done.stderr

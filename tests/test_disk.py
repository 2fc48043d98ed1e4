"""A dataset on disk answers like the same dataset in memory."""

import json
import shutil
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psutil
import pyoxigraph as ox
import pytest
from conftest import serving, started
from crawling import fetch

from keifu.app import create_app
from keifu.dataset.files import Sources
from keifu.dataset.stores import Store, current
from keifu.disk import put
from keifu.namespaces import GRAPH, ID
from keifu.queries.queries import bind, read_query
from keifu.settings import Settings

PAGES = [
    "/ja/",
    "/en/id/body/172090",
    "/ja/id/plan/172090/dx/1.0",
    "/en/matrix",
    "/ja/procedures",
    "/en/systems",
    "/ja/search?q=%E7%AA%93%E5%8F%A3",
    "/en/id/plan/172090/dx/1.0/initiative/2-1",
]
DATA = ["/id/body/172090.nt", "/id/plan/172090/dx/1.0.nt", "/catalogue", "/.well-known/void"]
SERVE = "from keifu import serving, settings; serving.serve(settings.Settings.from_env(), 'en')"


@pytest.fixture(scope="module")
def disk(dataset, tmp_path_factory):
    """The folder with the dataset of the repository on disk."""
    folder = tmp_path_factory.mktemp("disk") / "store"
    put(current(dataset), folder)
    return folder


@pytest.fixture(scope="module")
def both(server, dataset, disk, tmp_path_factory):
    """The address of a service that holds the dataset in memory, and of one that reads it from the disk."""
    with serving(dataset, tmp_path_factory.mktemp("server") / "log", store=disk) as address:
        yield server, address


def get(address: str, path: str) -> str:
    """What a path answers, the address taken out."""
    with urlopen(Request(address + path, headers={"Accept": "application/n-triples, */*;q=0.5"})) as answer:
        return answer.read().decode().replace(address, "HERE")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_the_same(client, dataset, disk, path):
    app = create_app(Settings(dataset=dataset, store=disk), Store.open(dataset, disk=disk))
    memory, disk = (each.get(path) for each in (client, app.test_client()))
    assert (memory.status_code, memory.data) == (200, disk.data)


@pytest.mark.parametrize("path", DATA)
def test_data_are_the_same(both, path):
    memory, disk = (sorted(get(address, path).splitlines()) for address in both)
    assert memory == disk


@pytest.mark.parametrize("path", Sources.find().queries, ids=lambda path: path.stem)
def test_queries_answer_the_same(both, path):
    text = bind(read_query(path.read_text(encoding="utf-8"), path.name), {})
    query = urlencode({"query": text})
    accept = "text/tab-separated-values, application/n-triples"
    # What a query leaves unordered may come in any order.
    memory, disk = (sorted(fetch(f"{address}/sparql?{query}", accept)[2].splitlines()) for address in both)
    assert len(memory) > 1
    assert memory == disk


def test_it_is_opened_for_reading_only(dataset, disk):
    store = Store.open(dataset, disk=disk)
    assert len(store.quads) == store.manifest.triples
    with pytest.raises(RuntimeError, match="read-write"):
        store.quads.clear()


def test_it_is_written_once(dataset, disk):
    place = disk / current(dataset).name
    before = {path: path.stat().st_mtime_ns for path in place.iterdir()}
    put(current(dataset), disk)
    assert current(disk) == place
    assert {path: path.stat().st_mtime_ns for path in place.iterdir()} == before


def test_a_write_that_fails_leaves_nothing(tmp_path, mini):
    place = tmp_path / "0123456789abcdef"
    shutil.copytree(current(mini), place)
    with (place / "data.nq").open("a") as file:
        file.write("no quad\n")
    with pytest.raises(SyntaxError):
        put(place, tmp_path / "disk")
    assert list((tmp_path / "disk").iterdir()) == []


def test_what_answers_reads_from_the_disk(mini, tmp_path):
    put(current(mini), tmp_path / "disk")
    with started(["-c", SERVE], tmp_path / "log", dataset=mini, store=tmp_path / "disk") as (process, port):
        query = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
        assert int(
            json.loads(get(f"http://127.0.0.1:{port}", f"/sparql?{query}"))["results"]["bindings"][0]["n"]["value"]
        )
        processes = psutil.Process(process.pid).children(recursive=True)
        reading = [
            any(Path(file.path).is_relative_to(tmp_path) and file.path.endswith(".sst") for file in each.open_files())
            for each in processes
        ]
    # The web process and the one that runs queries; the one that forks it opens nothing.
    assert reading.count(True) == 2


def test_a_store_of_many_files_is_read_to_its_end(dataset, tmp_path):
    """The engine opens some files with the store, the others where a query needs them."""
    place = current(dataset)
    lines = (place / "data.nq").read_bytes().splitlines(keepends=True)
    (tmp_path / "disk").mkdir()
    many = ox.Store(str(tmp_path / "disk" / place.name))
    # A file of a single quad lies beside the others in each index: none is merged with another while we look.
    for part in (*lines[:6], b"".join(lines[6:])):
        many.bulk_load(part, format=ox.RdfFormat.N_QUADS)
    del many
    (tmp_path / "disk" / "current").write_text(place.name)
    assert len(list((tmp_path / "disk" / place.name).glob("*.sst"))) > 20
    with serving(dataset, tmp_path / "log", store=tmp_path / "disk") as address:
        city, graph = f"<{ID}body/172090>", f"GRAPH <{GRAPH}municipality/172090-kahoku/dx-1.0>"
        for pattern in ("?s a ?o", f"{city} ?p ?o", f"?s ?p {city}"):
            for where in (pattern, f"{graph} {{ {pattern} }}"):
                get(address, "/sparql?" + urlencode({"query": f"SELECT (COUNT(*) AS ?n) {{ {where} }}"}))


def test_queries_from_the_disk_end_at_their_limits(mini, tmp_path):
    put(current(mini), tmp_path / "disk")
    crossed = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9))
    with serving(mini, tmp_path / "log", store=tmp_path / "disk", query_seconds=0.5) as address:
        for text in (f"SELECT (COUNT(*) AS ?n) {{ {crossed} }}", f"SELECT * {{ {crossed} }} ORDER BY ?a0"):
            with pytest.raises(HTTPError, match="503"):
                get(address, "/sparql?" + urlencode({"query": text}))
        assert "bindings" in get(address, "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 3 #1"}))

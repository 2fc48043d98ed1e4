"""Comunica, which plans queries itself and asks an endpoint for the parts, gets what the endpoint gives when asked directly."""

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

import pyoxigraph as ox
import pytest
from conftest import serving

from keifu.dataset.stores import Store

HERE = Path(__file__).parent
PINNED = HERE / "assets" / "comunica"
VERSION = json.loads((PINNED / "package.json").read_text(encoding="utf-8"))["dependencies"]["@comunica/query-sparql"]
CACHE = HERE / ".cache" / f"comunica-{VERSION}"

PREFIXES = """\
PREFIX keifu: <https://w3id.org/keifu/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
SELECTS = {
    "pattern": "SELECT ?s ?name { ?s a keifu:Initiative ; skos:prefLabel ?name }",
    "filter": 'SELECT ?name { ?s a keifu:Initiative ; skos:prefLabel ?name FILTER(LANG(?name) = "ja" && CONTAINS(?name, "窓口")) }',
    "optional": "SELECT ?s ?upper { ?s a keifu:Initiative OPTIONAL { ?s keifu:addresses ?upper . ?upper a keifu:PriorityItem } }",
    "path": "SELECT ?s ?upper { ?s keifu:addresses/skos:prefLabel ?upper }",
    "count": "SELECT ?type (COUNT(?s) AS ?n) { ?s a ?type } GROUP BY ?type",
    "nothing": "SELECT ?s { ?s a keifu:Nothing }",
}
ASKS = {"yes": "ASK { ?s a keifu:Initiative }", "no": "ASK { ?s a keifu:Nothing }"}
CONSTRUCTS = {
    "construct": "CONSTRUCT { ?s skos:prefLabel ?name } { ?s a keifu:PriorityItem ; skos:prefLabel ?name }",
}
QUERIES = {name: PREFIXES + query for name, query in {**SELECTS, **ASKS, **CONSTRUCTS}.items()}

spec = importlib.util.spec_from_file_location("assets", HERE.parent / "scripts" / "assets.py")
assets = importlib.util.module_from_spec(spec)
spec.loader.exec_module(assets)


@pytest.fixture(scope="module")
def comunica() -> Path:
    """Where Comunica is, brought by npm (pinned in tests/assets/comunica/) if it is not there yet."""
    command = assets.npm()
    if command is None or shutil.which("node") is None:
        pytest.skip("no node and npm on the PATH, which bring and run Comunica")
    if not CACHE.is_dir():
        CACHE.parent.mkdir(exist_ok=True)
        folder = Path(mkdtemp(dir=CACHE.parent))
        trouble = assets.fetch(command, PINNED, folder)
        if trouble is not None:
            shutil.rmtree(folder)
            required = os.environ.get("KEIFU_REQUIRE_BROWSER") == "1"
            (pytest.fail if required else pytest.skip)(f"npm did not bring Comunica: {trouble}")
        folder.rename(CACHE)
    shutil.copy(PINNED / "ask.js", CACHE)
    return CACHE


@pytest.fixture(scope="module")
def answers(comunica, mini, tmp_path_factory) -> dict[str, str]:
    """What Comunica answers, by the name of the query."""
    with serving(mini, tmp_path_factory.mktemp("comunica") / "log") as address:
        done = subprocess.run(
            ["node", "ask.js", f"{address}/sparql"],
            cwd=comunica,
            input=json.dumps(list(QUERIES.values())),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    return dict(zip(QUERIES, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def small(mini) -> Store:
    """The same dataset, opened."""
    return Store.open(mini)


def rows(solutions: ox.QuerySolutions) -> list[list[str]]:
    """The solutions as texts, sorted, with the columns in the order of their names."""
    names = sorted(variable.value for variable in solutions.variables)
    return sorted([str(row[name]) for name in names] for row in solutions)


@pytest.mark.parametrize("name", SELECTS)
def test_select(answers, small, name):
    # Comunica adds a member of its own to the JSON, which the parser does not take.
    known = {member: json.loads(answers[name])[member] for member in ("head", "results")}
    given = rows(ox.parse_query_results(json.dumps(known), format=ox.QueryResultsFormat.JSON))
    assert given == rows(small.query(QUERIES[name]))
    assert bool(given) is (name != "nothing")


@pytest.mark.parametrize("name", ASKS)
def test_ask(answers, name):
    assert json.loads(answers[name])["boolean"] is (name == "yes")


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_construct(answers, small, name):
    given = {quad.triple for quad in ox.parse(answers[name], format=ox.RdfFormat.N_TRIPLES)}
    assert given == set(small.construct(QUERIES[name]))
    assert given

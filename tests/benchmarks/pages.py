"""How long the pages take and how much they weigh, each asked for the first time, without a server around them."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from flask.testing import FlaskClient
from tests.benchmarks.questions import WORDS

from keifu.dataset.stores import Store
from keifu.namespaces import ID, SPARQL_PREFIXES

MANY = 15
"""Pages of a kind."""
KINDS = {
    "a municipality": "Municipality",
    "a plan": "DxPlan",
    "an initiative": "Initiative",
    "a KPI": "Kpi",
    "a theme": "Theme",
    "a national item": "PriorityItem",
    "a law": "Law",
    "a prefecture": "Prefecture",
}
DRAWN = {
    "lineage of an initiative": ("an initiative", "/ja/lineage/{}"),
    "timeline of a city": ("a municipality", "/ja/timeline?body={}"),
    "KPIs of a city": ("a municipality", "/ja/kpis?body={}"),
    "compare on a theme": ("a theme", "/ja/compare?on={}"),
}
"""Views of one thing: of which kind, and their address for the path of the thing, for a city for its code."""
FIXED = {
    "home": "/",
    "municipalities": "/municipalities",
    "matrix": "/matrix",
    "procedures": "/procedures",
    "systems": "/systems",
    "lineage": "/lineage",
    "timeline": "/timeline",
    "compare": "/compare",
    "KPIs": "/kpis",
    "learning": "/learning",
    "quality": "/quality",
    "query": "/query",
    "vocabulary": "/def",
}


@dataclass(frozen=True)
class Page:
    """Pages of one kind."""

    median: float
    """In milliseconds, as is the longest."""
    longest: float
    weight: float
    """Of the heaviest, in kilobytes: the page itself, as it is before it is packed."""


def addresses(store: Store) -> Mapping[str, list[str]]:
    """What to ask for, by kind: no page twice."""
    random, found = Random(1), {}
    for name, kind in KINDS.items():
        rows = store.select(f"{SPARQL_PREFIXES} SELECT DISTINCT ?x {{ ?x a keifu:{kind} }} ORDER BY ?x")
        things = [row["x"].value.removeprefix(ID) for row in rows]
        found[name] = [f"/ja/id/{thing}" for thing in random.sample(things, min(MANY, len(things)))]
    for name, (kind, address) in DRAWN.items():
        things = [path.removeprefix("/ja/id/").removeprefix("body/") for path in found[kind]]
        found[name] = [address.format(thing) for thing in things]
    for name, path in FIXED.items():
        found[name] = [f"/{lang}{path}" for lang in ("ja", "en")]
    return found | {"search": [f"/ja/search?q={word}" for word in WORDS]}


def measure(client: FlaskClient, paths: Mapping[str, list[str]]) -> dict[str, Page]:
    """The figures, by kind; a page that is none is an error."""
    found = {}
    client.get("/ja/")  # what is read once is read before
    for name, asked in paths.items():
        seconds, weights = [], []
        for path in asked:
            begin = time.perf_counter()
            answer = client.get(path, headers={"Accept": "text/html"})
            weights.append(len(answer.data))
            seconds.append(time.perf_counter() - begin)
            assert answer.status_code == 200, (path, answer.status)
        found[name] = Page(statistics.median(seconds) * 1000, max(seconds) * 1000, max(weights) / 1000)
    return found

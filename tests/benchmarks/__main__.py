"""`make bench`: this service beside other SPARQL servers, on a synthetic nation, with the same questions, in one run on one machine.

Writes a table and a plot to tests/benchmarks/results/.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.error import HTTPError

from tests.benchmarks import pages
from tests.benchmarks.load import Figures, NoAnswer, measure
from tests.benchmarks.pages import Page
from tests.benchmarks.questions import Question, questions
from tests.benchmarks.report import Cost, cell, markdown, plot, weights
from tests.benchmarks.servers import Keifu, Server, servers

from keifu.app import create_app
from keifu.build import build
from keifu.dataset.files import Sources
from keifu.dataset.stores import Manifest, Store, current
from keifu.settings import Settings
from keifu.synth.nation import synth

RESULTS = Path(__file__).parent / "results"
CLIENTS = (1, 8)
PATIENCE = 20.0
"""Seconds that a request may take: the limit of this service for a public query."""


class Steps:
    """A Progress that keeps the time of the steps of a build."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.step, self.begin = "", time.perf_counter()

    def __call__(self, _ja: str, en: str) -> None:
        now = time.perf_counter()
        self.seconds[self.step] = self.seconds.get(self.step, 0.0) + now - self.begin
        self.step, self.begin = en.split(" ", 1)[0], now


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def make(cities: int, folder: Path) -> tuple[Sources, Path, list[str], float]:
    """The nation, its quads, what there is to say of them, and the seconds of the build."""
    tree, steps = Sources(folder / "nation"), Steps()
    written = timed(lambda: synth(Sources.find(), tree.root, cities, 1))
    built = timed(lambda: build(tree, folder / "dataset", steps))
    steps("", "")
    place = current(folder / "dataset")
    assert place is not None
    triples = Manifest.read(place / "manifest.json").triples
    facts = [
        f"{date.today()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        f"{cities:,} synthetic plans beside the real data: {triples:,} triples, written in {written:.1f} s",
        f"build {built:.1f} s, of which reading {steps.seconds['reading']:.1f} s, a search for triples in two files"
        f" {steps.seconds['looking']:.1f} s; then, while a process of its own checks the shapes, deriving"
        f" {steps.seconds['deriving']:.1f} s, writing {steps.seconds['writing']:.1f} s, indexing"
        f" {steps.seconds['indexing']:.1f} s, and {steps.seconds['checking']:.1f} s more until they are checked",
        "keifu's taking in is the build; it reads what it built, and rdflib-endpoint all of it, at each start",
        "keifu keeps answers: what it is asked again, it does not work out again",
        f"no answer in {PATIENCE:g} s, the limit of this service for a public query, ends a measurement",
    ]
    return tree, place / "data.nq", facts, built


def ask(server: Server, question: Question, seconds: float, expected: dict[str, int]) -> list[Figures | NoAnswer]:
    """One question to a running server, for each number of clients; what is not answered once is not asked again.

    What is to be asked again and again is asked once before, outside of the measurement. The first server that
    answers says how many rows there are; another number is no answer.
    """
    try:
        for text in question.texts[-1:] if question.once else question.texts:
            rows = server.rows(text, PATIENCE)
    except HTTPError as error:
        return [NoAnswer(error.code)] * len(CLIENTS)
    except OSError:
        return [NoAnswer(f"> {PATIENCE:g} s")] * len(CLIENTS)
    if rows != expected.setdefault(question.name, rows):
        return [NoAnswer(f"{rows} rows, not {expected[question.name]}")] * len(CLIENTS)
    found: list[Figures | NoAnswer] = []
    for run, clients in enumerate(CLIENTS):
        paths = map(server.url, question.run(run, len(CLIENTS)))
        try:
            found.append(measure(server.port, paths, clients, seconds, PATIENCE))
        except NoAnswer as reason:
            found.append(reason)
    return found


def compare(
    server: Server,
    built: float,
    *,
    asked: list[Question],
    seconds: float,
    expected: dict[str, int],
    cells: dict[tuple[str, str, int], Figures | NoAnswer],
) -> Cost:
    """Measure one server with all questions, into `cells`; what it costs to have it."""
    load = timed(server.load) + (built if isinstance(server, Keifu) else 0)
    with server.serving() as running:
        for question in asked:
            for clients, figures in zip(CLIENTS, ask(server, question, seconds, expected), strict=True):
                cells[question.name, server.name, clients] = figures
                print(f"{server.name:16} {question.name:32} {clients:2}  {cell(figures)}", flush=True)
        cost = Cost(load, running.start, running.memory())
    print(f"{server.name:16} {cost}", flush=True)
    return cost


def walk(dataset: Path) -> dict[str, Page]:
    """The pages, without a server."""
    store = Store.open(dataset)
    app = create_app(Settings(dataset=dataset), store)
    return pages.measure(app.test_client(), pages.addresses(store))


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--cities", type=int, default=1741, help="size of the nation (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree, data, facts, built = make(options.cities, folder)
        print("\n".join(facts), flush=True)
        asked = questions(tree, len(CLIENTS))
        costs: dict[str, Cost] = {}
        expected: dict[str, int] = {}
        cells: dict[tuple[str, str, int], Figures | NoAnswer] = {}
        for server in servers(data, folder):
            try:
                costs[server.name] = compare(
                    server, built, asked=asked, seconds=options.seconds, expected=expected, cells=cells
                )
            except (OSError, RuntimeError) as error:
                # The figures of the others are worth keeping; this server has none.
                print(f"{server.name}: left out: {error}", flush=True)
                cells = {key: figures for key, figures in cells.items() if key[1] != server.name}
        walked = walk(folder / "dataset")
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"nation-{options.cities}"
    table = markdown(facts, costs, cells, CLIENTS) + weights(walked)
    target.with_suffix(".md").write_text(table, encoding="utf-8")
    title = f"Requests in a second, {CLIENTS[-1]} clients, {options.cities:,} plans"
    plot(title, cells, CLIENTS[-1], target.with_suffix(".svg"))
    print(f"\n{table}\n{target}.md, {target}.svg")


if __name__ == "__main__":
    main()

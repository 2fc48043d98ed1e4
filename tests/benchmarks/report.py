"""The figures as tables in Markdown and as a plot in SVG, its text as paths."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib import pyplot
from tests.benchmarks.load import Figures, NoAnswer
from tests.benchmarks.pages import Page

matplotlib.use("svg")

PEER = "Oxigraph server"
"""The one that the first is measured by."""

Cells = Mapping[tuple[str, str, int], Figures | NoAnswer]
"""By question, server and number of clients."""


@dataclass(frozen=True)
class Cost:
    """What it costs to have a server."""

    load: float
    """Seconds to take in the dataset."""
    start: float
    """Seconds from the start to the first answer."""
    memory: float
    """Gigabytes after all questions."""


def short(number: float) -> str:
    """A number with three digits that count."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def cell(figures: Figures | NoAnswer) -> str:
    """Median and 99th percentile in milliseconds, requests in a second; or why there are none."""
    if isinstance(figures, NoAnswer):
        return str(figures)
    return f"{short(figures.median)} / {short(figures.p99)} ms, {short(figures.rate)}/s"


def markdown(facts: Sequence[str], costs: Mapping[str, Cost], cells: Cells, clients: Sequence[int]) -> str:
    """The report: what was measured, then a table of costs and one for each number of clients."""
    names = list(costs)
    asked = list(dict.fromkeys(question for question, _, _ in cells))
    lines = ["# Figures", "", *(f"- {fact}" for fact in facts), ""]
    lines += ["| server | take in | start | memory |", "|---|---|---|---|"]
    lines += [f"| {name} | {c.load:.1f} s | {c.start:.1f} s | {c.memory:.2f} GB |" for name, c in costs.items()]
    for number in clients:
        lines += ["", f"Median / 99th percentile, requests in a second; {number} client{'s' * (number > 1)}:", ""]
        lines += [f"| question | {' | '.join(names)} | {names[0]} : {PEER} |", "|---|" + "---|" * (len(names) + 1)]
        for q in asked:
            told = [cell(cells[q, name, number]) for name in names]
            lines.append(f"| {q} | {' | '.join(told)} | {ratio(cells, q, names[0], PEER, number)} |")
    return "\n".join(lines) + "\n"


def weights(pages: Mapping[str, Page]) -> str:
    """The table of the pages."""
    lines = ["", "Pages asked for the first time, one after another, without a server; the heaviest of each kind:", ""]
    lines += ["| page | median | longest | weight |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {short(p.median)} ms | {short(p.longest)} ms | {p.weight:,.0f} kB |" for name, p in pages.items()
    ]
    return "\n".join(lines) + "\n"


def plot(title: str, cells: Cells, clients: int, path: Path) -> None:
    """Requests in a second as bars on a logarithmic axis, question by question; the first with how it compares with PEER."""
    asked = list(dict.fromkeys(question for question, _, _ in cells))
    names = list(dict.fromkeys(name for _, name, _ in cells))
    figure, axes = pyplot.subplots(figsize=(10, 0.17 * len(asked) * (len(names) + 1)), layout="constrained")
    for number, name in enumerate(names):
        rates = [each.rate if isinstance(each := cells[q, name, clients], Figures) else math.nan for q in asked]
        places = [row + (number + 0.5) / (len(names) + 1) for row in range(len(asked))]
        bars = axes.barh(places, rates, 0.9 / (len(names) + 1), label=name)
        axes.bar_label(bars, [label(cells, q, name, names[0], clients) for q in asked], padding=3, fontsize=7)
    said = f"requests in a second; in brackets: how many times the rate of {PEER}"
    axes.set(title=title, xscale="log", xlabel=said)
    axes.set_yticks([row + len(names) / 2 / (len(names) + 1) for row in range(len(asked))], asked)
    axes.invert_yaxis()
    axes.margins(x=0.12, y=0.01)
    figure.legend(loc="outside upper center", ncols=len(names))
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def label(cells: Cells, question: str, name: str, first: str, clients: int) -> str:
    """What stands at a bar: the rate, at that of the first server with how many times that of PEER it is."""
    own = cells[question, name, clients]
    if isinstance(own, NoAnswer):
        return ""
    times = ratio(cells, question, name, PEER, clients) if name == first else ""
    return f"{short(own.rate)} ({times})" if times else short(own.rate)


def ratio(cells: Cells, question: str, name: str, other: str, clients: int) -> str:
    """How many times the rate of another server one has; empty where one of them gave no answer."""
    own, beside = (cells.get((question, each, clients)) for each in (name, other))
    if not (isinstance(own, Figures) and isinstance(beside, Figures)):
        return ""
    return f"×{short(own.rate / beside.rate)}"

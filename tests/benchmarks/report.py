"""The figures as a table in Markdown and as a plot in SVG."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.benchmarks.load import Figures, NoAnswer

Cells = Mapping[tuple[str, str, int], Figures | NoAnswer]
"""By question, server and number of clients."""
COLOURS = ("#264af4", "#c16800", "#197a4b", "#8843e1")
LEFT, WIDTH, BAR, GAP = 230, 620, 13, 16
"""Pixels: room for the questions, length of the axis, height of a bar, space between groups."""


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
        lines += ["| question | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
        lines += [f"| {q} | " + " | ".join(cell(cells[q, name, number]) for name in names) + " |" for q in asked]
    return "\n".join(lines) + "\n"


def svg(title: str, cells: Cells, clients: int) -> str:
    """Requests in a second as bars on a logarithmic axis, question by question."""
    asked = list(dict.fromkeys(question for question, _, _ in cells))
    names = list(dict.fromkeys(name for _, name, _ in cells))
    rates = [each.rate for (_, _, number), each in cells.items() if number == clients and isinstance(each, Figures)]
    low, high = math.floor(math.log10(min(rates))), math.ceil(math.log10(max(rates)))
    group = BAR * len(names) + GAP
    bottom = 70 + group * len(asked)

    def place(rate: float) -> float:
        return LEFT + WIDTH * (math.log10(rate) - low) / max(high - low, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 80}" height="{bottom + 40}"'
        ' font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="10" y="20" font-size="15" font-weight="bold">{escape(title)}</text>',
    ]
    for number, name in enumerate(names):
        parts.append(f'<rect x="{10 + 160 * number}" y="34" width="12" height="12" fill="{COLOURS[number]}"/>')
        parts.append(f'<text x="{27 + 160 * number}" y="45">{escape(name)}</text>')
    for power in range(low, high + 1):
        x, text = place(10.0**power), f"{10.0**power:,.12g}"
        parts.append(f'<line x1="{x:.1f}" y1="60" x2="{x:.1f}" y2="{bottom}" stroke="#ccc"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{text}</text>')
    for row, question in enumerate(asked):
        top = 66 + group * row
        parts.append(f'<text x="{LEFT - 10}" y="{top + group / 2:.1f}" text-anchor="end">{escape(question)}</text>')
        for number, name in enumerate(names):
            y, figures = top + BAR * number, cells[question, name, clients]
            end, text = LEFT, str(figures)
            if isinstance(figures, Figures):
                end, text = max(place(figures.rate), LEFT + 1), short(figures.rate)
                bar = f'x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR - 2}" fill="{COLOURS[number]}"'
                parts.append(f"<rect {bar}/>")
            parts.append(f'<text x="{end + 5:.1f}" y="{y + 10}" font-size="11">{escape(text)}</text>')
    return "\n".join([*parts, "</svg>", ""])

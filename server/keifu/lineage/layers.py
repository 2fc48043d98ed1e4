"""A layered drawing of a graph: which row each node stands in, in which order, and where.

Rows come from bands that the caller fixes; the order in each row comes from fast-sugiyama, which crosses few lines. It
takes all nodes for equally wide, so that the places are found here, for boxes and for lines that pass between them.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import count, pairwise
from statistics import fmean

from fast_sugiyama import from_edges
from fast_sugiyama.layout import flatten_positions

Edge = tuple[str, str]
"""Lower node, upper node."""

BOX, GAP, LANE = 156, 12, 10
"""Width of a box, of the space between boxes, and of what a line that passes between them takes, in pixels."""

ROOM = 988
"""What a page is wide beside the names of the bands, in pixels: rows that cannot be narrower take more."""

WIDE = 5
"""Boxes in a row: as many as a page holds beside the lines that pass between them."""

PULL = {0: 1, 1: 2, 2: 8}
"""How strongly a tie pulls, by how many of its ends are places that a line passes: long lines become straight."""

SWEEPS = 8
"""Times that places are drawn towards their neighbours; further ones move nothing that can be seen."""


@dataclass(frozen=True)
class Layout:
    """Where everything stands: row 0 on top, x of the middle from 0 to `width`."""

    rows: dict[str, int]
    x: dict[str, float]
    routes: dict[Edge, tuple[tuple[int, float], ...]]
    """Row and x of each place where an edge passes a row between its nodes, from the lower one up."""
    width: float


def rows_of(bands: Mapping[str, int], edges: Iterable[Edge]) -> dict[str, int]:
    """The row of each node: below all that it leads to and every band above its own, where there is room.

    An edge that closes a circle is left out.
    """
    uppers: dict[str, list[str]] = {node: [] for node in bands}
    for lower, upper in edges:
        uppers[lower].append(upper)
    while True:
        try:
            order = list(TopologicalSorter(uppers).static_order())
            break
        except CycleError as found:
            upper, lower = found.args[1][:2]
            uppers[lower].remove(upper)
    places: dict[str, tuple[int, int]] = {}
    held: Counter[tuple[int, int]] = Counter()
    for node in order:
        over = [places[upper] for upper in uppers[node]]
        band = max([bands[node], *(place[0] for place in over)])
        first = max([step + 1 for at, step in over if at == band], default=0)
        places[node] = next((band, step) for step in count(first) if held[band, step] < WIDE)
        held[places[node]] += 1
    numbers = {place: number for number, place in enumerate(sorted(set(places.values())))}
    return {node: numbers[place] for node, place in places.items()}


def arrange(bands: Mapping[str, int], edges: Sequence[Edge], ways: Sequence[Sequence[str]]) -> Layout:
    """The layout of a connected graph: the first of the `ways` at the left edge, the others beside it in their order.

    A way is given by its nodes, from the lowest up.
    """
    rows = rows_of(bands, edges)
    chains: dict[Edge, list[str]] = {}
    level = dict(rows)
    for lower, upper in edges:
        low, high = sorted((rows[lower], rows[upper]), reverse=True)
        passed = range(low - 1, high, -1) if rows[lower] > rows[upper] else range(high + 1, low)
        chains[lower, upper] = [lower, *(f"{lower} {upper} {row}" for row in passed), upper]
        level |= {f"{lower} {upper} {row}": row for row in passed}
    # Every edge now spans one row, so that the library has no choice of rows left.
    short = [
        (one, other) if level[one] < level[other] else (other, one)
        for chain in chains.values()
        for one, other in pairwise(chain)
    ]
    near: dict[str, list[str]] = defaultdict(list)
    for upper, lower in short:
        near[upper].append(lower)
        near[lower].append(upper)
    # The library goes through a set of the nodes: numbers have the same order in every process, texts have not.
    number = {node: place for place, node in enumerate(level)}
    found = from_edges(sorted((number[upper], number[lower]) for upper, lower in short), vertex_spacing=BOX)
    at = {node: place[0] for node, place in flatten_positions(found)}
    rank: dict[str, int] = {}
    for place, way in enumerate(ways):
        for node in (*way, *(node for edge in pairwise(way) for node in chains[edge])):
            rank.setdefault(node, place)
    order: dict[int, list[str]] = defaultdict(list)
    for node in sorted(level, key=lambda node: (rank.get(node, len(ways)), at[number[node]], node)):
        order[level[node]].append(node)
    wide = {node: BOX + GAP if node in rows else LANE for node in level}
    x = settle(order, near, wide, {node for node, place in rank.items() if place == 0})
    return Layout(
        rows=rows,
        x={node: x[node] for node in rows},
        routes={edge: tuple((level[node], x[node]) for node in chain[1:-1]) for edge, chain in chains.items()},
        width=max(x[node] + wide[node] / 2 for node in x),
    )


def settle(
    order: Mapping[int, Sequence[str]],
    near: Mapping[str, Sequence[str]],
    wide: Mapping[str, float],
    first: Container[str],
) -> dict[str, float]:
    """Places near those of the neighbours, `first` at the left edge; row by row, down and up again."""
    x: dict[str, float] = {}
    for nodes in order.values():
        x |= dict(zip(nodes, spaced([0] * len(nodes), [wide[node] for node in nodes], 0, ROOM), strict=True))
    down = sorted(order)
    for _ in range(SWEEPS):
        for row in (*down, *reversed(down)):
            nodes = order[row]
            wanted = [
                0
                if node in first
                else fmean(
                    [x[other] for other in near[node]],
                    [PULL[(wide[node] == LANE) + (wide[other] == LANE)] for other in near[node]],
                )
                for node in nodes
            ]
            x |= dict(zip(nodes, spaced(wanted, [wide[node] for node in nodes], 0, ROOM), strict=True))
    return x


def spaced(wanted: Sequence[float], widths: Sequence[float], left: float, right: float) -> list[float]:
    """The places nearest to those wanted (least squares) that keep order, distance and, with enough room, the bounds.

    Pooled adjacent violators; what a bound cuts off stands at the bound.
    """
    offsets = [0.0]
    for one, other in pairwise(widths):
        offsets.append(offsets[-1] + (one + other) / 2)
    blocks: list[tuple[float, int]] = []
    for place, offset in zip(wanted, offsets, strict=True):
        mean, size = place - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, number = blocks.pop()
            mean, size = (before * number + mean * size) / (number + size), number + size
        blocks.append((mean, size))
    lowest, highest = left + widths[0] / 2, right - widths[-1] / 2 - offsets[-1]
    settled = [max(lowest, min(mean, highest)) for mean, size in blocks for _ in range(size)]
    return [place + offset for place, offset in zip(settled, offsets, strict=True)]

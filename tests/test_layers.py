"""Rows, order and places of a layered drawing, on any graph."""

import itertools
import os
import subprocess
import sys
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from keifu.lineage.layers import BOX, GAP, LANE, ROOM, WIDE, arrange, rows_of, spaced


@st.composite
def graphs(draw):
    """Bands, and edges from a later node to an earlier one, all connected."""
    count = draw(st.integers(2, 14))
    bands = {f"n{number}": draw(st.integers(0, 4)) for number in range(count)}
    edges = {(f"n{number}", f"n{draw(st.integers(0, number - 1))}") for number in range(1, count)}
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] > pair[1])
    edges |= {(f"n{lower}", f"n{upper}") for lower, upper in draw(st.lists(pairs, max_size=12))}
    return bands, sorted(edges)


@given(graphs())
def test_every_node_stands_below_what_it_leads_to_and_no_row_is_too_wide(graph):
    bands, edges = graph
    rows = rows_of(bands, edges)
    assert all(rows[lower] > rows[upper] for lower, upper in edges)
    assert set(rows.values()) == set(range(max(rows.values()) + 1))
    assert all(list(rows.values()).count(row) <= WIDE for row in rows.values())


def test_bands_are_kept_where_no_edge_forbids_it():
    edges = [("value", "kpi"), ("kpi", "plan"), ("plan", "act"), ("kpi", "act")]
    rows = rows_of({"act": 0, "plan": 4, "kpi": 7, "value": 8}, edges)
    assert rows == {"act": 0, "plan": 1, "kpi": 2, "value": 3}
    assert rows_of({"policy": 1, "act": 0, "other": 0}, [("act", "policy")]) == {"other": 0, "policy": 1, "act": 2}


def test_a_circle_loses_the_edge_that_closes_it():
    bands = dict.fromkeys("abc", 0)
    rows = rows_of(bands, [("a", "b"), ("b", "c"), ("c", "a")])
    assert sorted(rows.values()) == [0, 1, 2]
    layout = arrange(bands, [("a", "b"), ("b", "c"), ("c", "a")], [["a"]])
    assert set(layout.routes) == {("a", "b"), ("b", "c"), ("c", "a")}


@given(graphs())
def test_nothing_overlaps_and_every_line_passes_each_row_between_its_ends(graph):
    bands, edges = graph
    layout = arrange(bands, edges, [["n0"]])
    passing = {}
    for (lower, upper), route in layout.routes.items():
        assert [row for row, _ in route] == list(range(layout.rows[lower] - 1, layout.rows[upper], -1))
        for row, x in route:
            passing.setdefault(row, []).append((x, LANE))
    for row in set(layout.rows.values()):
        boxes = [(layout.x[node], BOX + GAP) for node, at in layout.rows.items() if at == row]
        placed = sorted(boxes + passing.get(row, []))
        for (left, first), (right, second) in itertools.pairwise(placed):
            assert right - left >= (first + second) / 2 - 0.01
        assert all(x - wide / 2 + 0.01 >= 0 and x + wide / 2 <= layout.width + 0.01 for x, wide in placed)
    # No wider than a page, unless a row cannot be narrower.
    needed = {row: LANE * len(passing.get(row, [])) for row in range(max(layout.rows.values()) + 1)}
    for row in layout.rows.values():
        needed[row] += BOX + GAP
    assert layout.width <= max(ROOM, *needed.values()) + 0.01


@given(graphs(), st.data())
def test_the_first_way_stands_at_the_left_edge_and_further_ones_next_to_it(graph, data):
    bands, edges = graph
    uppers = {node: sorted(upper for lower, upper in edges if lower == node) for node in bands}
    first = data.draw(st.sampled_from(sorted(bands)))
    ways = []
    for _ in range(2):
        way = [first]
        while uppers[way[-1]]:
            way.append(data.draw(st.sampled_from(uppers[way[-1]])))
        ways.append(way)
    layout = arrange(bands, edges, ways)
    assert {layout.x[node] for node in ways[0]} == {(BOX + GAP) / 2}
    assert all(x == LANE / 2 for edge in itertools.pairwise(ways[0]) for _, x in layout.routes[edge])
    for node in set(ways[1]) - set(ways[0]):
        peers = [other for other, row in layout.rows.items() if row == layout.rows[node]]
        left = {other for other in peers if layout.x[other] < layout.x[node]}
        assert left <= {*ways[0], *ways[1]}


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(1, 300)), min_size=1, max_size=12))
def test_places_keep_their_distance_and_move_no_further_than_they_must(pairs):
    wanted, widths = [place for place, _ in pairs], [width for _, width in pairs]
    found = spaced(wanted, widths, -inf, inf)
    steps = [(left + right) / 2 for left, right in itertools.pairwise(widths)]
    assert all(found[n + 1] - found[n] >= step - 1e-6 for n, step in enumerate(steps))
    # Where what is wanted is far enough apart already, nothing moves.
    apart = [sum(steps[:n]) + 5 * n for n in range(len(widths))]
    assert all(abs(one - other) < 1e-6 for one, other in zip(spaced(apart, widths, -inf, inf), apart, strict=True))


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(1, 300)), min_size=1, max_size=12), st.floats(0, 1e4))
def test_places_keep_within_their_bounds_and_begin_at_the_left_where_there_is_no_room(pairs, spare):
    wanted, widths = [place for place, _ in pairs], [width for _, width in pairs]
    found = spaced(wanted, widths, 0, sum(widths) + spare)
    assert found[0] - widths[0] / 2 >= -1e-6
    assert found[-1] + widths[-1] / 2 <= sum(widths) + spare + 1e-6
    assert spaced(wanted, widths, 0, 0)[0] == widths[0] / 2


def test_the_drawing_is_the_same_in_every_process():
    code = (
        "from keifu.lineage.layers import arrange;"
        "print(arrange({n: 0 for n in 'abcdefg'}, [('b','a'),('c','a'),('d','a'),('e','b'),('e','d'),('f','c'),('g','e'),('g','c')], [['g', 'c', 'a']]))"
    )
    said = {
        subprocess.check_output(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1

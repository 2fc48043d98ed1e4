"""The tile map of Japan: one square a prefecture, near where it lies."""

from collections.abc import Iterable

from keifu.learning.lessons import Prefecture, Tile

SIDE = 64
"""Side of a square with the space around it, in pixels."""
STEPS = (1, 2, 4, 8)
"""Cases from which on a square is darker."""

PLACES = (
    *((12, 0), (12, 2), (12, 3), (12, 4), (11, 3), (11, 4), (11, 5)),
    *((12, 6), (11, 6), (10, 6), (10, 7), (12, 7), (11, 7), (10, 8)),
    *((10, 5), (9, 5), (8, 5), (7, 6), (9, 7), (9, 6)),
    *((8, 6), (9, 8), (8, 8), (7, 9)),
    *((8, 7), (7, 7), (6, 8), (6, 7), (7, 8), (6, 9)),
    *((5, 7), (4, 7), (5, 8), (4, 8), (3, 8)),
    *((5, 11), (5, 10), (4, 10), (4, 11)),
    *((1, 9), (0, 9), (0, 10), (1, 10), (2, 9), (2, 10), (1, 11), (0, 12)),
)
"""Column and row of each prefecture, by its number from 1 (北海道) to 47 (沖縄県)."""

COLUMNS, ROWS = (max(place[axis] for place in PLACES) + 1 for axis in (0, 1))


def tiles(prefectures: Iterable[Prefecture]) -> tuple[Tile, ...]:
    """The squares of the prefectures."""
    found = []
    for each in prefectures:
        column, row = PLACES[int(each.number) - 1]
        label = each.body.label
        name = label.value.split()[0] if label.lang == "en" else label.value
        shade = sum(each.cases >= step for step in STEPS)
        found.append(Tile(each, name, column * SIDE, row * SIDE, shade))
    return tuple(found)

"""A lineage drawn: boxes with wrapped names, lines with names of their own, stretches of rows by kind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import fmean

from rich.console import Console
from rich.text import Text

from keifu.language import messages
from keifu.lineage.bands import names_of_bands
from keifu.lineage.diagram import Arrow, Band, Box, Kin, Line, Pedigree, Sketch, Tag, Tie
from keifu.lineage.layers import BOX, Edge, Layout, arrange
from keifu.lineage.relations import STRENGTH, weakness
from keifu.namespaces import DEF
from keifu.reading.widths import cut

MARGIN = 8
GUTTER = 84
"""Space at the left for the names of the bands, so that no line runs through them."""
ABOVE = 54
"""Space over a row, where the lines pass."""
PAD, SMALL = 10, 11
"""Space in a box; size of its first line, which names the kind."""
LEADING = 18
LINES = 4
"""Most lines of a name."""
MEMBER = 26
"""Height of a line that can be followed: a finger has to hit it."""
STEP = 13
"""How much higher every other name of lines stands, where they are many."""

CROWDED = {"ja": 3, "en": 2}
"""Names of lines that find room beside each other over a box."""

COLUMNS = {"ja": 20, "en": 18}
"""Letters in a line of a box, full-width ones counted twice; Latin letters are wider than half of those."""
NAMED = 14
"""Letters in a line of the name of a band."""

CONSOLE = Console()
"""What rich wraps texts for: it knows how wide letters are."""


def names_of_relations(lang: str) -> Mapping[str, str]:
    """What the upward relations are called where there is little room."""
    _ = messages(lang).gettext
    short = {
        "basedOn": _("根拠"),
        "implements": _("具体化"),
        "refines": _("上位計画"),
        "addresses": _("対応する"),
        "alignedWith": _("整合"),
        "partOf": _("所属"),
        "editionOf": _("属する系列"),
        "monitors": _("進捗"),
        "valueOf": _("対象のKPI"),
        "usedIn": _("利用"),
        "deliveredBy": _("実現"),
    }
    return {DEF + name: text for name, text in short.items()}


def wrapped(text: str, lang: str, lines: int = LINES) -> tuple[str, ...]:
    """A text in lines as wide as a box; what is beyond `lines` is cut with …"""
    found = [str(line).strip() for line in Text(text).wrap(CONSOLE, COLUMNS[lang])]
    if len(found) <= lines:
        return tuple(found)
    return (*found[: lines - 1], cut(found[lines - 1], COLUMNS[lang]))


@dataclass(frozen=True)
class Grid:
    """The boxes at their places."""

    left: float
    """Where the layout begins."""
    layout: Layout
    boxes: Mapping[str, Box]
    tops: list[float]
    heights: list[float]
    """Of each row."""

    def toward(self, edge: Edge) -> float:
        """Where a line goes first."""
        route = self.layout.routes[edge]
        return self.left + (route[0][1] if route else self.layout.x[edge[1]])

    def origin(self, edge: Edge) -> float:
        """Where a line comes from last."""
        route = self.layout.routes[edge]
        return self.left + (route[-1][1] if route else self.layout.x[edge[0]])


def sketch(page: Pedigree, lang: str) -> Sketch:
    """The drawing of a lineage that has ties."""
    shown = {key: kin for key, kin in page.kin.items() if key not in page.hidden}
    ties = {(tie.lower, tie.upper): tie for tie in page.ties if tie.upper not in page.hidden}
    ways = [[page.iri, *(step.link.iri for step in chain.steps)] for chain in page.chains] or [[page.iri]]
    grid = gridded(shown, arrange({key: kin.band for key, kin in shown.items()}, list(ties), ways), lang)
    starts, tags = departures(grid, ties, lang)
    return Sketch(
        width=grid.left + grid.layout.width + MARGIN,
        height=grid.tops[-1] + grid.heights[-1] + MARGIN,
        bands=tuple(stretches(grid, lang)),
        arrows=tuple(arrivals(grid, ties, starts)),
        tags=tuple(tags),
        boxes=tuple(sorted(grid.boxes.values(), key=lambda box: (box.y, box.x))),
    )


def gridded(kin: Mapping[str, Kin], layout: Layout, lang: str) -> Grid:
    """The boxes in rows, each row as high as its highest box."""
    boxes = {key: boxed(one, lang) for key, one in kin.items()}
    heights = [0.0] * (max(layout.rows.values()) + 1)
    for key, row in layout.rows.items():
        heights[row] = max(heights[row], boxes[key].height)
    tops = [MARGIN + ABOVE * (row + 1) + sum(heights[:row]) for row in range(len(heights))]
    left = MARGIN + (GUTTER if len({one.band for one in kin.values()}) > 1 else 0)
    placed = {
        key: replace(box, x=left + layout.x[key] - BOX / 2, y=tops[layout.rows[key]]) for key, box in boxes.items()
    }
    return Grid(left, layout, placed, tops, heights)


def boxed(kin: Kin, lang: str) -> Box:
    """A thing with its text, not yet at its place."""
    _, number = messages(lang).gettext, messages(lang).ngettext
    kind = kin.kind.label.value if kin.kind else _("ほか")
    lines = () if kin.count else wrapped(kin.link.label.value, lang)
    if kin.count:
        lines = (number("%(num)d件", "%(num)d件", kin.count) % {"num": kin.count},)
    top = PAD + SMALL + LEADING * len(lines)
    members = tuple(
        Line(text=wrapped(link.label.value, lang, 1)[0], iri=link.iri, y=top + MEMBER * (place + 1))
        for place, link in enumerate(kin.members)
    )
    return Box(
        kin=kin,
        x=0,
        y=0,
        width=BOX,
        height=top + MEMBER * len(members) + PAD,
        kind=wrapped(kind, lang, 1)[0],
        lines=lines,
        members=members,
    )


def departures(grid: Grid, ties: Mapping[Edge, Tie], lang: str) -> tuple[dict[Edge, float], list[Tag]]:
    """Where lines leave their boxes, those of the same name together; and the names."""
    words = names_of_relations(lang)
    leaving: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for edge, tie in ties.items():
        leaving[edge[0]][tie.relations[0].iri].append(edge)
    starts: dict[Edge, float] = {}
    tags = []
    for lower, groups in leaving.items():
        box = grid.boxes[lower]
        order = sorted(groups, key=lambda relation: fmean(map(grid.toward, groups[relation])))
        for place, relation in enumerate(order):
            x = box.x + BOX * (place + 0.5) / len(order)
            starts |= dict.fromkeys(groups[relation], x)
            high = STEP * (place % 2) if len(order) > CROWDED[lang] else 0
            tags.append(
                Tag(
                    text=words.get(relation, ties[groups[relation][0]].relations[0].label.value),
                    x=x,
                    y=box.y - 9 - high,
                    weak=weakness(relation) == len(STRENGTH),
                    weakest=any(ties[edge].weakest for edge in groups[relation]),
                )
            )
    return starts, tags


def arrivals(grid: Grid, ties: Mapping[Edge, Tie], starts: Mapping[Edge, float]) -> Iterator[Arrow]:
    """The lines, side by side where they reach a box."""
    arriving: dict[str, list[Edge]] = defaultdict(list)
    for edge in ties:
        arriving[edge[1]].append(edge)
    for upper, edges in arriving.items():
        box = grid.boxes[upper]
        step = min(14, BOX / (len(edges) + 1))
        for place, edge in enumerate(sorted(edges, key=grid.origin)):
            end = box.x + BOX / 2 + step * (place - (len(edges) - 1) / 2)
            passed = [(grid.left + x, grid.tops[row], grid.heights[row]) for row, x in grid.layout.routes[edge]]
            line = path((starts[edge], grid.boxes[edge[0]].y), [*passed, (end, box.y, box.height)])
            yield Arrow(tie=ties[edge], path=line)


def path(start: tuple[float, float], stops: list[tuple[float, float, float]]) -> str:
    """A line up from `start` past each stop, given as x, top and height: curves to its foot, straight on to its top."""
    x, y = start
    said = [f"M{x:.0f} {y:.0f}"]
    for place, (next_x, top, height) in enumerate(stops):
        foot = top + height
        middle = (y + foot) / 2
        said.append(f"C{x:.0f} {middle:.0f} {next_x:.0f} {middle:.0f} {next_x:.0f} {foot:.0f}")
        if place < len(stops) - 1:
            said.append(f"V{top:.0f}")
        x, y = next_x, top
    return "".join(said)


def stretches(grid: Grid, lang: str) -> Iterator[Band]:
    """Rows of the same kinds, with the names of the kinds; none where all is of one."""
    if grid.left == MARGIN:
        return
    names = names_of_bands(lang)
    mark = messages(lang).gettext("・")
    rows = grid.layout.rows
    held = [
        mark.join(names[band] for band in sorted({grid.boxes[key].kin.band for key in rows if rows[key] == row}))
        for row in range(len(grid.tops))
    ]
    for name, found in groupby(range(len(held)), held.__getitem__):
        numbers = list(found)
        top = grid.tops[numbers[0]] - ABOVE
        # Names of several parts are broken between them.
        lines = [
            str(line).strip().replace("・ ", "・") for line in Text(name.replace("・", "・ ")).wrap(CONSOLE, NAMED)
        ]
        yield Band(lines=tuple(lines), y=top, height=grid.tops[numbers[-1]] + grid.heights[numbers[-1]] - top)

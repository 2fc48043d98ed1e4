"""The drawing of who learns from whom: two columns, ordered by fast-sugiyama so that few lines cross."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import fmean

from fast_sugiyama import from_edges

from keifu.language import Text, messages
from keifu.learning.lessons import Knot, Origin, Web
from keifu.reading.views import Link

WIDTH = 630
LEFT, RIGHT = 130, 250
"""Where lines leave the citing bodies and reach the cited ones, in pixels."""
ROW = 40
MANY = 40
"""Above this number of cited bodies those that one body alone cites are drawn as one."""
MOST = 50
"""From how many citing bodies on a drawing would tell nobody anything."""
THEMES = 3
"""Most themes named at a cited body."""


def weave(origins: Sequence[Origin], lang: str) -> Web | None:
    """The drawing; None where nobody cites, or MOST or more do."""
    cited = list(knots(origins, lang))
    left = {body.iri: body for _, citing in cited for body in citing}
    if not 0 < len(left) < MOST:
        return None
    # The same body may cite and be cited, so that the nodes of the right column are numbers.
    ties = [(body.iri, str(number)) for number, (_, citing) in enumerate(cited) for body in citing]
    parts = (sorted((place[0], str(node)) for node, place in part[0]) for part in from_edges(ties))
    right = [node for part in parts for _, node in part if node not in left]
    y = {node: ROW * (place + 0.5) for place, node in enumerate(right)}
    y |= between({iri: [y[node] for one, node in ties if one == iri] for iri in left})
    citing = [
        Knot(link=left[iri], lines=(left[iri].label.value,), x=LEFT, y=y[iri])
        for iri in sorted(left, key=y.__getitem__)
    ]
    return Web(
        width=WIDTH,
        height=max(y.values()) + ROW / 2,
        citing=tuple(citing),
        cited=tuple(sorted((replace(knot, y=y[str(n)]) for n, (knot, _) in enumerate(cited)), key=lambda knot: knot.y)),
        threads=tuple((curve(y[one], y[node]), cited[int(node)][0].shared) for one, node in ties),
    )


def between(reached: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Heights of the citing bodies: each in the middle of those that it cites, none on another."""
    found: dict[str, float] = {}
    last = -ROW / 2
    for iri in sorted(reached, key=lambda one: (fmean(reached[one]), one)):
        last = found[iri] = max(last + ROW, fmean(reached[iri]))
    return found


def curve(start: float, end: float) -> str:
    """A line from the left column to the right."""
    middle = (LEFT + RIGHT) / 2
    return f"M{LEFT + 10} {start:.0f}C{middle} {start:.0f} {middle} {end:.0f} {RIGHT - 10} {end:.0f}"


def knots(origins: Sequence[Origin], lang: str) -> Iterator[tuple[Knot, tuple[Link, ...]]]:
    """The right column, each with those that cite it."""
    alone: dict[Link, list[Origin]] = {}
    fold = len(origins) > MANY and len({body for each in origins for body in each.citing}) > 1
    for each in origins:
        if fold and len(each.citing) == 1:
            alone.setdefault(each.citing[0], []).append(each)
            continue
        names = [theme.label.value for theme in each.themes]
        comma = "、" if lang == "ja" else ", "
        lines = (each.body.label.value, comma.join(names[:THEMES]) + ("…" if len(names) > THEMES else ""))
        several, same = len(each.citing) > 1, bool(each.shared)
        yield Knot(link=each.body, lines=lines, x=RIGHT, y=0, shared=several, same=same), each.citing
    for body, found in alone.items():
        name = messages(lang).ngettext("ほか%(num)d団体", "ほか%(num)d団体", len(found)) % {"num": len(found)}
        link = Link(body.iri, Text(name, lang))
        yield Knot(link=link, lines=(name,), x=RIGHT, y=0, fold=body.iri[-6:]), (body,)

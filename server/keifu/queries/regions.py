"""An answer on the tile map of Japan: how many of its rows are about bodies in each prefecture."""

import re
from collections import Counter
from dataclasses import dataclass

import pyoxigraph as ox

from keifu.learning.tiles import COLUMNS, PLACES, ROWS, SIDE
from keifu.namespaces import ID
from keifu.queries.solutions import Solutions
from keifu.reading.facts import Facts
from keifu.reading.terms import RDF_TYPE
from keifu.reading.views import Link

OWNED = re.compile(rf"{re.escape(ID)}(?:body|plan)/(\d\d)\d{{4}}(?:/|$)")
"""What belongs to a body: the first two digits of its code are those of its prefecture."""

PREFECTURE = re.compile(rf"{re.escape(ID)}body/(\d\d)000\d$")

SHADES = 4


@dataclass(frozen=True)
class Region:
    """A prefecture on the map."""

    link: Link
    count: int
    shade: int
    """0 for no row, then 1 to 4."""
    x: int
    y: int


@dataclass(frozen=True)
class Regions:
    """The map; lengths in pixels."""

    column: str
    """The variable whose things are counted."""
    regions: tuple[Region, ...]
    width: int = COLUMNS * SIDE
    height: int = ROWS * SIDE
    side: int = SIDE


def regions(facts: Facts, solutions: Solutions) -> Regions | None:
    """The map of the first column whose things belong to municipalities or prefectures; None where there is none."""
    for column in solutions.things():
        terms = (term.value for term in solutions.column(column) if isinstance(term, ox.NamedNode))
        counts = Counter(found[1] for iri in terms if (found := OWNED.match(iri)))
        if counts:
            return Regions(column, drawn(facts, counts))
    return None


def drawn(facts: Facts, counts: Counter[str]) -> tuple[Region, ...]:
    """The prefectures at their places, darker where they have more rows."""
    facts.ask("prefectures", shown=False)
    facts.name()
    most = max(counts.values())
    found = []
    for iri in facts.subjects_of(RDF_TYPE):
        if number := PREFECTURE.match(iri):
            column, row = PLACES[int(number[1]) - 1]
            count = counts[number[1]]
            shade = -(-count * SHADES // most)
            found.append(Region(facts.link(iri), count, shade, column * SIDE, row * SIDE))
    return tuple(found)

"""What the pages on cited cases receive: who learns what from whom, and the drawings of it."""

from dataclasses import dataclass

from keifu.reading.views import Link, Place


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A body cites the example of another."""

    citing: Link
    case: Link
    themes: tuple[Link, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A body whose examples are cited."""

    body: Link
    lessons: tuple[Lesson, ...]
    """What is cited, the first of it where it is much."""
    count: int
    """How much is cited in all."""
    citing: tuple[Link, ...]
    """The bodies that cite it."""
    themes: tuple[Link, ...]
    """What they learn from it."""
    shared: tuple[tuple[Link, tuple[Lesson, ...], int], ...]
    """Themes on which several bodies learn from it, with the first of what they cite and how many they are."""


@dataclass(frozen=True)
class Filter:
    """Which cases a visitor asks for; what is empty leaves all."""

    theme: str = ""
    """The last part of the IRI of a theme."""
    citing: str = ""
    """The code of the body that cites."""
    prefecture: str = ""
    """The first two digits of the codes of the bodies cited."""


@dataclass(frozen=True, kw_only=True)
class Prefecture:
    """A prefecture with what it gives."""

    body: Link
    number: str
    """The first two digits of the codes in it."""
    cases: int
    """Cases of the prefecture and its cities that others cite."""
    plans: int
    """Plans for DX of its cities whose text is here."""


@dataclass(frozen=True, kw_only=True)
class Learning:
    """Who learns from whom."""

    origins: tuple[Origin, ...]
    """Those cited on the same theme by most bodies first."""
    count: int
    """How many there are in all."""
    cases: int
    stated: int
    """How many cases plans state at all, with those of the own body and of nobody who is named."""
    themes: tuple[tuple[Link, int], ...]
    """Themes with how many cases are on them."""
    citing: tuple[Link, ...]
    prefectures: tuple[Prefecture, ...]


@dataclass(frozen=True, kw_only=True)
class Knot:
    """A body at its place in the drawing, or several that one body alone cites; lengths in pixels."""

    link: Link
    lines: tuple[str, ...]
    x: float
    y: float
    shared: bool = False
    """Whether several cite it."""
    same: bool = False
    """Whether several do on the same theme."""
    fold: str = ""
    """The code of the body that alone cites what is folded here."""


@dataclass(frozen=True, kw_only=True)
class Web:
    """Citing bodies to the left, cited ones to the right, lines between them."""

    width: float
    height: float
    citing: tuple[Knot, ...]
    cited: tuple[Knot, ...]
    threads: tuple[tuple[str, bool], ...]
    """Data of SVG paths, and whether they lead to one that several cite."""


@dataclass(frozen=True)
class Tile:
    """A prefecture on the tile map; lengths in pixels."""

    prefecture: Prefecture
    name: str
    x: int
    y: int
    shade: int
    """0 for no case, then 1 to 4."""

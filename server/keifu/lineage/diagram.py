"""What the drawing of a lineage is made of: things with the ties between them, then boxes and lines at their places."""

from dataclasses import dataclass

from keifu.language import Text
from keifu.lineage.ascent import Chain
from keifu.reading.views import Link, Place


@dataclass(frozen=True, kw_only=True)
class Kin:
    """A thing of a lineage, or a fan of things folded to their number."""

    key: str
    """Its IRI; for a fan one made of what it hangs on."""
    link: Link
    """The thing; for a fan the thing above it, which shows it in full."""
    kind: Link | None
    """None for a fan of several kinds."""
    band: int
    """Where it stands between the law and the value (`bands.py`)."""
    leaf: bool = False
    """Whether it has no lineage of its own to go on to: a platform, which whole nations use."""
    count: int = 0
    """How many things a fan folds; 0 for a thing."""
    members: tuple[Link, ...] = ()
    """The things of a fan that is open, the first of them where there are many."""


@dataclass(frozen=True, kw_only=True)
class Tie:
    """A thing leads up to another."""

    lower: str
    upper: str
    """Keys of `Kin`."""
    relations: tuple[Link, ...]
    """How it does, strongest first."""
    way: bool = False
    """Whether it lies on the shortest way from the thing of the page to a law."""
    weakest: bool = False
    """Whether no relation on such a way is weaker."""
    place: Place | None = None
    """Where the source states the relation, or the lower thing."""
    qualified: bool = False
    """Whether that place is the relation's own."""


@dataclass(frozen=True, kw_only=True)
class Pedigree:
    """The lineage of a thing; without ties it has none."""

    iri: str
    title: Text
    crumbs: tuple[Link, ...]
    """What the thing belongs to, outermost first."""
    kin: dict[str, Kin]
    ties: tuple[Tie, ...]
    """From the thing upward, then downward."""
    hidden: frozenset[str]
    """Kin that stands in the table only: series that tie nothing else together."""
    chains: tuple[Chain, ...]
    """The shortest way to each law, nearest first."""

    @property
    def lowers(self) -> dict[str, list[Tie]]:
        """The ties of each thing that leads up."""
        found: dict[str, list[Tie]] = {}
        for tie in self.ties:
            found.setdefault(tie.lower, []).append(tie)
        return found


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a list in a box."""

    text: str
    iri: str
    y: float


@dataclass(frozen=True, kw_only=True)
class Box:
    """A thing at its place; lengths in pixels."""

    kin: Kin
    x: float
    y: float
    width: float
    height: float
    kind: str
    lines: tuple[str, ...]
    """The name, wrapped and cut."""
    members: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """A tie at its place."""

    tie: Tie
    path: str
    """Data of an SVG path, from the lower thing up."""


@dataclass(frozen=True, kw_only=True)
class Tag:
    """The name of the ties that leave a box together, in the middle at its place."""

    text: str
    x: float
    y: float
    weak: bool
    """Whether they are mere alignment (整合), the weakest relation."""
    weakest: bool


@dataclass(frozen=True, kw_only=True)
class Band:
    """A stretch of rows of one kind."""

    lines: tuple[str, ...]
    """Its name, wrapped."""
    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """A lineage drawn: things from the top to the bottom, left to right."""

    width: float
    height: float
    bands: tuple[Band, ...]
    arrows: tuple[Arrow, ...]
    tags: tuple[Tag, ...]
    boxes: tuple[Box, ...]

"""What the template of the side by side page receives: what each city states about one subject."""

from dataclasses import dataclass

from keifu.comparison.tables import Within
from keifu.kpis.measures import Measure
from keifu.language import Text
from keifu.reading.views import Item, Link, Place, Row


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that a city states about the subject."""

    item: Item
    parts: tuple[Item, ...]
    """The initiatives within it."""
    achievements: tuple[Item, ...]
    schedule: tuple[Item, ...]
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
    """What it names that others may name too: platforms, technologies, channels, policies."""
    sets: tuple[Within, ...]
    """The sets of procedures by which it speaks of the subject, where it does not name that itself."""
    place: Place | None

    @property
    def quantified(self) -> bool:
        """Whether a target of it is a number."""
        return any(measure.quantified for measure in self.measures)


@dataclass(frozen=True)
class Cell:
    """What one city states of one kind."""

    entries: tuple[Entry, ...]
    nested: int
    """How much more of the kind stands within the entries of other kinds."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One thing counted in each city, and whether the cities differ in it."""

    name: str
    counts: tuple[int, ...]

    @property
    def verdict(self) -> str:
        """`all`, `one`, `some` or `none` of the cities have any."""
        return verdict(self.counts)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Something that cities name, with the entries in which each does."""

    relation: Link
    thing: Link | None
    """None where only the name is shared."""
    name: Text
    cells: tuple[tuple[Link, ...], ...]

    @property
    def verdict(self) -> str:
        """`all`, `one` or `some` of the cities name it."""
        return verdict([len(cell) for cell in self.cells])


def verdict(counts: tuple[int, ...] | list[int]) -> str:
    """How many of the cities have any: `all`, `one`, `some`, `none`."""
    having = sum(map(bool, counts))
    if having in (0, len(counts)):
        return "all" if having else "none"
    return "one" if having == 1 else "some"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A policy above the cities' plans: what it sets out to do."""

    policy: Link
    when: str
    pillars: tuple[Item, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something to compare cities on: the address names it by its last parts."""

    link: Link
    on: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A city to choose."""

    link: Link
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Two to five cities side by side."""

    subject: Subject | None
    kind: str
    """The kind of subject: the part of its IRI that names it, `post`, or `prefecture`."""
    subjects: tuple[tuple[str, tuple[Subject, ...]], ...]
    """The subjects to choose from, by kind."""
    offered: str
    """The one of them that is chosen: of an item of several editions the newest."""
    topic: str
    """The words to which the subjects are narrowed."""
    choices: tuple[Choice, ...]
    searched: str
    """The words by which a city was looked for, where there are too many for a list."""
    many: bool
    """Whether there are too many cities for a list."""
    cut: int
    """How many more cities were asked for than can be shown."""
    cities: tuple[tuple[Link, Link], ...]
    """Each with its plan."""
    tallies: tuple[Tally, ...]
    absent: tuple[str, ...]
    """For each city why it may state nothing: `silent`, `later` or `none`, as in the matrix."""
    kinds: tuple[tuple[Link, tuple[Cell, ...]], ...]
    """What is stated, by kind of thing and city."""
    shared: tuple[Shared, ...]
    targets: tuple[Target, ...]

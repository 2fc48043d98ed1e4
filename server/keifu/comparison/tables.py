"""What the templates of the comparing pages receive: a frozen table a page, one column a city."""

import re
from dataclasses import dataclass

from keifu.reading.cities import Part
from keifu.reading.views import Item, Link


@dataclass(frozen=True, kw_only=True)
class City:
    """A column: a city and the newest of its plans whose text is here."""

    body: Link
    plan: Link


@dataclass(frozen=True, kw_only=True)
class Planner(City):
    """A column of the matrix."""

    follows: Link | None
    """The newest edition of the national plan that the plan names."""
    predates: bool
    """Whether the plan is older than the edition of the table."""
    answered: int
    marked: int
    achievements: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a plan says to an item of the national plan."""

    state: str
    """`answered`; `silent`: known to say nothing; `later`: the item is newer than the plan; `none`: nothing stated."""
    items: tuple[tuple[Item, Link | None], ...] = ()
    """The initiatives and pillars that answer, each with the item of another edition where it is that one it names."""
    marks: tuple[Link, ...] = ()
    """The marks that the plan prints on them."""
    achievements: frozenset[str] = frozenset()
    """What has been done already under them."""


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """An item of the national plan, with the answer of each city."""

    item: Link
    older: Link | None
    """The item of the edition before that it continues."""
    answers: tuple[Answer, ...]

    @property
    def answered(self) -> int:
        """How many of the cities shown answer."""
        return sum(answer.state == "answered" for answer in self.answers)

    @property
    def achievements(self) -> int:
        """How much they have done."""
        return sum(len(answer.achievements) for answer in self.answers)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an edition has that the one before has not."""

    edition: Link
    older: Link
    added: tuple[Link, ...]
    renamed: tuple[tuple[Link, Link], ...]
    """Items that go on under another name: before, after."""
    ended: tuple[Link, ...]
    """Items of the older edition that no item continues."""


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Cities by the items of one edition of the national plan."""

    editions: tuple[Link, ...]
    edition: Link
    cities: tuple[Planner, ...]
    kinds: tuple[tuple[Link, tuple[MatrixRow, ...]], ...]
    changes: tuple[Change, ...]
    part: Part


@dataclass(frozen=True)
class Within:
    """A set of procedures through which a plan speaks of one that it does not name."""

    set: Link

    @property
    def name(self) -> str:
        """The name of the set within a sentence, without what stands in brackets."""
        return re.split(r"（| \(", self.set.label.value)[0].replace("The ", "the ")


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A procedure that a city has put online or promises to."""

    item: Item
    state: str
    """`done`, `planned`, or `other` for a status that is neither."""
    channels: tuple[Link, ...]
    sets: tuple[Within, ...] = ()
    """The sets that an initiative, which `item` is then, promises as a whole; empty where the procedure is named."""


@dataclass(frozen=True)
class Count:
    """How many procedures of a kind or of a set a city has online and promises."""

    done: int
    planned: int


@dataclass(frozen=True, kw_only=True)
class ProcedureRow:
    """A type of procedure, with what each city says of it."""

    type: Link
    offers: tuple[tuple[Offer, ...], ...]

    def cities(self, state: str) -> int:
        """How many of the cities shown have an offer in that state."""
        return sum(any(offer.state == state for offer in found) for found in self.offers)


@dataclass(frozen=True, kw_only=True)
class ProcedureGroup:
    """Types of procedures of one kind, with the count of each city."""

    name: Link | None
    """None for types that stand by themselves."""
    rows: tuple[ProcedureRow, ...]
    counts: tuple[Count, ...]


@dataclass(frozen=True, kw_only=True)
class SetRow:
    """A set of procedures that plans promise as a whole."""

    set: Link
    members: int
    """How many procedures the source lists; 0 where it gives only their number."""
    items: tuple[Link, ...]
    """The items of the national plan that ask for it."""
    promises: tuple[tuple[Item, ...], ...]
    """For each city what of its plan speaks of the set."""
    counts: tuple[Count, ...]


@dataclass(frozen=True, kw_only=True)
class Procedures:
    """Types of procedures by city."""

    cities: tuple[City, ...]
    groups: tuple[ProcedureGroup, ...]
    sets: tuple[SetRow, ...]
    totals: tuple[Count, ...]
    unlisted: tuple[tuple[Offer, ...], ...]
    """What each city promises in sets whose members no source lists; no count holds them."""
    part: Part

    @property
    def types(self) -> int:
        """How many types some city shown speaks of."""
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True, kw_only=True)
class System:
    """The system that a city names for a task."""

    item: Item
    groups: tuple[Link, ...]
    due: tuple[Item, ...]
    """The entries of its schedule that say when it moves."""
    platforms: tuple[Link, ...]
    contracts: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Systems:
    """The standard tasks by city."""

    cities: tuple[City, ...]
    rows: tuple[tuple[str, Link, tuple[tuple[System, ...], ...]], ...]
    """Number and name of the task, and the systems of each city."""
    initiatives: tuple[tuple[tuple[Item, tuple[Link, ...]], ...], ...]
    """For each city what answers the national item on standardisation, with the platforms it uses."""
    part: Part

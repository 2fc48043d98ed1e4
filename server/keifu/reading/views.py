"""What templates receive: one frozen object a page, each made of the few below it."""

from dataclasses import dataclass

from keifu.language import Text


@dataclass(frozen=True)
class Link:
    """A thing and its name in the language of the page."""

    iri: str
    label: Text


@dataclass(frozen=True)
class Value:
    """What stands after a property: a thing to follow, or a text."""

    text: Text
    iri: str = ""


@dataclass(frozen=True)
class Row:
    """A property with all its values."""

    property: Link
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Place:
    """Where in a document a thing stands."""

    link: Link
    document: Link | None
    section: str
    page: str
    pdf_page: str


@dataclass(frozen=True)
class Item:
    """A thing in a list, with the details that lists show; what it lacks is empty."""

    link: Link
    kind: Link | None
    notation: Text | None
    description: Text | None
    when: str
    status: Link | None
    phase: Link | None
    role: Link | None
    marks: tuple[Link, ...]
    units: tuple[Link, ...]
    amount: Text | None
    body: Link | None
    """The municipality or prefecture it belongs to."""
    bodies: tuple[Link, ...]
    """Whose example it is."""


@dataclass(frozen=True)
class Asked:
    """A query that a page was made of: pages/NAME.rq."""

    name: str
    x: str = ""
    """The thing it asks about, where it asks about one."""


@dataclass(frozen=True)
class Group:
    """Things of one kind below a thing, or that point to it by one property."""

    link: Link
    count: int
    items: tuple[Item, ...]
    via: tuple[tuple[Link, ...], ...] = ()
    """For each item what it belongs to on its way to the thing of the page, empty where that is the thing itself."""


@dataclass(frozen=True)
class Node:
    """A thing in an outline."""

    item: Item
    children: tuple["Node", ...] = ()
    achievements: tuple[Item, ...] = ()
    """What has been done already for an initiative; empty on a page that would grow too long with them."""


@dataclass(frozen=True)
class Collection:
    """The things of one kind in a plan or of a body."""

    kind: Link
    iri: str
    """What their IRIs stand under: the address where all of them are listed."""
    count: int
    items: tuple[Item, ...]
    """The first of them."""
    values: tuple[tuple[Item, ...], ...] = ()
    """For KPIs: the values of each."""


@dataclass(frozen=True, kw_only=True)
class Body:
    """What the page of a municipality or other public body has besides."""

    plans: tuple[Item, ...]
    """Its plans for DX first, then its other plans and policies, editions before series."""
    collections: tuple[Collection, ...]
    prefecture: Link | None
    """That of a municipality."""
    compared: bool
    """Whether its plan for DX is here with its text, so that it stands beside others where cities are compared."""
    members: tuple[Link, ...]
    """The municipalities of a prefecture."""
    planned: tuple[tuple[Link, tuple[Item, ...]], ...]
    """Those of them whose plans are here, with these."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the page of a plan for DX has besides."""

    body: Link | None
    when: str
    """The period of the plan."""
    outline: tuple[Node, ...]
    collections: tuple[Collection, ...]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the page of a law or policy, or of the series of its editions, has besides."""

    editions: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """The page of any thing."""

    iri: str
    title: Text
    also: tuple[Text, ...]
    """The name in the other language, and the reading."""
    kinds: tuple[Link, ...]
    description: Text | None
    crumbs: tuple[Link, ...]
    """What the thing belongs to, outermost first, without the thing itself."""
    rows: tuple[Row, ...]
    places: tuple[tuple[Place, ...], ...]
    """Where the thing stands in a source: each place with the sections around it, outermost first."""
    anomalies: tuple[Item, ...]
    """Slips of the source that concern the thing."""
    mentions: tuple[Group, ...]
    """Other things that point to this one, by property."""
    parts: tuple[Node, ...] = ()
    """Sections of a document, concepts of a scheme, values of a table, items of a policy."""
    files: tuple[str, ...] = ()
    """Source files, as named in the repository, that describe the thing."""
    special: Body | Plan | Policy | None = None
    """What only pages of this kind have."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """All things of one kind in a plan or of a body."""

    iri: str
    title: Text
    crumbs: tuple[Link, ...]
    count: int
    page: int
    pages: int
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Municipalities:
    """Where municipalities are found."""

    plans: tuple[tuple[Link, tuple[Item, ...]], ...]
    """Bodies with their plans; empty where they are too many for one page."""
    bodies: int
    """How many bodies have plans here."""
    prefectures: tuple[tuple[Link, int, int], ...]
    """Each prefecture with the numbers of its municipalities and of those that have plans here, by code."""


@dataclass(frozen=True, kw_only=True)
class Policies:
    """Laws and policies of the State and of prefectures."""

    levels: tuple[tuple[Link, tuple[Node, ...]], ...]
    """Each kind of text with its texts; the editions of a series stand under it."""
    prefectures: tuple[tuple[Link, tuple[Node, ...]], ...]

"""What the search page says: results in groups with where each matched, and what narrows them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

from keifu.dataset.stores import Store
from keifu.language import Text, messages
from keifu.namespaces import DEF, ID
from keifu.reading.views import Link
from keifu.search.folding import Pieces, marked, read_terms, shortened
from keifu.search.hits import BODY, Hit, Match, slug
from keifu.search.index import NAMES, VOCABULARY
from keifu.search.search import Hits, Index

ROWS = 50
"""Results on one page."""

CHOICES, FURTHER = 10, 40
"""Most values that a facet offers at once, and folded below."""

OTHERS = 10
"""Results shown of those that do not say the words themselves, below those that do."""

WAYS = ("kind", "city")
"""What results are grouped by."""

FACETS = ("city", "kind", "theme", "item", "status", "year")
"""What results are narrowed by, in the order of the page."""


@dataclass(frozen=True)
class Choice:
    """A value that results can be narrowed to or were, with the address of the search that does or undoes it."""

    label: Text
    address: str
    count: int = 0


@dataclass(frozen=True)
class Place:
    """Where a thing matched: a property, the thing it leads to where that is what matched, and the text in pieces.

    There is no text where it is the name of that thing.
    """

    property: str
    linked: Link | None
    lang: str
    pieces: Pieces


@dataclass(frozen=True)
class Found:
    """A result: the thing with its name in pieces, what it is not grouped by, and where it matched beside its name."""

    iri: str
    lang: str
    name: Pieces
    beside: Text
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Group:
    """Results of one kind or one city that stand on this page, and how many there are in all."""

    label: Text
    count: int
    found: tuple[Found, ...]


@dataclass(frozen=True)
class Results:
    """A page of results."""

    count: int
    linked: bool
    """Whether these are only linked to what is called so, instead of saying the words themselves."""
    first: int
    """The number of the first result of the page, from 1."""
    groups: tuple[Group, ...]
    chosen: tuple[Choice, ...]
    facets: tuple[tuple[str, tuple[Choice, ...], tuple[Choice, ...], int], ...]
    """By name: the values that most results have, the next, and how many more there are."""
    previous: str
    next: str
    others: tuple[Group, ...]
    """The first of those that are only linked to what is called so; shown below those that say the words."""
    other: Choice | None
    """The same search for the results of the other sort, and how many they are; None where there are none."""


class Search:
    """What one request searches for."""

    def __init__(
        self, store: Store, lang: str, given: Mapping[str, str], address: Callable[[Mapping[str, object]], str]
    ) -> None:
        self.lang = lang
        self.gettext = messages(lang).gettext
        self.index = Index.of(store)
        self.query = " ".join(given.get("q", "").split())
        self.terms = read_terms(self.query)
        self.by = "city" if given.get("by") == "city" else "kind"
        self.linked = given.get("through") == "links"
        self.narrowed = {name: value for name in FACETS if (value := given.get(name))}
        self._address = address

    def values(self, **changes: object) -> dict[str, object]:
        """What the address of this search holds, with changes; None leaves a value out."""
        by = None if self.by == "kind" else self.by
        through = "links" if self.linked else None
        return {"q": self.query, "by": by, "through": through, **self.narrowed, **changes}

    def address(self, **changes: object) -> str:
        """The address of this search with changes."""
        return self._address(self.values(**changes))

    def hits(self) -> Hits:
        """What was found and is not narrowed away, group by group, the group with the best result first."""
        found = self.index.search(self.query, self.lang)
        for name, value in self.narrowed.items():
            found = found.narrowed(name, whole(name, value))
        return found.grouped(self.by)

    def value(self, hit: Hit, facet: str) -> str:
        """The kind or the city of a result."""
        return hit.thing.kind if facet == "kind" else hit.thing.city

    def label(self, facet: str, iri: str) -> Text:
        """The name of a value of a facet."""
        if not iri:
            return Text(self.gettext("国・共通") if facet == "city" else self.gettext("その他"))
        if iri == VOCABULARY:
            return Text(self.gettext("語彙"))
        name = self.index.label(iri, self.lang)
        edition = iri.removeprefix(ID).split("/")[2:3]
        if facet == "item" and edition:  # Two editions have items of the same name.
            return Text(self.gettext("%s（%s版）") % (name, edition[0]), name.lang)
        return name

    def place(self, match: Match) -> Place:
        """Where a result matched."""
        if match.property in NAMES and not match.linked:
            name = self.gettext("読み") if match.text.lang == "ja-hira" else self.gettext("名称")
        else:
            name = self.index.label(match.property, self.lang).value
        linked = Link(match.linked, self.index.label(match.linked, self.lang)) if match.linked else None
        pieces = tuple(shortened(marked(match.text.value, self.terms)))
        said = linked is not None and linked.label == match.text
        return Place(name, linked, match.text.lang, () if said else pieces)

    def found(self, hit: Hit) -> Found:
        """A result as the page shows it."""
        name = self.index.label(hit.thing.iri, self.lang)
        pieces = marked(name.value, self.terms)
        other = WAYS[self.by == "kind"]
        # The body stands beside the result or above it; a name in the other language adds nothing to one that matched.
        hidden = (BODY, *(NAMES if any(found for _, found in pieces) else ()))
        places = (self.place(match) for match in hit.matches if match.property not in hidden and match.text != name)
        beside = self.label(other, self.value(hit, other))
        return Found(hit.thing.iri, name.lang, pieces, beside, tuple(places))

    def facets(self, hits: Hits) -> Iterator[tuple[str, tuple[Choice, ...], tuple[Choice, ...], int]]:
        """What the results can still be narrowed by."""
        for name in FACETS:
            counts = hits.counts(name)
            if name in self.narrowed or len(counts) < 2:
                continue
            values = [(iri, count) for iri, count in counts.items() if iri]
            shown = values[: CHOICES + FURTHER]
            choices = tuple(Choice(self.label(name, iri), self.address(**{name: slug(iri)}), n) for iri, n in shown)
            if choices:
                yield name, choices[:CHOICES], choices[CHOICES:], len(values) - len(shown)

    def groups(self, hits: Hits, places: slice) -> tuple[Group, ...]:
        """Some of the results, group by group."""
        counts = hits.counts(self.by)
        return tuple(
            Group(self.label(self.by, value), counts[value], tuple(map(self.found, group)))
            for value, group in groupby(hits[places], key=lambda hit: self.value(hit, self.by))
        )

    def page(self, number: int) -> Results:
        """A page of results, counted from 1; the last where there are not so many.

        Those that say the words themselves, where there are any and the address does not ask for the others.
        """
        found = self.hits()
        saying, linked = found.saying(), found.linked()
        on_links = bool(linked) and (self.linked or not saying)
        hits, others = (linked, saying) if on_links else (saying, linked)
        through = None if on_links else "links"
        last = max(1, -(-len(hits) // ROWS))
        number = min(max(number, 1), last)
        return Results(
            count=len(hits),
            linked=on_links,
            first=(number - 1) * ROWS + 1,
            groups=self.groups(hits, slice((number - 1) * ROWS, number * ROWS)),
            chosen=tuple(
                Choice(self.label(name, whole(name, value)), self.address(**{name: None}))
                for name, value in self.narrowed.items()
            ),
            facets=tuple(self.facets(hits)),
            previous=self.address(page=number - 1) if number > 1 else "",
            next=self.address(page=number + 1) if number < last else "",
            others=() if on_links else self.groups(others, slice(OTHERS)),
            other=Choice(Text(""), self.address(through=through), len(others)) if others else None,
        )

    def table(self) -> Iterator[tuple[str, ...]]:
        """All results, those that say the words first."""
        yield "iri", "name", "kind", "city", "says", "matched_property", "linked", "matched_text"
        hits = self.hits()
        for number, hit in enumerate(hits):
            best = hit.matches[0]
            place = self.place(best)
            yield (
                hit.thing.iri,
                self.index.label(hit.thing.iri, self.lang).value,
                self.label("kind", hit.thing.kind).value,
                self.label("city", hit.thing.city).value,
                str(number < hits.said).lower(),
                place.property,
                place.linked.label.value if place.linked else "",
                best.text.value,
            )

    def sparql(self) -> str:
        """A query for the same words as they stand, all of them in one text."""
        filters = "\n".join(
            f"  FILTER(CONTAINS(LCASE(STR(?text)), {ox.Literal(word.lower())}))" for word in self.query.split()
        )
        return (
            "SELECT DISTINCT ?thing ?property ?text\nWHERE {\n  ?thing ?property ?text .\n"
            f"  FILTER(isIRI(?thing) && isLiteral(?text))\n{filters}\n}}\nORDER BY ?thing\nLIMIT 200\n"
        )


def whole(facet: str, value: str) -> str:
    """The IRI of a value as it stands in an address."""
    if value.startswith(("http:", "https:")):
        return value
    return (DEF if facet == "kind" else ID) + value

"""Search over everything that the dataset says in words: what has all the terms, the best first."""

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import compress
from threading import Lock
from typing import Any, overload
from urllib.parse import quote

from keifu.dataset.stores import Store
from keifu.language import LANGUAGES, Text, pick
from keifu.reading.terms import NAMED_BY, Terms
from keifu.search.folding import read_terms
from keifu.search.hits import BODY, CALLED, FOUND_IN, ORDER, WORST, Hit, Match, Term, Thing, slug
from keifu.search.index import FACETS, FILE, LINKS, NONE, matching, term_label, write

CANDIDATES = """
SELECT id, folded, lang FROM texts WHERE id IN (SELECT rowid FROM bigrams WHERE bigrams MATCH ?) AND instr(folded, ?)
"""
KEPT = """
SELECT nodes.id, kind, city, {}, natural FROM json_each(?) AS given CROSS JOIN nodes ON nodes.id = given.value
"""
PLACES = "SELECT thing, property, text FROM json_each(?) AS given CROSS JOIN places ON text = given.value"
LINKED_THINGS = """
WITH called AS MATERIALIZED (
  SELECT DISTINCT thing, lang FROM json_each(?1) AS given CROSS JOIN places ON text = given.value
  CROSS JOIN texts ON texts.id = text WHERE property IN (SELECT value FROM json_each(?2)))
SELECT links.thing, lang FROM called CROSS JOIN links ON target = called.thing
WHERE property IN (SELECT value FROM json_each(?3))
UNION
SELECT id, lang FROM called CROSS JOIN nodes ON city = thing AND id != city
"""
TEXTS = """
SELECT property, value, lang, folded FROM places CROSS JOIN texts ON texts.id = text
WHERE thing = ? AND instr(folded, ?)
"""
NAMES_OF_LINKED = """
WITH linked AS (
  SELECT property AS name, target FROM links WHERE thing = ?1 AND property IN (SELECT value FROM json_each(?4))
  UNION ALL
  SELECT 0, city FROM nodes WHERE id = ?1 AND city NOT IN (0, id))
SELECT name, texts.value, lang, target
FROM linked CROSS JOIN places ON thing = target CROSS JOIN texts ON texts.id = text
WHERE folded = ?2 AND property IN (SELECT value FROM json_each(?3))
"""
HAVING = """
SELECT thing FROM json_each(?) AS given CROSS JOIN links ON thing = given.value WHERE property = ? AND target = ?
"""
OF_FACETS = """
SELECT thing, property, target FROM json_each(?1) AS given
CROSS JOIN links ON thing = given.value AND property IN (SELECT value FROM json_each(?2))
"""


class Index:
    """The index of a dataset, to be asked; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self.terms = Terms.of(store)
        self._database = opened(store)
        self._asking = Lock()
        self.iri = lru_cache(10_000)(self._iri)
        self._called = [number for name in CALLED if (number := self.node(name))]
        self._links = [number for name in LINKS if (number := self.node(name))]

    @classmethod
    @lru_cache(maxsize=2)
    def of(cls, store: Store) -> "Index":
        """That of a store; it never changes, so it is opened once."""
        return cls(store)

    def ask(self, text: str, *values: object) -> list[Any]:
        """All rows of a SELECT; a list is given as JSON."""
        given = [json.dumps(value) if isinstance(value, list) else value for value in values]
        with self._asking:
            return self._database.execute(text, given).fetchall()

    def _iri(self, node: int) -> str:
        """The IRI of a node, nothing for none."""
        return next((iri for (iri,) in self.ask("SELECT iri FROM nodes WHERE id = ?", node)), "")

    def node(self, iri: str) -> int:
        """The node of an IRI; NONE where there is no such node."""
        return next((node for (node,) in self.ask("SELECT id FROM nodes WHERE iri = ?", iri)), NONE)

    def label(self, iri: str, lang: str) -> Text:
        """The name of a thing or a term, at worst its shortened IRI."""
        if known := term_label(self.terms, iri, lang):
            return known
        rows = self.ask(
            "SELECT property, value, lang FROM places JOIN texts ON id = text WHERE thing = ? AND lang != 'ja-hira'",
            self.node(iri),
        )
        names = [
            (NAMED_BY.index(name), Text(*text)) for number, *text in rows if (name := self.iri(number)) in NAMED_BY
        ]
        best = min((rank for rank, _ in names), default=0)
        return pick((text for rank, text in names if rank == best), lang) or Text(slug(iri))

    def search(self, query: str, lang: str) -> "Hits":
        """What has all the terms of a query, the best first; nothing for an empty query. TooLarge for one too long."""
        return self._search(read_terms(query), lang)

    @lru_cache(maxsize=64)  # noqa: B019 - an index lives as long as the process
    def _search(self, words: tuple[str, ...], lang: str) -> "Hits":
        if not words:
            return Hits(self, (), (array("L"), array("L"), array("L")))
        terms = tuple(Term(word, lang) for word in words)
        found = [self._find(term) for term in terms]
        # Words that stand together as they were typed count as one.
        whole = self._find(Term(" ".join(words), lang)) if len(words) > 1 else {}
        common = set(found[0]).intersection(*found[1:])
        ranks = {thing: min(max(one[thing] for one in found), whole.get(thing, WORST)) for thing in common}
        length = lang if lang in LANGUAGES else LANGUAGES[0]
        rows = self.ask(KEPT.format(length), list(common))
        rows.sort(key=lambda row: (ranks[row[0]], row[3], row[4]))
        things, kinds, cities = (array("L", (row[column] for row in rows)) for column in range(3))
        return Hits(self, terms, (things, kinds, cities))

    def _find(self, term: Term) -> dict[int, int]:
        """The things that have a term, each with its best rank."""
        rows = self.ask(CANDIDATES, matching(term.text), term.text)
        texts = {text: (folded, lang) for text, folded, lang in rows}
        best: dict[int, int] = {}
        ranks: dict[tuple[int, int], int | None] = {}
        for thing, name, text in self.ask(PLACES, list(texts)):
            if (text, name) not in ranks:
                ranks[text, name] = term.rank(*texts[text], self.iri(name))
            rank = ranks[text, name]
            if rank is not None and rank < best.get(thing, WORST):
                best[thing] = rank
        exact = [text for text, (folded, _) in texts.items() if folded == term.text]
        for thing, lang in self.ask(LINKED_THINGS, exact, self._called, self._links) if exact else ():
            best[thing] = min(term.linked(lang), best.get(thing, WORST))
        return best

    def matches(self, thing: int, terms: Iterable[Term]) -> tuple[Match, ...]:
        """Where in a thing or its links the terms are, the best place first; one place for each term."""
        places = []
        for term in terms:
            found = [
                (rank, ORDER[name], value, lang, 0)
                for number, value, lang, folded in self.ask(TEXTS, thing, term.text)
                if (rank := term.rank(folded, lang, name := self.iri(number))) is not None
            ]
            linked = self.ask(NAMES_OF_LINKED, thing, term.text, self._called, self._links)
            found += [(term.linked(row[2]), ORDER[self.iri(row[0]) or BODY], *row[1:]) for row in linked]
            places.append(min(found))
        return tuple(
            dict.fromkeys(
                Match(FOUND_IN[field], Text(value, lang), self.iri(to)) for _, field, value, lang, to in sorted(places)
            )
        )


Rows = tuple["array[int]", "array[int]", "array[int]"]
"""Nodes of things, their kinds and their cities."""


class Hits(Sequence[Hit]):
    """What was found, the best first; a hit is read from the index when it is looked at."""

    def __init__(self, index: Index, terms: tuple[Term, ...], rows: Rows) -> None:
        self._index, self._terms, self._rows = index, terms, rows

    def __len__(self) -> int:
        return len(self._rows[0])

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        return Hit(self.thing(place), self._index.matches(self._rows[0][place], self._terms))

    def thing(self, place: int) -> Thing:
        """What stands at a place, without where it was found."""
        node, kind, city = (self._index.iri(column[place]) for column in self._rows)
        return Thing(node, kind, city)

    def _column(self, facet: str) -> "array[int]":
        return self._rows[1 if facet == "kind" else 2]

    def narrowed(self, facet: str, iri: str) -> "Hits":
        """What of it has a value of a facet, in the same order."""
        node = self._index.node(iri)
        if facet in FACETS:
            property_ = self._index.node(FACETS[facet])
            rows = self._index.ask(HAVING, list(self._rows[0]), property_, node)
            having = {thing for (thing,) in rows}
            chosen = [thing in having for thing in self._rows[0]]
        else:
            chosen = [value == node for value in self._column(facet)]
        return self._chosen(compress(range(len(self)), chosen))

    def grouped(self, facet: str) -> "Hits":
        """The same with the hits of a kind or a city side by side, the group with the best hit first."""
        column = self._column(facet)
        order = {value: number for number, value in enumerate(dict.fromkeys(column))}
        return self._chosen(sorted(range(len(self)), key=lambda place: order[column[place]]))

    def _chosen(self, places: Iterable[int]) -> "Hits":
        kept = list(places)
        first, second, third = (array("L", map(column.__getitem__, kept)) for column in self._rows)
        return Hits(self._index, self._terms, (first, second, third))

    def counts(self, facet: str) -> Counter[str]:
        """How many have which value of a facet, by its IRI; those that have none count under nothing."""
        if facet in FACETS:
            return self._linked[facet]
        return Counter({self._index.iri(value): count for value, count in Counter(self._column(facet)).items()})

    @cached_property
    def _linked(self) -> dict[str, Counter[str]]:
        """The counts of the facets that are statements: all in one look at the index."""
        nodes = {name: self._index.node(iri) for name, iri in FACETS.items()}
        rows = self._index.ask(OF_FACETS, list(self._rows[0]), list(nodes.values()))
        values = Counter((property_, target) for _, property_, target in rows)
        having = Counter(property_ for _, property_ in {(thing, property_) for thing, property_, _ in rows})
        counts = {name: Counter({"": len(self) - having[node]}) for name, node in nodes.items()}
        for name, node in nodes.items():
            counts[name].update({self._index.iri(value): n for (one, value), n in values.items() if one == node})
        return {name: +count for name, count in counts.items()}


def opened(store: Store) -> sqlite3.Connection:
    """The index beside a built dataset, which never changes; that of a store without a folder is made in memory."""
    if store.folder is None:
        return write(store, ":memory:")
    return sqlite3.connect(
        f"file:{quote(str(store.folder / FILE))}?immutable=1", uri=True, check_same_thread=False, isolation_level=None
    )

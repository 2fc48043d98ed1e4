"""Search over everything that the dataset says in words: what has all the terms, the best first."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from threading import Lock
from typing import Any, overload
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from keifu.dataset.stores import Store, once
from keifu.language import LANGUAGES, Text, pick
from keifu.reading.terms import NAMED_BY, Terms
from keifu.search.columns import Columns, Numbers, Places
from keifu.search.folding import read_terms
from keifu.search.hits import BELONGING, BODY, CALLED, FOUND_IN, LINKED, MISSED, ORDER, Hit, Match, Term, Thing, slug
from keifu.search.index import FACETS, FILE, LINKS, NONE, matching, term_label, write

CANDIDATES = """
SELECT id, folded, lang FROM texts WHERE id IN (SELECT rowid FROM bigrams WHERE bigrams MATCH ?) AND instr(folded, ?)
"""
NAMING = """
SELECT thing, text FROM json_each(?1) AS given CROSS JOIN places ON text = given.value
WHERE property IN (SELECT value FROM json_each(?2))
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

Ranks = NDArray[np.uint8]
"""For each node how good it is to find a term there."""


class Index:
    """The index of a dataset, to be asked; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self.terms = Terms.of(store)
        self._database = opened(store)
        self._asking = Lock()
        self.columns = Columns(self._database)
        self.iri = lru_cache(10_000)(self._iri)
        self.label = lru_cache(10_000)(self._label)
        self.statements = lru_cache(len(FACETS))(self._statements)
        self._found = lru_cache(64)(self._search)
        self._called = [number for name in CALLED if (number := self.node(name))]
        self._links = [number for name in LINKS if (number := self.node(name))]

    @staticmethod
    @once
    def of(store: Store) -> "Index":
        """That of a store."""
        return Index(store)

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

    def _statements(self, facet: str) -> tuple[Numbers, Numbers]:
        """Things and their values of a facet."""
        return self.columns.statements(self.node(FACETS[facet]))

    def _label(self, iri: str, lang: str) -> Text:
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
        return self._found(read_terms(query), lang)

    def _search(self, words: tuple[str, ...], lang: str) -> "Hits":
        terms = tuple(Term(word, lang) for word in words)
        if not terms:
            return Hits(self, terms, np.zeros(0, np.intp), 0)
        ranks = np.stack([self._ranks(term) for term in terms])
        # Words that stand together as they were typed count as one.
        whole = self._ranks(Term(" ".join(words), lang)) if len(words) > 1 else ranks[0]
        worst = ranks.max(axis=0)
        said = (whole < BELONGING) | ((worst < LINKED) & (ranks.min(axis=0) < BELONGING))
        best = np.minimum(worst, whole)
        things = np.flatnonzero(worst < MISSED)
        lengths = self.columns.lengths[lang if lang in LANGUAGES else LANGUAGES[0]]
        order = np.lexsort((self.columns.natural[things], lengths[things], best[things], ~said[things]))
        return Hits(self, terms, things[order], int(said[things].sum()))

    def _ranks(self, term: Term) -> Ranks:
        """How good it is to find a term in each thing: in its own texts, else through what it is linked to."""
        texts = self.ask(CANDIDATES, matching(term.text), term.text)
        ranks = np.full(len(self.columns.kind), MISSED, np.uint8)
        place, name, thing = self.columns.having(np.array([number for number, _, _ in texts], np.uint32))
        # A text seldom has more than one property, but many things have it: each pair of the two is ranked once.
        pairs, pair = np.unique(place * len(ranks) + name, return_inverse=True)
        good = np.full(len(pairs), MISSED, np.uint8)
        for number, (at, by) in enumerate(map(divmod, pairs.tolist(), repeat(len(ranks)))):
            _, folded, lang = texts[at]
            rank = term.rank(folded, lang, self.iri(by))
            good[number] = MISSED if rank is None else rank
        np.minimum.at(ranks, thing, good[pair])
        called = {number: lang for number, folded, lang in texts if folded == term.text}
        if called:
            named = self.ask(NAMING, list(called), self._called)
            things = np.array([thing for thing, _ in named], np.uint32)
            foreign = np.array([term.foreign(called[text]) for _, text in named], np.uint8)
            to, member = self.columns.belonging_to(things)
            np.minimum.at(ranks, member, BELONGING + foreign[to])
            to, linked = self.columns.linked_to(things, self._links)
            np.minimum.at(ranks, linked, LINKED + foreign[to])
        return ranks

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
            found += [
                ((LINKED if name else BELONGING) + term.foreign(lang), ORDER[self.iri(name) or BODY], value, lang, to)
                for name, value, lang, to in linked
            ]
            places.append(min(found))
        return tuple(
            dict.fromkeys(
                Match(FOUND_IN[field], Text(value, lang), self.iri(to)) for _, field, value, lang, to in sorted(places)
            )
        )


class Hits(Sequence[Hit]):
    """What was found, the best first; a hit is read from the index when it is looked at."""

    def __init__(self, index: Index, terms: tuple[Term, ...], things: Places, said: int) -> None:
        self._index, self._terms, self._things = index, terms, things
        self.said = said
        """How many say the words themselves; behind them stands what is only linked to what is called so."""

    def __len__(self) -> int:
        return len(self._things)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        return Hit(self.thing(place), self._index.matches(int(self._things[place]), self._terms))

    def thing(self, place: int) -> Thing:
        """What stands at a place, without where it was found."""
        node = int(self._things[place])
        columns = self._index.columns
        return Thing(*map(self._index.iri, (node, int(columns.kind[node]), int(columns.city[node]))))

    def saying(self) -> "Hits":
        """Those that say the words themselves."""
        return Hits(self._index, self._terms, self._things[: self.said], self.said)

    def linked(self) -> "Hits":
        """Those that are only linked to what is called so."""
        return Hits(self._index, self._terms, self._things[self.said :], 0)

    def narrowed(self, facet: str, iri: str) -> "Hits":
        """What of it has a value of a facet, in the same order."""
        node = self._index.node(iri)
        if facet in FACETS:
            things, values = self._index.statements(facet)
            having = np.zeros(len(self._index.columns.kind), bool)
            having[things[values == node]] = True
            chosen = having[self._things]
        else:
            chosen = self._column(facet)[self._things] == node
        return Hits(self._index, self._terms, self._things[chosen], int(chosen[: self.said].sum()))

    def grouped(self, facet: str) -> "Hits":
        """The same with the hits of a kind or a city side by side, the group with the best hit first."""
        values = self._column(facet)[self._things]
        _, first, group = np.unique(values, return_index=True, return_inverse=True)
        said = np.arange(len(self)) < self.said
        return Hits(self._index, self._terms, self._things[np.lexsort((first[group], ~said))], self.said)

    def counts(self, facet: str) -> dict[str, int]:
        """How many have which value of a facet, the most frequent first; those that have none count under nothing."""
        columns = self._index.columns
        if facet in FACETS:
            there = np.zeros(len(columns.kind), bool)
            there[self._things] = True
            things, values = self._index.statements(facet)
            values = values[there[things]]
            there[things] = False
            none = int(there.sum())
        else:
            values = self._column(facet)[self._things]
            none = 0
        nodes, numbers = np.unique(values, return_counts=True)
        order = np.lexsort((nodes, columns.natural[nodes], -numbers))
        iris = map(self._index.iri, nodes[order].tolist())
        counts = dict(zip(iris, numbers[order].tolist(), strict=True))
        return counts | ({"": none} if none else {})

    def _column(self, facet: str) -> Numbers:
        return self._index.columns.kind if facet == "kind" else self._index.columns.city


def opened(store: Store) -> sqlite3.Connection:
    """The index beside a built dataset, which never changes; that of a store without a folder is made in memory."""
    if store.folder is None:
        return write(store, ":memory:")
    return sqlite3.connect(
        f"file:{quote(str(store.folder / FILE))}?mode=ro&immutable=1",
        uri=True,
        check_same_thread=False,
        isolation_level=None,
    )

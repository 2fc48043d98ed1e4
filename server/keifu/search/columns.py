"""The index as columns of numbers, in which what was found among hundreds of thousands of things is ranked and counted.

SQLite gives rows one at a time; numpy ranks and counts fifteen thousand hits in the time of a few hundred rows.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from keifu.language import LANGUAGES

Numbers = NDArray[np.uint32]
Places = NDArray[np.intp]

READ: Mapping[str, str] = {
    "nodes": "SELECT id, ifnull(kind, 0), ifnull(city, 0), ifnull(natural, 0), ifnull(ja, 0), ifnull(en, 0) FROM nodes",
    "places": "SELECT text, property, thing FROM places ORDER BY text, property, thing",
    "links": "SELECT target, property, thing FROM links ORDER BY target, property, thing",
}
"""The tables that are kept as columns; the last two are read in the order of their first column."""


def keep(database: sqlite3.Connection) -> None:
    """Write the columns of an index beside its tables."""
    database.execute("CREATE TABLE columns (name TEXT PRIMARY KEY, numbers BLOB)")
    for name, query in READ.items():
        rows = database.execute(query)
        numbers = np.fromiter(chain.from_iterable(rows), dtype="<u4")
        columns = numbers.reshape(-1, len(rows.description)).T
        database.execute("INSERT INTO columns VALUES (?, ?)", (name, np.ascontiguousarray(columns).tobytes()))
    database.commit()


class Ordered:
    """Rows that stand in the order of a key: those of several keys are found at once."""

    def __init__(self, keys: Numbers) -> None:
        last = int(keys[-1]) if len(keys) else 0
        self._starts = np.searchsorted(keys, np.arange(last + 2, dtype=np.uint32))

    def under(self, keys: Numbers) -> tuple[Places, Places]:
        """Where the rows of some keys stand, and for each row the place of its key among those given."""
        known = np.minimum(keys, len(self._starts) - 2)
        begins = self._starts[known]
        counts = np.where(keys == known, self._starts[known + 1] - begins, 0)
        owner = np.repeat(np.arange(len(keys)), counts)
        return np.arange(len(owner)) + (begins - np.cumsum(counts) + counts)[owner], owner


class Columns:
    """What an index knows of things, by their nodes; node 0 stands for none."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.kind, self.city, self.natural, *lengths = self._nodes(database)
        self.lengths = dict(zip(LANGUAGES, lengths, strict=True))
        """How long the names are in each language."""
        texts, self._named_by, self._has_text = read(database, "places", 3)
        self._texts = texts
        self._by_text = Ordered(texts)
        self._targets, self._linked_by, self._linked = read(database, "links", 3)
        self._by_target = Ordered(self._targets)

    @staticmethod
    def _nodes(database: sqlite3.Connection) -> Iterable[Numbers]:
        """The columns of the nodes, each with a place for every number."""
        nodes, *columns = read(database, "nodes", 6)
        for column in columns:
            by_node = np.zeros(int(nodes.max(initial=0)) + 1, dtype=np.uint32)
            by_node[nodes] = column
            yield by_node

    @cached_property
    def _members(self) -> tuple[Ordered, Numbers]:
        """The things in the order of what city they belong to."""
        order = np.argsort(self.city, kind="stable").astype(np.uint32)
        return Ordered(self.city[order]), order

    def having(self, texts: Numbers) -> tuple[Places, Numbers, Numbers]:
        """Who has some texts: the place of the text among those given, the property and the thing."""
        rows, owner = self._by_text.under(texts)
        return owner, self._named_by[rows], self._has_text[rows]

    def linked_to(self, things: Numbers, properties: Iterable[int]) -> tuple[Places, Numbers]:
        """What is linked to some things by some properties: the place of the thing among those given, and it."""
        rows, owner = self._by_target.under(things)
        by = np.isin(self._linked_by[rows], list(properties))
        return owner[by], self._linked[rows[by]]

    def belonging_to(self, bodies: Numbers) -> tuple[Places, Numbers]:
        """What belongs to some bodies and is none of them: the place of the body among those given, and it."""
        by_city, members = self._members
        rows, owner = by_city.under(bodies)
        others = members[rows] != bodies[owner]
        return owner[others], members[rows[others]]

    def statements(self, property_: int) -> tuple[Numbers, Numbers]:
        """Things and what a property says of them."""
        rows = np.flatnonzero(self._linked_by == property_)
        return self._linked[rows], self._targets[rows]


def read(database: sqlite3.Connection, name: str, count: int) -> NDArray[np.uint32]:
    """The columns of a table, one below the other."""
    ((numbers,),) = database.execute("SELECT numbers FROM columns WHERE name = ?", (name,))
    return np.frombuffer(numbers, dtype="<u4").reshape(count, -1)

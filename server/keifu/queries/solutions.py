"""The solutions of a SELECT: which columns hold things, names or numbers, and the table that the query page shows."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Self

import pyoxigraph as ox

from keifu.errors import TooLarge
from keifu.language import Text, day_text
from keifu.namespaces import ID, shrink
from keifu.reading.facts import Facts
from keifu.reading.terms import natural
from keifu.reading.triples import day_of
from keifu.reading.views import Value

READ = 10_000
"""Most solutions that are sorted or drawn."""

ROWS = 100
"""Rows shown on the page; downloads have all."""

COLUMNS = 50
"""Most columns of a page; the head of each holds the address of the whole query."""

CELL = 300
"""Characters shown of one value, and looked at where values are sorted."""

DIGITS = 100
"""Most digits before and behind the point of what counts as a number: a power of ten may have a billion of them."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@contextmanager
def legible() -> Iterator[None]:
    """TooLarge where the engine cannot read an answer again for the length of a value in it."""
    try:
        yield
    except MemoryError as error:
        raise TooLarge(
            "答えに 16 MB を超える値があり、ページに出せません。"
            "値を短くするか、エンドポイントからファイルで受け取ってください。",
            "The answer has a value of over 16 MB, which no page shows. Shorten it, or take the answer as a file at the"
            " endpoint.",
        ) from error


def number(term: Term | None) -> Decimal | None:
    """The number that a term is; codes are texts and count as none."""
    if not isinstance(term, ox.Literal) or term.datatype.value.rpartition("#")[2] in ("string", "langString"):
        return None
    try:
        found = Decimal(term.value[:CELL])
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < DIGITS and len(term.value) <= CELL else None


@dataclass(frozen=True)
class Column:
    """A column of the table: a variable, and the one it is sorted by, if any."""

    name: str
    order: str = ""
    """`ascending` or `descending` where the rows are sorted by it."""


@dataclass(frozen=True)
class Solutions:
    """The first READ solutions."""

    names: tuple[str, ...]
    rows: Sequence[Sequence[Term | None]]
    count: int
    """How many there are in all."""

    @classmethod
    def read(cls, answer: ox.QuerySolutions, count: int) -> Self:
        """From an answer in SPARQL JSON; TooLarge where it has more than COLUMNS, or a value too long to be read."""
        if (wide := len(answer.variables)) > COLUMNS:
            raise TooLarge(
                f"答えに {wide:,} 列あります。ページに出せるのは {COLUMNS} 列までです。"
                "列を減らすか、エンドポイントからファイルで受け取ってください。",
                f"The answer has {wide:,} columns; a page shows {COLUMNS} at most. Ask for fewer, or take it as a file"
                " at the endpoint.",
            )
        with legible():
            rows = [tuple(row) for _, row in zip(range(READ), answer, strict=False)]
        return cls(tuple(each.value for each in answer.variables), rows, count)

    def column(self, name: str) -> list[Term | None]:
        """The values of a variable, solution by solution."""
        place = self.names.index(name)
        return [row[place] for row in self.rows]

    def things(self) -> list[str]:
        """The variables that stand for things and nothing else."""
        return [name for name in self.names if self._all(name, lambda term: isinstance(term, ox.NamedNode))]

    def numbers(self) -> list[str]:
        """The variables that stand for numbers and nothing else."""
        return [name for name in self.names if self._all(name, lambda term: number(term) is not None)]

    def _all(self, name: str, fits: Callable[[Term], bool]) -> bool:
        found = [term for term in self.column(name) if term is not None]
        return bool(found) and all(map(fits, found))

    def labels(self) -> Mapping[str, str]:
        """For each variable of things the one that holds their names, where the query asks for those too.

        As in the library, `x` is named by `xLabel` or `xName`; `label` and `name` name the thing that they follow.
        """
        things = self.things()
        followed = {before: name for before, name in pairwise(self.names) if name in ("label", "name")}
        found = {}
        for thing in things:
            for name in (f"{thing}Label", f"{thing}Name", followed.get(thing, "")):
                if name in self.names and self._all(name, lambda term: isinstance(term, ox.Literal)):
                    found[thing] = name
                    break
        return found

    def sorted(self, by: str) -> "Solutions":
        """The same by the values of a variable, things by their names; `-` before it turns the order round."""
        name = by.removeprefix("-")
        if name not in self.names or self.count > READ:
            return self
        place = self.names.index(self.labels().get(name, name))
        there = [row for row in self.rows if row[place] is not None]
        there.sort(key=lambda row: order(row[place]), reverse=by.startswith("-"))
        return replace(self, rows=[*there, *(row for row in self.rows if row[place] is None)])


def order(term: Term | None) -> tuple[int, Decimal, tuple[tuple[int, str], ...]]:
    """Sorts numbers before texts, 9 before 10 in both."""
    found = number(term)
    if found is not None:
        return 0, found, ()
    return 1, Decimal(0), natural(str(getattr(term, "value", term))[:CELL])


class Table:
    """What the page shows of solutions: a column for each thing with its name as a link, one for each other value."""

    def __init__(self, facts: Facts, solutions: Solutions) -> None:
        self.facts = facts
        self.solutions = solutions
        self.labels = solutions.labels()
        self.names = [name for name in solutions.names if name not in self.labels.values()]

    def columns(self, by: str) -> tuple[Column, ...]:
        """The heads of the columns, in rows that were sorted as `by` says."""
        orders = {by: "ascending", by.removeprefix("-"): "descending"} if by.startswith("-") else {by: "ascending"}
        return tuple(Column(name, orders.get(name, "")) for name in self.names)

    def rows(self) -> tuple[tuple[Value | None, ...], ...]:
        """The first rows."""
        first = self.solutions.rows[:ROWS]
        self.facts.mention(*(term.value for row in first for term in row if isinstance(term, ox.NamedNode)))
        self.facts.name()
        return tuple(tuple(self.cell(row, name) for name in self.names) for row in first)

    def cell(self, row: Sequence[Term | None], name: str) -> Value | None:
        """A value in a row: a thing by its name, a day in both calendars, anything else as it is."""
        names = self.solutions.names
        term = row[names.index(name)]
        if term is None:
            return None
        if isinstance(term, ox.NamedNode):
            label = row[names.index(self.labels[name])] if name in self.labels else None
            return Value(self.name(term.value, label), term.value)
        if not isinstance(term, ox.Literal):
            return Value(Text(str(term)))
        if day := day_of(term):
            return Value(Text(day_text(day, self.facts.lang), self.facts.lang))
        return Value(cut(term))

    def name(self, iri: str, label: Term | None) -> Text:
        """The name of a thing: the one that the query asked for, else its own, at worst its IRI, shortened."""
        if isinstance(label, ox.Literal):
            return cut(label)
        known = self.facts.label(iri)
        return known if known.lang or not re.match(r"https?:", known.value) else Text(shrink(iri.removeprefix(ID)))


def cut(literal: ox.Literal) -> Text:
    """A text no longer than a cell."""
    return Text(literal.value[:CELL] + ("…" if len(literal.value) > CELL else ""), literal.language or "")

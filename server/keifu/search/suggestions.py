"""What the search box offers while words are typed: the names that begin with them, then those that hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from keifu.dataset.stores import Store
from keifu.language import Text
from keifu.namespaces import DEF
from keifu.search.folding import fold, read_terms
from keifu.search.hits import CALLED, LATIN, Term
from keifu.search.index import matching
from keifu.search.search import CANDIDATES, Index

OFFERED = 8
"""Most names that are offered."""

LOOKED_AT = 60
"""Most texts whose things are looked at: several may be names of one thing."""

UNOFFERED = tuple(DEF + name for name in ("KpiValue", "StatisticValue", "SourceAnomaly", "QualifiedLink"))
"""Kinds whose names are put together of what they say, and are not names that anybody looks for."""


@dataclass(frozen=True)
class Suggestion:
    """A name, whose it is, and the thing that has it; `iri` is empty where several have it."""

    name: Text
    spelling: str
    """The other name or reading that was typed, where it is not the name itself."""
    kind: str
    body: str
    """IRIs of the kind and of the city it belongs to, empty where there is none."""
    iri: str


def suggestions(store: Store, typed: str, lang: str) -> tuple[Suggestion, ...]:
    """The best names for what was typed, at most OFFERED; none for one Latin letter. TooLarge for too long a text."""
    text = " ".join(fold(typed).split())
    if not read_terms(typed) or (len(text) == 1 and text in LATIN):
        return ()
    return tuple(islice(offered(Index.of(store), text, lang), OFFERED))


def offered(index: Index, text: str, lang: str) -> Iterator[Suggestion]:
    """Names that have a folded text, the best first, each once."""
    shown = set()
    for spelling, things in named(index, Term(text, lang)):
        name = index.label(index.iri(things[0]), lang)
        if name.value in shown:
            continue
        shown.add(name.value)
        kind, city = int(index.columns.kind[things[0]]), int(index.columns.city[things[0]])
        one = len(things) == 1
        yield Suggestion(
            name=name,
            spelling="" if text in fold(name.value) else spelling,
            kind=index.iri(kind),
            body=index.iri(city) if one and city != things[0] else "",
            iri=index.iri(things[0]) if one else "",
        )


def named(index: Index, term: Term) -> Iterator[tuple[str, list[int]]]:
    """The best texts that have a term and are names, each with the things that are called so."""
    rows = index.ask(CANDIDATES, matching(term.text), term.text)
    place, name, thing = index.columns.having(np.array([number for number, _, _ in rows], np.uint32))
    called = np.isin(name, [index.node(iri) for iri in CALLED])
    called &= ~np.isin(index.columns.kind[thing], [index.node(iri) for iri in UNOFFERED])
    place, name, thing = place[called], name[called], thing[called]
    there, first = np.unique(place, return_index=True)
    ranks = []
    for at, by in zip(there.tolist(), name[first].tolist(), strict=True):
        _, folded, lang = rows[at]
        rank = term.rank(folded, lang, index.iri(by))
        if rank is not None:
            ranks.append((rank, len(folded), folded, at))
    for _, _, _, at in sorted(ranks)[:LOOKED_AT]:
        things = np.unique(thing[place == at])
        value = index.ask("SELECT value FROM texts WHERE id = ?", rows[at][0])[0][0]
        yield value, things[np.argsort(index.columns.natural[things])].tolist()

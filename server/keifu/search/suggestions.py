"""What the search box offers while words are typed: the names that begin with them, then those that hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from keifu.dataset.stores import Store
from keifu.language import Text
from keifu.namespaces import DEF
from keifu.search.columns import Numbers, Places
from keifu.search.folding import fold, read_terms
from keifu.search.hits import CALLED, LATIN, Term
from keifu.search.index import NONE, matching
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
    beside: str
    """What it is and the city it belongs to."""
    iri: str

    def offer(self, lang: str, address: str) -> dict[str, str]:
        """What a box on a page is told of it."""
        name = {"name": self.name.value, "lang": self.name.lang or lang}
        return {**name, "spelling": self.spelling, "beside": self.beside, "address": address}


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
        yield suggestion(index, "" if text in fold(name.value) else spelling, things, lang)


def everything(store: Store, lang: str) -> Iterator[Suggestion]:
    """All names of all things, the shortest first, for pages that no server helps; `spelling` is what to look in."""
    index = Index.of(store)
    rows = index.ask("SELECT id, value FROM texts ORDER BY length(value), folded")
    place, _, thing = naming(index, [number for number, _ in rows])
    for at, one in sorted(zip(place.tolist(), thing.tolist(), strict=True)):
        yield suggestion(index, rows[at][1], [one], lang)


def suggestion(index: Index, spelling: str, things: list[int], lang: str) -> Suggestion:
    """The name of some things that are called the same."""
    kind, city = int(index.columns.kind[things[0]]), int(index.columns.city[things[0]])
    one = len(things) == 1
    beside = (kind, city if one and city != things[0] else NONE)
    return Suggestion(
        name=index.label(index.iri(things[0]), lang),
        spelling=spelling,
        beside=" · ".join(index.label(iri, lang).value for iri in map(index.iri, beside) if iri),
        iri=index.iri(things[0]) if one else "",
    )


def named(index: Index, term: Term) -> Iterator[tuple[str, list[int]]]:
    """The best texts that have a term and are names, each with the things that are called so."""
    rows = index.ask(CANDIDATES, matching(term.text), term.text)
    place, name, thing = naming(index, [number for number, _, _ in rows])
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


def naming(index: Index, texts: list[int]) -> tuple[Places, Numbers, Numbers]:
    """Who is called by some texts: the place of the text among those given, the property and the thing."""
    place, name, thing = index.columns.having(np.array(texts, np.uint32))
    called = np.isin(name, [index.node(iri) for iri in CALLED])
    called &= ~np.isin(index.columns.kind[thing], [index.node(iri) for iri in UNOFFERED])
    return place[called], name[called], thing[called]

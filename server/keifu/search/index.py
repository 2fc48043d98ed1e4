"""The texts of a dataset as search reads them: a file of SQLite, written once when the dataset is built.

Words stand in Japanese without spaces, so a text is found by its bigrams (pairs of neighbouring characters): FTS5 gets
each as a word of hexadecimal digits, because its tokenizers would split or drop the characters themselves. What has all
bigrams of a term is a candidate; that it has the term is checked in the text.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox

from keifu.dataset.stores import Store
from keifu.language import LANGUAGES, Text, fiscal_year_text, pick
from keifu.namespaces import DEF, HOME, ID
from keifu.reading.terms import DCTERMS, NAMED_BY, RDF_TYPE, SKOS, Terms, page_query, with_values
from keifu.search.columns import keep
from keifu.search.folding import fold

NAMES = (SKOS + "prefLabel", DCTERMS + "title")
OTHER_NAMES = (SKOS + "altLabel", DEF + "officialEnglishName", SKOS + "notation")
FIELDS: Mapping[str, int] = {
    **dict.fromkeys(NAMES, 2),
    **dict.fromkeys(OTHER_NAMES, 3),
    DEF + "heading": 4,
    **dict.fromkeys((DCTERMS + "description", SKOS + "definition", DEF + "purpose"), 5),
    **dict.fromkeys(
        (DEF + n for n in ("valueText", "bodiesText", "dateText", "adoptedText", "readingInSource", "adoptedReading")),
        6,
    ),
    **dict.fromkeys((DEF + n for n in ("lawNumber", "localGovernmentCode")), 6),
    **dict.fromkeys((SKOS + "example", SKOS + "note"), 6),
}
"""Properties whose texts are searched, with the rank of a match; names that are or begin with the term rank higher."""

LINKS = (
    *(DEF + n for n in ("uses", "runsOn", "channel", "theme", "procedureType", "supportsBusiness", "indicator")),
    *(DEF + n for n in ("addresses", "caseOf")),
    SKOS + "closeMatch",
    DCTERMS + "subject",
)
"""Statements through which a thing is found by a name of another, abbreviations and synonyms included."""

FACETS: Mapping[str, str] = {
    "theme": DEF + "theme",
    "item": DEF + "addresses",
    "status": DEF + "status",
    "year": DEF + "inFiscalYear",
}
"""What results are narrowed by beside kind and city."""

ISSUED_BY = DEF + "issuedBy"
VOCABULARY = HOME + "def"
"""Stands for the kind of every term of the vocabulary."""

FILE = "search-2.sqlite"
"""What the index of a built dataset is called in its folder; another form takes another number and is built again."""

NONE = 0
"""Stands for no kind and no city."""

YEARS = ID + "fiscal-year/"
DIGITS = re.compile(r"\d+")
OWN = re.compile(r"(?:plan/(\d{6})/|body/(\d{6})(?:/|$))")
"""How the IRI of a thing says whose it is: of a municipality or prefecture, which it may be itself."""

SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
-- A thing, and whatever else has an IRI; 0 stands for none. Things are in their natural order, labels have lengths.
CREATE TABLE nodes (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind INTEGER, city INTEGER, natural INTEGER,
  {", ".join(f"{lang} INTEGER" for lang in LANGUAGES)});
CREATE TABLE texts (id INTEGER PRIMARY KEY, value TEXT NOT NULL, lang TEXT NOT NULL, folded TEXT NOT NULL);
CREATE VIRTUAL TABLE bigrams USING fts5(words, content='', detail=none);
CREATE TABLE places (thing INTEGER, property INTEGER, text INTEGER,
  PRIMARY KEY (thing, property, text)) WITHOUT ROWID;
CREATE TABLE links (thing INTEGER, property INTEGER, target INTEGER,
  PRIMARY KEY (thing, property, target)) WITHOUT ROWID;
"""
INDEXES = """
CREATE UNIQUE INDEX node_iri ON nodes (iri);
CREATE INDEX node_city ON nodes (city);
CREATE INDEX place_text ON places (text, property, thing);
CREATE INDEX link_target ON links (target, property, thing);
INSERT INTO bigrams (bigrams) VALUES ('optimize');
ANALYZE;
"""


def grams(text: str) -> Iterator[str]:
    """The bigrams of a folded text as words for FTS5; the last character stands with none."""
    codes = [f"{ord(c):06x}" for c in text] + ["000000"]
    return map("".join, pairwise(codes))


def matching(term: str) -> str:
    """The expression of FTS5 for the texts that may have a folded term."""
    if len(term) == 1:
        return f'"{ord(term):06x}"*'
    return " ".join(f'"{gram}"' for gram in list(grams(term))[:-1])


def write(store: Store, path: Path | str) -> sqlite3.Connection:
    """Make the index of a store, in a new file or in `:memory:`."""
    database = sqlite3.connect(path, check_same_thread=False)
    database.executescript(SCHEMA)
    Writer(store, database).write()
    database.commit()
    database.executescript(INDEXES)
    keep(database)
    return database


class Writer:
    """Reads a store once and fills the tables."""

    def __init__(self, store: Store, database: sqlite3.Connection) -> None:
        self._store = store
        self._insert = database.executemany
        self._terms = Terms.of(store)
        self._nodes: dict[str, int] = {}
        self._texts: dict[tuple[str, str], int] = {}
        self._things: dict[int, str] = {}
        self._names: dict[int, list[tuple[int, int]]] = defaultdict(list)
        """Of each thing: how good the property is that names it (0 is best), and the text."""
        self._kinds: dict[int, list[str]] = defaultdict(list)
        self._issuers: dict[int, str] = {}

    def write(self) -> None:
        """Fill all tables."""
        self._insert("INSERT OR IGNORE INTO places VALUES (?, ?, ?)", self._places())
        self._insert("INSERT OR IGNORE INTO links VALUES (?, ?, ?)", self._links())
        folded = [(number, *text, fold(text[0])) for text, number in self._texts.items()]
        self._insert("INSERT INTO texts VALUES (?, ?, ?, ?)", folded)
        self._insert(
            "INSERT INTO bigrams (rowid, words) VALUES (?, ?)", ((row[0], " ".join(grams(row[3]))) for row in folded)
        )
        things = list(self._rows())
        others = ((number, iri) for iri, number in self._nodes.items() if number not in self._things)
        self._insert("INSERT INTO nodes VALUES (?, ?, ?, ?, ?, ?, ?)", things)
        self._insert("INSERT INTO nodes (id, iri) VALUES (?, ?)", others)

    def _node(self, iri: str) -> int:
        return self._nodes.setdefault(iri, len(self._nodes) + 1)

    def _select(self, name: str, properties: Iterable[str]) -> Iterator[ox.QuerySolution]:
        """The rows of a query of ours about some properties, one at a time: a nation has many."""
        rows = self._store.query(with_values(page_query(name), property=dict.fromkeys(properties)))
        assert isinstance(rows, ox.QuerySolutions)  # noqa: S101 - our own SELECT
        yield from rows

    def _places(self) -> Iterator[tuple[int, int, int]]:
        """Which thing has which text by which property."""
        for thing, name, literal in self._select("search-texts", FIELDS):
            if thing.value.startswith((ID, DEF)):
                node, lang = self._node(thing.value), (literal.language or "").lower()
                self._things[node] = thing.value
                text = self._texts.setdefault((literal.value, lang), len(self._texts) + 1)
                if name.value in NAMED_BY and lang != "ja-hira":
                    self._names[node].append((NAMED_BY.index(name.value), text))
                yield node, self._node(name.value), text

    def _links(self) -> Iterator[tuple[int, int, int]]:
        """Which thing is linked to what; kinds and issuers are kept for the things themselves."""
        for thing, name, value in self._select("search-links", (RDF_TYPE, *LINKS, *FACETS.values(), ISSUED_BY)):
            node = self._nodes.get(thing.value)
            if node not in self._things:
                continue
            if name.value == RDF_TYPE:
                self._kinds[node].append(value.value)
            elif name.value == ISSUED_BY:
                self._issuers[node] = value.value
            else:
                yield node, self._node(name.value), self._node(value.value)

    def _rows(self) -> Iterator[tuple[object, ...]]:
        """The things: kind, city, place in the natural order, lengths of the labels."""
        texts = [Text(*text) for text in self._texts]
        narrowest = cache(lambda kinds: next(iter(self._terms.narrowest(kinds)), ""))

        @cache
        def lengths(names: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
            best = [texts[text - 1] for rank, text in names if rank == names[0][0]]
            return tuple(len(str(pick(best, lang))) for lang in LANGUAGES)

        ordered = sorted((natural(iri), node, iri) for node, iri in self._things.items())
        for order, (_, node, iri) in enumerate(ordered):
            kind = VOCABULARY if iri.startswith(DEF) else narrowest(tuple(sorted(self._kinds[node])))
            names = self._names.get(node)
            known = [term_label(self._terms, iri, lang) for lang in LANGUAGES]
            label = lengths(tuple(sorted(names))) if names else (len(iri),) * len(LANGUAGES)
            found = tuple(len(str(name)) if name else length for name, length in zip(known, label, strict=True))
            yield node, iri, self._known(kind), self._known(self._city(node, iri)), order, *found

    def _city(self, node: int, iri: str) -> str:
        """The municipality or prefecture that a thing is, belongs to by its IRI or was issued by; else nothing."""
        if own := OWN.match(iri.removeprefix(ID)):
            return f"{ID}body/{own[1] or own[2]}"
        issuer = self._issuers.get(node, "")
        return issuer if OWN.fullmatch(issuer.removeprefix(ID)) else ""

    def _known(self, iri: str) -> int:
        return self._node(iri) if iri else NONE


def term_label(terms: Terms, iri: str, lang: str) -> Text | None:
    """The name of a term or of a fiscal year, None for all that is named by its texts."""
    year = iri.removeprefix(YEARS)
    return Text(fiscal_year_text(int(year), lang), lang) if year.isdecimal() else terms.label(iri, lang)


def natural(iri: str) -> str:
    """Sorts 2-9 before 2-10, as `terms.natural` does, but quicker: no character of an IRI sorts before NUL."""
    return DIGITS.sub(lambda number: "\0" + number[0].zfill(20), iri)

"""Search over everything that the dataset says in words.

The texts are held in memory as they are compared, and each search goes through them all: half a millisecond a term on
the five plans (18,000 texts, 370,000 characters). No list of words or bigrams has to be made, held or verified, and
words of one or two characters, which the tokenizers of SQLite miss in Japanese, need no care of their own.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from keifu.facts import YEARS, body_of
from keifu.folding import fold, read_terms
from keifu.language import Text, fiscal_year_text, pick
from keifu.namespaces import BASE, DEF, ID, PREFIXES
from keifu.terms import DCTERMS, NAMED_BY, RDF_TYPE, SKOS, Answers, Terms, natural, page_query, with_values

NAMES = (SKOS + "prefLabel", DCTERMS + "title")
OTHER_NAMES = (SKOS + "altLabel", DEF + "officialEnglishName", SKOS + "notation")
FIELDS: Mapping[str, int] = {
    **dict.fromkeys(NAMES, 2),
    **dict.fromkeys(OTHER_NAMES, 3),
    DEF + "heading": 4,
    **dict.fromkeys((DCTERMS + "description", SKOS + "definition", DEF + "purpose"), 5),
    **dict.fromkeys((DEF + n for n in ("valueText", "bodiesText", "dateText", "readingInSource", "adoptedReading")), 6),
    **dict.fromkeys((DEF + "lawNumber", DEF + "localGovernmentCode", SKOS + "example", SKOS + "note"), 6),
}
"""Properties whose texts are searched, with the rank of a match; names that are or begin with the term rank higher."""

LINKED = 7
"""The rank of what is linked to a thing that is named like the term."""

LATIN = "0123456789abcdefghijklmnopqrstuvwxyz"
"""With what a word begins that has others around it."""

BODY = PREFIXES["org"] + "unitOf"
"""Stands for what a thing has of a body by its identifier."""

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

VOCABULARY = BASE + "def"
"""Stands for the kind of every term of the vocabulary."""


def slug(iri: str) -> str:
    """How a thing is named in the address of a search."""
    return iri.removeprefix(DEF).removeprefix(ID)


@dataclass
class Thing:
    """What search knows of a thing."""

    iri: str
    names: dict[str, list[Text]] = field(default_factory=dict)
    """By the property that names it."""
    links: dict[str, list[str]] = field(default_factory=dict)
    kind: str = ""
    city: str = ""
    """The municipality or prefecture it is or belongs to, empty for what is shared."""

    def facet(self, name: str) -> Sequence[str]:
        """The values by which a facet knows the thing: IRIs."""
        if name in FACETS:
            return self.links.get(FACETS[name], ())
        return (self.kind if name == "kind" else self.city,)


@dataclass(frozen=True)
class Match:
    """Where a term was found: in a text of the thing, or in a name of what the thing is linked to."""

    property: str
    text: Text
    linked: str = ""


@dataclass(frozen=True)
class Hit:
    """A thing that was found; `rank` sorts the best first."""

    thing: Thing
    rank: tuple[object, ...]
    matches: tuple[Match, ...]


Place = tuple[tuple[bool, int, bool], Match]
"""A match with its rank: inside a longer word, field, not in the language of the page."""


class Index:
    """The texts of a dataset, ready to be searched; nothing in it changes."""

    def __init__(self, store: Answers) -> None:
        self.terms = Terms.of(store)
        self.things: dict[str, Thing] = {}
        self._folded: list[str] = []
        self._places: list[tuple[Thing, Match]] = []
        self._linking: dict[str, list[tuple[Thing, str]]] = defaultdict(list)
        for row in store.select(with_values(page_query("search-texts"), property=FIELDS)):
            iri, text = row["thing"].value, row["text"]
            if iri.startswith((ID, DEF)):
                self._add(iri, Match(row["property"].value, Text(text.value, (text.language or "").lower())))
        kinds = defaultdict(list)
        wanted = (RDF_TYPE, *LINKS, *FACETS.values(), DEF + "issuedBy")
        for row in store.select(with_values(page_query("search-links"), property=dict.fromkeys(wanted))):
            thing, name, value = self.things.get(row["thing"].value), row["property"].value, row["value"].value
            if thing and name == RDF_TYPE:
                kinds[thing.iri].append(value)
            elif thing:
                thing.links.setdefault(name, []).append(value)
        for thing in self.things.values():
            self._place(thing, kinds[thing.iri])

    @classmethod
    @lru_cache(maxsize=2)
    def of(cls, store: Answers) -> "Index":
        """That of a store; it never changes, so it is made once."""
        return cls(store)

    def _add(self, iri: str, match: Match) -> None:
        thing = self.things.setdefault(iri, Thing(iri))
        if match.property in NAMED_BY and match.text.lang != "ja-hira":
            thing.names.setdefault(match.property, []).append(match.text)
        self._folded.append(fold(match.text.value))
        self._places.append((thing, match))

    def _place(self, thing: Thing, kinds: list[str]) -> None:
        """Say of what kind a thing is and where it belongs, and note it at what it is linked to."""
        if thing.iri.startswith(DEF):
            thing.kind = VOCABULARY
        else:
            thing.kind = next(iter(self.terms.narrowest(kinds)), "")
            owners = [thing.iri, body_of(thing.iri), *thing.links.get(DEF + "issuedBy", ())]
            thing.city = next((o for o in owners if o and re.fullmatch(r"body/\d{6}", o.removeprefix(ID))), "")
        if thing.city not in ("", thing.iri):
            self._linking[thing.city].append((thing, BODY))
        for name in LINKS:
            for value in thing.links.get(name, ()):
                self._linking[value].append((thing, name))

    def label(self, iri: str, lang: str) -> Text:
        """The name of a thing or a term, at worst its shortened IRI."""
        year = iri.removeprefix(YEARS)
        if year.isdecimal():
            return Text(fiscal_year_text(int(year), lang), lang)
        names = self.things[iri].names if iri in self.things else {}
        best = next((names[name] for name in NAMED_BY if name in names), ())
        return self.terms.label(iri, lang) or pick(best, lang) or Text(slug(iri))

    def _find(self, term: str, lang: str) -> dict[str, Place]:
        """The best place of a term in each thing that has it."""
        best: dict[str, Place] = {}

        def offer(thing: Thing, rank: tuple[bool, int, bool], match: Match) -> None:
            if thing.iri not in best or rank < best[thing.iri][0]:
                best[thing.iri] = rank, match

        # Inside a longer Latin word a term is seldom what was meant (AI in "maintain"): there it counts in names only.
        end = "(?![a-z0-9])" if len(term) < 3 else ""
        word = re.compile(f"(?<![a-z0-9]){re.escape(term)}{end}") if term[0] in LATIN else None
        for number in [n for n, text in enumerate(self._folded) if term in text]:
            text, (thing, match) = self._folded[number], self._places[number]
            field_rank = FIELDS[match.property]
            if field_rank == FIELDS[NAMES[0]]:
                field_rank = 0 if text == term else 1 if text.startswith(term) else field_rank
            foreign = match.text.lang not in (lang, "")
            inside = word is not None and not word.search(text)
            if not inside or match.property in (*NAMED_BY, *OTHER_NAMES):
                offer(thing, (inside, field_rank, foreign), match)
            if text == term and match.property in (*NAMES, *OTHER_NAMES[:2]):
                for other, name in self._linking.get(thing.iri, ()):
                    offer(other, (False, LINKED, foreign), Match(name, match.text, thing.iri))
        return best

    def search(self, query: str, lang: str) -> list[Hit]:
        """What has all the terms of a query, the best first; nothing for an empty query. TooLarge for one too long."""
        terms = read_terms(query)
        if not terms:
            return []
        found = [self._find(term, lang) for term in terms]
        # Words that stand together as they were typed count as one.
        whole = self._find(" ".join(terms), lang) if len(terms) > 1 else {}
        hits = []
        for iri in set(found[0]).intersection(*found[1:]):
            places = [one[iri] for one in found]
            rank = max(rank for rank, _ in places)
            if iri in whole:
                rank = min(rank, whole[iri][0])
            matches = dict.fromkeys(match for _, match in sorted(places, key=lambda place: place[0]))
            thing = self.things[iri]
            hits.append(Hit(thing, (*rank, len(self.label(iri, lang).value), natural(iri)), tuple(matches)))
        return sorted(hits, key=lambda hit: hit.rank)

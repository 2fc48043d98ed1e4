"""What pages know before they ask: the queries behind them, and the names and order of the terms they meet."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from keifu.dataset.stores import once
from keifu.errors import NotFound
from keifu.language import Text, pick
from keifu.namespaces import DEF, PREFIXES, rebased

PAGES = Path(__file__).parents[1] / "pages"
PAGE_QUERIES = frozenset(path.stem for path in PAGES.glob("*.rq"))
"""The names of the queries behind pages."""

RDF_TYPE = PREFIXES["rdf"] + "type"
SKOS = PREFIXES["skos"]
DCTERMS = PREFIXES["dcterms"]

NAMED_BY = (SKOS + "prefLabel", PREFIXES["rdfs"] + "label", DCTERMS + "title", DEF + "heading")
"""Properties that name a thing, best first."""

FOREIGN: Mapping[str, tuple[str, str]] = {
    RDF_TYPE: ("種類", "Type"),
    SKOS + "altLabel": ("別名", "Also called"),
    SKOS + "definition": ("定義", "Definition"),
    SKOS + "notation": ("番号", "Number"),
    SKOS + "inScheme": ("属する体系", "In scheme"),
    SKOS + "topConceptOf": ("最上位の概念", "Top concept of"),
    SKOS + "broader": ("上位の概念", "Broader"),
    SKOS + "closeMatch": ("近い概念", "Close match"),
    SKOS + "member": ("要素", "Members"),
    SKOS + "note": ("注記", "Note"),
    SKOS + "example": ("例", "Example"),
    SKOS + "Concept": ("概念", "Concept"),
    SKOS + "ConceptScheme": ("概念の体系", "Concept scheme"),
    DCTERMS + "description": ("説明", "Description"),
    DCTERMS + "identifier": ("識別子", "Identifier"),
    DCTERMS + "isReplacedBy": ("代わりになるもの", "Replaced by"),
    DCTERMS + "language": ("言語", "Language"),
    DCTERMS + "license": ("ライセンス", "Licence"),
    DCTERMS + "title": ("題名", "Title"),
    DCTERMS + "creator": ("作成者", "Creator"),
    PREFIXES["dcat"] + "version": ("版", "Version"),
    PREFIXES["dcat"] + "landingPage": ("公表ページ", "Published at"),
    PREFIXES["dcat"] + "Dataset": ("データセット", "Dataset"),
    PREFIXES["schema"] + "sameAs": ("外部の同じもの", "Same thing elsewhere"),
    PREFIXES["schema"] + "url": ("ウェブサイト", "Website"),
    PREFIXES["geo"] + "lat": ("緯度", "Latitude"),
    PREFIXES["geo"] + "long": ("経度", "Longitude"),
    PREFIXES["rdfs"] + "seeAlso": ("参照", "See also"),
    PREFIXES["org"] + "unitOf": ("属する団体", "Unit of"),
    PREFIXES["org"] + "subOrganizationOf": ("上部組織", "Part of organisation"),
    PREFIXES["org"] + "hasMember": ("構成団体", "Members"),
    PREFIXES["org"] + "postIn": ("置かれる組織", "Post in"),
    PREFIXES["org"] + "OrganizationalUnit": ("部署", "Department"),
    PREFIXES["org"] + "Post": ("職", "Post"),
    PREFIXES["org"] + "Organization": ("団体", "Organisation"),
    DCTERMS + "subject": ("主題", "Subject"),
    PREFIXES["qb"] + "component": ("構成要素", "Component"),
    PREFIXES["qb"] + "dataSet": ("統計表", "Statistics table"),
    PREFIXES["qb"] + "structure": ("データ構造", "Data structure"),
}
"""Japanese and English names of the terms of others, about which the vocabulary states nothing."""

ORDER = [
    DEF + name
    for name in (
        "purpose",
        "issuedBy",
        "policyType",
        "adoptedOn",
        "adoptedText",
        "promulgatedOn",
        "enforcedOn",
        "startDate",
        "endDate",
        "asOf",
        "dateText",
        "inFiscalYear",
        "status",
        "phase",
        "numericValue",
        "unit",
        "valueText",
        "comparator",
        "normalizedValue",
        "valueRole",
        "indicator",
        "area",
        "breakdown",
        "responsibleUnit",
        "collaborator",
        "theme",
        "markedAs",
        "respondsTo",
        "relatedPolicy",
        "succeeds",
        "amends",
    )
]
"""Properties in the order of the rows of a page; the others follow."""


class Answers(Protocol):
    """What is asked of a store here."""

    def __hash__(self) -> int:
        """Stores are told apart by identity."""

    def construct(self, text: str) -> list[ox.Triple]:
        """All triples of a CONSTRUCT."""

    def select(self, text: str) -> list[ox.QuerySolution]:
        """All solutions of a SELECT."""


@cache
def page_query(name: str) -> str:
    """The text of pages/NAME.rq."""
    return rebased((PAGES / f"{name}.rq").read_text(encoding="utf-8"))


def with_values(text: str, **given: Iterable[str]) -> str:
    """The query with each `VALUES ?name { … }` filled; NotFound for what is no IRI, so nothing else can get in."""
    for name, iris in given.items():
        block = " ".join(str(named(iri)) for iri in iris)
        # An IRI holds no backslash, so that none of it can mean anything in a replacement.
        text = re.sub(rf"(VALUES \?{name}) \{{[^}}]*\}}", rf"\1 {{ {block} }}", text)
    return text


def named(iri: str) -> ox.NamedNode:
    """The node of an IRI; NotFound where the text is none, as where an address names what cannot be."""
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise NotFound(
            f"{iri} は IRI として書けない名前です。アドレスの綴りを直してください。",
            f"{iri} is no name that an IRI can have. Mend the address.",
        ) from error


def key(term: object) -> str:
    """The IRI of a node, `_:…` for a blank one."""
    return term.value if isinstance(term, ox.NamedNode) else str(term)


@lru_cache(maxsize=100_000)
def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sorts 2-9 before 2-10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text))


class Terms:
    """What pages have to know of the vocabulary: which classes and relations lie above which."""

    def __init__(self, store: Answers) -> None:
        self._parents: dict[str, set[str]] = defaultdict(set)
        self._above: dict[str, frozenset[str]] = {}
        self._names: dict[str, list[Text]] = defaultdict(list)
        for triple in store.construct(page_query("terms")):
            if isinstance(triple.object, ox.Literal):
                self._names[key(triple.subject)].append(Text(triple.object.value, triple.object.language or ""))
            else:
                self._parents[key(triple.subject)].add(key(triple.object))

    @staticmethod
    @once
    def of(store: Answers) -> "Terms":
        """Those of a store."""
        return Terms(store)

    def label(self, term: str, lang: str) -> Text | None:
        """The name of a term of ours or of others, None for what is no term."""
        if term in FOREIGN:
            return Text(FOREIGN[term][lang != "ja"], lang)
        return pick(self._names.get(term, ()), lang)

    def above(self, term: str) -> frozenset[str]:
        """Every class or property above a term, itself left out."""
        if term not in self._above:
            found: set[str] = set()
            rest = [term]
            while rest:
                new = self._parents.get(rest.pop(), set()) - found
                found |= new
                rest.extend(new)
            self._above[term] = frozenset(found - {term})
        return self._above[term]

    def narrowest(self, classes: Iterable[str]) -> list[str]:
        """Those classes that have none of the others below them, our own first."""
        given = set(classes)
        wider = {upper for one in given for upper in self.above(one)}
        return sorted(given - wider, key=lambda c: (not c.startswith(DEF), c))

    def leads_up(self, relation: str) -> bool:
        """Whether a property is one of the upward relations."""
        return DEF + "upstream" in self.above(relation)


def order_of(name: str) -> tuple[int, str]:
    """Where a property stands among the rows of a page: named ones first, those of others last."""
    return (ORDER.index(name), "") if name in ORDER else (len(ORDER) + (not name.startswith(DEF)), name)

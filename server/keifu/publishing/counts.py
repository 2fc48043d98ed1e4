"""What the descriptions of the dataset need to know of it: its statistics, and which plan a graph is about."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from keifu.dataset.stores import Store
from keifu.namespaces import DEF, DERIVED_GRAPH, ID, PREFIXES, SPARQL_PREFIXES

TARGETS: Mapping[str, tuple[str, str, str, str, str]] = {
    "e-stat": (
        DEF + "standardAreaCode",
        "http://data.e-stat.go.jp/lod/sac/",
        "http://data.e-stat.go.jp/lodw/",
        "統計LODの標準地域コード",
        "Standard area codes of e-Stat Linked Open Data",
    ),
    "wikidata": (
        PREFIXES["schema"] + "sameAs",
        "http://www.wikidata.org/entity/",
        "https://www.wikidata.org/",
        "ウィキデータ",
        "Wikidata",
    ),
    "e-gov": (
        PREFIXES["rdfs"] + "seeAlso",
        "https://laws.e-gov.go.jp/law/",
        "https://laws.e-gov.go.jp/",
        "e-Gov法令検索",
        "e-Gov law search",
    ),
}
"""The datasets of others that ours links to: by which property, to which IRIs, their home page, their names."""

EXAMPLES = ("DxPlan", "Initiative", "PriorityItem", "Law", "Municipality")
"""The classes of the example resources."""


@dataclass(frozen=True)
class Counts:
    """The numbers that VoID asks for, over the merge of all graphs."""

    entities: int
    """Subjects under our own IRIs of things."""
    subjects: int
    objects: int
    classes: Mapping[str, int]
    """Instances by class."""
    properties: Mapping[str, tuple[int, int, int]]
    """Triples, subjects and objects by property."""
    graphs: Mapping[str, int]
    """Subjects by graph."""
    links: Mapping[str, int]
    """Triples by key of TARGETS."""
    examples: tuple[str, ...]
    """IRIs, one of each class of EXAMPLES that there is."""


def count(store: Store) -> Counts:
    """The numbers of a dataset."""

    def rows(text: str) -> list[tuple[str, ...]]:
        found = store.select(SPARQL_PREFIXES + text)
        return [tuple(term.value for term in row) for row in found]

    def number(pattern: str) -> int:
        return int(rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[0][0])

    lists = (
        rows(f"SELECT ?x WHERE {{ ?x a keifu:{name} FILTER(ISIRI(?x)) }} ORDER BY ?x LIMIT 1") for name in EXAMPLES
    )
    return Counts(
        entities=number(f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(ISIRI(?s) && STRSTARTS(STR(?s), "{ID}")) }}'),
        subjects=number("SELECT DISTINCT ?s { ?s ?p ?o }"),
        objects=number("SELECT DISTINCT ?o { ?s ?p ?o }"),
        classes={
            name: int(n) for name, n in rows("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c")
        },
        properties={
            name: (int(triples), int(subjects), int(objects))
            for name, triples, subjects, objects in rows(
                "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?a) (COUNT(DISTINCT ?o) AS ?b) { ?s ?p ?o }"
                " GROUP BY ?p ORDER BY ?p"
            )
        },
        graphs={
            name: int(n)
            for name, n in rows("SELECT ?g (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        },
        links={
            key: number(f'?s <{by}> ?o FILTER(STRSTARTS(STR(?o), "{space}"))')
            for key, (by, space, *_) in TARGETS.items()
        },
        examples=tuple(row[0] for found in lists for row in found),
    )


@dataclass(frozen=True)
class Plan:
    """The plan that a graph is about."""

    iri: str
    names: tuple[ox.Literal, ...]
    """In Japanese and English."""
    body: str
    body_names: tuple[ox.Literal, ...]
    start: ox.Literal | None
    end: ox.Literal | None
    adopted: ox.Literal | None
    precision: str
    """How exactly that day is known, the last part of a `precision/…` IRI; empty for a day."""
    documents: tuple[str, ...]


PLACED = f"""SELECT ?g ?plan (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  GRAPH ?g {{ ?x a ?class }}
  FILTER(?g != <{DERIVED_GRAPH}> && STRSTARTS(STR(?x), "{ID}plan/"))
  BIND(IRI(REPLACE(STR(?x), "^({ID}plan/[^/]+/[^/]+/[^/]+).*$", "$1")) AS ?plan)
}} GROUP BY ?g ?plan ORDER BY ?n ?plan"""
"""How many things of a graph stand below which edition of a plan: the first three steps of their IRIs name it."""

PLANS = """SELECT ?plan ?name ?body ?bodyName ?start ?end ?adopted ?precision ?document WHERE {
  ?plan a keifu:Plan ; skos:prefLabel ?name ; keifu:issuedBy ?body .
  ?body skos:prefLabel ?bodyName .
  FILTER(LANG(?name) IN ("ja", "en") && LANG(?bodyName) = LANG(?name))
  OPTIONAL { ?plan keifu:startDate ?start }
  OPTIONAL { ?plan keifu:endDate ?end }
  OPTIONAL { ?plan keifu:adoptedOn ?adopted }
  OPTIONAL { ?plan keifu:datePrecision ?precision }
  OPTIONAL { ?document keifu:manifestationOf ?plan }
} ORDER BY ?plan DESC(LANG(?name)) ?body ?document"""


def plans(store: Store) -> dict[str, Plan]:
    """For each graph that is about a plan of one body, that plan: the one that most things of the graph are part of."""
    rows: dict[str, list[ox.QuerySolution]] = {}
    for row in store.select(SPARQL_PREFIXES + PLANS):
        rows.setdefault(row["plan"].value, []).append(row)
    found: dict[str, Plan] = {}
    for row in store.select(PLACED):
        if same := rows.get(row["plan"].value):
            first = same[0]
            found[row["g"].value] = Plan(
                iri=row["plan"].value,
                names=tuple(dict.fromkeys(each["name"] for each in same)),
                body=first["body"].value,
                body_names=tuple(dict.fromkeys(each["bodyName"] for each in same if each["body"] == first["body"])),
                start=first["start"],
                end=first["end"],
                adopted=first["adopted"],
                precision=first["precision"].value.rpartition("/")[2] if first["precision"] else "",
                documents=tuple(dict.fromkeys(each["document"].value for each in same if each["document"])),
            )
    return found

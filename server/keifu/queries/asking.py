"""The query page: what it offers, and how an answer is shown on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby, islice

import pyoxigraph as ox

from keifu.language import Text
from keifu.lineage.diagram import Pedigree
from keifu.namespaces import DEF
from keifu.queries.chart import Chart, chart
from keifu.queries.graph import from_solutions, from_triples, pedigree
from keifu.queries.queries import USERS, Query, without_head
from keifu.queries.queries import Parameter as Wanted
from keifu.queries.regions import Regions, regions
from keifu.queries.solutions import READ, Column, Solutions, Table, legible
from keifu.reading.facts import Facts
from keifu.reading.terms import SKOS, natural
from keifu.reading.views import Value

CHARACTERS = 40_000
"""Characters shown of a graph."""

CHOICES = 300
"""Most things that a list offers; where there are more, an IRI is typed."""

EXAMPLE = """\
PREFIX keifu: <https://w3id.org/keifu/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?plan ?name
WHERE {
  ?plan a keifu:DxPlan ; skos:prefLabel ?name .
}
ORDER BY ?plan
LIMIT 20
"""
"""What the form holds for a visitor without a query."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A value that a query of the library asks for."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, tuple[tuple[str, Text], ...]], ...] = ()
    """The things it may be, IRI and name, under what they belong to; empty where they cannot be listed."""
    optional: bool = False
    """Whether the query can leave it open."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a query gave: a table, or a text where `columns` is empty."""

    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Value | None, ...], ...] = ()
    """The first rows."""
    count: int = 0
    """How many rows there are."""
    sortable: bool = False
    """Whether there are few enough to be sorted."""
    text: str = ""
    """The beginning of a graph in Turtle; yes or no for an ASK."""
    cut: bool = False
    """Whether the text goes on."""
    views: tuple[str, ...] = ()
    """The ways it can be shown."""
    view: str = "table"
    """The way it is shown."""
    chart: Chart | None = None
    graph: Pedigree | None = None
    map: Regions | None = None
    downloads: tuple[tuple[str, str], ...] = ()
    """Name and address of the whole answer in each format."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why a query did not run; line and column, from 1, where it is the text that is wrong."""

    message: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, kw_only=True)
class Ask:
    """The query page."""

    text: str
    library: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    """For each kind of user, names, titles and descriptions of queries."""
    origin: str = ""
    """The parameter of the address that names the query: `q` for one of the library, `p` for one behind a page."""
    name: str = ""
    title: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)
    """What the columns of the answer are called, by variable; one that is missing is called as it is."""
    result: Result | None = None
    trouble: Trouble | None = None
    snippets: tuple[tuple[str, str], ...] = ()
    """For each language of programs its name and the code that asks the same."""
    cited: str = ""
    """The version of the dataset that the address names, where it is not the one that is served."""


def ask_page(facts: Facts, shelf: Mapping[str, Query], found: Query | None, text: str, given: Mapping[str, str]) -> Ask:
    """The page with a query in its form."""
    ja = facts.lang == "ja"

    def title(query: Query) -> str:
        return query.title_ja if ja else query.title_en

    def description(query: Query) -> str:
        return query.description_ja if ja else query.description_en

    groups = tuple(
        (
            user,
            tuple((name, title(each), description(each)) for name, each in sorted(shelf.items()) if each.user == user),
        )
        for user in reversed(USERS)
    )
    # What the head of a file says stands on the page; the form holds the query itself.
    text = without_head(text)
    if found is None:
        return Ask(text=text, library=groups)
    return Ask(
        text=text,
        library=groups,
        name=found.name,
        title=title(found),
        description=description(found),
        heads=heads(found, facts.lang),
        # The language of the answer is that of the page.
        parameters=tuple(
            Parameter(
                name=each.name,
                label=each.label_ja if ja else each.label_en,
                value=given.get(each.name, "").strip() or each.default,
                choices=choices(facts, each) if each.of else (),
                optional=not each.default,
            )
            for each in found.parameters
            if each.name != "lang"
        ),
    )


def heads(found: Query | None, lang: str) -> Mapping[str, str]:
    """What the columns of the answer to a query are called, by variable."""
    return {name: ja if lang == "ja" else en for name, (ja, en) in (found.columns if found else {}).items()}


def choices(facts: Facts, each: Wanted) -> tuple[tuple[str, tuple[tuple[str, Text], ...]], ...]:
    """The things that a parameter can stand for, under what they are part of; none where they are too many."""
    there = Facts(facts.store, facts.lang)
    there.ask("choices", shown=False, of=[each.of])
    things = sorted(there.iris(each.of, SKOS + "member"), key=lambda iri: (whole(there, iri), natural(iri)))
    if len(things) > CHOICES:
        return ()
    return tuple(
        (name, tuple((iri, there.label(iri)) for iri in group))
        for name, group in groupby(things, key=lambda iri: whole(there, iri))
    )


def whole(facts: Facts, iri: str) -> str:
    """The name of what a thing is part of."""
    above = facts.one(iri, DEF + "partOf", DEF + "editionOf")
    return facts.label(above).value if above else ""


def read_solutions(facts: Facts, body: bytes, rows: int, given: Mapping[str, str]) -> Result:
    """The answer to a SELECT or ASK, in SPARQL JSON, as the page shows it; `given` says how."""
    answer = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        words = ("はい", "いいえ") if facts.lang == "ja" else ("Yes", "No")
        return Result(text=words[not answer])
    by = given.get("sort", "")
    solutions = Solutions.read(answer, rows).sorted(by)
    table = Table(facts, solutions)
    first = table.rows()
    drawn = chart(solutions, table, given)
    graph = pedigree(facts, from_solutions(solutions, table))
    tiles = regions(facts, solutions)
    ways = {"table": True, "chart": drawn, "graph": graph, "map": tiles}
    views = tuple(name for name, way in ways.items() if way)
    return Result(
        columns=table.columns(by),
        rows=first,
        count=rows,
        sortable=1 < rows <= READ,
        views=views,
        view=given["view"] if given.get("view") in views else "table",
        chart=drawn,
        graph=graph,
        map=tiles,
    )


def read_graph(facts: Facts, body: bytes, given: Mapping[str, str]) -> Result:
    """The answer to a CONSTRUCT or DESCRIBE, in Turtle, as the page shows it."""
    text = body.decode()
    quads = islice(ox.parse(body, format=ox.RdfFormat.TURTLE), READ)
    with legible():
        graph = pedigree(facts, from_triples(facts, (quad.triple for quad in quads)))
    return Result(
        text=text[:CHARACTERS],
        cut=len(text) > CHARACTERS,
        views=("text", "graph") if graph else ("text",),
        view="graph" if graph and given.get("view") == "graph" else "text",
        graph=graph,
    )

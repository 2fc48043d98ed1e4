"""What the pages of the dataset and of its graphs show: what is held, in how many statements and in which files."""

from collections.abc import Mapping
from dataclasses import dataclass

from keifu.dataset.stores import Manifest
from keifu.errors import NotFound
from keifu.namespaces import DERIVED_GRAPH, GRAPH
from keifu.publishing.counts import Plan
from keifu.publishing.dumps import WHOLE, Dump
from keifu.publishing.graphs import kind, summary, title
from keifu.reading.facts import Facts
from keifu.reading.terms import natural, page_query, with_values
from keifu.reading.things import file_of
from keifu.reading.views import Link

FOLDERS = ("municipality/", "prefecture/", "national/", "shared/", "register/", "ontology/", "")
"""What the list of graphs begins with, in its order."""

LISTED = 100
"""Graphs on one page of the list."""

NAMED = 20
"""Most kinds that the page of a graph counts, and most things that it names."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A graph in the list."""

    iri: str
    stem: str
    """Its IRI without the namespace of graphs."""
    title: str
    triples: int
    modified: str
    """The day of its last change, empty where that is not known."""
    files: tuple[Dump, ...]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The things of one class in a graph."""

    link: Link
    count: int
    examples: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The page of a graph."""

    held: Held
    summary: str
    body: Link | None
    plan: Link | None
    file: str
    """The source; empty for the graph that the build makes."""
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """The page of the dataset as a whole."""

    numbers: tuple[tuple[Link, int], ...]
    """Kinds of things with how many there are."""
    triples: int
    graphs: int
    files: tuple[Dump, ...]
    """Those of the whole."""
    groups: tuple[tuple[str, tuple[Held, ...]], ...]
    """The graphs on this page of their list, by what they hold."""
    page: int
    pages: int


@dataclass(frozen=True)
class Shelf:
    """Where the graphs of a dataset are looked up."""

    manifest: Manifest
    plans: Mapping[str, Plan]
    """What graphs are about."""
    files: Mapping[str, list[Dump]]
    """The dumps of the whole and of each graph."""

    def held(self, graph: str, lang: str) -> Held:
        """A graph in the list."""
        stem = graph.removeprefix(GRAPH)
        return Held(
            iri=graph,
            stem=stem,
            title=title(stem, self.plans.get(graph), lang),
            triples=self.manifest.graphs[graph],
            modified=self.manifest.modified.get(graph, "")[:10],
            files=tuple(self.files[stem]),
        )


def holdings(facts: Facts, shelf: Shelf, page: int) -> Holdings:
    """The dataset as a whole, with one page of the list of its graphs; NotFound where the list has no such page."""
    every = sorted(shelf.manifest.graphs, key=order)
    pages = -(-len(every) // LISTED)
    if not 1 <= page <= pages:
        raise NotFound(
            f"グラフの一覧は {pages} ページまでです（指定は {page}）。page を直してください。",
            f"The list of graphs has {pages} pages, no page {page}. Mend page in the address.",
        )
    facts.offer("counts")
    rows = facts.store.select(page_query("counts"))
    counts = {row["class"].value: int(row["count"].value) for row in rows}
    groups: dict[str, list[Held]] = {}
    for graph in every[(page - 1) * LISTED : page * LISTED]:
        groups.setdefault(kind(graph.removeprefix(GRAPH), facts.lang), []).append(shelf.held(graph, facts.lang))
    return Holdings(
        numbers=tuple(
            (facts.link(name), counts[name]) for name in sorted(counts, key=lambda name: (-counts[name], name))
        ),
        triples=shelf.manifest.triples,
        graphs=len(every),
        files=tuple(shelf.files[WHOLE]),
        groups=tuple((group, tuple(members)) for group, members in groups.items()),
        page=page,
        pages=pages,
    )


def order(graph: str) -> tuple[int, int, tuple[tuple[int, str], ...]]:
    """Where a graph stands in the list: by folder, and what lies in a folder further down after the rest."""
    stem = graph.removeprefix(GRAPH)
    folder = next(number for number, start in enumerate(FOLDERS) if stem.startswith(start))
    return folder, stem.count("/"), natural(stem)


def graph(facts: Facts, shelf: Shelf, iri: str) -> Graph:
    """The page of a graph of the dataset."""
    for query in ("graph-kinds", "graph"):
        facts.offer(query, iri)
    rows = facts.store.select(with_values(page_query("graph-kinds"), x=[iri]))[:NAMED]
    counts = {row["class"].value: int(row["count"].value) for row in rows}
    things = {name: examples(facts, iri, name, NAMED // len(counts)) for name in counts}
    plan = shelf.plans.get(iri)
    facts.mention(*(thing for found in things.values() for thing in found), *([plan.iri, plan.body] if plan else []))
    facts.name()
    held = shelf.held(iri, facts.lang)
    return Graph(
        held=held,
        summary=summary(held.stem, plan, held.triples, facts.lang),
        body=facts.link(plan.body) if plan else None,
        plan=facts.link(plan.iri) if plan else None,
        file="" if iri == DERIVED_GRAPH else file_of(iri),
        kinds=tuple(
            Kind(link=facts.link(name), count=count, examples=tuple(map(facts.link, things[name])))
            for name, count in counts.items()
        ),
    )


def examples(facts: Facts, graph: str, kind: str, most: int) -> list[str]:
    """The first things of a class in a graph."""
    rows = facts.store.select(with_values(page_query("graph-things"), x=[graph], **{"class": [kind]}))
    return [row["thing"].value for row in rows[:most]]

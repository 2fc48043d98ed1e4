"""What an editor completes in a query: the prefixes, classes and properties that the dataset uses, by their names."""

from collections import Counter

import pyoxigraph as ox

from keifu.dataset.stores import Store
from keifu.namespaces import PREFIXES, shrink
from keifu.reading.facts import Facts
from keifu.reading.terms import SKOS

SAMPLED = "SELECT ?x (COUNT(*) AS ?n) { { SELECT ?s { ?s a %s } LIMIT 200 } ?s ?x ?o } GROUP BY ?x ORDER BY DESC(?n) ?x"
"""The properties of a class, read of some things of it, so that a nation takes no longer than a city."""


def completion(facts: Facts, store: Store) -> dict[str, object]:
    """Prefixes, classes and properties in one language; a class names its properties by their places in the list."""
    classes = uses(store, "SELECT ?x (COUNT(*) AS ?n) { ?s a ?x } GROUP BY ?x ORDER BY DESC(?n) ?x")
    sampled = {iri: uses(store, SAMPLED % ox.NamedNode(iri)) for iri in classes}
    properties = sum(map(Counter, sampled.values()), Counter[str]())
    facts.ask("definitions", shown=False, x=[*classes, *properties])
    places = {iri: place for place, iri in enumerate(properties)}
    return {
        "prefixes": PREFIXES,
        "classes": [
            {**described(facts, iri, count), "properties": sorted(places[name] for name in sampled[iri])}
            for iri, count in classes.items()
        ],
        "properties": [described(facts, iri, count) for iri, count in properties.items()],
    }


def uses(store: Store, query: str) -> dict[str, int]:
    """The terms that a query counts and that a prefix shortens."""
    found = {row["x"].value: int(row["n"].value) for row in store.select(query)}
    return {iri: count for iri, count in found.items() if shrink(iri) != iri}


def described(facts: Facts, iri: str, count: int) -> dict[str, object]:
    """A term: how it is written, its name and definition, and how common it is."""
    label = facts.terms.label(iri, facts.lang)
    return {
        "name": shrink(iri),
        "label": label.value if label else "",
        "text": facts.plain(iri, SKOS + "definition"),
        "count": count,
    }

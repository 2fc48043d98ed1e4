"""All that is stated about one thing, and about the vocabulary."""

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from keifu.dataset.stores import Store
from keifu.errors import Gone, NotFound
from keifu.namespaces import DEF
from keifu.reading.terms import DCTERMS, RDF_TYPE, key, page_query, with_values


def statements(store: Store, iri: str) -> list[ox.Triple]:
    """What is stated about a thing, and up to a thousand statements that point to it; NotFound where there is none."""
    try:
        triples = store.construct(with_values(page_query("statements"), x=[iri]))
    except ValueError as error:
        raise unknown(iri) from error
    if not any(triple.subject == ox.NamedNode(iri) for triple in triples):
        raise unknown(iri)
    return triples


def unknown(iri: str) -> NotFound:
    """The error for an IRI of which nothing is stated."""
    return NotFound(
        f"{iri} についての記述はありません。アドレスの綴りを確かめるか、市区町村の一覧からたどってください。",
        f"Nothing is stated about {iri}. Check the spelling of the address, or start from the list of municipalities.",
    )


def replacements(triples: Iterable[ox.Triple], iri: str) -> list[str] | None:
    """What took the place of a thing whose IRI is retired, perhaps nothing; None for one that is in use."""
    said = [(triple.predicate.value, triple.object) for triple in triples if triple.subject == ox.NamedNode(iri)]
    if (RDF_TYPE, ox.NamedNode(DEF + "RetiredIdentifier")) not in said:
        return None
    return sorted(key(value) for name, value in said if name == DCTERMS + "isReplacedBy")


def gone(iri: str, successors: Sequence[str]) -> Gone:
    """The error for an IRI that is retired."""
    names = ", ".join(successors)
    ja = f"代わりに {names} を見てください。" if names else "代わりになるものはありません。"
    en = f"Go to {names} instead." if names else "Nothing took its place."
    return Gone(f"{iri} は廃止されました。{ja}", f"{iri} is retired. {en}", tuple(successors))


def ontology(store: Store) -> list[ox.Triple]:
    """All that the vocabulary says of itself and of its terms."""
    return store.construct(page_query("ontology"))

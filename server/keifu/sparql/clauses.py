"""The FROM clauses of a query, each graph once: the engine counts the statements of a graph named twice twice.

A dataset holds one graph of a name (SPARQL 1.1 Query §13.1), and its default graph is a set of statements (§13.2).
"""

from collections.abc import Iterator
from urllib.parse import urljoin

from keifu.dataset.terminals import Token, tokens


def once(text: str) -> str:
    """A query without the clauses that name a graph again; all else stands where it stood."""
    if "from" not in text.lower():
        return text
    seen = set()
    for named, graph, start, end in clauses(tuple(tokens(text))):
        if (named, graph) in seen:
            text = text[:start] + " " * (end - start) + text[end:]
        seen.add((named, graph))
    return text


def clauses(found: tuple[Token, ...]) -> Iterator[tuple[bool, str, int, int]]:
    """Whether a clause is FROM NAMED, the IRI it names, and where it begins and ends."""
    base, prefixes = "", {}
    for place, token in enumerate(found):
        after = found[place + 1 : place + 3]
        if token.word == "BASE" and after:
            base = urljoin(base, after[0].text[1:-1])
        elif token.word == "PREFIX" and len(after) == 2:
            prefixes[after[0].text] = urljoin(base, after[1].text[1:-1])
        elif token.word == "FROM" and after:
            named = after[0].word == "NAMED"
            name = after[-1] if named else after[0]
            prefix, _, local = name.text.partition(":")
            graph = urljoin(base, name.text[1:-1]) if name.kind == "iri" else prefixes.get(f"{prefix}:", "") + local
            yield named, graph, token.start, name.start + len(name.text)

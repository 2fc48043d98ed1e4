"""The query page: what it offers, and how an answer is shown on it."""

from collections.abc import Mapping

import pyoxigraph as ox

from keifu.language import Text
from keifu.namespaces import ID, shrink
from keifu.queries import USERS, Query
from keifu.views import Ask, Parameter, Result, Value

ROWS = 100
"""Rows shown on the page; downloads have all."""

CELL = 300
"""Characters shown of one value."""

CHARACTERS = 40_000
"""Characters shown of a graph."""

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


def ask_page(shelf: Mapping[str, Query], found: Query | None, text: str, lang: str, given: Mapping[str, str]) -> Ask:
    """The page with a query in its form."""
    ja = lang == "ja"

    def title(query: Query) -> str:
        return query.title_ja if ja else query.title_en

    groups = tuple(
        (user, tuple((name, title(query)) for name, query in sorted(shelf.items()) if query.user == user))
        for user in reversed(USERS)
    )
    # What the head of a file says stands on the page; the form holds the query itself.
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))
    if found is None:
        return Ask(text=text, library=groups)
    return Ask(
        text=text,
        library=groups,
        name=found.name,
        title=title(found),
        description=found.description_ja if ja else found.description_en,
        # The language of the answer is that of the page.
        parameters=tuple(
            Parameter(
                name=each.name,
                label=each.label_ja if ja else each.label_en,
                value=given.get(each.name, "") or each.default,
            )
            for each in found.parameters
            if each.name != "lang"
        ),
    )


def read_result(body: bytes, rows: int, form: str, lang: str, downloads: tuple[tuple[str, str], ...]) -> Result:
    """An answer as the page shows it: SPARQL JSON of a SELECT or ASK, Turtle of anything else."""
    if form not in ("SELECT", "ASK"):
        text = body.decode()
        return Result(text=text[:CHARACTERS], cut=len(text) > CHARACTERS, downloads=downloads)
    answer = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        words = ("はい", "いいえ") if lang == "ja" else ("Yes", "No")
        return Result(text=words[not answer], downloads=downloads)
    first = [tuple(map(shown, row)) for _, row in zip(range(ROWS), answer, strict=False)]
    return Result(columns=tuple(v.value for v in answer.variables), rows=tuple(first), count=rows, downloads=downloads)


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Value | None:
    """A term in a cell of the table."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Value(Text(term.value.removeprefix(ID) if term.value.startswith(ID) else shrink(term.value)), term.value)
    if isinstance(term, ox.Literal):
        cut = term.value[:CELL] + ("…" if len(term.value) > CELL else "")
        return Value(Text(cut, term.language or ""))
    return Value(Text(str(term)))

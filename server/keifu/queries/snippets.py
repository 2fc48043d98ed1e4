"""The same query asked from a program: code in Python, R and for the shell that carries its text as it is."""

import shlex
from itertools import count


def snippets(endpoint: str, query: str, suffix: str, media_type: str) -> tuple[tuple[str, str], ...]:
    """Name and code for each language; `suffix` and `media_type` are those of the format that the code asks for."""
    return (
        ("Python (SPARQLWrapper)", python(endpoint, query, solutions=suffix == "csv")),
        ("R (httr2)", r(endpoint, query, suffix, media_type)),
        ("curl", curl(endpoint, query, media_type)),
    )


def python(endpoint: str, query: str, *, solutions: bool) -> str:
    """Code for SPARQLWrapper."""
    plain = not any(each in query for each in ("\\", '"""', "\r")) and not query.endswith('"')
    literal = f'"""\n{query}"""' if plain else repr(query)
    name, after = (
        ("JSON", 'for row in endpoint.queryAndConvert()["results"]["bindings"]:\n    print(row)')
        if solutions
        else ("TURTLE", "print(endpoint.queryAndConvert().decode())")
    )
    return (
        f"from SPARQLWrapper import {name}, SPARQLWrapper\n\n"
        f"endpoint = SPARQLWrapper({endpoint!r}, returnFormat={name})\n"
        f"endpoint.setQuery({literal})\n{after}\n"
    )


def r(endpoint: str, query: str, suffix: str, media_type: str) -> str:
    """Code for httr2; a raw string of R ends where its dashes do, so that they must be more than any in the text."""
    dashes = next("-" * n for n in count() if f'){"-" * n}"' not in query)
    read = "read.csv(text = answer)" if suffix == "csv" else "cat(answer)"
    return (
        f'library(httr2)\n\nquery <- r"{dashes}({query}){dashes}"\n'
        f'answer <- request("{endpoint}") |>\n  req_headers(Accept = "{media_type}") |>\n'
        f"  req_body_form(query = query) |>\n  req_perform() |>\n  resp_body_string()\n{read}\n"
    )


def curl(endpoint: str, query: str, media_type: str) -> str:
    """A command for the shell; nothing of the text can end it, so that none of it is ever run."""
    text = query.removesuffix("\n")
    mark = next(name for n in count(1) if (name := f"QUERY{n if n > 1 else ''}") not in text.split("\n"))
    to = shlex.quote(endpoint)
    return f"curl -H 'Accept: {media_type}' --data-urlencode query@- {to} <<'{mark}'\n{text}\n{mark}\n"

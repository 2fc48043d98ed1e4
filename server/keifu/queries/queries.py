"""The library of queries: what the comments at the head of a file say, and how values take the place of its defaults.

A file is complete SPARQL, with its own PREFIX lines, so that it runs anywhere. Its first lines tell what it asks:

    #+ title-ja: …
    #+ title-en: …
    #+ description-ja: …
    #+ description-en: …
    #+ user: publisher, researcher or browser
    #+ question: number of the competency question that it answers, if it answers one
    #+ param plan: iri keifu:DxPlan | 計画 | Plan
    #+ column cityLabel: 市区町村 | Municipality

A parameter is a variable that a VALUES block binds: `VALUES ?plan { <https://…> }` holds its default, `{ UNDEF }`
leaves it open. What follows `iri` is a class of the things it may be, or a property that they have, so that they can be
offered by name; it may be left out.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from keifu.dataset.files import Sources
from keifu.errors import UnusableInput
from keifu.namespaces import ID, PREFIXES, rebased
from keifu.sparql.scanner import Scan

USERS = ("publisher", "researcher", "browser")
NEEDED = ("title-ja", "title-en", "description-ja", "description-en", "user")
HEAD = re.compile(r"#\+ (?:(param|column) ([A-Za-z_]\w*)|([a-z-]+)): (.*\S)\s*")


@dataclass(frozen=True)
class Parameter:
    """A variable of a query that takes another value."""

    name: str
    kind: str
    """A key of TERMS."""
    label_ja: str
    label_en: str
    default: str
    """The value that the file gives, empty where it leaves the variable open."""
    start: int
    end: int
    """Where the default stands in the text."""
    of: str = ""
    """For an IRI the class of the things it may be, or a property that they have; empty where the head names none."""


@dataclass(frozen=True)
class Query:
    """A query and what its head says; one without a head, as typed by hand, has empty titles."""

    name: str
    text: str
    title_ja: str = ""
    title_en: str = ""
    description_ja: str = ""
    description_en: str = ""
    user: str = ""
    """Whom it is written for: one of USERS."""
    question: int | None = None
    """Number of the competency question that it answers."""
    parameters: tuple[Parameter, ...] = ()
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """For each variable of the answer what its column is called, in Japanese and English."""


def typed(local: str, pattern: str, check: Callable[[str], object] = str) -> Callable[[str], ox.Literal]:
    """What makes an XSD literal of a text that fits a pattern and passes a check; ValueError where it does not."""

    def term(value: str) -> ox.Literal:
        if not re.fullmatch(pattern, value):
            raise ValueError(value)
        check(value)
        return ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + local))

    return term


TERMS: Mapping[str, tuple[Callable[[str], ox.NamedNode | ox.Literal], str]] = {
    "iri": (ox.NamedNode, ID + "body/172090"),
    "string": (ox.Literal, "オンライン"),
    "integer": (typed("integer", r"[+-]?[0-9]+"), "27"),
    "decimal": (typed("decimal", r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"), "27.5"),
    "date": (typed("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat), "2026-03-31"),
}
"""For each kind of parameter how a text becomes a term, and an example."""


def library(paths: Iterable[Path]) -> dict[str, Query]:
    """The queries of the files, by name; UnusableInput where the head of one lacks what a library needs."""
    return {path.stem: read_query(rebased(path.read_text(encoding="utf-8")), str(path), NEEDED) for path in paths}


@cache
def shelf() -> dict[str, Query]:
    """The library of the queries that keifu comes with."""
    return library(Sources.find().queries)


def read_query(text: str, name: str, needed: Iterable[str] = ()) -> Query:
    """A query with what its head says; UnusableInput names file and line. `name` is the path of the file."""
    said: dict[str, str] = {}
    parameters: list[Parameter] = []
    columns: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            continue
        found = HEAD.fullmatch(line)
        key = found[3] if found else ""
        if found is None or key not in (*NEEDED, "question", None) or key in said:
            raise wrong(name, number, f"「{line}」は読めません", f"{line!r} cannot be read")
        if (key == "user" and found[4] not in USERS) or (key == "question" and not found[4].isdecimal()):
            raise wrong(name, number, f"{key} に「{found[4]}」は書けません", f"{found[4]!r} does not fit {key}")
        if found[1] == "param":
            parameters.append(read_parameter(text, name, number, found[2], found[4]))
        elif found[1] == "column":
            columns[found[2]] = read_column(name, number, found[4])
        else:
            said[key] = found[4]
    if missing := [key for key in needed if key not in said]:
        raise wrong(name, 1, f"{', '.join(missing)} がありません", f"{', '.join(missing)} missing")
    question = int(said.pop("question")) if "question" in said else None
    fields = {key.replace("-", "_"): value for key, value in said.items()}
    return Query(Path(name).stem, text, **fields, question=question, parameters=tuple(parameters), columns=columns)


def without_head(text: str) -> str:
    """The query itself, without the lines that say what it asks."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))


def read_column(name: str, number: int, said: str) -> tuple[str, str]:
    """What a line calls a column, in Japanese and English."""
    ja, _, en = (part.strip() for part in said.partition("|"))
    if not ja or not en or "|" in en:
        raise wrong(name, number, "「日本語 | 英語」ではありません", "not `ja | en`")
    return ja, en


def read_parameter(text: str, name: str, number: int, variable: str, said: str) -> Parameter:
    """The parameter that a line declares, with its default from the VALUES block."""
    kind, *labels = (part.strip() for part in said.split("|"))
    kind, _, of = kind.partition(" ")
    if kind not in TERMS or len(labels) != 2 or (of and kind != "iri"):
        kinds = ", ".join(TERMS)
        raise wrong(
            name, number, f"「型 | 日本語 | 英語」ではありません（型は {kinds}）", f"not `kind | ja | en` ({kinds})"
        )
    tokens = Scan(text).tokens
    for place, token in enumerate(tokens[:-3]):
        after = tokens[place + 1 : place + 3]
        if token.word == "VALUES" and [each.text for each in after] == [f"?{variable}", "{"]:
            start = after[1].start + 1
            end = next((each.start for each in tokens[place + 3 :] if each.text == "}"), start)
            try:
                value, of = plain(text[start:end]), plain(of) if of else ""
                return Parameter(variable, kind, labels[0], labels[1], value, start, end, of)
            except ValueError:
                break
    raise wrong(
        name,
        number,
        f"VALUES ?{variable} {{ 値一つか UNDEF }} がありません",
        f"no VALUES ?{variable} {{ one term or UNDEF }}",
    )


def plain(default: str) -> str:
    """The value of a term as people write it, empty for UNDEF; ValueError where it is not one term."""
    if default.strip() == "UNDEF":
        return ""
    prefixes = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items())
    try:
        (quad,) = ox.parse(f"{prefixes}<urn:x> <urn:x> {default} .", format=ox.RdfFormat.TURTLE)
    except SyntaxError as error:
        raise ValueError(default) from error
    return str(getattr(quad.object, "value", quad.object))


def wrong(name: str, line: int, ja: str, en: str) -> UnusableInput:
    """The error for the head of a file."""
    return UnusableInput(
        f"{name}:{line}: クエリの見出しに誤りがあります。{ja}。直してください。",
        f"{name}:{line}: the head of the query is wrong: {en}. Mend it.",
    )


def bind(query: Query, values: Mapping[str, str]) -> str:
    """The text of a query with values in the place of defaults; a parameter without a value keeps its default.

    A value is made a term first and written by the engine, so that no text can break out of its place. UnusableInput
    where a value is not of the kind, or no parameter has the name.
    """
    known = {each.name: each for each in query.parameters}
    if unknown := sorted(set(values) - set(known)):
        names = ", ".join(known) or "-"
        raise UnusableInput(
            f"{query.name} にパラメーター {', '.join(unknown)} はありません。使えるもの: {names}。",
            f"{query.name} has no parameter {', '.join(unknown)}. There are: {names}.",
        )
    text = query.text
    for each in sorted(known.values(), key=lambda each: each.start, reverse=True):
        if each.name in values:
            term = str(make_term(each, values[each.name]))
            text = f"{text[: each.start]} {term} {text[each.end :]}"
    return text


def make_term(parameter: Parameter, value: str) -> ox.NamedNode | ox.Literal:
    """A value as a term; UnusableInput where it is not of the kind of the parameter."""
    make, example = TERMS[parameter.kind]
    try:
        return make(value)
    except ValueError as error:
        raise UnusableInput(
            f"パラメーター {parameter.name} の値「{value}」は {parameter.kind} ではありません。例: {example}",
            f"The value {value!r} of the parameter {parameter.name} is no {parameter.kind}. Write it like {example}.",
        ) from error

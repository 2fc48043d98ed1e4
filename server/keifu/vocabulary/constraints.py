"""The shapes in words: what they ask of a class or a property."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from rdflib import SH, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from keifu.dataset.files import Sources
from keifu.language import Text
from keifu.namespaces import DEF, rebased

Name = Callable[[str], str]
"""The name of a term in the language of the page."""


@dataclass(frozen=True)
class Constraint:
    """What a shape asks."""

    subjects: tuple[str, ...]
    """The classes that it asks it of; empty for whatever has the property."""
    sentence: str
    """What is asked, empty where only a query says it."""
    message: Text
    """What is told where it does not hold."""
    severity: str
    """Violation, Warning or Info."""


@cache
def shapes() -> Graph:
    """All shapes."""
    graph = Graph()
    for path in Sources.find().shapes:
        graph.parse(data=rebased(path.read_text(encoding="utf-8")), format="ox-turtle")
    return graph


def constraints(iri: str, lang: str, name: Name) -> tuple[Constraint, ...]:
    """What the shapes ask of the instances of a class, or of what has a property: first what they state, then what
    their queries look for."""
    found = [stated(part, lang, name) for part in sorted(concerned(iri), key=str)]
    return (*found, *(searched(rule, lang) for rule in sorted(searching(iri), key=str)))


def concerned(iri: str) -> Iterator[Node]:
    """The property shapes about a term: those of a class, those whose path has a property."""
    graph = shapes()
    for part in {*graph.subjects(SH.path)}:
        targets = set(graph.objects(part, SH.targetSubjectsOf)) | set(classes(part))
        if URIRef(iri) in targets or iri in [step for step, _ in path(part)]:
            yield part


def classes(part: Node) -> list[Node]:
    """The classes whose instances a property shape is about."""
    graph = shapes()
    owners = graph.subjects(SH.property, part)
    return sorted({target for owner in owners for target in graph.objects(owner, SH.targetClass)}, key=str)


def path(part: Node) -> list[tuple[str, bool]]:
    """The properties of a path, any of which will do, each with whether it is followed backwards."""
    graph = shapes()
    step = graph.value(part, SH.path)
    if inverse := graph.value(step, SH.inversePath):
        return [(str(inverse), True)]
    if several := graph.value(step, SH.alternativePath):
        return [(str(each), False) for each in Collection(graph, several)]
    return [(str(step), False)]


def stated(part: Node, lang: str, name: Name) -> Constraint:
    """What a property shape asks."""
    ja = lang == "ja"
    said = ("、" if ja else ", ").join(asked(part, ja, name))
    steps = [(f"これを「{name(each)}」で指すもの" if ja else f"what leads here by “{name(each)}”") if back
             else (f"「{name(each)}」" if ja else f"“{name(each)}”") for each, back in path(part)]  # fmt: skip
    names = ("または" if ja else " or ").join(steps)
    sentence = f"{names}は、{said}。" if ja else f"{names}: {said}."
    return Constraint(tuple(map(str, classes(part))), sentence, message(part, lang), severity(part))


def asked(node: Node, ja: bool, name: Name) -> Iterator[str]:
    """What a shape asks of the values, piece by piece."""
    graph = shapes()

    def number(term: URIRef) -> str:
        found = graph.value(node, term)
        return "" if found is None else str(found)

    least, most = number(SH.minCount), number(SH.maxCount)
    if least and least == most:
        yield f"ちょうど{least}個" if ja else f"exactly {least}"
    elif least or most:
        if least:
            yield f"{least}個以上" if ja else f"at least {least}"
        if most:
            yield f"{most}個まで" if ja else f"at most {most}"
    for each in graph.objects(node, SH["class"]):
        yield f"{name(str(each))}を指す" if ja else f"leads to: {name(str(each))}"
    for each in graph.objects(node, SH["or"]):
        choices = [" ".join(asked(choice, ja, name)) for choice in Collection(graph, each)]
        yield ("、または" if ja else ", or ").join(choices)
    for each in graph.objects(node, SH["not"]):
        inner = " ".join(asked(each, ja, name))
        yield f"「{inner}」ではない" if ja else f"not: {inner}"
    for each in graph.objects(node, SH.pattern):
        yield f"{each} の形" if ja else f"of the form {each}"
    if graph.value(node, SH.uniqueLang):
        yield "言語ごとに一つ" if ja else "one in each language"
    for each in graph.objects(node, SH.languageIn):
        tags = [str(tag) for tag in Collection(graph, each)]
        yield f"言語は{'、'.join(tags)}" if ja else f"in {', '.join(tags)}"
    if bound := number(SH.minInclusive):
        yield f"{bound}以上" if ja else f"{bound} or more"
    if bound := number(SH.minExclusive):
        yield f"{bound}より大きい" if ja else f"more than {bound}"


def searching(iri: str) -> Iterator[Node]:
    """The node shapes whose queries name a term of ours."""
    graph = shapes()
    term = re.compile(rf"keifu:{re.escape(iri.removeprefix(DEF))}(?![\w-])")
    for shape, rule in graph.subject_objects(SH.sparql):
        if any(term.search(str(query)) for query in graph.objects(rule, SH.select)):
            yield shape


def searched(shape: Node, lang: str) -> Constraint:
    """What a query looks for; only its message says it in words, or the description where results fill in values."""
    graph = shapes()
    rule = graph.value(shape, SH.sparql)
    assert rule is not None  # noqa: S101 - `searching` found it there
    described = graph.value(shape, SH.description) is not None
    said = message(shape, lang, SH.description) if described else message(rule, lang)
    return Constraint((), "", said, severity(shape))


def message(node: Node, lang: str, term: URIRef = SH.message) -> Text:
    """The message in a language, or another text of a shape."""
    found = [each for each in shapes().objects(node, term) if isinstance(each, Literal) and each.language == lang]
    return Text(str(found[0]), lang)


def severity(node: Node) -> str:
    """How much it matters; a shape that does not say is violated."""
    found = shapes().value(node, SH.severity)
    return str(found or SH.Violation).rpartition("#")[2]

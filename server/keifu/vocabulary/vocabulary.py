"""The pages of the vocabulary: all terms, and each term with its uses in the data."""

import re
from collections.abc import Iterator
from contextlib import suppress

import pyoxigraph as ox

from keifu.dataset.stores import Store
from keifu.errors import NotFound
from keifu.language import Text
from keifu.namespaces import DEF, GRAPH, PREFIXES
from keifu.queries.queries import shelf
from keifu.reading.facts import Facts
from keifu.reading.terms import NAMED_BY, RDF_TYPE, SKOS, natural, page_query, with_values
from keifu.reading.views import Link, Value
from keifu.vocabulary.constraints import Constraint, constraints
from keifu.vocabulary.terms import Rule, Term, Vocabulary

RDFS = PREFIXES["rdfs"]
PARTS = ["body", "policy", "plan", "lineage", "measurement", "system", "procedure", "case", "evidence", "time"]
"""The files of the vocabulary in the order of ontology/README.md."""

EXAMPLES = 8
"""Uses that the page of a term shows."""


def term(facts: Facts, store: Store, iri: str) -> Term:
    """The page of a term; NotFound where the vocabulary has none of that name."""
    with suppress(ValueError):  # not an IRI, so not a term
        facts.ask("term", x=[iri])
    if RDFS + "isDefinedBy" not in facts.about(iri):
        name = iri.removeprefix(DEF)
        raise NotFound(
            f"語彙に {name} という語はありません。語彙の一覧から選んでください。",
            f"The vocabulary has no term {name}. Choose one from the list of the vocabulary.",
        )
    kinds = facts.iris(iri, RDF_TYPE)
    is_class = PREFIXES["owl"] + "Class" in kinds
    query = "class-uses" if is_class else "property-uses"
    facts.offer(query, iri)
    uses = store.select(with_values(page_query(query), x=[iri]))
    shown = uses[:EXAMPLES]
    for row in shown:
        facts.mention(*(t.value for t in row if isinstance(t, ox.NamedNode)))
    facts.name()
    names = [Text(t.value, t.language or "") for t in facts.literals(iri, *NAMED_BY)]
    shown_elsewhere = {
        *(SKOS + n for n in ("prefLabel", "definition", "example")),
        *(RDFS + n for n in ("subClassOf", "subPropertyOf", "isDefinedBy")),
        RDF_TYPE,
    }
    # An example of wrong use says so in its first word; it stands after those of right use.
    found = [Text(t.value, facts.lang) for t in facts.literals(iri, SKOS + "example") if t.language == facts.lang]
    return Term(
        iri=iri,
        title=facts.label(iri),
        also=tuple(name for name in names if name.lang != facts.lang),
        definition=facts.text(iri, SKOS + "definition"),
        examples=tuple(sorted(found, key=lambda text: text.value.startswith(("誤用", "Negative")))),
        wider=facts.links(iri, RDFS + "subClassOf", RDFS + "subPropertyOf"),
        narrower=tuple(map(facts.link, facts.into(iri, RDFS + "subClassOf", RDFS + "subPropertyOf"))),
        is_class=is_class,
        rows=facts.rows(iri, shown_elsewhere),
        count=len(uses),
        uses=tuple(use(facts, row, is_class) for row in shown),
        rules=tuple(rule(facts, each) for each in constraints(iri, facts.lang, lambda name: facts.label(name).value)),
        queries=tuple(touching(iri, facts.lang)),
    )


def rule(facts: Facts, asked: Constraint) -> Rule:
    """What the shapes ask."""
    subjects = tuple(map(facts.link, asked.subjects))
    return Rule(subjects=subjects, sentence=asked.sentence, message=asked.message, severity=asked.severity)


def touching(iri: str, lang: str) -> Iterator[tuple[str, str]]:
    """Names and titles of the queries of the library that name a term."""
    term = re.compile(rf"\bkeifu:{re.escape(iri.removeprefix(DEF))}(?![\w-])")
    for name, query in sorted(shelf().items()):
        if term.search(query.text):
            yield name, query.title_ja if lang == "ja" else query.title_en


def use(facts: Facts, row: ox.QuerySolution, is_class: bool) -> tuple[Link, Value | None]:
    """One use of a term."""
    return facts.link(row["subject"].value), None if is_class else facts.value(row["value"])


def vocabulary(facts: Facts) -> Vocabulary:
    """All terms."""
    facts.ask("vocabulary")
    facts.name()
    by_part: dict[str, list[str]] = {}
    for iri in facts.subjects_of(RDFS + "isDefinedBy"):
        for graph in facts.iris(iri, RDFS + "isDefinedBy"):
            by_part.setdefault(graph.removeprefix(f"{GRAPH}ontology/"), []).append(iri)
    schemes = sorted(facts.into(SKOS + "ConceptScheme", RDF_TYPE), key=natural)
    description = PREFIXES["dcterms"] + "description"

    def order(iri: str) -> tuple[bool, str]:
        # Classes begin with a capital letter, properties with a small one.
        name = iri.removeprefix(DEF)
        return name[:1].islower(), name.lower()

    return Vocabulary(
        parts=tuple(
            (
                part,
                tuple(
                    (facts.link(iri), facts.text(iri, SKOS + "definition")) for iri in sorted(by_part[part], key=order)
                ),
            )
            for part in sorted(by_part, key=lambda p: (PARTS.index(p) if p in PARTS else len(PARTS), p))
        ),
        schemes=tuple((facts.link(iri), facts.text(iri, description)) for iri in schemes),
    )

"""The shapes in words, held against the shapes themselves."""

import re

import pytest
from rdflib import SH, Graph

from keifu.dataset.files import Sources
from keifu.namespaces import DEF, shrink
from keifu.vocabulary.constraints import constraints


@pytest.fixture(scope="module")
def graph():
    found = Graph()
    for path in Sources.find().shapes:
        found.parse(path)
    return found


@pytest.mark.parametrize(
    ("term", "lang", "subjects", "sentence"),
    [
        ("Kpi", "en", ["keifu:Kpi"], "“keifu:monitors”: at least 1."),
        ("Kpi", "ja", ["keifu:Kpi"], "「keifu:monitors」は、1個以上。"),
        ("heading", "en", ["keifu:SourceLocator"], "“keifu:heading”: exactly 2, one in each language, in ja, en."),
        ("heading", "ja", ["keifu:SourceLocator"], "「keifu:heading」は、ちょうど2個、言語ごとに一つ、言語はja、en。"),
        ("monitors", "en", [], "“keifu:monitors”: leads to: keifu:PlanElement, or leads to: keifu:PolicyInstrument."),
        ("pdfPage", "ja", ["keifu:SourceLocator"], "「keifu:pdfPage」は、1以上。"),
        ("RetiredIdentifier", "en", ["keifu:RetiredIdentifier"], "“rdf:type”: at most 1."),
        (
            "RetiredIdentifier",
            "ja",
            ["keifu:RetiredIdentifier"],
            "「dcterms:isReplacedBy」は、「keifu:RetiredIdentifierを指す」ではない。",
        ),
        ("citesCase", "en", ["keifu:Case"], "what leads here by “keifu:citesCase”: at least 1."),
    ],
)
def test_a_shape_is_said_in_a_sentence(term, lang, subjects, sentence):
    found = [(list(map(shrink, each.subjects)), each.sentence) for each in constraints(DEF + term, lang, shrink)]
    assert (subjects, sentence) in found


def test_every_kind_of_constraint_has_its_words(graph):
    known = {
        "minCount",
        "maxCount",
        "class",
        "or",
        "not",
        "pattern",
        "uniqueLang",
        "languageIn",
        "minInclusive",
        "minExclusive",
    }
    rest = {"path", "message", "severity", "targetSubjectsOf", "targetClass"}
    used = {
        name for part in graph.subjects(SH.path) for name in graph.predicates(part) if str(name).startswith(str(SH))
    }
    assert {str(name).removeprefix(str(SH)) for name in used} <= known | rest


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_term_that_a_shape_is_about_says_so(graph, lang):
    for part in graph.subjects(SH.path):
        step = graph.value(part, SH.path)
        if str(step).startswith(DEF):
            found = constraints(str(step), lang, shrink)
            (message,) = (str(m) for m in graph.objects(part, SH.message) if m.language == lang)
            (said,) = (each for each in found if each.message.value == message and each.sentence)
            assert re.search(r"[0-9a-zA-Zぁ-ん]", said.sentence.partition("は、" if lang == "ja" else ": ")[2])


def test_a_rule_that_needs_a_query_is_told_by_its_message():
    found = [each for each in constraints(f"{DEF}lawId", "en", shrink) if not each.sentence]
    assert any(each.message.value.startswith("The IRI does not fit the law ID:") for each in found)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_message_with_room_for_values_has_words_that_stand_without_them(lang):
    vocabulary = "".join(path.read_text(encoding="utf-8") for path in Sources.find().ontology)
    terms = set(re.findall(r"^keifu:(\w+) a ", vocabulary, re.M))
    assert len(terms) > 100
    told = {each.message.value for term in terms for each in constraints(DEF + term, lang, shrink)}
    assert {text for text in told if re.search(r"[{}]|[ 「“\"]…", text)} == set()


@pytest.mark.parametrize(
    ("lang", "said", "title"),
    [("ja", "満たすべきこと", "この語を使うクエリ"), ("en", "What the shapes ask", "Queries that use this term")],
)
def test_the_page_of_a_term_shows_them_and_the_queries_that_use_it(client, lang, said, title):
    text = client.get(f"/{lang}/def/Kpi").text
    assert said in text
    assert title in text
    assert f'href="/{lang}/query?q=kpis-incomplete"' in text
    assert f'href="/{lang}/query?q=online-procedures"' not in text

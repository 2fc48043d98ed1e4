"""The library of queries: heads and parameters."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keifu.dataset.files import Sources
from keifu.dataset.stores import Store
from keifu.errors import UnusableInput
from keifu.queries.queries import Parameter, bind, library, read_query

MINI = Sources(Path(__file__).parent / "data" / "mini")
LIBRARY = library(Sources.find().queries)

HEAD = """\
#+ title-ja: 題
#+ title-en: Title
#+ description-ja: 説明: 二つ
#+ description-en: What it is
#+ user: researcher
#+ question: 12
"""
KINDS = {
    "iri": ("<http://e/a>", "http://e/a"),
    "string": ('"語"', "語"),
    "integer": ("5", "5"),
    "decimal": ("2.5", "2.5"),
    "date": ('"2024-03-01"^^xsd:date', "2024-03-01"),
}


def query(kind: str, default: str | None = None):
    text = f"#+ param x: {kind} | ア | A\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
    return read_query(text + f"SELECT ?x {{ VALUES ?x {{ {default or KINDS[kind][0]} }} }}", "test.rq")


def only(text: str) -> ox.Literal | ox.NamedNode | None:
    """The one value that a query gives for ?x."""
    (solution,) = ox.Store().query(text)
    return solution["x"]


def test_a_head_is_read():
    found = read_query(HEAD + "ASK {}", "folder/some-name.rq")
    assert (found.name, found.title_ja, found.title_en) == ("some-name", "題", "Title")
    assert (found.description_ja, found.description_en) == ("説明: 二つ", "What it is")
    assert (found.user, found.question, found.parameters) == ("researcher", 12, ())
    assert found.text == HEAD + "ASK {}"


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_every_column_of_the_library_is_called_something_in_both_languages(name):
    answer = ox.Store().query(LIBRARY[name].text)
    columns = [] if isinstance(answer, ox.QueryTriples) else [variable.value for variable in answer.variables]
    assert list(LIBRARY[name].columns) == columns
    assert all(ja != en or ja == "KPI" for ja, en in LIBRARY[name].columns.values())


def test_a_query_typed_by_hand_needs_no_head():
    found = read_query("ASK {} # ask", "<stdin>")
    assert (found.title_ja, found.user, found.question, found.parameters) == ("", "", None, ())
    assert bind(found, {}) == "ASK {} # ask"


def test_parameters_have_their_defaults():
    (mini,) = library(MINI.queries).values()
    assert [(p.name, p.kind, p.label_ja, p.label_en, p.default) for p in mini.parameters] == [
        ("plan", "iri", "計画", "Plan", ""),
        ("lang", "string", "言語 (ja, en)", "Language (ja, en)", "ja"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (HEAD.replace("title-en", "title_en"), 2, "title_en"),
        (HEAD.replace("title-en", "subtitle-en"), 2, "subtitle-en"),
        (HEAD + "#+ title-ja: 二つ目\n", 7, "二つ目"),
        (HEAD + "#+title-ja: x\n", 7, "#+title-ja"),
        (HEAD + "#+ user:\n", 7, "#+ user:"),
        (HEAD.replace("researcher", "robot"), 5, "robot"),
        (HEAD.replace("12", "twelve"), 6, "twelve"),
        (HEAD.replace("#+ user: researcher\n#+ question: 12\n", ""), 1, "user"),
        (HEAD + "#+ param x: iri | 一\n", 7, "kind | ja | en"),
        (HEAD + "#+ column x: 色\n", 7, "ja | en"),
        (HEAD + "#+ column x: 色 | Colour | Farbe\n", 7, "ja | en"),
        (HEAD + "#+ param x: colour | 色 | Colour\n", 7, "iri, string, integer, decimal, date"),
        (HEAD + "#+ param x: iri | 一 | One\nSELECT ?x {}", 7, "VALUES ?x"),
        (HEAD + "#+ param x: iri | 一 | One\nSELECT ?x { VALUES ?x { <a:1> <a:2> } }", 7, "one term or UNDEF"),
        (HEAD + "#+ param x: iri | 一 | One\nSELECT ?x { VALUES (?x) { (<a:1>) } }", 7, "one term or UNDEF"),
        (HEAD + "#+ param x: iri | 一 | One\nSELECT ?x { # VALUES ?x { <a:1> }\n }", 7, "one term or UNDEF"),
    ],
)
def test_a_wrong_head_is_named_with_file_and_line(tmp_path, text, line, said):
    path = tmp_path / "wrong.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableInput) as caught:
        library([path])
    assert caught.value.en.startswith(f"{path}:{line}: ")
    assert said in caught.value.en
    assert caught.value.ja.startswith(f"{path}:{line}: ")


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_is_shown_as_people_write_it(kind):
    (found,) = query(kind).parameters
    assert (found.kind, found.default) == (kind, KINDS[kind][1])


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("iri", "https://w3id.org/keifu/id/body/172090", "<https://w3id.org/keifu/id/body/172090>"),
        ("iri", "http://e/市", "<http://e/市>"),
        ("string", "オンライン", '"オンライン"'),
        ("string", "", '""'),
        ("integer", "-7", '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "27", '"27"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", "-.5", '"-0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("date", "2026-03-31", '"2026-03-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
    ],
)
def test_a_value_takes_the_place_of_the_default(kind, value, expected):
    assert str(only(bind(query(kind), {"x": value}))) == expected
    assert str(only(bind(query(kind, "UNDEF"), {"x": value}))) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("iri", ""), ("iri", "body/172090"), ("iri", "http://e/a> <b"), ("iri", "http://e/a b"),
        ("integer", ""), ("integer", "1.5"), ("integer", "一"), ("integer", "1 2"), ("integer", "１"),
        ("decimal", "1e3"), ("decimal", "1,000"), ("decimal", "."),
        ("date", "2026-02-30"), ("date", "20260331"), ("date", "令和8年"), ("date", "2026-03-31T00:00:00"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_the_kind_is_named(kind, value):
    with pytest.raises(UnusableInput) as caught:
        bind(query(kind), {"x": value})
    assert f"「{value}」は {kind} ではありません" in caught.value.ja
    assert f"{value!r} of the parameter x is no {kind}" in caught.value.en


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_no_text_breaks_out_of_its_place(text):
    assert only(bind(query("string"), {"x": text})) == ox.Literal(text)


@given(st.text(st.sampled_from("htp:/e#<>{}\"'\\ \n;.?|^`")))
def test_no_iri_breaks_out_of_its_place(text):
    try:
        bound = bind(query("iri"), {"x": text})
    except UnusableInput:
        return
    assert only(bound) == ox.NamedNode(text)


def test_a_parameter_that_is_not_there():
    with pytest.raises(UnusableInput) as caught:
        bind(query("iri"), {"y": "1", "x": "http://e/"})
    assert "has no parameter y. There are: x." in caught.value.en


def test_defaults_stay_where_no_value_is_given(mini):
    store = Store.open(mini)
    (found,) = library(MINI.queries).values()
    names = [row["label"].value for row in store.select(bind(found, {}))]
    assert names == ["電子申請の拡大", "書かない窓口"]
    names = [row["label"].value for row in store.select(bind(found, {"lang": "en"}))]
    assert names == ["More electronic applications", "Counter without forms"]
    assert store.select(bind(found, {"plan": "http://e/other"})) == []
    assert len(store.select(bind(found, {"plan": "https://w3id.org/keifu/id/plan/990019/dx/1", "lang": "en"}))) == 2


@pytest.mark.parametrize("found", LIBRARY.values(), ids=LIBRARY)
class TestLibrary:
    def test_its_defaults_are_of_their_kind_and_stand_for_themselves(self, found):
        values = {each.name: each.default for each in found.parameters if each.default}
        assert list(ox.Store().query(bind(found, values))) == list(ox.Store().query(found.text))

    def test_every_parameter_has_names_in_both_languages(self, found):
        assert all(isinstance(each, Parameter) and each.label_ja and each.label_en for each in found.parameters)

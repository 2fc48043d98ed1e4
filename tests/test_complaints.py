"""Slips in queries: where they are told to be, and how to mend them."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keifu.dataset.complaints import bad_query, failure
from keifu.dataset.files import Sources
from keifu.dataset.terminals import tokens
from keifu.errors import BadQuery
from keifu.namespaces import SPARQL_PREFIXES

LIBRARY = [path.read_text(encoding="utf-8") for path in Sources.find().queries]
OURS = re.compile(r"LATERAL|SERVICE|ENCODE_FOR_URI|\['|\[_\]|u\{|expected|unreported")
"""What the engine's parser says of itself."""

SLIPS = [
    ("SELECT ?x { ?x a keifu:Law }", (1, 18), "PREFIX keifu: <https://w3id.org/keifu/def#>", "宣言されていません"),
    ("ASK {\n ?x skos:prefLabel ?y ; foo:b 1 }", (2, 5), "skos:, foo:", "PREFIX foo: <…>"),
    ("SELECT (bif:contains(?o, 'x') AS ?n) { ?s ?p ?o }", (1, 9), "CONTAINS or REGEX", "Virtuoso"),
    ("ASK { ?s http://e/a ?o }", (1, 10), "Write it as <http://…>", "囲んでください"),
    ("ASK { ?s <http://e/a b> ?o }", (1, 11), "%20", "空白"),
    ("PREFIX: <b> ASK {}", (1, 1), "write PREFIX name: <IRI>", "PREFIX 名前: <IRI>"),
    ("PREFIX a <b:> ASK {}", (1, 8), "Write PREFIX name: <IRI>", "PREFIX 名前: <IRI>"),
    ("PREFIX a: b ASK {}", (1, 11), "Write PREFIX name: <IRI>", "PREFIX 名前: <IRI>"),
    ("SELECT ?x, ?y { ?x ?p ?y }", (1, 10), "no commas", "「,」は要りません"),
    ("SELECT COUNT(*) { ?s ?p ?o }", (1, 8), "(COUNT(*) AS ?n)", "(COUNT(*) AS ?n)"),
    ("SELECT (COUNT(*)) { ?s ?p ?o }", (1, 17), "(COUNT(*) AS ?n)", "(COUNT(*) AS ?n)"),
    ("SELECT (COUNT(*) ?n) { ?s ?p ?o }", (1, 18), "(COUNT(*) AS ?n)", "AS"),
    ("SELECT ?x AS ?y { ?x ?p ?o }", (1, 11), "name it with AS", "AS で名前を"),
    ("SELECT (COUNT ?x AS ?n) { ?x ?p ?y }", (1, 15), "arguments of a function in brackets", "括弧"),
    ("SELECT { ?s ?p ?o }", (1, 8), "variables or *", "変数か *"),
    ("SELECT ?s ?s { ?s ?p ?o }", (1, 11), "names ?s twice", "?s が二度"),
    ("SELECT ?x (?y AS ?x) { ?x ?p ?y }", (1, 18), "?x of AS ?x is in use", "使われています"),
    ("SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o }", (1, 8), "Add GROUP BY ?x", "GROUP BY ?x を足す"),
    ("SELECT ?p ?x (SUM(?y) AS ?n) { ?x ?p ?y } GROUP BY ?p", (1, 11), "Add GROUP BY ?x", "GROUP BY ?x を足す"),
    ("SELECT (?y AS ?z) (COUNT(*) AS ?n) { ?x ?p ?y }", None, "have to be in GROUP BY", "GROUP BY に要ります"),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", (1, 23), "For * write those", "* を"),
    ("ASK { VALUES (?a ?b) { (1) } }", None, "UNDEF", "UNDEF"),
    ("ASK { VALUES (?a ?a) { (1 2) } }", None, "names a variable twice", "同じ変数が二度"),
    ("ASK { ?s ?p ?o BIND(1 AS ?s) }", (1, 30), "in use before it", "その前で使われています"),
    ("ASK { ?s ?p ?o BIND(1) }", (1, 22), "BIND(expression AS ?variable)", "BIND(式 AS ?変数)"),
    ("ASK { { ?s ?p _:a } { ?s ?p _:a } }", (1, 29), "label of a blank node", "空白ノード"),
    ("ASK { ?s ?p 'a'@ja_JP }", (1, 19), "as in ja-JP", "ja-JP"),
    ("ASK { ?s ?p ?o", (1, 15), "The '{' at line 1, column 5 is not closed", "1 行 5 列の「{」が閉じていません"),
    ("ASK { ?s ?p ?o }}", (1, 17), "closes no bracket", "消してください"),
    ("ASK { ?s ?p ?o FILTER(BOUND(?s) }", (1, 33), "The '(' at line 1, column 22", "閉じていません"),
    ("ASK { ?s ?p ?z filter ?z = 1 }", (1, 23), "FILTER(?x = 1)", "FILTER(?x = 1)"),
    ("ASK { ?s ?p ?o FILTER NOT EXIST { ?s ?p 1 } }", (1, 27), "EXISTS", "EXISTS"),
    ("ASK { ?s ?p ?o FILTER NOT { ?s ?p 1 } }", (1, 27), "EXISTS or IN", "EXISTS か IN"),
    ("ASK { ?s ?p ?o FILTER(?s == 1) }", (1, 27), "SPARQL writes = for it", "= と書きます"),
    ("ASK { ?s ?p ?o FILTER(?s = 1 AND ?o = 2) }", (1, 30), "SPARQL writes && for it", "&& と書きます"),
    ("ASK { ?s ?p ?o FILTER(CONTAIN(?s, 'a')) }", (1, 23), "Is CONTAINS meant?", "CONTAINS の綴り"),
    ("ASK { ?s ?p ?o FILTER(XYZZY(?s, 'a')) }", (1, 23), "SPARQL has no such function", "SPARQL にありません"),
    ("ASK { ?s ?p ?o FILTER(CONTAINS(?s)) }", (1, 34), "arguments of CONTAINS", "CONTAINS の引数の数"),
    (r"ASK { ?s ?p ?o FILTER(REGEX(?o, '\d+')) }", (1, 33), r"\d of a regular expression as \\d", r"\\d"),
    ("ASK { ?s ?p }", (1, 13), "a subject, a predicate and an object", "主語・述語・目的語"),
    ("ASK { ?s a }", (1, 12), "a subject, a predicate and an object", "主語・述語・目的語"),
    ("ASK { ?s ?p ?o ?t ?q ?u }", (1, 16), "End the statement before it with '.'", "「.」が要ります"),
    ("ASK { ?x a Law }", (1, 12), "a prefix such as keifu:", "keifu: などの接頭辞"),
    ("ASK { ?s ?p <a> }", (1, 13), "relative IRI", "相対 IRI"),
    ("ASK { ?s ?p <> }", (1, 13), "relative IRI", "相対 IRI"),
    ("BASE <foo> ASK {}", (1, 6), "relative IRI", "相対 IRI"),
    ("ASK { ?s ?p <http://[> }", (1, 13), "not a valid IRI", "IRI として正しくありません"),
    ("ASK { ?s ?p ?o OPTIONAL ?s ?p ?o }", (1, 25), "comes '{'", "「{」で始めて"),
    ("SELECT * { ?s ?p ?o } ORDER ?s", (1, 29), "BY follows", "BY です"),
    ("SELECT * { ?s ?p ?o } ORDER BY", (1, 31), "BY takes variables", "BY の後に"),
    ("SELECT * { ?s ?p ?o } ORDER BY DESC ?s", (1, 37), "Write DESC(?x)", "DESC(?x)"),
    ("SELECT * { ?s ?p ?o }\nLIMIT ten", (2, 7), "a whole number", "整数"),
    ("SELECT * FROM graph { ?s ?p ?o }", (1, 15), "the IRI of a graph", "グラフの IRI"),
    ("SELECT ?x｛ ?x ?p ?o }", (1, 21), "'｛' of ?x｛ is full-width. Write '{'", "?x｛ の「｛」は全角"),
    ("ASK { ＜http://e/> ?p ?o }", (1, 7), "'＜' of ＜http: is full-width", "半角の「<」"),
    ("SELECT ？x { ?x ?p ?o }", (1, 8), "full-width. Write '?'", "半角の「?」"),
    ("ASK {　?s ?p ?o }", (1, 6), "an ordinary space", "半角の空白"),
    ("SELECT * { ?s ?p ?o } WHERE { }", (1, 23), "'WHERE' cannot stand there", "「WHERE」はここに置けません"),
]  # fmt: skip


def complaint(text: str) -> BadQuery:
    """What is said of a query that the engine does not read."""
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text)
    try:
        return bad_query(text, caught.value)
    except BadQuery as error:  # it has no terminals
        return error


@pytest.mark.parametrize(("text", "place", "en", "ja"), SLIPS, ids=lambda value: str(value)[:40])
def test_a_slip(text, place, en, ja):
    said = complaint(text)
    assert en in said.en
    assert ja in said.ja
    assert place in (None, (said.line, said.column))
    assert f"line {said.line}, column {said.column}" in said.en
    assert f"{said.line} 行 {said.column} 列" in said.ja
    assert "\n" not in said.en + said.ja
    assert not OURS.search(said.en + said.ja)


@pytest.mark.parametrize("text", LIBRARY)
def test_a_query_without_a_slip_is_read_to_its_end(text):
    found = tuple(tokens(text))
    assert failure(found)[0] == len(found)


@given(st.sampled_from(LIBRARY), st.data())
def test_a_query_that_lost_a_terminal_is_complained_of_at_a_place_in_it(text, data):
    found = list(tokens(text))
    lost = found[data.draw(st.integers(0, len(found) - 1))]
    broken = text[: lost.start] + " " * len(lost.text) + text[lost.start + len(lost.text) :]
    try:
        ox.Store().query(broken)
    except (SyntaxError, RuntimeError) as error:
        assume(isinstance(error, SyntaxError))
        said = complaint(broken)
        lines = broken.split("\n")
        assert 1 <= said.line <= len(lines)
        assert 1 <= said.column <= len(lines[said.line - 1]) + 1
        assert not OURS.search(said.en + said.ja)


@given(st.lists(st.sampled_from(["SELECT", "*", "{", "}", "?s", "(", ")", ".", "a", "'x'", "<a:b>", "1", "FILTER", "@en", "<<", ">>", "_:b", "^^", "|"])))  # fmt: skip
def test_of_any_terminals_something_is_said(words):
    text = "SELECT * { " + " ".join(words)
    try:
        ox.Store().query(text)
    except SyntaxError as error:
        said = bad_query(text, error)
        assert not OURS.search(said.en + said.ja)
        assert said.line == 1


def test_a_long_query_is_complained_of_in_a_moment():
    text = SPARQL_PREFIXES + "SELECT * { " + "?s?p?o." * 12_000 + "?s }"
    assert len(text) < 100_000
    assert "a subject, a predicate" in complaint(text).en

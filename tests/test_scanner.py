"""Queries as terminals, and what they tell."""

from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from keifu.dataset.files import Sources
from keifu.dataset.terminals import Token, tokens
from keifu.errors import BadQuery, Refused
from keifu.sparql.scanner import Scan, look_up

QUERIES = Sources.find().queries


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<http://e/市?q=#f>", [("iri", "<http://e/市?q=#f>")]),
        ("?a<?b", [("var", "?a"), ("sign", "<"), ("var", "?b")]),
        ("?a<=1", [("var", "?a"), ("sign", "<="), ("number", "1")]),
        ("$窓口", [("var", "$窓口")]),
        ("e:a.b. :x e: :", [("name", "e:a.b"), ("sign", "."), ("name", ":x"), ("name", "e:"), ("name", ":")]),
        (r"id:role\/target%41", [("name", r"id:role\/target%41")]),
        ("e-1.x:", [("name", "e-1.x:")]),
        ("_:b.1.", [("blank", "_:b.1"), ("sign", ".")]),
        ("'a'@ja-Hira", [("string", "'a'"), ("lang", "@ja-Hira")]),
        ('"a"^^e:t', [("string", '"a"'), ("sign", "^^"), ("name", "e:t")]),
        (r"'\'' " + r'"\""', [("string", r"'\''"), ("string", r'"\""')]),
        ("'''a'b''c\n'''", [("string", "'''a'b''c\n'''")]),
        ('"""a"b""c\n"""', [("string", '"""a"b""c\n"""')]),
        ("'' \"\"", [("string", "''"), ("string", '""')]),
        ("''''''", [("string", "''''''")]),
        ("1 -2.5 .5 1e3 +1.E-2", [("number", each) for each in ("1", "-2.5", ".5", "1e3", "+1.E-2")]),
        ("1.", [("number", "1"), ("sign", ".")]),
        ("?a-1", [("var", "?a"), ("number", "-1")]),
        ("a/b|^c", [("word", "a"), ("sign", "/"), ("word", "b"), ("sign", "|"), ("sign", "^"), ("word", "c")]),
        ("e:p?", [("name", "e:p"), ("sign", "?")]),
        ("# <a> 'b\nASK", [("word", "ASK")]),
        ("ASK#\rSELECT", [("word", "ASK"), ("word", "SELECT")]),
        ("'#' <#> x:\\#", [("string", "'#'"), ("iri", "<#>"), ("name", r"x:\#")]),
        ("<<([{}])>>", [(k, t) for k, t in (("open", "<<"), *(("open", t) for t in "([{"), *(("close", t) for t in "}])"), ("close", ">>"))]),
        ("a&&b||!c!=d", [("word", "a"), ("sign", "&&"), ("word", "b"), ("sign", "||"), ("sign", "!"), ("word", "c"), ("sign", "!="), ("word", "d")]),
    ],
)  # fmt: skip
def test_terminals(text, expected):
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("ASK {\n  ?s ?p 'a\n}", 2, 9, "not closed"),
        ('ASK { ?s ?p "a', 1, 13, "not closed"),
        ("ASK {\n ＃ }", 2, 2, "'＃'"),
        ("\\u0041SK {}", 1, 1, "not SPARQL"),
        ("ASK {} \0", 1, 8, "not SPARQL"),
        ("\ufeffASK {}", 1, 1, "not SPARQL"),
        ("SELECT ？x {}", 1, 8, "full-width. Write '?'"),
        ("ASK {\n　?s ?p ?o }", 2, 1, "full-width. Write an ordinary space"),
        ("ASK ｛ ?s ?p ?o ｝", 1, 5, "full-width. Write '{'"),
        ("ASK { ?s <http://e/＞ ?o }", 1, 20, "full-width. Write '>'"),
        ("ASK { ?s e：p ?o }", 1, 11, "full-width. Write ':'"),
        ("ASK { ?s ?p “市” }", 1, 13, "full-width. Write '\"'"),
    ],
)
def test_what_is_no_terminal_is_named_with_its_place(text, line, column, said):
    with pytest.raises(BadQuery) as caught:
        Scan(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert said in caught.value.en
    assert f"{line} 行 {column} 列" in caught.value.ja


@given(st.text())
def test_every_text_is_either_read_to_its_end_or_refused(text):
    with suppress(BadQuery):
        found = list(tokens(text))
        assert all(text[token.start :].startswith(token.text) for token in found)
        assert [token.start for token in found] == sorted({token.start for token in found})


STRINGS = st.text(st.characters(exclude_categories=("Cs",))).map(lambda text: str(ox.Literal(text)))
WORDS = st.sampled_from(
    ["SELECT", "?x", "<http://e/a#b>", "e:p", ":", "'#'", "{", "}", "(", ")", ".", "1.5", "_:b", "@ja"]
)


@given(st.lists(WORDS | STRINGS), st.sampled_from([" ", "\n", " # 'x <y\n", "\t\r\n"]))
def test_terminals_do_not_depend_on_the_space_between_them(words, space):
    assert [token.text for token in tokens(space.join(words))] == words


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_what_the_engine_writes_is_one_terminal_to_the_last(text):
    term = str(ox.Literal(text, language="ja"))
    assert [token.kind for token in tokens(term)] == ["string", "lang"]


@given(st.text(st.sampled_from("'\"\\#<>{}?: \n service SERVICE")))
def test_no_text_in_a_string_or_a_comment_is_taken_for_a_service(text):
    query = f"ASK {{ ?s ?p {ox.Literal(text)} }} # {' '.join(text.split())}"
    assert Scan(query).service is None
    assert Scan(query).form == "ASK"


@given(st.text(max_size=40))
def test_what_the_engine_reads_has_terminals(text):
    query = f"ASK {{ ?s ?p {text} }}"
    try:
        ox.Store().query(query)
    except (SyntaxError, OSError, RuntimeError, ValueError):
        return
    assert Scan(query).form == "ASK"


class TestForm:
    @pytest.mark.parametrize("word", ["SELECT", "ask", "Construct", "DESCRIBE"])
    def test_the_first_word_after_the_prologue(self, word):
        text = f"# SELECT\nBASE <http://e/> PREFIX select: <ask> prefix : <> version '1.2' {word} *"
        assert Scan(text).form == word.upper()

    @pytest.mark.parametrize(
        "word", ["INSERT DATA", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "with"]
    )
    def test_an_update_is_refused(self, word):
        with pytest.raises(Refused, match=word.split()[0].upper()):
            _ = Scan(f"PREFIX a: <b> {word} {{ }}").form

    @pytest.mark.parametrize(
        ("text", "column"), [("PREFIX a: <b> SELEKT *", 15), ("{}", 1), ("'ASK'", 1), ("ask: {}", 1)]
    )
    def test_anything_else_is_named_with_its_place(self, text, column):
        with pytest.raises(BadQuery) as caught:
            _ = Scan(text).form
        assert (caught.value.line, caught.value.column) == (1, column)

    @pytest.mark.parametrize("text", ["", " # ASK {}", "PREFIX a: <b>", "PREFIX a:"])
    def test_nothing_at_all(self, text):
        with pytest.raises(BadQuery, match="has no SELECT"):
            _ = Scan(text).form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM <a> {}", True),
        ("select*from named<a>{}", True),
        ("SELECT ?from { ?from :from 'FROM'@from } # FROM", False),
        ("PREFIX from: <x> ASK { ?s from:from <FROM> ; a _:from }", False),
    ],
)
def test_names_dataset(text, expected):
    assert Scan(text).names_dataset is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT (now() AS ?n) {}", False),
        ("ASK { FILTER(RAND() > 0.5) }", False),
        ("ASK { ?now :uuid 'RAND()' }", True),
        ("ASK { { SELECT * { { ?s ?p ?o } UNION { BIND(STRUUID() AS ?x) } } } }", False),
        ("ASK { FILTER(RAND # ()\n() > 0.5) }", False),
        ("ASK { ?s ?p <http://e/NOW()> # RAND()\n }", True),
        # The engine reads words and comparisons that are no terminals.
        ("SELECT * { ?s ?p ?o } ORDER BYRAND()", False),
        ("ASK { BIND(1 AS ?a) FILTER(?a<NOW()&&?b>?c) }", False),
        ("ASK { BIND(<a:b> AS ?a) FILTER(?a<<a:b#>||RAND()>0.5) }", False),
    ],
)
def test_repeatable(text, expected):
    assert Scan(text).repeatable is expected


REFUSED = [
    "ASK { SERVICE <http://e/> {} }",
    "ASK { service silent <http://e/> {} }",
    "ASK { ?s ?p ?o SERVICE ?s {} }",
    "PREFIX service: <http://e/> ASK { SERVICE service:x {} }",
    # What no standard reading finds, but the engine does: words run together …
    "ASK { ?s a 1SERVICE<http://127.0.0.1:1>{} }",
    "ASK { ?s ?p trueSERVICESILENT<http://127.0.0.1:1>{} }",
    "PREFIX x: <http://127.0.0.1:1/> ASK { SERVICEx:y {} }",
    "PREFIX x: <http://127.0.0.1:1/> PREFIX SERVICESILENTx: <a:> ASK { SERVICESILENTx:y {} }",
    "PREFIX : <http://127.0.0.1:1/> PREFIX service: <a:> ASK { service:y {} }",
]
DISGUISED = [
    # Comparisons that look like an IRI …
    "ASK { BIND(1 AS ?a) FILTER(?a<?b#>'''\n) SERVICE SILENT <http://127.0.0.1:1> {} #'''\n }",
    "ASK { FILTER('!'<'>' ) SERVICE SILENT <http://127.0.0.1:1> {} #'\n }",
    "ASK { BIND(1 AS ?a) FILTER(?a<?b)SERVICE?s#>\n{} }",
    # … and such that look like the beginning of a triple term
    "ASK { BIND(<a:b> AS ?a) FILTER(?a<<a:b#>||1=1) SERVICE <http://127.0.0.1:1> {} }",
    "ASK { BIND(<a:b> AS ?a) FILTER(?a<<http://e/#>||1=1) SERVICE <http://127.0.0.1:1> {} }",
    "ASK { BIND(<a:b> AS ?a) FILTER(1=1||?a<<a:b'>||'1'='1') SERVICE <http://127.0.0.1:1> {} #'\n }",
]
ALLOWED = [
    "PREFIX service: <http://e/> ASK { service:a service:b 'service' . GRAPH service:g { ?service a service: } }",
    "ASK { ?s a <http://e/service#SERVICE> ; ?p 'SERVICE <x> {}'@service } # SERVICE <x> {}",
    'ASK { ?s ?p """\nSERVICE <http://e/> {}\n""", \'\\\'SERVICE <x> {}\' }',
    "PREFIX services: <http://e/> ASK { ?s services:a/services:b _:service }",
    "BASE <http://e/> ASK { ?s ?p <#a> }",
    "BASE <https://w3id.org/keifu/def> SELECT (COUNT(*) AS ?n) { ?s a <#InformationSystem>; ?p ?l FILTER(CONTAINS(LCASE(?l), 'service')) }",
    "BASE <http://e/> ASK { ?s <#service> [ <#b> <#c'> ] FILTER EXISTS { ?s <#a>/<#b> <#c()> } }",
    "BASE <http://e/> ASK { ?s ?p ?o FILTER(?o = <#service> || ?p IN (<#a>) || !(EXISTS { ?s a <#b> })) }",
    "BASE <http://e/> ASK { ?s ?p ?o FILTER(STRDT('service', <#t>) = '1'^^<#t>) }",
]


@pytest.mark.parametrize("text", REFUSED)
def test_service(text):
    assert isinstance(Scan(text).service, Token)


@pytest.mark.parametrize("text", DISGUISED)
def test_what_might_hide_a_service_is_refused_by_its_own_name(text):
    with pytest.raises(Refused) as caught:
        _ = Scan(text).service
    assert "hides a SERVICE" in caught.value.en
    assert "SERVICE を隠せます" in caught.value.ja
    assert Scan(text).disguise.text in caught.value.en


@pytest.mark.parametrize("text", ALLOWED)
def test_no_service(text):
    assert Scan(text).service is None
    assert ox.Store().query(text) is not None


PIECES = st.sampled_from(
    [
        "SERVICE", "SILENT", "service", "true", "1", "a", " ", "\n", "#", "'", '"', "'''", "<", ">", "?s", "?s<?s", "x:", ":", "x:y", "{", "}", "{}",
        "(", ")", "FILTER(", "<<", "?s<<a:b#>", "<a:b#>", "<?s'>", "=", "(?s", "[", "]", "{?s ?s", "EXISTS{", "1=1)", "||", ",", "/", "IN(", "#>", "BIND(1 AS ?z)", ".", ";", "<http://127.0.0.1:1>", "\\", "&&", "GRAPH", "OPTIONAL", "^^", "@en", "_:b", "UNION",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join))
def test_what_the_engine_reads_as_a_service_is_refused(text):
    names = ("x", "", "service", "SERVICEx", "SILENTx", "trueSERVICE")
    query = "".join(f"PREFIX {name}: <a:> " for name in names) + f"ASK {{ {text} {{}} }}"
    store = ox.Store()
    store.add(ox.Quad(*[ox.NamedNode("a:y")] * 3))
    try:
        store.query(query)
    except SyntaxError:
        return
    except (OSError, RuntimeError):  # it tried: no such port, no such scheme, no address bound
        with suppress(Refused):
            assert Scan(query).service is not None


class TestHeight:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", 0),
            ("ASK", 0),
            ("ASK {}", 2),
            ("ASK { ?s ?p ?o . ?s ?p ?o ; ?p ?o , ?o }", 2),
            ("((()))", 3),
            ("()()()", 1),
            ("[[()]]", 3),
            ("(((", 3),
            (")))", 0),
            ("1 + 1 + 1", 2),
            ("(1-1-1)", 3),
            ("(1+1, 1+1, 1+1)", 2),
            ("VALUES ?x { -1 -2 -3 -4 }", 2),
            ("((1+1)+1)+1", 4),
            ("{{}{}{}}", 6),
            ("OPTIONAL{}OPTIONAL{}", 3),
            ("{FILTER(1) FILTER(2)}", 5),
            ("{BIND(1 AS ?a) BIND(2 AS ?b)}", 5),
            ("<< << <a> <b> <c> >> <b> <c> >>", 2),
            ("'((((' # ((((", 0),
        ],
    )
    def test_what_counts(self, text, expected):
        assert Scan(text).height == expected

    def test_brackets_that_hide_in_a_string_count(self):
        text = f"ASK {{ FILTER(1<STR('>')+{'(' * 300}1{')' * 300}) }} #'"
        assert Scan(text).height > 300

    @given(st.integers(0, 60), st.integers(0, 60))
    def test_chains_in_brackets_add_up(self, brackets, chain):
        text = "1"
        for _ in range(brackets):
            text = f"({text}{'+1' * chain})"
        assert Scan(text).height == brackets * (chain + 1)

    @pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
    def test_the_library_is_far_below_the_limit(self, path):
        assert Scan(path.read_text(encoding="utf-8")).height < 50


@pytest.mark.parametrize(
    "text",
    [
        "a." * 50_000,
        "1" * 100_000,
        "x:" + "." * 99_000,
        "ab-" * 33_000,
        "<a" * 50_000,
        "'\\" * 50_000,
        '"""' + "a" * 99_000,
        "(" * 100_000,
    ],
    ids=lambda text: text[:6],
)
def test_a_text_that_invites_backtracking_is_read_to_its_end(text):
    """Where a terminal were read in more than one way, these would not end."""
    with suppress(BadQuery):
        assert Scan(text).height >= 0


THINGS = (
    "e:a",
    "e:b.",
    ":",
    "SERVICE:x",
    "service:",
    "<http://e/#now()>",
    "<b>",
    "<?b#>",
    "<SERVICE>",
    "SERVICE",
    "<<",
)
PARTS = (
    ("", "PREFIX e: <http://e/>", "BASE <http://e/>", "PREFIX service: <http://e/#>", "PREFIX : <> BASE <b>"),
    (
        "SELECT ?p {",
        "SELECT*{",
        "select distinct ?a $b WHERE {",
        "ASK {",
        "ASKWHERE{",
        "DESCRIBE",
        "SELECT (1 AS ?a) {",
    ),
    THINGS,
    (*THINGS, "a", "?p", "^e:a", "e:a+", ""),
    ("?o", "$y", "?o.", "?o; e:a ?b", "e:a", ""),
    ("}", "} LIMIT 1", "} OFFSET 1", "} LIMIT 1 OFFSET 2", "LIMIT 1", "", "} VALUES ?o {}", "FROM e:a"),
)
"""What a query can be put together from, in its order."""


class TestLookUps:
    """Queries for statements about one thing; what is not bounded by them is none."""

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT ?p ?o { <http://e/a> ?p ?o }",
            "select * where { <http://e/a> ?p ?o . }",
            "PREFIX a: <http://e/> SELECT DISTINCT ?o { a:b a:c ?o } LIMIT 10 OFFSET 20",
            "BASE <http://e/> SELECT REDUCED ?o { <b> a ?o }",
            "# of a thing\nASK { <http://e/a> ?p ?o }",
            "DESCRIBE <http://e/a>",
            "PREFIX a: <http://e/> DESCRIBE a:b",
            "ASK{s:p<http://e/p>?o}",
            'SELECT ?o { <http://e/service> <http://e/now()> ?o } # SERVICE NOW() "',
        ],
    )
    def test_one(self, query):
        assert look_up(query)

    @given(st.tuples(*map(st.sampled_from, PARTS)), st.tuples(*[st.sampled_from(["", " ", "\n", "#{\n"])] * len(PARTS)))
    def test_its_terminals_tell_the_same(self, parts, gaps):
        """Read as a whole it lets in nothing that its terminals or the engine would read as more than that."""
        query = "".join(part + gap for part, gap in zip(parts, gaps, strict=True))
        if found := look_up(query):
            event("a look-up")
            scan = Scan(query)
            assert (scan.form, scan.names_dataset, scan.height < 10) == (found, False, True)
            with suppress(SyntaxError):
                ox.Store().query(query)

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * { ?s ?p ?o }",
            "SELECT ?s { ?s a <http://e/a> }",
            "SELECT * { <http://e/a> ?p ?o . ?o ?q ?r }",
            "SELECT * { <http://e/a> ?p ?o , ?q }",
            "SELECT * { <http://e/a> ?p ?o ; ?q ?r }",
            "SELECT * { <http://e/a> <http://e/b>+ ?o }",
            "SELECT * { <http://e/a> !<http://e/b> ?o }",
            "SELECT * { <http://e/a> ?p [] }",
            "SELECT * { <http://e/a> ?p ?o FILTER(?o > 1) }",
            "SELECT * { <http://e/a> ?p ?o BIND(1 AS ?x) }",
            "SELECT (COUNT(*) AS ?n) { <http://e/a> ?p ?o }",
            "SELECT * FROM <http://e/g> { <http://e/a> ?p ?o }",
            "SELECT * { GRAPH ?g { <http://e/a> ?p ?o } }",
            "SELECT * { { <http://e/a> ?p ?o } }",
            "SELECT * { SERVICE <http://e/a> { ?s ?p ?o } }",
            "SELECT * { <http://e/a> ?p ?o } ORDER BY ?o",
            "SELECT * { <http://e/a> ?p ?o } GROUP BY ?o",
            "SELECT * { <http://e/a> ?p ?o } VALUES ?o { 1 }",
            "DESCRIBE ?x { <http://e/a> ?p ?x }",
            "DESCRIBE <http://e/a> <http://e/b>",
            "DESCRIBE:a:b",
            "ASKWHERE{ <http://e/a> ?p ?o }",
            "SELECT DISTINCT?o WHERE{ <http://e/a> ?p ?o } LIMIT10",
            "CONSTRUCT WHERE { <http://e/a> ?p ?o }",
            "SELECT " + "?x " * 40 + "{ <http://e/a> ?p ?o }",
            "",
        ],
    )
    def test_none(self, query):
        assert not look_up(query)

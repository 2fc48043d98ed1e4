"""What the query page makes of solutions: names for things, sorted rows, a chart, a graph."""

from decimal import Decimal
from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keifu.lineage.sketch import sketch
from keifu.namespaces import ID, SPARQL_PREFIXES
from keifu.queries.chart import DRAWN, chart, steps
from keifu.queries.graph import THINGS, from_solutions, from_triples, pedigree
from keifu.queries.regions import regions
from keifu.queries.solutions import CELL, ROWS, Solutions, Table, number
from keifu.reading.facts import Facts


def solve(store, query: str) -> Solutions:
    """The solutions of a query, as they come from the endpoint."""
    body = store.query(SPARQL_PREFIXES + query).serialize(format=ox.QueryResultsFormat.JSON)
    return Solutions.read(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON), 7)


@pytest.fixture
def facts(store):
    return Facts(store, "ja")


def cells(facts, solutions):
    """The table as texts."""
    table = Table(facts, solutions)
    return [[cell and str(cell.text) for cell in row] for row in table.rows()]


def test_a_thing_takes_the_name_that_the_query_gives_it_and_its_column(facts, store):
    found = solve(
        store,
        """SELECT ?siteLabel ?site ?x ?label ?cityLabel WHERE {
          VALUES (?site ?siteLabel ?x ?label ?cityLabel) { (<https://example.org/> "サイト" body:172090 "名" "市") } }""",
    )
    assert found.labels() == {"site": "siteLabel", "x": "label"}
    table = Table(facts, found)
    assert [column.name for column in table.columns("")] == ["site", "x", "cityLabel"]
    site, city, label = table.rows()[0]
    assert (str(site.text), site.iri) == ("サイト", "https://example.org/")
    assert (str(city.text), city.iri) == ("名", f"{ID}body/172090")
    assert (str(label.text), label.iri) == ("市", "")


def test_a_thing_without_a_name_in_the_answer_is_named_from_the_data(facts, store):
    found = solve(store, "SELECT ?a ?b { VALUES (?a ?b) { (body:172090 <https://example.org/x>) (id:nothing UNDEF) } }")
    assert cells(facts, found) == [["かほく市", "https://example.org/x"], ["nothing", None]]


def test_days_stand_in_both_calendars_and_long_texts_are_cut(facts, store):
    found = solve(
        store,
        f'SELECT ("2026-03-31"^^xsd:date AS ?day) ("{"あ" * (CELL + 1)}" AS ?text) (2022 AS ?n) (BNODE() AS ?b) {{}}',
    )
    ((day, text, n, blank),) = cells(facts, found)
    assert (day, n, len(text), text[-1], blank[:2]) == ("令和8年(2026年)3月31日", "2022", CELL + 1, "…", "_:")


@pytest.mark.parametrize(
    ("by", "order"),
    [
        ("x", ["9", "10", "あ", "い", None]),
        ("-x", ["い", "あ", "10", "9", None]),
        ("nix", ["い", None, "10", "9", "あ"]),
        ("", ["い", None, "10", "9", "あ"]),
    ],
)
def test_rows_are_sorted_numbers_before_texts_and_nothing_last(facts, store, by, order):
    found = solve(store, 'SELECT ?x { VALUES ?x { "い" UNDEF 10 9 "あ" } }').sorted(by)
    assert [row[0] for row in cells(facts, found)] == order


def test_things_are_sorted_by_their_names(facts, store):
    found = solve(store, 'SELECT ?x ?xLabel { VALUES (?x ?xLabel) { (id:a "い") (id:b "あ") } }').sorted("x")
    assert cells(facts, found) == [["あ"], ["い"]]
    assert [column.order for column in Table(facts, found).columns("x")] == ["ascending"]
    assert [column.order for column in Table(facts, found).columns("-x")] == ["descending"]


def test_codes_are_no_numbers():
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    double = ox.NamedNode("http://www.w3.org/2001/XMLSchema#double")
    assert number(ox.Literal("5", datatype=integer)) == Decimal(5)
    assert number(ox.Literal("INF", datatype=double)) is None
    assert [number(term) for term in (ox.Literal("172090"), ox.NamedNode("x:1"), None)] == [None] * 3


def draw(facts, store, query, **given):
    solutions = solve(store, query)
    return chart(solutions, Table(facts, solutions), given)


def test_bars_are_as_long_as_their_numbers(facts, store):
    found = draw(facts, store, 'SELECT ?a ?n { VALUES (?a ?n) { ("x" 4) ("y" -1) ("x" 4) ("z" UNDEF) ("w" 2.5) } }')
    drawing = found.drawing
    assert (drawing.kind, found.left, found.over, found.lefts, found.overs) == ("bars", "a", "n", ("a",), ("n",))
    assert [(str(bar.label), bar.figure) for bar in drawing.bars] == [("x", "4"), ("y", "-1"), ("w", "2.5")]
    four, less, half = (bar.x - drawing.zero for bar in drawing.bars)
    assert less < 0 < half < four
    assert four == pytest.approx(-4 * less, abs=0.5)
    assert [figure for _, figure in drawing.ticks] == ["-1", "0", "1", "2", "3", "4"]


def test_years_make_a_line_in_their_order(facts, store):
    found = draw(facts, store, 'SELECT ?y ?n { VALUES (?y ?n) { ("2024" 3) ("2020" 1) ("2021" 2) } }')
    assert found.drawing.kind == "line"
    assert [str(bar.label) for bar in found.drawing.bars] == ["2020", "2021", "2024"]
    first, second, third = (bar.x for bar in found.drawing.bars)
    assert third - second == pytest.approx(3 * (second - first), abs=0.5)
    assert [bar.y for bar in found.drawing.bars] == sorted((bar.y for bar in found.drawing.bars), reverse=True)


def test_without_numbers_bars_count_rows_most_first(facts, store):
    found = draw(facts, store, 'SELECT ?a { VALUES ?a { "x" "y" "y" } }')
    assert (found.over, [(str(bar.label), bar.figure) for bar in found.drawing.bars]) == ("", [("y", "2"), ("x", "1")])
    both = 'SELECT ?a ?n { VALUES (?a ?n) { ("x" 1) ("y" 2) ("y" 3) } }'
    assert [bar.figure for bar in draw(facts, store, both, over="").drawing.bars] == ["2", "1"]
    assert draw(facts, store, both, left="n", over="").left == "n"
    assert draw(facts, store, "SELECT ?a { VALUES ?a { UNDEF } }") is None
    assert draw(facts, store, "SELECT ?a { FILTER(false) BIND(1 AS ?a) }") is None


def test_a_chart_has_an_end(facts, store):
    values = " ".join(f'("{n}a" {n})' for n in range(DRAWN + 3))
    found = draw(facts, store, f"SELECT ?a ?n {{ VALUES (?a ?n) {{ {values} }} }}")
    assert (len(found.drawing.bars), found.more) == (DRAWN, 3)


@given(st.floats(-1e12, 0), st.floats(0, 1e12))
def test_ticks_are_few_and_hold_all(low, high):
    marks = steps(low, high)
    assert marks[0] <= low + 1e-6
    assert marks[-1] >= high - 1e-6
    assert 2 <= len(marks) <= 8


def ties(page):
    return {(tie.lower.removeprefix(ID), tie.upper.removeprefix(ID)) for tie in page.ties}


def test_two_columns_of_things_are_a_graph(facts, store):
    query = """SELECT ?lower ?kind ?upper { VALUES (?lower ?kind ?upper) {
      (id:b "根拠" id:c) (id:a "対応" id:b) (id:a "整合" id:b) (id:a "自己" id:a) (id:b "逆" id:a) } }"""
    solutions = solve(store, query)
    page = pedigree(facts, from_solutions(solutions, Table(facts, solutions)))
    assert ties(page) == {("b", "c"), ("a", "b")}
    assert page.iri == f"{ID}a"
    assert [[str(link.label) for link in tie.relations] for tie in page.ties] == [["根拠"], ["対応", "整合"]]
    drawn = sketch(page, "ja")
    places = {box.kin.key.removeprefix(ID): box.y for box in drawn.boxes}
    assert places["c"] < places["b"] < places["a"]
    assert {tag.text for tag in drawn.tags} == {"根拠", "対応"}
    assert drawn.bands == ()


def test_a_graph_of_triples_names_things_and_properties(facts):
    name = ox.NamedNode
    plan, city = name(f"{ID}plan/172090/dx/1.0"), name(f"{ID}body/172090")
    triples = [
        ox.Triple(plan, name("https://w3id.org/keifu/def#issuedBy"), city),
        ox.Triple(plan, name("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), city),
        ox.Triple(plan, name("http://purl.org/dc/terms/title"), ox.Literal("x")),
        ox.Triple(ox.BlankNode(), name("http://purl.org/dc/terms/subject"), city),
    ]
    page = pedigree(facts, from_triples(facts, triples))
    (tie,) = page.ties
    assert (tie.lower, tie.upper, str(tie.relations[0].label)) == (plan.value, city.value, "策定主体")
    assert {str(kin.kind.label) for kin in page.kin.values()} == {"DX推進計画", "市区町村"}


@pytest.mark.parametrize(
    "values",
    [
        "(id:a id:a)",
        "(id:a UNDEF)",
        " ".join(f"(id:a{n} id:b)" for n in range(THINGS)),
    ],
)
def test_what_is_not_tied_or_too_much_is_no_graph(facts, store, values):
    solutions = solve(store, f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }}")
    assert pedigree(facts, from_solutions(solutions, Table(facts, solutions))) is None


@given(st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), min_size=1, max_size=14))
def test_any_graph_can_be_drawn_also_in_circles_and_in_parts(store, edges):
    facts = Facts(store, "en")
    triples = [
        ox.Triple(ox.NamedNode(f"x:{lower}"), ox.NamedNode("x:to"), ox.NamedNode(f"x:{upper}"))
        for lower, upper in edges
    ]
    page = pedigree(facts, from_triples(facts, triples))
    if page is None:
        assert all(lower == upper for lower, upper in edges)
        return
    drawn = sketch(page, "en")
    boxes = sorted(drawn.boxes, key=lambda box: (box.y, box.x))
    assert {box.kin.key for box in boxes} == set(page.kin)
    for one, other in pairwise(boxes):
        assert one.y != other.y or one.x + one.width <= other.x


def test_the_page_names_no_more_things_than_it_shows(facts, store):
    found = solve(store, "SELECT ?x { ?x a keifu:Municipality } LIMIT 150")
    assert len(cells(facts, found)) == ROWS


def test_rows_are_counted_by_prefecture_on_the_map(facts, store):
    query = """SELECT ?other ?x { VALUES (?other ?x) {
      (id:theme\\/a body:172090) (id:theme\\/a <https://w3id.org/keifu/id/plan/172103/dx/1>) (id:theme\\/b body:282294)
      (id:theme\\/b body:mic) } }"""
    found = regions(facts, solve(store, query))
    assert found.column == "x"
    assert len(found.regions) == 47
    places = {(region.x, region.y) for region in found.regions}
    assert len(places) == 47
    counts = {str(region.link.label): (region.count, region.shade) for region in found.regions if region.count}
    assert counts == {"石川県": (2, 4), "兵庫県": (1, 2)}
    assert regions(facts, solve(store, "SELECT ?x { VALUES ?x { id:theme\\/a } }")) is None

"""ORDER BY over values of every kind: what `<` compares stands in its order, and the engine's sort never dies."""

import math
import subprocess
import sys
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keifu.namespaces import PREFIXES
from keifu.sparql.order import by_kind

XSD = PREFIXES["xsd"]


def typed(kind, texts):
    return st.builds(lambda text: ox.Literal(text, datatype=ox.NamedNode(XSD + kind)), texts)


TEXTS = st.text("019２ab-あ", max_size=3)
NUMBERS = st.one_of(
    typed("integer", st.integers(-30, 30).map(str)),
    typed("decimal", st.decimals(-30, 30, places=1).map(str)),
    typed("double", st.floats(-30, 30).map(repr) | st.sampled_from(["NaN", "INF", "-INF"])),
)
VALUES = st.one_of(
    NUMBERS,
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text, lang: ox.Literal(text, language=lang), TEXTS, st.sampled_from(["ja", "en"])),
    typed("boolean", st.sampled_from(["true", "false"])),
    typed("date", st.dates().map(str) | st.dates().map(lambda day: f"{day}+09:00")),
    typed("dateTime", st.datetimes().map(lambda time: time.isoformat() + "Z")),
    typed("dateTime", st.datetimes().map(lambda time: time.isoformat())),
    typed("duration", st.sampled_from(["P1M", "P30D", "PT720H", "P31D", "P1Y", "-P1D"])),
    typed("gYear", st.integers(1000, 3000).map(str)),
    typed("none", TEXTS),
    st.builds(lambda number: ox.NamedNode(f"http://e/{number}"), st.integers(0, 99)),
)


def answer(values, order):
    """The values as a query with this order gives them."""
    held = ox.Store()
    held.extend(
        ox.Quad(ox.NamedNode(f"http://e/s{n}"), ox.NamedNode("http://e/p"), each) for n, each in enumerate(values)
    )
    return [row["o"] for row in held.query(by_kind(f"SELECT ?o {{ ?s ?p ?o }} ORDER BY {order}"))]


def group(value):
    """What `<` compares with one another, and the value that it compares."""
    if not isinstance(value, ox.Literal):
        return "IRI", value.value
    kind = value.datatype.value.removeprefix(XSD)
    if kind in ("integer", "decimal", "double"):
        number = float(value.value)
        return ("NaN", 0) if math.isnan(number) else ("number", number)
    return (kind, value.value) if kind in ("string", "boolean") else (None, 0)


@given(st.lists(VALUES, max_size=200))
def test_what_can_be_compared_stands_in_order(values):
    found = answer(values, "?o")
    assert sorted(map(str, found)) == sorted(map(str, answer(values, "STR(?o)")))
    for kind in ("IRI", "number", "string", "boolean"):
        own = [value for of, value in map(group, found) if of == kind]
        assert own == sorted(own)
    iris = [of == "IRI" for of, _ in map(group, found)]
    assert iris == sorted(iris, reverse=True)  # §15.1: IRIs before literals
    back = [value for of, value in map(group, answer(values, "DESC(?o)")) if of == "number"]
    assert back == sorted(back, reverse=True)


def test_the_engine_alone_dies():
    """When this fails, the engine has mended its order, and by_kind has had its day."""
    mixed = Random(1).choices([*range(999), *(f'"{number}a"' for number in range(999))], k=2_000)
    query = f"SELECT * {{ VALUES ?x {{ {' '.join(map(str, mixed))} }} }} ORDER BY ?x"
    program = f"import pyoxigraph as ox; list(ox.Store().query({query!r}))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode < 0


KIND = by_kind("ORDER BY ?x").removeprefix("ORDER BY (").removesuffix(") ?x")


@pytest.mark.parametrize(
    ("text", "ordered"),
    [
        ("SELECT * { ?s ?p ?o } # ORDER BY ?o", "SELECT * { ?s ?p ?o } # ORDER BY ?o"),
        ('SELECT ("ORDER BY ?x" AS ?y) {}', 'SELECT ("ORDER BY ?x" AS ?y) {}'),
        ("order by ?x limit 3", f"order by ({KIND}) ?x limit 3"),
        ("ORDER BY DESC ( ?x )", f"ORDER BY DESC({KIND.replace('?x', '( ?x )')}) DESC ( ?x )"),
        ("{ SELECT * {} ORDER BY ?x } ORDER BY ?x", f"{{ SELECT * {{}} ORDER BY ({KIND}) ?x }} ORDER BY ({KIND}) ?x"),
        ("ORDER BY f:x(?x) ?x OFFSET 1", f"ORDER BY ({KIND.replace('?x', 'f:x(?x)')}) f:x(?x) ({KIND}) ?x OFFSET 1"),
        ("ORDER BY NOT EXISTS { ?x ?x (1) } VALUES ?x {}", None),
        ("ORDER BY", "ORDER BY"),
        ("ORDER BY (?x", "ORDER BY (?x"),
        ("ORDER BY ?x )", f"ORDER BY ({KIND}) ?x )"),
        ("ORDER BY LIMIT 3", "ORDER BY LIMIT 3"),
        ("ORDER BY + ?x", "ORDER BY + ?x"),
    ],
)
def test_the_kind_stands_before_each_condition(text, ordered):
    if ordered is None:
        first = "NOT EXISTS { ?x ?x (1) }"
        ordered = text.replace(first, f"({KIND.replace('?x', first)}) {first}")
    assert by_kind(text) == ordered

"""What holds of the data as a whole: one node for one thing, everything cited, cities comparable."""

from collections import defaultdict

import pyoxigraph as ox
import pytest

from keifu.dataset.files import Sources, read_turtle
from keifu.namespaces import DEF, ID

PREFIXES = "PREFIX keifu: <https://w3id.org/keifu/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"

# Bodies that truly share a name: two cities each, and towns and villages of many prefectures.
SHARED_BY_NATURE = {"Municipality"}

# Classes whose labels repeat from plan to plan because they belong to one plan.
OF_ONE_PLAN = {
    "Achievement", "BudgetItem", "Case", "Contract", "GlossaryTerm", "InformationSystem", "Initiative", "Issue", "Kpi", "KpiValue",
    "Measurement", "Milestone", "Need", "OnlineProcedure", "Pillar", "PlanElement", "PolicyItem", "Principle", "PriorityItem",
    "PromotionBody", "QualifiedLink", "ScheduleEntry", "SourceAnomaly", "StatisticValue", "StatisticsTable", "SystemGroup", "Training",
    "Vision",
}  # fmt: skip


def rows(store, text):
    return list(store.query(f"{PREFIXES} {text}"))


def test_all_prefectures_and_municipalities_are_there(store):
    counts = {
        row["c"].value.removeprefix(DEF): int(row["n"].value)
        for row in rows(
            store,
            "SELECT ?c (COUNT(?x) AS ?n) { ?x a ?c VALUES ?c { keifu:Prefecture keifu:Municipality } } GROUP BY ?c",
        )
    }
    assert counts == {"Prefecture": 47, "Municipality": 1741}


def test_codes_agree_with_their_iris_and_prefectures(store):
    for row in rows(
        store,
        "SELECT ?x ?code ?p { ?x keifu:localGovernmentCode ?code OPTIONAL { ?x keifu:withinPrefecture/keifu:localGovernmentCode ?p } }",
    ):
        assert row["x"].value == f"{ID}body/{row['code'].value}"
        if row["p"]:
            assert row["code"].value[:2] == row["p"].value[:2]


def test_no_two_nodes_have_the_same_label_and_class(store):
    seen = defaultdict(set)
    for row in rows(
        store,
        'SELECT ?x ?c ?l { ?x a ?c ; skos:prefLabel ?l FILTER(LANG(?l) = "ja" && STRSTARTS(STR(?c), STR(keifu:))) }',
    ):
        kind = row["c"].value.removeprefix(DEF)
        if kind not in OF_ONE_PLAN | SHARED_BY_NATURE:
            seen[kind, row["l"].value].add(row["x"].value)
    assert {key: nodes for key, nodes in seen.items() if len(nodes) > 1 and key[0] != "PublicBody"} == {}


def test_no_label_repeats_within_a_plan(store):
    """Two initiatives of one plan with one name would be the same initiative twice."""
    seen = defaultdict(set)
    for row in rows(
        store,
        'SELECT ?x ?plan ?l { ?x a keifu:Initiative ; keifu:partOf ?plan ; skos:prefLabel ?l FILTER(LANG(?l) = "ja") }',
    ):
        seen[row["plan"].value, row["l"].value].add(row["x"].value)
    assert {key: nodes for key, nodes in seen.items() if len(nodes) > 1} == {}


def test_one_law_is_one_node(store):
    numbers = [row["n"].value for row in rows(store, "SELECT ?n { ?law keifu:lawNumber ?n }")]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("path", Sources.find().data, ids=lambda path: path.stem)
def test_data_hold_no_blank_nodes(path):
    assert [
        q for q in read_turtle(path) if isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode)
    ] == []


def test_the_register_is_what_its_script_makes_of_its_list(store, tmp_path):
    """The generated files are not edited by hand: every row's code, name and reading agree among themselves."""
    for row in rows(
        store,
        "SELECT ?ja ?en ?kana { ?x a keifu:Municipality ; skos:prefLabel ?ja, ?en, ?kana "
        'FILTER(LANG(?ja) = "ja" && LANG(?en) = "en" && LANG(?kana) = "ja-hira") }',
    ):
        suffix = {"市": "City", "町": "Town", "村": "Village", "区": "City"}[row["ja"].value[-1]]
        assert row["en"].value.endswith(f" {suffix}")
        assert row["kana"].value[-1] in "しちくんうら" or row["kana"].value.endswith(("まち", "ちょう", "むら", "そん"))


EXPECTED_ACHIEVEMENTS = 22


def test_kahoku_has_done_twenty_two_things(store):
    done = rows(store, f"SELECT DISTINCT ?x {{ ?x a keifu:Achievement ; keifu:partOf+ <{ID}plan/172090/dx/1.0> }}")
    assert len(done) == EXPECTED_ACHIEVEMENTS


def test_every_initiative_of_kahoku_reaches_the_basic_act(store):
    lost = rows(
        store,
        f"SELECT ?x {{ ?x a keifu:Initiative ; keifu:partOf+ <{ID}plan/172090/dx/1.0> "
        f"FILTER NOT EXISTS {{ ?x keifu:upstream+ <{ID}law/503AC0000000035> }} }}",
    )
    assert lost == []

"""The synthetic nation."""

import filecmp
from collections import Counter

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from keifu.build import merge
from keifu.cli import main
from keifu.dataset.files import Sources
from keifu.dataset.validation import validate
from keifu.errors import UnusableInput
from keifu.synth.nation import synth

CITIES = 3
PLANS = """
PREFIX keifu: <https://w3id.org/keifu/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?plan ?label ?about { ?plan a keifu:DxPlan ; skos:prefLabel ?label ; dcterms:description ?about
  FILTER(CONTAINS(STR(?plan), "/synthetic-dx/") && LANG(?label) = LANG(?about)) }
"""
CLASSES = """
PREFIX keifu: <https://w3id.org/keifu/def#>
SELECT ?plan (COUNT(DISTINCT ?class) AS ?n) { GRAPH ?plan { ?x a ?class } FILTER(STRENDS(STR(?plan), "/synthetic-dx")) } GROUP BY ?plan
"""


@pytest.fixture(scope="module")
def tree(sources, tmp_path_factory):
    """A source tree with three synthetic plans."""
    out = tmp_path_factory.mktemp("synth")
    synth(sources, out, CITIES, 7)
    return Sources(out)


@pytest.fixture(scope="module")
def nation(tree):
    """All of it in one store."""
    return merge(tree)


def files(tree):
    return sorted(path.relative_to(tree.root) for path in tree.data if path.name.startswith("synthetic-"))


def test_nothing_is_found_in_the_plans(tree, nation):
    report = validate(nation, tree)
    assert not report.violations
    assert not [result for result in report.results if "synthetic" in (result.file or "")]


def test_every_plan_says_that_it_is_synthetic(tree, nation):
    rows = list(nation.query(PLANS, use_default_graph_as_union=True))
    assert len(rows) == 2 * CITIES
    for row in rows:
        word = {"ja": "架空", "en": "ynthetic"}[row["label"].language]
        assert word in row["label"].value
        assert word in row["about"].value
    assert len(files(tree)) == CITIES
    assert all((tree.root / path).read_text(encoding="utf-8").startswith("# 架空") for path in files(tree))


def test_the_plans_have_everything_that_real_ones_have(nation):
    counts = [int(row["n"].value) for row in nation.query(CLASSES)]
    assert min(counts) >= 25


def test_the_real_data_stand_beside_them(sources, tree):
    assert filecmp.dircmp(sources.root / "ontology", tree.root / "ontology").left_only == []
    names = {path.relative_to(sources.root) for path in sources.data}
    assert names < {path.relative_to(tree.root) for path in tree.data}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(sources, tree, tmp_path):
    for name, seed in (("same", 7), ("other", 8)):
        synth(sources, tmp_path / name, CITIES, seed)
    same, other = Sources(tmp_path / "same"), Sources(tmp_path / "other")
    assert files(same) == files(tree) != files(other)
    assert all((same.root / path).read_bytes() == (tree.root / path).read_bytes() for path in files(tree))


def test_a_plan_is_the_same_in_a_larger_nation(sources, tmp_path):
    for cities in (1, 5):
        synth(sources, tmp_path / str(cities), cities, 7)
    (alone,) = files(Sources(tmp_path / "1"))
    assert (tmp_path / "1" / alone).read_bytes() == (tmp_path / "5" / alone).read_bytes()


def test_few_cities_are_examples_for_many(sources, tmp_path):
    synth(sources, tmp_path, 60, 7)
    cited = ox.NamedNode("https://w3id.org/keifu/def#caseOf")
    counts = Counter(q.object.value for path in Sources(tmp_path).data if path.name == "synthetic-dx.ttl"
                     for q in ox.parse(path=path, format=ox.RdfFormat.TURTLE) if q.predicate == cited)  # fmt: skip
    assert sum(n for _, n in counts.most_common(len(counts) // 5)) > counts.total() / 2


@pytest.mark.parametrize("cities", [0, 1742])
def test_there_are_only_so_many_cities(sources, tmp_path, cities):
    with pytest.raises(UnusableInput, match="1 to 1741"):
        synth(sources, tmp_path / "out", cities, 7)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(sources, tmp_path):
    (tmp_path / "mine").touch()
    with pytest.raises(UnusableInput, match="not empty"):
        synth(sources, tmp_path, 1, 7)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_command_tells_what_it_wrote(tmp_path):
    answer = CliRunner().invoke(main, ["synth", str(tmp_path / "out"), "--cities", "2", "--lang", "en"])
    assert (answer.exit_code, answer.stdout) == (0, f"2 synthetic plans written to {tmp_path / 'out'}\n")

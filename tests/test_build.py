"""From files to a dataset in service."""

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from keifu.build import build, derive, merge
from keifu.dataset.files import Sources
from keifu.dataset.stores import Store, current
from keifu.errors import BuildFailed, TurtleError
from keifu.namespaces import DEF, DERIVED_GRAPH, ID

HERE = Path(__file__).parent
PREFIXES = """\
@prefix keifu: <https://w3id.org/keifu/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix : <http://example.org/> .
"""

ONTOLOGY = (
    PREFIXES
    + """
keifu:DxPlan rdfs:subClassOf keifu:Plan . keifu:Plan rdfs:subClassOf keifu:PolicyInstrument .
keifu:partOf rdfs:subPropertyOf keifu:upstream . keifu:valueOf rdfs:subPropertyOf keifu:upstream .
keifu:monitors rdfs:subPropertyOf keifu:upstream . keifu:usedIn rdfs:subPropertyOf keifu:upstream .
"""
)

DATA = (
    PREFIXES
    + """
:city a keifu:PublicBody ; skos:prefLabel "市"@ja, "City"@en .
:plan a keifu:DxPlan ; keifu:issuedBy :city .
:initiative keifu:partOf :plan ; keifu:uses :system ; keifu:citesCase :case .
:kpi keifu:monitors :initiative ; keifu:indicator :rate ; skos:prefLabel "率"@ja, "Rate"@en .
:value keifu:valueOf :kpi ; keifu:numericValue 60 ; keifu:unit :percent ; keifu:valueRole :target .
:target skos:prefLabel "目標"@ja, "target"@en .
:percent keifu:multiplier 0.01 .
:case keifu:caseOf :group .
:group org:hasMember :other, :city .
:other a keifu:PublicBody .
"""
)


def lay(root: Path, **files: str) -> Sources:
    """Sources of a few files, `ontology__x` for ontology/x.ttl, `data__x` for data/ttl/x.ttl."""
    for name, text in files.items():
        folder, _, stem = name.partition("__")
        path = root / folder / ("ttl" if folder == "data" else "") / f"{stem}.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Sources(root)


@pytest.fixture
def derived(tmp_path):
    sources = lay(tmp_path, ontology__o=ONTOLOGY, data__d=DATA)
    store = merge(sources)
    derive(store, sources)
    return {
        (str(q.subject), str(q.predicate), str(q.object))
        for q in store.quads_for_pattern(None, None, None, ox.NamedNode(DERIVED_GRAPH))
    }


def triple(subject: str, predicate: str, obj: str) -> tuple[str, str, str]:
    expand = lambda t: f"<http://example.org/{t[1:]}>" if t.startswith(":") else t  # noqa: E731
    return expand(subject), f"<{DEF}{predicate}>", expand(obj)


@pytest.mark.parametrize(
    "expected",
    [
        triple(":initiative", "upstream", ":plan"),
        triple(":value", "upstream", ":kpi"),
        triple(":system", "usedIn", ":initiative"),
        triple(":system", "upstream", ":initiative"),
        triple(":value", "indicator", ":rate"),
        triple(":value", "area", ":city"),
        triple(":value", "normalizedValue", '"0.6"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        triple(":city", "learnsFrom", ":other"),
        (
            "<http://example.org/plan>",
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
            f"<{DEF}PolicyInstrument>",
        ),
        ("<http://example.org/value>", "<http://www.w3.org/2004/02/skos/core#prefLabel>", '"率 – 目標"@ja'),
        ("<http://example.org/value>", "<http://www.w3.org/2004/02/skos/core#prefLabel>", '"Rate – target"@en'),
    ],
)
def test_what_follows_is_derived(derived, expected):
    assert expected in derived


def test_a_body_does_not_learn_from_itself(derived):
    assert triple(":city", "learnsFrom", ":city") not in derived


def test_what_is_stated_is_not_derived_again(tmp_path):
    sources = lay(tmp_path, ontology__o=ONTOLOGY, data__d=DATA + ":initiative keifu:upstream :plan .\n")
    store = merge(sources)
    derive(store, sources)
    stated = store.quads_for_pattern(
        ox.NamedNode("http://example.org/initiative"), ox.NamedNode(DEF + "upstream"), None
    )
    assert [str(quad.graph_name) for quad in stated] == ["<https://w3id.org/keifu/graph/d>"]


def test_a_triple_in_two_files_is_refused_with_both_named(tmp_path):
    sources = lay(tmp_path, data__a=DATA, data__b=PREFIXES + ":other a keifu:PublicBody .\n")
    with pytest.raises(BuildFailed) as caught:
        merge(sources)
    assert "a.ttl" in caught.value.ja
    assert "b.ttl" in caught.value.ja


def test_two_builds_of_the_same_sources_give_the_same_bytes(tmp_path, sources):
    first, _ = build(sources, tmp_path / "1")
    second, _ = build(sources, tmp_path / "2")
    assert first == second
    assert (tmp_path / "1" / first.version / "data.nq").read_bytes() == (
        tmp_path / "2" / first.version / "data.nq"
    ).read_bytes()


def test_a_dataset_that_exists_is_not_made_again(tmp_path, sources):
    assert [build(sources, tmp_path)[1] for _ in range(2)] == [True, False]


def test_a_failed_build_leaves_the_old_dataset_in_service(tmp_path):
    good = lay(tmp_path / "sources", ontology__o=ONTOLOGY, data__d=DATA)
    folder = tmp_path / "out"
    built, _ = build(good, folder)
    lay(tmp_path / "sources", data__broken="<http://a> <http://b> .")
    with pytest.raises(TurtleError):
        build(good, folder)
    assert current(folder) == folder / built.version
    assert {path.name for path in folder.iterdir()} == {"current", built.version}
    assert Store.open(folder).manifest == built


def alone(sources: Sources, folder: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """A build in a process that has no other threads, as `keifu build` has none."""
    script = (
        f"{before}import sys; from pathlib import Path; from keifu.build import build;"
        " from keifu.dataset.files import Sources; build(Sources(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(sources.root), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_shapes_are_checked_beside_the_build_or_before_it(tmp_path, monkeypatch):
    """Where there is no fork the check comes first, and finds the same."""
    sources = Sources(HERE / "data" / "mini")
    monkeypatch.setattr("keifu.dataset.checking.get_all_start_methods", lambda: ["spawn"])
    build(sources, tmp_path / "before")
    assert alone(sources, tmp_path / "beside").returncode == 0
    for name in ("data.nq", "report.json", "manifest.json"):
        before, beside = (next((tmp_path / way).glob("*/")) / name for way in ("before", "beside"))
        assert before.read_bytes() == beside.read_bytes()


def test_a_check_that_dies_is_told(tmp_path, sources):
    folder = tmp_path / "out"
    done = alone(sources, folder, "import os, keifu.dataset.validation as v; v.validate = lambda *_: os._exit(9); ")
    assert "BuildFailed: The process that checked the shapes died" in done.stderr
    assert list(folder.iterdir()) == []


def test_steps_are_told_in_both_languages(tmp_path):
    said: list[tuple[str, str]] = []
    build(
        lay(tmp_path / "sources", ontology__o=ONTOLOGY, data__d=DATA),
        tmp_path / "out",
        lambda ja, en: said.append((ja, en)),
    )
    assert ("読み込み 2/2 data/ttl/d.ttl", "reading 2/2 data/ttl/d.ttl") in said
    assert {"導出 3-upstream", "書き出し"} <= {ja for ja, _ in said}


def test_only_the_last_two_datasets_are_kept(tmp_path):
    versions = []
    for number in range(3):
        sources = lay(tmp_path / "sources", ontology__o=ONTOLOGY, data__d=DATA + f"# {number}\n")
        versions.append(build(sources, tmp_path / "out")[0].version)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"current", *versions[1:]}


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("282294/dx/2022-10/value/1-target", "基幹系20業務の標準準拠システムへの移行 – 目標値 令和7年度(FY2025)末"),
        (
            "172103/dx/1/statistic/procedures-target-care",
            "Hakusan City Procedures put online care (11 procedures) end of FY2022 (Reiwa 4)",
        ),
    ],
)
def test_derived_names_tell_the_time_as_pages_do(store, value, label):
    rows = store.select(f"SELECT ?l {{ <{ID}plan/{value}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?l }}")
    assert label in {row["l"].value for row in rows}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_two_values_of_a_plan_are_called_the_same(store, lang):
    rows = store.select(
        f"""PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?label (COUNT(*) AS ?n) {{ VALUES ?class {{ <{DEF}KpiValue> <{DEF}StatisticValue> }}
          ?value a ?class ; skos:prefLabel ?label . FILTER(LANG(?label) = "{lang}") }} GROUP BY ?label"""
    )
    assert len(rows) > 100
    assert [row["label"].value for row in rows if row["n"].value != "1"] == []

"""From files to a dataset in service."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyoxigraph as ox
import pytest

from keifu.build import build, derive, merge
from keifu.dataset.changes import changes
from keifu.dataset.files import Sources
from keifu.dataset.stores import Store, current
from keifu.errors import BuildFailed, TurtleError
from keifu.namespaces import DEF, DERIVED_GRAPH, GRAPH, ID

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


def test_a_dataset_of_an_older_keifu_is_made_again(tmp_path):
    sources = lay(tmp_path / "sources", ontology__o=ONTOLOGY, data__d=DATA)
    built, _ = build(sources, tmp_path / "out")
    place = tmp_path / "out" / built.version / "manifest.json"
    told = json.loads(place.read_text(encoding="utf-8"))
    place.write_text(json.dumps({name: told[name] for name in ("version", "graphs", "warnings", "base")}))
    assert build(sources, tmp_path / "out") == (built, True)


def test_the_version_of_a_graph_is_that_of_its_own_content(tmp_path):
    blank = PREFIXES + ':list keifu:uses [ skos:prefLabel "a" ], [ skos:prefLabel "b" ] .\n'
    sources = lay(tmp_path / "sources", ontology__o=ONTOLOGY, data__d=DATA, data__m=blank)
    before, _ = build(sources, tmp_path / "out")
    assert before.versions.keys() == before.graphs.keys()
    assert len({*before.versions.values()}) == len(before.graphs)
    # Files that come before others, and comments, change nothing of the rest.
    lay(sources.root, data__a=PREFIXES + ":new keifu:uses :system .\n", data__d=DATA.replace('"市"', '"町"'))
    lay(sources.root, ontology__o=ONTOLOGY + "# a comment\n")
    after, _ = build(sources, tmp_path / "out")
    changed = {graph for graph in after.graphs if before.versions.get(graph) != after.versions[graph]}
    assert changed == {f"{GRAPH}{name}" for name in ("a", "d", "derived")}


def git(root: Path, *words: str, day: str = "2026-01-01") -> None:
    """A command of git on a day, whatever the user has set for it."""
    moment = f"{day}T23:00:00+00:00"
    names = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    subprocess.run(["git", *words], cwd=root, env=os.environ | names | settings, check=True, capture_output=True)


@pytest.fixture
def history(tmp_path) -> Sources:
    """Sources in a work tree of git, below its top: o and d since New Year, d changed since then; e unknown to git."""
    if shutil.which("git") is None:
        pytest.skip("no git on the PATH")
    sources = lay(tmp_path / "tree" / "deep", ontology__o=ONTOLOGY, data__d=DATA)
    git(sources.root.parent, "init", "-q")
    git(sources.root, "add", ".")
    git(sources.root, "commit", "-qm", "1")
    lay(sources.root, data__d=DATA + "# another\n")
    git(sources.root, "commit", "-qam", "2", day="2026-02-01")
    lay(sources.root, data__e=PREFIXES + ":e keifu:uses :system .\n")
    os.utime(sources.root / "data" / "ttl" / "e.ttl", (0, 0))
    return sources


NEW_YEAR, FEBRUARY, EPOCH = "2026-01-02T08:00:00+09:00", "2026-02-02T08:00:00+09:00", "1970-01-01T09:00:00+09:00"


def told(moments: dict[str, str]) -> dict[str, str]:
    """Moments by the name of a graph, without that of the derived one."""
    return {graph.removeprefix(GRAPH): moment for graph, moment in moments.items() if graph != DERIVED_GRAPH}


def test_git_knows_when_a_graph_came_and_changed(history, tmp_path):
    built, _ = build(history, tmp_path / "out")
    assert told(built.issued) == {"ontology/o": NEW_YEAR, "d": NEW_YEAR}
    assert told(built.modified) == {"ontology/o": NEW_YEAR, "d": FEBRUARY, "e": EPOCH}
    assert built.modified[DERIVED_GRAPH] >= FEBRUARY
    assert Store.open(tmp_path / "out").manifest == built


def test_what_is_not_committed_changed_when_the_file_did(history):
    path = lay(history.root, ontology__o=ONTOLOGY + "# edited\n").root / "ontology" / "o.ttl"
    os.utime(path, (86400, 86400))
    assert told(changes(history).modified)["ontology/o"] == "1970-01-02T09:00:00+09:00"
    assert told(changes(history).issued)["ontology/o"] == NEW_YEAR


def test_a_history_that_was_cut_off_does_not_tell_when_a_graph_came(history, tmp_path):
    git(tmp_path, "clone", "-q", "--depth", "1", (tmp_path / "tree").as_uri(), "cut")
    found = changes(Sources(tmp_path / "cut" / "deep"))
    assert told(found.issued) == {}
    assert told(found.modified) == {"ontology/o": FEBRUARY, "d": FEBRUARY}


def test_without_git_the_files_tell_when_they_changed(history, monkeypatch):
    monkeypatch.setenv("PATH", "")
    for path in (*history.ontology, *history.data):
        os.utime(path, (0, 0))
    found = changes(history)
    assert found.issued == {}
    assert told(found.modified) == dict.fromkeys(("ontology/o", "d", "e"), EPOCH)


def test_days_are_no_part_of_versions_and_data(history, tmp_path):
    shutil.copytree(history.root, tmp_path / "copy", copy_function=shutil.copyfile)
    first, _ = build(history, tmp_path / "1")
    second, _ = build(Sources(tmp_path / "copy"), tmp_path / "2")
    assert first.modified != second.modified
    assert (first.version, first.versions) == (second.version, second.versions)
    one, two = (tmp_path / name / first.version / "data.nq" for name in "12")
    assert one.read_bytes() == two.read_bytes()


def alone(sources: Sources, folder: Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """A build in a process that has no other threads, as `keifu build` has none."""
    return subprocess.run(alone_command(sources, folder, before), capture_output=True, text=True, check=False)


def alone_command(sources: Sources, folder: Path, before: str) -> list[str]:
    """What runs it."""
    script = (
        f"{before}import sys; from pathlib import Path; from keifu.build import build;"
        " from keifu.dataset.files import Sources; build(Sources(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    return [sys.executable, "-c", script, str(sources.root), str(folder)]


def until(true, seconds: float = 20):
    """What a function gives once that is true."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


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


SLOW = "import time, keifu.dataset.validation as v; v.validate = lambda *_: time.sleep(120); "


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_ended_takes_its_check_along(tmp_path, number):
    command = alone_command(Sources(HERE / "data" / "mini"), tmp_path, SLOW)
    with subprocess.Popen(command) as process:
        building = psutil.Process(process.pid)
        # Others that the build starts, such as git, come after it.
        check = until(building.children, 60)[0]
        process.send_signal(number)
    # Who takes over an orphan need not ask how it ended.
    until(lambda: not psutil.pid_exists(check.pid) or check.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize("number", [os.getpid(), 2**22 + 1], ids=["of the same number", "of a number that is free"])
def test_what_an_ended_build_left_is_removed(tmp_path, number):
    sources = Sources(HERE / "data" / "mini")
    left = [tmp_path / f"{version}.{number}" for version in (sources.version, "0123456789abcdef")]
    for folder in left:
        (folder / "index").mkdir(parents=True)
    built, made = build(sources, tmp_path)
    assert made
    assert {path.name for path in tmp_path.iterdir()} == {"current", built.version}


def test_what_another_build_is_making_stays(tmp_path):
    other = tmp_path / f"0123456789abcdef.{os.getppid()}"
    other.mkdir()
    build(Sources(HERE / "data" / "mini"), tmp_path)
    assert other.is_dir()


def test_a_build_with_nothing_to_do_leaves_the_predecessor(tmp_path):
    """A service that could not follow still reads it."""
    versions = []
    for number in (0, 1, 1):
        sources = lay(tmp_path / "sources", ontology__o=ONTOLOGY, data__d=DATA + f"# {number}\n")
        versions.append(build(sources, tmp_path / "out")[0].version)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"current", *versions}


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

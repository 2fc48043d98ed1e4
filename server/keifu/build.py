"""From the files in git to a dataset that can be served: read, check, derive, write beside the old one, switch."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import psutil
import pyoxigraph as ox

from keifu.dataset.changes import changes
from keifu.dataset.checking import checking
from keifu.dataset.files import Sources, load_turtle, read_turtle
from keifu.dataset.report import Report
from keifu.dataset.stores import Manifest, Store, current
from keifu.errors import BuildFailed
from keifu.language import date_text
from keifu.namespaces import DERIVED_GRAPH, HOME, rebased
from keifu.search import index

AnyTerm = TypeVar("AnyTerm")

Progress = Callable[[str, str], None]
"""Told each step of the work, in Japanese and in English."""

DOUBLES = """
SELECT ?subject ?predicate ?object ?one ?two {
  GRAPH ?one { ?subject ?predicate ?object } GRAPH ?two { ?subject ?predicate ?object } FILTER(STR(?one) < STR(?two))
} ORDER BY ?subject ?predicate ?object ?one ?two
"""
"""The triples that stand in two graphs."""
BLANKS = """
SELECT DISTINCT ?graph {
  GRAPH ?graph { ?subject ?predicate ?object FILTER(ISBLANK(?subject) || ISBLANK(?object)) }
}
"""
"""The graphs with blank nodes, which are few; what the parser calls these is left to chance."""


def written_day(day: ox.Literal, precision: ox.NamedNode | ox.Literal, lang: ox.Literal) -> ox.Literal | None:
    """A day as pages write it, None (no value) for what is none; `precision` is a `precision/…` IRI or empty."""
    try:
        found = date.fromisoformat(day.value)
    except ValueError:
        return None
    return ox.Literal(date_text(found, precision.value.rpartition("/")[2], lang.value))


Function = Callable[..., ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]

FUNCTIONS: dict[ox.NamedNode, Function] = {ox.NamedNode(f"{HOME}build#dateText"): written_day}
"""What rules may call besides the functions of SPARQL, which knows no eras."""


def silent(_ja: str, _en: str) -> None:
    """A Progress that nobody watches."""


def merge(sources: Sources, progress: Progress = silent) -> ox.Store:
    """All sources in one store, a named graph a file; BuildFailed where a triple stands in two files."""
    store = ox.Store()
    files = [*sources.ontology, *sources.data]
    for number, path in enumerate(files, 1):
        name = path.relative_to(sources.root).as_posix()
        progress(f"読み込み {number}/{len(files)} {name}", f"reading {number}/{len(files)} {name}")
        load_turtle(store, path, sources.graph(path))
    blanks = store.query(BLANKS)
    assert isinstance(blanks, ox.QuerySolutions)  # noqa: S101 - our own SELECT
    unordered = {graph for (graph,) in blanks}
    for path in files:
        if (graph := sources.graph(path)) in unordered:
            store.remove_graph(graph)
            # Names of its own, by which the content of a graph does not change with what other files there are.
            name = path.relative_to(sources.root).as_posix()
            store.extend(numbered(read_turtle(path), graph, f"b{digest(name.encode())}n"))
    progress("重複の検査", "looking for triples in two files")
    doubles = store.query(DOUBLES)
    assert isinstance(doubles, ox.QuerySolutions)  # noqa: S101 - our own SELECT
    paths = {sources.graph(path): path for path in files}
    found = [f"{s} {p} {o}\n    {paths[one]}\n    {paths[two]}" for s, p, o, one, two in doubles]
    if found:
        shown = "\n".join(found[:20])
        raise BuildFailed(
            f"{len(found)} 個のトリプルが二つのファイルにあります。"
            f"一つの事実は一つのファイルに置き、片方を消してください。\n{shown}",
            f"{len(found)} triples stand in two files. Keep a fact in one file and delete the other copy.\n{shown}",
        )
    return store


def numbered(quads: Iterable[ox.Quad], graph: ox.NamedNode, prefix: str) -> Iterator[ox.Quad]:
    """The triples of a file in its graph, with blank nodes named by their order: the parser names them at random."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def name(term: AnyTerm) -> AnyTerm:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"{prefix}{len(names)}"))  # type: ignore[return-value]
        return term

    for quad in quads:
        yield ox.Quad(name(quad.subject), quad.predicate, name(quad.object), graph)


def derive(store: ox.Store, sources: Sources, progress: Progress = silent) -> None:
    """Add what follows from the sources (keifu/rules/*.rq, in the order of their names) to the derived graph."""
    graph = ox.NamedNode(DERIVED_GRAPH)
    for rule in sources.rules:
        progress(f"導出 {rule.stem}", f"deriving {rule.stem}")
        triples = store.query(
            rebased(rule.read_text(encoding="utf-8")), use_default_graph_as_union=True, custom_functions=FUNCTIONS
        )
        assert isinstance(triples, ox.QueryTriples)  # noqa: S101 - a rule is a CONSTRUCT
        for triple in list(triples):
            if not any(store.quads_for_pattern(triple.subject, triple.predicate, triple.object)):
                store.add(ox.Quad(triple.subject, triple.predicate, triple.object, graph))


def build(sources: Sources, folder: Path, progress: Progress = silent) -> tuple[Manifest, bool]:
    """Make the dataset of the sources and put it into service below `folder`.

    Returns its manifest and whether it was made now; one that exists already is only put into service. Whatever fails
    on the way (TurtleError, BuildFailed) leaves the dataset in service as it was.
    """
    version = sources.version
    place = folder / version
    made = not whole(place)
    if made:
        with beside(place) as work:
            store = merge(sources, progress)
            progress("形状の検査（SHACL）", "checking the shapes (SHACL)")
            with checking(store, sources) as checked:
                derive(store, sources, progress)
                progress("書き出し", "writing")
                graphs, versions = write(store, work / "data.nq")
                manifest = Manifest(version, graphs, 0, versions=versions, **vars(changes(sources)))
                progress("検索の索引", "indexing the texts")
                index.write(Store(store, manifest), work / index.FILE).close()
                progress("形状の検査の結果", "checking what the shapes found")
                report = sound(checked())
            (work / "report.json").write_text(report.json() + "\n", encoding="utf-8")
            replace(manifest, warnings=len(report.results)).write(work / "manifest.json")
    switch(folder, version)
    return Manifest.read(place / "manifest.json"), made


def whole(place: Path) -> bool:
    """Whether a folder holds a dataset with all that goes with it; one that an older keifu made may lack some."""
    if not all((place / name).is_file() for name in ("manifest.json", "report.json", index.FILE)):
        return False
    manifest = Manifest.read(place / "manifest.json")
    return manifest.graphs.keys() == manifest.versions.keys()


def sound(report: Report) -> Report:
    """The report, if it has no violation; else BuildFailed with those it has."""
    if report.violations:
        wrong = replace(report, results=report.violations)
        raise BuildFailed(wrong.text("ja"), wrong.text("en"))
    return report


def digest(content: bytes) -> str:
    """SHA-256 in 16 hexadecimal digits, like the version of a dataset."""
    return hashlib.sha256(content).hexdigest()[:16]


def write(store: ox.Store, path: Path) -> tuple[dict[str, int], dict[str, str]]:
    """Write all quads, so sorted that two builds give the same bytes; triples and hash of each graph."""
    graphs: dict[str, int] = {}
    versions: dict[str, str] = {}
    with path.open("wb") as file:
        for graph in sorted(store.named_graphs(), key=str):
            dump = BytesIO()
            store.dump(dump, ox.RdfFormat.N_TRIPLES, from_graph=graph)
            lines = sorted(dump.getvalue().splitlines())
            end = f" {graph} .\n".encode()
            file.writelines(line.removesuffix(b" .") + end for line in lines)
            graphs[graph.value] = len(lines)
            versions[graph.value] = digest(b"\n".join(lines))
    return graphs, versions


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A fresh folder that takes the name `place` once the work in it is whole, and vanishes if it fails."""
    work = place.with_name(f"{place.name}.{os.getpid()}")
    sweep(place)
    work.mkdir(parents=True)
    try:
        yield work
        shutil.rmtree(place, ignore_errors=True)
        work.replace(place)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def sweep(place: Path) -> None:
    """Remove what builds beside `place` left that were ended; the number of one may be that of this process by now."""
    for left in place.parent.glob(f"{'?' * len(place.name)}.*"):
        number = left.suffix.removeprefix(".")
        if number.isdecimal() and (int(number) == os.getpid() or not psutil.pid_exists(int(number))):
            shutil.rmtree(left, ignore_errors=True)


def switch(folder: Path, version: str) -> None:
    """Put a version into service in one step and drop all but it and its predecessor.

    Where it is in service already the predecessor stays, which a service that has not followed yet still reads.
    """
    before = current(folder)
    if before is not None and before.name == version:
        return
    pointer = folder / "current"
    fresh = folder / f"current.{os.getpid()}"
    fresh.write_text(version + "\n", encoding="ascii")
    fresh.replace(pointer)
    keep = {version, before.name if before else version}
    for old in folder.iterdir():
        if old.is_dir() and old.name not in keep and len(old.name) == len(version):
            shutil.rmtree(old, ignore_errors=True)

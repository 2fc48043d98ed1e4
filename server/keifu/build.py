"""From the files in git to a dataset that can be served: read, check, derive, write beside the old one, switch."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from keifu.errors import BuildFailed
from keifu.files import Sources, read_turtle
from keifu.namespaces import DERIVED_GRAPH
from keifu.stores import Manifest, current

AnyTerm = TypeVar("AnyTerm")

Progress = Callable[[str, str], None]
"""Told each step of the work, in Japanese and in English."""


def silent(_ja: str, _en: str) -> None:
    """A Progress that nobody watches."""


def merge(sources: Sources, progress: Progress = silent) -> ox.Store:
    """All sources in one store, a named graph a file; BuildFailed where a triple stands in two files."""
    store = ox.Store()
    home: dict[tuple[str, str, str], Path] = {}
    doubles: list[str] = []
    files = [*sources.ontology, *sources.data]
    for number, path in enumerate(files, 1):
        name = path.relative_to(sources.root).as_posix()
        progress(f"読み込み {number}/{len(files)} {name}", f"reading {number}/{len(files)} {name}")
        graph = sources.graph(path)
        for subject, predicate, obj in numbered(read_turtle(path), f"f{number}b"):
            key = (str(subject), str(predicate), str(obj))
            if home.setdefault(key, path) != path:
                doubles.append(f"{' '.join(key)}\n    {home[key]}\n    {path}")
            store.add(ox.Quad(subject, predicate, obj, graph))
    if doubles:
        shown = "\n".join(doubles[:20])
        raise BuildFailed(
            f"{len(doubles)} 個のトリプルが二つのファイルにあります。一つの事実は一つのファイルに置き、片方を消してください。\n{shown}",
            f"{len(doubles)} triples stand in two files. Keep a fact in one file and delete the other copy.\n{shown}",
        )
    return store


def numbered(quads: Iterable[ox.Quad], prefix: str) -> Iterator[ox.Triple]:
    """The triples of a file with blank nodes named by their order, which the parser names at random."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def name(term: AnyTerm) -> AnyTerm:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"{prefix}{len(names)}"))  # type: ignore[return-value]
        return term

    for quad in quads:
        yield ox.Triple(name(quad.subject), quad.predicate, name(quad.object))


def derive(store: ox.Store, sources: Sources, progress: Progress = silent) -> None:
    """Add what follows from the sources (keifu/rules/*.rq, in the order of their names) to the derived graph."""
    graph = ox.NamedNode(DERIVED_GRAPH)
    for rule in sources.rules:
        progress(f"導出 {rule.stem}", f"deriving {rule.stem}")
        triples = store.query(rule.read_text(encoding="utf-8"), use_default_graph_as_union=True)
        assert isinstance(triples, ox.QueryTriples)  # noqa: S101 - a rule is a CONSTRUCT
        for triple in list(triples):
            if not any(store.quads_for_pattern(triple.subject, triple.predicate, triple.object)):
                store.add(ox.Quad(triple.subject, triple.predicate, triple.object, graph))


def build(sources: Sources, folder: Path, progress: Progress = silent) -> tuple[Manifest, bool]:
    """Make the dataset of the sources and put it into service below `folder`.

    Returns its manifest and whether it was made now; one that exists already is only put into service. Whatever fails on the way (TurtleError,
    BuildFailed) leaves the dataset in service as it was.
    """
    version = sources.version
    place = folder / version
    made = not (place / "manifest.json").is_file()
    if made:
        with beside(place) as work:
            store = merge(sources, progress)
            warnings = check(store, sources, progress)
            derive(store, sources, progress)
            progress("書き出し", "writing")
            lines = sorted(f"{quad} .\n" for quad in store)
            (work / "data.nq").write_text("".join(lines), encoding="utf-8")
            graphs = {
                g.value: sum(1 for _ in store.quads_for_pattern(None, None, None, g)) for g in store.named_graphs()
            }
            Manifest(version, dict(sorted(graphs.items())), warnings).write(work / "manifest.json")
    switch(folder, version)
    return Manifest.read(place / "manifest.json"), made


def check(store: ox.Store, sources: Sources, progress: Progress) -> int:
    """Number of results below a violation; BuildFailed with the report where there is a violation."""
    # pySHACL takes longer to import than a built dataset takes to open.
    from keifu.validation import validate  # noqa: PLC0415

    progress("形状の検査（SHACL）", "checking the shapes (SHACL)")
    report = validate(store, sources)
    if report.violations:
        wrong = replace(report, results=report.violations)
        raise BuildFailed(wrong.text("ja"), wrong.text("en"))
    return len(report.results)


@contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A fresh folder that takes the name `place` once the work in it is whole, and vanishes if it fails."""
    work = place.with_name(f"{place.name}.{os.getpid()}")
    work.mkdir(parents=True)
    try:
        yield work
        shutil.rmtree(place, ignore_errors=True)
        work.replace(place)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def switch(folder: Path, version: str) -> None:
    """Put a version into service in one step and drop all but it and its predecessor."""
    before = current(folder)
    pointer = folder / "current"
    fresh = folder / f"current.{os.getpid()}"
    fresh.write_text(version + "\n", encoding="ascii")
    fresh.replace(pointer)
    keep = {version, before.name if before else version}
    for old in folder.iterdir():
        if old.is_dir() and old.name not in keep and len(old.name) == len(version):
            shutil.rmtree(old, ignore_errors=True)

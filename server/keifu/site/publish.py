"""The whole site as static files that any web host serves: nothing in them needs a server or knows where it lies."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
from flask import Flask

from keifu.dataset.stores import Store
from keifu.errors import BuildFailed, UnusableInput
from keifu.language import LANGUAGES
from keifu.namespaces import DEF, GRAPH, ID
from keifu.publishing.dumps import dumps
from keifu.publishing.feeds import pages, retired
from keifu.queries.queries import shelf
from keifu.search.suggestions import everything
from keifu.site.copying import Copier, place, relative
from keifu.sparql.formats import GRAPH_TYPES, SOLUTION_TYPES, write_graph, write_solutions

Progress = Callable[[str, str], None]
"""Told each step of the work, in Japanese and in English."""
Make = Callable[[], Flask]
"""Makes the application, in whatever process."""

MARK = "keifu-site.txt"
"""The file by which a folder is known to hold a site that was published, and may be replaced: version and names."""
BATCH = 50
"""Addresses that a process takes at a time."""
SINGLE = (
    *("", "def", "catalogue", ".well-known/void", "sitemap.xml", "robots.txt", "feed.atom", "context.jsonld"),
    *(f"{lang}/feed.atom" for lang in LANGUAGES),
    *("sparql", "api"),
)
STATIC = Path(__file__).parents[1] / "static"

copier: Copier
"""That of this process, one of those that share the work."""


def publish(make: Make, store: Store, dataset: Path, out: Path, progress: Progress) -> int:
    """Write the site into the folder `out`, in the place of what was published there before; the number of files.

    `dataset` is the folder of the built datasets, where the dumps are. UnusableInput where `out` holds anything else,
    BuildFailed where an address that the site leads to does not answer; then `out` stays as it was.
    """
    out = out.resolve()
    if found := others(out):
        names = ", ".join(found[:5])
        raise UnusableInput(
            f"{out} には keifu publish が書いたのではないもの（{names}）があります。別のフォルダーを指定してください。",
            f"{out} holds what keifu publish did not write ({names}). Name another folder.",
        )
    work = out.with_name(f"{out.name}.{os.getpid()}")
    # The number of a process that was ended on the way may be that of this one.
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        progress("ダンプとクエリの答え", "dumps and answers to the queries")
        made = dataset.absolute() / store.manifest.version / "dumps"
        dumps(store, made)
        shutil.copytree(made, work / "dumps")
        shutil.copytree(STATIC, work / "static")
        answer(store, work / "api" / "queries")
        offer(store, work)
        copy(make, work, addresses(store), progress)
        listed = sorted(path.name for path in work.iterdir())
        (work / MARK).write_text("\n".join([store.manifest.version, *listed, ""]), encoding="utf-8")
        count = sum(path.is_file() for path in work.rglob("*"))
        shutil.rmtree(out, ignore_errors=True)
        work.replace(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return count


def others(out: Path) -> list[str]:
    """What stands in a folder and was not published there, as the work tree of git may."""
    mark = out / MARK
    ours = {MARK, *mark.read_text(encoding="utf-8").split("\n")[1:]} if mark.is_file() else set()
    return sorted({path.name for path in out.iterdir()} - ours) if out.is_dir() else []


def answer(store: Store, folder: Path) -> None:
    """Write the answers of the library with the values that its files give: tables as CSV, graphs as Turtle."""
    folder.mkdir(parents=True)
    for query in shelf().values():
        result = store.query(query.text)
        if isinstance(result, ox.QueryTriples):
            (folder / f"{query.name}.ttl").write_bytes(write_graph(result, GRAPH_TYPES["turtle"]))
        else:
            (folder / f"{query.name}.csv").write_bytes(write_solutions(result, SOLUTION_TYPES["csv"]))


def offer(store: Store, work: Path) -> None:
    """Write the names that the search box offers, each with the way to the page of what has it."""
    spaces = {"id/": ID, "def/": DEF}
    known = {
        space + unquote(path.removeprefix(way)): path
        for path in pages(store)
        for way, space in spaces.items()
        if path.startswith(way)
    }
    for lang in LANGUAGES:
        name = f"{lang}/names.json"
        offered = [
            each.offer(lang, relative(f"{lang}/{known[each.iri]}", name))
            for each in everything(store, lang)
            if each.iri in known
        ]
        (work / lang).mkdir()
        (work / name).write_text(json.dumps(offered, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def addresses(store: Store) -> Iterator[str]:
    """Where a crawl begins: all that others may know the address of, pages in both languages and IRIs."""
    yield from SINGLE
    found = pages(store)
    for lang in LANGUAGES:
        yield from (f"{lang}/{path}" for path in found)
    yield from (path for path in found if path.startswith("id/"))
    for iri in retired(store):
        path = "id/" + iri.removeprefix(ID)
        yield from (path, *(f"{path}.{form.suffix}" for form in GRAPH_TYPES.values()))
    yield from ("graph/" + graph.removeprefix(GRAPH) for graph in store.manifest.graphs)
    yield from (f"{path}.{form.suffix}" for path in ("catalogue", ".well-known/void") for form in GRAPH_TYPES.values())


def copy(make: Make, work: Path, found: Iterable[str], progress: Progress) -> None:
    """Copy addresses and all that they lead to, on every processor; BuildFailed names those that do not answer."""
    waiting, known = dict.fromkeys(found), set[str]()
    done, dead = 0, list[str]()
    context = get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=begin, initargs=(make, work)) as processes:
        while waiting:
            known.update(map(place, waiting))
            listed, waiting = list(waiting), {}
            batches = [listed[first : first + BATCH] for first in range(0, len(listed), BATCH)]
            for batch, answers in processes.map(copy_all, batches):
                done += len(batch)
                progress(f"ページとデータ {done}/{len(known)}", f"pages and data {done}/{len(known)}")
                for address, further in zip(batch, answers, strict=True):
                    dead += [address] if further is None else []
                    new = {each: place(each) for each in further or ()}
                    waiting |= {
                        each: None for each, name in new.items() if name not in known and not (work / name).exists()
                    }
    if dead:
        names = ", ".join(dead[:20])
        raise BuildFailed(
            f"{len(dead)} 個のアドレスが答えません: {names}。そこへのリンクか、そのページを直してください。",
            f"{len(dead)} addresses do not answer: {names}. Mend the links to them, or their pages.",
        )


def begin(make: Make, work: Path) -> None:
    """Make ready a process that shares the work."""
    global copier  # noqa: PLW0603 - it is what a process has of its own
    copier = Copier(make(), work)


def copy_all(batch: list[str]) -> tuple[list[str], list[set[str] | None]]:
    """Some addresses, with what each leads to."""
    return batch, [copier.copy(address) for address in batch]

"""The dumps: the dataset and each of its graphs as files, made once and kept beside the dataset."""

import gzip
import hashlib
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from threading import Lock

import pyoxigraph as ox

from keifu.dataset.stores import Store
from keifu.errors import KeifuError, NotReady
from keifu.namespaces import GRAPH
from keifu.sparql.formats import GRAPH_TYPES, Format, write_graph

WHOLE = "keifu"
"""What the files of the whole dataset are called."""
SUMS = "SHA256SUMS"
QUADS = Format("application/n-quads", "nq")
PACKED = "application/gzip"
GRAPH_FORMATS = tuple(GRAPH_TYPES[name] for name in ("turtle", "ntriples", "jsonld"))
"""The formats of the files of a graph; those of the whole are Turtle, N-Quads and JSON-LD, plain and packed."""
FORMATS: Mapping[str, Format] = {form.suffix: form for form in (*GRAPH_FORMATS, QUADS)}

BLANK = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } FILTER(ISBLANK(?s) || ISBLANK(?o)) }"

RETRY = 30
"""Seconds after which it makes sense to ask again for dumps that are being made."""

making = Lock()
under_way: dict[Path, Future[None]] = {}
"""The folders whose dumps are being made."""
worker = ThreadPoolExecutor(1)
"""Makes dumps apart from the threads of requests, which wait only for so long: those of a nation take minutes."""


@dataclass(frozen=True)
class Dump:
    """A file of the dumps."""

    name: str
    """Its path below the folder of the dumps."""
    sha256: str
    size: int
    """In bytes."""

    @property
    def packed(self) -> bool:
        """Whether it is compressed."""
        return self.name.endswith(".gz")

    @property
    def stem(self) -> str:
        """WHOLE, or the IRI of the graph without the namespace of graphs."""
        return self.name.removesuffix(".gz").rpartition(".")[0]

    @property
    def form(self) -> Format:
        """The format of its content, once unpacked."""
        return FORMATS[self.name.removesuffix(".gz").rpartition(".")[2]]

    @property
    def media_type(self) -> str:
        """The media type of the file as it is."""
        return PACKED if self.packed else self.form.media_type


def dumps(store: Store, folder: Path, patience: float | None = None) -> dict[str, Dump]:
    """The dumps in `folder` by name, made now where there are none.

    KeifuError where they cannot be written there; NotReady after `patience` seconds, while they go on being made.
    """
    if not (folder / SUMS).is_file():
        with making:
            if folder not in under_way:
                under_way[folder] = worker.submit(make, store, folder)
            work = under_way[folder]
        try:
            work.result(patience)
        except TimeoutError:
            raise NotReady(
                "ダンプをつくっているところです。しばらくしてから、もう一度試してください。",
                "The dumps are being made. Try again in a little while.",
                RETRY,
            ) from None
        except OSError as error:
            raise KeifuError(
                f"ダンプを書き出せません（{error.strerror}）。データセットのフォルダーの空きと権限を確かめてください。",
                f"The dumps cannot be written ({error.strerror})."
                " Check space and permissions of the folder of the dataset.",
            ) from error
        finally:
            if work.done():
                under_way.pop(folder, None)
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    found = (line.split("  ", 1) for line in lines)
    return {name: Dump(name, digest, (folder / name).stat().st_size) for digest, name in found}


def make(store: Store, folder: Path) -> None:
    """Write all dumps beside `folder` and give them its name in one step."""
    work = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        write(store, work)
        try:
            work.rename(folder)
        except OSError:
            # Another process was first; what it made is the same.
            if not (folder / SUMS).is_file():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write(store: Store, folder: Path) -> None:
    """Write all dumps and the list of their checksums; the same dataset gives the same bytes."""
    # A store names blank nodes afresh whenever it is loaded.
    unnamed = ox.Dataset(ox.Quad(row["s"], row["p"], row["o"], row["g"]) for row in store.select(BLANK))
    unnamed.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)

    def content(graph: str) -> list[ox.Quad]:
        node = ox.NamedNode(graph)
        named = (
            quad
            for quad in store.quads.quads_for_pattern(None, None, None, node)
            if not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode)
        )
        return sorted(chain(named, unnamed.quads_for_graph_name(node)), key=str)

    graphs = sorted(store.manifest.graphs)
    turtle, quads = folder / f"{WHOLE}.ttl", folder / f"{WHOLE}.nq"
    with turtle.open("wb") as all_turtle, quads.open("wb") as all_quads:
        for graph in graphs:
            held = content(graph)
            triples = [quad.triple for quad in held]
            stem = folder / graph.removeprefix(GRAPH)
            stem.parent.mkdir(parents=True, exist_ok=True)
            written = {form.suffix: write_graph(triples, form) for form in GRAPH_FORMATS}
            for suffix, body in written.items():
                stem.with_name(f"{stem.name}.{suffix}").write_bytes(body)
            # Turtle may be put together from whole documents: each declares its prefixes again.
            all_turtle.write(f"# {graph}\n".encode() + written["ttl"] + b"\n")
            all_quads.writelines(f"{quad} .\n".encode() for quad in held)
    lists = map(content, graphs)
    ox.serialize(chain.from_iterable(lists), folder / f"{WHOLE}.jsonld", ox.RdfFormat.JSON_LD)
    for path in sorted(folder.glob(f"{WHOLE}.*")):
        pack(path)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def pack(path: Path) -> None:
    """Put the compressed file beside a file; it holds neither name nor time."""
    packed = path.with_name(f"{path.name}.gz")
    with path.open("rb") as plain, packed.open("wb") as out, gzip.GzipFile("", "wb", 6, out, mtime=0) as file:
        shutil.copyfileobj(plain, file)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

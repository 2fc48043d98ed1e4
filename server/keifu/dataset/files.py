"""The files people write: where they are, how they are read, where in them a thing stands."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urljoin

import pyoxigraph as ox

from keifu.errors import TurtleError, UnusableInput
from keifu.namespaces import BASE, GRAPH, HOME, rebased

AnyTerm = TypeVar("AnyTerm")

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Sources:
    """The sources under one folder, laid out as in the repository; every list is sorted, so builds repeat."""

    root: Path

    @classmethod
    def find(cls) -> Self:
        """The copy inside an installed wheel, or the checkout that this module stands in."""
        packaged = PACKAGE / "sources"
        return cls(packaged if packaged.is_dir() else PACKAGE.parents[1])

    @property
    def ontology(self) -> list[Path]:
        """The vocabulary and its concept schemes, without the alignments (they are not loaded by default)."""
        return [p for p in sorted((self.root / "ontology").rglob("*.ttl")) if p.name != "align.ttl"]

    @property
    def data(self) -> list[Path]:
        """Every graph that people wrote below data/ttl."""
        return sorted((self.root / "data" / "ttl").rglob("*.ttl"))

    @property
    def shapes(self) -> list[Path]:
        """Every file of shapes."""
        return sorted((self.root / "shapes").rglob("*.ttl"))

    @property
    def queries(self) -> list[Path]:
        """Every query of the library."""
        return sorted((self.root / "queries").rglob("*.rq"))

    @property
    def rules(self) -> list[Path]:
        """The CONSTRUCT queries that derive the derived graph; they are code and live in the package."""
        return sorted((PACKAGE / "rules").glob("*.rq"))

    @property
    def version(self) -> str:
        """SHA-256 (16 hexadecimal digits) of all that a dataset is made from: base, names and bytes."""
        digest = hashlib.sha256(b"" if BASE == HOME else BASE.encode())
        for path in [*self.ontology, *self.data, *self.shapes, *self.rules]:
            name = path.relative_to(self.root if path.is_relative_to(self.root) else PACKAGE)
            digest.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]

    def graph(self, path: Path) -> ox.NamedNode:
        """The named graph of a file: its place below data/ttl, or from ontology/ on, without the suffix."""
        place = path.relative_to(self.root).with_suffix("").as_posix().removeprefix("data/ttl/")
        return ox.NamedNode(GRAPH + place)


def read_turtle(path: Path) -> Iterator[ox.Quad]:
    """The triples of a Turtle file in its default graph; TurtleError names file, line and column."""
    with named(path):
        quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
        yield from quads if BASE == HOME else (ox.Quad(*map(moved, quad)) for quad in quads)


def load_turtle(store: ox.Store, path: Path, graph: ox.NamedNode) -> None:
    """Put the triples of a Turtle file into a graph; as `read_turtle`, but twice as quick, as the engine reads them."""
    if BASE == HOME:
        with named(path):
            store.load(path=path, format=ox.RdfFormat.TURTLE, to_graph=graph)
    else:
        store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in read_turtle(path))


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Name the file, and the place in it, in the error of who reads it: a TurtleError or an UnusableInput."""
    try:
        yield
    except SyntaxError as error:
        # A file that is not UTF-8 has no position; the decoder says where.
        line, column = error.lineno or 1, error.offset or 1
        lines = path.read_bytes().decode("utf-8", errors="replace").splitlines()
        reason = re.sub(r"^Parser error at .*?: ", "", error.msg)
        raise TurtleError(path, line, column, lines[line - 1] if line <= len(lines) else "", reason) from error
    except OSError as error:
        raise UnusableInput(
            f"{path} を読めません（{error.strerror or error}）。パスと権限を確かめてください。",
            f"{path} cannot be read ({error.strerror or error}). Check the path and its permissions.",
        ) from error


def moved(term: AnyTerm) -> AnyTerm:
    """A term under the base of the dataset; in a file its IRI may be relative, so that the text does not show it."""
    return ox.NamedNode(rebased(term.value)) if isinstance(term, ox.NamedNode) else term  # type: ignore[return-value]


DIRECTIVE = re.compile(r"^\s*@?(prefix|base)\s+(?:([\w.-]*):\s*)?<([^>]*)>", re.IGNORECASE)
SUBJECT = re.compile(r"^\s{0,3}(?:<([^>\s]*)>|([\w.-]*):([\w./-]*))(?=\s|$)")


def subject_lines(path: Path) -> dict[str, int]:
    """For each IRI that begins a statement at the margin of a Turtle file, the line (from 1) it first does so.

    No RDF parser keeps positions, so this reads the text; files in the project's layout put each subject at the margin.
    """
    prefixes: dict[str, str] = {}
    base = ""
    lines: dict[str, int] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if directive := DIRECTIVE.match(text):
            kind, prefix, iri = directive.groups()
            if kind.lower() == "base":
                base = iri
            else:
                prefixes[prefix or ""] = iri
        elif subject := SUBJECT.match(text):
            relative, prefix, local = subject.groups()
            iri = urljoin(base, relative) if relative is not None else prefixes.get(prefix, "") + local
            lines.setdefault(rebased(iri), number)
    return lines

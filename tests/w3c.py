"""The W3C's SPARQL test suites: where their files come from, their manifests, and the results they expect."""

import csv
import io
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from rdflib import RDF, Graph, Namespace, URIRef

CACHE = Path(__file__).parent / ".cache"
SOURCE = "rdflib==7.6.0 --hash=sha256:6c831288d5e4a5a7ece85d0ccde9877d512a3d0f02d7c06455d00d6d0ea379df"
"""What holds the suites: a source distribution on PyPI, as a line of pip's requirements."""
INSIDE = "test/data/suites/w3c/"
FOLDER = CACHE / "w3c-of-rdflib-7.6.0"

BASES = {
    "sparql11": "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/",
    "dawg-data-r2": "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/",
}
"""The folders of the suites, with the address that each was published at."""

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"

RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Row = Mapping[str, Term]


def fetch() -> str:
    """Bring the suites to FOLDER if they are not there; empty, or the reason why that failed."""
    if FOLDER.is_dir():
        return ""
    CACHE.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as name:
        place = Path(name)
        (place / "requirements.txt").write_text(SOURCE, encoding="ascii")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        command += ["--timeout", "5", "--retries", "1", "--no-deps", "--no-binary", "rdflib", "--require-hashes"]
        try:
            subprocess.run(
                [*command, "--requirement", "requirements.txt"],
                cwd=place,
                check=True,
                capture_output=True,
                text=True,
                timeout=60,
            )
        except subprocess.CalledProcessError as error:
            return f"pip did not bring the suites: {(error.stderr.strip() or 'no reason given').splitlines()[-1]}"
        except subprocess.TimeoutExpired as error:
            return f"pip did not bring the suites in {error.timeout:.0f} s"
        with tarfile.open(next(place.glob("*.tar.gz"))) as archive:
            for member in archive:
                top, _, path = member.name.partition("/")
                if path.startswith(tuple(f"{INSIDE}{suite}/" for suite in BASES)):
                    archive.extract(member, place, filter="data")
        try:
            (place / top / INSIDE).rename(FOLDER)
        except OSError:
            # Another process of the same run may have been quicker.
            if not FOLDER.is_dir():
                raise
    return ""


@dataclass(frozen=True)
class Case:
    """An entry of a manifest."""

    suite: str
    """The folder of its manifest, such as `sparql11/bind`."""
    name: str
    kind: str
    """The name of its class, such as `QueryEvaluationTest`."""
    query: URIRef | None
    default: tuple[URIRef, ...]
    """Files of the default graph."""
    named: tuple[URIRef, ...]
    """Files of named graphs, which have the names of their files."""
    result: URIRef | None
    lax: bool
    """Whether REDUCED leaves open how often a solution comes."""

    @property
    def id(self) -> str:
        """What it is called here."""
        return f"{self.suite}/{self.name}"

    @property
    def text(self) -> str:
        """Its query, with the base that relative IRIs in it need, as the endpoint knows none."""
        assert self.query is not None
        return f"BASE <{self.query}>\n" + path_of(self.query).read_bytes().decode("utf-8")


def path_of(address: str) -> Path:
    """The file of an address in the suites."""
    suite, base = next((suite, base) for suite, base in BASES.items() if address.startswith(base))
    return FOLDER / suite / address.removeprefix(base)


def address_of(path: Path) -> str:
    """The address of a file of the suites."""
    suite, *rest = path.relative_to(FOLDER).parts
    return BASES[suite] + "/".join(rest)


def cases(suite: str) -> Iterator[Case]:
    """The cases of a manifest in its order, without those withdrawn; `suite` is its folder."""
    path = FOLDER / suite / "manifest.ttl"
    manifest = Graph().parse(path, publicID=address_of(path))
    for entries in manifest.objects(None, MF.entries):
        for entry in manifest.items(entries):
            if (entry, DAWGT.approval, DAWGT.Withdrawn) in manifest:
                continue
            action = manifest.value(entry, MF.action)
            yield Case(
                suite,
                entry.partition("#")[2],
                manifest.value(entry, RDF.type).partition("#")[2],
                action if isinstance(action, URIRef) else manifest.value(action, QT.query),
                tuple(manifest.objects(action, QT.data)),
                tuple(manifest.objects(action, QT.graphData)),
                manifest.value(entry, MF.result),
                (entry, MF.resultCardinality, MF.LaxCardinality) in manifest,
            )


def load(store: ox.Store, address: str, graph: str | None = None) -> None:
    """Load a file of the suites into a graph, by default the default graph."""
    path = path_of(address)
    to_graph = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    store.load(path=path, format=GRAPHS[path.suffix], base_iri=address, to_graph=to_graph)


@dataclass(frozen=True)
class Solutions:
    """What a SELECT gives."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    ordered: bool = False
    """Whether the order of the rows is part of the expected result."""

    def plain(self) -> "Solutions":
        """As CSV can tell them: values without kind, type or language; an empty one is as good as none."""
        rows = [
            {name: term if isinstance(term, ox.BlankNode) else ox.Literal(term.value) for name, term in row.items()}
            for row in ({name: stored(term) for name, term in row.items()} for row in self.rows)
        ]
        empty = ox.Literal("")
        kept = ({name: term for name, term in row.items() if term != empty} for row in rows)
        return Solutions(self.variables, tuple(kept), self.ordered)

    def comparable(self, *, ordered: bool, lax: bool) -> tuple[frozenset[str], frozenset[ox.Quad]]:
        """A form that is equal where solutions are, up to the labels of blank nodes; `lax` counts each row once."""
        counts: dict[frozenset[tuple[str, Term]], list[int]] = {}
        for place, row in enumerate(self.rows):
            counts.setdefault(frozenset((name, stored(term)) for name, term in row.items()), []).append(place)
        quads = []
        for row, places in counts.items():
            node = ox.BlankNode()
            quads += [ox.Quad(node, ox.NamedNode(f"row:{name}"), term) for name, term in row]
            marks = places if ordered else [1 if lax else len(places)]
            quads += [ox.Quad(node, ox.NamedNode("row:"), ox.Literal(mark)) for mark in marks]
        return self.variables, canonical(quads)


def canonical(quads: Iterable[ox.Quad]) -> frozenset[ox.Quad]:
    """Statements with the labels of blank nodes that RDF Dataset Canonicalization gives: equal where isomorphic."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(dataset)


@cache
def stored(term: Term) -> Term:
    """A term as it comes out of a store, which keeps the value of a number or date, not how it was written."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("row:"), ox.NamedNode("row:"), term))
    return next(iter(store)).object


def read_graph(data: bytes, suffix: str, address: str = "http://example.org/") -> frozenset[ox.Quad]:
    """A graph in a comparable form."""
    store = ox.Store()
    store.load(data, format=GRAPHS[suffix], base_iri=address)
    return canonical(store)


def read_solutions(data: bytes, suffix: str) -> Solutions | bool:
    """The solutions, or yes or no, in one of the four formats of SPARQL."""
    if suffix == ".csv":
        return read_csv(data.decode("utf-8"))
    result = ox.parse_query_results(data, format=RESULTS[suffix])
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    names = [variable.value for variable in result.variables]
    rows = tuple({name: term for name, term in zip(names, row, strict=True) if term is not None} for row in result)
    return Solutions(frozenset(names), rows)


def read_csv(text: str) -> Solutions | bool:
    """The same from CSV, all values as strings."""
    if text in ("true", "false"):
        return text == "true"
    names, *lines = csv.reader(io.StringIO(text, newline=""))

    def term(value: str) -> Term:
        return ox.BlankNode(value.removeprefix("_:")) if value.startswith("_:") else ox.Literal(value)

    # A line with one value, an empty one, reads as a line without values.
    full = (line or [""] * len(names) for line in lines)
    rows = tuple({name: term(value) for name, value in zip(names, line, strict=True) if value} for line in full)
    return Solutions(frozenset(names), rows)


def read_result_set(store: ox.Store) -> Solutions | bool | None:
    """The solutions, or yes or no, that a graph describes in the vocabulary of the first suites; None for no such."""

    def values(subject: ox.NamedNode | ox.BlankNode | None, name: str) -> list[Term]:
        return [quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(RS + name), None)]

    if answer := values(None, "boolean"):
        return answer[0].value == "true"
    variables = frozenset(term.value for term in values(None, "resultVariable"))
    if not variables:
        return None
    places, rows = [], []
    for solution in values(None, "solution"):
        bindings = values(solution, "binding")
        rows.append({values(each, "variable")[0].value: values(each, "value")[0] for each in bindings})
        places += [int(term.value) for term in values(solution, "index")]
    if not places:
        return Solutions(variables, tuple(rows))
    by_place = sorted(zip(places, rows, strict=True), key=lambda pair: pair[0])
    return Solutions(variables, tuple(row for _, row in by_place), ordered=True)


def expected(case: Case) -> Solutions | bool | frozenset[ox.Quad]:
    """The result of a case: solutions, yes or no, or a graph in a comparable form."""
    assert case.result is not None
    path = path_of(case.result)
    if path.suffix not in GRAPHS:
        return read_solutions(path.read_bytes(), path.suffix)
    store = ox.Store()
    load(store, case.result)
    result = read_result_set(store)
    return canonical(store) if result is None else result

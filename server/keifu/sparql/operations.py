"""Queries that may be run, and their answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from keifu.dataset.stores import Dataset, Result, Store
from keifu.dataset.terminals import position
from keifu.errors import BadQuery, Refused, TooLarge
from keifu.settings import Settings
from keifu.sparql.clauses import once
from keifu.sparql.formats import (
    GRAPH_TYPES,
    QUAD_TYPES,
    SOLUTION_TYPES,
    Format,
    count_rows,
    write_graph,
    write_solutions,
)
from keifu.sparql.order import by_kind
from keifu.sparql.packing import WORTH, pack
from keifu.sparql.scanner import Scan, look_up

TABLES, GRAPHS = (*SOLUTION_TYPES.values(),), (*GRAPH_TYPES.values(), *QUAD_TYPES.values())
FORMATS: Mapping[str, Sequence[Format]] = {"SELECT": TABLES, "ASK": TABLES, "CONSTRUCT": GRAPHS, "DESCRIBE": GRAPHS}
"""The formats that the answer to a query can have, by its form."""


@dataclass(frozen=True)
class Operation:
    """A query that may be run."""

    text: str
    form: str
    """SELECT, ASK, CONSTRUCT or DESCRIBE."""
    dataset: Dataset | None
    """The dataset that the request names; it replaces the one that the query names."""
    names_dataset: bool
    """Whether the request or the query (FROM) names a dataset; the merge of all graphs is for those that do not."""
    repeatable: bool
    """Whether the same data give the same answer."""
    looks_up: bool = False
    """Whether it only asks for statements about one thing, which is over in a moment."""

    @property
    def formats(self) -> Sequence[Format]:
        """The formats its answer can have."""
        return FORMATS[self.form]


class Task(NamedTuple):
    """What is asked for: the answer to a query, in a format."""

    operation: Operation
    wanted: Format
    packed: bool = False
    """Whether it may be packed (gzip)."""

    @property
    def texts(self) -> Sequence[str]:
        """All that was written by who asks, and is held in memory with it."""
        named = self.operation.dataset or Dataset()
        return [self.operation.text, *named.default, *named.named]


@dataclass(frozen=True)
class Answer:
    """An answer, whole and as bytes."""

    body: bytes
    rows: int
    """Solutions or triples; 1 for an ASK."""
    packed: bool = False
    """Whether the body is packed (gzip)."""


def examine(query: str, dataset: Dataset | None, settings: Settings) -> Operation:
    """The operation of a query text; Refused, TooLarge or BadQuery where it is not to be run."""
    if dataset is None and (form := look_up(query)):
        return Operation(query, form, None, names_dataset=False, repeatable=True, looks_up=True)
    scan = Scan(query)
    form = scan.form
    if scan.service is not None:
        line, column = position(query, scan.service.start)
        raise Refused(
            f"クエリの {line} 行 {column} 列の SERVICE は使えません。ここからほかのサーバーには問い合わせません。"
            "取り除き、結果は手元で組み合わせてください。",
            f"SERVICE at line {line}, column {column} of the query is refused: this endpoint asks no other server."
            " Remove it and join the results on your side.",
        )
    if (height := scan.height) > settings.query_depth:
        raise TooLarge(
            f"クエリの入れ子と演算子の連なりが {height} 段あり、"
            f"上限 {settings.query_depth}（設定 query_depth）を超えます。VALUES や IN を使うか、分けてください。",
            f"The query nests brackets and operators {height} deep,"
            f" over the limit {settings.query_depth} (setting query_depth). Use VALUES or IN, or divide the query.",
        )
    return Operation(
        query,
        form,
        dataset,
        dataset is not None or scan.names_dataset,
        scan.repeatable,
    )


def ask(store: Store, text: str, dataset: Dataset | None = None, *, union: bool = True) -> Result:
    """The result of a query, where the standard and the engine differ as the standard has it."""
    try:
        return store.query(by_kind(once(text)), dataset=dataset, union=union)
    except BadQuery:
        # Asked as it was written, it is told with its own places.
        return store.query(text, dataset=dataset, union=union)


def evaluate(store: Store, operation: Operation, wanted: Format, limit: int) -> Answer:
    """Run a query and write its answer, in the one thread that both must share."""
    try:
        return write(ask(store, operation.text, operation.dataset, union=not operation.names_dataset), wanted, limit)
    except RuntimeError as error:
        if "not a valid RDF 1.2 term" not in str(error):
            raise
        raise BadQuery(
            "三つ組を指す項の主語がリテラルになりました。主語は IRI か空白ノードにしてください。",
            "The subject of a term that is a triple is a literal. Let it be an IRI or a blank node.",
        ) from error


def write(result: Result, wanted: Format, limit: int) -> Answer:
    """The answer with a result."""
    if isinstance(result, ox.QueryTriples):
        written = count()
        body = write_graph((triple for triple, _ in zip(result, written, strict=False)), wanted, limit)
        return Answer(body, next(written))
    body = write_solutions(result, wanted, limit)
    return Answer(body, 1 if isinstance(result, ox.QueryBoolean) else count_rows(body, wanted))


def perform(store: Store, task: Task, limit: int) -> Answer:
    """The answer to a task; packed where that is welcome and worth it."""
    answer = evaluate(store, task.operation, task.wanted, limit)
    if task.packed and len(answer.body) >= WORTH:
        return Answer(pack(answer.body), answer.rows, packed=True)
    return answer


@dataclass(frozen=True)
class Opener:
    """Makes a process ready to answer: picklable, so that it can be sent there."""

    folder: Path
    version: str
    """The dataset version that the web process has."""
    limit: int
    """Largest answer, in bytes."""
    disk: Path | None = None
    """Where the store on disk is, if the dataset is read from one."""

    def __call__(self) -> Callable[[Task], Answer]:
        store = Store.open(self.folder, self.version, self.disk)
        return lambda task: perform(store, task, self.limit)

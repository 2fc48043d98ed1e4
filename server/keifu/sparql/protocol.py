"""The SPARQL 1.1 Protocol: from a request to an operation, and from an operation to its answer."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import pyoxigraph as ox

from keifu.dataset.stores import Dataset, Store
from keifu.errors import BadQuery, MethodNotAllowed, Refused, TooLarge, UnsupportedMediaType
from keifu.settings import Settings
from keifu.sparql.formats import (
    GRAPH_TYPES,
    QUAD_TYPES,
    SOLUTION_TYPES,
    Format,
    count_rows,
    write_graph,
    write_solutions,
)
from keifu.sparql.packing import WORTH, pack
from keifu.sparql.scanner import Scan, look_up, position

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
FORM_TYPE = "application/x-www-form-urlencoded"

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


@dataclass(frozen=True)
class Parameters:
    """What a request says beside its headers."""

    query: str | None
    dataset: Dataset | None
    wanted: str
    """The value of `format` or `output`: a guess of the client at a format."""


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


def read_request(method: str, query_string: bytes, content_type: str, body: bytes, settings: Settings) -> Parameters:
    """What a request asks for (Protocol §2.1); `query` is None where a GET names none.

    Raises MethodNotAllowed, UnsupportedMediaType, TooLarge, Refused for updates, BadQuery for what is malformed.
    """
    fields = read_fields(query_string)
    media_type, _, rest = content_type.lower().partition(";")
    media_type = media_type.strip()
    if method == "POST":
        if media_type == UPDATE_TYPE:
            raise no_updates()
        if media_type not in (QUERY_TYPE, FORM_TYPE):
            raise UnsupportedMediaType(
                f"POST の本文の形式「{media_type}」は読めません。{QUERY_TYPE} か {FORM_TYPE} で送ってください。",
                f"A body of the type {media_type!r} is not read here. Send {QUERY_TYPE} or {FORM_TYPE}.",
            )
        charset = re.search(r'charset\s*=\s*"?([^";\s]+)', rest)
        if charset and charset[1] not in ("utf-8", "utf8"):
            raise UnsupportedMediaType(
                f"文字符号化 {charset[1]} は読めません。UTF-8 で送ってください。",
                f"The charset {charset[1]} is not read here. Send UTF-8.",
            )
        fields += [("query", decode(body))] if media_type == QUERY_TYPE else read_fields(body)
    elif method not in ("GET", "HEAD"):
        raise MethodNotAllowed(
            f"{method} は使えません。GET か POST で送ってください。", f"{method} is not used here. Send GET or POST."
        )
    return from_fields(fields, settings, must=method == "POST")


def from_fields(fields: list[tuple[str, str]], settings: Settings, *, must: bool) -> Parameters:
    """The parameters that count among all there are; one that is empty counts as not given, except `query`."""

    given: dict[str, list[str]] = {}
    for name, value in fields:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise no_updates()
    queries = given.get("query", [])
    if len(queries) > 1:
        raise BadQuery(
            f"query が {len(queries)} 個あります。一つにしてください。",
            f"There are {len(queries)} parameters `query`. Send one.",
        )
    if must and not queries:
        raise BadQuery(
            "query がありません。クエリを query に入れて送ってください。",
            "There is no parameter `query`. Send the query in it.",
        )
    default, named = (graphs(given.get(name, ())) for name in ("default-graph-uri", "named-graph-uri"))
    if queries and (size := len(queries[0].encode())) > settings.query_bytes:
        raise TooLarge(
            f"{size:,} バイトのクエリは上限 {settings.query_bytes:,}（設定 query_bytes）を超えます。縮めてください。",
            f"The query has {size:,} bytes, over the limit {settings.query_bytes:,} (setting query_bytes). Shorten it.",
        )
    return Parameters(
        queries[0] if queries else None,
        Dataset(default, named) if default or named else None,
        ",".join([*given.get("format", ()), *given.get("output", ())]),
    )


def read_fields(data: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string or a form, decoded once; BadQuery where percent signs or UTF-8 are wrong."""
    text = decode(data)
    if broken := re.search(r"%(?![0-9A-Fa-f]{2}).{0,2}", text):
        raise BadQuery(
            f"パーセント符号化「{broken[0]}」が不完全です。% は %25 と書いてください。",
            f"The percent-encoding {broken[0]!r} is incomplete. Write % as %25.",
        )
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise not_utf8(error) from error


def decode(data: bytes) -> str:
    """UTF-8 as text; BadQuery where it is not."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(error) from error


def not_utf8(error: UnicodeDecodeError) -> BadQuery:
    """The error for bytes that are not UTF-8."""
    return BadQuery(
        f"{error.start + 1} バイト目から UTF-8 として読めません。UTF-8 で送ってください。",
        f"From byte {error.start + 1} on this is not UTF-8. Send UTF-8.",
    )


def graphs(names: Sequence[str]) -> tuple[str, ...]:
    """Graph names without repeats and empty ones; BadQuery where one is not an absolute IRI."""
    for name in filter(None, names):
        try:
            ox.NamedNode(name)
        except ValueError as error:
            raise BadQuery(
                f"グラフ名「{name}」は絶対 IRI ではありません（{error}）。直してください。",
                f"The graph name {name!r} is not an absolute IRI ({error}). Mend it.",
            ) from error
    return tuple(dict.fromkeys(filter(None, names)))


def no_updates() -> Refused:
    """The error for an update."""
    return Refused(
        "更新は受け付けません。このエンドポイントは読み取り専用です。データは git で編集します。",
        "Updates are refused: this endpoint only reads. The data are edited in git.",
    )


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


def evaluate(store: Store, operation: Operation, wanted: Format, limit: int) -> Answer:
    """Run a query and write its answer, in the one thread that both must share."""
    result = store.query(operation.text, dataset=operation.dataset, union=not operation.names_dataset)
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

"""The SPARQL 1.1 Protocol: what a request asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pyoxigraph as ox

from keifu.dataset.stores import Dataset
from keifu.errors import BadQuery, MethodNotAllowed, Refused, TooLarge, UnsupportedMediaType
from keifu.settings import Settings

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Parameters:
    """What a request says beside its headers."""

    query: str | None
    dataset: Dataset | None
    wanted: str
    """The value of `format` or `output`: a guess of the client at a format."""


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


def check_coding(coding: str) -> None:
    """UnsupportedMediaType where a body is coded (Content-Encoding): none is unpacked, which could make it large."""
    if coding.strip().lower() not in ("", "identity"):
        raise UnsupportedMediaType(
            f"符号化 {coding}（Content-Encoding）の本文は読めません。圧縮せずに送ってください。",
            f"A body with the Content-Encoding {coding} is not read here. Send it as it is, without packing it.",
        )


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

"""The library of queries over HTTP: each file is an address, all are described in OpenAPI."""

import json
import re
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, request, url_for

from keifu.errors import NotFound, UnusableInput
from keifu.queries.openapi import openapi
from keifu.queries.queries import bind, shelf
from keifu.sparql.formats import Format, negotiate
from keifu.sparql.operations import Operation, Task, examine
from keifu.sparql.protocol import from_fields, read_fields

blueprint = Blueprint("api", __name__)


@blueprint.get("/api")
def description() -> Response:
    """What can be asked, in OpenAPI."""
    text = json.dumps(openapi(shelf().values(), url_for("browse.root", _external=True)), ensure_ascii=False, indent=1)
    response = Response(text, content_type="application/json", headers={"Cache-Control": "no-cache"})
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/api/queries/<name>")
def stored(name: str) -> Response:
    """The answer to a stored query with the values given, whole or a page of it."""
    site = current_app.extensions["keifu"]
    stem, dot, suffix = name.partition(".")
    found = shelf().get(stem)
    if found is None:
        raise NotFound(
            f"{stem} という保存したクエリはありません。/api の一覧から選んでください。",
            f"There is no stored query {stem}. Choose one from the list at /api.",
        )
    values = given(request.query_string)
    limit, offset = take(values, "limit", 1), take(values, "offset", 0) or 0
    text = bind(found, values)
    operation = allowed(paged(text, limit, offset))
    wanted = form(operation, suffix) if dot else negotiate(request.headers.get("Accept", ""), operation.formats)
    task = Task(operation, wanted)
    response = Response(content_type=wanted.content_type)
    response.vary.add("Accept")
    if operation.repeatable:
        tag = site.answers.etag(task)
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
        if request.if_none_match.contains_weak(tag):
            response.status_code = 304
            return response
    answered = site.answers.ask(task, g.id)
    written = answered.answer
    response.data = written.body
    response.headers["Query-Id"] = answered.run
    if limit:
        # A page that is not full is the last; whether anything stands behind a full one only asking tells. What a
        # CONSTRUCT gives has no fixed number of triples a solution.
        full = written.rows >= limit or operation.form != "SELECT"
        more = full and site.answers.ask(Task(allowed(paged(text, 1, offset + limit)), wanted), g.id).answer.rows > 0
        response.headers["Link"] = ", ".join(links(values, limit, offset, more))
    return response


def allowed(text: str) -> Operation:
    """The operation of a query text, under the same rules as at the endpoint."""
    settings = current_app.extensions["keifu"].settings
    from_fields([("query", text)], settings, must=True)
    return examine(text, None, settings)


def given(query_string: bytes) -> dict[str, str]:
    """The values that a request gives; UnusableInput where it gives one twice."""
    fields = read_fields(query_string)
    values = dict(fields)
    if len(values) < len(fields):
        doubles = ", ".join(name for name in values if [each for each, _ in fields].count(name) > 1)
        raise UnusableInput(
            f"パラメーター {doubles} が二つ以上あります。一つにしてください。",
            f"The parameter {doubles} is given more than once. Give it once.",
        )
    return values


def take(values: dict[str, str], name: str, least: int) -> int | None:
    """A whole number taken out of the values, None where there is none; UnusableInput where it is not one."""
    text = values.pop(name, None)
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
        raise UnusableInput(
            f"{name} の値「{text}」は使えません。{least} 以上、9 桁までの整数にしてください。",
            f"The value {text!r} of {name} does not fit. Give a whole number from {least} on, of nine digits at most.",
        )
    return int(text)


def paged(text: str, limit: int | None, offset: int) -> str:
    """A query that gives a part of the solutions of another, which has to end in its ORDER BY.

    All columns are made part of the order, so that rows that it leaves equal do not change places between pages.
    """
    solutions = ox.Store().query(text)
    columns = [each.value for each in solutions.variables] if isinstance(solutions, ox.QuerySolutions) else []
    order = " ".join(f"STR(?{name}) LANG(?{name})" for name in columns)
    return f"{text}\n{order}\n{'' if limit is None else f'LIMIT {limit} '}OFFSET {offset}"


def form(operation: Operation, suffix: str) -> Format:
    """The format of a suffix, which may also be its short name; NotFound where the answer has no such format."""
    for each in operation.formats:
        if suffix in (each.suffix, *each.names):
            return each
    names = ", ".join(each.suffix for each in operation.formats)
    raise NotFound(
        f"このクエリの答えに {suffix} 形式はありません。{names} のどれかにしてください。",
        f"The answer to this query has no format {suffix}. Use one of {names}.",
    )


def links(values: dict[str, str], limit: int, offset: int, more: bool) -> list[str]:
    """The other pages (RFC 8288); no last one, since nothing has counted the solutions."""
    pages = {"first": 0}
    if offset:
        pages["prev"] = max(0, offset - limit)
    if more:
        pages["next"] = offset + limit
    return [
        f'<{request.base_url}?{urlencode({**values, "limit": limit, "offset": start})}>; rel="{rel}"'
        for rel, start in pages.items()
    ]

"""The query page: a form that works without a script, whole answers as files, and addresses to cite."""

import json
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from keifu.errors import BadQuery, KeifuError, NotFound
from keifu.lineage.sketch import sketch
from keifu.queries.asking import EXAMPLE, Ask, Result, Trouble, ask_page, heads, read_graph, read_solutions
from keifu.queries.completion import completion
from keifu.queries.queries import Query, bind, shelf, without_head
from keifu.queries.snippets import snippets
from keifu.reading.citation import pack, unpack
from keifu.reading.facts import Facts
from keifu.site.downloads import drawing
from keifu.site.frame import FORMAT_NAMES, answer, behind, kept, no_query, store, take_language
from keifu.sparql.formats import GRAPH_TYPES, SOLUTION_TYPES
from keifu.sparql.operations import Answer as Written
from keifu.sparql.operations import Operation, Task, examine
from keifu.sparql.protocol import from_fields

SHOWN = ("sort", "view", "left", "over")
"""What an address says of the way in which an answer is shown."""

DRAWINGS = {"chart": "chart.svg", "graph": "graph.svg", "map": "regions.svg"}
"""The templates of the ways to see an answer that are drawings."""

blueprint = Blueprint("querying", __name__)
blueprint.url_value_preprocessor(take_language)


def named_query() -> tuple[Query | None, str]:
    """The query that a request names, with the parameter that names it; NotFound where there is none of that name."""
    for origin, find in (("q", shelf().get), ("p", behind)):
        name = request.args.get(origin)
        if name is not None:
            found = find(name)
            if found is None:
                raise no_query(name)
            return found, origin
    return None, ""


def wanted_text(found: Query | None) -> str:
    """The text that a request asks to see or run: the named query with the values given, or what was typed."""
    if found is None:
        return request.args.get("query", "").replace("\r\n", "\n")
    given = {"lang": g.lang} | {key: value.strip() for key, value in request.args.items() if value.strip()}
    return bind(found, {each.name: given[each.name] for each in found.parameters if each.name in given})


def allowed(text: str) -> Operation:
    """The operation of a query text, under the same rules as at the endpoint."""
    settings = current_app.extensions["keifu"].settings
    said = from_fields([("query", text)], settings, must=True)
    return examine(text, said.dataset, settings)


def here(suffix: str = "", **changes: str | None) -> str:
    """The address of this page, or of its file with a suffix, with changes; None leaves a value out."""
    values = request.args.to_dict() | changes
    said = urlencode({key: value for key, value in values.items() if value is not None})
    return f"{url_for('querying.query', lang=g.lang)}{suffix}?{said}"


def again(**changes: str | None) -> str:
    """The address of this page with changes, at the answer."""
    return f"{here('', **changes)}#result"


def run(facts: Facts, operation: Operation) -> Result:
    """The answer to a query as the page shows it."""
    solutions = operation.form in ("SELECT", "ASK")
    written = ask(Task(operation, SOLUTION_TYPES["json"] if solutions else GRAPH_TYPES["turtle"]))
    result = (
        read_solutions(facts, written.body, written.rows, request.args)
        if solutions
        else read_graph(facts, written.body, request.args)
    )
    files = ((FORMAT_NAMES[form.suffix], here(f".{form.suffix}", run=None, version=None)) for form in operation.formats)
    return replace(result, downloads=tuple(files))


def ask(task: Task) -> Written:
    """The answer, from where those of strangers are run."""
    written: Written = current_app.extensions["keifu"].answers.ask(task, g.id).answer
    return written


@blueprint.get("/<any(ja, en):lang>/query")
def query() -> Response:
    """A form for queries that works without a script."""
    found, origin = named_query()
    facts = Facts(store(), g.lang)
    text, trouble, result, status = found.text if found else "", None, None, 200
    served, cited = store().manifest.version, request.args.get("version", "")
    outdated = cited not in ("", served)
    code: tuple[tuple[str, str], ...] = ()
    try:
        text = wanted_text(found)
        if "run" in request.args and text.strip():
            operation = allowed(text)
            form = next(each for each in operation.formats if each.suffix in ("csv", "ttl"))
            code = snippets(
                url_for("sparql.endpoint", _external=True), without_head(text), form.suffix, form.media_type
            )
            # What was cited from another version is not to be mistaken for the answer of this one.
            result = None if outdated else run(facts, operation)
    except KeifuError as error:
        line, column = (error.line, error.column) if isinstance(error, BadQuery) else (None, None)
        code = ()
        trouble, status = Trouble(message=error.text(g.lang), line=line, column=column), error.status
    page = ask_page(facts, shelf(), found, text or EXAMPLE, request.args)
    page = replace(page, origin=origin, trouble=trouble, result=result, snippets=code, cited=cited if outdated else "")
    image = here(".svg", run=None, version=None)
    drawn = sketch(result.graph, g.lang) if result and result.graph and result.view == "graph" else None
    how = {"again": again, "image": image, "sketch": drawn, "site": "", "address": address(found, text)}
    response = answer("query.html", facts, page=page, crumbs=[], **how)
    response.status_code = 410 if outdated and not trouble else status
    return response


def address(found: Query | None, text: str) -> str:
    """Where the same is asked again of the same version of the dataset, whole and as short as can be."""
    start = url_for("querying.query", lang=g.lang, _external=True)
    if not text:
        return start
    how = {name: value for name in SHOWN if (value := request.args.get(name))} | {"version": store().manifest.version}
    if found is None:
        return f"{url_for('querying.cited', lang=g.lang, code=pack(text), _external=True)}?{urlencode(how)}"
    names = ("q", "p", *(each.name for each in found.parameters if each.name != "lang"))
    given = {name: value for name in names if (value := request.args.get(name, "").strip())}
    return f"{start}?{urlencode({**given, **how, 'run': '1'})}"


@blueprint.get("/<any(ja, en):lang>/q/<code>")
def cited(code: str) -> Answer:
    """The way to the answer of a query whose text the address holds."""
    text = unpack(code, current_app.extensions["keifu"].settings.query_bytes)
    return redirect(here(query=text, run="1"), 303)


@blueprint.get("/<any(ja, en):lang>/query.<suffix>")
def download(suffix: str) -> Response:
    """The whole answer in the format of a suffix; a browser accepts anything and could not ask the endpoint for one."""
    operation = allowed(wanted_text(named_query()[0]))
    form = next((each for each in operation.formats if each.suffix == suffix), None)
    if form is None:
        names = ", ".join(each.suffix for each in operation.formats)
        raise NotFound(
            f"この種のクエリの答えに {suffix} 形式はありません。{names} のどれかにしてください。",
            f"Answers to this kind of query have no format {suffix}. Use one of {names}.",
        )
    return Response(
        ask(Task(operation, form)).body,
        content_type=form.content_type,
        headers={"Content-Disposition": f'attachment; filename="keifu.{suffix}"'},
    )


@blueprint.get("/<any(ja, en):lang>/query.svg")
def figure() -> Response:
    """An answer drawn in the way that the address names."""
    found, _ = named_query()
    result = run(Facts(store(), g.lang), allowed(wanted_text(found)))
    if result.view not in DRAWINGS:
        raise NotFound(
            f"この答えは図にできません。{'、'.join(result.views)} のどれかで見てください。",
            f"This answer cannot be drawn like that. See it as one of {', '.join(result.views)}.",
        )
    drawn = sketch(result.graph, g.lang) if result.graph and result.view == "graph" else None
    page = Ask(text="", library=(), heads=heads(found, g.lang), result=result)
    return drawing(result.view, DRAWINGS[result.view], page=page, sketch=drawn, site=request.host_url.rstrip("/"))


@blueprint.get("/<any(ja, en):lang>/terms.json")
@kept
def terms() -> Response:
    """What the editor completes."""
    text = json.dumps(completion(Facts(store(), g.lang), store()), ensure_ascii=False, separators=(",", ":"))
    response = Response(text, content_type="application/json", headers={"Cache-Control": "no-cache"})
    response.add_etag()
    return response

"""The application: the one place where settings, dataset, blueprints and errors meet."""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, current_app, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as Answer

from keifu.dataset.stores import Store
from keifu.errors import (
    ClientGone,
    KeifuError,
    LimitReached,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    RangeNotSatisfiable,
    TooLarge,
    UnusableInput,
)
from keifu.language import LANGUAGES, choose
from keifu.metrics import CLIENTS_GONE, LIMITS
from keifu.settings import Settings
from keifu.site import (
    api,
    browse,
    checking,
    comparing,
    discovery,
    graphs,
    health,
    identifiers,
    learning,
    measuring,
    querying,
    searching,
    sparql,
    timing,
    tracing,
)
from keifu.site.exchange import GONE, ROUTE
from keifu.sparql.answers import Answers
from keifu.sparql.endpoint import ERROR, RUN, Endpoint
from keifu.sparql.formats import HTML, JSON, TEXT, negotiate
from keifu.sparql.operations import Answer as Written
from keifu.sparql.operations import Opener, Task
from keifu.sparql.packing import pack_response
from keifu.sparql.pool import Pool
from keifu.sparql.turns import ASKER, Asker, client

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # Everything here is public and no request carries credentials, so that pages of any site may read it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Query-Id, Retry-After",
}
"""What every answer carries."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Site:
    """What the blueprints find at `current_app.extensions["keifu"]`."""

    settings: Settings
    store: Store
    pool: Pool[Task, Written]
    """Where public queries run."""
    answers: Answers
    """What public queries are answered with."""
    endpoint: Endpoint
    """Through which they come over HTTP."""


def create_app(settings: Settings, store: Store) -> Flask:
    """The application that serves a dataset; `store` is the one in service below `settings.dataset`."""
    app = Flask("keifu")
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    disk = settings.store and settings.store.absolute()
    opener = Opener(settings.dataset.absolute(), store.manifest.version, settings.answer_bytes, disk)
    pool = Pool(settings, opener, disk and disk / store.manifest.version)
    answers = Answers(settings, pool, store)
    endpoint = Endpoint(app.wsgi_app, settings, answers, HEADERS)
    app.extensions["keifu"] = Site(settings, store, pool, answers, endpoint)
    for part in (
        sparql,
        browse,
        identifiers,
        querying,
        comparing,
        measuring,
        tracing,
        timing,
        learning,
        checking,
        searching,
        discovery,
        graphs,
        api,
        health,
    ):
        app.register_blueprint(part.blueprint)
    app.register_error_handler(Exception, fail)
    app.before_request(begin)
    app.after_request(finish)
    trusted = settings.proxies
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        introduced(endpoint), x_for=trusted, x_proto=trusted, x_host=trusted, x_prefix=trusted
    )
    return app


def introduced(app: "WSGIApplication") -> "WSGIApplication":
    """The application, called so that what it does knows for whom it does it."""

    def call(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        ASKER.set(Asker(client(environ.get("REMOTE_ADDR", "")), environ.get(GONE, Asker.gone)))
        return app(environ, start)

    return call


def unattended() -> Flask:
    """The application as the environment sets it up, for who asks it without a server."""
    settings = Settings.from_env()
    return create_app(settings, Store.open(settings.dataset))


def begin() -> None:
    """Give the request its id, by which an error is found in the log, and the language of its messages."""
    g.id = request.environ.get(RUN) or secrets.token_hex(4)
    first = request.path.split("/")[1]
    site: Site = current_app.extensions["keifu"]
    accepted = choose(request.headers.get("Accept-Language", ""), site.settings.lang)
    g.setdefault("lang", first if first in LANGUAGES else accepted)
    if ERROR in request.environ:
        raise request.environ[ERROR]
    if request.url_rule and request.environ["REQUEST_METHOD"] != request.method:
        abort(405, request.url_rule.methods)  # Flask takes `get` for GET
    if not request.host:
        raise UnusableInput(
            "Host ヘッダーの値がホストの名前ではありません。サイトのアドレスにあるとおりに送ってください。",
            "The Host header names no host. Send it as it stands in the address of the site.",
        )


def finish(response: Response) -> Response:
    """Add the headers that every answer carries, and note for the figures which route it took."""
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else "none"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if RUN in request.environ:
        response.headers["Query-Id"] = g.id
    pack_response(response, request.headers.get("Accept-Encoding", ""))
    return response


def fail(error: Exception) -> Answer:
    """Any error, as a page, as JSON or as text, by what the client takes."""
    if isinstance(error, HTTPException):
        if error.code is not None and error.code < 400:
            return error.get_response()  # a redirect, which Werkzeug raises as well
        known = translate(error)
    elif isinstance(error, KeifuError):
        known = error
    else:
        log.error("id=%s %s %s", g.id, request.method, request.path, exc_info=error)
        known = KeifuError(
            "サーバー側の誤りで答えられませんでした。続くようなら id を添えて知らせてください。",
            "The server failed to answer. If it goes on, report it with the id.",
        )
    if isinstance(known, LimitReached):
        LIMITS.labels(known.limit).inc()
    elif isinstance(known, ClientGone):
        CLIENTS_GONE.inc()
    response = shown(known)
    response.status_code = known.status
    response.vary.update(["Accept", "Accept-Language"])
    if retry := getattr(known, "retry_after", None):
        response.headers["Retry-After"] = str(retry)
    if isinstance(error, HTTPException):
        response.headers.update(each for each in error.get_headers() if each[0] in ("Allow", "Content-Range"))
    return response


def shown(error: KeifuError) -> Response:
    """The error in the format that the client takes, plain text if there is none."""
    try:
        wanted = negotiate(request.headers.get("Accept", ""), [TEXT, JSON, HTML])
    except NotAcceptable:
        wanted = TEXT
    if wanted is JSON:
        said = {"status": error.status, "ja": error.ja, "en": error.en, "id": g.id}
        for name in ("line", "column", "limit", "successors"):
            if hasattr(error, name):
                said[name] = getattr(error, name)
        return jsonify(error=said)
    # The log knows the id of what it has seen: failures and stopped queries.
    number = f"\nid: {g.id}" if error.status >= 500 else ""
    tongues = [g.lang]
    if wanted is HTML:
        message, successors = error.text(g.lang) + number, getattr(error, "successors", ())
        body = render_template("error.html", status=error.status, message=message, successors=successors)
    else:
        if request.path.split("/")[1] not in LANGUAGES and not request.headers.get("Accept-Language"):
            tongues += [each for each in LANGUAGES if each != g.lang]
        body = "\n".join(map(error.text, tongues)) + f"{number}\n"
    return Response(body, content_type=wanted.content_type, headers={"Content-Language": ", ".join(tongues)})


def translate(error: HTTPException) -> KeifuError:
    """What Flask and Werkzeug raise, as an error of ours in both languages."""
    if error.code == 404:
        return NotFound(
            f"{request.path} というページはありません。アドレスの綴りを確かめてください。",
            f"There is no page {request.path}. Check the spelling of the address.",
        )
    if error.code == 405:
        method = request.environ["REQUEST_METHOD"]
        known = [each for each in ("GET", "POST") if each in (getattr(error, "valid_methods", None) or ())]
        return MethodNotAllowed(
            f"{request.path} に {method} は使えません。{' か '.join(known)} を使ってください。",
            f"{request.path} does not take {method}. Use {' or '.join(known)}.",
        )
    if error.code == 413:
        return TooLarge(
            "リクエストの本文が大きすぎます（設定 query_bytes）。クエリを短くしてください。",
            "The body of the request is too large (setting query_bytes). Shorten the query.",
        )
    if error.code == 416:
        return RangeNotSatisfiable(
            f"{request.path} はそこまで長くありません。Range ヘッダーを外すか、直してください。",
            f"{request.path} ends before the part that is asked for. Leave out the Range header, or mend it.",
        )
    return UnusableInput(
        f"リクエストを読めませんでした（{error.name}）。形を確かめてください。",
        f"The request could not be read ({error.name}). Check its form.",
    )

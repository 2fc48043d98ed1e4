"""The application: the one place where settings, dataset, blueprints and errors meet."""

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from keifu import api, browse, comparing, publish, searching, sparql
from keifu.errors import KeifuError, MethodNotAllowed, NotAcceptable, NotFound, TooLarge, UnusableInput
from keifu.formats import HTML, JSON, TEXT, Format, negotiate
from keifu.language import LANGUAGES, choose
from keifu.limits import Pool
from keifu.protocol import Answer as Written
from keifu.protocol import Opener, Operation
from keifu.settings import Settings
from keifu.stores import Store

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # Everything here is public and no request carries credentials, so that pages of any site may read it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
}
"""What every answer carries."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Site:
    """What the blueprints find at `current_app.extensions["keifu"]`."""

    settings: Settings
    store: Store
    pool: Pool[tuple[Operation, Format], Written]
    """Where public queries run."""


def create_app(settings: Settings, store: Store) -> Flask:
    """The application that serves a dataset; `store` is the one in service below `settings.dataset`."""
    app = Flask("keifu")
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    # A form takes three bytes for each byte of a query that is not plain ASCII.
    app.config["MAX_CONTENT_LENGTH"] = 4 * settings.query_bytes
    opener = Opener(settings.dataset.absolute(), store.manifest.version, settings.answer_bytes)
    app.extensions["keifu"] = Site(settings, store, Pool(settings, opener))
    for part in (sparql, browse, comparing, searching, publish, api):
        app.register_blueprint(part.blueprint)
    app.register_error_handler(Exception, fail)
    app.before_request(begin)
    app.after_request(finish)
    app.add_url_rule("/healthz", "health", lambda: health(store))
    return app


def from_environment() -> Flask:
    """The application as the environment sets it up, for a server: it logs, and its query processes are made ready."""
    settings = Settings.from_env()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("keifu").setLevel(logging.INFO)
    app = create_app(settings, Store.open(settings.dataset))
    app.extensions["keifu"].pool.start()
    return app


def begin() -> None:
    """Give the request its id, by which an error is found in the log, and the language of its messages."""
    g.id = secrets.token_hex(4)
    first = request.path.split("/")[1]
    site: Site = current_app.extensions["keifu"]
    accepted = choose(request.headers.get("Accept-Language", ""), site.settings.lang)
    g.setdefault("lang", first if first in LANGUAGES else accepted)


def finish(response: Response) -> Response:
    """Add the headers that every answer carries."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def health(store: Store) -> Response:
    """Which dataset is served, once it has answered."""
    return jsonify(alive=bool(store.query("ASK {}")), dataset=store.manifest.version, triples=store.manifest.triples)


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
    response = shown(known)
    response.status_code = known.status
    response.vary.update(["Accept", "Accept-Language"])
    if retry := getattr(known, "retry_after", None):
        response.headers["Retry-After"] = str(retry)
    if isinstance(error, HTTPException) and "Allow" in (given := error.get_response().headers):
        response.headers["Allow"] = given["Allow"]
    return response


def shown(error: KeifuError) -> Response:
    """The error in the format that the client takes, plain text if there is none."""
    try:
        wanted = negotiate(request.headers.get("Accept", ""), [TEXT, JSON, HTML])
    except NotAcceptable:
        wanted = TEXT
    if wanted is JSON:
        said = {"status": error.status, "ja": error.ja, "en": error.en, "id": g.id}
        for name in ("line", "column", "limit"):
            if hasattr(error, name):
                said[name] = getattr(error, name)
        return jsonify(error=said)
    # The log knows the id of what it has seen: failures and stopped queries.
    message = error.text(g.lang) + (f"\nid: {g.id}" if error.status >= 500 else "")
    body = render_template("error.html", status=error.status, message=message) if wanted is HTML else f"{message}\n"
    return Response(body, content_type=wanted.content_type, headers={"Content-Language": g.lang})


def translate(error: HTTPException) -> KeifuError:
    """What Flask and Werkzeug raise, as an error of ours in both languages."""
    if error.code == 404:
        return NotFound(
            f"{request.path} というページはありません。アドレスの綴りを確かめてください。",
            f"There is no page {request.path}. Check the spelling of the address.",
        )
    if error.code == 405:
        return MethodNotAllowed(
            f"{request.path} に {request.method} は使えません。GET を使ってください。",
            f"{request.path} does not take {request.method}. Use GET.",
        )
    if error.code == 413:
        return TooLarge(
            "リクエストの本文が大きすぎます（設定 query_bytes）。クエリを短くしてください。",
            "The body of the request is too large (setting query_bytes). Shorten the query.",
        )
    return UnusableInput(
        f"リクエストを読めませんでした（{error.name}）。形を確かめてください。",
        f"The request could not be read ({error.name}). Check its form.",
    )

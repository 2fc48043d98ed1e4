"""What lets others find and take the dataset: its descriptions, dumps, the map of the site and a feed."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, redirect, request, send_from_directory, url_for
from werkzeug.wrappers import Response as Answer

from keifu import __version__
from keifu.dataset.stores import Store, once
from keifu.errors import NotFound
from keifu.language import LANGUAGES
from keifu.namespaces import BASE, HOME
from keifu.publishing.catalogue import CATALOGUE_PREFIXES, LICENCE, Publication
from keifu.publishing.counts import count, plans
from keifu.publishing.dcat import dcat
from keifu.publishing.dumps import SUMS, Dump, dumps
from keifu.publishing.feeds import entries, index, pages, urls
from keifu.publishing.void import void
from keifu.site.frame import COPIED
from keifu.sparql.formats import GRAPH_TYPES, HTML, TEXT, Format, negotiate, write_graph

ADDRESSES = 50_000
"""Most addresses in one file of a site map (sitemaps.org)."""
PATIENCE = 10.0
"""Seconds that a request waits for the dumps, where nobody has asked for them before."""
SUFFIXES = {form.suffix: form for form in GRAPH_TYPES.values()}
XML = Format("application/xml", "xml")
ATOM = Format("application/atom+xml", "atom")

blueprint = Blueprint("discovery", __name__)


count_once = once(count)
plans_once = once(plans)
pages_once = once(pages)


def store() -> Store:
    """The dataset that is served."""
    served: Store = current_app.extensions["keifu"].store
    return served


def site() -> str:
    """The address of the service, with a slash at the end: the publisher's own, else that of the request."""
    return url_for("browse.root", _external=True) if BASE == HOME else BASE


def agent() -> str:
    """Who publishes."""
    name: str = current_app.extensions["keifu"].settings.publisher
    return name


def publication() -> Publication:
    """Who publishes, and where; a copy in files (keifu.site.publish) has no services."""
    return Publication(site(), agent(), not current_app.config.get(COPIED))


def answer(form: Format, make: Callable[[], str | bytes]) -> Response:
    """What `make` makes, unless the client has it: all else that it changes with is known before."""
    response = Response(content_type=form.content_type)
    asked = repr((__version__, agent(), site(), request.path, form.media_type, g.lang)).encode()
    tag = f"{store().manifest.version}-{hashlib.sha256(asked).hexdigest()[:16]}"
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    if request.if_none_match.contains_weak(tag):
        response.status_code = 304
    else:
        response.data = make()
    return response


# The descriptions


@blueprint.get("/.well-known/void")
@blueprint.get("/.well-known/void.<suffix>")
def dataset(suffix: str = "") -> Answer:
    """The dataset in VoID."""
    return document(suffix, lambda: void(publication(), store().manifest, count_once(store()), files().values()))


@blueprint.get("/catalogue")
@blueprint.get("/catalogue.<suffix>")
def catalogue(suffix: str = "") -> Answer:
    """The catalogue in DCAT."""
    return document(suffix, lambda: dcat(publication(), store().manifest, plans_once(store()), files().values()))


def document(suffix: str, describe: Callable[[], Iterable[ox.Triple]]) -> Answer:
    """A description in the format of a suffix, or in the one that the client asks for; people are led to the page."""
    if suffix not in ("", *SUFFIXES):
        raise NotFound(
            f"この記述に {suffix} 形式はありません。{'、'.join(SUFFIXES)} のどれかにしてください。",
            f"This description has no format {suffix}. Use one of {', '.join(SUFFIXES)}.",
        )
    form = SUFFIXES[suffix] if suffix else negotiate(request.headers.get("Accept", ""), [*SUFFIXES.values(), HTML])
    if form is HTML:
        found = redirect(url_for("graphs.catalogue", lang=g.lang), 303)
        found.vary.update(["Accept", "Accept-Language"])
        return found
    response = answer(form, lambda: write_graph(describe(), form, prefixes=CATALOGUE_PREFIXES))
    if not suffix:
        response.vary.add("Accept")
        response.headers["Content-Location"] = f"{request.script_root}{request.path}.{form.suffix}"
    return response


# The dumps


def folder() -> Path:
    """Where the dumps are: in the folder of the version, so that they go when it goes."""
    dataset: Path = current_app.extensions["keifu"].settings.dataset
    return dataset.absolute() / store().manifest.version / "dumps"


def files() -> dict[str, Dump]:
    """The dumps by name, made when they are first asked for."""
    return dumps(store(), folder(), PATIENCE)


@blueprint.get("/dumps/<path:name>")
def dump(name: str) -> Response:
    """A dump, or the checksums of all."""
    found = files().get(name)
    if found is None and name != SUMS:
        raise NotFound(
            f"{name} というダンプはありません。/dumps/{SUMS} の一覧から選んでください。",
            f"There is no dump {name}. Choose one from the list /dumps/{SUMS}.",
        )
    kind = found.media_type if found else TEXT.media_type
    tag = found.sha256 if found else store().manifest.version
    return send_from_directory(folder(), name, mimetype=kind, etag=tag, max_age=0)


# For those who crawl


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """All pages in both languages, or the list of the files that hold them where one cannot."""
    listed = len(pages_once(store())) * len(LANGUAGES)
    if listed <= ADDRESSES:
        return answer(XML, lambda: urls(pages_once(store()), site()))
    names = [f"{site()}sitemap-{number}.xml" for number in range(1, -(-listed // ADDRESSES) + 1)]
    return answer(XML, lambda: index(names))


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """One of the files that hold the pages."""
    size = ADDRESSES // len(LANGUAGES)
    part = pages_once(store())[(number - 1) * size : number * size] if number else []
    if not part or len(pages_once(store())) <= size:
        raise NotFound(
            f"サイトマップの {number} 番はありません。/sitemap.xml を見てください。",
            f"The site map has no part {number}. See /sitemap.xml.",
        )
    return answer(XML, lambda: urls(part, site()))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Welcome to all pages; queries are not for robots."""
    closed = ["/sparql", "/api/queries/", *(f"/{lang}/query{mark}" for lang in LANGUAGES for mark in "?.")]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {site()}sitemap.xml", ""]
    return answer(TEXT, lambda: "\n".join(lines))


@blueprint.get("/feed.atom")
@blueprint.get("/<any(ja, en):lang>/feed.atom")
def feed(lang: str = "") -> Response:
    """The feed of changes in a language, or in the one that the client asks for."""
    response = answer(ATOM, lambda: entries(publication(), g.lang, store().manifest, plans_once(store())))
    if not lang:
        response.vary.add("Accept-Language")
    return response


# Links for machines

PAGES = {"identifiers.resource": "browse.thing", "graphs.graph": "graphs.page"}
"""Which page shows what the data of an address are about."""


@blueprint.after_app_request
def announce(response: Response) -> Response:
    """Link every answer to the licence and the description of the dataset, data also to other formats (RFC 8288)."""
    if request.blueprint and response.status_code < 400:
        found = [f'<{LICENCE}>; rel="license"', f'<{url_for("discovery.dataset")}>; rel="describedby"', *alternates()]
        response.headers.add("Link", ", ".join(found))
    return response


def alternates() -> list[str]:
    """The other formats of the data asked for, and their pages; a page links its data by itself."""
    given = request.view_args or {}
    if request.endpoint in PAGES:
        stem, _, suffix = given["path"].rpartition(".")
        path = stem if suffix in SUFFIXES else given["path"]
        place = url_for(request.endpoint, path=path)
        shown = {lang: url_for(PAGES[request.endpoint], lang=lang, path=path) for lang in LANGUAGES}
    elif request.endpoint in ("identifiers.vocabulary_document", "identifiers.vocabulary_data"):
        place = url_for("identifiers.vocabulary_document")
        shown = {lang: url_for("browse.terms", lang=lang) for lang in LANGUAGES}
    elif request.endpoint in ("discovery.dataset", "discovery.catalogue"):
        place = url_for(request.endpoint)
        shown = {lang: url_for("graphs.catalogue", lang=lang) for lang in LANGUAGES}
    else:
        return []
    return [
        *(f'<{place}.{form.suffix}>; rel="alternate"; type="{form.media_type}"' for form in SUFFIXES.values()),
        *(f'<{page}>; rel="alternate"; type="text/html"; hreflang="{lang}"' for lang, page in shown.items()),
    ]

"""What all pages share: their language, what templates use, the trail, and how an answer is made and kept."""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, current_app, g, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup
from werkzeug.urls import iri_to_uri

from keifu.dataset.stores import Store
from keifu.errors import NotFound
from keifu.language import LANGUAGES, Text, messages
from keifu.namespaces import DEF, GRAPH, ID, shrink
from keifu.publishing.catalogue import TITLE
from keifu.queries.queries import Query, read_query
from keifu.reading.citation import Citation, sources
from keifu.reading.facts import Facts
from keifu.reading.terms import PAGE_QUERIES, page_query
from keifu.reading.views import Asked, Link
from keifu.sparql.answers import Memory, weight
from keifu.sparql.formats import GRAPH_TYPES, HTML

STATIC = Path(__file__).parents[1] / "static"
TOKENS = STATIC / "vendor" / "tokens.css"
EDITOR = STATIC / "vendor" / "editor.js"
SAFE = "/:@!$&()*+,;=~"
"""What may stand in a path as it is (RFC 3986 §3.3)."""

FORMAT_NAMES = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "trig": "TriG",
    "nq": "N-Quads",
    "srj": "JSON",
    "srx": "XML",
    "csv": "CSV",
    "tsv": "TSV",
}
SUFFIXES = {form.suffix: form for form in GRAPH_TYPES.values()}
COPIED = "COPIED"
"""Set where pages are written as files, so that what needs a server says so."""
KEPT = 25_000_000
"""Most bytes of pages that a process remembers."""


def store() -> Store:
    """The dataset that is served."""
    served: Store = current_app.extensions["keifu"].store
    return served


def take_language(_endpoint: str | None, values: dict[str, str] | None) -> None:
    """The language of a page is the first part of its path; for what has none the application chooses."""
    if values and "lang" in values:
        g.lang = values.pop("lang")


def install(state: BlueprintSetupState) -> None:
    """Teach the templates to translate; let browsers keep static files, whose addresses change with them."""
    state.app.extensions["keifu.pages"] = Memory[str, Response](KEPT)
    state.app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
    env = state.app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: messages(g.lang).gettext(text),
        lambda one, many, number: messages(g.lang).ngettext(one, many, number),
        newstyle=True,
    )


def shared() -> dict[str, object]:
    """What every template uses."""
    return {
        "lang": g.lang,
        "href": href,
        "as_asked": as_asked,
        "space": ID,
        "lineage_of": lineage_of,
        "short": shrink,
        "asset": asset,
        "title_of": title_of,
        "format_names": FORMAT_NAMES,
        "tokens": TOKENS.is_file(),
        "editor": EDITOR.is_file(),
        "citation": citation,
        "tongues": {tongue: in_language(tongue) for tongue in LANGUAGES},
        "version": store().manifest.version,
        "copied": current_app.config.get(COPIED, False),
    }


def as_asked(endpoint: str, **parts: Any) -> str:
    """The address of another form of the page, with all that its own address asks, whatever that is called."""
    query = urlencode(list(request.args.items(multi=True)))
    return url_for(endpoint, **parts) + (f"?{query}" if query else "")


def citation(title: Markup, page: object, address: str) -> Citation:
    """How a page is cited, which its template gives a title; `address` is empty where its own will do."""
    return Citation(
        title=title.striptags(),
        dataset=next(name.value for name in TITLE if name.language == g.lang),
        version=store().manifest.version,
        address=address or iri_to_uri(request.url),
        sources=sources(getattr(page, "places", ()), g.lang),
    )


def href(iri: str) -> str:
    """Where the page of a thing is: here for our own, elsewhere for others; nowhere for what is not to be followed."""
    if iri.startswith(DEF):
        return f"{request.script_root}/{g.lang}/def/{quote(iri.removeprefix(DEF))}"
    if iri.startswith(ID):
        return f"{request.script_root}/{g.lang}/id/{quote(iri.removeprefix(ID), safe=SAFE)}"
    if iri.startswith(GRAPH):
        return f"{request.script_root}/{g.lang}/graph/{quote(iri.removeprefix(GRAPH), safe=SAFE)}"
    return iri if iri.startswith(("http://", "https://")) else ""


def lineage_of(iri: str, kind: str | None = None) -> str:
    """Where the lineage of a thing of ours is drawn, with the fan of a class right below it open."""
    opened = kind.removeprefix(DEF) if kind else None
    return url_for("tracing.lineage", lang=g.lang, path=iri.removeprefix(ID), open=opened)


def in_language(tongue: str) -> str:
    """The address of this page in a language."""
    first, _, rest = request.full_path.removeprefix("/").partition("/")
    if first not in LANGUAGES:
        return url_for("browse.home", lang=tongue)
    return quote(f"{request.script_root}/{tongue}/{rest.removesuffix('?')}", safe="/?&=%:@!$()*+,;~")


def asset(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep what they have."""
    return url_for("static", filename=name, v=digest(name))


@cache
def digest(name: str) -> str:
    """What tells a static file from what it was before."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]


def title_of(asked: Asked) -> str:
    """The title of a page query in the language of the page."""
    found = behind(asked.name)
    return found.title_ja if g.lang == "ja" else found.title_en


@cache
def behind(name: str) -> Query:
    """A query behind a page; NotFound where there is none of that name."""
    if name not in PAGE_QUERIES:
        raise no_query(name)
    return read_query(page_query(name), name)


def no_query(name: str) -> NotFound:
    """The error for the name of a query."""
    return NotFound(
        f"{name} というクエリはありません。データ検索のページの一覧から選んでください。",
        f"There is no query {name}. Choose one from the list on the query page.",
    )


def crumb(link: Link) -> tuple[str, Text]:
    """A step of the trail at the top of a page."""
    return href(link.iri), link.label


def trail(links: tuple[Link, ...], iri: str) -> list[tuple[str, Text]]:
    """The trail of a thing, from the list where it is found."""
    first = (links[0].iri if links else iri).removeprefix(ID)
    place = first.partition("/")[0]
    gettext = messages(g.lang).gettext
    if place == "body" and first.removeprefix("body/")[:6].isdecimal():
        start = "municipalities", gettext("市区町村")
    elif place in ("law", "policy", "body", "platform"):
        start = "policies", gettext("国・県の法令・政策")
    else:
        start = "terms", gettext("語彙")
    return [listed(*start), *map(crumb, links)]


def listed(endpoint: str, name: str) -> tuple[str, Text]:
    """The first step of a trail: one of the lists."""
    return url_for(f"browse.{endpoint}", lang=g.lang), Text(name)


def kept(view: Callable[..., Response]) -> Callable[..., Response]:
    """Make a page once and answer it from memory from then on: while the process lives, its dataset stays the same."""

    @wraps(view)
    def remembered(**values: str) -> Response:
        pages: Memory[str, Response] = current_app.extensions["keifu.pages"]
        name = request.root_url + request.full_path.removeprefix("/")
        made = pages.get(name)
        if made is None:
            made = view(**values)
            pages.put(name, made, weight(name, made.get_data()))
        again = Response(made.get_data(), headers=made.headers.copy())
        again.make_conditional(request)
        return again

    return remembered


def answer(template: str, facts: Facts, **view: object) -> Response:
    """A page, with the addresses of its data: those of the thing it shows, else of the answer to its last query.

    A copy has no answers to queries.
    """
    if "data" not in view and facts.asked and not current_app.config.get(COPIED):
        last = facts.asked[-1]
        view["data"] = [
            (form, url_for("querying.download", lang=g.lang, suffix=form.suffix, p=last.name, x=last.x or None))
            for form in SUFFIXES.values()
        ]
    response = Response(render_template(template, asked=facts.asked, **view), content_type=HTML.content_type)
    response.headers["Content-Language"] = g.lang
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response

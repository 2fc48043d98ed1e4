"""The pages, and what all of them share."""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as Answer

from keifu.dataset.stores import Store
from keifu.errors import NotFound
from keifu.kpis.indicators import timeline
from keifu.language import LANGUAGES, Text, messages
from keifu.learning.precedents import cited_by
from keifu.lineage.lineage import trace
from keifu.namespaces import DEF, ID, shrink
from keifu.publishing.catalogue import TITLE
from keifu.publishing.jsonld import compact
from keifu.queries.queries import Query, read_query
from keifu.reading.citation import Citation, sources
from keifu.reading.facts import Facts
from keifu.reading.overview import municipalities as municipalities_view
from keifu.reading.overview import policies as policies_view
from keifu.reading.resources import describe, listing
from keifu.reading.statements import gone
from keifu.reading.terms import DCTERMS, PAGES, page_query
from keifu.reading.views import Asked, Body, Link, Plan, Policy
from keifu.site.home import home as home_view
from keifu.sparql.formats import GRAPH_TYPES, HTML
from keifu.vocabulary.vocabulary import term as term_view
from keifu.vocabulary.vocabulary import vocabulary

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
KEPT = 256
"""Pages that a process remembers, of at most about 100 kB each."""

TEMPLATES = {Body: "body.html", Plan: "plan.html", Policy: "policy.html"}

blueprint = Blueprint("browse", __name__)


def store() -> Store:
    """The dataset that is served."""
    served: Store = current_app.extensions["keifu"].store
    return served


# the language of the page


@blueprint.url_value_preprocessor
def take_language(_endpoint: str | None, values: dict[str, str] | None) -> None:
    """The language of a page is the first part of its path; for what has none the application chooses."""
    if values and "lang" in values:
        g.lang = values.pop("lang")


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Teach the templates to translate; let browsers keep static files, whose addresses change with them."""
    state.app.extensions["keifu.pages"] = {}
    state.app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
    env = state.app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: messages(g.lang).gettext(text),
        lambda one, many, number: messages(g.lang).ngettext(one, many, number),
        newstyle=True,
    )


@blueprint.app_context_processor
def shared() -> dict[str, object]:
    """What every template uses."""
    return {
        "lang": g.lang,
        "href": href,
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
    }


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
    if not (PAGES / f"{name}.rq").is_file():
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
        pages: dict[str, Response] = current_app.extensions["keifu.pages"]
        name = request.root_url + request.full_path.removeprefix("/")
        made = pages.get(name)
        if made is None:
            made = view(**values)
            if len(pages) >= KEPT:
                pages.pop(next(iter(pages)), None)
            pages[name] = made
        again = Response(made.get_data(), headers=made.headers.copy())
        again.make_conditional(request)
        return again

    return remembered


def answer(template: str, facts: Facts, **view: object) -> Response:
    """A page, with the addresses of its data: those of the thing it shows, else of the answer to its last query."""
    if "data" not in view and facts.asked:
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


# pages


@blueprint.get("/")
def root() -> Answer:
    """To the home page in the language of the client."""
    found = redirect(url_for("browse.home", lang=g.lang), 303)
    found.vary.add("Accept-Language")
    return found


@blueprint.get("/<any(ja, en):lang>/")
@kept
def home() -> Response:
    """The first page."""
    facts = Facts(store(), g.lang)
    return answer("home.html", facts, page=home_view(facts, store()))


@blueprint.get("/<any(ja, en):lang>/municipalities")
@kept
def municipalities() -> Response:
    """The way to all municipalities."""
    facts = Facts(store(), g.lang)
    return answer("municipalities.html", facts, page=municipalities_view(facts), crumbs=[])


@blueprint.get("/<any(ja, en):lang>/policies")
@kept
def policies() -> Response:
    """Laws and policies by level."""
    facts = Facts(store(), g.lang)
    return answer("policies.html", facts, page=policies_view(facts), crumbs=[])


@blueprint.get("/<any(ja, en):lang>/def")
@kept
def terms() -> Response:
    """The vocabulary."""
    facts = Facts(store(), g.lang)
    return answer("vocabulary.html", facts, page=vocabulary(facts), crumbs=[], **links(facts, DEF.removesuffix("#")))


@blueprint.get("/<any(ja, en):lang>/def/<name>")
@kept
def term(name: str) -> Response:
    """A term of the vocabulary."""
    facts = Facts(store(), g.lang)
    page = term_view(facts, store(), DEF + name)
    crumbs = [listed("terms", messages(g.lang).gettext("語彙"))]
    return answer("term.html", facts, page=page, crumbs=crumbs, **links(facts, page.iri))


@blueprint.get("/<any(ja, en):lang>/id/<path:path>")
@kept
def thing(path: str) -> Response:
    """A thing, or all things of one kind in a plan or of a body."""
    iri = ID + path
    facts = Facts(store(), g.lang)
    try:
        page = describe(facts, iri)
    except NotFound:
        facts = Facts(store(), g.lang)
        found = listing(facts, iri, request.args.get("page", 1, int))
        return answer("listing.html", facts, page=found, crumbs=trail(found.crumbs, iri))
    if facts.is_a(iri, "RetiredIdentifier"):
        raise gone(iri, facts.iris(iri, DCTERMS + "isReplacedBy"))
    lineage = trace(facts, iri, request.args.get("page", 1, int))
    template = TEMPLATES.get(type(page.special), "thing.html")
    crumbs = trail(page.crumbs, iri)
    view: dict[str, object] = {}
    if facts.is_a(iri, "Kpi"):
        template = "kpi.html"
        view["measure"], view["plot"] = timeline(facts, iri)
    if isinstance(page.special, Body):
        view["cited"] = cited_by(facts, iri)
    return answer(
        template, facts, page=page, lineage=lineage, crumbs=crumbs, files=page.files, **view, **links(facts, iri)
    )


def links(facts: Facts, iri: str) -> dict[str, object]:
    """What the page of a thing needs to link its data, and what it holds of them for those who read no page."""
    place = "/def" if iri.startswith(DEF.removesuffix("#")) else f"/id/{quote(iri.removeprefix(ID), safe=SAFE)}"
    return {
        "iri": iri,
        "data": [(form, f"{request.script_root}{place}.{form.suffix}") for form in SUFFIXES.values()],
        "jsonld": compact(facts.statements(iri), store()),
    }

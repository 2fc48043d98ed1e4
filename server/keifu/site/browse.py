"""The pages of things, lists and terms."""

from urllib.parse import quote

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from keifu.errors import NotFound
from keifu.kpis.indicators import timeline
from keifu.language import messages
from keifu.learning.precedents import cited_by
from keifu.lineage.lineage import trace
from keifu.namespaces import DEF, ID
from keifu.publishing.card import dataset
from keifu.publishing.jsonld import compact
from keifu.reading.facts import Facts
from keifu.reading.overview import municipalities as municipalities_view
from keifu.reading.overview import policies as policies_view
from keifu.reading.resources import describe, listing
from keifu.reading.statements import gone
from keifu.reading.terms import DCTERMS
from keifu.reading.views import Body, Plan, Policy
from keifu.site.discovery import publication
from keifu.site.frame import SAFE, SUFFIXES, answer, install, kept, listed, shared, store, take_language, trail
from keifu.site.home import home as home_view
from keifu.vocabulary.vocabulary import term as term_view
from keifu.vocabulary.vocabulary import vocabulary

TEMPLATES = {Body: "body.html", Plan: "plan.html", Policy: "policy.html"}

blueprint = Blueprint("browse", __name__)
blueprint.url_value_preprocessor(take_language)
blueprint.app_context_processor(shared)
blueprint.record_once(install)


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
    card = dataset(publication(), store(), g.lang)
    return answer("home.html", facts, page=home_view(facts, store()), jsonld=card)


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
    page, iri = vocabulary(facts), DEF.removesuffix("#")
    facts.ask("thing", shown=False, x=[iri])
    return answer("vocabulary.html", facts, page=page, crumbs=[], **links(facts, iri))


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

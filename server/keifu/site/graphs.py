"""The catalogue of the dataset as a page, and what the IRIs of its graphs answer: a page each, or their data."""

import os
from threading import get_ident

import pyoxigraph as ox
from flask import Blueprint, Response, g, request, send_from_directory, url_for
from werkzeug.wrappers import Response as Answer

from keifu.errors import NotFound
from keifu.language import Text, messages
from keifu.namespaces import GRAPH
from keifu.publishing.card import dataset, part
from keifu.publishing.catalogue import CATALOGUE, by_stem
from keifu.publishing.holdings import Shelf, holdings
from keifu.publishing.holdings import graph as graph_view
from keifu.queries.queries import without_head
from keifu.reading.facts import Facts
from keifu.reading.terms import page_query, with_values
from keifu.site.discovery import agent, dump, files, folder, plans_once, publication
from keifu.site.frame import SUFFIXES, answer, kept, store, take_language
from keifu.site.identifiers import ERRORS, absent, elsewhere, wanted
from keifu.sparql.formats import FLAT, GRAPH_TYPES, nameable

RDF_XML = GRAPH_TYPES["rdfxml"]

blueprint = Blueprint("graphs", __name__)
blueprint.url_value_preprocessor(take_language)


@blueprint.get("/<any(ja, en):lang>/catalogue")
@kept
def catalogue() -> Response:
    """The dataset as a whole, with the list of its graphs."""
    facts = Facts(store(), g.lang)
    page = holdings(facts, shelf(), request.args.get("page", 1, int))
    card = dataset(publication(), store(), g.lang)
    data = [(form, url_for("discovery.catalogue", suffix=form.suffix)) for form in SUFFIXES.values()]
    return answer(
        "catalogue.html", facts, page=page, crumbs=[], iri=CATALOGUE, data=data, jsonld=card, publisher=agent()
    )


@blueprint.get("/<any(ja, en):lang>/graph/<path:path>")
@kept
def page(path: str) -> Response:
    """A graph."""
    iri = GRAPH + path
    if iri not in store().manifest.graphs:
        raise unknown(path)
    facts = Facts(store(), g.lang)
    view = graph_view(facts, shelf(), iri)
    card = part(publication(), store(), g.lang, view, plans_once(store()).get(iri))
    return answer(
        "graph.html",
        facts,
        page=view,
        iri=iri,
        data=[(form, url_for("graphs.graph", path=f"{path}.{form.suffix}")) for form in SUFFIXES.values()],
        jsonld=card,
        crumbs=[(url_for("graphs.catalogue", lang=g.lang), Text(messages(g.lang).gettext("データの目録")))],
        query=without_head(with_values(page_query("graph"), x=[iri])),
    )


@blueprint.get("/graph/<path:path>")
def graph(path: str) -> Answer:
    """What the IRI of a graph answers: data where its address has a suffix, else the way to the page or the data."""
    stem, _, suffix = path.rpartition(".")
    form = SUFFIXES.get(suffix) or wanted()
    stem = stem if suffix in SUFFIXES else path
    if GRAPH + stem not in store().manifest.graphs:
        return absent(unknown(stem), [form, *ERRORS] if suffix in SUFFIXES else ERRORS)
    if suffix not in SUFFIXES:
        return elsewhere(url_for("graphs.page", lang=g.lang, path=path), url_for("graphs.graph", path=path), form)
    return in_xml(stem) if form is RDF_XML else dump(f"{stem}.{suffix}")


def shelf() -> Shelf:
    """The graphs that are served."""
    return Shelf(store().manifest, plans_once(store()), by_stem(files().values()))


def unknown(stem: str) -> NotFound:
    """The error for the name of a graph."""
    return NotFound(
        f"{stem} というグラフはありません。/{g.lang}/catalogue の一覧から選んでください。",
        f"There is no graph {stem}. Choose one from the list in /{g.lang}/catalogue.",
    )


def in_xml(stem: str) -> Response:
    """A graph in RDF/XML, which the dumps leave out: made of its dump when first asked for, and kept beside it."""
    place = folder().with_name("rdfxml") / f"{stem}.{RDF_XML.suffix}"
    if not place.is_file():
        source = folder() / files()[f"{stem}.nt"].name
        place.parent.mkdir(parents=True, exist_ok=True)
        work = place.with_name(f"{place.name}.{os.getpid()}-{get_ident()}")
        try:
            # From file to file: a graph may be larger than what one request should take of the memory.
            triples = (quad.triple for quad in ox.parse(path=source, format=ox.RdfFormat.N_TRIPLES))
            ox.serialize(nameable(triples), work, ox.RdfFormat.RDF_XML, prefixes=FLAT)
            work.replace(place)
        finally:
            work.unlink(missing_ok=True)
    return send_from_directory(place.parent, place.name, mimetype=RDF_XML.media_type, max_age=0)

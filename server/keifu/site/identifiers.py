"""What an IRI answers: the way to its page or its data, by what is asked for; data where its address ends so."""

import json
from collections.abc import Sequence

import pyoxigraph as ox
from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as Answer

from keifu.errors import NotAcceptable, NotFound
from keifu.language import LANGUAGES
from keifu.namespaces import ID, PREFIXES
from keifu.publishing.jsonld import compact, words
from keifu.reading.statements import gone, ontology, replacements, statements
from keifu.site.discovery import answer
from keifu.site.frame import SUFFIXES, store
from keifu.sparql.formats import GRAPH_TYPES, HTML, JSON, TEXT, Format, negotiate, write_graph

COMMENT = ox.NamedNode(PREFIXES["rdfs"] + "comment")

ERRORS = (TEXT, JSON, HTML, *SUFFIXES.values())
"""The formats in which it is said that there is nothing; all but those of data as everywhere else."""

blueprint = Blueprint("identifiers", __name__)


@blueprint.get("/id/<path:path>")
def resource(path: str) -> Answer:
    """What an IRI answers: data where its address ends in a suffix of data, else the way to the page or the data.

    Of one that is retired, 410 with what took its place, in every format; of one that never was, 404 likewise.
    """
    stem, _, suffix = path.rpartition(".")
    form = SUFFIXES.get(suffix) or wanted()
    iri = ID + (stem if suffix in SUFFIXES else path)
    try:
        found = statements(store(), iri)
    except NotFound as error:
        return absent(error, [form, *ERRORS] if suffix in SUFFIXES else ERRORS)
    successors = replacements(found, iri)
    if successors is not None and form is HTML:
        raise gone(iri, successors)
    if successors is not None:
        return told(found, form, 410)
    if suffix in SUFFIXES:
        return data(found, form)
    return elsewhere(url_for("browse.thing", lang=g.lang, path=path), url_for("identifiers.resource", path=path), form)


@blueprint.get("/def")
def vocabulary_document() -> Answer:
    """What the IRI of the vocabulary answers, and those of its terms: no client sends what follows a #."""
    return elsewhere(url_for("browse.terms", lang=g.lang), url_for("identifiers.vocabulary_document"), wanted())


@blueprint.get("/def.<suffix>")
def vocabulary_data(suffix: str) -> Answer:
    """The vocabulary as data."""
    if suffix not in SUFFIXES:
        raise NotFound(
            f"語彙に {suffix} 形式はありません。{'、'.join(SUFFIXES)} のどれかにしてください。",
            f"The vocabulary has no format {suffix}. Use one of {', '.join(SUFFIXES)}.",
        )
    return data(ontology(store()), SUFFIXES[suffix])


@blueprint.get("/context.jsonld")
def words_document() -> Response:
    """The JSON-LD context of the vocabulary, whole; data come with the part of it that they use."""
    return answer(GRAPH_TYPES["jsonld"], lambda: json.dumps({"@context": words(store())}, ensure_ascii=False, indent=1))


def wanted() -> Format:
    """The format that the client asks for."""
    return negotiate(request.headers.get("Accept", ""), [HTML, *SUFFIXES.values()])


def elsewhere(page: str, stem: str, form: Format) -> Answer:
    """303 to the page or to the data."""
    found = redirect(page if form is HTML else f"{stem}.{form.suffix}", 303)
    found.vary.update(["Accept", "Accept-Language"])
    return found


def data(triples: Sequence[ox.Triple], form: Format) -> Response:
    """Triples in a format."""
    return answer(form, lambda: written(triples, form))


def written(triples: Sequence[ox.Triple], form: Format) -> str | bytes:
    """Triples in a format, as what is sent."""
    if form is GRAPH_TYPES["jsonld"]:
        return json.dumps(compact(triples, store()), ensure_ascii=False, indent=1)
    return write_graph(triples, form)


def told(triples: Sequence[ox.Triple], form: Format, status: int) -> Response:
    """What is said in data where there is nothing: without an ETag, which only what is there has (RFC 9110 §13.2.1)."""
    response = Response(written(triples, form), status, content_type=form.content_type)
    response.vary.add("Accept")
    return response


def absent(error: NotFound, offered: Sequence[Format]) -> Response:
    """That nothing is stated, said in a format of data of the document that was asked for; else the error itself."""
    try:
        form = negotiate(request.headers.get("Accept", ""), offered)
    except NotAcceptable:
        raise error from None
    if form not in SUFFIXES.values():
        raise error
    document = ox.NamedNode(iri_to_uri(request.base_url))
    said = [ox.Triple(document, COMMENT, ox.Literal(error.text(lang), language=lang)) for lang in LANGUAGES]
    return told(said, form, error.status)

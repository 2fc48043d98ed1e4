"""What the SPARQL endpoint says beside answers to queries."""

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from keifu.dataset.stores import Manifest
from keifu.namespaces import PREFIXES
from keifu.sparql.endpoint import PATH
from keifu.sparql.formats import FLAT, GRAPH_TYPES, HTML, QUAD_TYPES, SOLUTION_TYPES, negotiate, write_graph
from keifu.sparql.protocol import Parameters, read_request

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
RESULT_FORMATS = (
    *(ox.QueryResultsFormat.from_media_type(each.media_type) for each in SOLUTION_TYPES.values()),
    *(ox.RdfFormat.from_media_type(each.media_type) for each in (*GRAPH_TYPES.values(), *QUAD_TYPES.values())),
)
GEOF = "http://www.opengis.net/def/function/geosparql/"
GEOMETRIC = """area asGeoJSON centroid convexHull coordinateDimension difference dimension distance ehContains
    ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap envelope getSRID intersection isEmpty isSimple
    length perimeter rcc8dc rcc8ec rcc8eq rcc8ntpp rcc8ntppi rcc8po rcc8tpp rcc8tppi relate sfContains sfCrosses
    sfDisjoint sfEquals sfIntersects sfOverlaps sfTouches sfWithin spatialDimension symDifference union"""
"""Of GeoSPARQL 1.1, over WKT and GeoJSON."""
CASTS = "date dayTimeDuration duration gDay gMonth gMonthDay gYear gYearMonth time yearMonthDuration"
"""Datatypes that texts are made into."""
FUNCTIONS = (*(GEOF + name for name in GEOMETRIC.split()), *(PREFIXES["xsd"] + name for name in CASTS.split()))
"""What queries can call beside the functions of SPARQL 1.1."""

blueprint = Blueprint("sparql", __name__)


@blueprint.route(PATH, methods=["GET", "HEAD", "POST", "OPTIONS"])
def endpoint() -> Answer:
    """What the endpoint says to a client without a query."""
    if request.method == "OPTIONS":
        return preflight()
    site = current_app.extensions["keifu"]
    said = read_request(request.method, request.query_string, "", b"", site.settings)
    return introduction(said, site.store.manifest)


def preflight() -> Response:
    """What a browser asks before a page of another site may send a query (CORS)."""
    response = Response(status=204)
    response.allow.update(["GET", "HEAD", "POST", "OPTIONS"])
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def introduction(said: Parameters, manifest: Manifest) -> Answer:
    """The description of the service (SPARQL 1.1 Service Description §2), or 303 to the query page for a browser."""
    wanted = negotiate(request.headers.get("Accept", ""), [*GRAPH_TYPES.values(), HTML], said.wanted)
    response: Answer
    if wanted is HTML:
        response = redirect(url_for("querying.query", lang=g.lang), 303)
        response.vary.add("Accept-Language")
    else:
        triples = describe(url_for("sparql.endpoint", _external=True), manifest)
        body = write_graph(triples, wanted, prefixes=FLAT | {"sd": SD, "void": VOID})
        response = Response(body, content_type=wanted.content_type)
    response.vary.add("Accept")
    return response


def describe(address: str, manifest: Manifest) -> list[ox.Triple]:
    """The service in RDF: what it speaks, what it answers with and which graphs it holds."""

    def node(name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{address}#{name}")

    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(SD + name)

    a, size = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(VOID + "triples")
    service, dataset, merged = ox.NamedNode(address), node("dataset"), node("default-graph")
    graphs = [(node(f"named-graph-{n}"), node(f"graph-{n}")) for n in range(1, len(manifest.graphs) + 1)]
    triples: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]] = [
        (service, a, sd("Service")),
        (service, sd("endpoint"), service),
        (service, sd("supportedLanguage"), sd("SPARQL11Query")),
        (service, sd("feature"), sd("UnionDefaultGraph")),
        *((service, sd("resultFormat"), ox.NamedNode(each.iri)) for each in RESULT_FORMATS if each),
        *((service, sd("extensionFunction"), ox.NamedNode(each)) for each in FUNCTIONS),
        *((ox.NamedNode(each), a, sd("Function")) for each in FUNCTIONS),
        (service, sd("defaultDataset"), dataset),
        (dataset, a, sd("Dataset")),
        (dataset, ox.NamedNode(PREFIXES["dcat"] + "version"), ox.Literal(manifest.version)),
        (dataset, sd("defaultGraph"), merged),
        *((dataset, sd("namedGraph"), named) for named, _ in graphs),
        (merged, a, sd("Graph")),
        (merged, size, ox.Literal(manifest.triples)),
    ]
    for (named, graph), (name, count) in zip(graphs, manifest.graphs.items(), strict=True):
        triples += [
            (named, a, sd("NamedGraph")),
            (named, sd("name"), ox.NamedNode(name)),
            (named, sd("graph"), graph),
            (graph, a, sd("Graph")),
            (graph, size, ox.Literal(count)),
        ]
    return [ox.Triple(*each) for each in triples]

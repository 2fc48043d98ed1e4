"""What search engines for datasets are told, in words of schema.org (as Google's documentation of them asks)."""

from collections.abc import Iterable

from keifu.dataset.stores import Store
from keifu.namespaces import SPARQL_PREFIXES
from keifu.publishing.catalogue import CATALOGUE, DATASET, LICENCE, SUMMARY, TITLE, Publication
from keifu.publishing.counts import Plan
from keifu.publishing.dumps import GRAPH_FORMATS, QUADS, WHOLE
from keifu.publishing.graphs import named
from keifu.publishing.holdings import Graph
from keifu.sparql.formats import GRAPH_TYPES, Format

WHOLE_FORMATS = (GRAPH_TYPES["turtle"], QUADS, GRAPH_TYPES["jsonld"])
"""Those of the files of the whole."""

COVERED = """SELECT ?first ?last WHERE {
  { SELECT (MIN(?start) AS ?first) WHERE { ?plan a keifu:DxPlan ; keifu:startDate ?start } }
  { SELECT (MAX(?end) AS ?last) WHERE { ?plan a keifu:DxPlan ; keifu:endDate ?end } }
}"""
"""The first and the last day of all plans."""

Card = dict[str, object]


def dataset(publication: Publication, store: Store, lang: str) -> Card:
    """The whole."""
    (row,) = store.select(SPARQL_PREFIXES + COVERED)
    modified = sorted(store.manifest.modified.values())
    return {
        **common(publication, store, lang, DATASET, "catalogue"),
        "name": named(TITLE, lang),
        "description": named(SUMMARY, lang),
        "keywords": ["自治体DX", "municipal DX", "Linked Open Data"],
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": CATALOGUE, "url": f"{publication.site}catalogue"},
        "distribution": downloads(publication.site, WHOLE, WHOLE_FORMATS),
        "spatialCoverage": {"@type": "Country", "name": "日本" if lang == "ja" else "Japan"},
        **period(*(row[name].value if row[name] else "" for name in ("first", "last"))),
        **({"dateModified": modified[-1]} if modified else {}),
    }


def part(publication: Publication, store: Store, lang: str, page: Graph, plan: Plan | None) -> Card:
    """A graph, by what its page shows and the plan that it is about."""
    held = page.held
    return {
        **common(publication, store, lang, held.iri, f"graph/{held.stem}"),
        "name": held.title,
        "description": f"{page.summary} {named(SUMMARY, lang)}",
        "isPartOf": {"@type": "Dataset", "@id": DATASET, "url": f"{publication.site}{lang}/catalogue"},
        "distribution": downloads(publication.site, held.stem, GRAPH_FORMATS),
        **(about(plan, lang) if plan else {}),
        **({"dateModified": held.modified} if held.modified else {}),
    }


def common(publication: Publication, store: Store, lang: str, iri: str, path: str) -> Card:
    """What holds for the whole and for each graph; `path` is that of the page, without its language."""
    agent = {"@type": "Organization", "name": publication.agent}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": iri,
        "url": f"{publication.site}{lang}/{path}",
        "version": store.manifest.version,
        "license": LICENCE,
        "creator": agent,
        "publisher": agent,
        "inLanguage": ["ja", "en"],
        "isAccessibleForFree": True,
    }


def about(plan: Plan, lang: str) -> Card:
    """The body and the years of a plan."""
    days = (day.value if day else "" for day in (plan.start, plan.end))
    body = {"@type": "AdministrativeArea", "@id": plan.body, "name": named(plan.body_names, lang)}
    return {"spatialCoverage": body, **period(*days)}


def period(first: str, last: str) -> Card:
    """Days from and to, either of which may be open (ISO 8601)."""
    return {"temporalCoverage": f"{first or '..'}/{last or '..'}"} if first or last else {}


def downloads(site: str, stem: str, forms: Iterable[Format]) -> list[Card]:
    """The files of the whole or of a graph."""
    return [
        {
            "@type": "DataDownload",
            "encodingFormat": form.media_type,
            "contentUrl": f"{site}dumps/{stem}.{form.suffix}",
        }
        for form in forms
    ]

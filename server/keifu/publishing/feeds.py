"""Pages listed in XML for those who crawl or follow: the site map and the feed.

Everywhere `site` is the address of the service, with a slash at the end.
"""

from collections.abc import Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

import pyoxigraph as ox

from keifu.dataset.stores import Store
from keifu.language import LANGUAGES
from keifu.namespaces import DEF, ID, SPARQL_PREFIXES

ENTRIES = 50
"""Most entries of the feed."""


def pages(store: Store) -> list[str]:
    """The pages, without the language that their paths begin with."""
    found = [
        "",
        "municipalities",
        "policies",
        "views",
        "lineage",
        "compare",
        "kpis",
        "timeline",
        "learning",
        "quality",
        "def",
        "query",
    ]
    plans = store.select(
        f"{SPARQL_PREFIXES}SELECT ?p WHERE {{ ?d keifu:manifestationOf ?p . ?p a keifu:DxPlan }} ORDER BY ?p"
    )
    found += (f"quality/{quote(row['p'].value.removeprefix(ID + 'plan/'))}" for row in plans)
    # A term without a document that defines it is only mentioned and has no page.
    for space, path, of in ((DEF, "def/", "rdfs:isDefinedBy"), (ID, "id/", "?p")):
        rows = store.select(
            f"{SPARQL_PREFIXES}SELECT DISTINCT ?s WHERE {{ ?s {of} ?o"
            f' FILTER(ISIRI(?s) && STRSTARTS(STR(?s), "{space}"))'
            " FILTER NOT EXISTS { ?s a keifu:RetiredIdentifier } } ORDER BY ?s"
        )
        found += (path + quote(row["s"].value.removeprefix(space)) for row in rows)
    return found


def retired(store: Store) -> list[str]:
    """The IRIs that are retired: they answer still, but have no pages."""
    rows = store.select(f"{SPARQL_PREFIXES}SELECT ?s WHERE {{ ?s a keifu:RetiredIdentifier }} ORDER BY ?s")
    return [row["s"].value for row in rows]


def urls(paths: Sequence[str], site: str) -> bytes:
    """Pages, each with the same page in the other languages (sitemaps.org, and rel=alternate as search engines ask)."""
    root = Element(
        "urlset",
        {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:xhtml": "http://www.w3.org/1999/xhtml"},
    )
    for path in paths:
        addresses = {lang: f"{site}{lang}/{path}" for lang in LANGUAGES}
        for address in addresses.values():
            url = SubElement(root, "url")
            SubElement(url, "loc").text = address
            for lang, same in addresses.items():
                SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": lang, "href": same})
    return written(root)


def index(names: Sequence[str]) -> bytes:
    """The files of a site map."""
    root = Element("sitemapindex", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for name in names:
        SubElement(SubElement(root, "sitemap"), "loc").text = name
    return written(root)


FEED = """SELECT ?plan ?day (SAMPLE(?name) AS ?title) (SAMPLE(?bodyName) AS ?author) (SAMPLE(?text) AS ?summary) WHERE {
  ?plan a keifu:Plan ; keifu:adoptedOn ?day ; skos:prefLabel ?name ; keifu:issuedBy ?body .
  ?body skos:prefLabel ?bodyName .
  FILTER(LANG(?name) = ?lang && LANG(?bodyName) = ?lang)
  OPTIONAL { ?plan dcterms:description ?text FILTER(LANG(?text) = ?lang) }
} GROUP BY ?plan ?day ORDER BY DESC(?day) ?plan"""


def entries(store: Store, lang: str, site: str) -> bytes:
    """The plans adopted last, in a language (RFC 4287): a dataset has no dates of its own, so the days are theirs."""
    query = FEED.replace("?lang", str(ox.Literal(lang)))
    rows = store.select(f"{SPARQL_PREFIXES}{query} LIMIT {ENTRIES}")
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": lang})
    title, about = {
        "ja": ("系譜: 策定の新しい計画", "系譜に収めた国と自治体の計画を、策定日の新しい順に並べたもの"),
        "en": ("keifu: plans adopted last", "National and local plans in keifu, the one adopted last first"),
    }[lang]
    days = [row["day"].value for row in rows]
    for name, text in (
        ("id", f"{site}feed.atom"),
        ("title", title),
        ("subtitle", about),
        ("updated", moment(max(days, default="1970-01-01"))),
        ("rights", "CC BY 4.0"),
    ):
        SubElement(root, name).text = text
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{site}feed.atom"})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{site}{lang}/"})
    for row, day in zip(rows, days, strict=True):
        entry = SubElement(root, "entry")
        iri = row["plan"].value
        for name, text in (("id", iri), ("title", row["title"].value), ("updated", moment(day))):
            SubElement(entry, name).text = text
        SubElement(SubElement(entry, "author"), "name").text = row["author"].value
        if row["summary"]:
            SubElement(entry, "summary").text = row["summary"].value
        page = f"{site}{lang}/id/{quote(iri.removeprefix(ID))}"
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    return written(root)


def moment(day: str) -> str:
    """The beginning of a day in Japan."""
    return f"{day}T00:00:00+09:00"


def written(root: Element) -> bytes:
    """A document as bytes."""
    body: bytes = tostring(root, "utf-8", xml_declaration=True)
    return body

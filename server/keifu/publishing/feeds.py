"""Lists in XML for those who crawl or follow: the site map and the feed.

`site` is the address of the service, with a slash at the end.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from keifu.dataset.stores import Manifest, Store
from keifu.language import LANGUAGES
from keifu.namespaces import DEF, GRAPH, ID, SPARQL_PREFIXES
from keifu.publishing.catalogue import Publication
from keifu.publishing.counts import Plan
from keifu.publishing.graphs import adoption, summary, title
from keifu.reading.terms import page_query

ENTRIES = 50
"""Most entries of the feed."""
PAGES = (
    "",
    "municipalities",
    "policies",
    "views",
    "lineage",
    "procedures",
    "systems",
    "compare",
    "kpis",
    "timeline",
    "learning",
    "quality",
    "def",
    "query",
    "search",
    "catalogue",
)
"""The pages that stand by themselves, whatever the dataset holds."""


def pages(store: Store) -> list[str]:
    """The pages, without the language that their paths begin with."""
    # Without an edition of the national plan there is no matrix of its items.
    found = [*PAGES, *(["matrix"] if store.construct(page_query("editions")) else [])]
    found += (f"graph/{quote(graph.removeprefix(GRAPH))}" for graph in store.manifest.graphs)
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


def entries(publication: Publication, lang: str, manifest: Manifest, plans: Mapping[str, Plan]) -> bytes:
    """The graphs that changed last, in a language (RFC 4287); each language is a feed of its own."""
    site = publication.site
    address = f"{site}{lang}/feed.atom"
    changed = sorted(sorted(manifest.modified), key=manifest.modified.__getitem__, reverse=True)[:ENTRIES]
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": lang})
    heading, subtitle = {
        "ja": ("系譜: データの変更", "計画、法令と政策、語彙のファイルを、変わった日の新しい順に並べたもの"),
        "en": (
            "keifu: changes of the data",
            "Files of plans, laws and policies, and the vocabulary, the last changed first",
        ),
    }[lang]
    tell(
        root,
        id=address,
        title=heading,
        subtitle=subtitle,
        updated=max(manifest.modified.values(), default="1970-01-01T00:00:00Z"),
        rights="CC BY 4.0",
    )
    SubElement(SubElement(root, "author"), "name").text = publication.agent
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{site}{lang}/"})
    for graph in changed:
        root.append(entry(publication, lang, manifest, graph, plans.get(graph)))
    return written(root)


def entry(publication: Publication, lang: str, manifest: Manifest, graph: str, plan: Plan | None) -> Element:
    """The entry of a graph, known by its place in the feed."""
    site, stem = publication.site, graph.removeprefix(GRAPH)
    made = Element("entry")
    tell(
        made,
        id=f"{site}{lang}/feed.atom#{stem}",
        title=title(stem, plan, lang),
        updated=manifest.modified[graph],
    )
    if issued := manifest.issued.get(graph):
        tell(made, published=issued)
    sentences = summary(stem, plan, manifest.graphs[graph], lang), adoption(plan, lang)
    tell(made, summary=("" if lang == "ja" else " ").join(filter(None, sentences)))
    page = f"{site}{lang}/graph/{quote(stem)}"
    SubElement(made, "link", {"rel": "alternate", "type": "text/html", "href": page})
    return made


def tell(parent: Element, **texts: str) -> None:
    """Add elements of text."""
    for name, text in texts.items():
        SubElement(parent, name).text = text


def written(root: Element) -> bytes:
    """A document as bytes."""
    body: bytes = tostring(root, "utf-8", xml_declaration=True)
    return body

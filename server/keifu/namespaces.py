"""The namespaces of keifu and of the vocabularies it uses, and how IRIs are shortened."""

import os

HOME = "https://w3id.org/keifu/"
"""Where the vocabulary and the shapes live, and all that people write in git."""
BASE = os.environ.get("KEIFU_BASE", HOME)
"""Where the things and graphs of the dataset live: HOME, or the address of whoever publishes them (setting `base`)."""
DEF = HOME + "def#"
SHAPES = HOME + "shapes#"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
DERIVED_GRAPH = GRAPH + "derived"

PREFIXES: dict[str, str] = {
    "keifu": DEF,
    "id": ID,
    "body": ID + "body/",
    "law": ID + "law/",
    "plan": ID + "plan/",
    "policy": ID + "policy/",
    "platform": ID + "platform/",
    "indicator": ID + "indicator/",
    "fy": ID + "fiscal-year/",
    "theme": ID + "theme/",
    "status": ID + "status/",
    "role": ID + "role/",
    "unit": ID + "unit/",
    "business": ID + "business/",
    "procedure": ID + "procedure/",
    "technology": ID + "technology/",
    "mark": ID + "mark/",
    "graph": GRAPH,
    "shape": SHAPES,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "schema": "https://schema.org/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "sac": "http://data.e-stat.go.jp/lod/sac/",
    "sh": "http://www.w3.org/ns/shacl#",
}

SPARQL_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def rebased(text: str) -> str:
    """An IRI or a query of ours, as written in git, with the IRIs of things and graphs under BASE."""
    return text.replace(f"{HOME}id/", ID).replace(f"{HOME}graph/", GRAPH)


def shrink(iri: str) -> str:
    """`prefix:local` where a prefix fits and the rest is a plain local name, else the IRI itself."""
    best = max((p for p in PREFIXES if iri.startswith(PREFIXES[p])), key=lambda p: len(PREFIXES[p]), default=None)
    if best is None:
        return iri
    local = iri.removeprefix(PREFIXES[best])
    return f"{best}:{local}" if local and "/" not in local and "#" not in local else iri

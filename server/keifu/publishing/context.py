"""The JSON-LD context of the vocabulary, made from the vocabulary."""

from rdflib import OWL, RDF, RDFS, XSD, Graph, Namespace, URIRef

from keifu.namespaces import PREFIXES, shrink

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
RANGE_INCLUDES = Namespace(PREFIXES["schema"]).rangeIncludes

# The ontology states nothing about terms of others, so it is here that these hold text with a language.
TEXT = (
    "dcterms:description",
    "dcterms:title",
    "skos:altLabel",
    "skos:definition",
    "skos:example",
    "skos:prefLabel",
)


def context(ontology: Graph) -> dict[str, object]:
    """The value of `@context` for the terms that `ontology` declares, in the same order every time.

    Our own terms go by their local names, those of others by their compact IRIs; a term without a prefix stays a full
    IRI. A prefix that is also the name of a term of ours is left out: JSON-LD keeps both in one table.
    """
    terms: dict[str, object] = {}
    for term in {term for kind in KINDS for term in ontology.subjects(RDF.type, kind)}:
        name = shrink(str(term))
        if isinstance(term, URIRef) and name != str(term):
            terms[name.removeprefix("keifu:")] = {"@id": name} | values(ontology, term)
    prefixes = {prefix: iri for prefix, iri in PREFIXES.items() if prefix not in terms}
    return prefixes | dict(sorted(terms.items()))


def values(ontology: Graph, term: URIRef) -> dict[str, str]:
    """How the values of a term are written; nothing for classes and for plain strings."""
    ranges = {*ontology.objects(term, RDFS.range), *ontology.objects(term, RANGE_INCLUDES)}
    if (term, RDF.type, OWL.ObjectProperty) in ontology or RDF.Property in ranges:
        return {"@type": "@id"}
    if RDF.langString in ranges or shrink(str(term)) in TEXT:
        return {"@container": "@language"}
    for datatype in (XSD.date, XSD.decimal, XSD.integer):
        if datatype in ranges:
            return {"@type": shrink(str(datatype))}
    return {}

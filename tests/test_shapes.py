"""Every shape has a file that fails it and one that passes it: tests/cases/<name>/fail.ttl and pass.ttl.

A case stands in the small world of tests/cases/context.ttl. In a failing file, each node at fault has above it one line for each result that it must
yield, `# expect: shape:… severity`; nothing else may be found in it. Nothing at all may be found in a passing file.
"""

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, SH, Graph, Literal, URIRef
from rdflib.namespace import ORG
from rdflib.plugins.sparql import prepareQuery

from keifu.dataset.files import Sources, read_turtle, subject_lines
from keifu.dataset.report import Report, Result
from keifu.dataset.validation import validate_files
from keifu.namespaces import DEF, SHAPES, shrink

CASES = Path(__file__).parent / "cases"
CONTEXT = CASES / "context.ttl"
FAILING, PASSING = sorted(CASES.glob("*/fail*.ttl")), sorted(CASES.glob("*/pass*.ttl"))
EXPECT = re.compile(r"# expect: (shape:\S+) (Violation|Warning|Info)$")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What is found in all cases and their context together, beside the vocabulary and nothing else."""
    root = tmp_path_factory.mktemp("sources")
    for folder in ("ontology", "shapes"):
        (root / folder).symlink_to(Sources.find().root / folder)
    return validate_files([CONTEXT, *FAILING, *PASSING], Sources(root))


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for path in Sources.find().shapes:
        graph.parse(path)
    return graph


def found(report: Report, path: Path) -> list[Result]:
    return [result for result in report.results if result.file == str(path)]


def expected(path: Path) -> Counter[tuple[int, str, str]]:
    """Line of the node at fault, shape and severity of every result that the file must yield."""
    wanted: Counter[tuple[int, str, str]] = Counter()
    waiting: list[tuple[str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if match := EXPECT.match(line):
            waiting.append((match[1], match[2]))
        elif line.strip() and not line.startswith("#"):
            wanted.update((number, *one) for one in waiting)
            waiting = []
    return wanted


def name(path: Path) -> str:
    return path.relative_to(CASES).as_posix()


@pytest.mark.parametrize("path", FAILING, ids=name)
def test_a_failing_case_yields_exactly_what_it_expects(path: Path, report: Report) -> None:
    wanted = expected(path)
    assert wanted
    assert Counter((r.line, shrink(r.shape), r.severity) for r in found(report, path)) == wanted


@pytest.mark.parametrize("path", [CONTEXT, *PASSING], ids=name)
def test_a_passing_case_yields_nothing(path: Path, report: Report) -> None:
    assert [result.text("en") for result in found(report, path)] == []


def test_every_result_says_in_both_languages_what_is_wrong(report: Report) -> None:
    for result in report.results:
        assert set(result.messages) == {"ja", "en"}, result.shape
        assert re.search("[ぁ-ん]", result.messages["ja"]), result.shape
        assert not re.search(r"\{[?$]", "".join(result.messages.values())), f"a placeholder stays open: {result.shape}"


def test_cases_do_not_describe_the_same_nodes() -> None:
    homes: dict[str, Path] = {}
    for path in [CONTEXT, *FAILING, *PASSING]:
        for iri in subject_lines(path):
            assert homes.setdefault(iri, path) == path, iri


def test_every_shape_has_a_failing_and_a_passing_case(shapes: Graph) -> None:
    failed = {shape for path in FAILING for _, shape, _ in expected(path)}
    for shape in {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.subjects(RDF.type, SH.PropertyShape)}:
        name = shrink(str(shape))
        if (shape, SH.targetClass, None) in shapes and (shape, SH.path, None) not in shapes:
            folder = CASES / name.removeprefix("shape:")
            assert (folder / "fail.ttl").is_file(), name
            assert (folder / "pass.ttl").is_file(), name
        else:
            assert name in failed, name
    assert [path.parent for path in FAILING] == [path.parent for path in PASSING]


def test_every_class_has_a_shape(shapes: Graph) -> None:
    vocabulary = Graph()
    for path in Sources.find().ontology:
        vocabulary.parse(path)
    classes = [c for c in vocabulary.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef) and c.startswith(DEF)]
    assert len(classes) > 40
    for thing in [*classes, ORG.OrganizationalUnit, ORG.Post]:
        local = re.split("[#/]", str(thing))[-1]
        assert (URIRef(SHAPES + local), SH.targetClass, thing) in shapes, thing


def test_every_property_that_shapes_name_is_in_the_vocabulary() -> None:
    declared = {q.subject for path in Sources.find().ontology for q in read_turtle(path)}
    for path in Sources.find().shapes:
        for local in re.findall(r"\bkeifu:(\w+)", path.read_text(encoding="utf-8")):
            assert ox.NamedNode(DEF + local) in declared, f"{path.name}: keifu:{local}"


def test_every_shape_is_named_and_speaks_both_languages(shapes: Graph) -> None:
    for shape in {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.subjects(RDF.type, SH.PropertyShape)}:
        assert str(shape).startswith(SHAPES), shape
        rules = list(shapes.objects(shape, SH.sparql)) or ([shape] if (shape, SH.path, None) in shapes else [])
        for rule in rules:
            languages = sorted(m.language or "" for m in shapes.objects(rule, SH.message) if isinstance(m, Literal))
            assert languages == ["en", "ja"], shape


def test_every_query_of_the_shapes_parses_and_projects_what_its_messages_show(shapes: Graph) -> None:
    queries = list(shapes.subject_objects(SH.select))
    assert queries
    declared = "".join(
        f"PREFIX {shapes.value(node, SH.prefix)}: <{shapes.value(node, SH.namespace)}>\n"
        for node in shapes.objects(predicate=SH.declare)
    )
    for rule, query in queries:
        assert (rule, SH.prefixes, URIRef("https://w3id.org/keifu/shapes")) in shapes, query
        ox.Store().query(declared + str(query))
        prepareQuery(declared + str(query))
        projected = set(re.findall(r"[?$](\w+)", re.split("WHERE", str(query))[0]))
        for message in shapes.objects(rule, SH.message):
            assert set(re.findall(r"\{[?$](\w+)\}", str(message))) <= projected, message
        assert {"this", "value"} <= projected, query


def test_a_property_of_a_node_shape_has_no_target_of_its_own(shapes: Graph) -> None:
    """The validator hands the target of the node shape down, so a second one would widen it."""
    for part in shapes.objects(predicate=SH.property):
        assert not list(shapes.objects(part, SH.targetClass)), part
        assert (part, SH.path, None) in shapes, part

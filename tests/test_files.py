"""Reading the files people write."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from keifu.dataset.files import Sources, load_turtle, read_turtle, subject_lines
from keifu.errors import TurtleError, UnusableInput

TURTLE = """\
@prefix a: <http://example.org/a/> .
@base <http://example.org/plan/1/> .
# a:comment a a:Thing .
a:one a a:Thing ;
    a:name "a:two"@en .
<element/1-(2)> a a:Thing .
<http://example.org/other> a a:Thing .
</top> a a:Thing .
a:one a:again 1 .
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str | bytes, name: str = "x.ttl") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_subjects_are_found_in_every_form_they_are_written_in(write):
    assert subject_lines(write(TURTLE)) == {
        "http://example.org/a/one": 4,
        "http://example.org/plan/1/element/1-(2)": 6,
        "http://example.org/other": 7,
        "http://example.org/top": 8,
    }


def load(path):
    """Read a file straight into a store."""
    store, graph = ox.Store(), ox.NamedNode("http://example.org/graph")
    load_turtle(store, path, graph)
    return [quad.triple for quad in store.quads_for_pattern(None, None, None, graph)]


READERS = pytest.mark.parametrize(
    "read", [lambda path: list(read_turtle(path)), load], ids=["read_turtle", "load_turtle"]
)


@READERS
@pytest.mark.parametrize(
    ("text", "place", "shown"),
    [
        ("@prefix a: <http://a/> .\na:b a:c a:d .\na:b a:c 1 a:e .\n", "3:11", "a:b a:c 1 a:e ."),
        ("<http://a/b> <http://a/c> nowhere:d .\n", "1:27", "<http://a/b> <http://a/c> nowhere:d ."),
        ('<http://a/b> <http://a/c> "open .\n', "1:27", '<http://a/b> <http://a/c> "open .'),
    ],
)
def test_broken_turtle_names_file_line_and_column(read, write, text, place, shown):
    path = write(text)
    with pytest.raises(TurtleError) as caught:
        read(path)
    error = caught.value
    assert (error.path, f"{error.line}:{error.column}", error.source) == (path, place, shown)
    for lang in ("ja", "en"):
        assert f"{path}:{place}" in error.text(lang)
        assert shown in error.text(lang)


@READERS
def test_bytes_that_are_not_utf8_are_a_turtle_error(read, write):
    with pytest.raises(TurtleError):
        read(write('<http://a/b> <http://a/c> "白山市" .'.encode("shift_jis")))


@READERS
def test_a_missing_file_is_unusable_input(read, tmp_path):
    with pytest.raises(UnusableInput, match=r"gone\.ttl"):
        read(tmp_path / "gone.ttl")


def test_both_readers_read_the_same(write):
    path = write(TURTLE)
    assert set(load(path)) == {quad.triple for quad in read_turtle(path)}


def test_graphs_are_named_after_their_files(tmp_path):
    sources = Sources(tmp_path)
    name = lambda path: sources.graph(tmp_path / path)  # noqa: E731
    assert name("data/ttl/municipality/172090-kahoku/dx-1.0.ttl") == ox.NamedNode(
        "https://w3id.org/keifu/graph/municipality/172090-kahoku/dx-1.0"
    )
    assert name("ontology/schemes/theme.ttl") == ox.NamedNode("https://w3id.org/keifu/graph/ontology/schemes/theme")


def test_the_version_is_that_of_names_and_bytes(tmp_path):
    file = tmp_path / "data" / "ttl" / "a.ttl"
    file.parent.mkdir(parents=True)
    sources = Sources(tmp_path)
    empty = sources.version
    file.write_text("")
    named = sources.version
    file.write_text("# a")
    written = sources.version
    file.rename(file.with_name("b.ttl"))
    assert len({empty, named, written, sources.version}) == 4


def test_alignments_are_not_loaded():
    assert "align.ttl" not in {path.name for path in Sources.find().ontology}

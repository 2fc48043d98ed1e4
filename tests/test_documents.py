"""The documents tell the truth: their commands exist and run, both READMEs hold the same, every setting and query is described."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from keifu import __version__
from keifu.cli import main
from keifu.dataset.files import Sources
from keifu.queries.queries import read_query

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
README_JA = (ROOT / "README.ja.md").read_text(encoding="utf-8")


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """The keifu commands of a document, without their comments."""
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    return [words[1:] for line in lines if (words := shlex.split(line, comments=True)) and words[0] == "keifu"]


def pictures(text: str) -> list[str]:
    """The pictures of a document, all of which there are."""
    names = re.findall(r"!\[[^]]*\]\(([^)]*)\)", text)
    assert [name for name in names if not (ROOT / name).is_file()] == []
    return names


def test_both_readmes_show_the_same_commands_and_code():
    assert commands(README) == commands(README_JA)
    assert blocks(README, "python") == blocks(README_JA, "python")
    assert len(re.findall("^## ", README, re.MULTILINE)) == len(re.findall("^## ", README_JA, re.MULTILINE)) == 8
    assert pictures(README) == [name.replace(".ja.", ".en.") for name in pictures(README_JA)]


@pytest.mark.parametrize(
    "words",
    [words for words in commands(README) if words[0] not in ("serve", "synth", "reload", "publish")],
    ids=" ".join,
)
def test_the_commands_of_the_readme_run(words, dataset, monkeypatch):
    monkeypatch.setenv("KEIFU_DATASET", str(dataset))
    done = subprocess.run(
        [Path(sys.executable).parent / "keifu", *words], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_python_of_the_readme_runs(server):
    (code,) = blocks(README, "python")
    done = subprocess.run(
        [sys.executable, "-c", code.replace("http://127.0.0.1:8000", server)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "デジタル社会形成基本法" in done.stdout.splitlines()


def test_every_command_stands_in_the_readme():
    assert set(main.commands) <= {words[0] for words in commands(README)}


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert (
        set(re.findall(r"`make ([a-z]+)", README + README_JA + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
        <= targets
    )


@pytest.mark.parametrize(
    "document", ["README.md", "README.ja.md", "CONTRIBUTING.md", "ontology/README.md", "data/README.md"]
)
def test_the_files_a_document_names_exist(document):
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(
        r"`((?:server|queries|ontology|data|tests|scripts|shapes)/[\w./-]+)`", text
    )
    missing = [name for name in named if not ((path.parent / name).exists() or (ROOT / name).exists())]
    assert missing == []


def test_the_changelog_has_this_version():
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", Sources.find().queries, ids=lambda path: path.stem)
def test_every_query_is_described_in_both_languages(path):
    query = read_query(path.read_text(encoding="utf-8"), path.name)
    assert all((query.title_ja, query.title_en, query.description_ja, query.description_en, query.user))


def test_the_thirty_competency_questions_are_answered():
    queries = [read_query(path.read_text(encoding="utf-8"), path.name) for path in Sources.find().queries]
    assert {query.question for query in queries} - {None} == set(range(1, 31))

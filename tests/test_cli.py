"""The commands as a user gives them."""

import csv
import io
import json
import re
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from keifu.cli import main
from keifu.commands.terminal import language, progress
from keifu.dataset.files import Sources

ROOT = Path(__file__).parents[1]
KAHOKU = ROOT / "data/ttl/municipality/172090-kahoku/dx-1.0.ttl"

ASK = "ASK { <https://w3id.org/keifu/id/body/172090> ?p ?o }"
NAME = 'SELECT ?name { <https://w3id.org/keifu/id/body/172090> <http://www.w3.org/2004/02/skos/core#prefLabel> ?name FILTER(LANG(?name) = "ja") }'


@pytest.fixture
def keifu(dataset, monkeypatch):
    """Runs a command on the dataset that the session built."""
    monkeypatch.setenv("KEIFU_DATASET", str(dataset))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*words: object, text: str | None = None):
        return CliRunner().invoke(main, list(map(str, words)), input=text, catch_exceptions=False)

    return run


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the sources that a test may spoil, which the commands take for the sources."""
    for name in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setattr(Sources, "find", classmethod(lambda cls: cls(tmp_path)))
    return tmp_path


COMMANDS = sorted(main.commands)


def test_steps_are_told_in_a_terminal_without_a_thread(monkeypatch, capsys):
    """With a second thread the build would not fork, and check the shapes before all else."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    # Threads of other tests may end meanwhile.
    before = set(threading.enumerate())
    with progress("en") as step:
        step("読み込み 1/2 [a].ttl", "reading 1/2 [a].ttl")
        assert set(threading.enumerate()) <= before
    assert "reading 1/2 [a].ttl" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(keifu, command):
    answer = keifu(command, "--help")
    assert answer.exit_code == 0
    assert re.search(r"Examples?:\n +(echo .*)?keifu " + command, answer.output)


def test_every_command_is_in_the_readme_or_its_help():
    assert set(COMMANDS) == {"build", "coverage", "get", "publish", "query", "reload", "serve", "synth", "validate"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["validate", "nowhere.ttl"], "nowhere.ttl"),
        (["serve", "--port", "nine"], "nine"),
        (["query", "nowhere.rq"], "nowhere.rq"),
        (["query", "-", "-p", "city"], "NAME=VALUE"),
        (["get", "ja/"], "Begin with /"),
        (["fly"], "No such command 'fly'"),
    ],
)
def test_a_wrong_argument_gets_a_sentence(keifu, words, said):
    answer = keifu(*words, text="")
    assert answer.exit_code == 2
    assert said in answer.output
    assert "Traceback" not in answer.output


@pytest.mark.parametrize(
    ("name", "expected"), [("ja_JP.UTF-8", "ja"), ("en_US.UTF-8", "en"), ("C", "en"), ("Japanese_Japan.932", "ja")]
)
def test_messages_follow_the_locale(monkeypatch, name, expected):
    monkeypatch.setenv("LC_ALL", name)
    assert language() == expected


def test_errors_speak_the_language_asked_for(keifu):
    assert "パスではありません" in keifu("get", "ja/", "--lang", "ja").output


def test_a_wrong_setting_is_named(keifu, monkeypatch):
    monkeypatch.setenv("KEIFU_PORT", "many")
    answer = keifu("query", "-", text=ASK)
    assert answer.exit_code == 2
    assert "KEIFU_PORT='many'" in answer.output


class TestValidate:
    def test_a_clean_file(self, keifu):
        answer = keifu("validate", KAHOKU)
        assert answer.exit_code == 0, answer.output

    def test_a_violation_is_told_with_file_line_and_remedy(self, keifu, tmp_path):
        text = KAHOKU.read_text(encoding="utf-8")
        subject = "<initiative/2-1> a keifu:Initiative"
        assert subject in text
        broken = tmp_path / "broken.ttl"
        broken.write_text(text.replace(subject, subject + ' ; skos:prefLabel "二つ目"@ja'), encoding="utf-8")
        line = text[: text.index(subject)].count("\n") + 1
        answer = keifu("validate", broken)
        assert answer.exit_code == 1
        assert f"broken.ttl:{line}" in answer.stdout
        japanese = keifu("validate", broken, "--lang", "ja")
        assert re.search(r"[ぁ-ん]", japanese.stdout)
        found = json.loads(keifu("validate", broken, "--format", "json").stdout)
        assert line in {result["line"] for result in found["results"]}
        assert "sh:ValidationReport" in keifu("validate", broken, "--format", "turtle").stdout

    def test_broken_turtle_is_shown_with_its_line(self, keifu, tmp_path):
        broken = tmp_path / "broken.ttl"
        broken.write_text("@prefix a: <http://a/> .\na:b a:c nowhere:d .\n")
        answer = keifu("validate", broken)
        assert answer.exit_code == 2
        assert f"{broken}:2:9" in answer.output
        assert "a:b a:c nowhere:d ." in answer.output


class TestBuild:
    def test_it_builds_where_it_is_told(self, keifu, tmp_path):
        answer = keifu("build", tmp_path / "out")
        assert answer.exit_code == 0
        version = (tmp_path / "out" / "current").read_text().strip()
        assert re.fullmatch(rf"dataset {version} built: [\d,]+ triples in \d+ graphs\n", answer.stdout)
        assert re.search(r"up to date", keifu("build", tmp_path / "out").stdout)

    def test_broken_turtle_leaves_the_old_dataset_in_service(self, keifu, copied, tmp_path):
        out = tmp_path / "out"
        assert keifu("build", out).exit_code == 0
        before = (out / "current").read_text()
        file = copied / "data/ttl/shared/indicators.ttl"
        file.write_text(file.read_text(encoding="utf-8") + "\n<x> <y> .\n", encoding="utf-8")
        answer = keifu("build", out)
        assert answer.exit_code == 2
        assert "indicators.ttl:" in answer.output
        assert (out / "current").read_text() == before

    def test_a_violation_leaves_the_old_dataset_in_service(self, keifu, copied, tmp_path):
        out = tmp_path / "out"
        assert keifu("build", out).exit_code == 0
        before = (out / "current").read_text()
        file = copied / "data/ttl/register/prefectures.ttl"
        file.write_text(
            file.read_text(encoding="utf-8").replace('"172103"', '"172104"').replace('"170003"', '"170004"'),
            encoding="utf-8",
        )
        answer = keifu("build", out)
        assert answer.exit_code == 1
        assert "prefectures.ttl:" in answer.output
        assert (out / "current").read_text() == before


class TestQuery:
    def test_table(self, keifu):
        assert "かほく市" in keifu("query", "-", text=NAME).stdout

    def test_csv(self, keifu):
        assert list(csv.DictReader(io.StringIO(keifu("query", "-", "--format", "csv", text=NAME).stdout))) == [
            {"name": "かほく市"}
        ]

    def test_json(self, keifu):
        found = json.loads(keifu("query", "-", "--format", "json", text=NAME).stdout)
        assert found["results"]["bindings"][0]["name"] == {"type": "literal", "value": "かほく市", "xml:lang": "ja"}

    def test_ask_and_construct(self, keifu):
        assert keifu("query", "-", text=ASK).stdout == "true\n"
        assert (
            "keifu:Municipality" in keifu("query", "-", text="DESCRIBE <https://w3id.org/keifu/id/body/172090>").stdout
        )

    def test_a_query_of_the_library_with_a_parameter(self, keifu):
        plan = "https://w3id.org/keifu/id/plan/172090/dx/1.0"
        answer = keifu("query", ROOT / "queries/achievements.rq", "-p", f"plan={plan}", "--format", "csv")
        assert len({row["achievement"] for row in csv.DictReader(io.StringIO(answer.stdout))}) == 22

    def test_values_of_every_kind_are_ordered(self, keifu):
        answer = keifu("query", "-", "--format", "csv", text="SELECT ?o { ?s ?p ?o } ORDER BY ?o")
        assert len(answer.stdout.splitlines()) > 50_000

    def test_a_bad_query_names_its_place(self, keifu):
        answer = keifu("query", "-", text="SELECT * {\n  ?s ?p }")
        assert answer.exit_code == 2
        assert "line 2, column" in answer.output


class TestGet:
    def test_a_page(self, keifu):
        assert "<h1" in keifu("get", "/ja/id/body/172090").stdout

    def test_data(self, keifu):
        assert "keifu:Municipality" in keifu("get", "/id/body/172090", "--accept", "text/turtle").stdout

    def test_what_is_not_there(self, keifu):
        answer = keifu("get", "/id/body/999999", "--accept", "application/json")
        assert answer.exit_code == 2
        assert "404" in answer.output


def test_coverage(keifu):
    rows = list(csv.DictReader(io.StringIO(keifu("coverage", "--format", "csv").stdout)))
    place = next(row for row in rows if row["section"] == "6-2-1")
    assert int(place["nodes"]) > 0
    assert "Achievement:3" in place["kinds"]
    assert "6-2-1" in keifu("coverage").stdout

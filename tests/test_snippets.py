"""The code that asks a query from a program carries its text unchanged, whatever it is."""

import ast
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keifu.queries.snippets import curl, python, r, snippets

ENDPOINT = "http://127.0.0.1:8000/sparql"
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"))
NASTY = st.lists(st.sampled_from(['"""', "\\", '"', "QUERY", "\n", ')"', ')-"', "$(id)", "`id`", "'", "あ"])).map(
    "".join
)


@given(TEXTS | NASTY)
def test_python_holds_the_query(query):
    calls = [
        node for node in ast.walk(ast.parse(python(ENDPOINT, query, solutions=True))) if isinstance(node, ast.Call)
    ]
    (given_text,) = [call.args[0].value for call in calls if getattr(call.func, "attr", "") == "setQuery"]
    assert given_text in (query, f"\n{query}")


@given(TEXTS | NASTY)
def test_r_holds_the_query(query):
    code = r(ENDPOINT, query, "csv", "text/csv")
    start = code.index('r"') + 2
    dashes = code[start : code.index("(", start)]
    body = code[start + len(dashes) + 1 :]
    assert body.index(f'){dashes}"') == len(query)
    assert body.startswith(query)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    "query",
    ["SELECT *", "a\nQUERY\nb\n", "QUERY\nQUERY2", "$(echo hurt) `echo hurt` $HOME '\"\\", "あ\u2028い\x0bQUERY", ""],
)
def test_the_shell_sends_the_query_and_runs_nothing_of_it(query):
    code = "curl() { cat; }\n" + curl(ENDPOINT, query, "text/csv")
    done = subprocess.run(["bash", "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == query.removesuffix("\n") + "\n"
    assert done.stderr == ""


def test_the_code_runs(server):
    query = "PREFIX keifu: <https://w3id.org/keifu/def#>\nSELECT ?plan WHERE { ?plan a keifu:DxPlan } ORDER BY ?plan\n"
    (_, code), (_, r_code), (_, command) = snippets(f"{server}/sparql", query, "csv", "text/csv")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert "plan/172090/dx/1.0" in done.stdout, done.stderr
    if shutil.which("Rscript"):
        subprocess.run(["Rscript", "-e", r_code], check=True)
    if shutil.which("curl"):
        done = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", check=True)
        assert "plan/172090/dx/1.0" in done.stdout


def test_the_code_for_graphs_runs(server):
    query = "CONSTRUCT WHERE { <https://w3id.org/keifu/id/body/172090> ?p ?o }"
    code = python(f"{server}/sparql", query, solutions=False)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert "かほく市" in done.stdout, done.stderr

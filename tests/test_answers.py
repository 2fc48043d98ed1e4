"""Every query of the library gives the answer that was read against the plans (tests/answers; `make answers` writes them)."""

import importlib.util
from pathlib import Path

import pytest

from keifu.dataset.files import Sources

ROOT = Path(__file__).parents[1]
QUERIES = Sources.find().queries

spec = importlib.util.spec_from_file_location("answers", ROOT / "scripts" / "answers.py")
answers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(answers)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_answer_is_the_expected_one(store, path):
    expected = answers.expected(path).read_bytes()
    assert answers.answer(store, path).decode().splitlines() == expected.decode().splitlines()


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_answer_is_not_empty(path):
    assert len(answers.expected(path).read_text().splitlines()) > 1


def test_no_answer_is_left_of_a_query_that_is_gone():
    assert {path.stem for path in answers.ANSWERS.iterdir()} == {path.stem for path in QUERIES}

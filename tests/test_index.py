"""The index of texts: what is written when a dataset is built, and that nothing is missed by it."""

import sqlite3

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keifu.build import build
from keifu.dataset.stores import Store, current
from keifu.language import LANGUAGES
from keifu.namespaces import DEF, ID
from keifu.reading.terms import natural, page_query, with_values
from keifu.search import index
from keifu.search.columns import Ordered
from keifu.search.folding import fold
from keifu.search.search import Index

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def database(dataset):
    """The index of the repository."""
    return sqlite3.connect(current(dataset) / index.FILE)


@pytest.fixture(scope="module")
def found(store):
    """The index as search has it."""
    return Index.of(store)


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 12), unique=True))
def test_rows_in_the_order_of_a_key_are_found_by_any_keys(keys, wanted):
    keys.sort()
    rows, owner = Ordered(np.array(keys, np.uint32)).under(np.array(wanted, np.uint32))
    found = list(zip(rows.tolist(), owner.tolist(), strict=True))
    assert found == [(row, at) for at, key in enumerate(wanted) for row, each in enumerate(keys) if each == key]


@given(TEXT, st.data())
def test_a_text_has_the_bigrams_of_all_that_stands_in_it(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    words = set(index.grams(text))
    wanted = index.matching(part)
    if len(part) == 1:
        assert any(word.startswith(wanted.strip('"*')) for word in words)
    else:
        assert {word.strip('"') for word in wanted.split()} <= words


@given(TEXT)
def test_whatever_is_searched_for_is_a_question_that_can_be_asked(text):
    database = sqlite3.connect(":memory:")
    database.executescript(index.SCHEMA)
    database.execute("INSERT INTO bigrams (rowid, words) VALUES (1, ?)", [" ".join(index.grams(text))])
    asked = "SELECT rowid FROM bigrams WHERE bigrams MATCH ?"
    assert database.execute(asked, [index.matching(text)]).fetchall() == [(1,)]


def test_every_text_is_in_the_index_as_it_stands_and_as_it_is_compared(store, database):
    rows = store.select(with_values(page_query("search-texts"), property=index.FIELDS))
    stated = {tuple(term.value for term in row) for row in rows if row["thing"].value.startswith((ID, DEF))}
    kept = database.execute(
        "SELECT t.iri, p.iri, value, folded FROM places JOIN texts ON texts.id = text"
        " JOIN nodes AS t ON t.id = thing JOIN nodes AS p ON p.id = property"
    ).fetchall()
    assert {row[:3] for row in kept} == stated
    assert all(folded == fold(value) for *_, value, folded in kept)


def test_things_stand_in_their_natural_order(database):
    iris = [iri for (iri,) in database.execute("SELECT iri FROM nodes WHERE natural NOTNULL ORDER BY natural")]
    assert len(iris) > 5000
    assert iris == sorted(iris, key=natural)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lengths_are_those_of_the_labels(database, found, lang):
    rows = database.execute(f"SELECT iri, {lang} FROM nodes WHERE natural NOTNULL ORDER BY id % 37, id LIMIT 400")
    assert all(len(found.label(iri, lang).value) == length for iri, length in rows)


@pytest.mark.parametrize("word", ["窓口", "の", "。", "(", "令和7年度", "でーたのりかつよう", "kpi", "％ "])
def test_nothing_that_has_the_word_is_missed(database, found, word):
    having = database.execute(
        "SELECT DISTINCT iri FROM texts JOIN places ON text = texts.id JOIN nodes ON nodes.id = thing"
        " WHERE instr(folded, ?)",
        [fold(word).strip()],
    )
    hits = found.search(word, "ja")
    assert {iri for (iri,) in having} <= {hits.thing(place).iri for place in range(len(hits))}


def test_a_search_is_done_once(found):
    assert found.search("ＤＸ 推進", "ja") is found.search("dx　推進", "ja")


def test_the_file_is_read_only(found):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        found.ask("DELETE FROM texts")


def test_a_dataset_without_an_index_is_built_again(sources, tmp_path):
    manifest, _ = build(sources, tmp_path)
    (tmp_path / manifest.version / index.FILE).unlink()
    assert build(sources, tmp_path)[1]
    assert len(Index(Store.open(tmp_path)).search("窓口", "ja"))

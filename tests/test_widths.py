"""Names that fit where they are drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from keifu.reading.widths import extent, fitted


@pytest.mark.parametrize(("text", "ems"), [("", 0), ("白山市", 3), ("DX", 1.1), ("第1.0版", 3.65)])
def test_full_width_letters_take_an_em_and_latin_ones_little_more_than_half(text, ems):
    assert extent(text) == pytest.approx(ems)


@given(st.text(st.sampled_from("計画のDX ab（1）")), st.integers(4, 60))
def test_a_name_keeps_to_its_columns_and_begins_as_it_did(text, columns):
    found = fitted(text, columns)
    assert cell_len(found) <= columns
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))

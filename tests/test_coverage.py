"""Every section of every source document is cited."""

import pytest

from keifu.quality.coverage import coverage, natural

PICTURE = "only a picture stands there, and its content did not survive in the text"
CONTENTS = "a table of contents states nothing of its own"

# Places that nothing cites, with the reason.
UNCITED = {
    "042064/dx/2023-03/source/1-4-overview": PICTURE,
    "042064/dx/2023-03/source/2-1": PICTURE,
    "172103/dx/1/source/2-2-1-4-figure-1": PICTURE,
    "172103/dx/1/source/3-1-1-1-figure-1": PICTURE,
    "172103/dx/1/source/4-1-figure-1": PICTURE,
    "172103/dx/1/source/contents": CONTENTS,
    "282294/dx/2022-10/source/1-1-figure": PICTURE,
    "282294/dx/2022-10/source/2-2-figure": PICTURE,
    "282294/dx/2022-10/source/3-1-3": PICTURE,
    "282294/dx/2022-10/source/3-1-figure": PICTURE,
}


@pytest.fixture(scope="module")
def sections(store):
    return coverage(store, "en")


def test_every_section_is_cited(sections):
    uncited = {s.place.partition("/plan/")[2] for s in sections if not s.within}
    assert uncited == set(UNCITED)


def test_nodes_are_counted_by_the_class_they_were_given(sections):
    section = next(s for s in sections if s.plan.endswith("172090/dx/1.0") and s.number == "6-2-1")
    assert section.kinds["Achievement"] == 3
    assert "PlanElement" not in section.kinds
    assert section.nodes == sum(section.kinds.values()) == section.within
    assert section.heading


def test_a_section_counts_what_lies_within_it(sections):
    by_number = {s.number: s for s in sections if s.plan.endswith("172090/dx/1.0")}
    inner = [s for number, s in by_number.items() if number.startswith("6-2-")]
    assert by_number["6-2"].within == by_number["6-2"].nodes + sum(s.within for s in inner)


def test_sections_are_in_their_natural_order():
    assert sorted(["2-10", "2-9", "table-1", "1", "2"], key=natural) == ["1", "2", "2-9", "2-10", "table-1"]

"""Who learns from whom and the quality of the data, in a real browser: what a visitor reads there is what the data say."""

import re

import pytest

pytestmark = pytest.mark.browser

PREFIXES = "PREFIX keifu: <https://w3id.org/keifu/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
SHARED = f"""{PREFIXES} SELECT DISTINCT ?name WHERE {{
  ?one keifu:learnsFrom ?body . ?other keifu:learnsFrom ?body . FILTER(STR(?one) < STR(?other))
  ?body skos:prefLabel ?name FILTER(LANG(?name) = "ja")
}}"""
"""Bodies from which two others learn, of whatever subject."""
WITHOUT = f"""{PREFIXES} SELECT (COUNT(DISTINCT ?one) AS ?n) WHERE {{
  VALUES ?plan {{ <https://w3id.org/keifu/id/plan/172090/dx/1.0> }}
  ?one a keifu:Initiative ; keifu:partOf+ ?plan . FILTER NOT EXISTS {{ ?one keifu:responsibleUnit ?unit }}
}}"""
"""Initiatives of a plan that name no department."""


@pytest.mark.parametrize("width", [1280, 375])
def test_from_home_to_the_bodies_that_two_cities_learned_the_same_from(visit, store, width):
    names = {row["name"].value for row in store.select(SHARED)}
    with visit(viewport={"width": width, "height": 800}) as (page, trouble):
        page.goto("/ja/")
        page.get_by_role("link", name="どの団体から学ぶか").first.click()
        heads = page.locator("main h3").all_inner_texts()
        shared = {re.split("[:：]", head)[0].strip() for head in heads} & names
        assert {"姫路市", "戸田市"} <= shared
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # A prefecture on the map leads to what is learned there.
        page.locator("figure svg a", has_text="兵庫").first.click()
        assert "姫路市" in page.locator("main").inner_text()
    assert trouble == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_the_list_of_plans_to_what_one_leaves_open(visit, store, lang):
    (row,) = store.select(WITHOUT)
    with visit() as (page, trouble):
        page.goto(f"/{lang}/quality")
        line = page.locator("tr", has=page.locator("a[href*='/quality/plan/172090'], a[href*='/quality/172090']"))
        assert row["n"].value in re.findall(r"\d+", line.first.inner_text())
        line.first.locator("a[href*='/quality/']").first.click()
        assert page.url.endswith("172090/dx/1.0")
        assert row["n"].value in re.findall(r"\d+", page.locator("main").inner_text())
    assert trouble == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_figures_and_names_stay_within_their_frames(visit, lang):
    with visit(viewport={"width": 1280, "height": 800}) as (page, _):
        page.goto(f"/{lang}/quality")
        assert page.get_by_role("region").first.evaluate("e => e.scrollWidth <= e.clientWidth")
        page.goto(f"/{lang}/learning")
        beyond = page.evaluate(
            """() => [...document.querySelectorAll(".tile")].filter(tile => {
              const frame = tile.querySelector("rect").getBoundingClientRect();
              const within = text => text.left > frame.left + 1 && text.right < frame.right - 1;
              return ![...tile.querySelectorAll("text")].every(text => within(text.getBoundingClientRect()));
            }).map(tile => tile.textContent)"""
        )
        assert beyond == []

"""The pages on the quality of data, held against independent counts: gaps, slips with both readings, warnings."""

import csv
import io
import json
import re

import pytest
from markup import Page, fetch, whole
from small import small
from test_coverage import UNCITED

from keifu.dataset.report import results_in
from keifu.dataset.validation import validate
from keifu.errors import NotFound
from keifu.namespaces import ID, SPARQL_PREFIXES
from keifu.quality.quality import checked_plan, checked_plans
from keifu.reading.facts import Facts

PLANS = {
    "042064": "042064/dx/2023-03",
    "072052": "072052/dx/2",
    "172090": "172090/dx/1.0",
    "172103": "172103/dx/1",
    "282294": "282294/dx/2022-10",
}


@pytest.fixture(scope="module")
def results(dataset, store):
    return results_in((dataset / store.manifest.version / "report.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plans(store, results):
    found, _part = checked_plans(Facts(store, "ja"), results, 1)
    return {page.body.iri[-6:]: page for page in found}


def gap(page, slug):
    """The things that lack something, and how many could."""
    (found,) = (each for each in page.gaps if each.slug == slug)
    return [each.thing.iri for each in found.findings], found.total


def things(store, plan, text):
    """The solutions of a pattern about ?x and ?plan."""
    query = f"{SPARQL_PREFIXES}SELECT DISTINCT ?x {{ VALUES ?plan {{ <{ID}plan/{plan}> }} {text} }}"
    return {row["x"].value for row in store.select(query)}


def test_the_build_keeps_what_the_shapes_found(dataset, store, sources, results):
    assert len(results) == store.manifest.warnings > 100
    assert {each.severity for each in results} == {"Warning", "Info"}
    assert (
        json.loads((dataset / store.manifest.version / "report.json").read_text(encoding="utf-8"))["conforms"] is True
    )


def test_what_is_kept_is_what_validation_says(mini, tmp_path):
    from pathlib import Path

    from keifu.build import merge
    from keifu.dataset.files import Sources
    from keifu.dataset.stores import Store

    mini_sources = Sources(Path(__file__).parent / "data" / "mini")
    kept = results_in((mini / Store.open(mini).manifest.version / "report.json").read_text(encoding="utf-8"))
    assert kept == validate(merge(mini_sources), mini_sources).results


@pytest.mark.parametrize(("code", "plan"), PLANS.items())
def test_initiatives_and_kpis_lack_what_a_query_of_its_own_finds_lacking(store, plans, code, plan):
    page = plans[code]
    initiative = "?x a keifu:Initiative ; keifu:partOf+ ?plan"
    kpi = "?x a keifu:Kpi ; keifu:partOf+ ?plan"
    for slug, every, has in (
        ("kpi", initiative, "?k keifu:monitors ?x"),
        ("unit", initiative, "?x keifu:responsibleUnit ?u"),
        ("number", kpi, "?v keifu:valueOf ?x ; keifu:valueRole role:target ; keifu:numericValue ?n"),
        ("baseline", kpi, "?v keifu:valueOf ?x ; keifu:valueRole role:baseline"),
    ):
        lacking, total = gap(page, slug)
        assert total == len(things(store, plan, every))
        assert set(lacking) == things(store, plan, f"{every} . FILTER NOT EXISTS {{ {has} }}")


def test_some_plans_have_no_kpi_and_one_has_words_for_numbers(plans):
    assert {code: gap(page, "number")[1] for code, page in plans.items()} == {
        "042064": 0,
        "072052": 0,
        "172090": 2,
        "172103": 9,
        "282294": 7,
    }
    assert len(gap(plans["172103"], "number")[0]) == 7
    assert len(gap(plans["172090"], "kpi")[0]) == 28


def test_the_one_national_item_that_a_plan_is_silent_on(plans):
    assert gap(plans["072052"], "item")[0] == [f"{ID}policy/jichitai-dx/1.0/item/together-1"]
    (found,) = (each for each in plans["072052"].gaps if each.slug == "item")
    assert found.findings[0].note == "計画に言及なし"
    assert {code for code, page in plans.items() if gap(page, "item")[0]} == {"072052"}


def test_sections_that_nothing_cites_are_those_known(plans):
    assert {one.removeprefix(f"{ID}plan/") for page in plans.values() for one in gap(page, "section")[0]} == set(
        UNCITED
    )


@pytest.mark.parametrize(("code", "plan"), PLANS.items())
def test_slips_and_warnings_are_all_there(store, plans, results, code, plan):
    assert {slip.thing.iri for slip in plans[code].slips} == things(
        store, plan, f'?x a keifu:SourceAnomaly . FILTER(STRSTARTS(STR(?x), "{ID}plan/{plan}/"))'
    )
    own = [each for each in results if f"/plan/{code}/" in each.focus or f"/body/{code}/" in each.focus]
    assert plans[code].warnings == len(own) > 0


def test_a_slip_shows_both_readings_and_its_places(store, results):
    page = checked_plan(Facts(store, "ja"), f"{ID}plan/172090/dx/1.0", results)
    (slip,) = (each for each in page.slips if each.thing.iri.endswith("/anomaly/1"))
    facts = {
        row["p"].value.rpartition("#")[2]: row["o"].value
        for row in store.select(f"SELECT ?p ?o {{ <{slip.thing.iri}> ?p ?o . FILTER(LANG(?o) = 'ja') }}")
    }
    assert facts["readingInSource"] in slip.printed
    assert facts["adoptedReading"] in slip.adopted
    assert slip.places


def test_a_warning_is_told_in_the_language_of_the_page(store, results):
    for lang, word in (("ja", "値がありません"), ("en", "has no value")):
        page = checked_plan(Facts(store, lang), f"{ID}plan/172090/dx/1.0", results)
        (found,) = (each for each in page.warned if each.shape.endswith("Kpi-values"))
        assert word in found.sentence


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("plan", PLANS.values())
def test_a_warning_says_in_plain_words_what_is_missing_where_and_how_to_mend_it(client, store, results, lang, plan):
    page = checked_plan(Facts(store, lang), f"{ID}plan/{plan}", results)
    assert page.warned
    for found in page.warned:
        assert not re.search(r"https?:|\w:\w|plan/", found.sentence)
        assert all(each.places for each, _ in found.results if "/plan/" in each.thing.iri)
    text = fetch(client, f"/{lang}/quality/{plan}").text.partition('id="warnings"')[2].partition("</main>")[0]
    # Shapes, properties and lines are for those who mend the data: folded away.
    assert "shape:" not in re.sub(r"<details>.*?</details>", "", text, flags=re.S)
    assert "<code>" not in re.sub(r"<details>.*?</details>", "", text, flags=re.S)
    assert ".ttl:" in text


@pytest.mark.parametrize("path", ["", *(f"/{plan}" for plan in PLANS.values())])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_whole_and_light(client, lang, path):
    whole(client, f"/{lang}/quality{path}")


@pytest.mark.parametrize("path", ["", "/172090/dx/1.0"])
def test_every_link_leads_somewhere(client, path):
    hrefs = {link["href"].partition("#")[0] for link in Page(fetch(client, f"/en/quality{path}").text).all("a")}
    inside = {href for href in hrefs if href.startswith("/")}
    assert len(inside) > 20
    assert [href for href in sorted(inside) if fetch(client, href).status_code not in (200, 303)] == []


def test_the_figures_and_the_findings_are_taken_away_as_csv(client, plans):
    def read(path):
        return list(csv.reader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))

    assert ["かほく市", "28", "30"] in [[row[0], row[4], row[5]] for row in read("/ja/quality.csv")]
    body = read("/ja/quality/172090/dx/1.0.csv")[1:]
    page = plans["172090"]
    assert len(body) == sum(len(each.findings) for each in page.gaps) + len(page.slips) + page.warnings


def test_a_plan_whose_text_is_not_here_is_not_found(client, store):
    for path in ("nothing", "172090/dx/0.5", "172090/dx/1.0/kpi/1"):
        assert fetch(client, f"/en/quality/{path}").status_code == 404
    with pytest.raises(NotFound):
        checked_plan(Facts(small(""), "ja"), f"{ID}plan/990001/dx/1", ())

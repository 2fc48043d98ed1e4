"""KPIs and indicators, held against the data: values, times, denominators, what cannot be compared and why; and the plot."""

import csv
import io
import itertools
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import Page, fetch, whole
from small import small
from test_compare import HAKUSAN, KAHOKU, SHIRAKAWA, SHIROISHI, TATSUNO

from keifu.errors import NotFound
from keifu.kpis.indicators import indicator, measures, timeline
from keifu.kpis.plot import LINE, spread, steps, years_of
from keifu.namespaces import ID, SPARQL_PREFIXES
from keifu.reading.facts import Facts

RATE, COUNT = f"{ID}indicator/mynumber-card-issuance-rate", f"{ID}indicator/online-procedures-count"
PLAN = f"{ID}plan/172103/dx/1"
PATHS = [
    "/kpis",
    "/kpis?body=172103",
    "/kpis?body=042064&theme=",
    "/kpis?theme=telework",
    "/kpis?body=172103&fiscal-year=2025",
    "/kpis/mynumber-card-issuance-rate",
    "/kpis/internet-use-purpose-rate",
    "/kpis/security-incidents",
    "/kpis/population",
]


def ask(store, text):
    return store.select(SPARQL_PREFIXES + text)


@pytest.fixture(scope="module")
def everything(store):
    """All KPIs, in Japanese."""
    return measures(Facts(store, "ja"), None, None, None, 1)


# all KPIs


def test_what_is_counted_is_what_the_page_on_quality_counts(client, everything):
    hakusan = next(own for body, own in everything.bodies if body.iri == HAKUSAN)
    assert [measure.kpi.iri for measure in hakusan if measure.aside] == [
        f"{ID}plan/172103/revitalisation/2020-03/kpi/1"
    ]
    text = client.get("/ja/kpis?body=172103").text
    assert "KPI 10件、数値目標のあるもの 3件（うちDX推進計画のもの: KPI 9件、数値目標のあるもの 2件）" in text
    assert "DX推進計画のものだけ" in client.get("/ja/quality").text
    assert "（うち" not in client.get("/ja/kpis?body=172090").text  # all in its plan for DX
    assert "（うち" not in client.get("/ja/kpis?body=mic").text  # none is


def test_every_kpi_and_every_value_stands_there_once(everything, store):
    found = [measure for _, own in everything.bodies for measure in own]
    kpis = [measure.kpi.iri for measure in found]
    assert len(kpis) == len(set(kpis))
    assert set(kpis) == {row["k"].value for row in ask(store, "SELECT ?k WHERE { ?k a keifu:Kpi }")}
    values = {reading.item.link.iri for measure in found for reading in measure.readings}
    assert values == {row["v"].value for row in ask(store, "SELECT ?v WHERE { ?v a keifu:KpiValue }")}
    assert all(measure.place for measure in found)


def test_cities_come_by_code_then_prefectures_then_the_state(everything):
    counts = [(link.iri.removeprefix(ID), len(own)) for link, own in everything.bodies]
    assert counts[:6] == [
        *(("body/042064", 0), ("body/072052", 0), ("body/172090", 2), ("body/172103", 10), ("body/282294", 7)),
        ("body/170003", 14),
    ]
    assert {name for name, _ in counts[6:]} >= {"body/mic"}


def test_a_kpi_is_quantified_where_a_target_is_a_number(everything, store):
    quantified = {measure.kpi.iri for _, own in everything.bodies for measure in own if measure.quantified}
    assert quantified == {
        row["k"].value
        for row in ask(
            store,
            f"SELECT DISTINCT ?k WHERE {{ ?v keifu:valueOf ?k ; keifu:valueRole <{ID}role/target> ; keifu:numericValue ?n }}",
        )
    }


def test_the_list_is_narrowed_by_body_and_theme(store):
    page = measures(Facts(store, "ja"), HAKUSAN, f"{ID}theme/telework", None, 1)
    ((body, found),) = page.bodies
    assert body.iri == HAKUSAN
    assert [measure.kpi.iri for measure in found] == [f"{PLAN}/kpi/4-2-5"]
    assert (page.chosen.iri, page.theme.iri) == (HAKUSAN, f"{ID}theme/telework")


@pytest.mark.parametrize("year", [2022, 2024, 2025, 2060])
def test_the_list_is_narrowed_by_the_fiscal_year_of_targets_in_page_and_csv(client, store, year):
    wanted = {
        row["k"].value
        for row in ask(
            store,
            f"""SELECT DISTINCT ?k WHERE {{ ?v keifu:valueOf ?k ; keifu:valueRole ?role ; keifu:asOf ?day
            FILTER(?role IN (<{ID}role/target>, <{ID}role/interim>) && ?day >= "{year}-04-01"^^xsd:date && ?day <= "{year + 1}-03-31"^^xsd:date) }}""",
        )
    }
    page = measures(Facts(store, "ja"), None, None, f"{ID}fiscal-year/{year}", 1)
    assert {each.kpi.iri for _, own in page.bodies for each in own} == wanted != set()
    assert page.year in page.years
    text = client.get(f"/en/kpis.csv?fiscal-year={year}").data.decode("utf-8-sig")
    assert {row[3] for row in list(csv.reader(io.StringIO(text)))[1:]} == wanted
    made = Page(fetch(client, f"/en/kpis?fiscal-year={year}").text)
    hrefs = {link["href"] for link in made.all("a")}
    assert {f"/en/kpis.csv?fiscal-year={year}", f"/ja/kpis?fiscal-year={year}"} <= hrefs
    assert [option["value"] for option in made.all("option") if "selected" in option] == [str(year)]


@pytest.mark.parametrize(
    ("body", "theme", "year", "page"),
    [
        (f"{ID}body/999999", None, None, 1),
        (None, f"{ID}theme/x", None, 1),
        (None, None, f"{ID}fiscal-year/1999", 1),
        (None, None, None, 2),
    ],
)
def test_a_body_theme_year_or_page_that_is_not_there_is_not_found(store, body, theme, year, page):
    with pytest.raises(NotFound):
        measures(Facts(store, "en"), body, theme, year, page)


# one indicator


def test_the_values_of_a_shared_indicator_stand_on_one_scale(store):
    page = indicator(Facts(store, "ja"), RATE, 1)
    areas = {link.iri: found for link, found in page.areas}
    assert list(areas)[:3] == [SHIROISHI, SHIRAKAWA, HAKUSAN]
    wanted = ask(
        store, f"SELECT ?v ?n ?a WHERE {{ ?v keifu:indicator <{RATE}> ; keifu:area ?a ; keifu:normalizedValue ?n }}"
    )
    shown = {(one.item.link.iri, area): one.scaled for area, found in areas.items() for one in found}
    assert shown == {(row["v"].value, row["a"].value): Decimal(row["n"].value) * 100 for row in wanted}
    assert [(one.role, one.figure, one.day) for one in areas[HAKUSAN]][-1] == ("target", "75", date(2023, 3, 31))


def test_denominators_are_named_and_those_that_are_missing_are_said_to_be(store):
    page = indicator(Facts(store, "ja"), RATE, 1)
    areas = {link.iri: found for link, found in page.areas}
    first = areas[SHIRAKAWA][0].basis
    assert (str(first.value.amount), str(first.indicator.label), first.value.when) == (
        "63,186人",
        "人口",
        "平成28年(2016年)4月",
    )
    assert len(page.bases) == 9
    assert [link.iri for link in page.unstated] == [SHIROISHI, HAKUSAN, f"{ID}area/japan"]


def test_cities_that_count_different_sets_of_procedures_are_said_to(store):
    page = indicator(Facts(store, "ja"), COUNT, 1)
    assert {link.iri.rpartition("/")[2] for link in page.sets} >= {"26", "27-kahoku"}
    assert {link.iri for link, _ in page.areas} == {KAHOKU, HAKUSAN, TATSUNO}


def test_several_values_of_one_day_are_not_joined_and_none_stands_for_the_others(store):
    page = indicator(Facts(store, "ja"), COUNT, 1)
    series = {str(one.name): one for one in page.plot.series}
    assert (len(series["白山市"].points), series["白山市"].figure, series["白山市"].lines) == (5, "", ())
    assert series["たつの市"].figure == "26"
    words = {str(one.item.amount): str(one.wording) for link, own in page.areas if link.iri == HAKUSAN for one in own}
    assert words["11手続"] == "介護（11手続）"


def test_the_wording_of_the_source_stands_beside_a_number_where_it_says_more(everything):
    words = {
        reading.item.link.iri.removeprefix(ID): str(reading.wording or "")
        for _, own in everything.bodies
        for measure in own
        for reading in measure.readings
    }
    assert words["plan/282294/dx/2022-10/value/6-target"] == "半分"
    assert words["plan/170003/data/2020-03/value/11-baseline"] == "15.5時間（直近5年平均）"
    assert words["plan/172103/dx/1/value/4-2-2-target"] == ""
    assert words["plan/172103/dx/1/value/4-2-1-target"] == ""


VALUES = """
<indicator/rate> a keifu:Indicator ; skos:prefLabel "率"@ja, "Rate"@en ; keifu:unit <unit/percent> .
<indicator/bare> a keifu:Indicator ; skos:prefLabel "裸"@ja, "Bare"@en .
<body/990001> a keifu:Municipality ; skos:prefLabel "甲市"@ja, "A City"@en .
<plan/990001/dx/1> a keifu:DxPlan ; keifu:issuedBy <body/990001> .
<plan/990001/dx/1/document> keifu:manifestationOf <plan/990001/dx/1> .
<plan/990001/dx/1/kpi/1> a keifu:Kpi ; skos:prefLabel "割合"@ja, "Share"@en ; keifu:indicator <indicator/rate> ;
    keifu:monitors <plan/990001/dx/1> .
"""
VALUE = "<plan/990001/dx/1/value/{}> a keifu:KpiValue ; keifu:valueOf <plan/990001/dx/1/kpi/1> ; keifu:valueRole <role/{}> ; {} .\n"
KINDS = {
    "drawn": ("target", 'keifu:numericValue 5.0 ; keifu:unit <unit/percent> ; keifu:asOf "2024-03-31"^^xsd:date', ""),
    "year": (
        "baseline",
        "keifu:numericValue 3.0 ; keifu:unit <unit/percent> ; keifu:inFiscalYear <fiscal-year/2020>",
        "",
    ),
    "timeless": ("target", "keifu:numericValue 5.0 ; keifu:unit <unit/percent>", "time"),
    "persons": (
        "target",
        'keifu:numericValue 5.0 ; keifu:unit <unit/persons> ; keifu:asOf "2024-03-31"^^xsd:date',
        "unit",
    ),
    "bare": ("target", 'keifu:numericValue 5.0 ; keifu:asOf "2024-03-31"^^xsd:date', "unit"),
    "part": (
        "observed",
        'keifu:numericValue 5.0 ; keifu:unit <unit/percent> ; keifu:asOf "2024-03-31"^^xsd:date ; keifu:breakdown <breakdown/women>',
        "part",
    ),
    "words": ("target", 'keifu:valueText "増加"@ja', "words"),
}


def valued(*names):
    return small(VALUES + "".join(VALUE.format(name, *KINDS[name][:2]) for name in names))


@pytest.mark.parametrize("name", KINDS)
def test_what_cannot_stand_on_a_common_scale_says_why(name):
    page = indicator(Facts(valued(name), "ja"), f"{ID}indicator/rate", 1)
    (((_, (reading,)),)) = page.areas
    assert reading.apart == KINDS[name][2]
    assert bool(page.plot) == (not reading.apart)


def test_a_value_of_a_fiscal_year_stands_at_its_end():
    page = indicator(Facts(valued("year"), "ja"), f"{ID}indicator/rate", 1)
    assert page.areas[0][1][0].day == date(2021, 3, 31)


def test_an_indicator_that_is_not_there_and_one_without_values(store):
    with pytest.raises(NotFound):
        indicator(Facts(store, "en"), f"{ID}indicator/nothing", 1)
    with pytest.raises(NotFound):
        indicator(Facts(store, "en"), f"{ID}theme/telework", 1)
    page = indicator(Facts(store, "en"), f"{ID}indicator/standard-system-adoption-rate", 1)
    assert (page.areas, page.plot) == ((), None)


# one KPI and its plot


def test_a_kpi_shows_its_values_over_fiscal_years(store):
    found, drawn = timeline(Facts(store, "ja"), f"{PLAN}/kpi/4-2-2")
    assert [reading.role for reading in found.readings] == ["baseline", "target"]
    (series,) = drawn.series
    baseline, target = series.points
    assert baseline.x < target.x <= drawn.right
    assert baseline.y > target.y >= drawn.top
    assert series.lines == ((baseline, target),)
    assert [names for _, *names in drawn.years] == [["令和3", "2021"], ["令和4", "2022"]]


def test_a_kpi_in_words_has_no_plot(store):
    found, drawn = timeline(Facts(store, "ja"), f"{PLAN}/kpi/4-2-1")
    assert [str(reading.item.amount) for reading in found.readings] == ["削減"]
    assert drawn is None


@given(st.lists(st.decimals(-(10**12), 10**12, places=3), min_size=1, max_size=20))
def test_the_scale_holds_all_values_in_a_few_even_steps(amounts):
    scale = steps(amounts)
    assert scale[0] <= min(*amounts, 0)
    assert scale[-1] >= max(*amounts, 0)
    assert 2 <= len(scale) <= 8
    assert len({after - before for before, after in itertools.pairwise(scale)}) == 1


@given(st.lists(st.floats(0, 200), min_size=1, max_size=10))
def test_names_never_overlap_and_keep_their_order(wanted):
    found = spread(wanted, 0, 220)
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    heights = [found[number] for number in order]
    assert all(after - before >= LINE - 0.2 for before, after in itertools.pairwise(heights))
    assert max(heights) <= 220


@given(st.dates(date(1990, 4, 1), date(2060, 3, 31)), st.dates(date(1990, 4, 1), date(2060, 3, 31)))
def test_days_keep_their_order_on_the_axis(one, other):
    assert (years_of(one) < years_of(other)) == (one < other)
    assert years_of(date(one.year, 4, 1)) == one.year


@pytest.mark.parametrize("path", ["/en/kpis/mynumber-card-issuance-rate.svg", "/en/kpi/plan/172103/dx/1/kpi/4-2-2.svg"])
def test_the_figure_is_a_file_that_stands_by_itself_and_says_in_words_what_it_shows(client, path):
    response = client.get(path)
    assert response.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(response.data)
    told = root.find("{http://www.w3.org/2000/svg}desc").text
    assert "Hakusan City" in told
    assert "at least 75 percent" in told
    assert "var(" not in response.text
    assert "style" not in response.text


@pytest.mark.parametrize(
    "path", ["/en/kpis/security-incidents.svg", "/en/kpi/plan/172103/dx/1/kpi/4-2-1.svg", "/en/kpis/x.svg"]
)
def test_where_there_is_no_figure_its_file_is_not_found(client, path):
    assert fetch(client, path).status_code == 404


# pages


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_whole_light_and_made_of_proper_tables(client, lang, path):
    page, _ = whole(client, f"/{lang}{path}")
    assert len(page.all("caption")) == len(page.all("table"))
    hrefs = {link["href"].partition("#")[0] for link in page.all("a")}
    inside = [href for href in hrefs if href.startswith("/") and f"/{lang}/id/" not in href]
    assert [href for href in inside if fetch(client, href).status_code not in (200, 303)] == []


def test_the_page_of_a_kpi_shows_its_values_and_leads_to_its_indicator(client):
    text = fetch(client, "/en/id/plan/172103/dx/1/kpi/4-2-2").text
    page = Page(text)
    assert "<svg" in text
    assert 'id="plot-title"' in text
    hrefs = {link["href"] for link in page.all("a")}
    assert {"/en/kpis/mynumber-card-issuance-rate", "/en/kpi/plan/172103/dx/1/kpi/4-2-2.svg"} <= hrefs
    words = fetch(client, "/en/id/plan/172103/dx/1/kpi/4-2-1").text
    assert 'id="plot-title"' not in words
    assert "stated in words, without a number" in words


def test_the_query_behind_a_page_runs(client):
    for path, name in [("/en/kpis", "kpis"), ("/en/kpis/mynumber-card-issuance-rate", "indicator")]:
        hrefs = [link["href"] for link in Page(fetch(client, path).text).all("a") if f"/query?p={name}" in link["href"]]
        assert hrefs
        shown = fetch(client, f"{hrefs[0]}&run=1")
        assert shown.status_code == 200
        assert "172103" in shown.text


def test_the_csv_says_what_the_pages_say(client, store):
    def read(path):
        response = client.get(path)
        assert response.mimetype == "text/csv"
        head, *body = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
        assert {len(row) for row in body} == {len(head)}
        return [dict(zip(head, row, strict=True)) for row in body]

    rows = read("/ja/kpis.csv")
    without = ask(store, "SELECT ?k WHERE { ?k a keifu:Kpi FILTER NOT EXISTS { ?v keifu:valueOf ?k } }")
    values = ask(store, "SELECT ?v WHERE { ?v a keifu:KpiValue }")
    assert len(rows) == len(values) + len(without)
    (target,) = (row for row in rows if row["値のIRI"] == f"{PLAN}/value/4-2-2-target")
    assert (target["値"], target["役割"], target["時点"], target["出典"]) == (
        "75％以上",
        "目標値",
        "2023-03-31",
        "市のKPI",
    )
    rates = read("/ja/kpis/mynumber-card-issuance-rate.csv")
    assert [row["分母の値"] for row in rates if row["団体のIRI"] == SHIRAKAWA][:2] == ["63,186人", "62,754人"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_slip_of_the_source_is_told_beside_the_value_with_both_readings(client, lang):
    text = client.get(f"/{lang}/kpis/mynumber-card-issuance-rate").text
    (row,) = (row for row in text.split("<tr>") if "/statistic/rate-2016" in row)
    assert "/id/plan/072052/dx/2/anomaly/1" in row
    assert "「0.01%」" in row
    assert "「0.02%（12件÷63,186人）」" in row
    rows = csv.reader(io.StringIO(client.get(f"/{lang}/kpis/mynumber-card-issuance-rate.csv").data.decode("utf-8-sig")))
    (told,) = (row for row in rows if any(field.endswith("/statistic/rate-2016") for field in row))
    assert "0.01% → 0.02%（12件÷63,186人）" in told

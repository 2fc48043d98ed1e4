"""Cities side by side, held against the data: who promised what, who has a number, what all have and what only one has."""

import csv
import io

import pytest
from markup import Page, fetch, whole
from small import small
from test_compare import CITIES, CITY, HAKUSAN, KAHOKU, SHIRAKAWA, SHIROISHI, TATSUNO

from keifu.app import create_app
from keifu.comparison.sides import sides
from keifu.comparison.subjects import CITIES as MOST
from keifu.comparison.subjects import FEW
from keifu.errors import NotFound
from keifu.namespaces import ID, SPARQL_PREFIXES
from keifu.reading.facts import Facts
from keifu.settings import Settings

ALL = [SHIROISHI, SHIRAKAWA, KAHOKU, HAKUSAN, TATSUNO]
PATHS = [
    "/compare",
    "/compare?on=theme/ai-rpa",
    "/compare?on=policy/jichitai-dx/2.0/item/4&body=172103&body=282294",
    "/compare?on=business/12",
    "/compare?on=procedure/pregnancy-notice",
    "/compare?on=procedure-set/26",
    "/compare?on=indicator/mynumber-card-issuance-rate",
    "/compare?on=post",
    "/compare?on=body/170003",
]


def codes(*cities):
    return [city.rpartition("/")[2] for city in cities]


def view(store, on, *cities, lang="ja"):
    return sides(Facts(store, lang), codes(*cities), on, "")


def entries(page, city):
    """What one city states, by kind."""
    place = [link.iri for link, _ in page.cities].index(city)
    return {kind.iri.rpartition("#")[2]: cells[place].entries for kind, cells in page.kinds if cells[place].entries}


def tally(page, name):
    (found,) = (each for each in page.tallies if each.name == name)
    return found


def rows(page):
    return {row.thing.iri.removeprefix(ID): row for row in page.shared}


def ask(store, text):
    return store.select(SPARQL_PREFIXES + text)


# promises


def test_of_five_cities_one_has_a_number_for_ai_and_rpa(store):
    page = view(store, "policy/jichitai-dx/2.0/item/4")
    assert [link.iri for link, _ in page.cities] == ALL
    assert tally(page, "entries").verdict == "all"
    numbers = tally(page, "numbers")
    assert (numbers.counts, numbers.verdict) == ((0, 0, 0, 1, 0), "one")
    (promise,) = entries(page, HAKUSAN)["Initiative"]
    assert promise.quantified
    assert [unit.label.value for unit in promise.item.units] == ["デジタル課"]
    (kpi,) = promise.measures
    (target,) = kpi.readings
    assert (target.role, str(target.item.amount), target.item.when) == ("target", "80％以上", "")
    assert promise.place.page == "37"
    monitored = ask(
        store,
        "SELECT DISTINCT ?kpi WHERE { VALUES ?item { <https://w3id.org/keifu/id/policy/jichitai-dx/1.0/item/4>"
        " <https://w3id.org/keifu/id/policy/jichitai-dx/2.0/item/4> } ?initiative keifu:addresses ?item ."
        " ?kpi keifu:monitors/keifu:partOf* ?initiative . ?value keifu:valueOf ?kpi ; keifu:numericValue ?number }",
    )
    assert [row["kpi"].value for row in monitored] == [kpi.kpi.iri]


@pytest.mark.parametrize("theme", ["ai-rpa", "mynumber-card", "cashless", "tourism"])
def test_every_initiative_on_a_theme_stands_there_once(store, theme):
    page = view(store, f"theme/{theme}")
    shown = {
        link.iri: [
            one.link.iri
            for kind, found in entries(page, link.iri).items()
            for entry in found
            for one in (entry.item, *entry.parts)
            if kind in ("Pillar", "Initiative")
        ]
        for link, _ in page.cities
    }
    for city, found in shown.items():
        assert len(found) == len(set(found))
        wanted = ask(
            store,
            f"SELECT DISTINCT ?i WHERE {{ ?i a keifu:Initiative ; keifu:theme <{ID}theme/{theme}> ."
            f' FILTER(STRSTARTS(STR(?i), "{city.replace("/body/", "/plan/")}/dx/")) }}',
        )
        assert {row["i"].value for row in wanted} <= set(found), city


def test_either_edition_of_an_item_brings_the_same_initiatives_and_the_chosen_one_is_not_repeated(store):
    old, new = (view(store, f"policy/jichitai-dx/{edition}/item/3") for edition in ("1.0", "2.0"))
    for city in ALL:
        assert [one.item.link.iri for one in entries(old, city)["Initiative"]] == [
            one.item.link.iri for one in entries(new, city)["Initiative"]
        ]
    for page in (old, new):
        assert not [name for name in rows(page) if name.endswith("/item/3")]


def test_what_all_name_comes_first_and_what_one_names_last(store):
    page = view(store, "theme/ai-rpa")
    found = rows(page)
    assert found["technology/rpa"].verdict == "all"
    assert [bool(cell) for cell in found["technology/ai-ocr"].cells] == [True, False, True, True, True]
    assert found["technology/ai-ocr"].verdict == "some"
    assert found["technology/chatbot"].verdict == "one"
    # Either edition of the item counts as one.
    assert found["policy/jichitai-dx/2.0/item/4"].verdict == "all"
    order = [sum(map(bool, row.cells)) for row in page.shared]
    assert order == sorted(order, reverse=True)


def test_of_two_cities_only_these_two_are_shown(store):
    page = view(store, "theme/telework", TATSUNO, KAHOKU)
    assert [link.iri for link, _ in page.cities] == [TATSUNO, KAHOKU]
    assert {row.verdict for row in page.shared} <= {"all", "one"}


def test_a_kpi_that_measures_two_things_of_a_city_counts_once(store):
    page = view(store, "procedure-set/26")
    assert tally(page, "numbers").counts == (0, 0, 0, 0, 1)


# other subjects


def test_the_cities_of_a_prefecture_share_a_plan_and_what_it_aims_at_is_shown(store):
    page = view(store, "body/170003")
    assert [link.iri for link, _ in page.cities] == [KAHOKU, HAKUSAN]
    found = rows(page)
    assert {name: row.verdict for name, row in found.items()} == {
        "plan/170003/digital": "all",
        "plan/170003/data": "one",
    }
    data, digital = page.targets
    assert [str(pillar.link.label) for pillar in digital.pillars] == [
        "行政サービス向上",
        "行政効率化",
        "産業・生活デジタル化",
    ]
    assert len(data.measures) == 14
    (first,) = (one for one in data.measures if one.kpi.iri.endswith("/kpi/1"))
    assert [str(one.item.amount) for one in first.readings] == ["14,316件", "19,000件"]
    # The place is that of the sentence that names the plan of the prefecture.
    (kahoku,) = page.kinds[0][1][0].entries
    assert kahoku.place.link.iri == f"{ID}plan/172090/dx/1.0/source/2"


def test_the_system_of_a_task_with_its_department_and_time(store):
    page = view(store, "business/12", KAHOKU, TATSUNO)
    (allowance,) = entries(page, TATSUNO)["InformationSystem"]
    assert [str(unit.label) for unit in allowance.item.units] == ["児童福祉課"]
    (allowance,) = entries(page, KAHOKU)["InformationSystem"]
    assert "令和7年度(FY2025)まで" in [step.when for step in allowance.schedule]
    assert rows(page)["platform/government-cloud"].verdict == "one"


def test_one_city_has_a_procedure_online_by_one_channel_another_promises_it_by_another(store):
    page = view(store, "procedure/pregnancy-notice", HAKUSAN, TATSUNO)
    (done,), (planned,) = (entries(page, city)["OnlineProcedure"] for city in (HAKUSAN, TATSUNO))
    assert (done.item.status.iri, planned.item.status.iri) == (f"{ID}status/done", f"{ID}status/planned")
    assert rows(page)["platform/pittari"].verdict == "one"


def test_posts_of_the_same_name_stand_in_one_row(store):
    page = view(store, "post")
    aide = next(row for row in page.shared if str(row.name) == "CIO補佐官")
    assert [bool(cell) for cell in aide.cells] == [False, False, False, True, True]
    held = {
        value.text.value
        for one in entries(page, TATSUNO)["Post"]
        for row in one.rows
        for value in row.values
        if one.item.link.iri.endswith("/cio-aide")
    }
    assert "デジタル戦略監" in held


def test_statistics_of_an_indicator_stand_beside_kpis(store):
    page = view(store, "indicator/mynumber-card-issuance-rate")
    assert len(entries(page, SHIRAKAWA)["StatisticValue"]) == 6
    (kpi,) = entries(page, HAKUSAN)["Kpi"]
    assert [str(one.item.amount) for one in kpi.measures[0].readings] == ["38.5％", "75％以上"]
    assert entries(page, KAHOKU) == {}


# choosing


def test_without_a_subject_there_is_only_the_choice(store):
    page = view(store, None)
    assert (page.subject, page.kinds, page.shared) == (None, (), ())
    assert [choice.link.iri for choice in page.choices] == ALL
    found = dict(page.subjects)
    assert [len(found[kind]) for kind in ("item", "business", "post")] == [11, 20, 1]
    assert [subject.on for subject in found["prefecture"]] == [
        f"body/{code}" for code in ("040002", "070009", "170003", "280003")
    ]


@pytest.mark.parametrize(
    ("cities", "on"), [(["999999"], "theme/ai-rpa"), (["172090", "x y"], None), ([], "theme/nothing"), ([], "x")]
)
def test_what_is_not_there_is_not_found(store, cities, on):
    with pytest.raises(NotFound):
        sides(Facts(store, "en"), cities, on, "")


def many(count):
    """A store of that many cities with a plan each."""
    return small(CITIES + "".join(CITY.format(f"99{number:04}") for number in range(count)))


def test_more_than_five_cities_are_cut_and_said_to_be():
    page = sides(Facts(many(7), "ja"), [f"99{number:04}" for number in range(7)], "policy/jichitai-dx/1.0/item/1", "")
    assert (len(page.cities), page.cut) == (MOST, 2)


def test_of_many_cities_those_whose_name_is_looked_for_are_offered():
    store = many(FEW + 1)
    assert sides(Facts(store, "ja"), ["990003"], None, "").many
    page = sides(Facts(store, "ja"), ["990003"], None, "99001")
    assert page.choices[0].chosen
    assert [choice.link.iri[-6:] for choice in page.choices] == ["990003", *(f"99001{number}" for number in range(10))]


def test_a_dataset_without_plans_says_so(tmp_path):
    app = create_app(Settings(dataset=tmp_path), small(CITIES))
    response = app.test_client().get("/en/compare", headers={"Accept": "text/html"})
    app.extensions["keifu"].pool.close()
    assert response.status_code == 200
    assert 'class="choose"' not in response.text
    assert "No DX plan" in response.text or "no DX plan" in response.text


# pages


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_whole_light_and_made_of_proper_tables(client, lang, path):
    page, _ = whole(client, f"/{lang}{path}")
    assert len(page.all("caption")) == len(page.all("table"))
    assert {cell.get("scope") for cell in page.all("th")} <= {"col", "row", "rowgroup"}
    hrefs = {link["href"].partition("#")[0] for link in page.all("a")}
    inside = [href for href in hrefs if href.startswith("/") and f"/{lang}/id/" not in href]
    assert [href for href in inside if fetch(client, href).status_code not in (200, 303)] == []


@pytest.mark.parametrize("on", ["theme/ai-rpa", "post", "body/170003"])
def test_the_query_behind_the_page_is_one_click_away_and_runs(client, on):
    hrefs = [link["href"] for link in Page(fetch(client, f"/en/compare?on={on}").text).all("a")]
    (query,) = {href for href in hrefs if "/query?p=sides" in href}
    shown = fetch(client, f"{query}&run=1")
    assert shown.status_code == 200
    assert "172103" in shown.text


def test_the_query_behind_the_page_asks_about_its_subject(client):
    response = client.get("/en/query.nt", query_string={"p": "sides", "x": f"{ID}theme/telework", "body": HAKUSAN})
    found = {line.split(" ")[0].strip("<>") for line in response.text.splitlines()}
    # Every subject of the answer is about telework, and none is what the query asks about unless told otherwise.
    assert f"{ID}plan/172103/dx/1/initiative/4-2-5" in found
    assert f"{ID}plan/172103/dx/1/initiative/4-2-4" not in found


def test_the_csv_says_what_the_page_says(client):
    response = client.get("/ja/compare.csv?on=policy/jichitai-dx/2.0/item/4")
    head, *body = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
    assert {len(row) for row in body} == {len(head)}
    assert [row[head.index("数値目標")] for row in body] == ["", "", "", "あり", ""]
    (hakusan,) = (row for row in body if row[head.index("市区町村のIRI")] == HAKUSAN)
    assert "目標値 80％以上" in hakusan[head.index("KPIと値")]


def test_the_ways_to_the_page(client):
    def hrefs(path):
        return {link["href"] for link in Page(fetch(client, path).text).all("a")}

    assert "/en/compare" in hrefs("/en/") & hrefs("/en/views")
    for path, on in [
        ("/en/id/theme/ai-rpa", "theme/ai-rpa"),
        ("/en/id/policy/jichitai-dx/2.0/item/4", "policy/jichitai-dx/2.0/item/4"),
        ("/en/id/business/12", "business/12"),
        ("/en/id/procedure/pregnancy-notice", "procedure/pregnancy-notice"),
        ("/en/id/body/170003", "body/170003"),
        ("/en/matrix", "policy/jichitai-dx/2.0/item/4"),
        ("/en/procedures", "procedure/pregnancy-notice"),
    ]:
        assert f"/en/compare?on={on}" in hrefs(path), path
    assert not {href for href in hrefs("/en/id/plan/172090/dx/1.0/initiative/2-1") if "/compare" in href}


# sets of procedures and what they hold


def test_a_city_that_promises_a_set_speaks_of_each_procedure_in_it(store):
    page = view(store, "procedure/disaster-certificate")
    (promise,) = entries(page, SHIROISHI)["Initiative"]
    assert promise.item.link.iri == f"{ID}plan/042064/dx/2023-03/initiative/1-1-mynaportal"
    assert [one.set.iri for one in promise.sets] == [f"{ID}procedure-set/27"]
    (own,) = entries(page, HAKUSAN)["OnlineProcedure"]
    assert own.sets == ()
    promising = ask(
        store,
        f"SELECT DISTINCT ?i WHERE {{ ?set skos:member <{ID}procedure/disaster-certificate> ."
        " ?i keifu:covers ?set ; a keifu:Initiative ; keifu:evidencedBy ?any }",
    )
    # One within another stands under it.
    shown = {
        one.link.iri
        for city in ALL
        for found in entries(page, city).values()
        for entry in found
        for one in (entry.item, *entry.parts)
    }
    assert {row["i"].value for row in promising} <= shown
    assert tally(page, "entries").counts == tuple(
        sum(map(len, entries(page, city).values())) for city in (SHIROISHI, SHIRAKAWA, KAHOKU, HAKUSAN, TATSUNO)
    )
    assert tally(page, "entries").counts[0] == 1


def test_a_set_brings_the_procedures_in_it_that_cities_name_one_by_one(store):
    page = view(store, "procedure-set/27")
    assert [len(entries(page, city).get("OnlineProcedure", ())) for city in ALL] == [0, 0, 0, 27, 26]
    states = [entry.item.status.iri.rpartition("/")[2] for entry in entries(page, HAKUSAN)["OnlineProcedure"]]
    assert (states.count("done"), states.count("planned")) == (13, 14)
    assert len(entries(page, SHIROISHI)["Initiative"]) == 1
    # Who promises a wider set promises this one; nobody is said to leave out what is in it.
    (wider,) = entries(view(store, "procedure-set/26"), SHIROISHI)["Initiative"]
    assert [one.set.iri for one in wider.sets] == [f"{ID}procedure-set/27"]
    assert not [name for name in rows(page) if name.startswith("procedure/")]


def test_who_promises_a_set_promises_what_a_kind_of_procedures_has_in_it(store):
    page = view(store, "procedure/group-care")
    (promise,) = entries(page, SHIROISHI)["Initiative"]
    assert [one.set.iri for one in promise.sets] == [f"{ID}procedure-set/27"]
    assert [bool(cell) for cell in rows(page)["procedure/care-certification"].cells] == [True, False, False, True, True]


@pytest.mark.parametrize(("lang", "words"), [("ja", "27手続に含む"), ("en", "within the 27 procedures")])
def test_the_page_and_the_csv_say_that_the_promise_is_of_the_set(client, lang, words):
    assert words in fetch(client, f"/{lang}/compare?on=procedure/disaster-certificate").text
    response = client.get(f"/{lang}/compare.csv?on=procedure/disaster-certificate")
    _, *body = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
    assert words in next(row for row in body if row[4] == SHIROISHI and "initiative" in row[6])


# counts that agree


@pytest.mark.parametrize("on", ["theme/online-procedures", "theme/ai-rpa", "policy/jichitai-dx/2.0/item/3"])
def test_what_stands_inside_other_rows_is_counted_in_its_own(store, on):
    page = view(store, on)
    for kind, name in (("Achievement", "done"), ("Kpi", "kpis")):
        for cells in (cells for row, cells in page.kinds if row.iri.endswith(f"#{kind}")):
            assert tuple(len(cell.entries) + cell.nested for cell in cells) == tally(page, name).counts


def test_a_city_by_itself_differs_from_none(client):
    text = fetch(client, "/ja/compare?on=theme/ai-rpa&body=172103").text
    assert "すべての市" not in text
    assert "違い" not in text
    assert "一つの市だけ" not in text


def test_an_item_newer_than_a_plan_and_silence_are_said_as_in_the_matrix(store, client):
    page = view(store, "policy/jichitai-dx/2.0/item/optional-1")
    assert page.absent == ("none", "later", "later", "later", "none")
    assert "計画より新しい項目" in fetch(client, "/ja/compare?on=policy/jichitai-dx/2.0/item/optional-1").text
    silent = view(store, "policy/jichitai-dx/1.0/item/together-1")
    assert silent.absent == ("none", "silent", "none", "none", "none")
    assert set(view(store, "theme/ai-rpa").absent) == {"none"}
    response = client.get("/ja/compare.csv?on=policy/jichitai-dx/2.0/item/optional-1")
    _, *body = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
    assert {row[5] for row in body if row[4] == KAHOKU} == {"計画より新しい項目"}


# what to choose


def test_of_an_item_of_several_editions_the_newest_is_offered_and_either_is_chosen(store, client):
    page = view(store, "policy/jichitai-dx/1.0/item/3")
    offered = [subject.on for _, found in page.subjects for subject in found]
    assert len(offered) == len(set(offered))
    assert "policy/jichitai-dx/2.0/item/3" in offered
    assert "policy/jichitai-dx/1.0/item/3" not in offered
    text = fetch(client, "/ja/compare?on=policy/jichitai-dx/1.0/item/3").text
    assert '<option value="policy/jichitai-dx/2.0/item/3" selected>' in text


def test_what_most_cities_state_comes_first(store):
    found = dict(view(store, None).subjects)
    cities = {
        row["x"].value.removeprefix(ID): int(row["n"].value)
        for row in ask(
            store,
            "SELECT ?x (COUNT(DISTINCT ?city) AS ?n) WHERE { ?e keifu:theme ?x ; a ?class ."
            " FILTER(?class IN (keifu:Initiative, keifu:Pillar, keifu:Achievement, keifu:Kpi, keifu:InformationSystem))"
            " ?e (keifu:partOf|keifu:issuedBy|keifu:operatedBy|keifu:offeredBy|keifu:monitors|keifu:area)+ ?city ."
            " ?city a keifu:Municipality FILTER(CONTAINS(STR(?e), STRAFTER(STR(?city), '/body/'))) } GROUP BY ?x",
        )
    }
    order = [cities.get(subject.on, 0) for subject in found["theme"]]
    assert order[0] == 5
    assert order == sorted(order, reverse=True)
    assert [subject.on for subject in found["business"]] == [f"business/{number:02}" for number in range(1, 21)]


def test_subjects_are_narrowed_by_a_word_without_a_script(store, client):
    page = sides(Facts(store, "ja"), [], "theme/telework", "", "り災")
    offered = {subject.on for _, found in page.subjects for subject in found}
    assert offered >= {"theme/telework", "procedure/disaster-certificate"}
    assert len(offered) < 6
    text = fetch(client, "/en/compare?topic=no+such+thing").text
    assert "no such thing" in text
    assert "Nothing to compare on has this in its name." in text


def test_a_body_leads_to_comparisons_of_its_own_kind(client):
    def hrefs(path):
        return {link["href"] for link in Page(fetch(client, path).text).all("a")}

    assert {"/ja/compare?body=172090", "/ja/id/body/170003", "/ja/kpis?body=172090"} <= hrefs("/ja/id/body/172090")
    prefecture = fetch(client, "/ja/id/body/170003").text
    assert "この団体のKPI" in prefecture
    assert "ほかの市" not in prefecture
    assert "この市" not in prefecture
    assert fetch(client, "/ja/compare?body=172090").status_code == 200


def test_a_value_in_words_is_said_to_have_no_number(client):
    text = fetch(client, "/ja/kpis?body=172103").text
    assert "数値なし" in text
    assert ">言葉<" not in text

"""The comparing pages, held against facts read in the plans: who answers which national item, who has which procedure online, who runs which system."""

import csv
import io
import re

import pytest
from markup import Page, fetch, whole
from small import small

from keifu.app import create_app
from keifu.comparison.compare import matrix
from keifu.comparison.inventory import procedures, systems
from keifu.errors import NotFound
from keifu.namespaces import ID
from keifu.reading.facts import Facts
from keifu.settings import Settings

SHIROISHI, SHIRAKAWA, KAHOKU, HAKUSAN, TATSUNO = (
    f"{ID}body/{code}" for code in ("042064", "072052", "172090", "172103", "282294")
)
OLD, NEW = f"{ID}policy/jichitai-dx/1.0", f"{ID}policy/jichitai-dx/2.0"
PAGES = ["/matrix", "/matrix?edition=1.0", "/matrix?edition=2.0", "/procedures", "/systems"]
CITIES = """
<policy/jichitai-dx/1.0> keifu:editionOf <policy/jichitai-dx> ; keifu:adoptedOn "2020-12-25"^^xsd:date .
<policy/jichitai-dx/1.0/item/1> a keifu:PriorityItem ; keifu:partOf <policy/jichitai-dx/1.0> ; keifu:itemKind <item-kind/priority> .
<policy/jichitai-dx/2.0> keifu:editionOf <policy/jichitai-dx> ; keifu:adoptedOn "2022-09-02"^^xsd:date .
<policy/jichitai-dx/2.0/item/7> a keifu:PriorityItem ; keifu:partOf <policy/jichitai-dx/2.0> ; keifu:itemKind <item-kind/priority> .
"""
CITY = """
<plan/{0}/dx/1> a keifu:DxPlan ; keifu:issuedBy <body/{0}> ; keifu:alignedWith <policy/jichitai-dx/1.0> ;
    keifu:adoptedOn "2021-04-01"^^xsd:date .
<plan/{0}/dx/1/document> keifu:manifestationOf <plan/{0}/dx/1> .
"""


@pytest.fixture(scope="module")
def tables(store):
    """The views in Japanese."""
    return matrix(Facts(store, "ja"), None, 1), procedures(Facts(store, "ja"), 1), systems(Facts(store, "ja"), 1)


def answers(page, city):
    """What one city answers, by the last part of the item's IRI."""
    place = [column.body.iri for column in page.cities].index(city)
    return {row.item.iri.rpartition("/")[2]: row.answers[place] for _, rows in page.kinds for row in rows}


def offers(page, city):
    """What one city offers, by type of procedure."""
    place = [column.body.iri for column in page.cities].index(city)
    rows = [row for group in page.groups for row in group.rows]
    return {row.type.iri.removeprefix(f"{ID}procedure/"): row.offers[place] for row in rows if row.offers[place]}


def named(page, city):
    """The systems of one city, by number of the task."""
    place = [column.body.iri for column in page.cities].index(city)
    return {number: cells[place] for number, _, cells in page.rows if cells[place]}


# the matrix


def test_the_matrix_opens_with_the_newest_edition_that_a_plan_follows(tables):
    page = tables[0]
    assert page.edition.iri == NEW
    assert [one.iri for one in page.editions] == [OLD, NEW]
    assert [city.body.iri for city in page.cities] == [SHIROISHI, SHIRAKAWA, KAHOKU, HAKUSAN, TATSUNO]
    assert {city.body.iri for city in page.cities if city.follows.iri == NEW} == {SHIROISHI, TATSUNO}
    assert {city.body.iri for city in page.cities if city.predates} == {SHIRAKAWA, KAHOKU, HAKUSAN}


def test_no_plan_is_older_than_the_first_edition(store):
    page = matrix(Facts(store, "ja"), "1.0", 1)
    assert page.edition.iri == OLD
    assert not any(city.predates for city in page.cities)
    assert [len(rows) for _, rows in page.kinds] == [6, 2]


@pytest.mark.parametrize(
    ("city", "marked"),
    [
        (KAHOKU, {"1", "2", "3", "5", "together-1", "together-2"}),
        (HAKUSAN, {"1", "2", "3", "4", "5", "6"}),
        (SHIRAKAWA, {"1", "2", "3", "4", "6"}),
        (SHIROISHI, set()),
        (TATSUNO, set()),
    ],
)
@pytest.mark.parametrize("edition", ["1.0", "2.0"])
def test_the_marks_are_those_that_the_plans_print(store, edition, city, marked):
    page = matrix(Facts(store, "ja"), edition, 1)
    found = answers(page, city)
    assert {item for item, answer in found.items() if answer.marks} == marked
    assert next(column.marked for column in page.cities if column.body.iri == city) == len(marked)
    assert all(found[item].state == "answered" for item in "123456")


def test_a_mark_of_the_city_is_not_taken_for_one_of_the_state(tables):
    assert {str(mark.label) for mark in answers(tables[0], SHIRAKAWA)["3"].marks} == {"市の重点項目"}
    assert {str(mark.label) for mark in answers(tables[0], KAHOKU)["3"].marks} == {"国が挙げる重点取組事項"}


def test_a_cell_leads_to_what_answers_and_says_which_edition_that_names(tables, store):
    plan = f"{ID}plan/172090/dx/1.0/initiative"
    answer = answers(tables[0], KAHOKU)["3"]
    assert [(item.link.iri, older.iri) for item, older in answer.items] == [(f"{plan}/2-1", f"{OLD}/item/3")]
    assert answer.achievements == {f"{ID}plan/172090/dx/1.0/achievement/2-1-{number}" for number in (1, 2, 3)}
    tatsuno = answers(tables[0], TATSUNO)["3"]
    assert [older for _, older in tatsuno.items] == [None]
    again = answers(matrix(Facts(store, "ja"), "1.0", 1), TATSUNO)["3"]
    assert [(item.link.iri, older.iri) for item, older in again.items] == [
        (tatsuno.items[0][0].link.iri, f"{NEW}/item/3")
    ]


def test_silence_that_is_stated_an_item_still_to_come_and_nothing_are_three_things(tables):
    assert answers(tables[0], SHIRAKAWA)["together-1"].state == "silent"
    for city in (SHIRAKAWA, KAHOKU, HAKUSAN):
        found = answers(tables[0], city)
        assert {item for item, answer in found.items() if answer.state == "later"} == {
            *("together-3", "optional-1", "optional-2")
        }
    assert {answer.state for answer in answers(tables[0], TATSUNO).values()} == {"answered"}
    page = matrix(Facts(small(CITIES + CITY.format("990001")), "ja"), "1.0", 1)
    assert answers(page, f"{ID}body/990001")["1"].state == "none"


def test_what_the_newer_edition_added_and_renamed(tables):
    (change,) = tables[0].changes
    assert [str(link.label) for link in change.added] == [
        "デジタル原則に基づく条例等の規制の点検・見直し",
        "BPRの取組の徹底",
        "オープンデータの推進・官民データ活用の推進",
    ]
    assert [(before.iri, after.iri) for before, after in change.renamed] == [
        (f"{OLD}/item/together-1", f"{NEW}/item/together-1")
    ]
    assert change.ended == ()
    (other,) = matrix(Facts(small(CITIES + CITY.format("990001")), "ja"), None, 1).changes
    assert [link.iri for link in other.ended] == [f"{OLD}/item/1"]


def test_the_sums_are_those_of_the_cells(tables):
    page = tables[0]
    for city in page.cities:
        found = answers(page, city.body.iri).values()
        assert city.answered == sum(answer.state == "answered" for answer in found)
        assert city.achievements == len(frozenset().union(*(answer.achievements for answer in found)))
    rows = {row.item.iri.rpartition("/")[2]: row for _, rows in page.kinds for row in rows}
    assert [rows[item].answered for item in ("1", "together-1", "optional-1")] == [5, 4, 2]


def test_an_achievement_under_two_items_counts_once_in_the_sum_and_the_page_says_so(tables, client):
    page = tables[0]
    rows = sum(row.achievements for _, rows in page.kinds for row in rows)
    total = sum(city.achievements for city in page.cities)
    assert (rows, total) == (60, 59)
    assert "実績（重複を除く）" in fetch(client, "/ja/matrix").text
    assert "Achievements, each counted once" in fetch(client, "/en/matrix").text


def test_where_only_the_older_edition_is_followed_that_one_is_shown():
    page = matrix(Facts(small(CITIES + CITY.format("990001")), "ja"), None, 1)
    assert page.edition.iri == OLD


# procedures


def test_hakusan_has_sixteen_procedures_on_the_pittari_service_and_promises_the_rest(tables):
    found = offers(tables[1], HAKUSAN)
    pittari = f"{ID}platform/pittari"
    online = {name for name, (offer,) in found.items() if offer.state == "done"}
    assert len({name for name in online if [link.iri for link in found[name][0].channels] == [pittari]}) == 16
    assert online >= {"water-start", "water-change-user", "water-stop", "pregnancy-notice", "child-allowance-claim"}
    (disaster,) = found["disaster-certificate"]
    assert (disaster.state, disaster.item.when) == ("planned", "令和4年度(FY2022)まで")
    (pregnancy,) = found["pregnancy-notice"]
    assert pregnancy.item.when == "令和3年(2021年)4月から"
    totals = tables[1].totals[3]
    assert (totals.done, totals.planned) == (17, 22)


def test_who_is_silent_on_a_procedure_is_said_to_be_so(tables):
    assert offers(tables[1], KAHOKU) == {}
    assert set(offers(tables[1], SHIRAKAWA)) == {"facility-reservation", "water-start"}
    assert {name for name, (offer,) in offers(tables[1], SHIROISHI).items() if not offer.sets} == {
        *("childrens-hall-absence", "survey-response", "moving-in-reservation", "moving-out-notice")
    }
    assert len(offers(tables[1], TATSUNO)) == 26


def test_who_promises_a_set_is_not_said_to_be_silent_on_what_is_in_it(tables, store, client):
    (offer,) = offers(tables[1], SHIROISHI)["disaster-certificate"]
    assert (offer.item.link.iri.rpartition("/")[2], offer.state) == ("1-1-mynaportal", "planned")
    assert [one.set.iri for one in offer.sets] == [f"{ID}procedure-set/27"]
    members = store.select(
        f"SELECT ?m WHERE {{ <{ID}procedure-set/27> <http://www.w3.org/2004/02/skos/core#member> ?m }}"
    )
    through = {name for name, found in offers(tables[1], SHIROISHI).items() if found[0].sets}
    assert through == {row["m"].value.removeprefix(f"{ID}procedure/") for row in members}
    assert tables[1].totals[0].done + tables[1].totals[0].planned == 4 + 27
    # Who names the procedure is taken at that word.
    assert not any(offer.sets for offer in offers(tables[1], HAKUSAN)["disaster-certificate"])
    assert "within the 27 procedures" in fetch(client, "/en/procedures").text


def test_who_promises_a_set_of_which_no_member_is_known_is_not_said_to_be_silent_in_the_sum(tables, client):
    found = {city.body.iri: each for city, each in zip(tables[1].cities, tables[1].unlisted, strict=True) if each}
    assert {city: [one.set.iri for offer in each for one in offer.sets] for city, each in found.items()} == {
        KAHOKU: [f"{ID}procedure-set/27-kahoku"],
        SHIRAKAWA: [f"{ID}procedure-set/31"],
    }
    page = fetch(client, "/ja/procedures").text
    (total,) = re.findall(r'<tr class="total">.*?</tr>', page, re.S)
    assert 'ほかに<a href="#set-31">31業務（内訳の記載なし）</a>' in total
    assert '<a href="#set-27-kahoku">27申請（内訳の記載なし）</a>' in total
    assert "記載なし</span>" not in total
    assert page.count('id="set-31"') == page.count('id="set-27-kahoku"') == 1


def test_procedures_stand_under_the_widest_group(tables):
    groups = {group.name.iri.rpartition("/")[2]: group for group in tables[1].groups if group.name}
    counts = {name: [(count.done, count.planned) for count in group.counts] for name, group in groups.items()}
    assert counts["group-care"] == [(0, 11), (0, 0), (0, 0), (2, 9), (0, 11)]
    assert counts["group-childcare"][3:] == [(11, 4), (0, 15)]
    assert "group-child-allowance" not in groups
    assert tables[1].groups[-1].name is None
    (row,) = (row for row in groups["group-water"].rows if row.type.iri.endswith("/water-start"))
    assert (row.cities("done"), row.cities("planned")) == (2, 0)


def test_the_sets_stand_beside_what_the_cities_name(tables):
    sets = {row.set.iri.rpartition("/")[2]: row for row in tables[1].sets}
    assert {name: sets[name].members for name in ("26", "27", "31", "35", "27-kahoku")} == {
        **{"26": 26, "27": 27, "31": 0, "35": 35},
        "27-kahoku": 0,
    }
    assert [link.iri for link in sets["26"].items] == [f"{NEW}/item/3"]
    assert [bool(found) for found in sets["35"].promises] == [False, False, False, True, False]
    assert [bool(found) for found in sets["31"].promises] == [False, True, False, False, False]
    # 白石市 prints what the State asks for; that is no promise of its own.
    assert [bool(found) for found in sets["26"].promises] == [False, False, False, False, True]
    hakusan = sets["35"].counts[3]
    assert (hakusan.done, hakusan.planned) == (13, 22)


# systems


def test_the_department_of_a_system_and_when_it_moves(tables):
    (allowance,) = named(tables[2], TATSUNO)["12"]
    assert [str(unit.label) for unit in allowance.item.units] == ["児童福祉課"]
    assert [entry.when for entry in allowance.due] == ["令和6年度(FY2024)～令和7年度(FY2025)"]
    (care,) = named(tables[2], KAHOKU)["11"]
    assert [str(group.label) for group in care.groups] == ["第1グループ"]
    assert [entry.when for entry in care.due] == ["令和7年度(FY2025)まで"]
    assert [platform.iri for platform in care.platforms] == [f"{ID}platform/government-cloud"]


def test_two_cities_name_all_twenty_systems_one_three_and_two_none(tables):
    assert len(tables[2].rows) == 20
    assert [number for number, _, _ in tables[2].rows] == [f"{number:02}" for number in range(1, 21)]
    sizes = [len(named(tables[2], city)) for city in (SHIROISHI, SHIRAKAWA, KAHOKU, HAKUSAN, TATSUNO)]
    assert sizes == [0, 0, 20, 3, 20]
    assert set(named(tables[2], HAKUSAN)) == {"13", "15", "16"}
    (health,) = named(tables[2], HAKUSAN)["13"]
    assert [entry.when for entry in health.contracts] == ["令和3年(2021年)1月～令和9年(2027年)12月"]


def test_a_city_that_names_no_system_still_says_by_when_it_moves(tables):
    ((initiative, platforms),) = tables[2].initiatives[0]
    assert initiative.when == "令和8年(2026年)3月まで"
    assert platforms == ()
    ((_, platforms),) = tables[2].initiatives[3]
    assert [link.iri for link in platforms] == [f"{ID}platform/government-cloud"]


# pages


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_comparing_page_is_whole_light_and_a_proper_table(client, lang, path):
    page, _ = whole(client, f"/{lang}{path}")
    assert len(page.all("caption")) == len(page.all("table"))
    assert {cell.get("scope") for cell in page.all("th")} <= {"col", "row", "rowgroup"}
    regions = [attrs for _, attrs in page.elements if attrs.get("role") == "region"]
    assert len(regions) == len(page.all("table"))
    assert all(region["aria-label"] and region["tabindex"] == "0" for region in regions)
    assert "" not in {link["href"] for link in page.all("a")}


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_comparing_page_leads_somewhere(client, path):
    hrefs = {link["href"].partition("#")[0] for link in Page(fetch(client, f"/en{path}").text).all("a")}
    inside = {
        href if href.startswith("/") else f"/en{path.partition('?')[0]}{href}" for href in hrefs if "//" not in href
    }
    assert len(inside) > 40
    assert [href for href in sorted(inside) if fetch(client, href).status_code not in (200, 303)] == []


@pytest.mark.parametrize(
    ("path", "name"), [("/matrix", "matrix"), ("/procedures", "procedures"), ("/systems", "systems")]
)
def test_the_query_behind_a_table_is_one_click_away_and_runs(client, path, name):
    hrefs = [
        link["href"] for link in Page(fetch(client, f"/en{path}").text).all("a") if f"/query?p={name}" in link["href"]
    ]
    assert len(set(hrefs)) == 1
    shown = fetch(client, f"{hrefs[0]}&run=1")
    assert shown.status_code == 200
    assert "172090" in shown.text
    one = fetch(client, f"{hrefs[0]}&run=1", body=TATSUNO)
    assert one.status_code == 200


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(("name", "rows"), [("matrix", 11 * 5), ("procedures", 44 * 5 + 2), ("systems", 20 * 5)])
def test_a_table_can_be_taken_away_as_csv(client, lang, name, rows):
    response = client.get(f"/{lang}/{name}.csv")
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == f'attachment; filename="keifu-{name}.csv"'
    assert response.data.startswith(b"\xef\xbb\xbf")
    head, *body = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
    assert len(body) == rows
    assert {len(row) for row in body} == {len(head)}


def test_the_csv_says_what_the_table_says(client):
    def read(path):
        return list(csv.reader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))

    row = next(row for row in read("/en/systems.csv") if row[0] == "12" and row[4] == TATSUNO)
    assert row[8] == "Child Welfare Division"
    row = next(row for row in read("/ja/matrix.csv?edition=1.0") if row[3].endswith("/item/4") and row[5] == KAHOKU)
    assert row[8:12] == ["対応あり", "1", f"{ID}plan/172090/dx/1.0/initiative/3-2-1", ""]
    row = next(row for row in read("/ja/procedures.csv") if row[2].endswith("/pregnancy-notice") and row[4] == KAHOKU)
    assert row[5:] == ["記載なし", "", "", "", "", ""]
    row = next(
        row for row in read("/ja/procedures.csv") if row[2].endswith("/disaster-certificate") and row[4] == SHIROISHI
    )
    assert row[5:] == ["予定", "", "", "", "27手続に含む", f"{ID}plan/042064/dx/2023-03/initiative/1-1-mynaportal"]
    shirakawa, kahoku = read("/ja/procedures.csv")[-2:]
    assert (shirakawa[:3], shirakawa[4], shirakawa[9]) == ([""] * 3, SHIRAKAWA, "31業務（内訳の記載なし）")
    assert (kahoku[4], kahoku[9:]) == (KAHOKU, ["27申請（内訳の記載なし）", f"{ID}plan/172090/dx/1.0/initiative/2-1"])


@pytest.mark.parametrize("path", ["/matrix?edition=9", "/matrix?page=2", "/procedures?page=0", "/systems.csv?page=2"])
def test_an_edition_or_page_that_is_not_there_is_not_found(client, path):
    for lang in ("ja", "en"):
        assert fetch(client, f"/{lang}{path}").status_code == 404


def test_many_cities_are_shown_in_parts(tmp_path):
    store = small(CITIES + "".join(CITY.format(f"9900{number:02}") for number in range(1, 11)))
    client = create_app(Settings(dataset=tmp_path), store).test_client()
    first = fetch(client, "/ja/matrix?edition=1.0").text
    assert "計画を読める10団体" in first
    assert "?edition=1.0&amp;page=2" in first
    assert "?edition=2.0&amp;page=2" in fetch(client, "/ja/matrix?edition=1.0&page=2").text
    assert "/body/990009" not in first
    assert "/body/990009" in fetch(client, "/ja/matrix?edition=1.0&page=2").text
    assert "/body/990009" in fetch(client, "/ja/systems?page=2").text
    with pytest.raises(NotFound):
        procedures(Facts(store, "ja"), 3)


def test_without_plans_a_page_says_what_is_missing(tmp_path):
    client = create_app(Settings(dataset=tmp_path), small(CITIES)).test_client()
    for path in ("/matrix", "/procedures", "/systems"):
        page = Page(fetch(client, f"/en{path}").text)
        assert "no DX plan with its text yet" in page.text
        assert not page.all("table")
    client = create_app(Settings(dataset=tmp_path), small("")).test_client()
    assert "no edition of the national plan" in fetch(client, "/en/matrix").text


def test_the_pages_are_reached_from_home_from_the_lists_and_from_a_city(client):
    for path in ("/", "/municipalities", "/id/body/172090"):
        hrefs = {link["href"] for link in Page(fetch(client, f"/en{path}").text).all("a")}
        assert {"/en/matrix", "/en/procedures", "/en/systems"} <= hrefs
    assert "/en/matrix" in {link["href"] for link in Page(fetch(client, "/en/policies").text).all("a")}

"""The timeline, held against the plans: what stood on a day, what is due and who is in charge; and its drawing."""

import csv
import io
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import Page, fetch, whole
from small import small

from keifu.language import era
from keifu.namespaces import DEF, ID
from keifu.queries.queries import bind, library
from keifu.reading.facts import Facts
from keifu.reading.widths import extent
from keifu.site.home import due
from keifu.timeline.axis import ARROW, SIZE, WIDTH, draw
from keifu.timeline.spans import Choice
from keifu.timeline.timeline import moved, timeline

CITIES = ("042064", "072052", "172090", "172103", "282294")
TATSUNO = "plan/282294/dx/2022-10"
PATHS = ["", "?on=2026-03-31", *(f"?body={code}" for code in CITIES), "?body=282294&on=2026-03-31", "?body=170003"]


def ask(store, code=None, on=None, *, kinds=(), months=12, lang="ja"):
    """The timeline of a body, on a day."""
    day = date.fromisoformat(on) if on else None
    return timeline(Facts(store, lang), Choice(code=code, kinds=kinds, on=day, months=months, page=1))


def names(rows):
    """The IRIs of rows, without what all begin with."""
    return {span.item.link.iri.removeprefix(ID) for row in rows for span in row}


def of(page, name):
    """The span of a thing."""
    return next(s for lane in page.lanes for s in lane.spans if s.item.link.iri == ID + name)


# what is due


def test_what_is_due_by_march_2026_in_tatsuno_and_who_is_in_charge(store):
    page = ask(store, "282294", "2026-03-31")
    assert names(page.asof.before) == {
        *(f"{TATSUNO}{part}" for part in ("", "/milestone/8", "/milestone/13", "/milestone/14", "/initiative/3-1")),
        *(f"{TATSUNO}/schedule/1", f"{TATSUNO}/value/1-target"),
        *("policy/jichitai-dx/2.0", "policy/regulation-review-plan/2022"),
    }
    assert names(page.asof.after) == set()
    initiative = of(page, f"{TATSUNO}/initiative/3-1")
    assert {str(unit.label) for unit in initiative.units} == {
        *("市民課", "国保医療年金課", "選挙管理委員会事務局", "市税課", "地域福祉課"),
        *("高年福祉課", "児童福祉課", "幼児教育課", "健康課", "学校教育課"),
    }
    assert initiative.charged is None
    assert [place.link.iri for place in initiative.places] == [
        f"{ID}{TATSUNO}/source/3-1",
        f"{ID}{TATSUNO}/source/3-1-2",
    ]
    for name in ("schedule/1", "value/1-target"):
        inherited = of(page, f"{TATSUNO}/{name}")
        assert (inherited.units, inherited.charged.iri) == (initiative.units, f"{ID}{TATSUNO}/initiative/3-1")
    # The plan names nobody for these, and nobody is made up.
    assert of(page, f"{TATSUNO}/milestone/14").units == ()


def test_own_duties_stand_before_those_of_others_each_by_time(store):
    rows = [row[0] for row in ask(store, "282294", "2026-03-31").asof.before]
    own, others = ([span for span in rows if span.own == whose] for whose in (True, False))
    assert rows == own + others
    assert [span.lane for span in others] == ["national", "national"]
    for spans in (own, others):
        assert [span.end for span in spans] == sorted(span.end for span in spans)


def test_an_initiative_heads_the_row_of_what_is_due_with_it(store):
    rows = ask(store, "282294", "2026-03-31").asof.before
    (row,) = (row for row in rows if row[0].item.link.iri == f"{ID}{TATSUNO}/initiative/3-1")
    # The milestone names no initiative; it stands in the same section and ends on the same day.
    assert [span.item.link.iri.removeprefix(f"{ID}{TATSUNO}/") for span in row] == [
        *("initiative/3-1", "milestone/14", "schedule/1", "value/1-target"),
    ]
    assert f"{TATSUNO}/milestone/13" in {row[0].item.link.iri.removeprefix(ID) for row in rows}  # another section


def test_a_replaced_edition_is_not_due_and_ends_alike_in_drawing_table_and_csv(client, store):
    page = ask(store, "282294")
    old = of(page, "policy/jichitai-dx/1.0")
    assert (old.end, old.until, old.due) == (date(2026, 3, 31), date(2022, 9, 1), None)
    assert old.newer.iri == f"{ID}policy/jichitai-dx/2.0"
    assert of(page, "policy/jichitai-dx/2.0").newer is None
    (mark,) = (mark for *_, found in draw(page, "ja").lanes for mark in found if mark.link == old.item.link)
    whole = draw(page, "ja").years
    (x,) = (band.x + band.width * 8 / 12 for band, _ in whole if band.name == "2022")
    assert abs(mark.x + mark.width - x) < 1
    text = client.get("/ja/timeline.csv?body=282294").data.decode("utf-8-sig")
    row = next(row for row in csv.reader(io.StringIO(text)) if row[2] == old.item.link.iri)
    assert (row[4], row[6]) == ("2022-09-01", "自治体DX推進計画【第2.0版】")
    assert "次の版:" in client.get("/ja/timeline?body=282294").text


@pytest.mark.parametrize("code", [*CITIES, "170003"])
@pytest.mark.parametrize(("on", "months"), [("2026-03-31", 12), ("2060-12-31", 600)])
def test_what_is_due_is_the_same_in_timeline_and_library(store, sources, code, on, months):
    since = moved(date.fromisoformat(on), -months) + timedelta(days=1)
    given = {"city": f"{ID}body/{code}", "day": on, "from": since.isoformat(), "lang": "ja"}
    rows = store.select(bind(library(sources.queries)["due-by"], given))
    wanted = [row["element"].value.removeprefix(ID) for row in rows]
    found = [span for row in ask(store, code, on, months=months).asof.before for span in row if span.own]
    assert sorted(span.item.link.iri.removeprefix(ID) for span in found) == sorted(wanted)
    assert wanted or (code, months) == ("170003", 12)


@pytest.mark.parametrize("code", CITIES)
def test_first_page_and_timeline_count_what_the_library_finds_due(client, store, sources, code):
    day = "2026-03-31"
    given = {"city": f"{ID}body/{code}", "day": day, "from": "2025-04-01", "lang": "ja"}
    count = len(store.select(bind(library(sources.queries)["due-by"], given)))
    assert due(Facts(store, "ja"), f"{ID}plan/{code}/dx/x/initiative/x").count == count
    own = fetch(client, f"/ja/timeline?body={code}&on={day}").text.partition("この団体の計画にあるもの")[2]
    assert own.startswith(f' <span class="quiet">{count}</span>')


def test_fiscal_years_alone_are_in_force_and_no_deadline(store):
    page = ask(store, "172103", "2026-03-31")
    # Of these the source says that they have no target date; the years are those of the columns of its table.
    for number in (1, 4, 7, 9, 10, 11):
        schedule = of(page, f"plan/172103/dx/1/schedule/2-2-1-3-c-{number}")
        assert (schedule.start, schedule.end, schedule.due) == (date(2021, 4, 1), date(2026, 3, 31), None)
        assert schedule in page.asof.standing
    # Of this one it names the year of its target, a milestone of the national road map.
    assert of(page, "plan/172103/dx/1/schedule/1-3-7").due == date(2026, 3, 31)


@pytest.mark.parametrize("code", CITIES)
def test_nobody_is_in_charge_whom_neither_the_thing_nor_an_initiative_names(store, code):
    for lane in ask(store, code).lanes:
        for span in lane.spans:
            stated = f"<{(span.charged or span.item.link).iri}> keifu:responsibleUnit"
            for unit in span.units:
                assert store.query(f"PREFIX keifu: <{DEF}> ASK {{ {stated} <{unit.iri}> }}")
            if span.charged:
                assert store.query(f"PREFIX keifu: <{DEF}> ASK {{ <{span.charged.iri}> a keifu:Initiative }}")


def test_the_department_of_a_whole_plan_is_not_put_in_charge_of_each_thing_in_it(store):
    page = ask(store, "172103")
    assert {str(unit.label) for unit in of(page, "plan/172103/dx/1").units} == {"デジタル課"}
    for name in ("schedule/1-3-1", "milestone/2-2-1-2-2", "schedule/2-2-1-3-c-10"):
        assert of(page, f"plan/172103/dx/1/{name}").units == ()


def test_the_past_of_a_plan_and_what_is_done_are_not_due(store):
    page = ask(store, "282294", "2021-12-31", months=24)
    # たつの市 adopted its plan in October 2022 and tells what came before.
    assert {name for name in names(page.asof.before) if "/milestone/" in name} == set()
    assert all(end > date(2022, 10, 1) for end, _, _ in ask(store, "282294").ends)
    hakusan = [span for lane in ask(store, "172103").lanes if lane.slug == "procedure" for span in lane.spans]
    done = [span for span in hakusan if span.item.status and span.item.status.iri == f"{ID}status/done"]
    assert done
    assert not any(span.due for span in done)


@pytest.mark.parametrize(("months", "count"), [(0, 0), (8, 7), (9, 7), (12, 9)])
def test_the_months_reach_as_far_as_they_say(store, months, count):
    # 2025-06-30 lies nine months before 2026-03-31, and the months before a day do not hold the one they begin after.
    found = names(ask(store, "282294", "2026-03-31", months=months).asof.before)
    assert len(found) == count
    assert (f"{TATSUNO}/milestone/8" in found) == (months > 9)


# what stood


@pytest.mark.parametrize(
    ("on", "standing", "gone"),
    [
        ("2021-08-31", {"law/heisei-12-144"}, {"law/503AC0000000035"}),
        ("2021-09-01", set(), {"law/heisei-12-144", "law/503AC0000000035"}),
        ("2022-09-01", {"policy/jichitai-dx/1.0"}, {"policy/jichitai-dx/2.0", TATSUNO}),
        ("2022-10-01", {"policy/jichitai-dx/2.0", TATSUNO}, {"policy/jichitai-dx/1.0"}),
        ("2026-04-01", set(), {"policy/jichitai-dx/2.0", TATSUNO}),
    ],
)
def test_laws_and_plans_stand_from_their_day_until_their_end_or_the_next_edition(store, on, standing, gone):
    found = names([ask(store, "282294", on).asof.standing])
    assert standing <= found
    assert not gone & found


def test_what_names_no_end_stands_apart_from_what_surely_lasts(store):
    asof = ask(store, "282294", "2026-03-31").asof
    assert names([asof.standing]) == {
        *("policy/jichitai-dx/2.0", TATSUNO, f"{TATSUNO}/initiative/3-1", f"{TATSUNO}/schedule/1"),
    }
    assert {"law/503AC0000000035", "policy/digital-government-plan/2020-12-25"} <= names([asof.endless])
    assert {span.until for span in asof.endless} == {None}
    query = "SELECT ?old { ?new <https://w3id.org/keifu/def#succeeds> ?old }"
    replaced = {row["old"].value.removeprefix(ID) for row in store.select(query)}
    assert replaced
    assert not replaced & names([asof.standing, asof.endless])


def test_a_lease_runs_between_its_first_and_last_day(store):
    lease = "plan/172103/dx/1/contract/1"
    for on, runs in (("2020-12-31", False), ("2021-01-01", True), ("2027-12-31", True), ("2028-01-01", False)):
        assert (lease in names([ask(store, "172103", on).asof.standing])) == runs


def test_without_a_body_the_state_stands_beside_the_plans_of_the_cities(store):
    page = ask(store)
    lanes = {lane.slug: len(lane.spans) for lane in page.lanes}
    laws = store.select(
        "SELECT DISTINCT ?x { ?x a <https://w3id.org/keifu/def#Law> ; <https://w3id.org/keifu/def#promulgatedOn> ?d }"
    )
    assert lanes == {"law": len(laws), "national": 27, "plan": 5}
    assert [city.iri for city in page.cities] == [f"{ID}body/{code}" for code in CITIES]


def test_kinds_are_chosen_and_all_are_offered(store):
    page = ask(store, "282294", kinds=("milestone", "law"))
    assert [lane.slug for lane in page.lanes] == ["law", "milestone"]
    assert [slug for slug, _, chosen in page.kinds if chosen] == ["law", "milestone"]
    assert len(page.kinds) == len(ask(store, "282294").lanes) > 2


# days and drawings


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-600, 600))
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    later = moved(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (
        later.day < day.day and moved(date(later.year, later.month, 1), 1).toordinal() == later.toordinal() + 1
    )


@pytest.mark.parametrize("code", [None, *CITIES, "170003"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_everything_is_drawn_inside_the_axis_and_nothing_upon_another(store, lang, code):
    page = ask(store, code, lang=lang)
    drawing = draw(page, lang)
    for lane, (_, top, marks) in zip(page.lanes, drawing.lanes, strict=True):
        drawn = {mark.link.iri for mark in marks}
        assert {
            s.item.link.iri
            for s in lane.spans
            if s.item.link.iri not in drawn and s.item.link.iri.rpartition("/")[0] not in drawn
        } == set()
        boxes = []
        for mark in marks:
            assert 0 <= mark.x <= mark.x + mark.width <= WIDTH + 1
            assert mark.text_x >= 0
            assert top < mark.y < drawing.height
            right = max(mark.x + mark.width + (ARROW if mark.open else 0), mark.text_x + extent(mark.text) * SIZE)
            boxes.append((mark.y, min(mark.x, mark.text_x), right))
        assert not [(a, b) for a, b in combinations(boxes, 2) if a[0] == b[0] and a[1] < b[2] and b[1] < a[2]]
    tops = [top for _, top, _ in drawing.lanes]
    assert all(a < b for a, b in pairwise(tops))


def test_the_axis_names_eras_and_calendar_years(store):
    drawing = draw(ask(store, "282294"), "ja")
    assert [band.name for band in drawing.eras] == ["平成", "令和"]
    years = {band.name: number for band, number in drawing.years}
    assert years["2019"] == "31/元年"
    assert years["2026"] == f"{era(date(2026, 1, 1))[2]}年" == "8年"
    assert {band.name: number for band, number in draw(ask(store, "282294", lang="en"), "en").years}["2019"] == "31/1"
    (reiwa,) = (band for band in drawing.eras if band.name == "令和")
    (year,) = (band for band, _ in drawing.years if band.name == "2019")
    assert year.x + year.width / 4 < reiwa.x < year.x + year.width / 2  # 1 May


def test_what_lies_far_off_does_not_press_the_rest_together(store):
    drawing = draw(ask(store, "172103"), "ja")
    marks = [mark for _, _, found in drawing.lanes for mark in found]
    assert any(mark.later for mark in marks)  # 2060
    assert len(drawing.years) <= 17


def test_several_things_with_the_same_dates_are_drawn_as_one_that_leads_to_their_list(store):
    drawing = draw(ask(store, "282294"), "ja")
    (marks,) = (found for name, _, found in drawing.lanes if name.startswith("オンライン手続"))
    assert [(mark.text, mark.link.iri) for mark in marks] == [("オンライン手続 26件", f"{ID}body/282294/procedure")]


# pages


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_timeline_is_whole_light_and_says_in_words_what_it_draws(client, lang, path):
    _, response = whole(client, f"/{lang}/timeline{path}")
    drawn, _, rest = response.text.partition("<svg")[2].partition("</svg>")
    words = response.text.partition("<svg")[0] + rest
    hrefs = {attrs["href"] for attrs in Page(f"<svg{drawn}</svg>").all("a")}
    assert hrefs
    assert [href for href in hrefs if f'"{href}"' not in words and f'"{href}/' not in words] == []


@pytest.mark.parametrize("path", ["?body=282294&on=2026-03-31", "?body=172103"])
def test_every_link_of_a_timeline_leads_somewhere(client, path):
    hrefs = {link["href"].partition("#")[0] for link in Page(fetch(client, f"/en/timeline{path}").text).all("a")}
    inside = {href for href in hrefs if href.startswith("/")}
    assert len(inside) > 40
    assert [href for href in sorted(inside) if fetch(client, href).status_code not in (200, 303)] == []


def test_a_timeline_is_taken_away_as_csv_and_as_svg(client, store):
    text = client.get("/ja/timeline.csv?body=282294&on=2026-03-31").data.decode("utf-8-sig")
    head, *body = csv.reader(io.StringIO(text))
    assert {len(row) for row in body} == {len(head)}
    row = next(row for row in body if row[2] == f"{ID}{TATSUNO}/initiative/3-1")
    assert row[3:5] == ["2024-04-01", "2026-03-31"]
    assert "児童福祉課" in row[8]
    assert row[12] == "有効・進行中 / 期限到来"
    whole = list(csv.reader(io.StringIO(client.get("/ja/timeline.csv?body=282294").data.decode("utf-8-sig"))))
    assert len(whole) - 1 == sum(len(lane.spans) for lane in ask(store, "282294").lanes)
    svg = client.get("/ja/timeline.svg?body=282294&on=2026-03-31")
    assert svg.mimetype == "image/svg+xml"
    assert "自治体の情報システムの標準化・共通化" in svg.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("?body=999999", 404),
        ("?body=<x>", 404),
        ("?on=31.3.2026", 400),
        ("?on=2026-02-30", 400),
        ("?within=x", 200),
        ("?page=2", 404),
    ],
)
def test_a_choice_that_cannot_be_met_is_said_to_be_so(client, path, status):
    for lang in ("ja", "en"):
        for suffix in ("", ".csv"):
            assert fetch(client, f"/{lang}/timeline{suffix}{path}").status_code == status


def test_a_body_without_dates_has_a_timeline_that_says_so(client, app):
    assert "加えると" in fetch(client, "/ja/timeline?body=011002").text


def test_the_page_of_a_city_leads_to_its_timeline(client):
    hrefs = {link["href"] for link in Page(fetch(client, "/ja/id/body/282294").text).all("a")}
    assert "/ja/timeline?body=282294" in hrefs


def test_a_dataset_without_plans_has_a_timeline(tmp_path):
    page = ask(small(""))
    assert page.lanes == ()
    assert draw(page, "ja") is None

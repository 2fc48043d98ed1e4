"""The drawn lineage in a real browser: both languages, wide and narrow, by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from keifu.lineage.pedigree import pedigree
from keifu.namespaces import ID
from keifu.reading.facts import Facts

pytestmark = pytest.mark.browser

PLAN = "plan/172090/dx/1.0"
INITIATIVE = f"{PLAN}/initiative/2-1"
PATHS = (INITIATIVE, f"{PLAN}/value/1-target", "plan/172103/dx/1", "law/503AC0000000035?open=Principle")
CERTIFICATE = "body/172103/procedure/disaster-certificate"
EVERY = (
    *PATHS,
    *(CERTIFICATE, PLAN, f"{PLAN}/kpi/1", "policy/jichitai-dx/2.0/item/3", "policy/jichitai-dx/2.0"),
    *("law/414AC0000000151", "body/282294/system/website"),
)
LAW = {"ja": "情報通信技術を活用した行政の推進等に関する法律", "en": "Act on the Advancement of Administration through"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_figure_scrolls_in_its_own_region_and_its_texts_stay_in_their_boxes(visit, lang, width, scheme, tmp_path):
    with visit(viewport={"width": width, "height": 800}, color_scheme=scheme) as (page, trouble):
        for number, path in enumerate(PATHS):
            page.goto(f"/{lang}/lineage/{path}")
            page.screenshot(path=tmp_path / f"{number}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
            wide = page.evaluate(
                """() => [...document.querySelectorAll(".lineage a, .lineage g.fan")].filter(a => {
                  const rect = [...a.querySelectorAll(":scope > rect")].at(-1).getBoundingClientRect();
                  return [...a.querySelectorAll("text")].some(t => {
                    const box = t.getBoundingClientRect();
                    return box.right > rect.right || box.bottom > rect.bottom || box.left < rect.left;
                  });
                }).map(a => a.textContent)"""
            )
            assert wide == [], path
        assert trouble == []


SEEN = """() => {
  const frame = document.querySelector(".figure .scroll"), seen = frame.getBoundingClientRect();
  const whole = box => {
    const rect = [...box.querySelectorAll(":scope > rect")].at(-1).getBoundingClientRect();
    return rect.left >= seen.left && rect.right <= seen.right;
  };
  const boxes = [...document.querySelectorAll(".lineage :is(a, .fan):has(> rect):not(.member)")];
  return {
    moved: frame.scrollLeft,
    cut: boxes.filter(box => !whole(box)).map(box => box.textContent.trim()),
    here: whole(document.querySelector(".lineage .here")),
    laws: boxes.filter(box => box.matches(".law, .here") && whole(box)).map(box => box.getAttribute("href")),
  };
}"""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_wide_page_shows_every_box_and_a_phone_the_thing_and_its_nearest_law_before_anything_is_scrolled(
    visit, store, lang
):
    with visit(java_script_enabled=False) as (page, trouble):
        for path in EVERY:
            told = pedigree(Facts(store, lang), ID + path.partition("?")[0])
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(f"/{lang}/lineage/{path}")
            assert page.evaluate(SEEN)["cut"] == [], path
            page.set_viewport_size({"width": 375, "height": 800})
            narrow = page.evaluate(SEEN)
            assert (narrow["moved"], narrow["here"]) == (0, True), path
            for chain in told.chains[:1]:
                assert f"/{lang}/lineage/{chain.steps[-1].link.iri.removeprefix(ID)}" in narrow["laws"], path
        assert trouble == []


def test_the_keyboard_brings_each_box_wholly_into_a_narrow_frame(visit):
    with visit(viewport={"width": 375, "height": 800}) as (page, _):
        page.goto(f"/ja/lineage/{CERTIFICATE}")
        page.get_by_role("region").first.focus()
        moved = 0
        for _box in range(page.locator(".lineage a").count()):
            page.keyboard.press("Tab")
            left, right, moved_now = page.evaluate(
                """() => {
                  const frame = document.querySelector(".figure .scroll"), seen = frame.getBoundingClientRect();
                  const rect = document.activeElement.querySelector("rect").getBoundingClientRect();
                  return [rect.left - seen.left, seen.right - rect.right, frame.scrollLeft];
                }"""
            )
            assert left >= 0
            assert right >= 0
            moved = max(moved, moved_now)
        assert moved > 100


def test_the_table_is_folded_to_its_number_opens_by_keyboard_and_is_printed(visit):
    with visit() as (page, _):
        page.goto(f"/ja/lineage/{INITIATIVE}")
        rows = page.locator(".ties tbody tr")
        summary = page.locator("summary", has_text=f"{rows.count()}本の線")
        expect(rows.first).to_be_hidden()
        page.emulate_media(media="print")
        expect(rows.last).to_be_visible()
        page.emulate_media(media="screen")
        summary.focus()
        page.keyboard.press("Enter")
        expect(rows.last).to_be_visible()


def test_the_drawing_fits_on_paper(visit):
    with visit(viewport={"width": 700, "height": 1000}) as (page, _):
        page.emulate_media(media="print")
        page.goto("/ja/lineage/plan/172103/dx/1")
        assert page.evaluate(SEEN)["cut"] == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_open_table_fits_a_phone(visit, lang):
    with visit(viewport={"width": 375, "height": 800}) as (page, _):
        page.goto(f"/{lang}/lineage/{CERTIFICATE}")
        page.locator("summary").first.click()
        expect(page.locator(".ties tbody tr").last).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("path", EVERY)
def test_the_keyboard_stops_once_at_each_thing_and_the_page_is_not_much_longer_than_the_drawing(visit, path):
    with visit() as (page, _):
        page.goto(f"/ja/lineage/{path}")
        stops, boxes, drawn, long = page.evaluate(
            """() => [
              [...document.querySelectorAll("main :is(a[href], button, summary, [tabindex='0'])")]
                .filter(e => e.checkVisibility({contentVisibilityAuto: true})).length,
              document.querySelectorAll(".lineage a").length,
              document.querySelector(".lineage").getBoundingClientRect().height,
              document.querySelector("main").getBoundingClientRect().height,
            ]"""
        )
        assert stops <= boxes + 20
        assert long <= drawn + 1500


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_an_initiative_to_the_law_box_by_box(visit, lang, script):
    with visit(java_script_enabled=script) as (page, trouble):
        page.goto(f"/{lang}/id/{INITIATIVE}")
        page.get_by_role("main").locator("a.button").first.click()
        expect(page).to_have_url(f"/{lang}/lineage/{INITIATIVE}")
        page.locator(".lineage a[href$='/lineage/law/414AC0000000151']").click()
        expect(page.locator("h1")).to_contain_text(LAW[lang])
        expect(page.locator(".lineage .here")).to_have_attribute("aria-current", "true")
        page.locator(".lineage .here").click()
        expect(page.locator("h1")).to_contain_text(LAW[lang])
        expect(page).to_have_url(f"/{lang}/id/law/414AC0000000151")
        assert trouble == []


def test_a_fan_opens_and_its_lines_can_be_followed(visit):
    with visit() as (page, trouble):
        page.goto("/en/lineage/law/503AC0000000035")
        page.locator(".lineage a.fan", has_text="Principle").click()
        expect(page).to_have_url("/en/lineage/law/503AC0000000035?open=Principle")
        lines = page.locator(".lineage a.member")
        expect(lines).to_have_count(5)
        lines.first.click()
        expect(page.locator(".lineage a.law", has_text="Basic Act on Forming a Digital Society")).to_be_visible()
        assert trouble == []


def test_the_keyboard_goes_through_the_boxes_from_top_to_bottom_and_shows_where_it_is(visit):
    with visit() as (page, _):
        page.goto(f"/ja/lineage/{INITIATIVE}")
        page.get_by_role("region").first.focus()
        tops = []
        while True:
            page.keyboard.press("Tab")
            inside, y, ring = page.evaluate(
                """() => { const e = document.activeElement; const rect = e.querySelector("rect");
                return [!!e.closest(".lineage"), rect && rect.y.baseVal.value, rect && getComputedStyle(rect).strokeWidth]; }"""
            )
            if not inside:
                break
            tops.append(y)
            assert ring == "4px"
        assert len(tops) == page.locator(".lineage a").count() > 20
        assert tops == sorted(tops)


def test_a_screen_reader_hears_the_whole_name_of_each_box_and_the_number_of_each_fan(visit):
    with visit() as (page, _):
        page.goto("/en/lineage/law/503AC0000000035")
        drawn = page.locator(".lineage")
        name = "Policy instrument Basic Policy on Reform towards a Digital Society (December 2020)"
        expect(drawn.get_by_role("link", name=name, exact=True)).to_be_visible()
        expect(drawn.get_by_role("link", name="Principle 5 items", exact=True)).to_be_visible()
        assert "aligned" not in drawn.aria_snapshot()


def test_the_link_above_the_figure_brings_the_box_of_the_thing_into_sight(visit):
    with visit(viewport={"width": 375, "height": 700}) as (page, _):
        page.goto(f"/ja/lineage/{INITIATIVE}")
        box = page.locator(".lineage .here")
        page.locator("a[href='#here']").click()
        expect(box).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("suffix", ["svg", "csv"])
def test_figure_and_table_are_downloaded(visit, suffix):
    with visit() as (page, trouble):
        page.goto(f"/en/lineage/{INITIATIVE}")
        with page.expect_download() as download:
            page.locator(f"a[href$='.{suffix}']").click()
        assert download.value.suggested_filename == f"keifu-lineage-plan-172090-dx-1.0-initiative-2-1.{suffix}"
        assert trouble == []


def test_the_figure_is_saved_as_png(visit):
    with visit() as (page, trouble):
        page.goto(f"/en/lineage/{INITIATIVE}")
        with page.expect_download() as download:
            page.get_by_role("button", name="PNG").click()
        assert download.value.path().read_bytes().startswith(b"\x89PNG")
        assert trouble == []

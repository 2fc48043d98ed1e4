"""The comparing pages in a real browser: both languages, wide and narrow, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PATHS = ("/matrix", "/matrix?edition=1.0", "/procedures", "/systems")
WORDS = {
    "ja": ("かほく市", "国が挙げる重点取組事項", "行政サービスのオンライン化", "児童福祉課"),
    "en": ("Kahoku City", "National priority", "Putting administrative services online", "Child Welfare Division"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_table_scrolls_in_its_own_region_and_nothing_complains(visit, lang, width, scheme, tmp_path):
    with visit(viewport={"width": width, "height": 800}, color_scheme=scheme) as (page, trouble):
        for number, path in enumerate(PATHS):
            page.goto(f"/{lang}{path}")
            page.screenshot(path=tmp_path / f"{number}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
            # Five cities fit; where they do not, each row is a card that names the city in each of its lines.
            for region in page.get_by_role("region").all():
                assert region.evaluate("e => e.scrollWidth <= e.clientWidth"), path
            region = page.get_by_role("region").first
            cell = region.locator("tbody td").nth(4)
            assert 0 <= cell.bounding_box()["x"] <= width - cell.bounding_box()["width"]
            label = cell.evaluate("e => getComputedStyle(e, '::before').content")
            assert (label == "none") is (width == 1280)
            assert cell.evaluate("e => e.dataset.label")
            region.focus()
            expect(region).to_be_focused()
        assert trouble == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_home_to_the_initiatives_behind_a_cell(visit, lang, script):
    city, mark, initiative, _ = WORDS[lang]
    with visit(java_script_enabled=script) as (page, trouble):
        page.goto(f"/{lang}/")
        page.get_by_role("main").locator("a[href$='/matrix']").click()
        column = page.locator("thead th").all_inner_texts()
        place = next(number for number, text in enumerate(column) if text.startswith(city))
        row = page.get_by_role("row").filter(has=page.locator("a[href$='/policy/jichitai-dx/2.0/item/3']"))
        cell = row.get_by_role("cell").nth(place - 1)
        expect(cell).to_contain_text(mark)
        link = cell.get_by_role("link", name=initiative)
        expect(link).to_be_hidden()
        cell.locator("summary").click()
        expect(link).to_be_visible()
        link.click()
        expect(page).to_have_url(f"/{lang}/id/plan/172090/dx/1.0/initiative/2-1")
        assert trouble == []


def test_the_tabs_lead_from_edition_to_edition(visit):
    with visit() as (page, trouble):
        page.goto("/en/matrix")
        tabs = page.get_by_role("navigation", name="Edition of the national plan")
        expect(tabs.locator("[aria-current=page]")).to_have_text("Edition 2.0")
        expect(page.locator("tbody th[scope=row]")).to_have_count(11)
        tabs.get_by_role("link", name="Edition 1.0").click()
        expect(page).to_have_url("/en/matrix?edition=1.0")
        expect(page.locator("tbody th[scope=row]")).to_have_count(8)
        page.get_by_role("link", name="日本語").click()
        expect(page).to_have_url("/ja/matrix?edition=1.0")
        assert trouble == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_city_leads_to_its_systems_and_a_table_is_downloaded(visit, lang):
    with visit() as (page, trouble):
        page.goto(f"/{lang}/id/body/282294")
        page.get_by_role("main").locator("a[href$='/systems']").click()
        row = page.get_by_role("row").filter(has=page.locator("a[href$='/business/12']"))
        expect(row).to_contain_text(WORDS[lang][3])
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile("CSV")).click()
        assert download.value.suggested_filename == "keifu-systems.csv"
        assert trouble == []


@pytest.mark.parametrize("path", PATHS)
def test_between_wide_and_narrow_an_edge_tells_that_there_is_more(visit, path):
    with visit(viewport={"width": 760, "height": 800}) as (page, trouble):
        page.goto(f"/ja{path}")
        region = page.get_by_role("region").first
        fades = "e => ['--before', '--after'].map(n => parseFloat(getComputedStyle(e).getPropertyValue(n)))"
        assert region.evaluate("e => e.scrollWidth > e.clientWidth")
        before, after = region.evaluate(fades)
        assert (before, after > 0) == (0, True)
        region.evaluate("e => e.scrollTo(e.scrollWidth, 0)")
        page.wait_for_function(
            "e => getComputedStyle(e).getPropertyValue('--after') === '0px'", arg=region.element_handle()
        )
        # The names of the rows stay in sight when the cities are scrolled.
        head = region.locator("tbody th[scope=row]").first
        assert head.bounding_box()["x"] >= region.bounding_box()["x"] - 1
        assert trouble == []

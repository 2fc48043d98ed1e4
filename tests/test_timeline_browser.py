"""The timeline, the pages on learning and on quality in a real browser: both languages, wide and narrow, by keyboard."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PATHS = (
    "/timeline",
    "/timeline?body=282294&on=2026-03-31",
    "/learning",
    "/learning?theme=ai-rpa",
    "/quality",
    "/quality/172090/dx/1.0",
)
WORDS = {
    "ja": ("たつの市", "年表: 期限と担当", "令和7年度(FY2025)末", "児童福祉課", "姫路市"),
    "en": ("Tatsuno City", "Timeline: what is due", "end of FY2025 (Reiwa 7)", "Child Welfare Division", "Himeji City"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_is_wide_scrolls_in_its_own_region_and_nothing_complains(visit, lang, width, scheme, tmp_path):
    with visit(viewport={"width": width, "height": 800}, color_scheme=scheme) as (page, trouble):
        for number, path in enumerate(PATHS):
            page.goto(f"/{lang}{path}")
            page.screenshot(path=tmp_path / f"{number}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
            region = page.get_by_role("region").first
            region.focus()
            expect(region).to_be_focused()
        assert trouble == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_three_clicks_from_home_to_what_is_due_by_march_2026_and_who_is_in_charge(visit, lang, script):
    city, timeline, end, unit, _ = WORDS[lang]
    with visit(java_script_enabled=script) as (page, trouble):
        page.goto(f"/{lang}/")
        page.get_by_role("link", name=city, exact=True).first.click()
        page.get_by_role("link", name=timeline).click()
        page.get_by_role("link", name=end, exact=True).click()
        expect(page).to_have_url(f"/{lang}/timeline?body=282294&on=2026-03-31")
        row = page.get_by_role("row").filter(has=page.locator("a[href$='/dx/2022-10/initiative/3-1']")).first
        expect(row).to_contain_text(unit)
        place = row.locator("a[href*='/source/']").first
        place.click()
        expect(page).to_have_url(f"/{lang}/id/plan/282294/dx/2022-10/source/3-1")
        assert trouble == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_on_a_phone_who_is_in_charge_and_the_source_stand_on_the_screen(visit, lang):
    with visit(viewport={"width": 375, "height": 800}) as (page, trouble):
        page.goto(f"/{lang}/timeline?body=282294&on=2026-03-31")
        row = page.get_by_role("row").filter(has=page.locator("a[href$='/dx/2022-10/initiative/3-1']")).first
        for link in (row.get_by_role("link", name=WORDS[lang][3]), row.locator("a[href*='/source/']").first):
            box = link.bounding_box()
            assert 0 <= box["x"] <= box["x"] + box["width"] <= 375
        expect(page.locator("thead").first).to_be_hidden()
        assert trouble == []


def test_a_day_is_chosen_in_the_form_and_kinds_are_left_out(visit):
    with visit() as (page, trouble):
        page.goto("/en/timeline?body=282294")
        page.get_by_label("Day", exact=True).fill("2023-03-31")
        page.get_by_label("Months before and after").fill("6")
        page.get_by_label("Online procedures").uncheck()
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("heading", name="As of 31 March 2023 (Reiwa 5)")).to_be_visible()
        expect(page.get_by_label("Online procedures")).not_to_be_checked()
        expect(page.locator("a[href*='/body/282294/procedure']")).to_have_count(0)
        assert trouble == []


def test_a_mark_of_the_drawing_is_reached_and_followed_by_keyboard(visit):
    with visit() as (page, trouble):
        page.goto("/ja/timeline?body=282294&on=2026-03-31&kind=milestone")
        mark = page.locator("svg a").first
        address = mark.get_attribute("href")
        mark.focus()
        expect(mark).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(address)
        assert trouble == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_home_to_the_city_from_which_two_learned_the_same_and_on_the_map(visit, lang):
    *_, himeji = WORDS[lang]
    with visit() as (page, trouble):
        page.goto(f"/{lang}/")
        page.get_by_role("main").locator("a[href$='/learning']").click()
        expect(page.get_by_role("heading", level=3).filter(has_text=himeji).first).to_be_visible()
        page.locator("a.tile[href*='prefecture=28']").click()
        expect(page).to_have_url(f"/{lang}/learning?prefecture=28")
        expect(page.locator("th[scope=row]")).to_have_count(3)
        page.locator("select[name=theme]").select_option("counter")
        page.get_by_role("main").get_by_role("button").first.click()
        expect(page.locator("th[scope=row]")).to_have_count(1)
        assert trouble == []


def test_on_a_phone_the_map_begins_where_prefectures_are(visit):
    with visit(viewport={"width": 375, "height": 800}) as (page, trouble):
        page.goto("/ja/learning")
        for name in ("北海道", "白石市"):
            box = page.locator("svg a", has_text=name).first.bounding_box()
            assert 0 <= box["x"] <= box["x"] + box["width"] <= 375
        assert trouble == []


def test_a_drawing_is_saved_as_svg_and_as_png(visit):
    with visit() as (page, trouble):
        page.goto("/en/learning")
        for kind, suffix in (("link", "svg"), ("button", "png")):
            with page.expect_download() as download:
                page.get_by_role(kind, name=suffix.upper(), exact=True).last.click()
            assert download.value.suggested_filename.endswith(suffix)
        assert trouble == []


def test_the_figures_of_a_plan_lead_to_the_things_behind_them(visit):
    with visit() as (page, trouble):
        page.goto("/ja/quality")
        page.locator("a[href$='/quality/172090/dx/1.0#kpi']").click()
        expect(page).to_have_url("/ja/quality/172090/dx/1.0#kpi")
        page.locator("#kpi summary").click()
        expect(page.locator("#kpi li")).to_have_count(28)
        assert trouble == []

"""Side by side, KPIs and indicators in a real browser: both languages, wide and narrow, by mouse and by keyboard."""

import itertools

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PATHS = (
    *("/compare?on=theme/ai-rpa", "/compare?on=body/170003", "/compare?on=post", "/kpis"),
    *("/kpis/mynumber-card-issuance-rate", "/id/plan/172103/dx/1/kpi/4-2-2"),
)
WORDS = {
    "ja": ("80％以上", "この市だけ: 白山市", "並べる"),
    "en": ("at least 80 percent", "Only: Hakusan City", "Set side by side"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_wide_things_scroll_in_their_own_region_and_nothing_complains(visit, lang, width, scheme):
    with visit(viewport={"width": width, "height": 800}, color_scheme=scheme) as (page, trouble):
        for path in PATHS:
            page.goto(f"/{lang}{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
            for region in page.get_by_role("region").all():
                region.focus()
                expect(region).to_be_focused()
        assert trouble == []


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_five_cities_fit_beside_or_below_each_other(visit, lang, width):
    with visit(viewport={"width": width, "height": 800}) as (page, trouble):
        for path in PATHS[:3]:
            page.goto(f"/{lang}{path}")
            for region in page.get_by_role("region").all():
                assert region.evaluate("e => e.scrollWidth <= e.clientWidth"), path
        assert trouble == []


@pytest.mark.parametrize("script", [True, False])
def test_the_list_of_subjects_is_narrowed_by_a_word(visit, script):
    with visit(java_script_enabled=script) as (page, trouble):
        page.goto("/ja/compare")
        page.get_by_role("textbox", name="名前に含む言葉").fill("り災")
        page.get_by_role("button", name="絞る").click()
        page.get_by_role("combobox", name="何について").select_option("procedure/disaster-certificate")
        page.get_by_role("button", name="並べる").click()
        expect(page.get_by_role("link", name="27手続に含む")).to_be_visible()
        assert trouble == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_home_to_who_has_a_number_for_ai_and_rpa(visit, lang, script):
    amount, only, button = WORDS[lang]
    with visit(java_script_enabled=script) as (page, trouble):
        page.goto(f"/{lang}/")
        page.get_by_role("main").locator("a[href$='/compare']").click()
        page.get_by_role("main").get_by_role("combobox").select_option("policy/jichitai-dx/2.0/item/4")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("link", name=amount)).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="KPI").first).to_contain_text(only)
        assert trouble == []


def test_cities_are_chosen_by_keyboard(visit):
    with visit() as (page, trouble):
        page.goto("/en/compare?on=theme/telework")
        page.get_by_role("main").get_by_role("combobox").focus()
        for name in ("Shiroishi City", "Shirakawa City", "Kahoku City"):
            page.keyboard.press("Tab")
            expect(page.get_by_role("checkbox", name=name)).to_be_focused()
            page.keyboard.press("Space")
        page.get_by_role("button", name="Set side by side").press("Enter")
        expect(page).to_have_url("/en/compare?on=theme%2Ftelework&body=172103&body=282294")
        heads = page.get_by_role("table").first.locator("thead th")
        expect(heads).to_have_count(4)
        expect(heads.nth(1)).to_contain_text("Hakusan City")
        assert trouble == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_a_kpi_to_the_indicator_and_the_figure_as_a_file(visit, lang):
    with visit() as (page, trouble):
        page.goto(f"/{lang}/kpis?body=172103")
        page.get_by_role("main").locator("a[href$='/kpis/mynumber-card-issuance-rate']").first.click()
        figure = page.get_by_role("figure").get_by_role("img")
        expect(figure).to_be_visible()
        names = figure.locator("[class^='series'] > text").all()
        assert len(names) == 5
        boxes = sorted(name.bounding_box()["y"] for name in names)
        assert all(after - before > 12 for before, after in itertools.pairwise(boxes))
        edge = figure.bounding_box()
        assert all(box["x"] + box["width"] <= edge["x"] + edge["width"] for box in (n.bounding_box() for n in names))
        with page.expect_download() as download:
            page.get_by_role("link", name="SVG").click()
        assert download.value.suggested_filename == "keifu-mynumber-card-issuance-rate.svg"
        assert trouble == []

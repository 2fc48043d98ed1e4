"""Search in a real browser: from the home page to a result in another city, in both languages, wide and narrow."""

import pytest
from playwright.sync_api import expect
from test_browser import CONTRAST, fits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_word_is_found_in_several_cities_and_a_result_opened(visit, lang, width, scheme, tmp_path):
    with visit(viewport={"width": width, "height": 800}, color_scheme=scheme) as (page, trouble):
        page.goto(f"/{lang}/")
        page.screenshot(path=tmp_path / "home.png")
        assert fits(page)
        box = page.get_by_role("searchbox")
        expect(box).to_have_accessible_name({"ja": "探す言葉", "en": "Words to search for"}[lang])
        box.fill("書かない窓口")
        box.press("Enter")
        expect(page.get_by_role("searchbox")).to_have_value("書かない窓口")
        page.screenshot(path=tmp_path / "kind.png", full_page=True)
        page.get_by_role("link", name={"ja": "団体ごとに", "en": "By city"}[lang]).click()
        cities = page.locator("main section h2")
        expect(cities.filter(has_text={"ja": "たつの市", "en": "Tatsuno"}[lang])).to_be_visible()
        expect(cities.filter(has_text={"ja": "白石市", "en": "Shiroishi"}[lang])).to_be_visible()
        page.screenshot(path=tmp_path / "city.png", full_page=True)
        assert fits(page)
        assert page.evaluate(CONTRAST) == []
        result = page.locator(".found > li > a").first
        name = result.inner_text()
        result.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        assert trouble == []


@pytest.mark.parametrize("path", ["/ja/search", "/en/search?q=zzzzzz", "/ja/search?q=市&city=body/172103"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_every_state_of_the_page_fits_its_window_and_can_be_read(visit, path, scheme, width, tmp_path):
    with visit(viewport={"width": width, "height": 800}, color_scheme=scheme) as (page, trouble):
        page.goto(path)
        page.screenshot(path=tmp_path / "page.png", full_page=True)
        assert fits(page)
        assert page.evaluate(CONTRAST) == []
        assert trouble == []


def test_results_are_narrowed_without_a_script(visit):
    with visit(java_script_enabled=False) as (page, _):
        page.goto("/ja/")
        page.get_by_role("searchbox").fill("窓口")
        page.get_by_role("button", name="検索").click()
        page.get_by_role("navigation", name="絞り込む").get_by_role("link", name="白石市").click()
        expect(page.locator(".chosen")).to_contain_text("白石市")
        page.get_by_role("link", name="白石市 を外す").click()
        expect(page.locator(".chosen")).to_have_count(0)

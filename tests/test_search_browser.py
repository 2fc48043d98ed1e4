"""Search in a real browser: from the home page to a result in another city, in both languages, wide and narrow."""

import re

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
        box = page.get_by_role("combobox", name={"ja": "探す言葉", "en": "Words to search for"}[lang])
        box.fill("書かない窓口")
        box.press("Enter")
        expect(box).to_have_value("書かない窓口")
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


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize(
    ("lang", "typed", "city"),
    [
        ("ja", "はくさ", ("白山市", "172103")),
        ("ja", "白石", ("白石市", "042064")),
        ("en", "hakus", ("Hakusan City", "172103")),
    ],
)
def test_names_are_offered_while_words_are_typed_and_chosen_by_keys(visit, lang, width, typed, city):
    with visit(viewport={"width": width, "height": 800}) as (page, trouble):
        page.goto(f"/{lang}/")
        box = page.get_by_role("combobox", name={"ja": "探す言葉", "en": "Words to search for"}[lang])
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press_sequentially(typed)
        option = page.get_by_role("option").filter(has_text=city[0]).first
        expect(option).to_be_visible()
        expect(box).to_have_attribute("aria-expanded", "true")
        assert fits(page)
        assert page.evaluate(CONTRAST) == []
        box.press("ArrowUp")
        box.press("ArrowDown")
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
        while option.get_attribute("aria-selected") != "true":
            box.press("ArrowDown")
        expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
        box.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        expect(box).to_have_value(typed)
        box.press("ArrowDown")
        while option.get_attribute("aria-selected") != "true":
            box.press("ArrowDown")
        box.press("Enter")
        page.wait_for_url(f"**/{lang}/id/body/{city[1]}")
        assert trouble == []


def test_what_is_typed_is_searched_for_where_no_name_is_chosen(visit):
    with visit() as (page, _):
        page.goto("/ja/")
        box = page.get_by_role("combobox", name="探す言葉")
        box.press_sequentially("書かない")
        expect(page.get_by_role("option").first).to_be_visible()
        box.press("Enter")
        expect(page).to_have_url(re.compile("/ja/search[?]q="))


def test_an_old_answer_never_takes_the_place_of_a_new_one(visit):
    with visit() as (page, _):
        waiting = []

        def hold(route):
            waiting.append(route)

        page.route("**/names.json?q=%E7%99%BD", hold)
        page.goto("/ja/")
        box = page.get_by_role("combobox", name="探す言葉")
        with page.expect_request("**/names.json?q=%E7%99%BD"):
            box.fill("白")
        box.fill("白石")
        offered = page.get_by_role("option").filter(has_text="白石市").first
        expect(offered).to_be_visible()
        for route in waiting:
            route.fulfill(json=[])
        expect(offered).to_be_visible()


def test_a_name_is_chosen_with_the_pointer(visit):
    with visit() as (page, _):
        page.goto("/en/def")
        page.get_by_role("combobox", name="Words to search for").press_sequentially("kahoku")
        page.get_by_role("option").filter(has_text="Kahoku City").first.click()
        page.wait_for_url("**/en/id/body/172090")

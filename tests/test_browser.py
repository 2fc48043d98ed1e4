"""The pages in a real browser: from the home page to the law without typing an address, in both languages, wide and narrow."""

import re

import pytest
from playwright.sync_api import Page, expect

from keifu.namespaces import ID
from keifu.reading.facts import Facts

pytestmark = pytest.mark.browser

CITY, PLAN = "body/172090", "plan/172090/dx/1.0"
INITIATIVE, ACT = f"{PLAN}/initiative/2-1", "law/503AC0000000035"
KINDS = (
    *("/", "/municipalities", "/policies", "/def", "/def/addresses", "/id/nothing"),
    *("/query", "/query?q=achievements&run=1", "/query?query=nonsense&run=1"),
    *("/id/body/172090", "/id/plan/172090/dx/1.0", "/id/plan/172103/dx/1", "/id/plan/172090/dx/1.0/initiative/2-1"),
    *("/id/plan/172090/dx/1.0/initiative", "/id/plan/172090/dx/1.0/source/6-2-1", "/id/policy/jichitai-dx/1.0"),
    *(
        "/id/platform/lgwan",
        "/id/policy/jichitai-dx/2.0/item/3",
        "/id/law/503AC0000000035",
        "/id/theme/online-procedures",
    ),
)
CONTRAST = """
() => {
  const rgba = text => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return rgba(getComputedStyle(document.documentElement).colorScheme.includes("dark") ? "rgb(0,0,0)" : "rgb(255,255,255)");
  };
  const poor = [];
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(`${element.outerHTML.slice(0, 100)} ${(a + 0.05) / (b + 0.05)}`);
  }
  return poor;
}
"""


def fits(page: Page) -> bool:
    """Whether the page needs no scrolling sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture(scope="module")
def labels(store):
    """The name of a thing in a language."""

    def find(path: str, lang: str) -> str:
        facts = Facts(store, lang)
        facts.mention(ID + path)
        facts.name()
        return str(facts.label(ID + path))

    return find


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_the_home_page_to_the_basic_act_without_typing_an_address(visit, labels, lang, width, tmp_path):
    with visit(viewport={"width": width, "height": 800}, locale=lang) as (page, trouble):
        page.goto("/")
        for step, path in enumerate((CITY, PLAN, INITIATIVE, ACT)):
            page.screenshot(path=tmp_path / f"{step}.png", full_page=True)
            assert fits(page), page.url
            if path == ACT:
                page.locator("summary").filter(has_text=labels(ACT, lang)).click()
            page.get_by_role("main").get_by_role("link", name=labels(path, lang), exact=True).first.click()
            expect(page).to_have_url(f"/{lang}/id/{path}")
            expect(page.get_by_role("heading", level=1)).to_have_text(labels(path, lang))
        page.screenshot(path=tmp_path / "4.png", full_page=True)
        assert trouble == []


def test_the_other_language_shows_the_same_page(visit, labels):
    with visit() as (page, trouble):
        page.goto(f"/ja/id/{INITIATIVE}")
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(labels(INITIATIVE, "en"))
        page.get_by_role("link", name="日本語").click()
        expect(page).to_have_url(f"/ja/id/{INITIATIVE}")
        assert trouble == []


def test_every_link_is_reached_with_the_keyboard_and_shows_where_the_focus_is(visit):
    with visit() as (page, _):
        page.goto(f"/ja/id/{CITY}")
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href]')].filter(a => a.checkVisibility()).map(a => a.href)"
        )
        reached = []
        for _ in range(3 * len(wanted)):
            page.keyboard.press("Tab")
            tag, href, ring = page.evaluate(
                "[document.activeElement.tagName, document.activeElement.href, getComputedStyle(document.activeElement).outlineStyle]"
            )
            if tag == "BODY":
                break
            assert ring == "solid"
            if tag == "A":
                reached.append(href)
        assert reached == wanted


def test_the_first_key_leads_past_the_menu(visit):
    with visit() as (page, _):
        page.goto("/ja/")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="本文へ")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


def test_a_query_is_chosen_filled_in_and_run_without_a_script(visit):
    with visit(java_script_enabled=False) as (page, trouble):
        page.goto("/en/")
        page.get_by_role("link", name=re.compile("Query the data")).click()
        page.get_by_role("link", name="What a city has already done").click()
        page.get_by_label("Plan", exact=True).select_option(f"{ID}plan/172103/dx/1")
        page.get_by_role("button", name="Run with these values").click()
        expect(page.get_by_role("heading", name="Result")).to_be_visible()
        first = page.get_by_role("table").get_by_role("link", name="Cashless payment of taxes and public money")
        expect(first).to_have_attribute("href", re.compile("/en/id/plan/172103/dx/1/achievement/"))
        page.get_by_label("SPARQL query").fill("ASK { ?s ?p ?o }")
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.locator("main")).to_contain_text("Yes")
        assert trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_every_kind_of_page_fits_its_window_and_can_be_read(visit, scheme, width, tmp_path):
    with visit(viewport={"width": width, "height": 800}, color_scheme=scheme) as (page, _):
        for number, path in enumerate(KINDS):
            page.goto(f"/{'ja' if number % 2 else 'en'}{path}")
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            page.screenshot(path=tmp_path / f"{number}.png", full_page=True)
            assert fits(page), path
            assert page.evaluate(CONTRAST) == [], path


def test_a_printed_page_opens_what_is_folded_and_leaves_out_the_menu(visit):
    with visit() as (page, _):
        page.goto(f"/ja/id/{INITIATIVE}")
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation", name="主なページ")).to_be_hidden()
        folded = page.locator("details:not([open]) a").first
        assert folded.bounding_box()["height"] > 0

"""The query page in a real browser: the editor, running and stopping, and what an answer can be seen as."""

import re
import time

import pytest
from conftest import serving
from playwright.sync_api import expect

from keifu.site.frame import EDITOR

pytestmark = pytest.mark.browser

needs_editor = pytest.mark.skipif(not EDITOR.is_file(), reason="the editor is bundled by npm (make setup)")
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def editor(page):
    return page.get_by_role("textbox", name=re.compile("SPARQL"))


def write(page, text):
    """Put the cursor into an empty editor and type."""
    editor(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def offered(page):
    """What is offered to complete, once it is."""
    options = page.locator(".cm-tooltip-autocomplete .cm-completionLabel")
    expect(options.first).to_be_visible()
    return options.all_inner_texts()


@needs_editor
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_query_is_typed_completed_and_run_with_the_keyboard_alone(visit, lang, width, tmp_path):
    with visit(viewport={"width": width, "height": 800}) as (page, trouble):
        page.goto(f"/{lang}/query")
        write(page, "SELECT *\nWHERE { ?x a keifu:DxPl")
        assert offered(page)[0] == "keifu:DxPlan"
        page.screenshot(path=tmp_path / "editor.png")
        page.wait_for_timeout(200)  # CodeMirror takes no key for the list in its first 75 milliseconds
        page.keyboard.press("Enter")
        page.keyboard.type(" } ORDER BY ?x LIMIT 2")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("table")).to_be_visible()
        expect(page.locator("#result")).to_be_focused()
        sent = page.evaluate("new URL(location).searchParams.get('query')")
        assert sent.startswith("PREFIX keifu: <https://w3id.org/keifu/def#>\nSELECT *\nWHERE { ?x a keifu:DxPlan } ")
        assert page.get_by_role("table").locator("tbody tr").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert trouble == []


@needs_editor
def test_properties_are_those_of_the_class_of_the_subject(visit, store):
    with visit() as (page, trouble):
        page.goto("/en/query")
        write(page, "SELECT * WHERE { ?x a keifu:DxPlan . ?y a keifu:Kpi . ?x keifu:")
        of_plan = set(offered(page))
        write(page, "SELECT * WHERE { ?x a keifu:DxPlan . ?y a keifu:Kpi ; keifu:")
        of_kpi = set(offered(page))
        for found, name in ((of_plan, "DxPlan"), (of_kpi, "Kpi")):
            rows = store.select(f"SELECT DISTINCT ?p {{ ?x a <https://w3id.org/keifu/def#{name}> ; ?p ?o }}")
            names = {row["p"].value.replace("https://w3id.org/keifu/def#", "keifu:") for row in rows}
            assert {each for each in found if each.startswith("keifu:")} == {
                each for each in names if each.startswith("keifu:")
            }
        assert trouble == []


@needs_editor
def test_names_variables_and_prefixes_complete_too(visit):
    with visit() as (page, trouble):
        page.goto("/ja/query")
        write(page, "SELECT ?city WHERE { ?x a 市区")
        assert offered(page) == ["keifu:Municipality"]
        write(page, "SELECT ?city WHERE { ?ci")
        assert offered(page) == ["?city"]
        write(page, "PREFIX sko")
        assert "skos: <http://www.w3.org/2004/02/skos/core#>" in offered(page)
        assert trouble == []


@needs_editor
def test_tab_leaves_the_editor_and_selected_text_is_replaced_within_the_policy(visit):
    with visit() as (page, trouble):
        page.goto("/en/query")
        editor(page).click()
        page.keyboard.press("Control+a")
        page.keyboard.type("ASK {}")
        expect(editor(page)).to_have_text("ASK {}")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Run", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#answer")).to_contain_text("Yes")
        page.go_back()
        expect(page.locator("#answer")).to_be_empty()
        assert trouble == []


@needs_editor
def test_the_place_of_a_mistake_is_marked(visit):
    with visit() as (page, _):
        page.goto("/en/query")
        write(page, "SELECT *\nWHERE { ?x ?y }")
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("line 2, column")
        expect(page.locator(".cm-lintRange-error")).to_be_visible()


@pytest.mark.parametrize("script", ["stop", "leave"])
def test_a_query_that_is_stopped_frees_its_worker(chromium, dataset, tmp_path, script):
    with serving(dataset, tmp_path / "log", query_workers=1, query_seconds=60) as address:
        page = chromium.new_page()
        page.goto(f"{address}/en/query")
        page.evaluate("text => document.getElementById('query').value = text", ENDLESS)
        page.evaluate("document.getElementById('query').form.requestSubmit()")
        stop = page.get_by_role("button", name="Stop")
        expect(stop).to_be_visible()
        page.wait_for_timeout(1000)
        stop.click() if script == "stop" else page.close()
        if script == "stop":
            expect(page.locator("#progress")).to_have_text("Stopped.")
        # The only worker there is answers the next one long before the first would have ended.
        began = time.monotonic()
        after = chromium.new_page()
        after.goto(f"{address}/en/query?query=ASK%20%7B%20?s%20?p%20?o%20%7D&run=1", timeout=20_000)
        expect(after.locator("#answer")).to_contain_text("Yes")
        assert time.monotonic() - began < 10
        after.close()


def test_values_are_chosen_by_name_and_the_editor_follows(visit):
    with visit() as (page, trouble):
        page.goto("/ja/query?q=city-and-theme")
        page.get_by_label("市区町村").select_option(label="白山市")
        page.get_by_label("分野").select_option(label="マイナンバーカードの普及・利用")
        page.get_by_role("button", name="この値で実行").click()
        expect(page.locator("#result")).to_be_focused()
        assert "body%2F172103" in page.url
        assert "body/172103>" in page.locator("#query").input_value()
        assert trouble == []


@pytest.mark.parametrize("script", [True, False])
def test_an_answer_is_sorted_and_drawn_also_without_a_script(visit, script, tmp_path):
    with visit(java_script_enabled=script) as (page, trouble):
        page.goto("/en/query?q=initiatives-by-theme&run=1")
        page.get_by_role("table").get_by_role("link", name="Municipality").click()
        assert "sort=cityLabel" in page.url
        heads = page.get_by_role("columnheader").all()
        assert [head.get_attribute("aria-sort") for head in heads] == [None, None, "ascending"]
        names = page.locator("tbody td:nth-child(3)").all_inner_texts()
        assert names == sorted(names)
        page.get_by_role("link", name="Chart").click()
        page.get_by_label("Set out").select_option("cityLabel")
        page.get_by_label("Measured by").select_option(label="Number of rows")
        page.get_by_role("button", name="Draw again").click()
        bars = page.locator("svg.chart title").all_text_contents()[1:]
        page.screenshot(path=tmp_path / "chart.png", full_page=True)
        assert len(bars) == 5
        assert all(re.fullmatch(r"\w+ City: \d+", bar) for bar in bars)
        assert trouble == []


def test_a_lineage_is_drawn_and_its_boxes_lead_on(visit):
    with visit(viewport={"width": 375, "height": 800}) as (page, trouble):
        page.goto("/ja/query?q=lineage-up&run=1")
        page.get_by_role("link", name="つながりの図").click()
        box = page.locator("svg.lineage a").filter(has_text="デジタル社会形成基本法").first
        box.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/ja/id/law/503AC0000000035"))
        assert trouble == []


def test_the_day_of_access_is_filled_in(visit):
    with visit(locale="ja") as (page, trouble):
        page.goto("/ja/id/body/172090")
        page.get_by_text("このページを引用する").click()
        day = page.evaluate("new Date().getFullYear()")
        expect(page.locator("#cite p")).to_contain_text(f"{day}年")
        expect(page.locator("#cite pre")).to_contain_text(
            re.compile(rf"\}},\n  urldate = \{{{day}-\d\d-\d\d\}},\n\}}$")
        )
        assert trouble == []

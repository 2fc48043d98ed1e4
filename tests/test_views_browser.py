"""What every kind of page promises, seen in a real browser: nothing asks another host, the keyboard reaches everything, and what is drawn is also written."""

import re

import pytest
from test_axe import PAGES, STATUS

pytestmark = pytest.mark.browser

UNREACHED = """
() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, .scroll")]
  .filter(e => e.checkVisibility() && !e.disabled && e.tabIndex !== 0)
  .map(e => e.outerHTML.slice(0, 120))
"""
"""What a visitor can use but the Tab key does not stop at in the order of the page."""

UNNAMED = """
() => [...document.querySelectorAll("main figure svg")]
  .filter(e => !e.querySelector("title") && !e.getAttribute("aria-label")).length
"""
"""How many drawings have no name."""

LINKED = """
drawn => [...document.querySelectorAll("main a")].filter(a => Boolean(a.closest("svg")) === drawn)
  .map(a => new URL(a.getAttribute("href"), location).pathname).filter(path => path !== location.pathname)
"""
"""Where the links of the drawings lead, or those of the text, without other states of the same page."""


def thing(path: str) -> str:
    """The thing that an address is about, whether it shows its page or its lineage."""
    return re.sub("^/(ja|en)/(id|lineage)/", "", path)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_page_asks_another_host_or_complains(visit, lang):
    found = {}
    with visit() as (page, trouble):
        for kind, path in PAGES.items():
            assert page.goto(f"/{lang}{path}", wait_until="networkidle").status == STATUS.get(kind, 200)
            # The browser itself complains of a page that is an error.
            if told := [one for one in trouble if kind not in STATUS or "Failed to load resource" not in one]:
                found[kind] = told
            trouble.clear()
    assert found == {}


def test_the_keyboard_reaches_everything_and_what_is_drawn_is_written(visit):
    unreached, unwritten, drawn = {}, {}, set()
    with visit(viewport={"width": 375, "height": 800}) as (page, _):
        for kind, path in PAGES.items():
            page.goto(f"/ja{path}")
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            if found := page.evaluate(UNREACHED):
                unreached[kind] = found
            if page.locator("main figure svg").count() == 0:
                continue
            drawn.add(kind)
            assert page.evaluate(UNNAMED) == 0, kind
            if kind in ("chart", "graph", "map"):
                # The answer to a query is a table first; its other faces are chosen above it.
                assert page.locator("main a[href*='/query']", has_text="表").count()
            elif missing := set(map(thing, page.evaluate(LINKED, True))) - set(
                map(thing, page.evaluate(LINKED, False))
            ):
                unwritten[kind] = missing
    assert (unreached, unwritten) == ({}, {})
    assert {"lineage of an initiative", "indicator", "timeline", "learning", "graph", "chart", "map"} <= drawn

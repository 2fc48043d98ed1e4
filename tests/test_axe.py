"""No page has a barrier that axe-core can find: one page of each kind, in both languages, light and wide, dark and narrow."""

import importlib.util
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
VERSION = json.loads((HERE / "assets" / "package.json").read_text(encoding="utf-8"))["dependencies"]["axe-core"]
AXE = HERE / ".cache" / f"axe-core-{VERSION}.js"

PAGES = {
    "home": "/",
    "municipalities": "/municipalities",
    "policies": "/policies",
    "city": "/id/body/172090",
    "plan": "/id/plan/172090/dx/1.0",
    "initiative": "/id/plan/172090/dx/1.0/initiative/2-1",
    "kpi value": "/id/plan/172090/dx/1.0/value/1-target",
    "national policy": "/id/policy/jichitai-dx/1.0",
    "law": "/id/law/503AC0000000035",
    "listing": "/id/plan/172090/dx/1.0/initiative",
    "term": "/def/addresses",
    "vocabulary": "/def",
    "result": "/query?q=achievements&run=1",
    "chart": "/query?q=initiatives-by-theme&run=1&view=chart",
    "graph": "/query?q=lineage-up&run=1&view=graph",
    "map": "/query?q=who-else&run=1&view=map",
    "refused query": "/query?query=nonsense&run=1",
    "search": "/search?q=DX",
    "views": "/views",
    "lineage of an initiative": "/lineage/plan/172090/dx/1.0/initiative/2-1",
    "lineage with an open fan": "/lineage/law/503AC0000000035?open=Principle",
    "no lineage": "/lineage/platform/lgwan",
    "lineages": "/lineage",
    "matrix": "/matrix",
    "procedures": "/procedures",
    "systems": "/systems",
    "side by side, nothing chosen": "/compare",
    "side by side on a theme": "/compare?on=theme/ai-rpa",
    "side by side on a prefecture": "/compare?on=body/170003",
    "kpis": "/kpis",
    "indicator": "/kpis/mynumber-card-issuance-rate",
    "kpi": "/id/plan/172103/dx/1/kpi/4-2-2",
    "timeline": "/timeline",
    "timeline of a city on a day": "/timeline?body=282294&on=2026-03-31",
    "learning": "/learning",
    "quality": "/quality",
    "quality of a plan": "/quality/172090/dx/1.0",
    "body cited": "/id/body/282014",
    "any other thing": "/id/theme/online-procedures",
    "catalogue": "/catalogue",
    "graph of a plan": "/graph/municipality/172090-kahoku/dx-1.0",
    "derived graph": "/graph/derived",
    "not found": "/id/nothing",
}
STATUS = {"refused query": 400, "not found": 404}
OPTIONS = {
    # All that axe-core counts to levels A and AA and to good practice; left out are level AAA and what it calls experimental.
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # The size of targets is the one rule of WCAG 2.2 in axe-core, which leaves it off unless asked.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
FIND = """
async options => {
  document.querySelectorAll("details").forEach(d => d.open = true);
  const { violations } = await axe.run(document, options);
  return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 150)}\\n${n.failureSummary}`));
}
"""

spec = importlib.util.spec_from_file_location("assets", HERE.parent / "scripts" / "assets.py")
assets = importlib.util.module_from_spec(spec)
spec.loader.exec_module(assets)


@pytest.fixture(scope="module")
def axe() -> Path:
    """The script of axe-core, brought by npm (pinned in tests/assets/) if it is not there yet."""
    if not AXE.is_file():
        command = assets.npm()
        if command is None:
            pytest.skip("no npm on the PATH, which brings axe-core")
        AXE.parent.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=AXE.parent) as name:
            trouble = assets.fetch(command, HERE / "assets", Path(name))
            if trouble is not None:
                (pytest.fail if os.environ.get("KEIFU_REQUIRE_BROWSER") == "1" else pytest.skip)(
                    f"npm did not bring axe-core: {trouble}"
                )
            Path(name, "node_modules/axe-core/axe.min.js").rename(AXE)
    return AXE


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_axe_finds_no_barrier(visit, axe, lang, scheme, width):
    # The policy of the pages allows no script of others; only in this context it is set aside.
    with visit(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800}) as (page, _):
        page.add_init_script(path=axe)
        found = {}
        for kind, path in PAGES.items():
            assert page.goto(f"/{lang}{path}").status == STATUS.get(kind, 200)
            if barriers := page.evaluate(FIND, OPTIONS):
                found[kind] = barriers
        box = page.locator("#find")
        box.press_sequentially("RPA")
        page.get_by_role("option").first.wait_for()
        box.press("ArrowDown")
        if barriers := page.evaluate(FIND, OPTIONS):
            found["names offered"] = barriers
    assert found == {}

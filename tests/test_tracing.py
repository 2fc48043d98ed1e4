"""The drawn lineage as a page, as a file and as a table."""

import csv
import io
from xml.etree import ElementTree

import pytest
from markup import Page, fetch, whole

from keifu.lineage.pedigree import pedigree
from keifu.namespaces import DEF, ID
from keifu.reading.facts import Facts

PLAN = "plan/172090/dx/1.0"
PATHS = (
    *(f"{PLAN}/initiative/2-1", f"{PLAN}/value/1-target", PLAN, "plan/172103/dx/1"),
    *("policy/jichitai-dx/2.0/item/3", "law/503AC0000000035", "law/503AC0000000035?open=Principle"),
)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_is_whole_light_and_says_in_a_table_what_it_draws(client, store, lang, path):
    page, response = whole(client, f"/{lang}/lineage/{path}")
    iri, _, opened = path.partition("?open=")
    told = pedigree(Facts(store, lang), ID + iri, opened or None)
    assert len(page.all("table")) == 1
    listed = response.text.partition('<table class="ties">')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    assert listed.count("<tr>") == len(told.ties)
    assert listed.count('<th scope="row"') == len({tie.lower for tie in told.ties})
    # Each thing and each relation is a link where it is named first.
    links = [attrs["href"] for attrs in Page(listed).all("a") if "quiet" not in attrs.get("class", "")]
    assert len(links) == len(set(links))
    drawn = [attrs for name, attrs in page.elements if name == "path" and "tie" in attrs.get("class", "").split()]
    assert len(drawn) == sum(tie.upper not in told.hidden for tie in told.ties)
    assert sum("way" in attrs["class"].split() for attrs in drawn) == sum(tie.way for tie in told.ties)
    weak = [tie for tie in told.ties if tie.relations[0].iri == f"{DEF}alignedWith" and tie.upper not in told.hidden]
    assert sum("stroke-dasharray" in attrs for attrs in drawn) == len(weak)


@pytest.mark.parametrize(("lang", "name"), [("ja", "白石市デジタル化推進方針"), ("en", "Shiroishi City")])
def test_the_page_of_all_lineages_names_the_plans(client, lang, name):
    page, _ = whole(client, f"/{lang}/lineage")
    assert any(name in text for text in page.links)


@pytest.mark.parametrize("path", PATHS)
def test_every_link_leads_somewhere_and_a_box_to_the_lineage_around_it(client, path):
    page = Page(fetch(client, f"/en/lineage/{path}").text)
    hrefs = {link["href"].partition("#")[0] for link in page.all("a")} - {""}
    inside = sorted(href for href in hrefs if href.startswith("/"))
    assert [href for href in inside if fetch(client, href).status_code not in (200, 303)] == []
    boxes = [link["href"] for link in page.all("a") if link.get("class") in ("thing", "law", "fan", "member")]
    assert boxes
    assert {href.split("/")[2] for href in boxes} <= {"lineage", "id"}
    (here,) = [link for link in page.all("a") if link.get("class") == "here"]
    assert here["href"] == f"/en/id/{path.partition('?')[0]}"
    assert here["aria-current"] == "true"


@pytest.mark.parametrize("path", [*PATHS, "plan/042064/dx/2023-03?open=GlossaryTerm"])
def test_every_place_that_a_link_names_is_on_its_page(client, path):
    here = f"/en/lineage/{path}"
    for link in Page(fetch(client, here).text).all("a"):
        page, _, place = link.get("href", "").partition("#")
        if place and not page.startswith("http"):
            ids = {attrs.get("id") for _, attrs in Page(fetch(client, page or here).text).elements}
            assert place in ids, link["href"]


@pytest.mark.parametrize("path", PATHS)
def test_the_figure_stands_by_itself_as_a_file(client, path):
    stem, _, query = path.partition("?")
    response = fetch(client, f"/ja/lineage/{stem}.svg?{query}")
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="keifu-lineage-')
    root = ElementTree.fromstring(response.data)
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text.startswith("系譜: ")
    links = [one.get("href") for one in root.iter(f"{SVG}a")]
    assert links
    assert all(link.startswith("http://localhost/ja/") for link in links)
    assert not list(root.iter(f"{SVG}foreignObject"))
    assert "style" not in {name for one in root.iter() for name in one.attrib}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_table_is_taken_away_with_the_iris_of_what_it_names(client, store, lang):
    response = fetch(client, f"/{lang}/lineage/{PLAN}/initiative/2-1.csv")
    head, *body = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
    told = pedigree(Facts(store, lang), f"{ID}{PLAN}/initiative/2-1")
    assert {len(row) for row in body} == {len(head)}
    assert [(row[1], row[6]) for row in body] == [(tie.lower, tie.upper) for tie in told.ties]
    row = next(row for row in body if row[1] == f"{ID}{PLAN}" and row[6].endswith("503AC0000000035"))
    assert (row[4], row[7:10]) == (f"{DEF}alignedWith", ["5", "1", "1"])
    assert row[14].startswith(f"{ID}{PLAN}/source/")
    assert row[15] == "1"


@pytest.mark.parametrize(
    ("path", "missing", "ways"),
    [("law/503AC0000000035", False, False), ("policy/jichitai-dx", True, False), (PLAN, False, True)],
)
def test_a_missing_way_to_a_law_is_named_where_it_is_missed_and_thick_lines_where_there_are_some(
    client, path, missing, ways
):
    text = fetch(client, f"/en/lineage/{path}").text
    assert ("The data state no way to a law." in text) == missing
    assert ("<dt>Thick lines</dt>" in text) == ways


def test_what_has_no_lineage_says_so_and_what_is_unknown_is_not_found(client):
    page = fetch(client, "/en/lineage/platform/lgwan")
    assert page.status_code == 200
    assert "No lineage" in page.text
    assert "<svg" not in page.text
    for suffix in ("", ".csv", ".svg"):
        assert fetch(client, f"/en/lineage/nothing{suffix}").status_code == 404
    assert fetch(client, "/en/lineage/platform/lgwan.svg").status_code == 404


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_page_of_a_thing_leads_to_its_lineage_twice_and_back(client, lang):
    there = f"/{lang}/lineage/{PLAN}/initiative/2-1"
    links = [link["href"] for link in Page(fetch(client, f"/{lang}/id/{PLAN}/initiative/2-1").text).all("a")]
    assert links.count(there) == 2
    back = [link["href"] for link in Page(fetch(client, there).text).all("a")]
    assert f"/{lang}/id/{PLAN}/initiative/2-1" in back
    without = [link["href"] for link in Page(fetch(client, f"/{lang}/id/platform/lgwan").text).all("a")]
    assert not [href for href in without if "/lineage/" in href]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_first_page_leads_to_the_plans_and_they_to_their_lineages(client, store, lang):
    page = Page(fetch(client, f"/{lang}/lineage").text)
    found = {link["href"] for link in page.all("a")}
    rows = store.select(f"SELECT ?p WHERE {{ ?d <{DEF}manifestationOf> ?p . ?p a <{DEF}DxPlan> }}")
    assert len(rows) == 5
    assert {f"/{lang}/lineage/{row['p'].value.removeprefix(ID)}" for row in rows} <= found
    home = {link["href"] for link in Page(fetch(client, f"/{lang}/").text).all("a")}
    assert f"/{lang}/lineage" in home


def test_the_queries_behind_a_lineage_are_one_click_away_and_run(client):
    page = Page(fetch(client, f"/en/lineage/{PLAN}/initiative/2-1").text)
    hrefs = {link["href"] for link in page.all("a") if "/query?p=" in link.get("href", "")}
    assert {href.partition("p=")[2].partition("&")[0] for href in hrefs} == {"up", "lower"}
    for href in hrefs:
        shown = fetch(client, f"{href}&run=1")
        assert shown.status_code == 200
        assert "initiative/2-1" in shown.text

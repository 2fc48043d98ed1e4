"""Who learns from whom, held against the graph: shared lessons first, the drawing, the map of the prefectures, the pages."""

import csv
import io
import itertools

import pytest
from markup import Page, fetch, whole
from small import small

from keifu.errors import NotFound
from keifu.learning.lessons import Filter
from keifu.learning.precedents import cited_by, learning
from keifu.learning.tiles import PLACES, tiles
from keifu.learning.web import ROW, weave
from keifu.namespaces import ID, SPARQL_PREFIXES
from keifu.reading.facts import Facts

SHIROISHI, HAKUSAN, HIMEJI, TODA, KOBE = (
    f"{ID}body/{code}" for code in ("042064", "172103", "282014", "112241", "281000")
)
PATHS = ["", "?theme=ai-rpa", "?citing=172103", "?prefecture=28", "?theme=ai-rpa&citing=042064&prefecture=11"]


def ask(store, lang="ja", **wanted):
    """Who learns from whom."""
    return learning(Facts(store, lang), Filter(**wanted))


@pytest.fixture(scope="module")
def page(store):
    return ask(store)


def select(store, text):
    """The rows of a query, as texts."""
    return [tuple(term.value for term in row) for row in store.select(SPARQL_PREFIXES + text)]


# lessons


def test_the_bodies_from_which_two_of_the_five_learned_the_same_come_first(page, store):
    shared = [
        (one.body.iri, theme.iri, frozenset(each.citing.iri for each in found))
        for one in page.origins
        for theme, found, _ in one.shared
    ]
    both = frozenset((SHIROISHI, HAKUSAN))
    assert set(shared) == {
        (TODA, f"{ID}theme/ai-rpa", both),
        (HIMEJI, f"{ID}theme/mynumber-card", both),
        (HIMEJI, f"{ID}theme/counter", both),
    }
    counted = select(
        store,
        """SELECT ?origin ?theme { ?case keifu:caseOf ?origin ; keifu:theme ?theme . ?e keifu:citesCase ?case ; keifu:upstream+/keifu:issuedBy ?city .
        ?city a keifu:Municipality } GROUP BY ?origin ?theme HAVING(COUNT(DISTINCT ?city) > 1)""",
    )
    assert {row[:2] for row in shared} == set(counted)
    assert {one.body.iri for one in page.origins[:2]} == {TODA, HIMEJI}
    # 神戸市 is cited by both, but for different things.
    assert page.origins[2].body.iri == KOBE
    assert page.origins[2].shared == ()
    assert len(page.origins[2].citing) == 2


def test_a_shared_lesson_names_the_cases_and_their_places(page):
    (himeji,) = (one for one in page.origins if one.body.iri == HIMEJI)
    found = {theme.iri.rpartition("/")[2]: lessons for theme, lessons, _ in himeji.shared}
    assert [(each.citing.iri, each.case.iri.removeprefix(f"{ID}plan/")) for each in found["counter"]] == [
        (SHIROISHI, "042064/dx/2023-03/case/1-2-2"),
        (HAKUSAN, "172103/dx/1/case/4-2-2-3"),
    ]
    assert all(each.places for each in himeji.lessons)


def test_the_pairs_are_those_of_the_derived_graph_and_groups_without_members(page, store):
    derived = set(select(store, "SELECT ?citing ?origin { ?citing keifu:learnsFrom ?origin }"))
    shown = {(citing.iri, one.body.iri) for one in page.origins for citing in one.citing}
    assert derived <= shown
    assert {origin.rpartition("body")[2].split("/")[0] for _, origin in shown - derived} == {"-group"}


def test_the_same_holds_of_a_group_that_names_its_members():
    store = small("""
<plan/990001/dx/1> a keifu:DxPlan ; keifu:issuedBy <body/990001> .
<plan/990001/dx/1/initiative/1> a keifu:Initiative ; keifu:partOf <plan/990001/dx/1> ; keifu:citesCase <plan/990001/dx/1/case/1> .
<plan/990001/dx/1/case/1> a keifu:Case ; keifu:caseOf <body-group/three> .
<body-group/three> a keifu:BodyGroup ; org:hasMember <body/990001>, <body/990002> .
<body/990002> a keifu:Municipality .
""")
    page = ask(store)
    assert [one.body.iri for one in page.origins] == [f"{ID}body/990002"]
    assert page.origins[0].lessons[0].themes == ()
    assert weave(page.origins, "ja").height >= ROW


@pytest.mark.parametrize(
    ("wanted", "origins"), [({"theme": "ai-rpa"}, 24), ({"citing": "172103"}, 28), ({"prefecture": "28"}, 3)]
)
def test_a_filter_leaves_what_fits(store, wanted, origins):
    found = ask(store, **wanted)
    assert found.count == len(found.origins) == origins
    for one in found.origins:
        for each in one.lessons:
            assert "theme" not in wanted or f"{ID}theme/ai-rpa" in {theme.iri for theme in each.themes}
            assert "citing" not in wanted or each.citing.iri == HAKUSAN
        assert "prefecture" not in wanted or one.body.iri.startswith(f"{ID}body/28")


@pytest.mark.parametrize("wanted", [{"theme": "nothing"}, {"theme": "<x> y"}, {"citing": "999999"}])
def test_a_filter_that_no_case_meets_is_not_found(store, wanted):
    with pytest.raises(NotFound):
        ask(store, **wanted)


def test_a_body_is_told_who_cites_it(store):
    found = cited_by(Facts(store, "ja"), HIMEJI)
    assert [each.case.iri.removeprefix(f"{ID}plan/") for each in found] == [
        *("042064/dx/2023-03/case/1-2-2", "172103/dx/1/case/4-2-2-2", "172103/dx/1/case/4-2-2-3"),
    ]
    assert cited_by(Facts(store, "ja"), f"{ID}body/011002") == ()


def test_the_page_says_what_it_counts_and_whether_the_cases_are_the_same(client, page, store):
    ((every,),) = select(store, "SELECT (COUNT(DISTINCT ?case) AS ?n) { ?case a keifu:Case }")
    ((other,),) = select(store, "SELECT (COUNT(DISTINCT ?case) AS ?n) { ?case a keifu:Case ; keifu:caseOf ?body }")
    assert (page.stated, page.cases) == (int(every), int(other))
    text = fetch(client, "/ja/learning").text
    assert f"計画が挙げる{every}事例のうち" in text
    assert '分野で学んだ先 <span class="quiet">3</span>' in text
    assert text.count("事例の名前は異なる") == 3
    assert "分野で学んだ先" in fetch(client, "/ja/views").text  # as the page says, not 「同じこと」


# the drawing


def test_many_that_one_body_alone_cites_are_folded_and_none_is_lost(page, store):
    web = weave(page.origins, "ja")
    folds = {knot.fold: knot.lines[0] for knot in web.cited if knot.fold}
    alone = {
        code: sum([each.iri for each in one.citing] == [f"{ID}body/{code}"] for one in page.origins) for code in folds
    }
    assert folds == {code: f"ほか{count}団体" for code, count in alone.items()}
    assert set(folds) == {"042064", "172103"}
    assert {knot.link.iri for knot in web.cited if knot.shared} == {TODA, HIMEJI, KOBE}
    assert {knot.link.iri for knot in web.cited if knot.same} == {TODA, HIMEJI}
    unfolded = ask(store, theme="ai-rpa")
    assert {knot.link.iri for knot in weave(unfolded.origins, "ja").cited} == {one.body.iri for one in unfolded.origins}


@pytest.mark.parametrize("wanted", [{}, {"theme": "ai-rpa"}, {"citing": "042064"}])
def test_no_body_is_drawn_upon_another(store, wanted):
    web = weave(ask(store, **wanted).origins, "ja")
    for column in (web.citing, web.cited):
        heights = sorted(knot.y for knot in column)
        assert all(b - a >= ROW - 0.01 for a, b in itertools.pairwise(heights))
        assert all(0 < y < web.height for y in heights)
    assert len(web.threads) == sum(2 if knot.shared else 1 for knot in web.cited)


# the map


def test_the_map_has_a_place_for_each_prefecture_and_no_two_share_one(page):
    assert len(PLACES) == len(set(PLACES)) == 47
    assert [each.number for each in page.prefectures] == [f"{number:02}" for number in range(1, 48)]
    at = dict(zip((each.number for each in page.prefectures), PLACES, strict=True))
    assert at["01"][1] < at["02"][1] < at["04"][1] < at["13"][1] < at["46"][1] < at["47"][1]
    assert at["42"][0] < at["34"][0] < at["27"][0] < at["23"][0] < at["13"][0]


def test_the_map_counts_cases_and_plans(page, store):
    cases = {
        number: int(count)
        for number, count in select(
            store,
            """SELECT ?number (COUNT(DISTINCT ?case) AS ?n) { ?case keifu:caseOf/org:hasMember? ?origin . ?e keifu:citesCase ?case . ?origin a keifu:PublicBody .
        BIND(SUBSTR(STRAFTER(STR(?origin), "/body/"), 1, 2) AS ?number) } GROUP BY ?number""",
        )
    }
    assert {each.number: each.cases for each in page.prefectures if each.cases} == cases
    assert {each.number: each.plans for each in page.prefectures if each.plans} == {"04": 1, "07": 1, "17": 2, "28": 1}
    shades = {tile.prefecture.number: tile.shade for tile in tiles(page.prefectures)}
    assert shades["17"] == 0
    assert shades["28"] == 3


# pages


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_whole_light_and_says_in_words_what_it_draws(client, lang, path):
    _, response = whole(client, f"/{lang}/learning{path}")
    drawn = response.text.partition("<svg")[2].partition("</svg>")[0]
    words = response.text.replace(drawn, "")
    bodies = [attrs["href"] for attrs in Page(f"<svg{drawn}</svg>").all("a") if "/id/body" in attrs["href"]]
    assert len(bodies) > 1
    assert all(f'"{href}"' in words or href.endswith(("042064", "172103")) for href in bodies)


def test_every_link_leads_somewhere(client):
    hrefs = {link["href"].partition("#")[0] for link in Page(fetch(client, "/en/learning").text).all("a")}
    inside = {href for href in hrefs if href.startswith("/")}
    assert len(inside) > 150
    assert [href for href in sorted(inside) if fetch(client, href).status_code not in (200, 303)] == []


def test_the_cases_are_taken_away_as_csv_and_the_drawings_as_svg(client, page):
    head, *body = csv.reader(io.StringIO(client.get("/ja/learning.csv").data.decode("utf-8-sig")))
    assert len(body) == sum(one.count for one in page.origins)
    assert {len(row) for row in body} == {len(head)}
    assert [HIMEJI, "白山市", HAKUSAN] in [row[1:4] for row in body]
    for name, word in (("learning", "戸田市"), ("learning-map", "兵庫県")):
        svg = client.get(f"/ja/{name}.svg")
        assert svg.mimetype == "image/svg+xml"
        assert word in svg.text


def test_the_page_of_a_body_says_who_cites_it_where_anybody_does(client):
    page = fetch(client, "/ja/id/body/282014").text
    assert "この団体を先進事例として挙げる計画" in page
    assert "/ja/id/plan/172103/dx/1/case/4-2-2-3" in page
    assert "この団体を先進事例として挙げる計画" not in fetch(client, "/ja/id/body/011002").text


def test_a_dataset_without_cases_says_where_they_would_come_from():
    page = ask(small(""))
    assert (page.origins, page.themes) == ((), ())
    assert weave(page.origins, "ja") is None


def test_what_hundreds_learn_from_one_body_stays_light():
    store = small(
        "<body/990000> a keifu:Municipality .\n"
        + "".join(
            f"<plan/{code}/dx/1> a keifu:DxPlan ; keifu:issuedBy <body/{code}> ; keifu:citesCase <plan/{code}/dx/1/case/1> .\n"
            f"<plan/{code}/dx/1/case/1> a keifu:Case ; keifu:caseOf <body/990000> ; keifu:theme <theme/ai-rpa> .\n"
            for code in range(990001, 990301)
        )
    )
    page = ask(store)
    (one,) = page.origins
    assert (one.count, len(one.citing), page.cases) == (300, 300, 300)
    ((theme, found, bodies),) = one.shared
    assert (theme.iri, bodies) == (f"{ID}theme/ai-rpa", 300)
    assert len(one.lessons) == len(found) < 10
    assert weave(page.origins, "ja") is None
    assert len(weave(ask(store, citing="990007").origins, "ja").threads) == 1

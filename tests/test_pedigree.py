"""What is drawn of a lineage, held against the plans and against small graphs: nothing lost, wide fans folded, the weakest link marked."""

import re

import pytest
from rich.cells import cell_len
from small import case, small

from keifu.errors import NotFound
from keifu.lineage.bands import names_of_bands
from keifu.lineage.pedigree import DRAWN, FAN, MEMBERS, pedigree
from keifu.lineage.sketch import COLUMNS, names_of_relations, sketch, wrapped
from keifu.namespaces import DEF, ID
from keifu.reading.facts import Facts

PLAN = ID + "plan/172090/dx/1.0"
INITIATIVE = f"{PLAN}/initiative/2-1"
SAMPLE = ID + "plan/990001/dx/1"
UPWARD = "?relation <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <https://w3id.org/keifu/def#upstream>"
PILLAR = "<plan/990001/dx/1/pillar/1> a keifu:Pillar .\n"
CHILD = "<plan/990001/dx/1/initiative/{0}> a keifu:Initiative ; keifu:partOf <plan/990001/dx/1/pillar/1> .\n"


@pytest.fixture(scope="module")
def ladder():
    return case("ladder")


def told(page):
    """The ties by the last parts of their IRIs."""
    return {
        (tie.lower.removeprefix(ID), tie.relations[0].iri.removeprefix(DEF), tie.upper.removeprefix(ID))
        for tie in page.ties
        if not page.kin[tie.lower].count
    }


def test_a_lineage_holds_every_step_up_and_what_comes_from_the_thing(ladder):
    page = pedigree(Facts(ladder, "ja"), f"{SAMPLE}/initiative/1-2")
    city, body = "plan/990001/dx/1", "body/990001"
    assert told(page) == {
        (f"{city}/initiative/1-2", "addresses", "policy/p/1/item/3"),
        (f"{city}/initiative/1-2", "partOf", f"{city}/pillar/1"),
        (f"{city}/pillar/1", "partOf", city),
        (city, "alignedWith", "policy/p/1"),
        (city, "alignedWith", "law/2"),
        ("policy/p/1/item/3", "partOf", "policy/p/1"),
        ("policy/p/1", "basedOn", "law/1"),
        ("policy/p/1", "editionOf", "policy/p"),
        (f"{city}/achievement/1-2-1", "partOf", f"{city}/initiative/1-2"),
        (f"{city}/kpi/1", "monitors", f"{city}/initiative/1-2"),
        (f"{city}/value/1", "valueOf", f"{city}/kpi/1"),
        ("platform/lgwan", "usedIn", f"{city}/initiative/1-2"),
        (f"{body}/system/e", "usedIn", f"{city}/achievement/1-2-1"),
    }


@pytest.mark.parametrize(
    "path",
    [
        *("initiative/2-1", "value/1-target", "pillar/2", "kpi/1", ""),
        *("/policy/jichitai-dx/2.0/item/3", "/law/503AC0000000035", "/plan/172103/dx/1"),
    ],
)
def test_nothing_above_is_lost(store, path):
    iri = ID + path[1:] if path.startswith("/") else f"{PLAN}/{path}".removesuffix("/")
    rows = store.select(
        f"SELECT DISTINCT ?lower ?upper WHERE {{ <{iri}> <{DEF}upstream>* ?lower . ?lower ?relation ?upper . {UPWARD} }}"
    )
    above = {(row["lower"].value, row["upper"].value) for row in rows}
    assert above
    page = pedigree(Facts(store, "ja"), iri)
    found = {(tie.lower, tie.upper) for tie in page.ties}
    assert above <= found
    # All else hangs below, on the thing or on what is drawn below it.
    rest = {tie.upper for tie in page.ties if (tie.lower, tie.upper) not in above}
    assert rest <= {iri} | {tie.lower for tie in page.ties if (tie.lower, tie.upper) not in above}


@pytest.mark.parametrize(
    "iri", [PLAN, f"{PLAN}/pillar/2", INITIATIVE, ID + "policy/jichitai-dx/1.0", ID + "plan/172103/dx/1"]
)
def test_all_that_comes_directly_is_drawn_or_counted(store, iri):
    rows = store.select(f"SELECT DISTINCT ?lower WHERE {{ ?lower <{DEF}upstream> <{iri}> }}")
    page = pedigree(Facts(store, "en"), iri)
    lowers = {tie.lower for tie in page.ties if tie.upper == iri}
    single = {one for one in lowers if not page.kin[one].count}
    assert len(single) + sum(page.kin[one].count for one in lowers) == len(rows)
    assert single <= {row["lower"].value for row in rows}


@pytest.mark.parametrize("number", [FAN, FAN + 1])
def test_a_wide_fan_is_folded_to_its_number(number):
    text = PILLAR + "".join(CHILD.format(child) for child in range(number))
    page = pedigree(Facts(small(text), "en"), f"{SAMPLE}/pillar/1")
    folded = [kin for kin in page.kin.values() if kin.count]
    assert len(page.kin) == (number + 1 if number <= FAN else 2)
    if number > FAN:
        (fan,) = folded
        assert (fan.count, fan.kind.iri, fan.link.iri, fan.members) == (
            number,
            f"{DEF}Initiative",
            f"{SAMPLE}/pillar/1",
            (),
        )


def test_an_open_fan_lists_its_things_in_their_order_up_to_a_number():
    text = PILLAR + "".join(CHILD.format(child) for child in range(MEMBERS + 5))
    page = pedigree(Facts(small(text), "en"), f"{SAMPLE}/pillar/1", "Initiative")
    (fan,) = (kin for kin in page.kin.values() if kin.count)
    assert fan.count == MEMBERS + 5
    assert [link.iri.rpartition("/")[2] for link in fan.members] == [str(number) for number in range(MEMBERS)]
    drawn = sketch(page, "en")
    assert sum(len(box.members) for box in drawn.boxes) == MEMBERS


def test_what_would_crowd_a_drawing_is_folded_by_what_it_hangs_on():
    text = PILLAR + "".join(CHILD.format(child) for child in range(FAN))
    for child in range(FAN):
        upper = f"keifu:partOf <plan/990001/dx/1/initiative/{child}>"
        text += "".join(
            f"<plan/990001/dx/1/achievement/{child}-{n}> a keifu:Achievement ; {upper} .\n" for n in range(3)
        )
        text += f"<plan/990001/dx/1/budget/{child}> a keifu:BudgetItem ; {upper} .\n"
    page = pedigree(Facts(small(text), "en"), f"{SAMPLE}/pillar/1")
    folds = {kin.link.iri.rpartition("/")[2]: kin for kin in page.kin.values() if kin.count}
    # Two initiatives with four things each find room beside the four; the others are told by number, of whatever kind.
    assert {upper: (kin.count, kin.kind) for upper, kin in folds.items()} == {"2": (4, None), "3": (4, None)}
    assert len(page.kin) - len(folds) - 1 == DRAWN


def test_a_thing_with_much_of_every_kind_shows_each_kind_by_its_number(store):
    iri = ID + "plan/172103/dx/1"
    page = pedigree(Facts(store, "ja"), iri)
    direct = [(page.kin[tie.lower].kind, tie.relations) for tie in page.ties if tie.upper == iri]
    assert len(direct) > 8
    assert len(direct) == len(set(direct))


def test_the_series_of_a_plan_that_has_nothing_else_is_drawn():
    text = (
        "<plan/990001/dx/1> a keifu:DxPlan ; keifu:editionOf <plan/990001/dx> . <plan/990001/dx> a keifu:PolicySeries ."
    )
    page = pedigree(Facts(small(text), "ja"), SAMPLE)
    assert page.hidden == frozenset()
    assert len(sketch(page, "ja").arrows) == 1


def test_the_shortest_ways_and_their_weakest_links_are_marked(ladder):
    page = pedigree(Facts(ladder, "ja"), f"{SAMPLE}/initiative/1-2")
    way = {(tie.lower, tie.upper) for tie in page.ties if tie.way}
    assert {(lower.removeprefix(ID), upper.removeprefix(ID)) for lower, upper in way} == {
        ("plan/990001/dx/1/initiative/1-2", "policy/p/1/item/3"),
        ("policy/p/1/item/3", "policy/p/1"),
        ("policy/p/1", "law/1"),
        ("plan/990001/dx/1/initiative/1-2", "plan/990001/dx/1/pillar/1"),
        ("plan/990001/dx/1/pillar/1", "plan/990001/dx/1"),
        ("plan/990001/dx/1", "law/2"),
    }
    weakest = {(tie.lower.removeprefix(ID), tie.upper.removeprefix(ID)) for tie in page.ties if tie.weakest}
    assert weakest == {
        ("plan/990001/dx/1/initiative/1-2", "policy/p/1/item/3"),
        ("plan/990001/dx/1", "law/2"),
    }


def test_a_tie_leads_to_the_place_of_its_own_or_to_that_of_the_lower_thing(store):
    rows = store.select(
        f"SELECT ?from ?to ?place WHERE {{ ?link <{DEF}linkFrom> ?from ; <{DEF}linkTo> ?to ; <{DEF}evidencedBy> ?place . FILTER(?from = <{PLAN}>) }}"
    )
    own = {}
    for row in rows:
        own.setdefault((row["from"].value, row["to"].value), set()).add(row["place"].value)
    page = pedigree(Facts(store, "ja"), INITIATIVE)
    found = {(tie.lower, tie.upper): tie for tie in page.ties}
    qualified = {edge: tie for edge, tie in found.items() if edge[0] == PLAN and tie.qualified}
    assert set(qualified) == set(own) & set(found)
    assert qualified
    assert all(tie.place.link.iri in own[edge] for edge, tie in qualified.items())
    below = found[f"{PLAN}/kpi/1", INITIATIVE]
    assert not below.qualified
    assert below.place.document.iri == f"{PLAN}/document"
    # The initiative stands in 6-2-1, and the chapter around it says less.
    assert found[INITIATIVE, f"{PLAN}/pillar/2"].place.section == "6-2-1"


def test_a_series_that_ties_nothing_together_stands_in_the_table_only(ladder):
    page = pedigree(Facts(ladder, "ja"), f"{SAMPLE}/initiative/1-2")
    assert page.hidden == {ID + "policy/p"}
    assert ID + "policy/p" not in {box.kin.key for box in sketch(page, "ja").boxes}
    shown = pedigree(Facts(ladder, "ja"), ID + "policy/p")
    assert ID + "policy/p" in {box.kin.key for box in sketch(shown, "ja").boxes}


def test_what_has_no_lineage_has_no_ties(ladder):
    for path in ("platform/lgwan", "body/990001", "theme/online-procedures"):
        assert pedigree(Facts(ladder, "ja"), ID + path).ties == ()


def test_a_technology_does_not_lead_into_the_plans_that_use_it(store):
    used = store.select(f"SELECT ?x WHERE {{ ?x a <{DEF}Technology> ; <{DEF}usedIn> ?y }} LIMIT 1")
    assert pedigree(Facts(store, "ja"), used[0]["x"].value).ties == ()


@pytest.mark.parametrize("path", ["plan/990001/nothing", "a b> <c"])
def test_what_is_unknown_is_not_found(ladder, path):
    with pytest.raises(NotFound):
        pedigree(Facts(ladder, "ja"), ID + path)


def test_a_circle_is_drawn(ladder):
    page = pedigree(Facts(case("cycle"), "en"), ID + "policy/a")
    assert {(tie.lower.rpartition("/")[2], tie.upper.rpartition("/")[2]) for tie in page.ties} == {
        ("a", "b"),
        ("b", "a"),
    }
    assert len(sketch(page, "en").arrows) == 2


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", ["initiative/2-1", "value/1-target", "", "pillar/2"])
def test_every_tie_is_a_line_and_boxes_stand_by_kind(store, lang, path):
    page = pedigree(Facts(store, lang), f"{PLAN}/{path}".removesuffix("/"))
    drawn = sketch(page, lang)
    assert {(arrow.tie.lower, arrow.tie.upper) for arrow in drawn.arrows} == {
        (tie.lower, tie.upper) for tie in page.ties if tie.upper not in page.hidden
    }
    assert len(drawn.arrows) == len({(arrow.tie.lower, arrow.tie.upper) for arrow in drawn.arrows})
    place = {box.kin.key: box for box in drawn.boxes}
    assert all(
        place[arrow.tie.lower].y > place[arrow.tie.upper].y + place[arrow.tie.upper].height for arrow in drawn.arrows
    )
    assert [(box.y, box.x) for box in drawn.boxes] == sorted((box.y, box.x) for box in drawn.boxes)
    assert all(
        box.x >= 0 and box.x + box.width <= drawn.width and box.y + box.height <= drawn.height for box in drawn.boxes
    )
    city = [box for box in drawn.boxes if box.kin.key.startswith(f"{PLAN}/")]
    for box in city:
        (band,) = [band for band in drawn.bands if band.y <= box.y < band.y + band.height]
        assert names_of_bands(lang)[box.kin.band].replace(" ", "") in "".join(band.lines).replace(" ", "")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_is_drawn_where_the_names_of_the_bands_stand(store, lang):
    drawn = sketch(pedigree(Facts(store, lang), f"{PLAN}/initiative/2-1"), lang)
    right = 8 + 6 * max(cell_len(line) for band in drawn.bands for line in band.lines)
    assert min(box.x for box in drawn.boxes) > right
    numbers = [re.findall(r"-?\d+ -?\d+", arrow.path) for arrow in drawn.arrows]
    assert min(int(place.split()[0]) for places in numbers for place in places) > right
    assert all(15 * len(band.lines) < band.height for band in drawn.bands)


def test_every_upward_relation_has_a_short_name(store):
    rows = store.select(f"SELECT ?relation WHERE {{ {UPWARD} }}")
    assert {row["relation"].value for row in rows} == set(names_of_relations("ja"))


@pytest.mark.parametrize(
    ("text", "lang", "lines"),
    [
        ("行政サービスのオンライン化", "ja", ("行政サービスのオンラ", "イン化")),
        ("Putting administrative services online", "en", ("Putting", "administrative", "services online")),
        ("あ" * 50, "ja", ("あ" * 10, "あ" * 10, "あ" * 10, "あ" * 9 + "…")),
    ],
)
def test_names_are_wrapped_by_how_wide_letters_are(text, lang, lines):
    assert wrapped(text, lang) == lines
    assert COLUMNS == {"ja": 20, "en": 18}

"""The way up to the laws, the way down, and who builds on a policy."""

import pytest
from small import case, small

from keifu.errors import NotFound
from keifu.lineage.ascent import ascend
from keifu.lineage.descent import descend, followers
from keifu.lineage.lineage import trace
from keifu.lineage.relations import STRENGTH, STRUCTURE, weakness
from keifu.namespaces import DEF, ID
from keifu.reading.facts import Facts
from keifu.reading.resources import describe
from keifu.reading.terms import with_values

INITIATIVE = ID + "plan/990001/dx/1/initiative/1-2"


@pytest.fixture(scope="module")
def ladder():
    return case("ladder")


def drawn(steps, depth=0):
    """The steps as lines: depth, relation, name, `*` where seen before."""
    for step in steps:
        yield f"{'  ' * depth}{step.relations[0].iri.removeprefix(DEF)} {step.link.label}{' *' if step.seen else ''}"
        yield from drawn(step.above, depth + 1)


def all_steps(steps):
    for step in steps:
        yield step
        yield from all_steps(step.above)


def test_the_way_up_is_a_nested_list_with_the_relation_of_each_step_and_nothing_twice(ladder):
    ascent = ascend(Facts(ladder, "ja"), INITIATIVE)
    assert list(drawn(ascent.steps)) == [
        "addresses オンライン化",
        "  partOf 国の計画 第1版",
        "    basedOn 第一法",
        "    editionOf 国の計画",
        "partOf 柱",
        "  partOf 見本市DX計画",
        "    alignedWith 国の計画 第1版 *",
        "    alignedWith 第二法",
    ]
    assert ascent.things == 7
    assert not ascent.cut


def test_a_thing_seen_before_points_to_the_place_where_it_stands_in_full(ladder):
    steps = list(all_steps(ascend(Facts(ladder, "ja"), INITIATIVE).steps))
    full = {step.anchor: step for step in steps if not step.seen}
    again = [step for step in steps if step.seen]
    assert len(full) == len(steps) - len(again)
    assert [full[step.anchor].link for step in again] == [step.link for step in again]


def test_each_law_has_its_shortest_way_and_the_weakest_relation_on_it(ladder):
    chains = ascend(Facts(ladder, "ja"), INITIATIVE).chains
    ways = {
        str(c.steps[-1].link.label): ([str(s.link.label) for s in c.steps], c.weakest and str(c.weakest.label))
        for c in chains
    }
    assert ways == {
        "第一法": (["オンライン化", "国の計画 第1版", "第一法"], "対応する重点取組事項"),
        "第二法": (["柱", "見本市DX計画", "第二法"], "整合を図る"),
    }
    assert all(chain.steps[-1].law for chain in chains)


@pytest.mark.parametrize(
    ("iri", "names"),
    [
        ("plan/990001/dx/1/value/1", ["手続の数", "手続のオンライン化", "柱", "見本市DX計画"]),
        ("plan/990001/dx/1/kpi/1", ["手続のオンライン化", "柱", "見本市DX計画"]),
        ("plan/990001/dx/1/initiative/1-2", ["柱", "見本市DX計画"]),
        ("plan/990001/dx/1", []),
        ("policy/p/1/item/3", ["国の計画 第1版"]),
    ],
)
def test_what_a_thing_belongs_to_is_told_from_the_nearest_on(ladder, iri, names):
    facts = Facts(ladder, "ja")
    facts.mention(ID + iri)
    facts.name()
    found = ascend(facts, ID + iri).wholes
    assert [str(step.link.label) for step in found] == names
    over = {str(step.link.label): [str(above.link.label) for above in step.above] for step in found}
    assert over.get("手続のオンライン化", ["オンライン化"]) == ["オンライン化"]
    assert not any(uppers for name, uppers in over.items() if name != "手続のオンライン化")


def test_a_kpi_of_a_plan_that_monitors_an_initiative_belongs_to_the_initiative_first(store):
    facts = Facts(store, "ja")
    iri = f"{ID}plan/172090/dx/1.0/value/1-target"
    facts.mention(iri)
    facts.name()
    plan = f"{ID}plan/172090/dx/1.0"
    found = [step.link.iri for step in ascend(facts, iri).wholes]
    assert found == [f"{plan}/kpi/1", f"{plan}/initiative/2-1", f"{plan}/pillar/2", plan]


def test_mere_alignment_is_marked(ladder):
    steps = all_steps(ascend(Facts(ladder, "ja"), INITIATIVE).steps)
    assert {str(step.link.label) for step in steps if step.weak} == {"国の計画 第1版", "第二法"}


def test_a_step_whose_evidence_is_stated_leads_to_it(ladder):
    first = ascend(Facts(ladder, "ja"), INITIATIVE).steps[0]
    assert first.evidence is not None
    assert first.evidence.iri == ID + "plan/990001/dx/1/link/1"


def test_a_cycle_ends_at_the_thing_seen_before():
    ascent = ascend(Facts(case("cycle"), "en"), ID + "policy/a")
    assert list(drawn(ascent.steps)) == ["implements B", "  implements A *"]
    assert ascent.chains == ()


def test_two_ways_to_one_thing_are_drawn_once_and_of_ways_as_short_the_stronger_leads_to_the_law():
    ascent = ascend(Facts(case("diamond"), "en"), ID + "plan/990001/dx/1")
    assert list(drawn(ascent.steps)) == [
        "implements A",
        "  alignedWith Top",
        "    basedOn Act",
        "refines B",
        "  basedOn Top *",
    ]
    (chain,) = ascent.chains
    assert [str(step.link.label) for step in chain.steps] == ["B", "Top", "Act"]


def test_a_drawing_that_grows_too_large_says_so():
    text = "".join(f"<policy/{n}> a keifu:PolicyInstrument ; keifu:implements <policy/{n + 1}> .\n" for n in range(30))
    assert ascend(Facts(small(text), "en"), ID + "policy/0").cut
    wide = "".join(f"<policy/a> keifu:implements <policy/{n}> .\n" for n in range(30))
    ascent = ascend(Facts(small(wide), "en"), ID + "policy/a", budget=10)
    assert len(ascent.steps) == 10
    assert ascent.cut


def test_what_comes_from_a_thing_is_grouped_by_kind_with_counts_and_what_lies_between(ladder):
    groups = {str(g.link.label): g for g in descend(Facts(ladder, "ja"), INITIATIVE)}
    assert {name: group.count for name, group in groups.items()} == {
        "実績": 1,
        "KPI": 1,
        "KPI値": 1,
        "情報システム": 1,
        "共通基盤": 1,
    }
    (value,) = groups["KPI値"].items
    assert str(value.amount) == "1,027手続以上"
    assert value.when == "令和4年度(FY2022)末"
    assert [str(link.label) for link in groups["KPI値"].via[0]] == ["手続の数"]
    (done,) = groups["実績"].items
    assert (done.when, [str(unit.label) for unit in done.units]) == ("平成29年度(FY2017)", ["情報課"])
    assert groups["実績"].via == ((),)


def test_kinds_below_come_in_the_order_of_plans(ladder):
    names = [str(group.link.label) for group in descend(Facts(ladder, "ja"), ID + "plan/990001/dx/1/pillar/1")]
    assert names == ["取組", "実績", "KPI", "KPI値", "情報システム", "共通基盤"]


def test_groups_are_bounded():
    text = "<plan/990001/dx/1/pillar/1> a keifu:Pillar .\n" + "".join(
        f"<plan/990001/dx/1/initiative/{n}> a keifu:Initiative ; keifu:partOf <plan/990001/dx/1/pillar/1> .\n"
        for n in range(9)
    )
    (group,) = descend(Facts(small(text), "ja"), ID + "plan/990001/dx/1/pillar/1", limit=4)
    assert (group.count, len(group.items)) == (9, 4)


@pytest.mark.parametrize("policy", ["policy/p/1", "policy/p", "policy/p/1/item/3"])
def test_who_builds_on_a_policy_is_told_body_by_body(ladder, policy):
    found = {
        str(f.body.label): [(str(item.link.label), [str(r.label) for r, _ in links]) for item, links in f.items]
        for f in followers(Facts(ladder, "ja"), ID + policy).bodies
    }
    answering = {
        "見本市": [("手続のオンライン化", ["対応する重点取組事項"])],
        "隣市": [("隣の取組", ["対応する重点取組事項"])],
    }
    if policy != "policy/p/1/item/3":
        answering["見本市"].insert(0, ("見本市DX計画", ["整合を図る"]))
        answering["隣市"].insert(0, ("隣市DX計画", ["上位計画とする"]))
    assert found == answering
    assert list(found) == ["見本市", "隣市"]


def test_municipalities_come_before_prefectures_and_the_state():
    text = "".join(
        f"<body/{code}> a keifu:{kind} . <plan/{code}/x/1> a keifu:Plan ; keifu:issuedBy <body/{code}> ; keifu:implements <policy/p> .\n"
        for code, kind in (("170003", "Prefecture"), ("mic", "NationalBody"), ("172090", "Municipality"))
    )
    found = followers(Facts(small(text + "<policy/p> a keifu:Plan ."), "ja"), ID + "policy/p")
    assert [f.body.iri.removeprefix(ID + "body/") for f in found.bodies] == ["172090", "170003", "mic"]


def test_who_builds_on_a_policy_is_told_page_by_page_with_the_number_of_all():
    store = small(
        "<policy/p> a keifu:Plan .\n"
        + "".join(
            f"<body/{172000 + n}> a keifu:Municipality . <plan/{172000 + n}/x/1> a keifu:Plan ; keifu:issuedBy <body/{172000 + n}> ."
            + "".join(
                f"<plan/{172000 + n}/x/1/{m}> keifu:partOf <plan/{172000 + n}/x/1> ; keifu:implements <policy/p> .\n"
                for m in range(3)
            )
            for n in range(45)
        )
    )
    pages = [followers(Facts(store, "ja"), ID + "policy/p", number) for number in (1, 2, 3)]
    assert [(page.count, page.page, page.pages) for page in pages] == [(45, 1, 3), (45, 2, 3), (45, 3, 3)]
    told = [f.body.iri for page in pages for f in page.bodies]
    assert told == [f"{ID}body/{172000 + n}" for n in range(45)]
    assert {(f.count, len(f.items)) for page in pages for f in page.bodies} == {(3, 3)}
    for number in (0, 4):
        with pytest.raises(NotFound, match="3"):
            followers(Facts(store, "ja"), ID + "policy/p", number)


def test_a_body_that_builds_on_nothing_else_is_not_asked_for_pages(ladder):
    assert followers(Facts(ladder, "ja"), ID + "law/nothing") is None


@pytest.mark.parametrize(
    ("iri", "up", "down", "followed"),
    [
        ("plan/990001/dx/1/initiative/1-2", True, True, False),
        ("plan/990001/dx/1", True, False, False),
        ("policy/p/1", True, False, True),
        ("policy/p/1/item/3", True, False, True),
        ("law/1", False, False, True),
        ("platform/lgwan", False, False, False),
        ("technology/rpa", False, False, False),
        ("body/990001", False, False, False),
        ("theme/online-procedures", False, False, False),
    ],
)
def test_each_kind_of_thing_has_the_lineage_that_fits_it(ladder, iri, up, down, followed):
    facts = Facts(ladder, "ja")
    describe(facts, ID + iri)
    lineage = trace(facts, ID + iri)
    assert (bool(lineage.ascent.steps), bool(lineage.below), bool(lineage.followers)) == (up, down, followed)


def test_every_upward_relation_of_the_vocabulary_has_a_strength(ladder):
    rows = ladder.select(
        "SELECT ?p { ?p <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <https://w3id.org/keifu/def#upstream> }"
    )
    assert {row["p"].value.removeprefix(DEF) for row in rows} == {*STRENGTH, *STRUCTURE}
    assert [weakness(DEF + name) for name in ("partOf", "basedOn", "alignedWith", "unheard-of")] == [0, 1, 5, 5]


def test_an_address_cannot_break_out_of_a_query():
    with pytest.raises(NotFound, match="IRI"):
        with_values("VALUES ?x { <a> }", x=["http://e/> } DROP ALL #"])

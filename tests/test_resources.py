"""What the page of a thing says."""

import pyoxigraph as ox
import pytest
from small import case, small

from keifu.dataset.files import Sources
from keifu.errors import NotFound
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.queries.queries import read_query
from keifu.reading.cities import columns
from keifu.reading.facts import Facts
from keifu.reading.overview import municipalities, policies
from keifu.reading.resources import describe, listing
from keifu.reading.statements import ontology, statements
from keifu.reading.terms import PAGES, natural, page_query
from keifu.reading.views import Body, Plan, Policy
from keifu.vocabulary.vocabulary import term, vocabulary

PLAN = ID + "plan/990001/dx/1"
INITIATIVE = f"{PLAN}/initiative/1-2"


@pytest.fixture(scope="module")
def ladder():
    return case("ladder")


def names(found):
    return [str(one.label) for one in found]


def rows_of(page):
    return {str(row.property.label): [str(value.text) for value in row.values] for row in page.rows}


def test_what_has_a_number_stands_in_the_order_of_numbers_before_what_has_none():
    found = small(
        """<body/990001> a keifu:Municipality ; skos:prefLabel "見本市"@ja .
        <plan/990001/dx/1> a keifu:DxPlan ; keifu:issuedBy <body/990001> .
        <plan/990001/dx/1/document> keifu:manifestationOf <plan/990001/dx/1> .
        <plan/990001/dx/1/source/1> keifu:inDocument <plan/990001/dx/1/document> .
        <plan/990001/dx/1/group/1> a keifu:SystemGroup ."""
        + "".join(
            f"""<body/990001/system/{name}> a keifu:InformationSystem ; skos:prefLabel "{name}"@ja ;
            keifu:operatedBy <body/990001> ; keifu:inGroup <plan/990001/dx/1/group/1> {number} ;
            keifu:evidencedBy <plan/990001/dx/1/source/1> ."""
            for name, number in (
                *(("alpha", ""), ("beta", '; skos:notation "10"'), ("gamma", '; skos:notation "9"')),
                *(("s-2", '; skos:notation "1"'), ("s-10", "")),
            )
        )
    )
    wanted = ["gamma", "beta", "alpha", "s-2", "s-10"]
    facts = Facts(found, "ja")
    for iri in ("body/990001", "plan/990001/dx/1"):
        (systems,) = describe(Facts(found, "ja"), ID + iri).special.collections
        assert names(item.link for item in systems.items) == wanted
    assert names(item.link for item in listing(facts, f"{ID}body/990001/system", 1).items) == wanted
    (group,) = describe(Facts(found, "ja"), f"{ID}plan/990001/dx/1/group/1").mentions
    assert names(item.link for item in group.items) == wanted


def test_an_element_says_what_it_is_where_it_belongs_and_where_it_stands(ladder):
    page = describe(Facts(ladder, "ja"), INITIATIVE)
    assert str(page.title) == "手続のオンライン化"
    assert [text.value for text in page.also] == ["Procedures online"]
    assert names(page.kinds) == ["取組"]
    assert str(page.description) == "窓口に来なくても済む。"
    assert names(page.crumbs) == ["見本市", "見本市DX計画", "柱"]
    assert rows_of(page) == {"状況": ["実施中"], "計画上の印": ["国が挙げる重点取組事項"]}
    assert page.special is None


def test_a_place_comes_with_the_sections_around_it_and_its_pages(ladder):
    page = describe(Facts(ladder, "ja"), INITIATIVE)
    assert [[str(place.link.label) for place in trail] for trail in page.places] == [["第1章"], ["第1章", "第2節"]]
    inner = page.places[1][-1]
    assert (inner.section, inner.page, inner.pdf_page) == ("1-2", "7", "9")
    assert inner.document is not None
    assert str(inner.document.label) == "見本市DX計画（文書）"


def test_a_slip_of_the_source_is_told_on_the_page_it_concerns(ladder):
    page = describe(Facts(ladder, "en"), INITIATIVE)
    assert [str(item.link.label) for item in page.anomalies] == ["Two numbers"]
    assert page.mentions == ()


def test_a_name_that_is_missing_in_a_language_is_shown_in_the_other_and_keeps_its_tag(ladder):
    page = describe(Facts(ladder, "en"), f"{PLAN}/initiative/1-10")
    assert (page.title.value, page.title.lang) == ("書かない窓口", "ja")


def test_a_plan_shows_its_outline_in_the_order_of_its_numbers(ladder):
    page = describe(Facts(ladder, "ja"), PLAN)
    assert isinstance(page.special, Plan)
    assert str(page.special.body.label) == "見本市"
    assert page.special.when == "令和4年度(FY2022)～令和7年度(FY2025)"
    (pillar,) = page.special.outline
    assert [str(node.item.link.label) for node in pillar.children] == ["手続のオンライン化", "書かない窓口"]
    assert [str(done.link.label) for done in pillar.children[0].achievements] == ["申請の開始"]
    assert [(str(c.kind.label), c.count) for c in page.special.collections] == [("KPI", 1), ("原典の不整合", 1)]
    assert [[str(v.amount) for v in values] for values in page.special.collections[0].values] == [["1,027手続以上"]]
    assert "策定主体" not in rows_of(page)


def test_the_outline_of_a_large_plan_leaves_the_achievements_to_the_pages_of_the_initiatives(ladder, monkeypatch):
    monkeypatch.setattr("keifu.reading.resources.OUTLINE", 3)
    page = describe(Facts(ladder, "ja"), PLAN)
    assert page.special.outline[0].children[0].achievements == ()


def test_the_outline_of_a_very_large_plan_leaves_out_the_initiatives_within_initiatives(monkeypatch):
    monkeypatch.setattr("keifu.reading.resources.OUTLINE", 1)
    store = small(
        """<plan/990001/dx/1> a keifu:DxPlan . <plan/990001/dx/1/document> keifu:manifestationOf <plan/990001/dx/1> .
        <plan/990001/dx/1/source/1> keifu:inDocument <plan/990001/dx/1/document> .
        <plan/990001/dx/1/initiative/1> a keifu:Initiative ; keifu:partOf <plan/990001/dx/1> ; keifu:evidencedBy <plan/990001/dx/1/source/1> .
        <plan/990001/dx/1/initiative/1-1> a keifu:Initiative ; keifu:partOf <plan/990001/dx/1/initiative/1> ;
        keifu:evidencedBy <plan/990001/dx/1/source/1> ."""
    )
    (only,) = describe(Facts(store, "ja"), ID + "plan/990001/dx/1").special.outline
    assert only.children == ()


def test_what_points_to_a_thing_is_bounded_and_counted(ladder, monkeypatch):
    monkeypatch.setattr("keifu.reading.things.MENTIONS", 3)
    (group,) = describe(Facts(ladder, "ja"), f"{PLAN}/source/1-2").mentions
    assert (group.count, len(group.items)) == (7, 3)


def test_a_body_shows_its_plans_and_what_it_has(ladder):
    page = describe(Facts(ladder, "ja"), ID + "body/990001")
    assert isinstance(page.special, Body)
    assert [str(item.link.label) for item in page.special.plans] == ["見本市DX計画"]
    assert {str(c.kind.label): c.iri.removeprefix(ID) for c in page.special.collections} == {
        "部署": "body/990001/unit",
        "情報システム": "body/990001/system",
    }
    assert [text.value for text in page.also] == ["Sample City", "みほんし"]


def test_what_has_no_number_is_sorted_by_its_reading_or_its_english_name():
    store = small(
        """<body/990001> a keifu:Municipality . <body/990001/unit/b> org:unitOf <body/990001> ; a org:OrganizationalUnit ;
        skos:prefLabel "総務課"@ja, "General Affairs"@en, "そうむか"@ja-Hira . <body/990001/unit/a> org:unitOf <body/990001> ;
        a org:OrganizationalUnit ; skos:prefLabel "会計課"@ja, "Treasury"@en, "かいけいか"@ja-Hira ."""
    )
    for lang, wanted in (("ja", ["会計課", "総務課"]), ("en", ["General Affairs", "Treasury"])):
        (units,) = describe(Facts(store, lang), ID + "body/990001").special.collections
        assert [str(item.link.label) for item in units.items] == wanted


def test_a_cited_example_is_listed_with_the_body_it_belongs_to():
    store = small(
        """<plan/990001/dx/1> a keifu:DxPlan ; keifu:issuedBy <body/990001> . <plan/990001/dx/1/document> keifu:manifestationOf <plan/990001/dx/1> .
        <plan/990001/dx/1/source/1> keifu:inDocument <plan/990001/dx/1/document> . <body/990002> skos:prefLabel "隣市"@ja .
        <plan/990001/dx/1/case/1> a keifu:Case ; keifu:caseOf <body/990002> ; keifu:evidencedBy <plan/990001/dx/1/source/1> ."""
    )
    (cases,) = describe(Facts(store, "ja"), ID + "plan/990001/dx/1").special.collections
    assert names(cases.items[0].bodies) == ["隣市"]


def test_a_prefecture_lists_its_municipalities():
    store = small(
        """<body/170003> a keifu:Prefecture ; skos:prefLabel "石川県"@ja .
        <body/172103> a keifu:Municipality ; skos:prefLabel "白山市"@ja ; keifu:withinPrefecture <body/170003> .
        <body/172090> a keifu:Municipality ; skos:prefLabel "かほく市"@ja ; keifu:withinPrefecture <body/170003> ."""
    )
    page = describe(Facts(store, "ja"), ID + "body/170003")
    assert names(page.special.members) == ["かほく市", "白山市"]
    assert page.special.planned == ()


def planned_cities(numbers):
    """Cities of one prefecture, each with a plan for DX whose text is here."""
    return '<body/170003> a keifu:Prefecture ; skos:prefLabel "石川県"@ja .' + "".join(
        f"""<body/{172000 + n}> a keifu:Municipality ; skos:prefLabel "第{n}市"@ja ; keifu:withinPrefecture <body/170003> .
        <plan/{172000 + n}/dx/1> a keifu:DxPlan ; keifu:issuedBy <body/{172000 + n}> ; skos:prefLabel "第{n}市DX計画"@ja .
        <plan/{172000 + n}/dx/1/document> a keifu:SourceDocument ; keifu:manifestationOf <plan/{172000 + n}/dx/1> ."""
        for n in numbers
    )


def test_a_prefecture_shows_the_plans_of_its_municipalities():
    planned = describe(Facts(small(planned_cities((3, 2))), "ja"), ID + "body/170003").special.planned
    assert [(str(body.label), [str(plan.link.label) for plan in plans]) for body, plans in planned] == [
        ("第2市", ["第2市DX計画"]),
        ("第3市", ["第3市DX計画"]),
    ]


def test_a_table_reads_the_names_of_the_cities_it_shows_and_of_no_other():
    facts = Facts(small(planned_cities(range(1, 20))), "ja")
    shown, part = columns(facts, 2)
    facts.name()
    assert (part.cities, part.pages, len(shown)) == (19, 3, 8)
    named = {iri for n in range(1, 20) if facts.about(iri := f"{ID}body/{172000 + n}")}
    assert named == set(shown)


def test_many_plans_are_counted_by_prefecture_and_few_are_shown():
    few = municipalities(Facts(small(planned_cities(range(2))), "ja"))
    assert [str(body.label) for body, _plans in few.plans] == ["第0市", "第1市"]
    many = municipalities(Facts(small(planned_cities(range(70))), "ja"))
    assert (many.plans, many.bodies) == ((), 70)
    assert [(str(each.label), cities, plans) for each, cities, plans in many.prefectures] == [("石川県", 70, 70)]


@pytest.mark.parametrize("iri", ["policy/p", "policy/p/2"])
def test_a_policy_shows_its_editions_by_date(ladder, iri):
    page = describe(Facts(ladder, "ja"), ID + iri)
    assert isinstance(page.special, Policy)
    shown = [str(item.link.label) for item in page.special.editions]
    assert shown == (["国の計画 第1版", "国の計画 第2版"] if iri == "policy/p" else ["国の計画 第1版"])


def test_a_policy_shows_its_items(ladder):
    page = describe(Facts(ladder, "ja"), ID + "policy/p/1")
    assert [str(node.item.link.label) for node in page.parts] == ["オンライン化"]


def test_a_document_shows_its_sections_and_a_section_what_stands_on_it(ladder):
    document = describe(Facts(ladder, "ja"), f"{PLAN}/document")
    assert [(str(n.item.link.label), [str(c.item.link.label) for c in n.children]) for n in document.parts] == [
        ("第1章", ["第2節"])
    ]
    section = describe(Facts(ladder, "ja"), f"{PLAN}/source/1-2")
    assert [(str(group.link.label), group.count) for group in section.mentions] == [("出典", 7)]
    assert names(section.crumbs) == ["見本市", "見本市DX計画", "見本市DX計画（文書）", "第1章"]


def test_a_concept_shows_who_uses_it_with_the_body(ladder):
    page = describe(Facts(ladder, "ja"), ID + "platform/lgwan")
    (group,) = page.mentions
    assert (str(group.link.label), group.count) == ("利用する", 2)
    assert [str(item.body.label) for item in group.items] == ["見本市", "隣市"]
    scheme = describe(Facts(ladder, "ja"), ID + "status")
    assert len(scheme.parts) > 3


def test_what_no_statement_places_stands_under_what_its_address_names(ladder):
    page = describe(Facts(ladder, "ja"), f"{PLAN}/anomaly/1")
    assert names(page.crumbs) == ["見本市", "見本市DX計画"]


def test_dates_of_a_page_follow_their_precision_and_years_their_run():
    store = small(
        """<plan/990001/x> a keifu:Initiative ; skos:prefLabel "取組"@ja ; keifu:endDate "2023-03-31"^^xsd:date ;
        keifu:datePrecision <precision/fiscal-year> ; keifu:inFiscalYear fy:2021, fy:2022 ; keifu:dateText "令和4年度末"@ja ."""
    )
    assert rows_of(describe(Facts(store, "ja"), ID + "plan/990001/x")) == {
        "終了日": ["令和4年度(FY2022)末"],
        "原文の日付表記": ["令和4年度末"],
        "年度": ["令和3年度(FY2021)～令和4年度(FY2022)"],
    }


@pytest.mark.parametrize(
    ("turtle", "ja", "en"),
    [
        (
            "keifu:numericValue 60 ; keifu:unit <unit/percent> ; keifu:comparator <comparator/at-least>",
            "60％以上",
            "at least 60 percent",
        ),
        ('keifu:valueText "増加"@ja, "increase"@en', "増加", "increase"),
        ("keifu:amount 1500000", "1,500,000円", "1,500,000 yen"),
        (
            "keifu:numericValue 20 ; keifu:unit <unit/cards> ; keifu:comparator <comparator/all>",
            "20枚（全て）",
            "20 cards (all)",
        ),
        ("keifu:numericValue 3837 ; keifu:unit <unit/ten-thousand-sheets>", "3,837万枚", "38,370,000 sheets"),
        ("keifu:numericValue 0.5 ; keifu:comparator <comparator/equal>", "0.5", "0.5"),
        ('keifu:dateText "いつか"@ja', None, None),
    ],
)
def test_a_value_is_written_with_its_unit_and_direction(turtle, ja, en):
    store = small(f"<plan/990001/v> a keifu:KpiValue ; {turtle} .")
    for lang, wanted in (("ja", ja), ("en", en)):
        facts = Facts(store, lang)
        facts.detail([ID + "plan/990001/v"])
        amount = facts.amount(ID + "plan/990001/v")
        assert (amount and str(amount)) == wanted


def test_what_is_not_a_day_or_a_number_is_shown_as_it_is():
    store = small(
        '<x> a keifu:Case ; keifu:endDate "2023-13-45"^^xsd:date ; keifu:numericValue "viele"^^xsd:decimal ; keifu:flag true .'
    )
    values = [value for found in rows_of(describe(Facts(store, "en"), ID + "x")).values() for value in found]
    assert sorted(values) == ["2023-13-45", "viele", "yes"]


def test_texts_of_other_languages_stand_in_only_where_there_is_none():
    store = small('<x> a keifu:Case ; skos:altLabel "甲"@ja, "乙"@ja, "A"@en ; keifu:bodiesText "市"@ja .')
    assert rows_of(describe(Facts(store, "en"), ID + "x"))["Also called"] == ["A"]
    assert "市" in str(rows_of(describe(Facts(store, "en"), ID + "x")))
    assert rows_of(describe(Facts(store, "ja"), ID + "x"))["別名"] == ["乙", "甲"]


@pytest.mark.parametrize("iri", ["nothing", "body/1> <b", "plan/990001/dx/1/nix", "a b"])
def test_nothing_is_said_about_what_is_not_there(ladder, iri):
    for ask in (lambda: describe(Facts(ladder, "ja"), ID + iri), lambda: statements(ladder, ID + iri)):
        with pytest.raises(NotFound) as caught:
            ask()
        assert ID + iri in caught.value.ja
        assert ID + iri in caught.value.en


def test_all_things_of_a_kind_are_listed_page_by_page(ladder, monkeypatch):
    found = listing(Facts(ladder, "ja"), f"{PLAN}/initiative", 1)
    assert (str(found.title), found.count, found.pages) == ("取組", 2, 1)
    assert names(found.crumbs) == ["見本市", "見本市DX計画"]
    assert [str(i.link.label) for i in listing(Facts(ladder, "ja"), ID + "body/990001/system", 1).items] == [
        "申請システム"
    ]
    monkeypatch.setattr("keifu.reading.resources.ROWS", 1)
    assert [str(i.link.label) for i in listing(Facts(ladder, "ja"), f"{PLAN}/initiative", 2).items] == ["書かない窓口"]


@pytest.mark.parametrize(
    ("iri", "page"),
    [(f"{PLAN}/initiative", 0), (f"{PLAN}/initiative", 2), (f"{PLAN}/nix", 1), (ID + "a b/c", 1), (ID + "law/1/x", 1)],
)
def test_a_listing_that_is_not_there_is_not_found(ladder, iri, page):
    with pytest.raises(NotFound):
        listing(Facts(ladder, "ja"), iri, page)


def test_the_data_of_a_thing_are_what_it_states_and_what_points_to_it(ladder):
    triples = statements(ladder, INITIATIVE)
    subjects = {triple.subject.value.removeprefix(ID) for triple in triples}
    assert subjects == {
        f"plan/990001/dx/1/{one}" for one in ("initiative/1-2", "achievement/1-2-1", "kpi/1", "link/1", "anomaly/1")
    } | {"platform/lgwan"}


def test_the_vocabulary_is_data_too(ladder):
    triples = ontology(ladder)
    assert any(triple.subject == ox.NamedNode(DEF + "Initiative") for triple in triples)
    assert any(triple.subject == ox.NamedNode(DEF.removesuffix("#")) for triple in triples)


def test_a_class_has_a_page_with_its_instances_and_a_property_one_with_its_statements(ladder):
    found = term(Facts(ladder, "ja"), ladder, DEF + "Initiative")
    assert found.is_class
    assert (str(found.title), found.count) == ("取組", 3)
    assert "計画要素" in names(found.wider)
    assert "研修" in names(found.narrower)
    assert str(found.uses[0][0].label) == "書かない窓口"
    assert [text.value[:2] == "誤用" for text in found.examples] == [False, True]
    relation = term(Facts(ladder, "en"), ladder, DEF + "addresses")
    assert not relation.is_class
    assert relation.count == 2
    subject, value = relation.uses[0]
    assert (str(subject.label), str(value.text)) == ("Procedures online", "Online procedures")


@pytest.mark.parametrize("name", ["Nix", "a b"])
def test_a_term_that_is_not_in_the_vocabulary_is_not_found(ladder, name):
    with pytest.raises(NotFound, match=name):
        term(Facts(ladder, "en"), ladder, DEF + name)


def test_every_term_and_scheme_is_in_the_index(ladder):
    index = vocabulary(Facts(ladder, "ja"))
    listed = {link.iri for _, terms in index.parts for link, _ in terms}
    assert {DEF + "Initiative", DEF + "addresses", DEF + "page"} <= listed
    assert all(definition for _, terms in index.parts for _, definition in terms)
    assert ID + "theme" in {link.iri for link, _ in index.schemes}


def test_municipalities_are_counted_by_prefecture():
    store = small(
        """<body/170003> a keifu:Prefecture ; skos:prefLabel "石川県"@ja, "Ishikawa Prefecture"@en .
        <body/172090> a keifu:Municipality ; skos:prefLabel "かほく市"@ja, "Kahoku City"@en ; keifu:withinPrefecture <body/170003> ."""
    )
    page = municipalities(Facts(store, "en"))
    assert [(str(p.label), cities, plans) for p, cities, plans in page.prefectures] == [("Ishikawa Prefecture", 1, 0)]


def test_policies_stand_by_level_with_editions_under_their_series(ladder):
    store = small(
        """<body/mic> a keifu:NationalBody . <body/170003> a keifu:Prefecture ; skos:prefLabel "石川県"@ja . <body/1> a keifu:Municipality .
        <policy/g> a keifu:PolicyInstrument ; skos:prefLabel "指針"@ja ; keifu:policyType <instrument-kind/guideline> ; keifu:issuedBy <body/mic> .
        <law/2> a keifu:Law ; skos:prefLabel "新法"@ja ; keifu:policyType <instrument-kind/law> ; keifu:promulgatedOn "2021-05-19"^^xsd:date .
        <law/1> a keifu:Law ; skos:prefLabel "旧法"@ja ; keifu:policyType <instrument-kind/law> ; keifu:promulgatedOn "2000-12-06"^^xsd:date .
        <law/1/article/9> a keifu:LegalProvision ; skos:prefLabel "旧法第9条"@ja ; keifu:partOf <law/1> .
        <policy/p> a keifu:PolicySeries ; skos:prefLabel "計画"@ja ; keifu:policyType <instrument-kind/plan> ; keifu:issuedBy <body/mic> .
        <policy/p/1> a keifu:Plan ; skos:prefLabel "計画1"@ja ; keifu:policyType <instrument-kind/plan> ; keifu:editionOf <policy/p> .
        <plan/170003/d> a keifu:Plan ; skos:prefLabel "県計画"@ja ; keifu:policyType <instrument-kind/plan> ; keifu:issuedBy <body/170003> .
        <plan/1/d> a keifu:DxPlan ; skos:prefLabel "市計画"@ja ; keifu:policyType <instrument-kind/plan> ; keifu:issuedBy <body/1> ."""
    )
    page = policies(Facts(store, "ja"))

    def outline(groups):
        return [
            (str(kind.label), [(str(n.item.link.label), [str(c.item.link.label) for c in n.children]) for n in nodes])
            for kind, nodes in groups
        ]

    assert outline(page.levels) == [
        ("法令", [("旧法", []), ("新法", [])]),
        ("計画", [("計画", ["計画1"])]),
        ("ガイドライン", [("指針", [])]),
    ]
    assert outline(page.prefectures) == [("石川県", [("県計画", [])])]


def test_numbers_in_names_count_as_numbers():
    assert sorted(["a/2-10", "a/2-9", "a/10", "a/b"], key=natural) == ["a/2-9", "a/2-10", "a/10", "a/b"]


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.rq")), ids=lambda path: path.stem)
def test_every_query_behind_a_page_is_valid_and_has_a_title(path, ladder):
    query = read_query(path.read_text(encoding="utf-8"), path.stem, ["title-ja", "title-en"])
    ladder.query(query.text)
    assert page_query(path.stem) == query.text
    # A query that binds ?x can be opened on the query page for any thing.
    if any(name in query.text for name in ("VALUES ?x {",)) and path.stem not in (
        "names",
        "details",
        "statements",
        "files",
        "parts",
        "parents",
        "mention-counts",
    ):
        assert "x" in {parameter.name for parameter in query.parameters}


def test_every_thing_of_the_repository_can_be_shown(sources, store):
    """A page of each kind of thing, and every policy and plan."""
    chosen = store.select(
        "PREFIX keifu: <https://w3id.org/keifu/def#> SELECT ?class (MIN(?s) AS ?x) WHERE { ?s a ?class FILTER(STRSTARTS(STR(?s), '"
        + ID
        + "')) } GROUP BY ?class"
    )
    assert len(chosen) > 20
    for row in chosen:
        for lang in ("ja", "en"):
            page = describe(Facts(store, lang), row["x"].value)
            assert page.title.value
            assert page.kinds
            assert page.files
            assert all((Sources.find().root / name).is_file() for name in page.files)


def test_foreign_terms_in_the_data_have_names(store):
    rows = store.select("SELECT DISTINCT ?p WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?s), '" + ID + "')) }")
    facts = Facts(store, "ja")
    unnamed = {row["p"].value for row in rows if facts.terms.label(row["p"].value, "ja") is None}
    assert unnamed <= {PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label"}

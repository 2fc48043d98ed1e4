"""What the sources say, read by eye, asked through the library of queries: the answers here were written from the plans, not from the graph."""

import pytest

from keifu.dataset.files import Sources
from keifu.namespaces import ID
from keifu.queries.queries import bind, library


@pytest.fixture(scope="module")
def ask(store):
    queries = library(Sources.find().queries)

    def ask(name: str, *columns: str, **values: str) -> set[tuple[str | None, ...]]:
        solutions = store.select(bind(queries[name], values))
        return {tuple(s[c].value if s[c] is not None else None for c in columns) for s in solutions}

    return ask


def test_what_kahoku_has_done_with_year_and_department(ask):
    assert {(label, year, unit) for label, year, unit in ask("achievements", "label", "dateText", "unit")} >= {
        ("河川カメラの設置及びWEB公開", "H30", "都市建設課"),
        ("国提供「ぴったりサービス」開始", "H29", "子育て支援課"),
        ("かほく市公式LINEを開設", "R03", None),
        ("にゃんたろうfacebookを開設", "H25", "産業振興課"),
        ("行政手続きにおける押印の取り扱いの見直し", "R2", "総務課"),
        ("石川県セキュリティクラウドを通じたインターネット環境構築", "H28", "情報推進課"),
    }
    assert len(ask("achievements", "achievement")) == 22


def test_the_twenty_systems_of_kahoku_by_group(ask):
    groups: dict[str, set[str]] = {}
    for number, group in ask("systems-by-group", "number", "groupLabel"):
        groups.setdefault(group, set()).add(number)
    assert groups == {
        "第1グループ": {"01", "03", "04", "05", "06", "09", "11", "14"},
        "第2グループ": {"02", "07", "08", "10", "12", "13", "15", "16", "17"},
        "第3グループ": {"18", "19", "20"},
    }
    specifications = {
        (group, text)
        for group, label, text in ask("systems-by-group", "groupLabel", "scheduleLabel", "dateText")
        if "仕様" in label
    }
    assert {group for group, _ in specifications} == {"第1グループ", "第2グループ"}
    assert {text.split()[-1] for _, text in specifications} == {"夏頃"}


def test_the_leases_of_kahoku_and_their_last_year(ask):
    rows = ask("leases", "label", "year", "phase", city=f"{ID}body/172090")
    assert {(label, year) for label, year, phase in rows if phase == "リース最終年"} == {
        ("次期基幹系情報(住民記録系)更改機器賃貸借", "2024"),
        ("次期基幹系情報システム(福祉系)更改機器賃貸借", "2024"),
        ("内部情報系財務会計システム等更改機器賃貸借", "2024"),
    }
    assert {year for label, year, phase in rows if label.startswith("情報系及び基幹系") and phase == "リース中"} == {
        "2022", "2023", "2024", "2025", "2026",
    }  # fmt: skip


def test_the_27_applications_reach_the_law(ask):
    value = f"{ID}plan/172090/dx/1.0/value/1-target"
    assert (f"{ID}law/503AC0000000035",) in ask("lineage-up", "upper", start=value)


def test_the_departments_of_tatsuno_for_the_twenty_tasks(ask):
    assert ask("systems-by-group", "number", "unit", city=f"{ID}body/282294") == {
        ("01", "市民課"), ("08", "国保医療年金課"), ("02", "選挙管理委員会事務局"), ("03", "市税課"), ("04", "市税課"), ("05", "市税課"),
        ("06", "市税課"), ("07", "国保医療年金課"), ("09", "地域福祉課"), ("10", "国保医療年金課"), ("11", "高年福祉課"), ("12", "児童福祉課"),
        ("15", "児童福祉課"), ("17", "幼児教育課"), ("19", "市民課"), ("20", "市民課"), ("16", "地域福祉課"), ("13", "健康課"),
        ("14", "学校教育課"), ("18", "市民課"),
    }  # fmt: skip


def test_card_figures_side_by_side(ask):
    rows = ask("card-figures", "areaLabel", "number", "asOf", "denominatorNumber", "denominatorDate")
    assert rows >= {
        ("白山市", "38.5", "2022-01-31", "113496", "2021-01-01"),
        ("石川県", "42.4", "2022-01-31", "1132656", "2021-01-01"),
        ("全国", "41.7", "2022-01-31", "126654244", "2021-01-01"),
        ("白山市", "45.1", "2022-01-31", "113496", "2021-01-01"),
        ("白石市", "53.9", "2023-02-28", None, None),
        ("全国", "63.5", "2023-02-28", None, None),
        ("白河市", "22.6", "2021-04-01", "60548", "2021-04-01"),
        ("白山市", "75", "2023-03-31", None, None),
    }


def test_procedures_of_hakusan_that_tatsuno_does_not_list(ask):
    labels = {label for label, city in ask("procedures-elsewhere", "procedure", "otherLabel") if city == "白山市"}
    assert {"粗大ごみ収集の申込", "罹災証明書の発行申請", "水道の使用開始"} <= labels
    assert not any("妊娠" in label for label in labels)


def test_thirty_five_procedures_of_hakusan(store):
    rows = store.select(
        "SELECT ?x { ?x <https://w3id.org/keifu/def#offeredBy> <https://w3id.org/keifu/id/body/172103> ; "
        "<https://w3id.org/keifu/def#procedureType> ?t . "
        "<https://w3id.org/keifu/id/procedure-set/35> <http://www.w3.org/2004/02/skos/core#member> ?t }"
    )
    assert len(rows) == 35


def test_who_builds_on_which_edition(ask):
    rows = ask("who-builds-on", "planLabel", "cited")
    editions = {(label[:3], cited.removeprefix(f"{ID}policy/jichitai-dx")) for label, cited in rows}
    assert editions >= {
        ("かほく", "/1.0"),
        ("白山市", "/1.0"),
        ("白河市", "/1.0"),
        ("白石市", "/2.0"),
        ("たつの", "/2.0"),
    }
    assert not {("白山市", "/2.0"), ("白河市", "/2.0"), ("かほく", "/2.0")} & editions


def test_older_plans_lack_the_review_of_regulations(ask):
    lacking = {
        label[:3]
        for label, item in ask("items-missing-from-older-plans", "planLabel", "item")
        if item.endswith("together-3")
    }
    assert lacking == {"かほく", "白山市", "白河市"}


def test_precedents_keep_prefectures_and_cities_apart(ask):
    origins = {label for label, city in ask("precedents", "originLabel", "citingLabel") if city == "白石市"}
    assert {"熊本県", "熊本市", "大阪府", "大阪市", "宮城県", "仙台市", "三宅町", "高知中芸5町村"} <= origins


def test_both_cities_of_ishikawa_build_on_its_digitalisation_plan(ask):
    rows = ask("same-prefectural-plan", "aboveLabel", "planLabel")
    assert {plan[:3] for above, plan in rows if "石川県デジタル化推進計画" in above} == {"かほく", "白山市"}


def test_due_by_march_2026_in_every_city(ask):
    assert {city for (city,) in ask("due-by", "cityLabel")} == {"かほく市", "たつの市", "白山市", "白河市", "白石市"}


def test_qualitative_kpis_are_those_of_hakusan(ask):
    assert {city for (city,) in ask("kpis-without-number", "cityLabel")} >= {"白山市"}
    assert "発生させない" in {text for (text,) in ask("kpis-without-number", "text")}


@pytest.mark.parametrize(
    ("number", "city"),
    [("1130", "たつの"), ("14", "たつの"), ("50000", "白山市"), ("68", "白山市"), ("27", "かほく"), ("82.9", "白石市")],
)
def test_a_number_is_found_with_its_place(ask, number, city):
    assert city in {label[:3] for (label,) in ask("where-it-stands", "planLabel", number=number)}

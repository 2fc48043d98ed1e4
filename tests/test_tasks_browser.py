"""Six questions of a new user, each answered from the home page in at most five clicks, with no address typed."""

import re

import pytest

pytestmark = pytest.mark.browser

CLICKS = 5


class Visitor:
    """Somebody who clicks, and counts it; a search counts as one."""

    def __init__(self, page) -> None:
        self.page = page
        self.clicks = 0
        page.goto("/ja/")

    def follow(self, name: str, exact: bool = False) -> None:
        self.page.locator("main").get_by_role("link", name=name, exact=exact).first.click()
        self.clicks += 1

    def press(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name, exact=True).click()
        self.clicks += 1

    def choose(self, label: str, option: str) -> None:
        field = self.page.get_by_label(label)
        value = field.locator("option", has_text=re.compile(f"^{option}$")).first.get_attribute("value")
        field.select_option(value)
        self.clicks += 1

    def search(self, words: str) -> None:
        field = self.page.locator("#find")
        field.fill(words)
        field.press("Enter")
        self.page.wait_for_url("**/search?**")
        self.clicks += 1

    def text(self) -> str:
        assert self.clicks <= CLICKS
        return self.page.locator("main").inner_text()


@pytest.fixture
def visitor(visit):
    with visit() as (page, trouble):
        yield Visitor(page)
        assert trouble == []


def test_why_hakusan_puts_the_disaster_certificate_online_up_to_the_law(visitor):
    visitor.search("罹災証明書 白山市")
    visitor.follow("罹災証明書の発行申請")
    assert "/id/body/172103/" in visitor.page.url
    visitor.follow("図で見る")
    assert "情報通信技術を活用した行政の推進等に関する法律" in visitor.text()


def test_which_of_the_five_promised_what_for_ai_and_rpa_and_who_has_a_number(visitor):
    visitor.follow("並べて比べる", exact=True)
    visitor.choose("何について比べるか", "AI・RPAの利用")
    visitor.press("並べる")
    told = visitor.text()
    assert all(city in told for city in ("白石市", "白河市", "かほく市", "白山市", "たつの市"))
    (row,) = visitor.page.locator("tr", has_text="数値目標のあるKPI").all_inner_texts()
    assert "この市だけ: 白山市" in re.sub(r"\s+", " ", row)


def test_what_is_due_by_march_2026_in_tatsuno_and_who_is_in_charge(visitor):
    visitor.follow("たつの市", exact=True)
    visitor.follow("年表")
    visitor.follow("令和7年度(FY2025)末", exact=True)
    told = visitor.text()
    assert "自治体の情報システムの標準化・共通化" in told
    assert "健康課" in told


def test_from_which_city_two_of_the_five_learned_the_same(visitor):
    visitor.follow("どの団体から学ぶか")
    first = visitor.page.locator("main section, main").first.inner_text().partition("引いた団体と")[0]
    assert visitor.clicks <= CLICKS
    assert "姫路市" in first
    assert "白石市" in first
    assert "白山市" in first


def test_which_cities_of_ishikawa_share_a_prefectural_plan_and_what_it_targets(visitor):
    visitor.follow("並べて比べる", exact=True)
    visitor.choose("何について比べるか", "石川県")
    visitor.press("並べる")
    told = visitor.text()
    assert "石川県デジタル化推進計画" in told
    assert "かほく市" in told
    assert "白山市" in told


def test_counters_without_writing_are_found_everywhere(visitor):
    visitor.search("書かない窓口")
    told = visitor.text()
    assert "タブレット型端末などを用いた、書かない窓口の実現" in told
    assert "白石市" in told
    assert "たつの市" in told

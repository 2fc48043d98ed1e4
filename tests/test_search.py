"""Search: how texts are folded, what is found and in which order, and the page of results."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import small

from keifu.errors import TooLarge
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.reading.terms import NAMED_BY, page_query, with_values
from keifu.search.folding import LENGTH, TERMS, fold, marked, read_terms, shortened
from keifu.search.search import Index

SMALL = """
<theme/990001> a keifu:Theme ; skos:prefLabel "窓口"@ja, "Counter"@en ; skos:altLabel "書かない窓口"@ja .
<platform/990001> a keifu:SharedPlatform ; skos:prefLabel "ガバメントクラウド"@ja, "Government Cloud"@en ;
    skos:altLabel "ガバクラ"@ja .
<body/990001> a keifu:Municipality ; skos:prefLabel "見本市"@ja, "Sample City"@en, "みほんし"@ja-Hira .
<plan/990001/dx/1/initiative/1> a keifu:Initiative ; skos:prefLabel "窓口の予約"@ja, "Booking"@en ; keifu:status <status/done> .
<plan/990001/dx/1/initiative/2> a keifu:Initiative ; skos:prefLabel "待たない窓口"@ja, "No waiting"@en .
<plan/990001/dx/1/initiative/3> a keifu:Initiative ; skos:prefLabel "ＤＸの推進"@ja, "DX"@en ; dcterms:description "窓口に来なくてよい。"@ja, "To maintain services."@en .
<plan/990001/dx/1/initiative/4> a keifu:Initiative ; skos:prefLabel "移行"@ja, "Move"@en ; keifu:uses <platform/990001> .
<plan/990001/dx/1/initiative/5> a keifu:Initiative ; skos:prefLabel "AIの活用"@ja, "AI in use"@en ; keifu:theme <theme/990001> .
<plan/990001/dx/1/initiative/6> a keifu:Initiative ; skos:prefLabel "クラウド化"@ja, "Off the premises"@en .
<plan/990001/dx/1/initiative/7> a keifu:Initiative ; skos:prefLabel "研修"@ja, "Training of AIde"@en .
<plan/990001/dx/1/source/1> a keifu:SourceLocator ; keifu:heading "窓口について"@ja, "On counters"@en .
"""
PLAN = "plan/990001/dx/1/"


@pytest.fixture(scope="module")
def index():
    return Index(small(SMALL))


@pytest.fixture(scope="module")
def full(store):
    """The texts of the repository."""
    return Index.of(store)


@pytest.fixture(scope="module")
def names(store):
    """The names of all things of the repository, each with the IRI of the thing."""
    rows = store.select(with_values(page_query("search-texts"), property=NAMED_BY))
    return [(row["thing"].value, row["text"]) for row in rows if row["thing"].value.startswith((ID, DEF))]


def paths(index, query, lang="ja"):
    """What is found among the things above, not in the vocabulary."""
    found = [hit.thing.iri.removeprefix(ID).removeprefix(PLAN) for hit in index.search(query, lang)]
    return [path for path in found if "990001" in path or path.startswith(("initiative", "source"))]


class TestFolding:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ＤＸ", "dx"),
            ("ｶﾞﾊﾞｸﾗ", "がばくら"),
            ("ガバクラ", "がばくら"),
            ("ヴェ", "ゔぇ"),
            ("ヷ", "わ\u3099"),
            ("ヲ\u3099", "を\u3099"),
            ("㈱", "(株)"),
            ("①", "1"),
            ("Ａ　Ｂ", "a b"),
            ("STRASSE", "straße"),
            ("データ", "でーた"),
        ],
    )
    def test_width_case_and_kana_do_not_count(self, one, other):
        assert fold(one) == fold(other)

    def test_what_sounds_different_stays_different(self):
        assert len({fold(kana) for kana in ("はし", "ばし", "ぱし", "はじ")}) == 4

    @given(st.text())
    def test_what_is_folded_stays_as_it_is(self, text):
        assert fold(fold(text)) == fold(text)

    @given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x30FA)))
    def test_katakana_are_folded_as_their_hiragana_are(self, text):
        hiragana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)
        assert fold(text) == fold(hiragana)

    @given(st.text())
    def test_marks_lose_nothing_of_the_text(self, text):
        assert "".join(piece for piece, _ in marked(text, read_terms(text[:5]))) == text

    @given(st.text("ｶﾞガあアＤx窓口 ", min_size=1), st.data())
    def test_what_is_found_is_marked_as_it_stands_in_the_text(self, text, data):
        term = fold(data.draw(st.sampled_from(text)))
        assert any(hit for _, hit in marked(text, [term])) == (term in fold(text))


class TestMarks:
    def test_the_characters_of_the_text_are_marked_not_those_it_is_compared_by(self):
        assert marked("新ｶﾞﾊﾞｸﾗへ", [fold("ガバ")]) == (("新", False), ("ｶﾞﾊﾞ", True), ("ｸﾗへ", False))

    def test_long_stretches_are_cut_and_what_was_found_never(self):
        text = "あ" * 200 + "窓口" + "い" * 200
        first, found, last = shortened(marked(text, ["窓口"]))
        assert (first, found, last) == (("…" + "あ" * 60, False), ("窓口", True), ("い" * 60 + "…", False))


class TestRank:
    def test_an_exact_name_then_how_it_begins_then_what_it_holds_then_other_names_then_texts(self, index):
        found = paths(index, "窓口")
        assert found[:2] == ["theme/990001", "initiative/1"]
        assert found[2:] == ["initiative/2", "source/1", "initiative/3", "initiative/5"]

    def test_it_says_where_it_matched(self, index):
        named = {hit.thing.iri: hit.matches[0].property for hit in index.search("窓口", "ja")}
        assert named[f"{ID}{PLAN}source/1"] == DEF + "heading"
        assert named[f"{ID}{PLAN}initiative/3"] == PREFIXES["dcterms"] + "description"
        assert named[f"{ID}{PLAN}initiative/5"] == DEF + "theme"

    def test_a_name_of_several_words_counts_as_one(self, index):
        assert paths(index, "government cloud", "en")[0] == "platform/990001"

    def test_all_words_have_to_be_found_but_in_any_text(self, index):
        assert paths(index, "dx 窓口") == ["initiative/3"]
        assert paths(index, "窓口 存在しない") == []

    @pytest.mark.parametrize("query", ["ガバクラ", "ｶﾞﾊﾞｸﾗ", "がばくら"])
    def test_an_abbreviation_finds_the_thing_and_what_states_that_it_uses_it(self, index, query):
        assert paths(index, query) == ["platform/990001", "initiative/4"]

    def test_a_reading_finds_the_city_and_its_own(self, index):
        assert paths(index, "ミホンシ")[0] == "body/990001"
        assert "initiative/1" in paths(index, "みほんし")
        assert paths(index, "みほんし 予約") == ["initiative/1"]

    def test_inside_a_latin_word_only_names_are_looked_at_and_come_last(self, index):
        found = paths(index, "ai", "en")
        assert found[0] == "initiative/5"
        assert found.index("initiative/5") < found.index("initiative/7")
        assert "initiative/3" not in found

    def test_nothing_is_searched_for(self, index):
        assert list(index.search("　 ", "ja")) == []

    def test_too_much_is_refused(self):
        with pytest.raises(TooLarge):
            read_terms("あ" * (LENGTH + 1))
        with pytest.raises(TooLarge):
            read_terms(" ".join(map(str, range(TERMS + 1))))
        assert len(read_terms("a " * (TERMS + 1))) == 1


class TestRepository:
    @given(data=st.data())
    def test_every_name_is_found_by_any_two_characters_of_it(self, full, names, data):
        thing, name = data.draw(st.sampled_from(names))
        place = data.draw(st.integers(0, max(0, len(name.value) - 2)))
        word = name.value[place : place + 2]
        found = full.search(word, name.language)
        assert not fold(word).split() or thing in {found.thing(place).iri for place in range(len(found))}

    @pytest.mark.parametrize("word", ["窓口", "ＲＰＡ", "罹災証明", "はくさんし", "Government Cloud"])
    def test_words_that_visitors_use_are_found_whatever_their_form(self, full, word):
        found = [hit.thing.iri for hit in full.search(word, "ja")]
        assert found
        assert found == [hit.thing.iri for hit in full.search(fold(word), "ja")]

    def test_a_measure_is_found_in_several_cities(self, full):
        cities = {hit.thing.city for hit in full.search("書かない窓口", "ja")} - {""}
        assert {f"{ID}body/{code}" for code in ("282294", "042064")} < cities

    def test_every_thing_has_a_kind_and_a_name(self, full, names):
        named = {iri for iri, text in names if text.language.lower() != "ja-hira"}
        things = full.ask("SELECT iri, kind FROM nodes WHERE natural IS NOT NULL")
        assert {iri for iri, kind in things if kind} == named
        assert len(things) == len(named)


class TestPage:
    def get(self, client, path, **values):
        return client.get(path, query_string=values, headers={"Accept": "text/html"})

    @pytest.mark.parametrize("lang", ["ja", "en"])
    def test_every_page_has_the_box(self, client, lang):
        for path in ("/", "/municipalities", "/nothing", "/id/theme/counter"):
            text = self.get(client, f"/{lang}{path}").text
            assert f'action="/{lang}/search"' in text
            assert '<label class="unseen" for="find">' in text

    def test_results_are_grouped_counted_and_marked(self, client):
        text = self.get(client, "/ja/search", q="書かない窓口").text
        assert "<mark>書かない窓口</mark>" in text
        assert re.search(r"<h2>取組 <span class=\"quiet\">\d+件", text)
        by_city = self.get(client, "/ja/search", q="書かない窓口", by="city").text
        assert re.search(r"<h2>たつの市 <span class=\"quiet\">\d+件", by_city)

    def test_a_facet_narrows_to_as_many_as_it_says_and_can_be_undone(self, client):
        text = self.get(client, "/ja/search", q="窓口").text
        address, count = re.search(r'href="([^"]+)">たつの市</a> <span class="quiet">(\d+)<', text).groups()
        narrowed = client.get(address.replace("&amp;", "&")).text
        assert f'<p role="status">{count}件' in narrowed
        undone = re.search(r'class="chip chip-key" href="([^"]+)">たつの市', narrowed)[1]
        assert "city" not in undone

    def test_pages_hold_fifty_and_lead_on(self, client):
        first = self.get(client, "/en/search", q="dx")
        assert len(re.findall(r"<ul class=\"found\">", first.text)) >= 1
        assert 'rel="next"' in first.text
        assert 'rel="prev"' not in first.text
        last = self.get(client, "/en/search", q="dx", page=999).text
        assert 'rel="prev"' in last
        assert 'rel="next"' not in last

    @pytest.mark.parametrize("query", ["", "　", "zzzzzz"])
    def test_without_results_it_says_what_can_be_done(self, client, query):
        answer = self.get(client, "/en/search", q=query)
        assert answer.status_code == 200
        assert "For example:" in answer.text

    def test_what_cannot_be_shows_no_results(self, client):
        answer = self.get(client, "/ja/search", q="窓口", city="nowhere", kind="http://", page="x", by="?")
        assert answer.status_code == 200
        assert "絞り込みを外す" in answer.text

    def test_too_long_a_query_is_refused_with_the_limit(self, client):
        answer = self.get(client, "/en/search", q="あ" * 101)
        assert answer.status_code == 413
        assert "at most 100 characters" in answer.text

    def test_what_is_typed_is_not_taken_for_markup_or_for_an_option(self, client):
        answer = self.get(client, "/ja/search", q='<script>"', _external=1, _anchor="x", lang="en")
        assert answer.status_code == 200
        assert "<script>" not in answer.text

    def test_the_same_word_in_sparql_is_one_click_away(self, client):
        text = self.get(client, "/ja/search", q='窓口 "x').text
        address = re.search(r'href="(/ja/query\?query=[^"]+)"', text)[1].replace("&amp;", "&")
        page = client.get(address + "&run=1")
        assert page.status_code == 200
        assert "CONTAINS(LCASE(STR(?text)), &#34;窓口&#34;)" in page.text

    def test_the_table_has_every_result(self, client, full):
        answer = self.get(client, "/ja/search.csv", q="窓口")
        assert answer.content_type == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert {row["iri"] for row in rows} == {hit.thing.iri for hit in full.search("窓口", "ja")}
        assert all(row["name"] and row["kind"] and row["matched_text"] for row in rows)

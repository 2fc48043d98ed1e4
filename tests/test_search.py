"""Search: how texts are folded, what is found and in which order, and the page of results."""

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import small

from keifu.errors import TooLarge
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.reading.terms import NAMED_BY, page_query, with_values
from keifu.search.folding import LENGTH, TERMS, fold, marked, read_terms, shortened
from keifu.search.index import FIELDS
from keifu.search.results import FACETS
from keifu.search.search import Index
from keifu.search.suggestions import OFFERED, suggestions

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
            ("罹災証明書", "り災証明書"),
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

    @pytest.mark.parametrize(("word", "lang"), [("書かない窓口", "ja"), ("ＲＰＡ", "ja"), ("chatbot", "en")])
    def test_what_says_the_word_stands_before_what_is_only_linked_to_it(self, full, store, word, lang):
        rows = store.select(with_values(page_query("search-texts"), property=FIELDS))
        apart = re.compile(rf"(?<![a-z0-9]){fold(word)}")
        having = {row["thing"].value for row in rows if apart.search(fold(row["text"].value))}
        hits = full.search(word, lang)
        saying, linked = hits.saying(), hits.linked()
        assert 0 < len(saying) < len(hits) == len(saying) + len(linked)
        assert {iri for iri in having if iri.startswith((ID, DEF))} <= {hit.thing.iri for hit in saying}
        assert all(match.linked for hit in linked for match in hit.matches)

    def test_no_counter_is_said_to_be_without_writing_that_its_plan_does_not_say_to_be(self, full):
        hits = full.search("書かない窓口", "ja")
        linked = {hit.thing.iri.removeprefix(ID) for hit in hits.linked()}
        assert "plan/072052/dx/2/initiative/1-3" in linked  # 待たせない・書かせない
        names = {full.label(hit.thing.iri, "ja").value for hit in hits}
        assert names.isdisjoint({"土日開庁", "延長窓口", "コンビニ交付"})
        assert len(hits) < 25

    def test_a_city_in_the_search_does_not_make_what_says_the_rest_a_mere_link(self, full):
        hits = full.search("白石市 書かない窓口", "ja")
        assert f"{ID}plan/042064/dx/2023-03/initiative/1-3-2" in {hit.thing.iri for hit in hits.saying()}

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

    def test_facets_are_combined_counted_and_undone_one_by_one_on_the_page_and_in_the_file(self, client):
        def narrowing(text):
            aside = text[text.index('<nav id="facets"') :].split("</nav>")[0] if 'id="facets"' in text else ""
            links = re.findall(r'<li><a href="([^"]+)">.*?</a> <span class="quiet">(\d+)</span>', aside)
            return [(address.replace("&amp;", "&"), int(count)) for address, count in links]

        def facet(address, known):
            return next(iter(set(parse_qs(urlsplit(address).query)) - known))

        address, known = "/ja/search?q=の", {"q"}
        chosen = []
        while found := narrowing(client.get(address).text):
            offered = {facet(each, known) for each, _ in found}
            assert offered.isdisjoint(known)
            address, count = min(found, key=lambda each: ("theme", *FACETS).index(facet(each[0], known)))
            chosen.append(facet(address, known))
            known.add(chosen[-1])
            page = client.get(address).text
            assert f'<p role="status">{count}件' in page
            assert len(re.findall(r'class="chip chip-key"', page)) == len(chosen)
            rows = csv.DictReader(io.StringIO(client.get(address.replace("/search", "/search.csv")).text))
            assert [row["says"] for row in rows].count("true") == count
        assert len(chosen) > 2
        undone = re.findall(r'class="chip chip-key" href="([^"]+)"', page)
        missing = [known - set(parse_qs(urlsplit(each.replace("&amp;", "&")).query)) for each in undone]
        assert missing == [{name} for name in FACETS if name in chosen]

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

    @pytest.mark.parametrize("lang", ["ja", "en"])
    def test_what_is_only_linked_is_folded_with_its_own_count_and_reason(self, client, full, lang):
        hits = full.search("書かない窓口", lang)
        page = self.get(client, f"/{lang}/search", q="書かない窓口").text
        assert f'<p role="status">{len(hits.saying())}{"件" if lang == "ja" else " item"}' in page
        (folded,) = re.findall(r'<details class="accordion"><summary><h2>.*?</details>', page, re.S)
        assert f'<span class="quiet">{len(hits.linked())}{"件" if lang == "ja" else " item"}' in folded
        assert f"{ID}plan/072052/dx/2/initiative/1-3".removeprefix(ID) in folded
        address = re.search(r'href="([^"]*through=links[^"]*)"', folded)[1].replace("&amp;", "&")
        alone = client.get(address).text
        assert len(re.findall(r'<ul class="found">', alone)) >= 1
        assert 'plan/282294/dx/2022-10/initiative/6-1-2-1"' not in alone
        assert 'plan/072052/dx/2/initiative/1-3"' in alone

    def test_where_nothing_says_the_word_what_is_linked_is_shown(self, client, full):
        page = self.get(client, "/ja/search", q="書かない窓口", item="nothing").text
        assert "<details" not in page.split("<footer")[0]

    def test_the_table_has_every_result(self, client, full):
        answer = self.get(client, "/ja/search.csv", q="窓口")
        assert answer.content_type == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert {row["iri"] for row in rows} == {hit.thing.iri for hit in full.search("窓口", "ja")}
        assert all(row["name"] and row["kind"] and row["matched_text"] for row in rows)


class TestNames:
    """What the search box offers."""

    def get(self, client, typed, lang="ja"):
        answer = client.get(f"/{lang}/names.json", query_string={"q": typed})
        assert answer.content_type == "application/json"
        return answer.json

    @pytest.mark.parametrize(
        ("typed", "lang", "name", "address"),
        [
            ("白山", "ja", "白山市", "/ja/id/body/172103"),
            ("はく", "ja", "白山市", "/ja/id/body/172103"),
            ("ハクサ", "ja", "白山市", "/ja/id/body/172103"),
            ("窓", "ja", "窓口", "/ja/id/theme/counter"),
            ("取組", "ja", "取組", "/ja/def/Initiative"),
            ("shiroi", "en", "Shiroishi City", "/en/id/body/042064"),
            ("り災証明書", "ja", "罹災証明書の発行申請", "/ja/search?q="),
        ],
    )
    def test_cities_kinds_and_things_are_offered_by_any_of_their_names(self, client, typed, lang, name, address):
        found = {each["name"]: each for each in self.get(client, typed, lang)}
        assert found[name]["address"].startswith(address)

    def test_a_reading_or_other_name_that_was_typed_is_shown_beside_the_name(self, client):
        (city,) = (each for each in self.get(client, "はくさ") if each["name"] == "白山市")
        assert city["spelling"] == "はくさんし"
        assert "市区町村" in city["beside"]

    @pytest.mark.parametrize("typed", ["", "　", "a", "zzzzzz", '"*'])
    def test_nothing_is_offered_for_nothing(self, client, typed):
        assert self.get(client, typed) == []

    @given(data=st.data())
    def test_what_is_offered_has_what_was_typed_in_a_name_of_its_own(self, full, store, names, data):
        _, name = data.draw(st.sampled_from(names))
        start = data.draw(st.integers(0, max(0, len(name.value) - 2)))
        typed = name.value[start : start + 2]
        offered = suggestions(store, typed, "ja")
        assert len(offered) <= OFFERED
        assert len({each.name.value for each in offered}) == len(offered)
        wanted = " ".join(fold(typed).split())
        assert all(wanted in fold(each.name.value) or wanted in fold(each.spelling) for each in offered)

    def test_too_long_a_text_is_refused(self, client):
        assert client.get("/ja/names.json", query_string={"q": "あ" * 101}).status_code == 413

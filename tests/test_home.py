"""The first page: three questions and their answers, each read from the data and found again by other means."""

from urllib.parse import unquote

import pyoxigraph as ox
from markup import Page, fetch
from small import case, small

from keifu.namespaces import DEF, ID
from keifu.reading.facts import Facts
from keifu.site.home import DUE, SHOWN, home

INITIATIVE = ID + "plan/990001/dx/1/initiative/1-2"


def test_numbers_are_counted_and_the_questions_are_about_the_data_at_hand():
    ladder = case("ladder")
    page = home(Facts(ladder, "ja"), ladder)
    numbers = {str(link.label): count for link, count in page.numbers}
    assert (numbers["DX推進計画"], numbers["取組"]) == (2, 3)
    assert page.initiative.iri == INITIATIVE
    assert str(page.item.label) == "オンライン化"
    assert [(str(body.label), [str(i.link.label) for i in items]) for body, items in page.plans] == [
        ("見本市", ["見本市DX計画"])
    ]


def test_every_number_is_that_of_the_kind_it_leads_to(client, store):
    for kind, count in home(Facts(store, "ja"), store).numbers:
        (row,) = store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a <{kind.iri}> }}")
        assert count == int(row["n"].value)
        text = fetch(client, f"/ja/def/{kind.iri.removeprefix(DEF)}").text
        assert f"{count:,}件" in text or f"{count}件" in text


def test_the_page_reads_the_names_of_what_it_shows_alone():
    store = small(
        """<policy/p> a keifu:PolicySeries . <policy/p/1> a keifu:PolicyInstrument ; keifu:editionOf <policy/p> .
        <policy/p/1/item/1> a keifu:PriorityItem ; skos:prefLabel "窓口"@ja ; keifu:partOf <policy/p/1> ."""
        + "".join(
            f"""<plan/{172000 + n}/dx/1> a keifu:DxPlan ; keifu:issuedBy <body/{172000 + n}> . <body/{172000 + n}> a keifu:Municipality .
            <plan/{172000 + n}/dx/1/document> keifu:manifestationOf <plan/{172000 + n}/dx/1> .
            <plan/{172000 + n}/dx/1/initiative/1> a keifu:Initiative ; keifu:partOf <plan/{172000 + n}/dx/1> ;
              keifu:addresses <policy/p/1/item/1> ."""
            for n in range(30)
        )
        + "<plan/172000/dx/1/a> a keifu:Achievement ; keifu:partOf <plan/172000/dx/1/initiative/1> ."
    )
    facts = Facts(store, "ja")
    page = home(facts, store)
    assert (page.answering, len(page.who)) == (30, SHOWN)
    named = {iri for n in range(30) if facts.about(iri := f"{ID}plan/{172000 + n}/dx/1/initiative/1")}
    assert named == {f"{ID}plan/{172000 + n}/dx/1/initiative/1" for n in range(SHOWN)}


def test_without_a_plan_no_question_is_asked():
    empty = small("<x> a keifu:Case .")
    page = home(Facts(empty, "ja"), empty)
    assert (page.plans, page.initiative, page.why, page.item, page.who, page.due) == ((), None, None, None, (), None)


def test_the_way_of_the_first_answer_stands_in_the_data_and_ends_at_a_law(store):
    page = home(Facts(store, "en"), store)
    lower = page.initiative.iri
    for step in page.why.steps:
        for relation in step.relations:
            assert store.query(f"ASK {{ <{lower}> <{relation.iri}> <{step.link.iri}> }}")
        lower = step.link.iri
    assert store.query(f"ASK {{ <{lower}> a <{DEF}Law> }}")


def test_the_questions_are_about_the_item_that_most_cities_answer(store):
    page = home(Facts(store, "ja"), store)
    counts = {
        row["item"].value: int(row["n"].value)
        for row in store.select(
            f"""PREFIX keifu: <{DEF}> SELECT ?item (COUNT(DISTINCT ?city) AS ?n) WHERE {{ ?item a keifu:PriorityItem .
            ?item (keifu:succeeds|^keifu:succeeds)* ?same . ?one keifu:addresses ?same ; a keifu:Initiative ;
            keifu:partOf+/keifu:issuedBy ?city . ?city a keifu:Municipality }} GROUP BY ?item"""
        )
    }
    assert page.answering == counts[page.item.iri] == max(counts.values()) == page.bodies
    answers = f"<{page.initiative.iri}> <{DEF}addresses>/(<{DEF}succeeds>|^<{DEF}succeeds>)* <{page.item.iri}>"
    assert store.query(f"ASK {{ {answers} }}")


def test_the_third_question_can_be_asked_of_its_city_alone(client, store):
    page = home(Facts(store, "ja"), store)
    (href,) = {link["href"] for link in Page(fetch(client, "/ja/").text).all("a") if "q=due-by" in link["href"]}
    assert f"/body/{page.due.code}" in unquote(href)
    answer = client.get(
        "/api/queries/due-by", query_string={"city": page.due.body.iri, "day": page.due.day.isoformat()}
    )
    rows = [{name: cell["value"] for name, cell in row.items()} for row in answer.get_json(True)["results"]["bindings"]]
    assert {row["cityLabel"] for row in rows} == {str(page.due.body.label)}
    things = [(row["element"], row["kind"]) for row in rows]
    assert len(things) == len(set(things)) > 0
    assert (
        len(
            {
                row["cityLabel"]["value"]
                for row in client.get("/api/queries/due-by").get_json(True)["results"]["bindings"]
            }
        )
        > 1
    )


def test_the_second_answer_counts_every_city_with_an_initiative_for_the_item(store):
    page = home(Facts(store, "ja"), store)
    (row,) = store.select(
        f"""PREFIX keifu: <{DEF}> SELECT (COUNT(DISTINCT ?city) AS ?n) WHERE {{
        <{page.item.iri}> (keifu:succeeds|^keifu:succeeds)* ?item . ?one keifu:addresses ?item ; a keifu:Initiative ;
        keifu:partOf+/keifu:issuedBy ?city . ?city a keifu:Municipality }}"""
    )
    assert page.answering == int(row["n"].value) > 0
    assert len(page.who) == min(page.answering, SHOWN)


def test_the_third_answer_is_of_one_city_and_within_a_year_of_its_day(client, store):
    page = home(Facts(store, "ja"), store)
    code = page.due.code
    assert page.due.count >= len(page.due.spans) > 0
    # The units that the page names are those of the thing itself, not of what it belongs to.
    named = fetch(client, "/ja/").text.partition("何を終えるか")[2].partition("</ul>")[0]
    stated = {str(unit.label) for span in page.due.spans for unit in span.item.units}
    assert not [
        unit
        for span in page.due.spans
        for unit in span.units
        if str(unit.label) in named and str(unit.label) not in stated
    ]
    for span in page.due.spans:
        assert span.item.link.iri.startswith((f"{ID}plan/{code}/", f"{ID}body/{code}/"))
        assert DUE.replace(year=DUE.year - 1) < span.end <= DUE
        day = ox.Literal(DUE.isoformat(), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
        years = "keifu:inFiscalYear/keifu:endDate|keifu:inFiscalYear"
        assert store.query(
            f"PREFIX keifu: <{DEF}> ASK {{ <{span.item.link.iri}> keifu:endDate|keifu:asOf|{years} ?day FILTER(?day <= {day} || ISIRI(?day)) }}"
        )

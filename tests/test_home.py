"""The first page: three questions and their answers, each read from the data and found again by other means."""

import pyoxigraph as ox
from small import case, small

from keifu.namespaces import DEF, ID
from keifu.reading.facts import Facts
from keifu.site.home import DUE, SHOWN, home

INITIATIVE = ID + "plan/990001/dx/1/initiative/1-2"


def test_numbers_are_counted_and_the_questions_are_about_the_data_at_hand():
    ladder = case("ladder")
    page = home(Facts(ladder, "ja"), ladder)
    numbers = {str(link.label): count for link, count in page.numbers}
    assert (numbers["DX推進計画"], numbers["取組"]) == (1, 3)
    assert page.initiative.iri == INITIATIVE
    assert str(page.item.label) == "オンライン化"
    assert [(str(body.label), [str(i.link.label) for i in items]) for body, items in page.plans] == [
        ("見本市", ["見本市DX計画"])
    ]


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


def test_the_second_answer_counts_every_city_with_an_initiative_for_the_item(store):
    page = home(Facts(store, "ja"), store)
    (row,) = store.select(
        f"""PREFIX keifu: <{DEF}> SELECT (COUNT(DISTINCT ?city) AS ?n) WHERE {{
        <{page.item.iri}> (keifu:succeeds|^keifu:succeeds)* ?item . ?one keifu:addresses ?item ; a keifu:Initiative ;
        keifu:partOf+/keifu:issuedBy ?city . ?city a keifu:Municipality }}"""
    )
    assert page.answering == int(row["n"].value) > 0
    assert len(page.who) == min(page.answering, SHOWN)


def test_the_third_answer_is_of_one_city_and_within_a_year_of_its_day(store):
    page = home(Facts(store, "ja"), store)
    code = page.due.code
    assert page.due.count >= len(page.due.spans) > 0
    for span in page.due.spans:
        assert span.item.link.iri.startswith((f"{ID}plan/{code}/", f"{ID}body/{code}/"))
        assert DUE.replace(year=DUE.year - 1) < span.end <= DUE
        day = ox.Literal(DUE.isoformat(), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
        years = "keifu:inFiscalYear/keifu:endDate|keifu:inFiscalYear"
        assert store.query(
            f"PREFIX keifu: <{DEF}> ASK {{ <{span.item.link.iri}> keifu:endDate|keifu:asOf|{years} ?day FILTER(?day <= {day} || ISIRI(?day)) }}"
        )

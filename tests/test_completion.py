"""What the editor completes is what the data hold."""

import pytest

from keifu.namespaces import DEF, SPARQL_PREFIXES


@pytest.fixture
def known(client):
    return {lang: client.get(f"/{lang}/terms.json").json for lang in ("ja", "en")}


def test_every_class_is_there_with_its_name_count_and_properties(known, store):
    terms = known["en"]
    names = [term["name"] for term in terms["properties"]]
    plan = next(term for term in terms["classes"] if term["name"] == "keifu:DxPlan")
    (row,) = store.select(SPARQL_PREFIXES + "SELECT (COUNT(?x) AS ?n) { ?x a keifu:DxPlan }")
    assert plan["count"] == int(row["n"].value)
    assert (plan["label"], known["ja"]["classes"][terms["classes"].index(plan)]["label"]) == ("DX plan", "DX推進計画")
    asked = store.select(SPARQL_PREFIXES + "SELECT DISTINCT ?p { ?x a keifu:DxPlan ; ?p ?o }")
    wanted = {row["p"].value for row in asked if row["p"].value.startswith(DEF)}
    assert {
        DEF + names[place].removeprefix("keifu:") for place in plan["properties"] if names[place].startswith("keifu:")
    } == wanted


def test_terms_of_others_have_names_too_and_all_can_be_written_short(known):
    for lang, label in (("ja", "説明"), ("en", "Description")):
        terms = known[lang]
        found = {term["name"]: term["label"] for term in terms["properties"]}
        assert found["dcterms:description"] == label
        prefixes = {term["name"].split(":")[0] for kind in ("classes", "properties") for term in terms[kind]}
        assert prefixes <= set(terms["prefixes"])


def test_definitions_are_in_the_language_of_the_page(known):
    texts = {lang: next(t["text"] for t in known[lang]["classes"] if t["name"] == "keifu:Initiative") for lang in known}
    assert texts["ja"] != texts["en"]
    assert texts["en"].isascii()


def test_what_is_completed_is_light(client):
    assert len(client.get("/ja/terms.json").data) < 50_000

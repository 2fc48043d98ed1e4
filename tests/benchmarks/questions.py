"""What the servers are asked: the same texts for all, with things of the nation in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random

from keifu.dataset.files import Sources, subject_lines
from keifu.namespaces import ID, SPARQL_PREFIXES

NEW = 10_000
"""Resources that are looked up for the first time in a run."""
FEW = 100
"""Texts that are asked again and again."""

LOOK_UP = "SELECT ?p ?o {{ <{thing}> ?p ?o }}"
UP = "SELECT DISTINCT ?upper {{ <{thing}> keifu:upstream+ ?upper }}"
DOWN = "SELECT DISTINCT ?lower {{ ?lower keifu:upstream+ <{thing}> }}"
ITEM = """
SELECT ?city ?name ?initiative {
  ?initiative keifu:addresses <https://w3id.org/keifu/id/policy/jichitai-dx/1.0/item/3> ; keifu:partOf/keifu:partOf ?plan .
  ?plan keifu:issuedBy ?city .
  ?city skos:prefLabel ?name . FILTER(LANG(?name) = "ja")
}
"""
MATRIX = """
SELECT ?prefecture ?item (COUNT(DISTINCT ?city) AS ?cities) {
  ?item a keifu:PriorityItem .
  ?initiative keifu:addresses ?item ; keifu:partOf/keifu:partOf ?plan .
  ?plan keifu:issuedBy ?city .
  ?city keifu:withinPrefecture ?prefecture .
} GROUP BY ?prefecture ?item ORDER BY ?prefecture ?item
"""
AVERAGES = """
SELECT ?indicator ?role (AVG(?number) AS ?mean) (COUNT(?number) AS ?values) {
  ?value a keifu:KpiValue ; keifu:indicator ?indicator ; keifu:valueRole ?role ; keifu:numericValue ?number .
} GROUP BY ?indicator ?role ORDER BY ?indicator ?role
"""
SEARCH = """
SELECT ?thing ?label {{
  ?thing skos:prefLabel ?label . FILTER(LANG(?label) = "ja" && CONTAINS(STR(?label), "{word}"))
}} ORDER BY ?label LIMIT 50
"""
WORDS = ("窓口", "防災", "電子", "標準", "研修", "観光", "農業", "端末", "図書", "交通", "子育", "人材", "住民", "税務")


@dataclass(frozen=True)
class Question:
    """One question and its texts."""

    name: str
    texts: list[str]
    once: bool = False
    """Whether each text is asked once only."""

    def run(self, number: int, runs: int) -> Iterator[str]:
        """The texts of one of several runs; those that are asked once are shared out among the runs."""
        return iter(self.texts[number::runs]) if self.once else cycle(self.texts)


def questions(sources: Sources, runs: int) -> list[Question]:
    """The questions; there are enough resources for so many runs, or all that the nation has."""
    random = Random(1)
    plans = [path for path in sources.data if path.name == "synthetic-dx.ttl"]
    chosen = random.sample(plans, min(len(plans), 300))
    things = [thing for path in sorted(chosen) for thing in subject_lines(path) if thing.startswith(ID)]
    random.shuffle(things)
    values = [thing for thing in things if "/value/" in thing]
    pillars = [thing for thing in things if "/pillar/" in thing]
    return [
        Question("look-up, new", filled(LOOK_UP, things[: NEW * runs]), once=True),
        Question("look-up, again", filled(LOOK_UP, things[:FEW])),
        Question("lineage up from a KPI value, new", filled(UP, values), once=True),
        Question("lineage down from a pillar, new", filled(DOWN, pillars), once=True),
        *both("one priority item, all cities", [ITEM]),
        *both("items by prefecture", [MATRIX]),
        *both("KPI averages by indicator", [AVERAGES]),
        *both("search for two characters", [SEARCH.format(word=word) for word in WORDS]),
    ]


def both(name: str, bodies: list[str]) -> tuple[Question, Question]:
    """A question about everything, first in texts that no server has seen, then in the same ones again and again.

    The texts differ in a comment: all of them cost the same, and no server knows the answer to the next.
    """
    texts = [SPARQL_PREFIXES + body for body in bodies]
    new = [f"{text}# {number}" for number, text in zip(range(NEW), cycle(texts), strict=False)]
    return Question(f"{name}, new", new, once=True), Question(f"{name}, again", texts)


def filled(text: str, things: list[str]) -> list[str]:
    """A query for each thing, with the one prefix that it needs."""
    return ["PREFIX keifu: <https://w3id.org/keifu/def#> " + text.format(thing=thing) for thing in things]

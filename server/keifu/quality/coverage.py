"""How much of each source document the graph cites: every section with the nodes that stand on it, by kind."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from keifu.namespaces import DEF, DERIVED_GRAPH
from keifu.reading.terms import Answers, with_values

PLACES = f"""
PREFIX keifu: <{DEF}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?lang ?plan ?planLabel ?place ?within ?heading
WHERE {{
  VALUES ?plan {{ UNDEF }}
  ?document keifu:manifestationOf ?plan .
  ?place keifu:inDocument ?document ; a keifu:SourceLocator ; keifu:heading ?heading .
  ?plan skos:prefLabel ?planLabel .
  BIND(LANG(?heading) AS ?lang)
  FILTER(LANG(?planLabel) = ?lang)
  OPTIONAL {{ ?place keifu:withinSection ?within }}
}}
"""

CITATIONS = f"""
PREFIX keifu: <{DEF}>
SELECT ?place ?kind (COUNT(DISTINCT ?node) AS ?nodes)
WHERE {{
  VALUES ?plan {{ UNDEF }}
  ?document keifu:manifestationOf ?plan .
  ?place keifu:inDocument ?document .
  ?node keifu:evidencedBy ?place .
  GRAPH ?graph {{ ?node a ?kind }}
  FILTER(?graph != <{DERIVED_GRAPH}>)
}}
GROUP BY ?place ?kind
"""


@dataclass(frozen=True)
class Section:
    """A place of a document and the nodes evidenced by it."""

    plan: str
    plan_label: str
    place: str
    number: str
    """How the place is named: the number of its section, or that and the table, figure or heading in it."""
    heading: str
    kinds: Mapping[str, int]
    """Nodes that cite this very place, by the class they were given."""
    within: int
    """Nodes that cite it or a place within it."""

    @property
    def nodes(self) -> int:
        """Nodes that cite this very place."""
        return sum(self.kinds.values())


def natural(number: str) -> list[tuple[int, int, str]]:
    """A sort key that puts 2-10 after 2-9, and numbers before words."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.findall(r"\d+|[^\d\W]+", number)]


def coverage(store: Answers, lang: str = "ja", plans: Sequence[str] = ()) -> list[Section]:
    """The sections of the documents of `plans`, else of all, by plan and in the order of their numbers."""
    citations, every = (with_values(text, plan=plans) if plans else text for text in (CITATIONS, PLACES))
    kinds: dict[str, Counter[str]] = {}
    for row in store.select(citations):
        kind = value(row["kind"]).rpartition("#")[2]
        kinds.setdefault(value(row["place"]), Counter())[kind] += int(value(row["nodes"]))
    places = {value(row["place"]): row for row in store.select(every) if value(row["lang"]) == lang}
    within: Counter[str] = Counter()
    for place, counted in kinds.items():
        above: str | None = place
        while above in places:
            within[above] += counted.total()
            outer = places[above]["within"]
            above = value(outer) if outer is not None else None
    sections = [
        Section(
            value(row["plan"]),
            value(row["planLabel"]),
            place,
            place.rpartition("/source/")[2],
            value(row["heading"]),
            dict(sorted(kinds.get(place, Counter()).items())),
            within[place],
        )
        for place, row in places.items()
    ]
    return sorted(sections, key=lambda section: (section.plan, natural(section.number)))


def value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """The text of a term."""
    assert not isinstance(term, ox.Triple)  # noqa: S101 - our queries give no triple terms
    return term.value

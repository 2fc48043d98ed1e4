"""The relations that lead upward, and how much each says."""

from collections.abc import Iterable

from keifu.namespaces import DEF
from keifu.reading.facts import Facts

STRUCTURE = ("partOf", "editionOf", "valueOf", "monitors", "deliveredBy", "usedIn")
WHOLE = ("valueOf", "monitors", "partOf", "deliveredBy", "usedIn")
"""The relations of structure by which a thing belongs to another, the nearest first."""
STRENGTH = ("basedOn", "implements", "refines", "addresses", "alignedWith")
"""The upward relations between texts, strongest first; those of structure tie part to whole and weaken nothing."""


def weakness(relation: str) -> int:
    """0 for structure, 1 for a legal basis and so on to 5 for mere alignment, as for a relation without a rank."""
    name = relation.removeprefix(DEF)
    if name in STRUCTURE:
        return 0
    return STRENGTH.index(name) + 1 if name in STRENGTH else len(STRENGTH)


def weakest_of(path: Iterable[tuple[str, tuple[str, ...]]]) -> str | None:
    """The weakest relation on a path, None where that tells nothing."""
    content = [relation for _, relations in path if weakness(relation := min(relations, key=weakness))]
    weakest = max(content, key=weakness, default=None)
    # Of a single relation there is nothing to compare, unless it is mere alignment.
    telling = weakest and (len(set(content)) > 1 or weakness(weakest) == len(STRENGTH))
    return weakest if telling else None


def upward(facts: Facts, iri: str) -> list[tuple[str, tuple[str, ...]]]:
    """What a thing leads up to, each with the relations; content before structure, so that policies come first."""
    found: dict[str, list[str]] = {}
    for relation in facts.about(iri):
        if facts.terms.leads_up(relation):
            for upper in facts.iris(iri, relation):
                found.setdefault(upper, []).append(relation)
    order = sorted(found, key=lambda upper: (min(weakness(r) or 9 for r in found[upper]), facts.reading(upper)))
    return [(upper, tuple(sorted(found[upper], key=weakness))) for upper in order]

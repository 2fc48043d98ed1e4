"""Lineage: from a thing up to the laws, down to values and systems, and who builds on it."""

from dataclasses import dataclass, field

from keifu.lineage.ascent import Ascent, ascend
from keifu.lineage.descent import Followers, descend, followers
from keifu.namespaces import DEF
from keifu.reading.facts import Facts
from keifu.reading.views import Group

LEAVES = ("SharedPlatform", "Technology", "PublicBody", "SourceLocator", "SourceDocument")
"""Classes whose things have no lineage of their own."""


@dataclass(frozen=True)
class Lineage:
    """Where a thing comes from, what comes from it, and who builds on it; what does not apply is empty."""

    ascent: Ascent = field(default_factory=Ascent)
    below: tuple[Group, ...] = ()
    followers: Followers | None = None


def trace(facts: Facts, iri: str, page: int = 1) -> Lineage:
    """The lineage of a thing that `facts` knows the classes of, with this page of those that build on it."""
    if not has_lineage(facts, iri):
        return Lineage()
    ascent = ascend(facts, iri)
    if any(facts.is_a(iri, name) for name in ("PolicyInstrument", "PolicySeries", "PolicyItem")):
        return Lineage(ascent, followers=followers(facts, iri, page))
    return Lineage(ascent, descend(facts, iri))


def has_lineage(facts: Facts, iri: str) -> bool:
    """Whether a thing that `facts` knows the classes of is of a kind that leads up or is led up to."""
    # Platforms and technologies are reached from above only: what uses them would lead into every plan of the nation.
    leaf = any(facts.is_a(iri, name) for name in LEAVES)
    return not leaf and any(kind.startswith(DEF) for kind in facts.kinds(iri))

"""The way up: from a thing through what it answers and belongs to, to the laws."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from keifu.lineage.relations import STRENGTH, WHOLE, upward, weakest_of, weakness
from keifu.namespaces import DEF
from keifu.reading.facts import Facts
from keifu.reading.views import Link

DEPTH = 12
"""Steps that a drawing of the way up takes at most."""


@dataclass(frozen=True)
class Step:
    """A thing reached on the way up."""

    link: Link
    kind: Link | None
    relations: tuple[Link, ...]
    """How the thing below leads to it."""
    weak: bool
    """Whether it is reached by mere alignment (整合), the weakest relation."""
    law: bool
    evidence: Link | None
    """The node that says where the source states this relation."""
    anchor: str = ""
    """The place on the page where the thing is shown in full."""
    seen: bool = False
    """Whether that place is further above, so that nothing follows here."""
    above: tuple["Step", ...] = ()


@dataclass(frozen=True)
class Chain:
    """The shortest way from a thing to one law."""

    steps: tuple[Step, ...]
    weakest: Link | None
    """The weakest relation on the way, None where there is but one besides structure, and that a strong one."""


@dataclass(frozen=True)
class Ascent:
    """All that a thing comes from."""

    steps: tuple[Step, ...] = ()
    """What it leads to directly; each with what lies above, and nothing twice."""
    wholes: tuple[Step, ...] = ()
    """What it belongs to, from the nearest to the plan; above each, what that answers or follows."""
    chains: tuple[Chain, ...] = ()
    """The shortest way to each law reached."""
    things: int = 0
    """How many things lie above."""
    cut: bool = False
    """Whether the way up goes on beyond what is drawn."""


def ascend(facts: Facts, iri: str, budget: int = 150) -> Ascent:
    """The way up from a thing as nested steps, at most `budget` of them; a cycle ends at the thing seen before."""
    facts.ask("up", x=[iri])
    facts.name()
    anchors: dict[str, str] = {iri: "top"}
    drawn = 0
    cut = False

    def draw(lower: str, depth: int) -> tuple[Step, ...]:
        nonlocal drawn, cut
        steps = []
        for upper, relations in upward(facts, lower):
            if drawn >= budget or depth > DEPTH:
                cut = True
                break
            drawn += 1
            seen = upper in anchors
            anchor = anchors.setdefault(upper, f"up-{len(anchors)}")
            above = () if seen else draw(upper, depth + 1)
            steps.append(replace(step(facts, lower, upper, relations), anchor=anchor, seen=seen, above=above))
        return tuple(steps)

    steps = draw(iri, 1)
    chains = tuple(chain(facts, iri, path) for path in shortest(facts, iri))
    return Ascent(steps, wholes(facts, iri), chains, len(anchors) - 1, cut)


def wholes(facts: Facts, iri: str) -> tuple[Step, ...]:
    """What a thing belongs to, one in another, as far as the text that states it; each with what it leads to itself."""
    found: list[Step] = []
    here, passed = iri, {iri}
    while not facts.is_a(here, "PolicyInstrument"):
        ways = ((DEF + name, upper) for name in WHOLE for upper in facts.iris(here, DEF + name))
        relation, upper = next((way for way in ways if way[1] not in passed), (None, None))
        if relation is None or upper is None:
            break
        stated = () if facts.is_a(upper, "PolicyInstrument") else upward(facts, upper)
        above = tuple(step(facts, upper, *way) for way in stated if weakness(way[1][0]))
        found.append(replace(step(facts, here, upper, [relation]), above=above))
        passed.add(upper)
        here = upper
    return tuple(found)


def step(facts: Facts, lower: str, upper: str, relations: Sequence[str]) -> Step:
    """The step from one thing to another."""
    kinds = facts.kinds(upper)
    stated = [link for link in facts.into(lower, DEF + "linkFrom") if upper in facts.iris(link, DEF + "linkTo")]
    return Step(
        link=facts.link(upper),
        kind=facts.link(kinds[0]) if kinds else None,
        relations=tuple(map(facts.link, relations)),
        weak=min(map(weakness, relations)) == len(STRENGTH),
        law=facts.is_a(upper, "Law"),
        evidence=facts.link(stated[0]) if stated else None,
    )


def shortest(facts: Facts, iri: str) -> list[list[tuple[str, tuple[str, ...]]]]:
    """The shortest way to each law, nearest first; of ways as short the one whose weakest relation is strongest."""
    best: dict[str, tuple[int, int]] = {}
    came: dict[str, tuple[str, tuple[str, ...]]] = {}
    rest: list[tuple[tuple[int, int], str, tuple[str, tuple[str, ...]] | None]] = [((0, 0), iri, None)]
    while rest:
        (length, worst), here, step = heappop(rest)
        if here in best:
            continue
        best[here] = length, worst
        if step:
            came[here] = step
        for upper, relations in upward(facts, here):
            if upper not in best:
                heappush(rest, ((length + 1, max(worst, weakness(relations[0]))), upper, (here, relations)))
    paths = []
    for law in (one for one in best if one != iri and facts.is_a(one, "Law")):
        path: list[tuple[str, tuple[str, ...]]] = []
        here = law
        while here != iri:
            lower, relations = came[here]
            path.insert(0, (here, relations))
            here = lower
        paths.append(path)
    return paths


def chain(facts: Facts, iri: str, path: list[tuple[str, tuple[str, ...]]]) -> Chain:
    """A path as the page shows it."""
    lower = [iri, *(upper for upper, _ in path)]
    steps = tuple(step(facts, below, *here) for below, here in zip(lower, path, strict=False))
    weakest = weakest_of(path)
    return Chain(steps, facts.link(weakest) if weakest else None)

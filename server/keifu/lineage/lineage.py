"""Lineage: from a thing up to the laws, down to values and systems, and who builds on it."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from keifu.errors import NotFound
from keifu.namespaces import DEF, PREFIXES
from keifu.reading.facts import Facts
from keifu.reading.terms import natural, page_query, with_values
from keifu.reading.views import Ascent, Chain, Follower, Followers, Group, Lineage, Link, Step

STRUCTURE = ("partOf", "editionOf", "valueOf", "monitors", "deliveredBy", "usedIn")
WHOLE = ("valueOf", "monitors", "partOf", "deliveredBy", "usedIn")
"""The relations of structure by which a thing belongs to another, the nearest first."""
STRENGTH = ("basedOn", "implements", "refines", "addresses", "alignedWith")
"""The upward relations between texts, strongest first; those of structure tie part to whole and weaken nothing."""

LEAVES = ("SharedPlatform", "Technology", "PublicBody", "SourceLocator", "SourceDocument")
"""Classes whose things have no lineage of their own."""

KINDS = (
    "PriorityItem",
    "PolicyItem",
    "Vision",
    "Principle",
    "Pillar",
    "Initiative",
    "Achievement",
    "Kpi",
    "KpiValue",
    "InformationSystem",
    "SharedPlatform",
    "OnlineProcedure",
    "ScheduleEntry",
    "Milestone",
    "BudgetItem",
    "Contract",
    "StatisticsTable",
    "StatisticValue",
    "Issue",
    "Plan",
    "Law",
    "PolicyInstrument",
)
"""The order in which kinds of things are shown."""

PROV_BY = PREFIXES["prov"] + "wasAttributedTo"

BODIES = 20
"""Bodies on one page of those that build on a policy."""

ITEMS = 200
"""Most things of such a page that come with their details."""

DEPTH = 12
"""Steps that a drawing of the way up takes at most."""


def weakness(relation: str) -> int:
    """0 for structure, 1 for a legal basis and so on to 5 for mere alignment, as for a relation without a rank."""
    name = relation.removeprefix(DEF)
    if name in STRUCTURE:
        return 0
    return STRENGTH.index(name) + 1 if name in STRENGTH else len(STRENGTH)


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


def upward(facts: Facts, iri: str) -> list[tuple[str, tuple[str, ...]]]:
    """What a thing leads up to, each with the relations; content before structure, so that policies come first."""
    found: dict[str, list[str]] = {}
    for relation in facts.about(iri):
        if facts.terms.leads_up(relation):
            for upper in facts.iris(iri, relation):
                found.setdefault(upper, []).append(relation)
    order = sorted(found, key=lambda upper: (min(weakness(r) or 9 for r in found[upper]), facts.reading(upper)))
    return [(upper, tuple(sorted(found[upper], key=weakness))) for upper in order]


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


def weakest_of(path: Iterable[tuple[str, tuple[str, ...]]]) -> str | None:
    """The weakest relation on a path, None where that tells nothing."""
    content = [relation for _, relations in path if weakness(relation := min(relations, key=weakness))]
    weakest = max(content, key=weakness, default=None)
    # Of a single relation there is nothing to compare, unless it is mere alignment.
    telling = weakest and (len(set(content)) > 1 or weakness(weakest) == len(STRENGTH))
    return weakest if telling else None


def descend(facts: Facts, iri: str, limit: int = 40) -> tuple[Group, ...]:
    """All that comes from a thing, grouped by kind; at most `limit` things of a kind, with the number of all."""
    facts.ask("down", x=[iri])
    below: dict[str, set[str]] = {}
    queue = deque([iri])
    while queue:
        upper = queue.popleft()
        for lower in facts.into(upper, *filter(facts.terms.leads_up, facts.relations_into(upper))):
            if lower == iri:
                continue
            if lower not in below:
                queue.append(lower)
            below.setdefault(lower, set()).add(upper)
    facts.name()
    kinds: dict[str, list[str]] = {}
    for lower in sorted(below, key=natural):
        kinds.setdefault(next(iter(facts.kinds(lower)), ""), []).append(lower)
    shown = {kind: members[:limit] for kind, members in kinds.items() if kind}
    facts.detail(one for members in shown.values() for one in members)
    return tuple(
        Group(
            link=facts.link(kind),
            count=len(kinds[kind]),
            items=tuple(map(facts.item, shown[kind])),
            via=tuple(
                tuple(facts.link(upper) for upper in sorted(below[one] - {iri}, key=natural)) for one in shown[kind]
            ),
        )
        for kind in sorted(shown, key=kind_order)
    )


def kind_order(kind: str) -> tuple[int, str]:
    """Where a kind stands among the groups of a page."""
    name = kind.removeprefix(DEF)
    return (KINDS.index(name) if name in KINDS else len(KINDS), name)


def followers(facts: Facts, iri: str, page: int = 1) -> Followers | None:
    """What bodies build on a policy or on what it contains, a page of bodies; None where there are none.

    Cities stand by code, then prefectures, then the State. The first `ITEMS` things come with their details, the
    others are counted.
    """
    counts = follower_counts(facts, iri)
    pages = -(-len(counts) // BODIES)
    if not 1 <= page <= max(1, pages):
        raise NotFound(
            f"これに基づく団体は {pages} ページまでです（指定は {page}）。page を直してください。",
            f"The bodies that build on this fill {pages} pages; there is no page {page}. Mend page in the address.",
        )
    if not counts:
        return None
    shown = list(counts)[(page - 1) * BODIES : page * BODIES]
    facts.ask("followers", x=[iri], body=shown)
    members = {body: facts.into(body, PROV_BY) for body in shown}
    detailed = list(dict.fromkeys(one for found in members.values() for one in found))[:ITEMS]
    facts.detail([*detailed, *shown])

    def links(follower: str) -> tuple[tuple[Link, Link], ...]:
        return tuple(
            (facts.link(relation), facts.link(part))
            for relation in sorted(filter(facts.terms.leads_up, facts.about(follower)), key=weakness)
            for part in facts.iris(follower, relation)
        )

    return Followers(
        bodies=tuple(
            Follower(
                facts.link(body),
                counts[body],
                tuple((facts.item(one), links(one)) for one in found if one in detailed),
            )
            for body, found in members.items()
        ),
        count=len(counts),
        page=page,
        pages=pages,
    )


def follower_counts(facts: Facts, iri: str) -> dict[str, int]:
    """The bodies that build on a policy in their order, each with the number of things by which it does."""
    rows = facts.store.select(with_values(page_query("follower-counts"), x=[iri]))
    ranks = {row["body"].value: (row["rank"].value, natural(row["body"].value)) for row in rows}
    counts = {row["body"].value: int(row["count"].value) for row in rows}
    return {body: counts[body] for body in sorted(counts, key=ranks.__getitem__)}

"""The way down: what comes from a thing, and the bodies that build on a policy."""

from collections import deque
from dataclasses import dataclass

from keifu.errors import NotFound
from keifu.lineage.relations import weakness
from keifu.namespaces import DEF, PREFIXES
from keifu.reading.facts import Facts
from keifu.reading.terms import natural, page_query, with_values
from keifu.reading.views import Group, Item, Link

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


@dataclass(frozen=True)
class Follower:
    """What one body builds on a policy: its plans and what they state."""

    body: Link
    count: int
    items: tuple[tuple[Item, tuple[tuple[Link, Link], ...]], ...]
    """Each with the relations and the parts of the policy they lead to."""


@dataclass(frozen=True, kw_only=True)
class Followers:
    """The bodies that build on a policy, on one of the pages that hold them all."""

    bodies: tuple[Follower, ...]
    count: int
    """How many there are in all."""
    page: int
    pages: int


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

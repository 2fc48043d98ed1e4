"""The pages that lead into the data: home, municipalities, policies."""

from datetime import date

from keifu.facts import Facts
from keifu.namespaces import DEF, ID
from keifu.stores import Store
from keifu.terms import natural, page_query
from keifu.views import Home, Item, Link, Municipalities, Node, Policies

COUNTED = ["Initiative", "Achievement", "Kpi", "InformationSystem", "OnlineProcedure", "Case", "PolicyInstrument"]
"""The kinds that the home page counts, in its order."""

LEVELS = [
    *("law", "bill", "cabinet-decision", "plan", "strategy", "policy", "programme", "declaration", "initiative"),
    *("guideline", "manual", "guidebook", "report", "agreement", "ordinance"),
]
"""Kinds of texts from the most to the least binding, as slugs of `instrument-kind`."""


def home(facts: Facts, store: Store) -> Home:
    """The first page."""
    counts = {row["class"].value: int(row["count"].value) for row in store.select(page_query("counts"))}
    facts.ask("example", shown=False)
    example = next(iter(facts.subjects_of(DEF + "addresses")), None)
    plans = planned(facts)
    answered = facts.one(example, DEF + "addresses") if example else None
    return Home(
        numbers=(
            (facts.link(DEF + "DxPlan"), sum(len(items) for _, items in plans)),
            *((facts.link(DEF + name), counts.get(DEF + name, 0)) for name in COUNTED),
        ),
        triples=store.manifest.triples,
        plans=plans,
        initiative=facts.link(example) if example else None,
        answered=facts.link(answered) if answered else None,
    )


def planned(facts: Facts) -> tuple[tuple[Link, tuple[Item, ...]], ...]:
    """The bodies whose plans for DX are here with their text, by code, each with these plans, the newest first."""
    facts.ask("plans")
    plans = facts.subjects_of(DEF + "issuedBy")
    facts.detail(plans)
    bodies = sorted({body for plan in plans for body in facts.iris(plan, DEF + "issuedBy")}, key=natural)
    return tuple(
        (facts.link(body), tuple(facts.item(plan) for plan in reversed(facts.into(body, DEF + "issuedBy"))))
        for body in bodies
    )


def municipalities(facts: Facts) -> Municipalities:
    """All municipalities, those with plans apart."""
    plans = planned(facts)
    facts.ask("municipalities")
    facts.name()
    prefectures: dict[str, list[Link]] = {}
    for city in facts.subjects_of(DEF + "withinPrefecture"):
        for prefecture in facts.iris(city, DEF + "withinPrefecture"):
            prefectures.setdefault(prefecture, []).append(facts.link(city))
    return Municipalities(
        plans=plans, prefectures=tuple((facts.link(one), tuple(prefectures[one])) for one in sorted(prefectures))
    )


def policies(facts: Facts) -> Policies:
    """Laws and policies by level, those of prefectures by prefecture; a text stands under its series."""
    facts.ask("policies")
    texts = facts.subjects_of(DEF + "issuedBy", DEF + "policyType", DEF + "editionOf")
    facts.detail(texts)
    known = set(texts)
    below: dict[str, list[str]] = {}
    top: dict[str, list[str]] = {}
    local: dict[str, list[str]] = {}
    for one in texts:
        upper = next((u for u in facts.iris(one, DEF + "editionOf", DEF + "partOf") if u in known), None)
        prefecture = next((b for b in facts.iris(one, DEF + "issuedBy") if facts.is_a(b, "Prefecture")), None)
        if upper:
            below.setdefault(upper, []).append(one)
        elif prefecture:
            local.setdefault(prefecture, []).append(one)
        else:
            top.setdefault(facts.one(one, DEF + "policyType") or "", []).append(one)

    def first_day(one: str) -> date:
        days = [facts.day(one, "adoptedOn"), facts.day(one, "promulgatedOn"), *map(first_day, below.get(one, ()))]
        return min((day for day in days if day), default=date.max)

    def nodes(members: list[str]) -> tuple[Node, ...]:
        found = sorted(members, key=lambda one: (first_day(one), natural(one)))
        return tuple(Node(facts.item(one), nodes(below.get(one, []))) for one in found)

    def level(kind: str) -> int:
        slug = kind.removeprefix(ID + "instrument-kind/")
        return LEVELS.index(slug) if slug in LEVELS else len(LEVELS)

    return Policies(
        levels=tuple((facts.link(kind), nodes(top[kind])) for kind in sorted(top, key=level)),
        prefectures=tuple((facts.link(one), nodes(local[one])) for one in sorted(local)),
    )

"""The pages that list what there is: municipalities and policies."""

from datetime import date

from keifu.namespaces import DEF, ID
from keifu.reading.cities import issued, planned
from keifu.reading.facts import Facts
from keifu.reading.terms import natural
from keifu.reading.views import Municipalities, Node, Policies

LEVELS = [
    *("law", "bill", "cabinet-decision", "plan", "strategy", "policy", "programme", "declaration", "initiative"),
    *("guideline", "manual", "guidebook", "report", "agreement", "ordinance"),
]
"""Kinds of texts from the most to the least binding, as slugs of `instrument-kind`."""


FEW = 60
"""Most bodies with plans that a page shows one by one; of more it gives the number by prefecture."""


def municipalities(facts: Facts) -> Municipalities:
    """The prefectures with the numbers of their municipalities; where plans are few, all of them."""
    plans = issued(facts.store)
    facts.offer("plans")
    facts.ask("municipalities")
    facts.name()
    prefectures: dict[str, list[str]] = {}
    for city in facts.subjects_of(DEF + "withinPrefecture"):
        for prefecture in facts.iris(city, DEF + "withinPrefecture"):
            prefectures.setdefault(prefecture, []).append(city)
    return Municipalities(
        plans=planned(facts, plans) if len(plans) <= FEW else (),
        bodies=len(plans),
        prefectures=tuple(
            (facts.link(one), len(prefectures[one]), sum(city in plans for city in prefectures[one]))
            for one in sorted(prefectures)
        ),
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

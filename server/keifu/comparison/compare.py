"""Cities beside each other: which ones, and how their plans answer the items of the national plan."""

from datetime import date
from itertools import pairwise

from keifu.comparison.tables import Answer, Change, Matrix, MatrixRow, Planner
from keifu.errors import NotFound
from keifu.namespaces import DEF
from keifu.reading.cities import columns
from keifu.reading.facts import Facts
from keifu.reading.terms import natural
from keifu.reading.views import Link

KINDS = ("priority", "together", "optional")
"""Kinds of items in the order in which the national plan lists them."""


def editions_of(facts: Facts) -> list[str]:
    """The editions of the national plan, oldest first."""
    facts.ask("editions")
    return sorted(facts.subjects_of(DEF + "editionOf"), key=lambda one: (adopted(facts, one), natural(one)))


def adopted(facts: Facts, iri: str) -> date:
    """The day from which a text stands; the last of all days where it is not known."""
    return facts.day(iri, "adoptedOn") or date.max


def items_of(facts: Facts, edition: str) -> list[str]:
    """The items of an edition in its order."""

    def rank(item: str) -> int:
        slug = (facts.one(item, DEF + "itemKind") or "").rpartition("/")[2]
        return KINDS.index(slug) if slug in KINDS else len(KINDS)

    found = [one for one in facts.into(edition, DEF + "partOf") if facts.iris(one, DEF + "itemKind")]
    return sorted(found, key=lambda one: (rank(one), natural(one)))


def followed(facts: Facts, plan: str, editions: list[str]) -> str | None:
    """The newest edition that a plan names, or whose items its initiatives name; None where it names none."""
    named = {one for name in facts.about(plan) if facts.terms.leads_up(name) for one in facts.iris(plan, name)}
    answered = {one for element in facts.into(plan, DEF + "partOf") for one in facts.iris(element, DEF + "addresses")}
    named |= {edition for one in answered for edition in facts.iris(one, DEF + "partOf")}
    return next((edition for edition in reversed(editions) if edition in named), None)


def matrix(facts: Facts, wanted: str | None, page: int) -> Matrix:
    """Cities by items of the edition `wanted`, else of the newest that a plan shown follows."""
    cities, part = columns(facts, page)
    editions = editions_of(facts)
    edition = next((one for one in editions if one.rpartition("/")[2] == wanted), None)
    if not editions:
        raise NotFound(
            "自治体DX推進計画の版が、このデータセットにありません。データを組み直してください。",
            "This dataset has no edition of the national plan. Build it again from all its sources.",
        )
    if wanted is not None and edition is None:
        names = "、".join(one.rpartition("/")[2] for one in editions)
        raise NotFound(
            f"自治体DX推進計画に {wanted} 版はありません。edition を次のどれかにしてください: {names}",
            f"The national plan has no edition {wanted}. Use one of {names.replace('、', ', ')} for edition.",
        )
    chosen = edition or editions[-1]
    facts.ask("matrix", shown=False, x=[chosen], body=cities)
    known = [found for plan in cities.values() if (found := followed(facts, plan, editions))]
    if edition is None and known and chosen not in known:
        chosen = max(known, key=editions.index)
        facts.ask("matrix", shown=False, x=[chosen], body=cities)
    facts.offer("matrix", chosen)
    items = items_of(facts, chosen)
    chains = {item: chain(facts, item) for item in items}
    elements = {one for found in chains.values() for same in found for one in facts.into(same, DEF + "addresses")}
    facts.detail([*elements, *cities.values()])

    rows = {
        item: MatrixRow(
            item=facts.link(item),
            older=first_link(facts, item),
            answers=tuple(answer(facts, plan, item, chains[item], adopted(facts, chosen)) for plan in cities.values()),
        )
        for item in items
    }
    kinds: dict[str, list[MatrixRow]] = {}
    for item, row in rows.items():
        kinds.setdefault(facts.one(item, DEF + "itemKind") or "", []).append(row)
    return Matrix(
        editions=tuple(map(facts.link, editions)),
        edition=facts.link(chosen),
        cities=tuple(
            planner(facts, city, chosen, editions, [row.answers[number] for row in rows.values()])
            for number, city in enumerate(cities.items())
        ),
        kinds=tuple((facts.link(kind), tuple(found)) for kind, found in kinds.items()),
        changes=tuple(change(facts, older, newer) for older, newer in pairwise(editions)),
        part=part,
    )


def chain(facts: Facts, item: str) -> list[str]:
    """An item, those it continues and those that continue it: one matter through the editions."""
    found = [item]
    for one in found:
        near = [*facts.iris(one, DEF + "succeeds"), *facts.into(one, DEF + "succeeds")]
        found += [other for other in near if other not in found]
    return found


def first_link(facts: Facts, item: str) -> Link | None:
    """The item that an item continues."""
    older = facts.one(item, DEF + "succeeds")
    return facts.link(older) if older else None


def answer(facts: Facts, plan: str, item: str, same: list[str], since: date) -> Answer:
    """What a plan says to an item, which stands in an edition of the day `since`; `same` is its chain."""
    within = set(facts.into(plan, DEF + "partOf"))
    found = {one: named for named in reversed(same) for one in facts.into(named, DEF + "addresses") if one in within}
    if found:
        parts = {one for element in found for one in facts.into(element, DEF + "partOf")}
        elements = sorted(found, key=natural)
        marks = {mark: facts.link(mark) for one in elements for mark in facts.iris(one, DEF + "markedAs")}
        return Answer(
            state="answered",
            items=tuple((facts.item(one), facts.link(found[one]) if found[one] != item else None) for one in elements),
            marks=tuple(marks.values()),
            achievements=frozenset(one for one in parts if facts.is_a(one, "Achievement")),
        )
    return Answer(state=absence(facts, plan, item, same, since))


def absence(facts: Facts, plan: str, item: str, same: list[str], since: date) -> str:
    """Why a plan may not answer an item: `silent`, `later` or `none`, as for `Answer.state`."""
    if set(facts.iris(plan, DEF + "silentOn")) & set(same):
        return "silent"
    new = not facts.iris(item, DEF + "succeeds")
    return "later" if new and adopted(facts, plan) < since else "none"


def planner(facts: Facts, city: tuple[str, str], edition: str, editions: list[str], answers: list[Answer]) -> Planner:
    """A column of the matrix, with the sums of its answers."""
    body, plan = city
    follows = followed(facts, plan, editions)
    return Planner(
        body=facts.link(body),
        plan=facts.link(plan),
        follows=facts.link(follows) if follows else None,
        predates=adopted(facts, plan) < (facts.day(edition, "adoptedOn") or date.min),
        answered=sum(each.state == "answered" for each in answers),
        marked=sum(bool(each.marks) for each in answers),
        achievements=len({one for each in answers for one in each.achievements}),
    )


def change(facts: Facts, older: str, newer: str) -> Change:
    """What an edition has that the one before has not."""
    items = items_of(facts, newer)
    goes_on = [(before, item) for item in items for before in facts.iris(item, DEF + "succeeds")]
    ended = set(items_of(facts, older)) - {before for before, _ in goes_on}
    return Change(
        edition=facts.link(newer),
        older=facts.link(older),
        added=tuple(facts.link(item) for item in items if not facts.iris(item, DEF + "succeeds")),
        renamed=tuple(
            (facts.link(before), facts.link(item))
            for before, item in goes_on
            if facts.label(before).value != facts.label(item).value
        ),
        ended=tuple(map(facts.link, sorted(ended, key=natural))),
    )

"""The cities whose plans are here, and which of them a page shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keifu.dataset.stores import once
from keifu.errors import NotFound
from keifu.reading.facts import Facts
from keifu.reading.terms import Answers, key, natural, page_query
from keifu.reading.views import Item, Link

CITIES = 8
"""Columns of one table: a telephone and a screen reader have to get through them, and the page stays light."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which of all cities with plans a table shows."""

    page: int
    pages: int
    cities: int
    """How many there are in all."""


@once
def issued(store: Answers) -> Mapping[str, tuple[str, ...]]:
    """The bodies whose plans for DX are here with their text, by code; each with these plans, the newest last.

    They are 1,741 in a nation, so they stay apart from the facts of a page, which would fetch the names of all.
    """
    found: dict[str, list[str]] = {}
    for triple in store.construct(page_query("plans")):
        found.setdefault(key(triple.object), []).append(key(triple.subject))
    return {body: tuple(sorted(found[body], key=natural)) for body in sorted(found, key=natural)}


def planned(facts: Facts, bodies: Iterable[str]) -> tuple[tuple[Link, tuple[Item, ...]], ...]:
    """Those of the bodies whose plans for DX are here with their text, each with these, the newest first."""
    every = issued(facts.store)
    here = {body: every[body] for body in bodies if body in every}
    facts.detail(plan for plans in here.values() for plan in plans)
    return tuple((facts.link(body), tuple(map(facts.item, reversed(plans)))) for body, plans in here.items())


def newest(facts: Facts) -> dict[str, str]:
    """The cities with plans by code, each with the newest of them whose text is here."""
    return {body: plans[-1] for body, plans in issued(facts.store).items()}


def columns(facts: Facts, page: int) -> tuple[dict[str, str], Part]:
    """The cities on one page of a table by code, each with the newest of its plans; NotFound where there are none."""
    plans = newest(facts)
    bodies = list(plans)
    pages = max(1, -(-len(bodies) // CITIES))
    if not 1 <= page <= pages:
        raise NotFound(
            f"この表は {pages} ページまでです（指定は {page}）。page を直してください。",
            f"This table has {pages} pages, no page {page}. Mend page in the address.",
        )
    shown = bodies[(page - 1) * CITIES : page * CITIES]
    facts.mention(*shown)
    return {body: plans[body] for body in shown}, Part(page=page, pages=pages, cities=len(bodies))


def ask_cities(facts: Facts, name: str, cities: Iterable[str]) -> None:
    """Ask pages/NAME.rq about these cities; the page offers the query about all of them."""
    facts.ask(name, shown=False, body=cities)
    facts.offer(name)

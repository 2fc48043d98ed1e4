"""The cities whose plans are here, and which of them a page shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from keifu.errors import NotFound
from keifu.namespaces import DEF
from keifu.reading.facts import Facts
from keifu.reading.terms import natural
from keifu.reading.views import Asked

CITIES = 8
"""Columns of one table: a telephone and a screen reader have to get through them, and the page stays light."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which of all cities with plans a table shows."""

    page: int
    pages: int
    cities: int
    """How many there are in all."""


def newest(facts: Facts) -> dict[str, str]:
    """The cities with plans by code, each with the newest of them whose text is here."""
    facts.ask("plans", shown=False)
    plans = facts.subjects_of(DEF + "issuedBy")
    found = {body: plan for plan in plans for body in facts.iris(plan, DEF + "issuedBy")}
    return {body: found[body] for body in sorted(found, key=natural)}


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
    return {body: plans[body] for body in shown}, Part(page=page, pages=pages, cities=len(bodies))


def ask_cities(facts: Facts, name: str, cities: Iterable[str]) -> None:
    """Ask pages/NAME.rq about these cities; the page offers the query about all of them."""
    facts.ask(name, shown=False, body=cities)
    facts.asked.append(Asked(name))

"""How values of KPIs and indicators are read: number, unit, time, denominator, place in the source."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from keifu.kpis.measures import Basis, Measure, Reading
from keifu.language import Text
from keifu.namespaces import DEF
from keifu.reading.facts import YEARS, Facts
from keifu.reading.slips import slip
from keifu.reading.terms import natural
from keifu.search.folding import fold


def ask_readings(facts: Facts, things: Iterable[str]) -> None:
    """Ask for all that is stated of KPIs and values."""
    facts.ask("readings", shown=False, x=sorted(things))
    facts.name()


def reading(facts: Facts, value: str, unit: str | None) -> Reading:
    """A value; `unit` is that of its indicator."""
    area = facts.one(value, DEF + "area")
    found = facts.one(value, DEF + "denominatorValue")
    place = facts.one(value, DEF + "evidencedBy")
    return Reading(
        item=facts.item(value),
        area=facts.link(area) if area else None,
        number=bool(facts.literals(value, DEF + "numericValue")),
        wording=wording(facts, value),
        day=day_of(facts, value),
        scaled=scaled(facts, value, unit),
        basis=basis(facts, found) if found else None,
        sets=facts.links(value, DEF + "covers"),
        breakdown=facts.links(value, DEF + "breakdown"),
        slips=tuple(slip(facts, one) for one in facts.into(value, DEF + "concerns")),
        place=facts.place(place) if place else None,
    )


def wording(facts: Facts, value: str) -> Text | None:
    """How the source words a number, None where it prints the number and its unit alone."""
    text, amount = facts.text(value, DEF + "valueText"), facts.amount(value)
    if text is None or amount is None or fold(text.value) == fold(amount.value):
        return None
    # On a page in another language a number with its counter (5回) says nothing that its translation does not.
    number = next(iter(facts.literals(value, DEF + "numericValue")), None)
    said = fold(text.value).replace(",", "")
    same = number is not None and re.fullmatch(rf"{re.escape(number.value)}\D{{0,2}}", said)
    return None if same and text.lang != facts.lang else text


def basis(facts: Facts, value: str) -> Basis:
    """The measurement that a rate was divided by."""
    area, indicator = facts.one(value, DEF + "area"), facts.one(value, DEF + "indicator")
    return Basis(
        value=facts.item(value),
        area=facts.link(area) if area else None,
        indicator=facts.link(indicator) if indicator else None,
    )


def day_of(facts: Facts, value: str) -> date | None:
    """The day that a value refers to, or the last one of its period or fiscal years."""
    stated = facts.day(value, "asOf") or facts.day(value, "endDate")
    years = [
        int(year) for one in facts.iris(value, DEF + "inFiscalYear") if (year := one.removeprefix(YEARS)).isdecimal()
    ]
    return stated or (date(max(years) + 1, 3, 31) if years else None)


def scaled(facts: Facts, value: str, unit: str | None) -> Decimal | None:
    """The number of a value in the unit of its indicator; None where their base units differ or are not stated."""
    normal = next(iter(facts.literals(value, DEF + "normalizedValue")), None)
    own = facts.one(value, DEF + "unit")
    if normal is None or own is None or unit is None:
        return None
    if facts.iris(own, DEF + "baseUnit") != facts.iris(unit, DEF + "baseUnit"):
        return None
    factor = next(iter(facts.literals(unit, DEF + "multiplier")), None)
    return Decimal(normal.value) / Decimal(factor.value) if factor else None


def measure(facts: Facts, kpi: str) -> Measure:
    """A KPI with its values by time, those without one last; `ask_readings` has to have fetched it."""
    indicator = facts.one(kpi, DEF + "indicator")
    unit = facts.one(indicator, DEF + "unit") if indicator else None
    place = facts.one(kpi, DEF + "evidencedBy")
    return Measure(
        kpi=facts.link(kpi),
        indicator=facts.link(indicator) if indicator else None,
        monitors=facts.links(kpi, DEF + "monitors"),
        readings=ordered(reading(facts, value, unit) for value in facts.into(kpi, DEF + "valueOf")),
        place=facts.place(place) if place else None,
        aside=not any(facts.is_a(plan, "DxPlan") for plan in facts.iris(kpi, DEF + "partOf")),
    )


def ordered(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Values by time, those without one last."""
    return tuple(sorted(readings, key=lambda one: (one.day or date.max, natural(one.item.link.iri))))

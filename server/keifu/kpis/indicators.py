"""Indicators and KPIs: what each body measures, against what, and how its values stand beside those of others."""

from datetime import date

from keifu.dataset.stores import once
from keifu.errors import NotFound
from keifu.kpis.measures import Indicator, Measure, Measures, Plot
from keifu.kpis.plot import plot
from keifu.kpis.readings import ask_readings, measure, ordered, reading
from keifu.language import Text, fiscal_year
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.reading.cities import CITIES, ask_cities, newest
from keifu.reading.facts import YEARS, Facts
from keifu.reading.terms import DCTERMS, SKOS, Answers, natural, page_query
from keifu.reading.triples import body_of

PROV_BY = PREFIXES["prov"] + "wasAttributedTo"
FEW = 60
"""Most cities to choose from in a list; with more of them one goes by the pages or from the page of a body."""


# all KPIs


def measures(facts: Facts, body: str | None, theme: str | None, year: str | None, page: int) -> Measures:
    """The KPIs of one body, else of a page of bodies: cities by code, then prefectures, then the State."""
    cities = list(newest(Facts(facts.store, facts.lang)))
    facts.ask("indicators", shown=False)
    facts.mention(*(cities if len(cities) <= FEW else ()))
    facts.name()
    issuers = {one for policy in facts.subjects_of(DEF + "issuedBy") for one in facts.iris(policy, DEF + "issuedBy")}
    others = sorted(issuers.difference(cities), key=lambda one: (rank(facts, one), natural(one)))
    bodies = [*cities, *others]
    if body is not None and body not in bodies:
        raise NotFound(
            f"{body.removeprefix(ID)} には、KPIを読める計画がありません。body を直してください。",
            f"There is no plan with KPIs of {body.removeprefix(ID)}. Mend body in the address.",
        )
    themes = {one for each in facts.subjects_of(DEF + "theme") for one in facts.iris(each, DEF + "theme")}
    if theme is not None and theme not in themes:
        raise NotFound(
            f"{theme.removeprefix(ID)} という分野の指標はありません。theme を直してください。",
            f"No indicator has the theme {theme.removeprefix(ID)}. Mend theme in the address.",
        )
    years = target_years(facts.store)
    if year is not None and year not in years:
        raise NotFound(
            f"{year.removeprefix(ID)} を期限とする目標値はありません。year を直してください。",
            f"No target is for {year.removeprefix(ID)}. Mend year in the address.",
        )
    shown, pages = ([body], 1) if body else paged(bodies, page, CITIES)
    indicators = [one for one in facts.subjects_of(PREFIXES["rdf"] + "type") if facts.is_a(one, "Indicator")]
    used = tuple((facts.link(one), next(iter(facts.links(one, DEF + "theme")), None)) for one in indicators)
    ask_cities(facts, "kpis", shown)
    kpis = [one for one in facts.subjects_of(PROV_BY) if theme is None or theme in subjects(facts, one)]
    ask_readings(facts, kpis)
    found = [(owner(facts, kpi), measure(facts, kpi)) for kpi in kpis]
    if year is not None:
        found = [(whose, each) for whose, each in found if each.due(year)]
    return Measures(
        bodies=tuple((facts.link(one), tuple(each for whose, each in found if whose == one)) for one in shown),
        choices=tuple(map(facts.link, bodies)) if len(cities) <= FEW else (),
        chosen=facts.link(body) if body else None,
        themes=tuple(sorted(map(facts.link, themes), key=lambda link: facts.reading(link.iri))),
        theme=facts.link(theme) if theme else None,
        years=tuple(map(facts.link, years)),
        year=facts.link(year) if year else None,
        indicators=tuple(sorted(used, key=lambda each: facts.reading(each[0].iri))),
        page=page,
        pages=pages,
    )


@once
def target_years(store: Answers) -> tuple[str, ...]:
    """The fiscal years for which KPIs have targets or interim targets, the earliest first."""
    days = (date.fromisoformat(row["day"].value) for row in store.select(page_query("target-days")))
    return tuple(f"{YEARS}{year}" for year in sorted(set(map(fiscal_year, days))))


def rank(facts: Facts, body: str) -> int:
    """Cities before prefectures before the State."""
    kinds = ("Municipality", "Prefecture")
    return next((number for number, name in enumerate(kinds) if facts.is_a(body, name)), len(kinds))


def paged(things: list[str], page: int, size: int) -> tuple[list[str], int]:
    """The things of one page, and how many pages there are; NotFound where there is no such page."""
    pages = max(1, -(-len(things) // size))
    if not 1 <= page <= pages:
        raise NotFound(
            f"この一覧は {pages} ページまでです（指定は {page}）。page を直してください。",
            f"This list has {pages} pages, no page {page}. Mend page in the address.",
        )
    return things[(page - 1) * size : page * size], pages


def subjects(facts: Facts, kpi: str) -> set[str]:
    """The themes of a KPI: those of its indicator and of what it monitors."""
    about = facts.iris(kpi, DEF + "indicator", DEF + "monitors")
    return {theme for one in about for theme in facts.iris(one, DEF + "theme")}


def owner(facts: Facts, kpi: str) -> str | None:
    """The body whose KPI it is: its IRI says so; one of the State belongs to who issued the policy."""
    return body_of(kpi) or facts.one(kpi, PROV_BY)


# one indicator


def indicator(facts: Facts, iri: str, page: int) -> Indicator:
    """An indicator with the values of a page of cities and of all other bodies and areas."""
    facts.ask("areas", shown=False, x=[iri])
    if not facts.is_a(iri, "Indicator"):
        raise NotFound(
            f"{iri.removeprefix(ID)} という指標はありません。KPIと指標のページの一覧から選んでください。",
            f"There is no indicator {iri.removeprefix(ID)}. Choose one from the list on the page of KPIs.",
        )
    facts.name()
    areas = sorted(facts.iris(iri, DEF + "area"), key=lambda one: (rank(facts, one), natural(one)))
    cities = [one for one in areas if facts.is_a(one, "Municipality")]
    shown, pages = paged(cities, page, CITIES)
    shown += areas[len(cities) :]
    facts.ask("indicator", x=[iri], area=shown)
    values = facts.into(iri, DEF + "indicator")
    ask_readings(facts, values)
    unit = facts.one(iri, DEF + "unit")
    rows = tuple(
        (
            facts.link(area),
            ordered(reading(facts, one, unit) for one in values if area in facts.iris(one, DEF + "area")),
        )
        for area in shown
    )
    found = [each for _, own in rows for each in own]
    numerator, denominator, direction = (
        facts.one(iri, DEF + name) for name in ("numerator", "denominator", "desiredDirection")
    )
    return Indicator(
        link=facts.link(iri),
        definition=facts.text(iri, SKOS + "definition", DCTERMS + "description"),
        unit=facts.link(unit) if unit else None,
        ratio=(facts.link(numerator) if numerator else None, facts.link(denominator) if denominator else None),
        direction=facts.link(direction) if direction else None,
        areas=rows,
        bases=tuple({each.basis.value.link.iri: each.basis for each in found if each.basis}.values()),
        unstated=tuple(
            area for area, own in rows if denominator and any(each.number and not each.basis for each in own)
        ),
        sets=tuple({one.iri: one for each in found for one in each.sets}.values()),
        plot=plot(facts.label(iri).value, named(facts, unit), rows, facts.lang),
        page=page,
        pages=pages,
        cities=len(cities),
    )


def named(facts: Facts, unit: str | None) -> Text | None:
    """The name of a unit."""
    return facts.label(unit) if unit else None


# one KPI


def timeline(facts: Facts, kpi: str) -> tuple[Measure, Plot | None]:
    """A KPI with its values, and their plot; the plot is there where two or more of them can stand on it."""
    ask_readings(facts, [kpi])
    indicator = facts.one(kpi, DEF + "indicator")
    if indicator:
        facts.ask("areas", shown=False, x=[indicator])
        facts.name()
    found = measure(facts, kpi)
    unit = facts.one(indicator, DEF + "unit") if indicator else None
    body = owner(facts, kpi)
    name = facts.link(body) if body else found.kpi
    return found, plot(found.kpi.label.value, named(facts, unit), [(name, found.readings)], facts.lang)

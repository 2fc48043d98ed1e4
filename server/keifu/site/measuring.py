"""The pages of KPIs and indicators, with their tables as CSV and their charts as SVG."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, g, request, url_for

from keifu.errors import NotFound
from keifu.kpis.indicators import indicator, measures, timeline
from keifu.kpis.measures import Indicator, Measures, Reading
from keifu.language import Text, messages
from keifu.namespaces import ID
from keifu.reading.facts import Facts
from keifu.site.downloads import drawing, names, table
from keifu.site.frame import answer, kept, store, take_language

blueprint = Blueprint("measuring", __name__)
blueprint.url_value_preprocessor(take_language)


def page_asked() -> int:
    """The page that the address asks for; what is no number counts as the first."""
    return request.args.get("page", 1, int)


def kpis(facts: Facts) -> Measures:
    """The KPIs that the address asks for."""
    asked = {name: request.args.get(name) for name in ("body", "theme", "fiscal-year")}
    body, theme, year = (f"{ID}{name}/{value}" if value else None for name, value in asked.items())
    return measures(facts, body, theme, year, page_asked())


@blueprint.get("/<any(ja, en):lang>/kpis")
@kept
def kpis_page() -> Response:
    """The KPIs of bodies."""
    facts = Facts(store(), g.lang)
    return answer("kpis.html", facts, page=kpis(facts), crumbs=[])


@blueprint.get("/<any(ja, en):lang>/kpis/<name>")
@kept
def indicator_page(name: str) -> Response:
    """The values of one indicator."""
    facts = Facts(store(), g.lang)
    page = indicator(facts, f"{ID}indicator/{name}", page_asked())
    crumbs = [(url_for("measuring.kpis_page", lang=g.lang), Text(messages(g.lang).gettext("KPIと指標"), g.lang))]
    return answer("indicator.html", facts, page=page, plot=page.plot, crumbs=crumbs)


@blueprint.get("/<any(ja, en):lang>/kpis.csv")
def kpis_csv() -> Response:
    """The KPIs of bodies, a row a value."""
    return table("kpis", kpi_rows(kpis(Facts(store(), g.lang))))


@blueprint.get("/<any(ja, en):lang>/kpis/<name>.csv")
def indicator_csv(name: str) -> Response:
    """The values of one indicator."""
    return table(name, indicator_rows(indicator(Facts(store(), g.lang), f"{ID}indicator/{name}", page_asked())))


@blueprint.get("/<any(ja, en):lang>/kpis/<name>.svg")
def indicator_svg(name: str) -> Response:
    """The plot of one indicator."""
    plot = indicator(Facts(store(), g.lang), f"{ID}indicator/{name}", page_asked()).plot
    if plot is None:
        raise no_chart(name)
    return drawing(name, "plot.svg", plot=plot)


@blueprint.get("/<any(ja, en):lang>/kpi/<path:path>.svg")
def kpi_svg(path: str) -> Response:
    """The plot of one KPI."""
    facts = Facts(store(), g.lang)
    _measure, plot = timeline(facts, ID + path)
    if plot is None:
        raise no_chart(path)
    return drawing("kpi", "plot.svg", plot=plot)


def no_chart(name: str) -> NotFound:
    """The error for what has no value that a figure could show."""
    return NotFound(
        f"{name} には、時期と数値のそろった値がないため、図がありません。",
        f"{name} has no value with a number and a time, so there is no figure.",
    )


# CSV: a row for each value


def reading_fields(reading: Reading | None) -> tuple[object, ...]:
    """What both files say of a value."""
    if reading is None:
        return ("",) * 11
    item, place = reading.item, reading.place
    return (
        *(
            item.role.label if item.role else "",
            item.amount or "",
            reading.scaled if reading.scaled is not None else "",
        ),
        *(item.when, reading.day or "", item.link.iri, names(reading.breakdown), names(reading.sets)),
        " / ".join(slip.readings for slip in reading.slips),
        *(place.link.label if place else "", place.link.iri if place else ""),
    )


def heads() -> tuple[str, ...]:
    """The names of these fields."""
    _ = messages(g.lang).gettext
    return (
        *(_("役割"), _("値"), _("指標の単位での値"), _("時期"), _("時点"), _("値のIRI"), _("内訳"), _("対象の手続群")),
        *(_("原典の不整合"), _("出典"), _("出典のIRI")),
    )


def kpi_rows(page: Measures) -> Iterator[Iterable[object]]:
    """A row for each value of a KPI, and one for each KPI without values."""
    _ = messages(g.lang).gettext
    yield (_("団体"), _("団体のIRI"), _("KPI"), _("KPIのIRI"), _("測る対象"), _("指標"), _("指標のIRI"), *heads())
    for body, found in page.bodies:
        for measure in found:
            about = measure.indicator
            head = (
                *(body.label, body.iri, measure.kpi.label, measure.kpi.iri, names(measure.monitors)),
                *(about.label if about else "", about.iri if about else ""),
            )
            for reading in measure.readings or (None,):
                yield (*head, *reading_fields(reading))


def indicator_rows(page: Indicator) -> Iterator[Iterable[object]]:
    """A row for each value of an indicator."""
    _ = messages(g.lang).gettext
    yield (_("指標"), _("団体"), _("団体のIRI"), *heads(), _("分母の値"), _("分母の時期"), _("分母のIRI"))
    for area, found in page.areas:
        for reading in found:
            basis = reading.basis.value if reading.basis else None
            below = (basis.amount or "", basis.when, basis.link.iri) if basis else ("", "", "")
            yield (page.link.label, area.label, area.iri, *reading_fields(reading), *below)

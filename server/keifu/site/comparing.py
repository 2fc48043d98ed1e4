"""The comparing pages: what cities answer, put online and run, side by side, each as a page and as CSV."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, g, request

from keifu.comparison.compare import matrix
from keifu.comparison.inventory import procedures, systems
from keifu.comparison.promises import Sides
from keifu.comparison.sides import sides
from keifu.comparison.tables import Matrix, Procedures, Systems
from keifu.kpis.measures import Measure, Reading
from keifu.language import messages
from keifu.reading.facts import Facts
from keifu.site.downloads import iris, names, table
from keifu.site.frame import answer, kept, store, take_language

blueprint = Blueprint("comparing", __name__)
blueprint.url_value_preprocessor(take_language)


def page_asked() -> int:
    """The page of cities that the address asks for; what is no number counts as the first."""
    return request.args.get("page", 1, int)


@blueprint.get("/<any(ja, en):lang>/views")
@kept
def views() -> Response:
    """The list of the views."""
    return answer("views.html", Facts(store(), g.lang), page=None, crumbs=[])


@blueprint.get("/<any(ja, en):lang>/matrix")
@kept
def matrix_page() -> Response:
    """Cities by items of the national plan."""
    facts = Facts(store(), g.lang)
    return answer("matrix.html", facts, page=matrix(facts, request.args.get("edition"), page_asked()), crumbs=[])


@blueprint.get("/<any(ja, en):lang>/procedures")
@kept
def procedures_page() -> Response:
    """Types of procedures by city."""
    facts = Facts(store(), g.lang)
    return answer("procedures.html", facts, page=procedures(facts, page_asked()), crumbs=[])


@blueprint.get("/<any(ja, en):lang>/systems")
@kept
def systems_page() -> Response:
    """Standard tasks by city."""
    facts = Facts(store(), g.lang)
    return answer("systems.html", facts, page=systems(facts, page_asked()), crumbs=[])


@blueprint.get("/<any(ja, en):lang>/compare")
@kept
def sides_page() -> Response:
    """Chosen cities side by side on one subject."""
    facts = Facts(store(), g.lang)
    return answer("sides.html", facts, page=sides_asked(facts), crumbs=[])


def sides_asked(facts: Facts) -> Sides:
    """The cities and the subject that the address names."""
    given = request.args
    return sides(facts, given.getlist("body"), given.get("on"), given.get("find", ""), given.get("topic", ""))


@blueprint.get("/<any(ja, en):lang>/matrix.csv")
def matrix_csv() -> Response:
    """The cells of the matrix."""
    return table("matrix", matrix_rows(matrix(Facts(store(), g.lang), request.args.get("edition"), page_asked())))


@blueprint.get("/<any(ja, en):lang>/procedures.csv")
def procedures_csv() -> Response:
    """The procedures of cities."""
    return table("procedures", procedure_rows(procedures(Facts(store(), g.lang), page_asked())))


@blueprint.get("/<any(ja, en):lang>/systems.csv")
def systems_csv() -> Response:
    """The systems of cities."""
    return table("systems", system_rows(systems(Facts(store(), g.lang), page_asked())))


@blueprint.get("/<any(ja, en):lang>/compare.csv")
def sides_csv() -> Response:
    """What the chosen cities state."""
    return table("compare", side_rows(sides_asked(Facts(store(), g.lang))))


# CSV: a row for each cell, with the IRIs of what it names


def matrix_rows(page: Matrix) -> Iterator[Iterable[object]]:
    """A row for each city and item."""
    _ = messages(g.lang).gettext
    yield (
        *(
            _("国の計画の版"),
            _("項目の区分"),
            _("項目"),
            _("項目のIRI"),
            _("市区町村"),
            _("市区町村のIRI"),
            _("計画のIRI"),
        ),
        *(_("計画が従う版"), _("状況"), _("取組の数"), _("取組のIRI"), _("計画上の印"), _("実績の数")),
    )
    states = {
        "answered": _("対応あり"),
        "silent": _("計画に言及なし"),
        "later": _("計画より新しい項目"),
        "none": _("データに記述なし"),
    }
    for kind, rows in page.kinds:
        for row in rows:
            for city, cell in zip(page.cities, row.answers, strict=True):
                yield (
                    *(page.edition.label, kind.label, row.item.label, row.item.iri, city.body.label, city.body.iri),
                    *(city.plan.iri, city.follows.label if city.follows else "", states[cell.state], len(cell.items)),
                    *(iris(item for item, _older in cell.items), names(cell.marks), len(cell.achievements)),
                )


def procedure_rows(page: Procedures) -> Iterator[Iterable[object]]:
    """A row for each procedure of a city, for each that a city does not mention, and for each set not listed."""
    _ = messages(g.lang).gettext
    yield (
        *(_("まとまり"), _("手続"), _("手続種別のIRI"), _("市区町村"), _("市区町村のIRI"), _("状況"), _("時期")),
        *(_("申請経路"), _("オンライン手続のIRI"), _("手続のまとまり"), _("まとまりを約束する取組のIRI")),
    )
    for group in page.groups:
        for row in group.rows:
            for city, offers in zip(page.cities, row.offers, strict=True):
                head = (
                    *(group.name.label if group.name else "", row.type.label, row.type.iri),
                    *(city.body.label, city.body.iri),
                )
                if not offers:
                    yield (*head, _("記載なし"), *[""] * 5)
                for offer in offers:
                    status = offer.item.status.label if offer.item.status else ""
                    sets = " / ".join(_("%(set)sに含む") % {"set": each.name} for each in offer.sets)
                    iri = offer.item.link.iri
                    yield (
                        *head,
                        status,
                        offer.item.when,
                        names(offer.channels),
                        *(("", sets, iri) if sets else (iri, "", "")),
                    )
    for city, offers in zip(page.cities, page.unlisted, strict=True):
        for offer in offers:
            status = offer.item.status.label if offer.item.status else ""
            sets = " / ".join(str(each.set.label) for each in offer.sets)
            yield (
                *("", "", "", city.body.label, city.body.iri),
                *(status, offer.item.when, names(offer.channels), "", sets, offer.item.link.iri),
            )


def system_rows(page: Systems) -> Iterator[Iterable[object]]:
    """A row for each system of a city, and one for each task for which it names none."""
    _ = messages(g.lang).gettext
    yield (
        *(_("番号"), _("業務"), _("業務のIRI"), _("市区町村"), _("市区町村のIRI"), _("システム"), _("システムのIRI")),
        *(_("システム群"), _("担当組織"), _("移行の時期"), _("稼働基盤"), _("契約の期間")),
    )
    for number, business, cells in page.rows:
        for city, systems_of in zip(page.cities, cells, strict=True):
            head = number, business.label, business.iri, city.body.label, city.body.iri
            if not systems_of:
                yield (*head, _("記載なし"), *[""] * 6)
            for one in systems_of:
                yield (
                    *(*head, one.item.link.label, one.item.link.iri, names(one.groups), names(one.item.units)),
                    *(" / ".join(each.when for each in one.due), names(one.platforms)),
                    " / ".join(each.when for each in one.contracts),
                )


def side_rows(page: Sides) -> Iterator[Iterable[object]]:
    """A row for each thing that a city states, and one for each city that states nothing of a kind."""
    _ = messages(g.lang).gettext
    yield (
        *(
            _("対象"),
            _("対象のIRI"),
            _("種類"),
            _("市区町村"),
            _("市区町村のIRI"),
            _("述べること"),
            _("述べることのIRI"),
        ),
        *(_("時期"), _("担当組織"), _("状況"), _("この下の取組の数"), _("実績の数"), _("KPIと値"), _("数値目標")),
        *(_("挙げるもの"), _("手続のまとまり"), _("出典"), _("出典のIRI")),
    )
    missing = {
        "silent": _("計画に言及なし"),
        "later": _("計画より新しい項目"),
        "none": _("記載なし"),
    }
    about = (page.subject.link.label, page.subject.link.iri) if page.subject else ("", "")
    for kind, cells in page.kinds:
        for (city, _plan), why, cell in zip(page.cities, page.absent, cells, strict=True):
            head = (*about, kind.label, city.label, city.iri)
            if not cell.entries:
                yield (*head, _("ほかの行の内訳にある") if cell.nested else missing[why], *[""] * 12)
            for one in cell.entries:
                item, place = one.item, one.place
                values = [said(each, reading) for each in one.measures for reading in each.readings]
                things = [value.text.value for row in one.rows for value in row.values]
                yield (
                    *(*head, item.link.label, item.link.iri, item.when, names(item.units)),
                    *(item.status.label if item.status else "", len(one.parts), len(one.achievements)),
                    *(" / ".join(values), _("あり") if one.quantified else "", " / ".join(things)),
                    " / ".join(_("%(set)sに含む") % {"set": each.name} for each in one.sets),
                    *(place.link.label if place else "", place.link.iri if place else ""),
                )


def said(measure: Measure, reading: Reading) -> str:
    """A value of a KPI in one line."""
    role = reading.item.role.label if reading.item.role else ""
    return " ".join(
        str(part) for part in (f"{measure.kpi.label}:", role, reading.item.amount, reading.item.when) if part
    )

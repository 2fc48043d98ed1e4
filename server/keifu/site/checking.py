"""The pages on the quality of data: all plans, one plan, each as a page and as CSV."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, g, request, url_for

from keifu.dataset.report import Result, results_in
from keifu.language import Text, messages
from keifu.namespaces import ID
from keifu.quality.findings import Checked
from keifu.quality.quality import checked_plan, checked_plans
from keifu.reading.facts import Facts
from keifu.site.downloads import table
from keifu.site.frame import answer, kept, store, take_language

blueprint = Blueprint("checking", __name__)
blueprint.url_value_preprocessor(take_language)


def results() -> tuple[Result, ...]:
    """What the shapes found when the dataset was built."""
    folder: Path = current_app.extensions["keifu"].settings.dataset
    return results_of(folder / store().manifest.version / "report.json")


@lru_cache(maxsize=2)
def results_of(path: Path) -> tuple[Result, ...]:
    """Those in the report of a dataset."""
    return results_in(path.read_text(encoding="utf-8"))


def page_asked() -> int:
    """The page of plans that the address asks for."""
    return request.args.get("page", 1, int)


@blueprint.get("/<any(ja, en):lang>/quality")
@kept
def quality_page() -> Response:
    """All plans."""
    facts = Facts(store(), g.lang)
    plans, part = checked_plans(facts, results(), page_asked())
    return answer("quality.html", facts, plans=plans, part=part, page=None, crumbs=[])


@blueprint.get("/<any(ja, en):lang>/quality/<path:plan>")
@kept
def plan_page(plan: str) -> Response:
    """One plan."""
    facts = Facts(store(), g.lang)
    page = checked_plan(facts, f"{ID}plan/{plan}", results())
    crumbs = [(url_for("checking.quality_page", lang=g.lang), Text(messages(g.lang).gettext("データの質")))]
    return answer("findings.html", facts, page=page, address=plan, crumbs=crumbs)


@blueprint.get("/<any(ja, en):lang>/quality.csv")
def quality_csv() -> Response:
    """The figures of all plans."""
    plans, _part = checked_plans(Facts(store(), g.lang), results(), page_asked())
    return table("quality", plan_rows(plans))


@blueprint.get("/<any(ja, en):lang>/quality/<path:plan>.csv")
def plan_csv(plan: str) -> Response:
    """The findings of one plan."""
    return table("quality", finding_rows(checked_plan(Facts(store(), g.lang), f"{ID}plan/{plan}", results())))


def plan_rows(plans: Iterable[Checked]) -> Iterator[Iterable[object]]:
    """A row for each plan and gap."""
    _ = messages(g.lang).gettext
    yield _("市区町村"), _("計画"), _("計画のIRI"), _("欠けているもの"), _("数"), _("全体の数")
    for page in plans:
        head = page.body.label, page.plan.label, page.plan.iri
        for gap in page.gaps:
            yield *head, gap.name, len(gap.findings), gap.total
        yield *head, _("原典の不整合"), len(page.slips), ""
        yield *head, _("形状の警告・助言"), page.warnings, ""


def finding_rows(page: Checked) -> Iterator[Iterable[object]]:
    """A row for each finding, slip and warning."""
    _ = messages(g.lang).gettext
    yield _("区分"), _("名称"), _("IRI"), _("内容"), _("場所のIRI"), _("ファイルと行")
    for gap in page.gaps:
        for each in gap.findings:
            yield gap.name, each.thing.label, each.thing.iri, each.note, " ".join(p.link.iri for p in each.places), ""
    for slip in page.slips:
        places = " ".join(place.link.iri for place in slip.places)
        yield _("原典の不整合"), slip.thing.label, slip.thing.iri, slip.readings, places, ""
    for warned in page.warned:
        for each, result in warned.results:
            where = f"{result.file or ''}:{result.line or ''}"
            places = " ".join(place.link.iri for place in each.places)
            yield _("形状の警告・助言"), each.thing.label, each.thing.iri, warned.sentence, places, where

"""The lineage of a thing drawn: as a page, as a figure and as a table."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, g, request

from keifu.comparison.compare import editions_of
from keifu.errors import NotFound
from keifu.language import messages
from keifu.lineage.diagram import Kin, Pedigree
from keifu.lineage.pedigree import pedigree
from keifu.lineage.relations import weakness
from keifu.lineage.sketch import sketch
from keifu.namespaces import ID
from keifu.reading.cities import columns
from keifu.reading.facts import Facts
from keifu.reading.views import Link
from keifu.site.downloads import drawing, names, table
from keifu.site.frame import answer, crumb, kept, store, take_language, trail

blueprint = Blueprint("tracing", __name__)
blueprint.url_value_preprocessor(take_language)


def asked(path: str, facts: Facts) -> Pedigree:
    """The lineage that an address asks for."""
    return pedigree(facts, ID + path, request.args.get("open"))


@blueprint.get("/<any(ja, en):lang>/lineage")
@kept
def lineages() -> Response:
    """Where to begin: the editions of the national plan, and the plans of cities."""
    facts = Facts(store(), g.lang)
    editions = editions_of(facts)
    cities, part = columns(facts, request.args.get("page", 1, int))
    facts.mention(*cities.values())
    facts.name()
    plans = [(facts.link(body), facts.link(plan)) for body, plan in cities.items()]
    return answer(
        "lineages.html", facts, editions=tuple(map(facts.link, editions)), plans=plans, part=part, page=None, crumbs=[]
    )


@blueprint.get("/<any(ja, en):lang>/lineage/<path:path>")
@kept
def lineage(path: str) -> Response:
    """The lineage of a thing."""
    facts = Facts(store(), g.lang)
    page = asked(path, facts)
    figure = sketch(page, g.lang) if page.ties else None
    crumbs = [*trail(page.crumbs, page.iri), crumb(Link(page.iri, page.title))]
    return answer("lineage.html", facts, page=page, sketch=figure, site="", path=path, crumbs=crumbs)


@blueprint.get("/<any(ja, en):lang>/lineage/<path:path>.svg")
def lineage_svg(path: str) -> Response:
    """The figure."""
    page = asked(path, Facts(store(), g.lang))
    if not page.ties:
        raise NotFound(
            f"{page.title} には系譜がなく、図がありません。もののページをご覧ください: {page.iri}",
            f"{page.title} has no lineage to draw. See its page: {page.iri}",
        )
    return drawing(
        file_name(path),
        "lineage.svg",
        page=page,
        sketch=sketch(page, g.lang),
        site=request.host_url.rstrip("/"),
    )


@blueprint.get("/<any(ja, en):lang>/lineage/<path:path>.csv")
def lineage_csv(path: str) -> Response:
    """The ties."""
    return table(file_name(path), rows(asked(path, Facts(store(), g.lang))))


def file_name(path: str) -> str:
    """What a file of a lineage is called after `keifu-`."""
    return "lineage-" + path.replace("/", "-")


def rows(page: Pedigree) -> Iterator[Iterable[object]]:
    """A row for each tie; things that the figure folds stand as their number with the IRI of what they hang on."""
    _ = messages(g.lang).gettext
    yield (
        *(_("下位"), _("下位のIRI"), _("件数"), _("関係"), _("関係のIRI"), _("上位"), _("上位のIRI")),
        *(_("弱さ（0は構造、5が最も弱い）"), _("法律への最短の道"), _("この道で最も弱い関係")),
        *(_("出典"), _("章節"), _("ページ"), _("PDFのページ"), _("出典のIRI"), _("関係そのものの出典")),
    )
    for tie in page.ties:
        lower, upper, place = page.kin[tie.lower], page.kin[tie.upper], tie.place
        yield (
            *(name(lower), "" if lower.count else lower.key, lower.count or 1),
            *(names(tie.relations), " ".join(relation.iri for relation in tie.relations), name(upper), upper.key),
            *(weakness(tie.relations[0].iri), int(tie.way), int(tie.weakest)),
            place.document.label if place and place.document else "",
            *((place.section, place.page, place.pdf_page, place.link.iri) if place else [""] * 4),
            int(tie.qualified),
        )


def name(kin: Kin) -> object:
    """What a thing is called, or the kind of those that are folded."""
    if not kin.count:
        return kin.link.label
    return kin.kind.label if kin.kind else messages(g.lang).gettext("ほか")

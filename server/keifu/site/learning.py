"""The pages on who learns from whom: as a page, as drawings and as CSV."""

import sys
from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, g, request

from keifu.language import messages
from keifu.learning.lessons import Filter, Learning
from keifu.learning.precedents import learning
from keifu.learning.tiles import COLUMNS, ROWS, SIDE, tiles
from keifu.learning.web import weave
from keifu.reading.facts import Facts
from keifu.site.downloads import drawing, names, table
from keifu.site.frame import answer, kept, store, take_language

blueprint = Blueprint("learning", __name__)
blueprint.url_value_preprocessor(take_language)


def wanted() -> Filter:
    """The cases that the address asks for."""
    return Filter(*(request.args.get(name, "").strip() for name in ("theme", "citing", "prefecture")))


def map_of(page: Learning) -> dict[str, object]:
    """What the tile map is drawn of."""
    return {"tiles": tiles(page.prefectures), "width": COLUMNS * SIDE, "height": ROWS * SIDE, "side": SIDE}


@blueprint.get("/<any(ja, en):lang>/learning")
@kept
def learning_page() -> Response:
    """Who learns from whom."""
    facts = Facts(store(), g.lang)
    page = learning(facts, wanted())
    web = weave(page.origins, g.lang)
    return answer("learning.html", facts, page=page, web=web, map=map_of(page), wanted=wanted(), crumbs=[])


@blueprint.get("/<any(ja, en):lang>/learning.svg")
def learning_svg() -> Response:
    """The drawing of it."""
    page = learning(Facts(store(), g.lang), wanted())
    return drawing("learning", "learning.svg", web=weave(page.origins, g.lang), wanted=wanted())


@blueprint.get("/<any(ja, en):lang>/learning-map.svg")
def map_svg() -> Response:
    """The tile map."""
    return drawing("learning-map", "tiles.svg", map=map_of(learning(Facts(store(), g.lang), wanted())), wanted=wanted())


@blueprint.get("/<any(ja, en):lang>/learning.csv")
def learning_csv() -> Response:
    """The cases."""
    return table("learning", rows(learning(Facts(store(), g.lang), wanted(), most=sys.maxsize, first=sys.maxsize)))


def rows(page: Learning) -> Iterator[Iterable[object]]:
    """A row for each body cited, case and citing body."""
    _ = messages(g.lang).gettext
    yield (
        *(_("引かれた団体"), _("引かれた団体のIRI"), _("引いた団体"), _("引いた団体のIRI"), _("事例"), _("事例のIRI")),
        *(_("分野"), _("原典での場所"), _("場所のIRI")),
    )
    for origin in page.origins:
        for lesson in origin.lessons:
            yield (
                *(origin.body.label, origin.body.iri, lesson.citing.label, lesson.citing.iri),
                *(lesson.case.label, lesson.case.iri, names(lesson.themes)),
                *(names(place.link for place in lesson.places), " ".join(place.link.iri for place in lesson.places)),
            )

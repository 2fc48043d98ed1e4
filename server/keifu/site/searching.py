"""The search page, and its results as CSV."""

from collections.abc import Mapping

from flask import Blueprint, Response, request, url_for
from flask.blueprints import BlueprintSetupState

from keifu.reading.facts import Facts
from keifu.search.results import WAYS, Search
from keifu.search.search import Index
from keifu.site.browse import answer, store
from keifu.sparql.formats import SOLUTION_TYPES

EXAMPLES = {
    "ja": ("書かない窓口", "ガバメントクラウド", "罹災証明", "RPA", "マイナンバーカード", "はくさんし"),
    "en": ("counter", "Government Cloud", "disaster", "RPA", "My Number Card", "Hakusan"),
}

blueprint = Blueprint("searching", __name__)


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Read the texts when the application starts, so that no visitor waits for it."""
    Index.of(state.app.extensions["keifu"].store)


def read(lang: str) -> Search:
    """What the request searches for."""

    def address(values: Mapping[str, object]) -> str:
        return url_for("searching.search", lang=lang, **values)  # type: ignore[arg-type]

    return Search(store(), lang, request.args, address)


@blueprint.get("/<any(ja, en):lang>/search")
def search(lang: str) -> Response:
    """Results, or what can be searched for."""
    asked = read(lang)
    page = asked.page(request.args.get("page", 1, int)) if asked.terms else None
    ways = [(way, asked.address(by=None if way == "kind" else way), way == asked.by) for way in WAYS]
    table = url_for("searching.table", lang=lang, **asked.values())  # type: ignore[arg-type]
    return answer(
        "search.html",
        Facts(store(), lang),
        page=page,
        query=asked.query,
        ways=ways,
        table=table,
        whole=asked.address(**dict.fromkeys(asked.narrowed)),
        sparql=url_for("querying.query", lang=lang, query=asked.sparql()),
        examples=[(word, url_for("searching.search", lang=lang, q=word)) for word in EXAMPLES[lang]],
        crumbs=[],
    )


@blueprint.get("/<any(ja, en):lang>/search.csv")
def table(lang: str) -> Response:
    """All results as CSV."""
    form = SOLUTION_TYPES["csv"]
    name = {"Content-Disposition": f'attachment; filename="keifu-search-{lang}.csv"'}
    return Response(read(lang).table(), content_type=form.content_type, headers=name)

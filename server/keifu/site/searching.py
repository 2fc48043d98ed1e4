"""The search page, and its results as CSV."""

import json
from collections.abc import Mapping

from flask import Blueprint, Response, g, request, url_for
from flask.blueprints import BlueprintSetupState

from keifu.reading.facts import Facts
from keifu.search.results import WAYS, Search
from keifu.search.search import Index
from keifu.search.suggestions import suggestions
from keifu.site import downloads
from keifu.site.frame import answer, href, store, take_language

EXAMPLES = {
    "ja": ("書かない窓口", "ガバメントクラウド", "罹災証明", "RPA", "マイナンバーカード", "はくさんし"),
    "en": ("counter", "Government Cloud", "disaster", "RPA", "My Number Card", "Hakusan"),
}

blueprint = Blueprint("searching", __name__)
blueprint.url_value_preprocessor(take_language)


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Read the texts when the application starts, so that no visitor waits for it."""
    Index.of(state.app.extensions["keifu"].store)


def read() -> Search:
    """What the request searches for."""

    def address(values: Mapping[str, object]) -> str:
        return url_for("searching.search", lang=g.lang, **values)  # type: ignore[arg-type]

    return Search(store(), g.lang, request.args, address)


@blueprint.get("/<any(ja, en):lang>/search")
def search() -> Response:
    """Results, or what can be searched for."""
    asked = read()
    page = asked.page(request.args.get("page", 1, int)) if asked.terms else None
    ways = [(way, asked.address(by=None if way == "kind" else way), way == asked.by) for way in WAYS]
    table = url_for("searching.table", lang=g.lang, **asked.values())  # type: ignore[arg-type]
    return answer(
        "search.html",
        Facts(store(), g.lang),
        page=page,
        query=asked.query,
        ways=ways,
        table=table,
        whole=asked.address(**dict.fromkeys(asked.narrowed)),
        sparql=url_for("querying.query", lang=g.lang, query=asked.sparql()),
        examples=[(word, url_for("searching.search", lang=g.lang, q=word)) for word in EXAMPLES[g.lang]],
        crumbs=[],
    )


@blueprint.get("/<any(ja, en):lang>/search.csv")
def table() -> Response:
    """All results as CSV."""
    return downloads.table(f"search-{g.lang}", read().table())


@blueprint.get("/<any(ja, en):lang>/names.json")
def names() -> Response:
    """Names for what is typed in the search box, each with where it leads: to the thing, or to all called so."""
    offered = [
        each.offer(g.lang, href(each.iri) or url_for("searching.search", lang=g.lang, q=each.name.value))
        for each in suggestions(store(), request.args.get("q", ""), g.lang)
    ]
    response = Response(json.dumps(offered, ensure_ascii=False), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response

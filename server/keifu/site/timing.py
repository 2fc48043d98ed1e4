"""The timeline, as a page, as a drawing and as CSV."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain

from flask import Blueprint, Response, g, request

from keifu.errors import NotFound, UnusableInput
from keifu.language import messages
from keifu.reading.facts import Facts
from keifu.reading.views import Place
from keifu.site.downloads import drawing, names, table
from keifu.site.frame import answer, kept, store, take_language
from keifu.timeline.axis import draw
from keifu.timeline.spans import Choice, Span, Timeline
from keifu.timeline.timeline import lane_names, timeline

MONTHS = 12
"""How far around the chosen day things are listed as due, unless the address says otherwise."""
MOST_MONTHS = 600

EARLIEST, LATEST = date(1868, 10, 23), date(2199, 12, 31)
"""The days that the timeline can be asked about: from Meiji on, as far as anyone plans."""

blueprint = Blueprint("timing", __name__)
blueprint.url_value_preprocessor(take_language)


def day_asked() -> date | None:
    """The day that the address asks about, None for none."""
    text = request.args.get("on", "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UnusableInput(
            f"日付 {text} を読めません。on を 2026-03-31 の形にしてください。",
            f"The day {text} cannot be read. Write on like 2026-03-31.",
        ) from error
    if not EARLIEST <= day <= LATEST:
        raise UnusableInput(
            f"{text} は年表の外です。on を {EARLIEST} から {LATEST} までの日にしてください。",
            f"{text} is off the timeline. Let on be a day from {EARLIEST} to {LATEST}.",
        )
    return day


def months_asked() -> int:
    """How many months around that day."""
    return min(max(request.args.get("within", MONTHS, int), 0), MOST_MONTHS)


def asked(facts: Facts) -> Timeline:
    """The timeline that the address asks for."""
    choice = Choice(
        code=request.args.get("body"),
        kinds=tuple(request.args.getlist("kind")),
        on=day_asked(),
        months=months_asked(),
        page=request.args.get("page", 1, int),
    )
    return timeline(facts, choice)


@blueprint.get("/<any(ja, en):lang>/timeline")
@kept
def timeline_page() -> Response:
    """The timeline of a body, or of the State and the cities."""
    facts = Facts(store(), g.lang)
    page = asked(facts)
    return answer(
        "timeline.html",
        facts,
        page=page,
        drawing=draw(page, g.lang),
        months=months_asked(),
        names=lane_names(g.lang),
        crumbs=[],
    )


@blueprint.get("/<any(ja, en):lang>/timeline.svg")
def timeline_svg() -> Response:
    """Its drawing."""
    page = asked(Facts(store(), g.lang))
    drawn = draw(page, g.lang)
    if drawn is None:
        raise NotFound(
            "描く日付がありません。kind を外すか、ほかの区分を選んでください。",
            "There is no date to draw. Leave out kind, or choose another.",
        )
    return drawing("timeline", "timeline.svg", page=page, drawing=drawn)


@blueprint.get("/<any(ja, en):lang>/timeline.csv")
def timeline_csv() -> Response:
    """Its rows."""
    return table("timeline", rows(asked(Facts(store(), g.lang))))


def rows(page: Timeline) -> Iterator[Iterable[object]]:
    """A row for each thing, with the IRIs of what it names."""
    _ = messages(g.lang).gettext
    yield (
        *(_("区分"), _("名称"), _("IRI"), _("始まり"), _("終わり"), _("時期"), _("後の版"), _("状況"), _("担当組織")),
        *(_("担当組織が書かれているもの"), _("原典での場所"), _("場所のIRI"), _("指定した日の状態")),
    )
    for lane in page.lanes:
        for span in lane.spans:
            item = span.item
            yield (
                *(lane.name, item.link.label, item.link.iri, span.start or "", span.until or "", item.when),
                span.newer.label if span.newer else "",
                *(item.status.label if item.status else "", names(span.units)),
                *(span.charged.label if span.charged else "", " / ".join(map(place_text, span.places))),
                *(" ".join(place.link.iri for place in span.places), state(page, span)),
            )


def place_text(place: Place) -> str:
    """Where in a document, in one line."""
    _ = messages(g.lang).gettext
    page = _("%(page)sページ") % {"page": place.page} if place.page else ""
    return " ".join(filter(None, (place.document.label.value if place.document else "", place.link.label.value, page)))


def state(page: Timeline, span: Span) -> str:
    """How a thing stands on the chosen day."""
    _ = messages(g.lang).gettext
    if page.asof is None:
        return ""
    rows = ((page.asof.standing,), (page.asof.endless,), page.asof.before, page.asof.after)
    words = (_("有効・進行中"), _("終わりの記載なし"), _("期限到来"), _("期限間近"))
    return " / ".join(word for found, word in zip(rows, words, strict=True) if span in chain.from_iterable(found))

"""What a view gives to take away: its table as CSV, its figure as SVG."""

import csv
import io
from collections.abc import Iterable

from flask import Response, g, render_template

from keifu.reading.views import Item, Link
from keifu.sparql.formats import Format

CSV = Format("text/csv", "csv")
SVG = Format("image/svg+xml", "svg")


def table(name: str, rows: Iterable[Iterable[object]]) -> Response:
    """Rows as a file; the mark at its beginning tells spreadsheets that it is UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return taken(text.getvalue().encode("utf-8-sig"), CSV, name)


def drawing(name: str, template: str, **view: object) -> Response:
    """The figure that a template of SVG draws, as a file that stands by itself."""
    return taken(render_template(template, **view).encode(), SVG, name)


def taken(body: bytes, form: Format, name: str) -> Response:
    """A file for the folder of downloads."""
    return Response(
        body,
        content_type=form.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="keifu-{name}.{form.suffix}"',
            "Content-Language": g.lang,
        },
    )


def names(links: Iterable[Link]) -> str:
    """Several names in one field."""
    return " / ".join(link.label.value for link in links)


def iris(items: Iterable[Item]) -> str:
    """Several IRIs in one field."""
    return " ".join(item.link.iri for item in items)

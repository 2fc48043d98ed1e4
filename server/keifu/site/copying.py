"""Addresses of the site as files: what each holds, and where its links lead once no server answers."""

import posixpath
import re
from collections.abc import Iterable
from html import escape, unescape
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from flask import Flask, render_template

from keifu.language import LANGUAGES
from keifu.namespaces import BASE
from keifu.queries.queries import shelf
from keifu.site.frame import COPIED
from keifu.sparql.formats import HTML

SERVED = re.compile(r"(sparql|api|(?:ja|en)/(?:query|search))(\.\w+)?")
"""Paths whose answers depend on what a visitor asks: only a server has them."""
FILE = re.compile(r"(static|dumps)/.*|.*\.(ttl|nt|rdf|jsonld|trig|nq|csv|tsv|srj|srx|svg|xml|atom|txt|json)")
"""Paths of files; all others are pages, each in a folder of its own."""
LINK = re.compile(r'(?<=\s)(href|src|action|data-names)="([^"]*)"')
MOST = 2
"""Most values that an address asks for and has a file: pages lead to few such pairs, and to more of what is larger."""
PART = re.compile(rf"<loc>{re.escape(BASE)}([^<]*\.xml)</loc>")

POINTER = """<!doctype html>
<html>
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={to}">
<link rel="canonical" href="{to}">
{alternates}</head>
<body><p><a href="{to}">{title}</a></p></body>
</html>
"""
"""The page of an address that leads on."""


def place(address: str) -> str:
    """The file for an address, a path below the site perhaps with a query: that of a page is index.html in a folder."""
    path, _, query = address.partition("?")
    path, query = unquote(path).strip("/"), unquote(query).replace("/", "-")
    if FILE.fullmatch(path):
        stem, suffix = posixpath.splitext(path)
        return f"{stem}.{query}{suffix}" if query else path
    return posixpath.join(path, query, "index.html")


def relative(address: str, page: str) -> str:
    """The way from the file of a page to that of another address, as a link."""
    way = posixpath.relpath(place(address), posixpath.dirname(page) or ".")
    way = way.removesuffix("index.html") if posixpath.basename(way) == "index.html" else way
    return quote(way or "./", safe="/=")


class Copier:
    """Writes addresses of an application as files below a folder."""

    def __init__(self, app: Flask, folder: Path) -> None:
        app.config[COPIED] = True
        self.client = app.test_client()
        self.folder = folder

    def copy(self, address: str) -> set[str] | None:
        """Write what an address answers, and tell the addresses that it leads to; None where it does not answer."""
        lang = address[:2] if address[:2] in LANGUAGES else LANGUAGES[0]
        if ".." in place(address).split("/"):
            return None  # no page of ours has such an address, and its file could lie outside of the folder
        if SERVED.fullmatch(address):
            return self.unserved(address, lang)
        answer = self.client.get(
            f"/{address}",
            base_url=BASE,
            headers={"Accept": f"{HTML.media_type}, */*;q=0.5", "Accept-Language": lang},
        )
        with answer:
            body = answer.get_data()
        further = answer.headers.get("Location") or answer.headers.get("Content-Location")
        if answer.status_code >= 400 and answer.status_code != 410:
            return None
        if further:
            alternates = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', answer.headers.get("Link", ""))
            return self.pointer(address, further, alternates)
        if answer.mimetype in (HTML.media_type, "image/svg+xml"):
            return self.page(address, lang, answer.text)
        self.write(place(address), body)
        return set(PART.findall(answer.text)) if address == "sitemap.xml" else set()

    def unserved(self, address: str, lang: str) -> set[str]:
        """Write in place of what needs a server a page on what there is instead, or the way there."""
        if not address.startswith(LANGUAGES):
            return self.pointer(address, BASE + self.local(address, lang), ())
        app = self.client.application
        with app.test_request_context(f"/{address}", base_url=BASE):
            app.preprocess_request()
            names = sorted(path.name for path in (self.folder / "dumps").glob("keifu.*"))
            given = {path.stem: path.name for path in (self.folder / "api" / "queries").iterdir()}
            answers = [(query, given[query.name]) for query in shelf().values()]
            text = render_template("copy.html", dumps=names, answers=answers, crumbs=[])
        return self.page(address, lang, text)

    def page(self, address: str, lang: str, text: str) -> set[str]:
        """Write a page with links that lead from file to file."""
        here, found = place(address), set()

        def link(match: re.Match[str]) -> str:
            name, value = match[1], unescape(match[2])
            target, _, fragment = urljoin(BASE + address, value).partition("#")
            if value.startswith("#") or not target.startswith(BASE):
                return match[0]
            other = self.local(target.removeprefix(BASE), lang)
            found.add(other)
            way = relative(other, here) + (f"#{fragment}" if fragment else "")
            return f'{name}="{escape(way)}"'

        self.write(here, LINK.sub(link, text).encode())
        return found

    def local(self, address: str, lang: str) -> str:
        """The address whose file stands for an address: one that asks for more than `MOST` values needs a server."""
        parts = urlsplit(address)
        path = unquote(parts.path)
        asked = [] if path.startswith("static/") else parse_qsl(parts.query)
        if found := SERVED.fullmatch(path):
            return found[1] if found[1][:2] in LANGUAGES else f"{lang}/query"
        if len(asked) > MOST:
            return f"{lang}/query"
        return parts.path + (f"?{urlencode(sorted(asked))}" if asked else "")

    def pointer(self, address: str, further: str, alternates: Iterable[tuple[str, str]]) -> set[str]:
        """Write a page that leads on at once, and names the other formats."""
        here = place(address)

        def way(value: str) -> tuple[str, str]:
            target = urljoin(BASE + address, value).removeprefix(BASE)
            return target, relative(target, here)

        target, to = way(further)
        found = {target}
        lines = ""
        for value, kind in alternates:
            other, link = way(value)
            found.add(other)
            lines += f'<link rel="alternate" type="{escape(kind)}" href="{escape(link)}">\n'
        title = escape(BASE + address)
        self.write(here, POINTER.format(title=title, to=escape(to), alternates=lines).encode())
        return found

    def write(self, name: str, body: bytes) -> None:
        """Write a file below the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

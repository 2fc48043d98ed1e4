"""A crawler: what a page links to, and whether what is found there is whole."""

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit
from urllib.request import Request, urlopen

import pyoxigraph as ox

LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "form": "action"}
RDF = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}
"""Media type and parser of the data of a resource, by suffix."""


class Links(HTMLParser):
    """The addresses that a page leads to, and the places in it that links may name."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.places.add(str(values["id"]))
        if value := values.get(LINKS.get(tag, "")):
            self.found.append(urljoin(self.address, value))
        if values.get("http-equiv") == "refresh":
            self.found.append(urljoin(self.address, str(values["content"]).partition("url=")[2]))

    def within(self, site: str) -> Iterator[str]:
        """Those on the site, without the places in pages."""
        for each in self.found:
            address = urldefrag(each)[0]
            if address.startswith(site):
                yield address

    def broken(self) -> list[str]:
        """Links to places on the page itself that are not there."""
        here = [urldefrag(each) for each in self.found if urldefrag(each)[0] == urldefrag(self.address)[0]]
        return [place for _, place in here if place and place not in self.places]


def fetch(address: str, accept: str = "text/html, */*;q=0.5") -> tuple[int, str, bytes]:
    """Status, media type and body of what an address answers in the end."""
    for _ in range(60):
        try:
            with urlopen(Request(address, headers={"Accept": accept, "Accept-Language": "ja"})) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read()
        except HTTPError as error:
            if error.code != 503 or "Retry-After" not in error.headers:
                return error.code, error.headers.get_content_type(), error.read()
            time.sleep(1)
    raise TimeoutError(address)


def kind(address: str) -> tuple[str, ...]:
    """What addresses have in common that differ in codes, in numbers, in their last step or in the values they ask for."""
    parts = urlsplit(address)
    names = sorted(name for name, _ in parse_qsl(parts.query) if name != "v")
    *above, _ = re.sub(r"[^/]*\d[^/]*", "*", parts.path).split("/")
    return (*above, "?", *names)


def subjects(body: bytes, form: ox.RdfFormat) -> set[str]:
    """What data speak of."""
    return {quad.subject.value for quad in ox.parse(body, format=form)}

"""A crawler: what a page links to, and whether what is found there is whole."""

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit
from urllib.request import Request, urlopen

import pyoxigraph as ox

LINK = re.compile(r'<(?:a|link|script|img|form)\b[^>]*?\s(?:href|src|action)="([^"]*)"')
FORWARD = re.compile(r'<meta http-equiv="refresh" content="[^"]*url=([^"]*)"')
PLACE = re.compile(r'\sid="([^"]*)"')
RDF = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}
"""Media type and parser of the data of a resource, by suffix."""


class Links:
    """The addresses that a page leads to, and the places in it that links may name."""

    def __init__(self, address: str, text: str) -> None:
        self.address = address
        values = [*LINK.findall(text), *FORWARD.findall(text)]
        self.found = [urljoin(address, unescape(value)) for value in values]
        self.places = set(map(unescape, PLACE.findall(text)))

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


@dataclass(frozen=True)
class Visit:
    """What an address answered."""

    address: str
    status: int
    media_type: str
    body: bytes
    links: Links | None
    """Those of a page, None for what is none."""


def crawl(begin: Iterable[str], site: str, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[Visit]:
    """Visit addresses and all that their pages lead to within the site, as far as it is wanted, each once."""
    waiting = deque(begin)
    seen = set(waiting)
    with ThreadPoolExecutor(4) as threads:
        while waiting:
            batch = [waiting.popleft() for _ in range(min(200, len(waiting)))]
            for address, (status, media_type, body) in zip(batch, threads.map(fetch, batch), strict=True):
                links = Links(address, body.decode()) if media_type == "text/html" else None
                yield Visit(address, status, media_type, body, links)
                if links is not None and status == 200:
                    new = dict.fromkeys(found for found in links.within(site) if found not in seen)
                    seen.update(new)
                    waiting.extend(filter(wanted, new))


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

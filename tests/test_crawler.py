"""A crawler of our own goes through the service from its home page: every link leads somewhere, all data speak of what they are asked for."""

import re
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

import pytest
from crawling import RDF, Links, fetch, kind, subjects

from keifu.namespaces import ID

EACH = {"ja": 12, "en": 2}
"""Pages visited of each kind. `keifu publish`, which fails on a dead link, goes through all; it takes minutes."""


@pytest.fixture(scope="module")
def crawled(server):
    """What went wrong, and the pages that answered."""
    waiting, seen, kinds, trouble, pages = deque([f"{server}/ja/"]), set(), Counter(), [], []

    def wanted(address):
        if address in seen:
            return False
        seen.add(address)
        if re.search(r"/(id/.*|def)\.(ttl|nt|rdf|jsonld)$", address):
            return False
        asked = kind(address)
        kinds[asked] += 1
        return kinds[asked] <= EACH.get(urlsplit(address).path[1:3], 12)

    with ThreadPoolExecutor(4) as threads:
        while waiting:
            batch = [waiting.popleft() for _ in range(min(200, len(waiting)))]
            for address, (status, media_type, body) in zip(batch, threads.map(fetch, batch), strict=True):
                if status != 200:
                    trouble.append((status, address))
                if media_type == "text/html":
                    links = Links(address, body.decode())
                    trouble += [("place", address, place) for place in links.broken()]
                    pages.append(address)
                    waiting.extend(filter(wanted, links.within(server)))
    return trouble, pages


def test_no_link_is_dead(crawled):
    trouble, pages = crawled
    assert trouble == []
    assert len(pages) > 500


def test_the_crawl_meets_pages_of_every_kind(crawled, server):
    paths = {unquote(page).removeprefix(server) for page in crawled[1]}
    for path in (
        "/ja/id/plan/172090/dx/1.0/",
        "/ja/def/",
        "/ja/matrix",
        "/ja/id/law/",
        "/ja/id/theme/",
        "/en/id/body/",
        "/ja/search",
        "/ja/query",
    ):
        assert any(each.startswith(path) for each in paths), path


def test_every_thing_has_its_data_in_some_format_and_some_in_every_format(crawled, server, store):
    things = sorted(
        {page.removeprefix(f"{server}/ja/id/") for page in crawled[1] if page.startswith(f"{server}/ja/id/")}
    )
    stated = {quad.subject.value for quad in store.quads if quad.subject.value.startswith(ID)}
    asked = [
        (thing, tuple(RDF)[number % len(RDF)]) for number, thing in enumerate(things) if ID + unquote(thing) in stated
    ]
    assert len(asked) > 400

    def wrong(pair):
        thing, suffix = pair
        media_type, form = RDF[suffix]
        # Every second one by suffix, the others by what the client takes.
        by_suffix = hash(thing) % 2 == 0
        address = f"{server}/id/{thing}" + (f".{suffix}" if by_suffix else "")
        status, given, body = fetch(address, "*/*" if by_suffix else media_type)
        if (status, given) != (200, media_type):
            return address, status, given
        return None if ID + unquote(thing) in subjects(body, form) else (address, "says nothing of it")

    with ThreadPoolExecutor(4) as threads:
        assert list(filter(None, threads.map(wrong, asked))) == []

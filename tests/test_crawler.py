"""A crawler of our own goes through the service from its home page and site map: every link leads somewhere, all data speak of what they are asked for."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from conftest import serving
from crawling import RDF, crawl, fetch, kind, subjects

from keifu.namespaces import HOME, ID

EACH = 12
"""Pages visited of each kind that asks for several things at once, as searches and comparisons do: they have no end."""


@pytest.fixture(scope="module")
def site(dataset, tmp_path_factory):
    """The address of a service with two processes for pages."""
    with serving(dataset, tmp_path_factory.mktemp("crawled") / "log", workers=2) as address:
        yield address


@pytest.fixture(scope="module")
def stated(store):
    """The paths of all things that the dataset speaks of."""
    found = {quad.subject.value for quad in store.quads if quad.subject.value.startswith(ID)}
    return {iri.replace(ID, "/id/") for iri in found}


@pytest.fixture(scope="module")
def crawled(site, stated):
    """What went wrong, the pages that answered, and how many data there were in each format."""
    kinds, trouble, pages, data = Counter(), [], [], Counter()

    def wanted(address):
        if len({name for name, _ in parse_qsl(urlsplit(address).query)} - {"v"}) < 2:
            return True
        kinds[kind(address)] += 1
        return kinds[kind(address)] <= EACH

    listed = re.findall("<loc>([^<]*)</loc>", fetch(f"{site}/sitemap.xml")[2].decode())
    for visit in crawl([f"{site}/ja/", *listed], site, wanted):
        path = unquote(visit.address.removeprefix(site))
        if visit.status != 200:
            trouble.append((visit.status, path))
        elif visit.links is not None:
            trouble += [("place", path, place) for place in visit.links.broken()]
            pages.append(path)
        elif found := re.fullmatch(r"/(id/.*)\.(ttl|nt|rdf|jsonld)", path):
            media_type, form = RDF[found[2]]
            spoken = subjects(visit.body, form)
            data[found[2]] += 1
            if visit.media_type != media_type or (f"/{found[1]}" in stated and HOME + found[1] not in spoken):
                trouble.append(("says nothing of it", path))
    return trouble, pages, data


def test_no_link_is_dead_and_all_data_speak_of_their_subject(crawled):
    trouble, pages, data = crawled
    assert trouble == []
    assert len(pages) > 20_000
    assert set(data) == set(RDF)


def test_every_thing_has_a_page_in_both_languages_and_data_in_every_format(crawled, stated):
    _, pages, data = crawled
    assert {f"/{lang}{path}" for lang in ("ja", "en") for path in stated} <= set(pages)
    assert min(data.values()) >= len(stated)


def test_the_crawl_meets_pages_of_every_kind(crawled):
    for path in ("/ja/matrix", "/ja/search", "/ja/query", "/en/lineage/", "/en/compare", "/ja/timeline", "/en/kpis/"):
        assert any(each.startswith(path) for each in crawled[1]), path


def test_every_thing_has_the_data_that_a_client_takes(site, stated):
    """By its IRI, in one format each."""
    asked = [(path, tuple(RDF)[number % len(RDF)]) for number, path in enumerate(sorted(stated))]

    def wrong(pair):
        path, suffix = pair
        media_type, form = RDF[suffix]
        status, given, body = fetch(site + path, media_type)
        if (status, given) != (200, media_type):
            return path, status, given
        return None if HOME + path[1:] in subjects(body, form) else (path, "says nothing of it")

    with ThreadPoolExecutor(4) as threads:
        assert list(filter(None, threads.map(wrong, asked))) == []

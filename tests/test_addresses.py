"""Addresses as strangers write them: whatever stands in a path or a parameter, the answer is a page or a 4xx that says why."""

import re
import sys
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

import pytest

from keifu.dataset.files import Sources
from keifu.queries.queries import library

HOSTILE = (
    "0", "-1", "9" * 50, "9" * 4400, "1e5", "٣", "－１", "nan", "0001-01-01", "9999-12-31", "2026-02-30", "\0", "\uffff",
    "<x>", '"', '">.ttl', "a b", "a^b.jsonld", "あ.ttl", "http://", "http://e/ x", "a" * 300, "../..", "..\\x", "//x", "999999",
)  # fmt: skip
ASKED = re.compile(r"request\.args\.get(?:list)?\(\"(\w+)\"")
OTHERS = ("lang", "endpoint", "_anchor", "_external", "_method", "_scheme", "city", "q", "p", "run", "limit", "offset")
"""Names that pages read in other ways, and what the makers of addresses call their own arguments."""
EACH = 2
"""Values tried at each place, others at the next."""
GIVEN = {"lang": "en", "name": "leases", "suffix": "csv"}
"""What stands for the other parts of a path."""


@pytest.fixture
def rules(app):
    """The rules of all addresses with a page or data, without those that tell how the service is."""
    found = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [rule for rule in found if not rule.endpoint.startswith("health.") and rule.endpoint != "static"]


def filled(rule, part="", value=""):
    """A path with a value for one of its parts."""
    given = {name: GIVEN.get(name, "plan/172090/dx/1.0") for name in rule.arguments}
    given[part] = quote(value, safe="")
    return re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda found: given[found[1]], rule.rule)


def test_every_part_of_every_path(client, rules):
    found = [filled(rule, part, value) for rule in rules for part in rule.arguments - {"lang"} for value in HOSTILE]
    assert [address for address in found if client.get(address).status_code >= 500] == []


def test_every_parameter_of_every_page(app, client, rules):
    found, hostile = [], cycle(HOSTILE)
    for rule in rules:
        module = sys.modules[app.view_functions[rule.endpoint].__module__]
        names = {*ASKED.findall(Path(module.__file__).read_text(encoding="utf-8")), *OTHERS}
        path = filled(rule)
        found += [f"{path}?{name}={quote(value)}" for name in sorted(names) for value in islice(hostile, EACH)]
    assert [address for address in found if client.get(address).status_code >= 500] == []


@pytest.mark.parametrize("query", library(Sources.find().queries).values(), ids=lambda query: query.name)
def test_every_parameter_of_every_stored_query(client, query):
    for parameter in query.parameters:
        for value in HOSTILE:
            address = f"/api/queries/{query.name}?{parameter.name}={quote(value)}"
            assert client.get(address).status_code < 500, address[:200]

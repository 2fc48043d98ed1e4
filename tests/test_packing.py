"""Which Accept-Encoding headers take gzip, and that what is packed is the same bytes each time."""

import gzip

import pytest

from keifu.sparql.packing import accepts_gzip, pack


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("X-GZIP", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.0, *", False),
        ("*;q=0", False),
        ("gzip ; q=0.001", True),
    ],
)
def test_who_takes_it(header, expected):
    assert accepts_gzip(header) is expected


def test_it_is_the_same_each_time():
    body = b"bytes" * 1000
    assert pack(body) == pack(body)
    assert gzip.decompress(pack(body)) == body
    assert len(pack(body)) < 100

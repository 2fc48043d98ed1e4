"""Settings from the environment: those that cannot work are told before anything starts."""

import pytest

from keifu.errors import UnusableInput
from keifu.settings import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANG", "fr"),
        ("PORT", "99999"),
        ("PORT", "0"),
        ("WORKERS", "0"),
        ("QUERY_WORKERS", "0"),
        ("QUERY_WORKERS", "many"),
        ("QUERY_SECONDS", "nan"),
        ("QUERY_SECONDS", "inf"),
        ("QUERY_SECONDS", "0"),
        ("QUERY_MEMORY", "-1"),
        ("BASE", "data.city.example.jp"),
        ("BASE", "https://data.city.example.jp"),
        ("BASE", "https://data.example.jp/dx(1)/"),
        ("BASE", "https://data.example.jp/a+b/"),
        ("BASE", "https://data.example.jp//"),
    ],
)
def test_what_cannot_work(monkeypatch, name, value):
    monkeypatch.setenv(f"KEIFU_{name}", value)
    with pytest.raises(UnusableInput) as caught:
        Settings.from_env()
    for text in (caught.value.ja, caught.value.en):
        assert f"KEIFU_{name}" in text
        assert value in text


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CACHE_BYTES", "0", 0),
        ("PROXIES", "0", 0),
        ("QUERY_QUEUE", "0", 0),
        ("QUERY_SECONDS", "0.5", 0.5),
        ("LANG", "en", "en"),
        ("BASE", "https://data.city.example.jp:8443/lod/", "https://data.city.example.jp:8443/lod/"),
    ],
)
def test_what_works(monkeypatch, name, value, expected):
    monkeypatch.setenv(f"KEIFU_{name}", value)
    assert getattr(Settings.from_env(), name.lower()) == expected

"""The log: what strangers send is no line of it."""

import io
import logging
import sys

from hypothesis import given
from hypothesis import strategies as st

from keifu import journal, metrics

FORGED = "/ja/\n2026-01-01 00:00:00,000 INFO keifu id=0 outcome=ok"


def written(text: str, trace: str = "") -> str:
    """What is logged of a text, and of an error that says another."""
    try:
        raise ValueError(trace)
    except ValueError:
        told = sys.exc_info() if trace else None
    record = logging.LogRecord("keifu", logging.ERROR, "", 0, "id=%s %s", ("1", text), told)
    return journal.Lines("%(levelname)s %(message)s").format(record)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_record_has_one_line_that_is_not_indented(text, trace):
    lines = written(text, trace).splitlines()
    assert lines[0].startswith("ERROR id=1 ")
    assert all(line.startswith("\t") for line in lines[1:])


def test_an_ordinary_text_stays_as_it_is():
    assert written("/ja/search?q=窓口 a\tb") == "ERROR id=1 /ja/search?q=窓口 a\tb"


def test_a_service_writes_its_log_so(monkeypatch):
    told = io.StringIO()
    root, keifu = logging.getLogger(), logging.getLogger("keifu")
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(keifu, "level", keifu.level)
    monkeypatch.setattr(sys, "stderr", told)
    journal.begin()
    logging.getLogger(metrics.__name__).error("%s", FORGED)
    first, second = told.getvalue().splitlines()
    assert first.endswith(" ERROR keifu.metrics /ja/")
    assert second.startswith("\t2026-01-01 ")

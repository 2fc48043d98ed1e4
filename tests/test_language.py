"""The choice of a language, and how each writes texts, dates and numbers."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import keifu
from keifu.language import (
    CATALOGUES,
    Text,
    choose,
    date_text,
    day_text,
    fiscal_year,
    fiscal_year_text,
    messages,
    number_text,
    period_text,
    pick,
    years_text,
)

PACKAGE = Path(keifu.__file__).parent


@pytest.mark.parametrize(
    ("accept", "lang"),
    [
        ("", "ja"),
        ("en", "en"),
        ("en-GB,en;q=0.9,ja;q=0.8", "en"),
        ("de,ja;q=0.5", "ja"),
        ("de", "ja"),
        ("ja;q=0.4, en;q=0.6", "en"),
        ("en;q=0, *", "ja"),
        ("EN-us", "en"),
        ("en;q=nonsense", "ja"),
    ],
)
def test_the_client_chooses_the_language(accept, lang):
    assert choose(accept) == lang


def test_a_client_that_asks_for_neither_gets_the_language_of_the_settings():
    assert choose("fr", "en") == "en"


def test_a_text_is_taken_in_the_language_of_the_page_and_never_as_a_reading():
    texts = [Text("かほくし", "ja-Hira"), Text("Kahoku", "en"), Text("かほく市", "ja")]
    assert pick(texts, "en") == Text("Kahoku", "en")
    assert pick(texts[:1] + texts[2:], "en") == Text("かほく市", "ja")
    assert pick(texts[:1], "ja") is None
    assert pick([Text("172090")], "ja") == Text("172090")


@pytest.mark.parametrize(
    ("day", "precision", "ja", "en"),
    [
        ("2022-02-14", "day", "令和4年(2022年)2月14日", "14 February 2022 (Reiwa 4)"),
        ("2022-02-01", "month", "令和4年(2022年)2月", "February 2022 (Reiwa 4)"),
        ("2019-04-30", "day", "平成31年(2019年)4月30日", "30 April 2019 (Heisei 31)"),
        ("2019-05-01", "day", "令和元年(2019年)5月1日", "1 May 2019 (Reiwa 1)"),
        ("1989-01-07", "day", "昭和64年(1989年)1月7日", "7 January 1989 (Showa 64)"),
        ("2023-03-31", "fiscal-year", "令和4年度(FY2022)末", "end of FY2022 (Reiwa 4)"),
        ("2022-04-01", "fiscal-year", "令和4年度(FY2022)", "FY2022 (Reiwa 4)"),
        ("2021-01-01", "year", "令和3年(2021年)", "2021 (Reiwa 3)"),
        ("2021-06-01", "approximate", "令和3年(2021年)6月頃", "about June 2021 (Reiwa 3)"),
        ("2021-06-01", "", "令和3年(2021年)6月1日", "1 June 2021 (Reiwa 3)"),
    ],
)
def test_a_date_is_written_in_both_calendars_as_exactly_as_it_is_known(day, precision, ja, en):
    assert date_text(date.fromisoformat(day), precision, "ja") == ja
    assert date_text(date.fromisoformat(day), precision, "en") == en


def test_the_year_of_two_eras_names_both():
    assert date_text(date(2019, 1, 1), "year", "ja") == "平成31年・令和元年(2019年)"
    assert date_text(date(2019, 1, 1), "year", "en") == "2019 (Heisei 31, Reiwa 1)"


def test_the_first_fiscal_year_of_an_era_belongs_to_it_as_a_whole():
    assert fiscal_year_text(2019, "ja") == "令和元年度(FY2019)"
    assert fiscal_year_text(2018, "en") == "FY2018 (Heisei 30)"


def test_a_fiscal_year_begins_in_april():
    assert fiscal_year(date(2023, 3, 31)) == 2022
    assert fiscal_year(date(2023, 4, 1)) == 2023


@pytest.mark.parametrize(
    ("start", "end", "precision", "ja", "en"),
    [
        (
            "2021-04-01",
            "2027-03-31",
            "month",
            "令和3年(2021年)4月～令和9年(2027年)3月",
            "April 2021 (Reiwa 3) – March 2027 (Reiwa 9)",
        ),
        (
            "2022-04-01",
            "2026-03-31",
            "fiscal-year",
            "令和4年度(FY2022)～令和7年度(FY2025)",
            "FY2022 (Reiwa 4) – FY2025 (Reiwa 7)",
        ),
        ("2022-04-01", "2023-03-31", "fiscal-year", "令和4年度(FY2022)", "FY2022 (Reiwa 4)"),
        (None, "2026-03-31", "month", "令和8年(2026年)3月まで", "until March 2026 (Reiwa 8)"),
        ("2021-09-01", None, "day", "令和3年(2021年)9月1日から", "from 1 September 2021 (Reiwa 3)"),
    ],
)
def test_a_period_may_be_open_at_either_end(start, end, precision, ja, en):
    days = [date.fromisoformat(day) if day else None for day in (start, end)]
    assert period_text(*days, precision, "ja") == ja
    assert period_text(*days, precision, "en") == en


def test_fiscal_years_are_written_in_runs():
    assert years_text([2024, 2022, 2023, 2026], "ja") == "令和4年度(FY2022)～令和6年度(FY2024)、令和8年度(FY2026)"
    assert years_text([2022], "en") == "FY2022 (Reiwa 4)"


def test_numbers_have_separators():
    assert number_text(1234567) == "1,234,567"
    assert number_text(Decimal("1234.50")) == "1,234.50"


def test_a_day_has_no_leading_zeros():
    assert day_text(date(2022, 1, 2), "ja") == "令和4年(2022年)1月2日"


def extracted():
    """Every message in the code, with its plural."""
    methods = [
        ("**.py", "python"),
        ("templates/**.html", "jinja2.ext:babel_extract"),
        ("templates/**.svg", "jinja2.ext:babel_extract"),
    ]
    return {message for _, _, message, _, _ in extract_from_dir(str(PACKAGE), method_map=methods)}


def test_every_message_has_its_english_and_no_english_is_left_over():
    with (CATALOGUES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    known = {message.id: message for message in catalogue if message.id}
    wanted = {tuple(message) if isinstance(message, tuple) else message for message in extracted()}
    assert wanted - set(known) == set()
    assert set(known) - wanted == set()
    for message in known.values():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy
        assert all(not list(checked) for checked in [message.check(catalogue)])


def test_messages_are_japanese_in_the_code_and_english_from_the_catalogue():
    assert messages("ja").gettext("ホーム") == "ホーム"
    assert messages("en").gettext("ホーム") == "Home"
    assert messages("en").ngettext("%(num)d件", "%(num)d件", 1) == "%(num)d item"

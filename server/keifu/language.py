"""The two languages of the pages: which one is wanted, its messages, how it writes dates and numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("ja", "en")
"""Japanese, the language of the sources and of the messages in the code, comes first."""

CATALOGUES = Path(__file__).parent / "translations"

ERAS = (
    ("令和", "Reiwa", date(2019, 5, 1)),
    ("平成", "Heisei", date(1989, 1, 8)),
    ("昭和", "Showa", date(1926, 12, 25)),
    ("大正", "Taisho", date(1912, 7, 30)),
    ("明治", "Meiji", date(1868, 10, 23)),
)
"""Each era with its first day, latest first."""


@dataclass(frozen=True)
class Text:
    """A piece of text and its language tag, `""` where it has none."""

    value: str
    lang: str = ""

    def __str__(self) -> str:
        return self.value


JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
"""Kana and kanji."""


def untagged(text: str) -> Text:
    """A text that comes without a language: one with kana or kanji is Japanese, of others nothing is known."""
    return Text(text, "ja" if JAPANESE.search(text) else "")


def choose(accept: str, default: str = "ja") -> str:
    """The language that an Accept-Language header asks for (RFC 9110 §12.5.4), `default` where it asks for neither."""
    best, weight = default, 0.0
    for part in accept.lower().split(","):
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        lang = default if tag == "*" else tag.partition("-")[0]
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        wanted = float(quality) if re.fullmatch(r"[01](\.\d{0,3})?", quality) else 0.0
        if lang in LANGUAGES and wanted > weight:
            best, weight = lang, wanted
    return best


@cache
def messages(lang: str) -> NullTranslations:
    """The messages of a language, read from its .po file; Japanese needs none, as those in the code are Japanese."""
    path = CATALOGUES / lang / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return Translations(compiled)


def pick(texts: Iterable[Text], lang: str) -> Text | None:
    """The text in the wanted language, else the one that comes first in ja, en, none, any other; never a reading."""
    order = [lang, *LANGUAGES, ""]
    found = [text for text in texts if text.lang != "ja-Hira"]
    return min(found, key=lambda t: (order.index(t.lang) if t.lang in order else len(order), t.value), default=None)


def era(day: date) -> tuple[str, str, int]:
    """Japanese name, English name and year of the era that a day lies in; a day before 明治 counts in 明治."""
    name, english, first = next((e for e in ERAS if day >= e[2]), ERAS[-1])
    return name, english, day.year - first.year + 1


def _numbered(year: int) -> str:
    return "元" if year == 1 else str(year)


def year_text(day: date, lang: str) -> str:
    """`令和4年(2022年)`, `2022 (Reiwa 4)`."""
    name, english, number = era(day)
    return f"{name}{_numbered(number)}年({day.year}年)" if lang == "ja" else f"{day.year} ({english} {number})"


def whole_year_text(year: int, lang: str) -> str:
    """A calendar year by all of its eras: `平成31年・令和元年(2019年)`, `2019 (Heisei 31, Reiwa 1)`."""
    eras = dict.fromkeys(map(era, (date(year, 1, 1), date(year, 12, 31))))
    if lang == "ja":
        return f"{'・'.join(f'{name}{_numbered(number)}年' for name, _, number in eras)}({year}年)"
    return f"{year} ({', '.join(f'{name} {number}' for _, name, number in eras)})"


def month_text(day: date, lang: str) -> str:
    """`令和4年(2022年)2月`, `February 2022 (Reiwa 4)`."""
    if lang == "ja":
        return f"{year_text(day, lang)}{day.month}月"
    return f"{format_date(day, 'MMMM', locale='en')} {year_text(day, lang)}"


def day_text(day: date, lang: str) -> str:
    """`令和4年(2022年)2月14日`, `14 February 2022 (Reiwa 4)`."""
    return f"{month_text(day, lang)}{day.day}日" if lang == "ja" else f"{day.day} {month_text(day, lang)}"


def fiscal_year_text(year: int, lang: str) -> str:
    """`令和4年度(FY2022)`, `FY2022 (Reiwa 4)`; FY2019 is 令和元年度 as a whole."""
    name, english, number = era(date(year, 5, 1))
    return f"{name}{_numbered(number)}年度(FY{year})" if lang == "ja" else f"FY{year} ({english} {number})"


def fiscal_year(day: date) -> int:
    """The fiscal year, 1 April to 31 March, that a day lies in."""
    return day.year if day.month >= 4 else day.year - 1


def date_text(day: date, precision: str, lang: str) -> str:
    """A day as exactly as it is known; `precision` is the last part of a `precision/…` IRI, empty for a day."""
    if precision == "fiscal-year":
        text = fiscal_year_text(fiscal_year(day), lang)
        # The last day of March stands for "by the end of the fiscal year" (data/README.md, rule 4).
        if (day + timedelta(days=1)).strftime("%m%d") != "0401":
            return text
        return f"{text}末" if lang == "ja" else f"end of {text}"
    if precision == "year":
        return whole_year_text(day.year, lang)
    if precision in ("month", "quarter", "season", "half-year"):
        return month_text(day, lang)
    if precision == "approximate":
        return f"{month_text(day, lang)}頃" if lang == "ja" else f"about {month_text(day, lang)}"
    return day_text(day, lang)


def period_text(start: date | None, end: date | None, precision: str, lang: str) -> str:
    """From `start` to `end`, either of which may be open; one text where both fall into the same stretch."""
    if precision == "fiscal-year":
        names = [fiscal_year_text(fiscal_year(day), lang) if day else "" for day in (start, end)]
    else:
        names = [date_text(day, precision, lang) if day else "" for day in (start, end)]
    first, last = names
    if first == last or not last:
        return first if first == last else f"{first}から" if lang == "ja" else f"from {first}"
    if not first:
        return f"{last}まで" if lang == "ja" else f"until {last}"
    return f"{first}～{last}" if lang == "ja" else f"{first} – {last}"


def years_text(years: Iterable[int], lang: str) -> str:
    """Fiscal years in runs: `令和4年度(FY2022)～令和6年度(FY2024)、令和8年度(FY2026)`."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    dash, comma = ("～", "、") if lang == "ja" else (" – ", ", ")
    named = [[fiscal_year_text(year, lang) for year in dict.fromkeys((run[0], run[-1]))] for run in runs]
    return comma.join(dash.join(ends) for ends in named)


def number_text(number: Decimal | int) -> str:
    """`1,234.5`, the same in both languages."""
    return f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"

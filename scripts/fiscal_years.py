"""Writes the fiscal years 1990 to 2060 into `ontology/schemes/fiscal-year.ttl`."""

from pathlib import Path

TARGET = Path(__file__).parent.parent / "ontology" / "schemes" / "fiscal-year.ttl"
FIRST, LAST = 1990, 2060
HEISEI, REIWA = 1988, 2018  # the year before the first year of the era

HEADER = """\
# Written by scripts/fiscal_years.py: change that script, not this file.
@prefix fy: <https://w3id.org/keifu/id/fiscal-year/> .
@prefix keifu: <https://w3id.org/keifu/def#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def japanese_name(year: int) -> str:
    """The name by era of the fiscal year that begins in April of `year`, from 1990; 2019 is Reiwa as a whole."""
    era, number = ("令和", year - REIWA) if year > REIWA else ("平成", year - HEISEI)
    return f"{era}{'元' if number == 1 else number}年度"


def fiscal_year(year: int) -> str:
    """The Turtle of one fiscal year."""
    # Texts from before May 2019 name fiscal 2019 by the old era.
    former = '    skos:altLabel "平成31年度"@ja ;\n' if year == REIWA + 1 else ""
    return (
        f"\nfy:{year} a keifu:FiscalYear ;\n"
        f'    skos:notation "{year}" ;\n'
        f'    skos:prefLabel "{japanese_name(year)}"@ja, "FY{year}"@en ;\n'
        f"{former}"
        f'    keifu:startDate "{year}-04-01"^^xsd:date ;\n'
        f'    keifu:endDate "{year + 1}-03-31"^^xsd:date .\n'
    )


if __name__ == "__main__":
    TARGET.write_text(HEADER + "".join(map(fiscal_year, range(FIRST, LAST + 1))), encoding="utf-8", newline="\n")

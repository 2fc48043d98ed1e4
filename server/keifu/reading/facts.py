"""What a page says of things, read from their triples: names, dates, values, places, in the language of the page."""

import re
from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph as ox

from keifu.language import (
    Text,
    date_text,
    day_text,
    fiscal_year_text,
    number_text,
    period_text,
    untagged,
    years_text,
)
from keifu.namespaces import DEF, ID
from keifu.reading.terms import DCTERMS, NAMED_BY, RDF_TYPE, SKOS, key, natural, order_of
from keifu.reading.triples import XSD, Triples, body_of, day_of
from keifu.reading.views import Item, Link, Place, Row, Value

YEARS = ID + "fiscal-year/"

MYRIAD = 10_000
"""What large Japanese numbers are counted by (万); English has no word for it."""

ACTS = tuple(DEF + name for name in ("adoptedOn", "promulgatedOn", "enforcedOn"))
"""Properties that date an act, not a period."""


def precision_of(term: object, precision: str) -> str:
    """How exactly the date of an act is known: one that is not the first of a month, to the day."""
    day = day_of(term) if isinstance(term, ox.Literal) else None
    return precision if day and day.day == 1 else ""


class Facts(Triples):
    """The triples that the queries of one page brought, as the page says them."""

    def label(self, iri: str) -> Text:
        """The name of a thing, at worst its shortened IRI."""
        year = iri.removeprefix(YEARS)
        if year.isdecimal():
            return Text(fiscal_year_text(int(year), self.lang), self.lang)
        return self.terms.label(iri, self.lang) or self.text(iri, *NAMED_BY) or Text(iri.removeprefix(ID))

    def link(self, iri: str) -> Link:
        """The thing with its name."""
        return Link(iri, self.label(iri))

    def links(self, iri: str, *properties: str) -> tuple[Link, ...]:
        """The things that any of `properties` lead to, with their names."""
        return tuple(self.link(one) for one in self.iris(iri, *properties))

    def reading(self, iri: str) -> str:
        """What a thing is sorted by where names are: on a Japanese page its reading, else its name."""
        readings = [t.value for t in self.literals(iri, SKOS + "prefLabel") if (t.language or "").lower() == "ja-hira"]
        return readings[0] if readings and self.lang == "ja" else self.label(iri).value.lower()

    def numbered(self, iri: str) -> tuple[tuple[int, str], ...]:
        """What a thing is sorted by where numbers are: its IRI, at whose end its number stands for a name."""
        folder, _, name = iri.rpartition("/")
        number = "" if re.search(r"\d", name) else self.plain(iri, SKOS + "notation")
        return natural(f"{folder}/{number or name}")

    def kinds(self, iri: str) -> list[str]:
        """The narrowest classes of a thing."""
        return self.terms.narrowest(self.iris(iri, RDF_TYPE))

    def is_a(self, iri: str, name: str) -> bool:
        """Whether a thing is in a class of ours or in one below it."""
        return any(DEF + name in {kind, *self.terms.above(kind)} for kind in self.iris(iri, RDF_TYPE))

    def precision(self, iri: str) -> str:
        """How exactly the dates of a thing are known: the last part of its `precision/…` concept."""
        return (self.one(iri, DEF + "datePrecision") or "").rpartition("/")[2]

    def when(self, iri: str) -> str:
        """When a thing is, was or is to be: its day, its period or its fiscal years."""
        precision = self.precision(iri)
        if day := self.day(iri, "asOf"):
            return date_text(day, precision, self.lang)
        start, end = self.day(iri, "startDate"), self.day(iri, "endDate")
        if start and end:
            return period_text(start, end, precision, self.lang)
        years = [int(y) for one in self.iris(iri, DEF + "inFiscalYear") if (y := one.rpartition("/")[2]).isdecimal()]
        if len(years) > 1 or (years and not (precision and (start or end))):
            return years_text(years, self.lang)
        if start or end:
            return period_text(start, end, precision, self.lang)
        acts = self.literals(iri, *ACTS)
        return self.value(acts[0], precision_of(acts[0], precision)).text.value if acts else ""

    def amount(self, iri: str) -> Text | None:
        """The value of a measurement with unit and comparator, or the words that stand for it; the sum of a budget."""
        number = next(iter(self.literals(iri, DEF + "numericValue", DEF + "amount")), None)
        if number is None:
            return self.text(iri, DEF + "valueText")
        plain = re.fullmatch(r"[+-]?\d+(\.\d+)?", number.value)
        unit = self.one(iri, DEF + "unit")
        base = self.one(unit, DEF + "baseUnit") if unit else None
        if plain and base and self.lang != "ja" and self.times(unit or "") == MYRIAD:
            figure, unit = number_text(Decimal(number.value) * MYRIAD), base
        else:
            figure = number_text(Decimal(number.value)) if plain else number.value
        if DEF + "amount" in self.about(iri):
            return Text(f"{figure}円" if self.lang == "ja" else f"{figure} yen", self.lang)
        name = self.label(unit).value if unit else ""
        # What a unit counts stands in brackets in its name; beside a figure the unit alone is said.
        figure += name.partition("（")[0] if self.lang == "ja" else f" {name.lower()}" if name else ""
        comparator = self.one(iri, DEF + "comparator")
        if comparator is None or comparator.endswith("/equal"):
            return Text(figure, self.lang)
        bound = self.label(comparator).value
        if not comparator.endswith(("/at-least", "/at-most")):
            return Text(f"{figure}（{bound}）" if self.lang == "ja" else f"{figure} ({bound.lower()})", self.lang)
        return Text(f"{figure}{bound}" if self.lang == "ja" else f"{bound.lower()} {figure}", self.lang)

    def times(self, unit: str) -> Decimal | None:
        """How many of its base unit a unit is; None where no query has asked."""
        factor = next(iter(self.literals(unit, DEF + "multiplier")), None)
        return Decimal(factor.value) if factor else None

    def item(self, iri: str) -> Item:
        """A thing as lists show it; `detail` has to have fetched it."""
        kinds = self.kinds(iri)

        def concept(name: str) -> Link | None:
            found = self.one(iri, DEF + name)
            return self.link(found) if found else None

        return Item(
            link=self.link(iri),
            kind=self.link(kinds[0]) if kinds else None,
            notation=self.text(iri, SKOS + "notation"),
            description=self.text(iri, DCTERMS + "description", SKOS + "definition"),
            when=self.when(iri),
            status=concept("status"),
            phase=concept("phase"),
            role=concept("valueRole"),
            marks=self.links(iri, DEF + "markedAs"),
            units=self.links(iri, DEF + "responsibleUnit"),
            amount=self.amount(iri),
            bodies=self.links(iri, DEF + "caseOf"),
            body=self.link(owner) if (owner := body_of(iri)) else None,
        )

    def place(self, iri: str) -> Place:
        """A SourceLocator."""
        document = self.one(iri, DEF + "inDocument")
        return Place(
            link=self.link(iri),
            document=self.link(document) if document else None,
            section=self.plain(iri, DEF + "section"),
            page=self.plain(iri, DEF + "page"),
            pdf_page=self.plain(iri, DEF + "pdfPage"),
        )

    def value(self, term: ox.NamedNode | ox.Literal | ox.BlankNode, precision: str = "") -> Value:
        """An object as a page shows it: a thing by its name, a date in both calendars, a number with separators."""
        if not isinstance(term, ox.Literal):
            iri = key(term)
            return Value(self.label(iri), "" if iri.startswith("_:") else iri)
        day = day_of(term)
        if day:
            return Value(
                Text(date_text(day, precision, self.lang) if precision else day_text(day, self.lang), self.lang)
            )
        if term.datatype.value in (XSD + "decimal", XSD + "integer") and re.fullmatch(r"-?\d+(\.\d+)?", term.value):
            return Value(Text(number_text(Decimal(term.value))))
        if term.datatype.value == XSD + "boolean":
            words = ("はい", "いいえ") if self.lang == "ja" else ("yes", "no")
            return Value(Text(words[term.value != "true"], self.lang))
        return Value(Text(term.value, term.language) if term.language else untagged(term.value))

    def rows(self, iri: str, without: Iterable[str] = ()) -> tuple[Row, ...]:
        """The statements about a thing, a property a row, without those shown elsewhere on its page.

        Of texts in several languages the one of the page is shown, of texts without its language all.
        """
        hidden = set(without)
        precision = self.precision(iri)
        rows = []
        for name, terms in self.about(iri).items():
            if name in hidden:
                continue
            if name == DEF + "inFiscalYear" and len(terms) > 1:
                years = [int(key(term).removeprefix(YEARS)) for term in terms]
                rows.append(Row(self.link(name), (Value(Text(years_text(years, self.lang), self.lang)),)))
                continue
            own = [term for term in terms if getattr(term, "language", None) in (self.lang, None)]
            values = {
                self.value(term, precision_of(term, precision) if name in ACTS else precision) for term in own or terms
            }
            shown = sorted(values, key=lambda v: (v.iri == "", natural(v.iri or v.text.value)))
            rows.append(Row(self.link(name), tuple(shown)))
        return tuple(sorted(rows, key=lambda r: order_of(r.property.iri)))

"""The small graph that answers a page: asked of the store, query by query, and read by subject, property and object."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pyoxigraph as ox

from keifu.language import Text, pick, untagged
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.reading.terms import SKOS, Answers, Terms, key, natural, page_query, with_values
from keifu.reading.views import Asked

XSD = PREFIXES["xsd"]


def body_of(iri: str) -> str | None:
    """The municipality or prefecture that a thing belongs to by its IRI, None for one that stands by itself."""
    found = re.match(r"(?:plan|body)/(\d{6})/", iri.removeprefix(ID))
    return f"{ID}body/{found[1]}" if found else None


def day_of(term: ox.Literal) -> date | None:
    """The day of an xsd:date, None for anything else."""
    try:
        return date.fromisoformat(term.value) if term.datatype.value == XSD + "date" else None
    except ValueError:
        return None


class Triples:
    """The triples that the queries of one page brought, read in one language."""

    def __init__(self, store: Answers, lang: str) -> None:
        self.store = store
        self.lang = lang
        self.terms = Terms.of(store)
        self.asked: list[Asked] = []
        self._objects: dict[str, dict[str, list[ox.NamedNode | ox.Literal | ox.BlankNode]]] = {}
        self._subjects: dict[str, dict[str, list[str]]] = {}
        self._seen: set[tuple[str, str, object]] = set()
        self._named: set[str] = set()
        self._mentioned: set[str] = set()

    # asking

    def ask(self, name: str, *, shown: bool = True, **given: Iterable[str]) -> None:
        """Add the answer of pages/NAME.rq about the given IRIs; a `shown` query is offered on the page."""
        if shown:
            self.offer(name, *given.get("x", ()))
        for triple in self.store.construct(with_values(page_query(name), **given)):
            self._add(triple)

    def offer(self, name: str, about: str = "") -> None:
        """Let the page offer pages/NAME.rq, which it was made from."""
        self.asked.append(Asked(name, about))

    def _add(self, triple: ox.Triple) -> None:
        subject, predicate = key(triple.subject), triple.predicate.value
        mark = subject, predicate, triple.object
        if mark in self._seen:
            return
        self._seen.add(mark)
        self._objects.setdefault(subject, {}).setdefault(predicate, []).append(triple.object)  # type: ignore[arg-type]
        if not isinstance(triple.object, ox.Literal):
            self._subjects.setdefault(key(triple.object), {}).setdefault(predicate, []).append(subject)

    def detail(self, iris: Iterable[str]) -> None:
        """Fetch what lists show of each of `iris`, and the names of all that has been mentioned."""
        wanted = sorted(set(iris))
        self.mention(*wanted, *filter(None, map(body_of, wanted)))
        if wanted:
            self.ask("details", shown=False, x=wanted)
        self.name()

    def mention(self, *iris: str) -> None:
        """Things that the page names although no answer mentions them."""
        self._mentioned.update(iris)

    def name(self) -> None:
        """Fetch the names and classes of everything that has been mentioned."""
        mentioned = (set(self._objects) | set(self._subjects) | self._mentioned) - self._named
        wanted = sorted(
            iri
            for iri in mentioned
            if not iri.startswith("_:")
            and not self.terms.label(iri, self.lang)
            and SKOS + "prefLabel" not in self.about(iri)
        )
        self._named.update(wanted)
        if wanted:
            self.ask("names", shown=False, x=wanted)

    # reading

    def about(self, iri: str) -> Mapping[str, Sequence[ox.NamedNode | ox.Literal | ox.BlankNode]]:
        """The statements about a thing, by property."""
        return self._objects.get(iri, {})

    def statements(self, iri: str) -> list[ox.Triple]:
        """The statements about a thing, without those that lead to a node without a name."""
        return [
            ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), term)
            for name, terms in self.about(iri).items()
            for term in terms
            if not isinstance(term, ox.BlankNode)
        ]

    def literals(self, iri: str, *properties: str) -> list[ox.Literal]:
        """The literals of the first of `properties` that has any."""
        for name in properties:
            found = [term for term in self.about(iri).get(name, ()) if isinstance(term, ox.Literal)]
            if found:
                return sorted(found, key=lambda t: (t.language or "", natural(t.value)))
        return []

    def iris(self, iri: str, *properties: str) -> list[str]:
        """The things that any of `properties` lead to, in natural order."""
        found = {
            key(term)
            for name in properties
            for term in self.about(iri).get(name, ())
            if not isinstance(term, ox.Literal)
        }
        return sorted(found, key=natural)

    def one(self, iri: str, *properties: str) -> str | None:
        """The first of `iris`."""
        return next(iter(self.iris(iri, *properties)), None)

    def into(self, iri: str, *properties: str) -> list[str]:
        """The things that lead to this one by any of `properties`, in natural order."""
        found = self._subjects.get(iri, {})
        return sorted({subject for name in properties for subject in found.get(name, ())}, key=natural)

    def relations_into(self, iri: str) -> list[str]:
        """The properties that lead to a thing."""
        return sorted(self._subjects.get(iri, {}))

    def subjects_of(self, *properties: str) -> list[str]:
        """The things that have any of `properties`, in natural order."""
        wanted = set(properties)
        return sorted((iri for iri, found in self._objects.items() if wanted & found.keys()), key=natural)

    def text(self, iri: str, *properties: str) -> Text | None:
        """The text of the first of `properties` that has one, in the language of the page if there is one in it."""
        found = self.literals(iri, *properties)
        return pick((Text(t.value, t.language) if t.language else untagged(t.value) for t in found), self.lang)

    def plain(self, iri: str, *properties: str) -> str:
        """The text, or nothing."""
        text = self.text(iri, *properties)
        return text.value if text else ""

    def day(self, iri: str, name: str) -> date | None:
        """The first date of a property."""
        return next((day for term in self.literals(iri, DEF + name) if (day := day_of(term))), None)

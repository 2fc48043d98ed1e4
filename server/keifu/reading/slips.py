"""Slips of the sources: what is printed, and what the graph states instead."""

from dataclasses import dataclass

from keifu.language import Text
from keifu.namespaces import DEF
from keifu.reading.facts import Facts
from keifu.reading.terms import DCTERMS
from keifu.reading.views import Link, Place


@dataclass(frozen=True)
class Slip:
    """A slip of the source with both readings."""

    thing: Link
    description: Text | None
    printed: tuple[str, ...]
    adopted: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def readings(self) -> str:
        """Both readings in one line."""
        return f"{' / '.join(self.printed)} → {' / '.join(self.adopted)}"


def slip(facts: Facts, iri: str) -> Slip:
    """A slip of the source."""

    def readings(name: str) -> tuple[str, ...]:
        found = [term.value for term in facts.literals(iri, DEF + name) if term.language in ("ja", None)]
        return tuple(dict.fromkeys(found))

    return Slip(
        facts.link(iri),
        facts.text(iri, DCTERMS + "description"),
        readings("readingInSource"),
        readings("adoptedReading"),
        tuple(map(facts.place, facts.iris(iri, DEF + "evidencedBy"))),
    )

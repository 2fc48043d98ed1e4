"""What the pages of the vocabulary receive."""

from dataclasses import dataclass

from keifu.language import Text
from keifu.reading.views import Link, Row, Value


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What the shapes ask of a term."""

    subjects: tuple[Link, ...]
    """The classes that it is asked of; empty for whatever has the property."""
    sentence: str
    """What is asked, empty where only a query says it."""
    message: Text
    """What is told where it does not hold."""
    severity: str
    """Violation, Warning or Info."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """The page of a class or property of the vocabulary."""

    iri: str
    title: Text
    also: tuple[Text, ...]
    definition: Text | None
    examples: tuple[Text, ...]
    """What the vocabulary says of right and wrong use."""
    wider: tuple[Link, ...]
    narrower: tuple[Link, ...]
    is_class: bool
    rows: tuple[Row, ...]
    count: int
    """Instances of a class, statements of a property."""
    uses: tuple[tuple[Link, Value | None], ...]
    """A few of them: an instance, or a subject with the value it has."""
    rules: tuple[Rule, ...]
    queries: tuple[tuple[str, str], ...]
    """Names and titles of the queries of the library that touch the term."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All terms, by the part of the vocabulary they belong to, and all concept schemes."""

    parts: tuple[tuple[str, tuple[tuple[Link, Text | None], ...]], ...]
    """The name of the part with its terms, classes first, and their definitions."""
    schemes: tuple[tuple[Link, Text | None], ...]

"""What search finds, and how good it is to have found a term somewhere."""

import re
from dataclasses import dataclass

from keifu.language import Text
from keifu.namespaces import DEF, ID, PREFIXES
from keifu.reading.terms import NAMED_BY
from keifu.search.index import FIELDS, LINKS, NAMES, OTHER_NAMES

LATIN = "0123456789abcdefghijklmnopqrstuvwxyz"
"""With what a word begins that has others around it."""

BODY = PREFIXES["org"] + "unitOf"
"""Stands for what a thing has of a body by its identifier."""

FOUND_IN = (*FIELDS, *LINKS, BODY)
ORDER = {name: number for number, name in enumerate(FOUND_IN)}
"""Which of two places of the same rank is named: properties in the order of the table."""

CALLED = (*NAMES, *OTHER_NAMES[:2])
"""The properties by whose texts a thing is found through its links."""

INSIDE, FIELD = 32, 2
"""What the rank of a text is made of: being inside a longer word counts most, then the field, then the language."""

BELONGING, LINKED, MISSED = 64, 128, 255
"""Ranks of what has the term in no text: it belongs to a city of that name, is linked to a thing of it, or neither."""


def slug(iri: str) -> str:
    """How a thing is named in the address of a search."""
    return iri.removeprefix(DEF).removeprefix(ID)


@dataclass(frozen=True)
class Thing:
    """What search knows of a thing."""

    iri: str
    kind: str
    city: str
    """The municipality or prefecture it is or belongs to, empty for what is shared."""


@dataclass(frozen=True)
class Match:
    """Where a term was found: in a text of the thing, or in a name of what the thing is linked to."""

    property: str
    text: Text
    linked: str = ""


@dataclass(frozen=True)
class Hit:
    """A thing that was found, and where: the best place first."""

    thing: Thing
    matches: tuple[Match, ...]


class Term:
    """A folded term, and how good it is to find it somewhere."""

    def __init__(self, text: str, lang: str) -> None:
        self.text = text
        self._lang = lang
        # Inside a longer Latin word a term is seldom what was meant (AI in "maintain"): there it counts in names only.
        end = "(?![a-z0-9])" if len(text) < 3 else ""
        self._word = re.compile(f"(?<![a-z0-9]){re.escape(text)}{end}") if text[0] in LATIN else None

    def rank(self, folded: str, lang: str, name: str) -> int | None:
        """How good a text that has the term is: the less, the better; None where it does not count."""
        inside = self._word is not None and not self._word.search(folded)
        if inside and name not in (*NAMED_BY, *OTHER_NAMES):
            return None
        place = FIELDS[name]
        if place == FIELDS[NAMES[0]]:
            place = 0 if folded == self.text else 1 if folded.startswith(self.text) else place
        return INSIDE * inside + FIELD * place + self.foreign(lang)

    def foreign(self, lang: str) -> bool:
        """Whether a text is in another language than is read."""
        return lang not in (self._lang, "")

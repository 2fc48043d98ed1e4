"""An order of values of every kind: the engine's own, of numbers beside strings, is none.

SPARQL leaves open how values stand that `<` cannot compare (SPARQL 1.1 Query §15.1). The engine compares those by their
text and all others by their value, so that 2 < 10 < "15" < 2: it sorts wrongly, and can die of it.
"""

from collections.abc import Iterator, Mapping

from keifu.dataset.terminals import Token, tokens
from keifu.namespaces import PREFIXES

KIND = (
    'IF(isNumeric({0}), {0} = {0}, IF(LANG({0}) = "",'
    ' COALESCE(IF(TZ({0}) = "", <{xsd}>, <{xsd}Z>), DATATYPE({0})), <{xsd}string>))'
)
"""What stands together: blank nodes and IRIs; strings with a language and without; each other datatype, times with a
zone apart from those without; numbers, and before them NaN, which equals nothing."""


def by_kind(text: str) -> str:
    """A query that orders by kind what it orders by value; the text as it is where it orders nothing."""
    if "order" not in text.lower():
        return text
    parts, done = [], 0
    for direction, start, first, last in conditions(tuple(tokens(text))):
        expression = text[first.start : last.start + len(last.text)]
        parts += [text[done : start.start], direction, "(", KIND.format(expression, xsd=PREFIXES["xsd"]), ") "]
        done = start.start
    return "".join([*parts, text[done:]])


def conditions(found: tuple[Token, ...]) -> Iterator[tuple[str, Token, Token, Token]]:
    """The conditions of every ORDER BY: ASC, DESC or nothing, where it begins, and both ends of its expression."""
    closing = brackets(found)
    place = 1
    while place < len(found):
        if (found[place - 1].word, found[place].word) != ("ORDER", "BY"):
            place += 1
            continue
        place += 1
        while (last := end(found, closing, place)) is not None:
            direction = found[place].word if found[place].word in ("ASC", "DESC") else ""
            yield direction, found[place], found[place + bool(direction)], found[last]
            place = last + 1


def brackets(found: tuple[Token, ...]) -> dict[int, int]:
    """The place of the bracket that closes, by that of the one that opens."""
    closing, open_ = {}, []
    for place, token in enumerate(found):
        if token.kind == "open":
            open_.append(place)
        elif token.kind == "close" and open_:
            closing[open_.pop()] = place
    return closing


def end(found: tuple[Token, ...], closing: Mapping[int, int], place: int) -> int | None:
    """The place of the last terminal of a condition, a variable or the end of a bracket; None where none begins."""
    if place < len(found) and found[place].kind == "var":
        return place
    while place < len(found) and found[place].kind in ("word", "iri", "name"):
        if found[place].word in ("LIMIT", "OFFSET", "VALUES"):
            return None
        place += 1
    return closing.get(place)

"""An order of values of every kind: the engine's own, of numbers beside strings, is none, and its sort can die of it.

SPARQL leaves open how values stand that `<` cannot compare (SPARQL 1.1 Query §15.1). The engine compares those by their
text and all others by their value, so that 2 < 10 < "15" < 2.
"""

from collections.abc import Iterator

from keifu.namespaces import PREFIXES
from keifu.sparql.scanner import Scan, Token

KIND = (
    'IF(!isLiteral({0}) || LANG({0}) != "" || DATATYPE({0}) = <{xsd}string>, "",'
    ' IF(isNumeric({0}), IF({0} = {0}, "0", "00"),'
    " IF(DATATYPE({0}) = <{xsd}duration>, STR({0}),"
    ' CONCAT(STR(DATATYPE({0})), COALESCE(IF(TZ({0}) = "", "", " Z"), "")))))'
)
"""What stands together: IRIs, blank nodes and texts; numbers; NaN, which equals nothing; times with a zone, without."""


def by_kind(text: str) -> str:
    """A query that orders by kind what it orders by value; the text as it is where it orders nothing."""
    parts, done = [], 0
    for direction, start, first, last in conditions(Scan(text).tokens):
        expression = text[first.start : last.start + len(last.text)]
        parts += [text[done : start.start], direction, "(", KIND.format(expression, xsd=PREFIXES["xsd"]), ") "]
        done = start.start
    return "".join([*parts, text[done:]])


def conditions(tokens: tuple[Token, ...]) -> Iterator[tuple[str, Token, Token, Token]]:
    """The conditions of every ORDER BY: ASC, DESC or nothing, where it begins, and both ends of its expression."""
    place = 1
    while place < len(tokens):
        if (tokens[place - 1].word, tokens[place].word) != ("ORDER", "BY"):
            place += 1
            continue
        place += 1
        while (last := end(tokens, place)) is not None:
            direction = tokens[place].word if tokens[place].word in ("ASC", "DESC") else ""
            yield direction, tokens[place], tokens[place + bool(direction)], tokens[last]
            place = last + 1


def end(tokens: tuple[Token, ...], place: int) -> int | None:
    """The place of the last terminal of a condition, a variable or the end of a bracket; None where none begins."""
    if place < len(tokens) and tokens[place].kind == "var":
        return place
    while place < len(tokens) and tokens[place].kind in ("word", "iri", "name"):
        if tokens[place].word in ("LIMIT", "OFFSET", "VALUES"):
            return None
        place += 1
    depth = 0
    for number in range(place, len(tokens)):
        depth += (tokens[number].kind == "open") - (tokens[number].kind == "close")
        if depth <= 0:
            return number if tokens[number].kind == "close" and number > place else None
    return None

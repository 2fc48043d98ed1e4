"""What is wrong with a query that the engine does not read: at which terminal, and how to mend it."""

import re
from bisect import bisect_right
from itertools import accumulate

import pyoxigraph as ox

from keifu.dataset.hints import hint, wide
from keifu.dataset.objections import OBJECTIONS
from keifu.dataset.places import Place, Said
from keifu.dataset.terminals import Token, position, tokens
from keifu.errors import BadQuery
from keifu.namespaces import PREFIXES

ROOM = 20
"""Spaces after each terminal: more than the letters of any keyword that the engine might look for there."""
GLUED = ("<<(", ")>>", "{|", "|}")
"""What is one sign to the engine."""
SHOWN = 60
"""Letters of a terminal that a sentence shows."""


def bad_query(text: str, error: SyntaxError) -> BadQuery:
    """The error for a query that the engine does not read."""
    found = tuple(tokens(text))
    if missing := undeclared(found):
        said = wide(Place(text, found, found.index(missing[0]))) or no_prefix(found, missing)
        return told(text, missing[0].start, said)
    number, reasons = failure(found)
    place = Place(text, found, number)
    for message, (culprit, ja, en) in OBJECTIONS.items():
        if message in error.msg or message in reasons:
            token = culprit(place) or place.token or found[-1]
            return told(text, token.start, (ja.format(token.text), en.format(token.text)))
    ja, en = hint(place)
    if place.token is None:
        return told(text, len(text.rstrip()), (f"クエリが途切れています。{ja}", f"the query breaks off. {en}"))
    shown = place.token.text if len(place.token.text) <= SHOWN else place.token.text[:SHOWN] + "…"
    said = f"「{shown}」はここに置けません。{ja}", f"{shown!r} cannot stand there. {en}"
    return told(text, place.token.start, said)


def told(text: str, start: int, said: Said) -> BadQuery:
    """The error at a place of a query."""
    line, column = position(text, start)
    ja, en = said
    return BadQuery(
        f"クエリの {line} 行 {column} 列: {ja}",
        f"The query is not valid SPARQL at line {line}, column {column}: {en}",
        line,
        column,
    )


def failure(found: tuple[Token, ...]) -> tuple[int, str]:
    """The number of the terminal that the engine cannot read where it stands (that of all: the end), and its reasons.

    What the engine tells of the place is no help: it looks for each keyword in as many letters as that has, and names
    the last letter it has seen. So it gets the terminals once more, each on a line with room behind, and at the end a
    sign that no query has, so that nothing is run.
    """
    lines = [""] * len(found)
    for number, token in enumerate(found):
        after = found[number + 1].text if number + 1 < len(found) else ""
        lines[number] = token.text + ("" if token.text + after in GLUED else " " * ROOM + "\n")
    starts = list(accumulate((line.count("\n") for line in lines), initial=1))
    try:
        ox.Store().query("".join(lines) + "\0" * ROOM)
    except SyntaxError as error:
        place = re.match(r"error at (\d+):", error.msg)
        return bisect_right(starts, int(place[1])) - 1 if place else len(found), error.msg
    raise AssertionError("a query with a zero in it was read")


def undeclared(found: tuple[Token, ...]) -> list[Token]:
    """The first name of each prefix that is not declared."""
    declared: set[str] = set()
    missing: dict[str, Token] = {}
    for number, token in enumerate(found):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if number and found[number - 1].word == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                missing.setdefault(prefix, token)
    return list(missing.values())


def no_prefix(found: tuple[Token, ...], missing: list[Token]) -> Said:
    """What to say of names without a declaration of their prefix."""
    first = missing[0]
    names = [token.text.partition(":")[0] for token in missing]
    if names[0] in ("http", "https"):
        if any(token.text == "<" and token.start + 1 == first.start for token in found):
            return (
                "この IRI に空白など書けない文字があります。取り除くか、%20 のように書いてください。",
                "this IRI has a space or another character that IRIs cannot have. Remove it, or write it like %20.",
            )
        return (
            "IRI が < と > で囲まれていません。<http://…> のように囲んでください。",
            "an IRI stands without brackets. Write it as <http://…>.",
        )
    if names[0].upper() == "PREFIX":
        return "PREFIX 名前: <IRI> と書いてください。", "write PREFIX name: <IRI>."
    if names[0] == "bif":
        return (
            f"{first.text} は Virtuoso だけの関数です。SPARQL の CONTAINS や REGEX を使ってください。",
            f"{first.text} is a function of Virtuoso alone. Use CONTAINS or REGEX of SPARQL.",
        )
    said = ", ".join(f"{name}:" for name in names)
    lines = " ".join(f"PREFIX {name}: <{PREFIXES.get(name, '…')}>" for name in names)
    return (
        f"接頭辞 {said} が宣言されていません。クエリの先頭に書き足してください: {lines}",
        f"no PREFIX declares {said}. Add before the query: {lines}",
    )

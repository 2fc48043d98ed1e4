"""The terminals of SPARQL (SPARQL 1.1 Query §19.8): a query cut into them, or where none fits."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from keifu.errors import BadQuery

START = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
INNER = START + r"0-9_\u00B7\u0300-\u036F\u203F\u2040"
ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"

SPACE = r"[\x20\t\r\n]++ | \#[^\r\n]*+"
IRI = r'<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>'
VAR = rf"[?$][{START}0-9_][{INNER}]*+"
# A prefix is at most 200 characters long, so that a long run of names and dots is read in linear time.
PREFIX = rf"(?:[{START}](?:[{INNER}.-]{{0,200}}[{INNER}-])?)?:"
NAME = rf"{PREFIX}(?:(?:[{START}0-9_:]|{ESCAPE})(?:(?:[{INNER}.:-]|{ESCAPE})*(?:[{INNER}:-]|{ESCAPE}))?)?"
TERMINALS = re.compile(
    rf"""
      (?P<space>  {SPACE} )
    | (?P<iri>    {IRI} )
    | (?P<string> '''(?:'{{0,2}}(?:[^'\\]|\\.))*+''' | \"\"\"(?:"{{0,2}}(?:[^"\\]|\\.))*+\"\"\"
                | '(?:[^'\\\r\n]|\\.)*+' | "(?:[^"\\\r\n]|\\.)*+" )
    | (?P<var>    {VAR} )
    | (?P<blank>  _:[{START}0-9_](?:[{INNER}.-]*[{INNER}-])? )
    | (?P<name>   {NAME} )
    | (?P<lang>   @[A-Za-z]++(?:--?[A-Za-z0-9]+)*+ )
    | (?P<number> [+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++ | [+-]?[0-9]*\.[0-9]++ | [+-]?[0-9]++ )
    | (?P<word>   [A-Za-z_][A-Za-z0-9_]*+ )
    | (?P<open>   << | [(\[{{] )
    | (?P<close>  >> | [)\]}}] )
    | (?P<sign>   \^\^ | && | \|\| | <= | >= | != | [<>=!+*/|^?.,;~-] )
    """,
    re.VERBOSE | re.DOTALL,
)
"""The terminals, the longer first where one begins another; with those of SPARQL 1.2 that the engine reads."""
QUOTES = {"“": '"', "”": '"', "‘": "'", "’": "'"}
NAMES = {" ": ("空白", "an ordinary space")}
"""What cannot be shown in quotes."""


class Token(NamedTuple):
    """A terminal: its kind (a group of TERMINALS), its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in capitals, empty for anything but a bare word."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(text: str) -> Iterator[Token]:
    """The terminals of a query without space and comments; a BadQuery names the place where none fits."""
    place = 0
    while place < len(text):
        found = TERMINALS.match(text, place)
        if found is None or found.lastgroup is None:
            raise misplaced(text, place)
        if found.lastgroup != "space":
            yield Token(found.lastgroup, found.group(), place)
        place = found.end()


def position(text: str, place: int) -> tuple[int, int]:
    """Line and column, from 1, of a place in a text."""
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def misplaced(text: str, place: int) -> BadQuery:
    """The error for a character that begins no terminal."""
    line, column = position(text, place)
    if text[place] in "'\"":
        return BadQuery(
            f"クエリの {line} 行 {column} 列で始まる文字列が閉じていません。引用符で閉じてください。",
            f"The string that begins at line {line}, column {column} of the query is not closed. Close it.",
            line,
            column,
        )
    char = text[place]
    if usual := half_width(char):
        named = NAMES.get(usual, (f"「{usual}」", repr(usual)))
        return BadQuery(
            f"クエリの {line} 行 {column} 列の文字「{char}」は全角です。半角の{named[0]}で書いてください。",
            f"The character {char!r} at line {line}, column {column} of the query is full-width. Write {named[1]}.",
            line,
            column,
        )
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    return BadQuery(
        f"クエリの {line} 行 {column} 列の文字「{shown}」は SPARQL では置けません。消すか直してください。",
        f"The character {char!r} at line {line}, column {column} of the query is not SPARQL. Remove or mend it.",
        line,
        column,
    )


def half_width(char: str) -> str:
    """The sign of SPARQL for which a Japanese keyboard or a word processor wrote another one; else nothing."""
    usual = QUOTES.get(char) or unicodedata.normalize("NFKC", char)
    return usual if usual != char and usual.isascii() and not usual.isalnum() and len(usual) == 1 else ""

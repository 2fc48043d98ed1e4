"""SPARQL cut into the terminals of its grammar (SPARQL 1.1 Query §19.8), and what they tell before a query is run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from keifu.errors import BadQuery, Refused

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

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
PROLOGUE = {"PREFIX": 3, "BASE": 2, "VERSION": 2}
"""The declarations before a query, with their number of terminals."""
OPERATORS = frozenset(("||", "&&", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "|", "^", "!"))
VOLATILE = frozenset(("NOW", "RAND", "UUID", "STRUUID"))
"""Functions that give another value each time."""
GAP = rf"(?:{SPACE})*+"
TERM = rf"(?>{IRI}|{NAME})"
THEN = rf"(?![{INNER}.:-]) {GAP}"
"""What ends a keyword."""
LOOK_UP = re.compile(
    rf"""
    (?: {GAP} (?: (?i:PREFIX) {THEN} (?>{PREFIX}) {GAP} | (?i:BASE) {THEN} ) {IRI} )*+ {GAP}
    (?: (?: (?P<select> (?i:SELECT) {THEN} (?:(?i:DISTINCT|REDUCED) {THEN})? (?:\* {GAP} | (?:{VAR} {GAP}){{1,9}}+) )
          | (?i:ASK) {THEN} )
        (?:(?i:WHERE) {THEN})? \{{ {GAP} {TERM} {GAP} (?:{TERM}|{VAR}|a) {GAP} {VAR} {GAP} (?:\. {GAP})? \}}
      | (?P<describe> (?i:DESCRIBE) {THEN} {TERM} ) )
    {GAP} (?:(?i:LIMIT) {THEN} [0-9]++ {GAP})? (?:(?i:OFFSET) {THEN} [0-9]++ {GAP})?
    """,
    re.VERBOSE,
)
"""What asks for statements about one thing, written out."""
LOOKALIKE = re.compile(r"<(?![^'#()]*//)[^'#()]*['#()]")
"""An IRI that might be `<` and the rest of a comparison: with a quote, bracket or comment, and no `//` before that."""


class Token(NamedTuple):
    """A terminal: its kind (a group of TERMINALS), its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in capitals, empty for anything but a bare word."""
        return self.text.upper() if self.kind == "word" else ""


class Scan:
    """A query as its terminals; BadQuery where the text has none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tuple(tokens(text))

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE; an update is Refused, anything else a BadQuery."""
        place = self.beginning
        if place >= len(self.tokens):
            raise BadQuery(
                "クエリに SELECT, ASK, CONSTRUCT, DESCRIBE のどれもありません。本体を書いてください。",
                "The query has no SELECT, ASK, CONSTRUCT or DESCRIBE. Write its body.",
            )
        token = self.tokens[place]
        if token.word in UPDATES:
            raise Refused(
                f"{token.word} は更新の操作です。ここは読み取り専用です。SELECT などの問い合わせを送ってください。",
                f"{token.word} is an update. This endpoint only reads. Send a query, such as a SELECT.",
            )
        if token.word not in FORMS:
            line, column = position(self.text, token.start)
            raise BadQuery(
                f"クエリの {line} 行 {column} 列に「{token.text}」があります。"
                "ここには SELECT, ASK, CONSTRUCT, DESCRIBE のどれかを書いてください。",
                f"At line {line}, column {column} of the query stands {token.text!r}."
                " Write SELECT, ASK, CONSTRUCT or DESCRIBE there.",
                line,
                column,
            )
        return token.word

    @property
    def beginning(self) -> int:
        """The place of the first terminal after the declarations."""
        place = 0
        while place < len(self.tokens) and self.tokens[place].word in PROLOGUE:
            place += PROLOGUE[self.tokens[place].word]
        return place

    @property
    def names_dataset(self) -> bool:
        """Whether the query names its dataset (FROM, FROM NAMED)."""
        return any(token.word == "FROM" for token in self.tokens)

    @property
    def repeatable(self) -> bool:
        """Whether the same data give the same answer; what the engine might read as one of VOLATILE counts as it."""
        read = (each.text.upper() for each in self.tokens if each.word or LOOKALIKE.match(each.text))
        return not any(name in text for text in read for name in VOLATILE)

    @property
    def service(self) -> Token | None:
        """The first place where the query asks another server (SERVICE), or where the engine might read it so.

        The engine reads without terminals: `SERVICEx:y {` is SERVICE and x:y to it, and in `?a<?b#>` it sees a
        comparison and a comment. So in a query with these letters, all that it could read as SERVICE counts as SERVICE.
        """
        if "service" not in self.text.lower():
            return None
        words = ["", *(token.word for token in self.tokens)]
        texts = [*(token.text for token in self.tokens), ""]
        for place, token in enumerate(self.tokens):
            prefix = token.text.partition(":")[0].lower() if token.kind == "name" else ""
            if (
                "SERVICE" in token.word
                or ("service" in prefix and texts[place + 1] == "{" and words[place] != "GRAPH")
                or (token.kind == "iri" and LOOKALIKE.match(token.text))
            ):
                return token
        return None

    @property
    def height(self) -> int:
        """How much the engine has to stack to read the query: brackets in brackets, and chains of operators in them."""
        stack = [Frame("")]
        for token in self.tokens:
            top = stack[-1]
            if token.kind == "open":
                top.wraps += token.text == "{"
                stack.append(Frame(token.text))
            elif token.kind == "close" and len(stack) > 1:
                close(stack)
            elif token.text in OPERATORS or (token.kind == "number" and token.text[0] in "+-" and top.bracket == "("):
                top.chain += 1
            elif token.text in (".", ",", ";"):
                top.separate()
            elif token.word == "FILTER":
                top.wraps += 1
            elif token.word == "AS" and len(stack) > 1:
                stack[-2].wraps += 1
        while len(stack) > 1:
            close(stack)
        return stack[0].height()


@dataclass(slots=True)
class Frame:
    """What is counted between two brackets."""

    bracket: str
    wraps: int = 0
    """Groups, filters and assignments, each of which wraps what stands before it."""
    chain: int = 0
    """Operators since the last separator."""
    inner: int = 0
    """Height of the highest bracket since the last separator."""
    highest: int = 0
    """Height of the highest part before that separator."""

    def separate(self) -> None:
        self.highest = max(self.highest, self.chain + self.inner)
        self.chain = self.inner = 0

    def height(self) -> int:
        self.separate()
        return self.wraps + self.highest


def close(stack: list[Frame]) -> None:
    """Close the innermost bracket."""
    inner = stack.pop().height() + 1
    stack[-1].inner = max(stack[-1].inner, inner)


def look_up(text: str) -> str:
    """The form of a query that only asks for statements about one thing, work that is over in a moment; else nothing.

    It is read as a whole, without its terminals, because to cut it into them would take longer than to answer it.
    """
    found = LOOK_UP.fullmatch(text)
    if found is None:
        return ""
    return (found.lastgroup or "ask").upper()


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
    return BadQuery(
        f"クエリの {line} 行 {column} 列の文字「{text[place]}」は SPARQL では置けません。消すか直してください。",
        f"The character {text[place]!r} at line {line}, column {column} of the query is not SPARQL. Remove or mend it.",
        line,
        column,
    )

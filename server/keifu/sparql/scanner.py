"""What the terminals of a query tell before it is run."""

import re
from dataclasses import dataclass

from keifu.dataset.terminals import INNER, IRI, NAME, PREFIX, SPACE, VAR, Token, position, tokens
from keifu.errors import BadQuery, Refused

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
PROLOGUE = {"PREFIX": 3, "BASE": 2, "VERSION": 2}
"""The declarations before a query, with their number of terminals."""
OPERATORS = frozenset(("||", "&&", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "|", "^", "!"))
STACKED = re.compile(r"[(\[{<>=!+*/|^&-]")
"""What can make the engine stack."""
VOLATILE = frozenset(("NOW", "RAND", "UUID", "STRUUID"))
"""Functions that give another value each time."""
GAP = rf"(?:{SPACE})*+"
IRIREF = re.compile(IRI)
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
OPERAND = frozenset(("(", ",", "=", "!=", "&&", "||", "!", "^^"))
"""Behind these stands what is compared, and no comparison."""


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
        whole = self.text.upper()
        if not any(name in whole for name in VOLATILE):
            return True
        return not self.disguise and not any(name in token.word for token in self.tokens for name in VOLATILE)

    @property
    def service(self) -> Token | None:
        """The first place where the query asks another server (SERVICE), or where the engine might read it so.

        The engine reads without terminals: `SERVICEx:y {` is SERVICE and x:y to it, and in `?a<?b#>` it sees a
        comparison and a comment. So in a query with these letters, all that it could read as SERVICE counts as SERVICE,
        and what could hide it is Refused.
        """
        if "service" not in self.text.lower():
            return None
        words = ["", *(token.word for token in self.tokens)]
        texts = [*(token.text for token in self.tokens), ""]
        for place, token in enumerate(self.tokens):
            prefix = token.text.partition(":")[0].lower() if token.kind == "name" else ""
            if "SERVICE" in token.word or ("service" in prefix and texts[place + 1] == "{" and words[place] != "GRAPH"):
                return token
        if (hidden := self.disguise) is not None:
            line, column = position(self.text, hidden.start)
            raise Refused(
                f"クエリの {line} 行 {column} 列の {hidden.text} は IRI にも比較「<」にも読めて、SERVICE を隠せます。"
                "SERVICE の文字があるクエリでは使えません。IRI は http から全部書き、比較は < の後を空けてください。",
                f"{hidden.text} at line {line}, column {column} of the query can be read as an IRI or as a comparison"
                " that hides a SERVICE, so it is refused in a query with these letters. Write an IRI whole, from http"
                " on; in a comparison put a space after <.",
            )
        return None

    @property
    def disguise(self) -> Token | None:
        """The first terminal that the engine might read as a comparison and what follows it.

        A comparison stands in round brackets, behind what it compares; so what stands elsewhere is what it looks like.
        """
        opened, before = [""], ""
        for token in self.tokens:
            if opened[-1] == "(" and before not in OPERAND and is_lookalike(self.text, token):
                return token
            if token.text in ("(", "[", "{"):
                opened.append(token.text)
            elif token.text in (")", "]", "}") and len(opened) > 1:
                opened.pop()
            before = token.text
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
        # Behind a disguise the engine may find what here is a string or a comment: then all signs count.
        return stack[0].height() if self.disguise is None else len(STACKED.findall(self.text))


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


def is_lookalike(text: str, token: Token) -> bool:
    """Whether a terminal might be `<` and more: an IRI as above, or `<<` where the engine might read `<` and an IRI."""
    if token.text == "<<":
        found = IRIREF.match(text, token.start + 1)
        return found is not None and any(sign in found[0] for sign in "'#()")
    return token.kind == "iri" and LOOKALIKE.match(token.text) is not None


def look_up(text: str) -> str:
    """The form of a query that only asks for statements about one thing, work that is over in a moment; else nothing.

    It is read as a whole, without its terminals, because to cut it into them would take longer than to answer it.
    """
    found = LOOK_UP.fullmatch(text)
    if found is None:
        return ""
    return (found.lastgroup or "ask").upper()

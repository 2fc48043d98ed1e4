"""The place where a query ceases to be one, and what stands around it."""

from dataclasses import dataclass

from keifu.dataset.terminals import Token

Said = tuple[str, str]
"""A sentence in Japanese and English."""


@dataclass(frozen=True)
class Place:
    """Where a query ceases to be one."""

    text: str
    tokens: tuple[Token, ...]
    number: int
    """Of the terminal that cannot stand there; the number of all where it is the end."""

    @property
    def token(self) -> Token | None:
        """The terminal that cannot stand there; None at the end."""
        return self.at(self.number)

    @property
    def before(self) -> Token | None:
        """The terminal before it."""
        return self.at(self.number - 1)

    def at(self, number: int) -> Token | None:
        """A terminal by its number."""
        return self.tokens[number] if 0 <= number < len(self.tokens) else None

    @property
    def open(self) -> int | None:
        """The number of the innermost bracket that is open there."""
        stack: list[int] = []
        for number, token in enumerate(self.tokens[: self.number]):
            if token.kind == "open":
                stack.append(number)
            elif token.kind == "close" and stack:
                stack.pop()
        return stack[-1] if stack else None

    @property
    def bracket(self) -> str:
        """The innermost bracket that is open there; empty where none is."""
        return "" if self.open is None else self.tokens[self.open].text

    @property
    def selects(self) -> bool:
        """Whether it is among what a SELECT gives."""
        for token in reversed(self.tokens[: self.number]):
            if token.word == "SELECT":
                return True
            if token.text in ("{", "}") or token.word in ("WHERE", "FROM"):
                return False
        return False

    @property
    def attached(self) -> bool:
        """Whether no space stands before it."""
        return bool(self.token and self.before and self.before.start + len(self.before.text) == self.token.start)

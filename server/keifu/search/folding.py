"""How texts are compared with what is searched for, and where in them it stands."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from keifu.errors import TooLarge

LENGTH = 100
"""Most characters of what is searched for."""

TERMS = 8
"""Most terms of what is searched for."""

AROUND = 60
"""Characters shown on either side of what was found in a text."""

Pieces = tuple[tuple[str, bool], ...]
"""A text cut in pieces, each with whether it was searched for."""

KANA = {ord(c): chr(ord(c) - 0x60) for c in map(chr, [*range(0x30A1, 0x30F7), 0x30FD, 0x30FE])} | {
    # Their hiragana are no single characters.
    ord(c): f"{hiragana}\u3099"
    for c, hiragana in zip("ヷヸヹヺ", "わゐゑを", strict=True)
}
# Official texts write in kana what is not in the list of common characters: 罹災証明書 is り災証明書.
KANA[ord("罹")] = "り"
WIDTHS = re.compile(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.DOTALL)
"""A character with the marks that join it when it is folded: ｶﾞ is one."""


def fold(text: str) -> str:
    """A text as it is compared: width, case and how a word is written in kana do not count (NFKC, case, hiragana)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(KANA)


def read_terms(query: str) -> tuple[str, ...]:
    """The terms of a query, folded; all have to be found. TooLarge beyond `LENGTH` characters or `TERMS` terms."""
    terms = tuple(dict.fromkeys(fold(query).split()))
    if len(query) > LENGTH or len(terms) > TERMS:
        raise TooLarge(
            f"検索の言葉が長すぎます。{LENGTH}文字、{TERMS}語までにしてください。",
            f"The search is too long. Use at most {LENGTH} characters and {TERMS} words.",
        )
    return terms


def marked(text: str, terms: Iterable[str]) -> Pieces:
    """The text in pieces, each with whether it is what was searched for."""
    characters = WIDTHS.findall(text)
    folded = [fold(c) for c in characters]
    owner = [n for n, piece in enumerate(folded) for _ in piece]
    found = {
        n for term in terms for m in re.finditer(re.escape(term), "".join(folded)) for n in owner[slice(*m.span())]
    }
    pieces: list[tuple[str, bool]] = []
    for n, character in enumerate(characters):
        before = pieces.pop()[0] if pieces and pieces[-1][1] == (n in found) else ""
        pieces.append((before + character, n in found))
    return tuple(pieces)


def shortened(pieces: Pieces) -> Iterator[tuple[str, bool]]:
    """Long stretches in which nothing was found, cut."""
    for number, (text, hit) in enumerate(pieces):
        before, after = number > 0, number < len(pieces) - 1
        if hit or len(text) <= AROUND * (before + after):
            yield text, hit
        else:
            yield (text[:AROUND] if before else "") + "…" + (text[-AROUND:] if after else ""), False

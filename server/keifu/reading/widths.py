"""How wide names are where they are drawn, and names that fit."""

from unicodedata import east_asian_width

from rich.cells import cell_len, set_cell_size


def extent(text: str) -> float:
    """The width of a text in ems: full-width letters take one, Latin ones a little more than half of it."""
    return sum(1 if east_asian_width(letter) in "WFA" else 0.55 for letter in text)


def cut(text: str, columns: int) -> str:
    """As much of a text as fits in front of an ellipsis, and that; full-width letters take two columns."""
    return set_cell_size(text, columns - 2).rstrip() + "…"


def fitted(text: str, columns: int) -> str:
    """A text that takes so many columns at most."""
    return text if cell_len(text) <= columns else cut(text, columns)

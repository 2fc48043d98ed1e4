"""How to mend the slips that are common in queries, told by what stands around the place where they are."""

import re
from collections.abc import Callable
from difflib import get_close_matches

import pyoxigraph as ox

from keifu.dataset.keywords import FOLLOWERS, FUNCTIONS, OPERATORS, WORDS
from keifu.dataset.places import Place, Said
from keifu.dataset.terminals import half_width, position

TERMS = ("iri", "name", "var", "blank", "string", "lang", "number")
PAIRS = {"(": ")", "[": "]", "{": "}", "<<": ">>"}
SIGNS = frozenset("{}()<>?:;,.")
"""What nobody puts into a name."""
ESCAPE = re.compile(r"\\(?![tbnrf\"'\\uU])", re.DOTALL)
AS = (
    "式は括弧に入れ、AS で名前を付けてください: (COUNT(*) AS ?n)。",
    "Put an expression in brackets and name it with AS: (COUNT(*) AS ?n).",
)


def hint(place: Place) -> Said:
    """How the query may be mended there."""
    return next(said for find in HINTS if (said := find(place)))


def wide(place: Place) -> Said | None:
    """Signs of a Japanese keyboard, which can be part of a name."""
    for token in place.tokens[: place.number + 1]:
        for char in token.text if token.kind in ("var", "name", "blank") else "":
            if (usual := half_width(char)) and usual in SIGNS:
                return (
                    f"{token.text} の「{char}」は全角です。半角の「{usual}」で書いてください。",
                    f"{char!r} of {token.text} is full-width. Write {usual!r}.",
                )
    return None


def brackets(place: Place) -> Said | None:
    """One bracket without the other."""
    opening = place.bracket
    if place.token and (place.token.kind != "close" or PAIRS.get(opening) == place.token.text):
        return None
    if place.open is None and place.token:
        return "これで閉じる括弧がありません。消してください。", "It closes no bracket. Remove it."
    if place.open is None:
        return None
    line, column = position(place.text, place.tokens[place.open].start)
    return (
        f"{line} 行 {column} 列の「{opening}」が閉じていません。「{PAIRS[opening]}」を書き足してください。",
        f"The {opening!r} at line {line}, column {column} is not closed. Add {PAIRS[opening]!r}.",
    )


def selection(place: Place) -> Said | None:
    """What a SELECT gives."""
    if not place.selects or place.token is None:
        return None
    if place.token.text == "," and place.bracket != "(":
        return "変数の間に「,」は要りません。空白で区切ってください。", "Put no commas between variables, but space."
    if place.token.text == "{":
        return "SELECT の後に変数か * を書いてください。", "Write variables or * after SELECT."
    return AS


def words(place: Place) -> Said | None:
    """What has to follow a keyword."""
    if place.before is None or place.before.word not in FOLLOWERS:
        return None
    return FOLLOWERS[place.before.word]


def declaration(place: Place) -> Said | None:
    """The IRI of a prefix."""
    earlier = place.at(place.number - 2)
    if earlier and earlier.word == "PREFIX":
        return FOLLOWERS["PREFIX"]
    return None


def arguments(place: Place) -> Said | None:
    """What a function takes."""
    if place.before and place.before.word in FUNCTIONS:
        return "関数の引数は括弧に入れてください。", "Put the arguments of a function in brackets."
    caller = place.tokens[place.open - 1].word if place.open else ""
    if place.token and place.token.text in (",", ")") and caller in FUNCTIONS:
        return f"{caller} の引数の数を確かめてください。", f"Check the number of arguments of {caller}."
    return None


def binding(place: Place) -> Said | None:
    """BIND without AS, or to a variable that has a value."""
    if place.open and place.tokens[place.open - 1].word == "BIND":
        return FOLLOWERS["BIND"]
    if place.token is None or place.token.text != "}" or place.open is None:
        return None
    group = place.tokens[place.open + 1 : place.number]
    for number, each in enumerate(group):
        if number and group[number - 1].word == "AS" and each.text in [other.text for other in group[:number]]:
            return (
                f"BIND(… AS {each.text}) の {each.text} は、その前で使われています。別の名前にしてください。",
                f"{each.text} of BIND(… AS {each.text}) is in use before it. Choose another name.",
            )
    return None


def label(place: Place) -> Said | None:
    """The label of a blank node of other braces."""
    token = place.token
    if token and token.kind == "blank" and any(each.text == token.text for each in place.tokens[: place.number]):
        return (
            "この空白ノードの名前は、ほかの { } で使われています。変数にするか、別の名前にしてください。",
            "This label of a blank node is in use in other braces. Use a variable, or another label.",
        )
    return None


def language(place: Place) -> Said | None:
    """The rest of a language tag."""
    if place.attached and place.before and place.before.kind == "lang":
        return "言語タグは - でつなぎます（ja-JP）。", "A language tag is joined with '-', as in ja-JP."
    return None


def iri(place: Place) -> Said | None:
    """IRIs that are not whole or not right."""
    if place.token is None or place.token.kind != "iri":
        return None
    if not re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", place.token.text):
        if any(each.word == "BASE" for each in place.tokens[: place.number - 1]):
            return None
        return (
            "相対 IRI です。http から全部書くか、BASE を宣言してください。",
            "It is a relative IRI. Write it whole, from http on, or declare a BASE.",
        )
    try:
        ox.NamedNode(place.token.text[1:-1])
    except ValueError:
        return "IRI として正しくありません。綴りを確かめてください。", "It is not a valid IRI. Check its spelling."
    return None


def escape(place: Place) -> Said | None:
    """Backslashes in strings, as regular expressions have them."""
    if place.token and place.token.kind == "string" and ESCAPE.search(place.token.text):
        return (
            r"文字列の中の \ は \\ と書いてください（正規表現の \d は \\d）。",
            r"Write \ as \\ in strings (\d of a regular expression as \\d).",
        )
    return None


def operator(place: Place) -> Said | None:
    """Operators of other languages."""
    if place.token is None:
        return None
    pair = place.token.word or ((place.before.text if place.before and place.attached else "") + place.token.text)
    if pair not in OPERATORS:
        return None
    return f"SPARQL では {OPERATORS[pair]} と書きます。", f"SPARQL writes {OPERATORS[pair]} for it."


def spelling(place: Place) -> Said | None:
    """Words that are none of SPARQL."""
    if place.token is None or not (word := place.token.word) or word in WORDS:
        return None
    after = place.at(place.number + 1)
    call = after is not None and after.text == "("
    if close := get_close_matches(word, FUNCTIONS if call else WORDS, 1, 0.75):
        return f"{close[0]} の綴りを確かめてください。", f"Is {close[0]} meant? Check the spelling."
    if call:
        return "この関数は SPARQL にありません。", "SPARQL has no such function."
    return (
        "変数なら ?、語彙の名前なら keifu: などの接頭辞、文字列なら引用符を付けてください。",
        "Variables begin with ?, names of a vocabulary with a prefix such as keifu:, texts with a quote.",
    )


def triple(place: Place) -> Said | None:
    """Statements that end early or run into the next."""
    ends = place.before is not None and (place.before.kind in TERMS or place.before.text == "a")
    if not (ends and place.bracket == "{" and place.token):
        return None
    if place.token.text in ("}", ".", ";", ","):
        return (
            "主語・述語・目的語の三つがそろっていません。足りないものを書き足してください。",
            "A statement takes a subject, a predicate and an object. Add what is missing.",
        )
    if place.token.kind in TERMS:
        return (
            "前の文の終わりに「.」が要ります（主語が同じなら「;」、目的語を並べるなら「,」）。",
            "End the statement before it with '.' (';' for the same subject, ',' for one more object).",
        )
    return None


def otherwise(place: Place) -> Said:
    """What is always true."""
    if place.token is None:
        return "続きを書いてください。", "Write the rest."
    return "この語か、その直前を直してください。", "Mend it, or what stands just before."


HINTS: tuple[Callable[[Place], Said | None], ...] = (
    wide,
    escape,
    iri,
    brackets,
    language,
    operator,
    words,
    declaration,
    arguments,
    binding,
    selection,
    label,
    spelling,
    triple,
    otherwise,
)
"""The first that knows something is heard."""

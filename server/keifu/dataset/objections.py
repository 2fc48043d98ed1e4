"""What the engine says by itself of a query whose every terminal stands where it may, and how to mend that."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from keifu.dataset.places import Place
from keifu.dataset.terminals import Token


def variables(place: Place) -> Iterator[tuple[list[Token], list[Token]]]:
    """For each SELECT the variables that it gives as they are, and those that it makes (AS)."""
    tokens = place.tokens
    for start, token in enumerate(tokens):
        if token.word != "SELECT":
            continue
        plain, made, depth = [], [], 0
        for number, each in enumerate(tokens[start + 1 :], start + 1):
            if each.text == "{" or each.word in ("WHERE", "FROM"):
                break
            depth += (each.text == "(") - (each.text == ")")
            if each.kind == "var" and tokens[number - 1].word == "AS":
                made.append(each)
            elif each.kind == "var" and depth == 0:
                plain.append(each)
        yield plain, made


def ungrouped(place: Place) -> Token | None:
    """The first variable of a SELECT that stands in no GROUP BY."""
    words = [token.word for token in place.tokens]
    after = place.tokens[words.index("GROUP") :] if "GROUP" in words else ()
    grouped = {token.text for token in after}
    return next((each for plain, _ in variables(place) for each in plain if each.text not in grouped), None)


def doubled(place: Place) -> Token | None:
    """The first variable that a SELECT names again."""
    for plain, made in variables(place):
        names = sorted([*plain, *made], key=lambda token: token.start)
        for number, each in enumerate(names):
            if each.text in [other.text for other in names[:number]]:
                return each
    return None


def assigned(place: Place) -> Token | None:
    """The variable of the last AS before the place."""
    pairs = [(a, b) for a, b in pairwise(place.tokens) if a.word == "AS" and b.kind == "var"]
    return next(
        (b for _, b in reversed(pairs[: place.number]) if place.token is None or b.start < place.token.start), None
    )


def grouping(place: Place) -> Token | None:
    """The first GROUP."""
    return next((each for each in place.tokens if each.word == "GROUP"), None)


def here(place: Place) -> Token | None:
    """What stands at the place."""
    return place.token


OBJECTIONS: Mapping[str, tuple[Callable[[Place], Token | None], str, str]] = {
    "The SELECT contains a variable that is unbound": (
        ungrouped,
        "COUNT などで集計する SELECT の {0} は GROUP BY に要ります。GROUP BY {0} を足すか、SAMPLE で囲んでください。",
        "beside COUNT and its like, {0} in SELECT has to be in GROUP BY. Add GROUP BY {0}, or use SAMPLE.",
    ),
    "The SELECT contains an expression with a variable that is unbound": (
        here,
        "COUNT などで集計する SELECT の式の変数は GROUP BY に要ります。書き足すか、SAMPLE で囲んでください。",
        "beside COUNT and its like, variables in expressions have to be in GROUP BY. Add them, or use SAMPLE.",
    ),
    "Duplicated variable name in SELECT": (
        doubled,
        "SELECT に {0} が二度あります。一方を消すか、別の名前にしてください。",
        "SELECT names {0} twice. Remove one, or give it another name.",
    ),
    "The SELECT overrides an existing variable using an expression": (
        assigned,
        "AS {0} の {0} はクエリの中で使われています。まだ使っていない名前にしてください。",
        "{0} of AS {0} is in use in the query. Choose a name that is not.",
    ),
    "SELECT * is not authorized with GROUP BY": (
        grouping,
        "GROUP BY と SELECT * は一緒に使えません。* を GROUP BY の変数と (COUNT(*) AS ?n) などに替えてください。",
        "GROUP BY goes only with named variables. For * write those, and (COUNT(*) AS ?n) or the like.",
    ),
    "The VALUES clause rows should have": (
        here,
        "VALUES の行の値の数が、変数の数と合いません。そろえて、値のない所には UNDEF を書いてください。",
        "a row of VALUES has not as many values as there are variables. Even them out; UNDEF stands for no value.",
    ),
    "Repeated variables are not allowed in VALUES": (
        here,
        "VALUES に同じ変数が二度あります。一方を消してください。",
        "VALUES names a variable twice. Remove one.",
    ),
}
"""What the engine says by itself: where the culprit is, and how to say it ({0} is its text)."""

"""The words of SPARQL, and what follows them."""

import re

FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        """ABS AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI FLOOR GROUP_CONCAT HOURS
        IF IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE MAX MD5 MIN MINUTES MONTH NOW RAND REGEX
        REPLACE ROUND SAMETERM SAMPLE SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG
        STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TZ UCASE URI UUID YEAR""",
    )
)
WORDS = FUNCTIONS.union(
    re.findall(
        r"\w+",
        """A AS ASC ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FALSE FILTER FROM GRAPH GROUP HAVING IN
        LIMIT MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR TRUE UNDEF UNION VALUES WHERE""",
    )
)
"""The keywords of SPARQL, save those of what is refused here."""
OPERATORS = {"AND": "&&", "OR": "||", "==": "=", "<>": "!="}
"""What other languages write, and SPARQL for it."""
FOLLOWERS = (
    dict.fromkeys(
        ("OPTIONAL", "MINUS", "UNION", "WHERE", "EXISTS"),
        ("この前の語の後は「{」で始めてください。", "After the word before it comes '{'."),
    )
    | dict.fromkeys(("GROUP", "ORDER"), ("GROUP と ORDER の後は BY です。", "BY follows GROUP and ORDER."))
    | dict.fromkeys(
        ("LIMIT", "OFFSET"),
        ("LIMIT と OFFSET の後は 0 以上の整数です。", "LIMIT and OFFSET take a whole number, 0 or more."),
    )
    | {
        "FILTER": (
            "FILTER の条件は括弧に入れてください: FILTER(?x = 1)。",
            "Put the condition of FILTER in brackets: FILTER(?x = 1).",
        ),
        "BIND": ("BIND(式 AS ?変数) と書いてください。", "Write BIND(expression AS ?variable)."),
        "VALUES": ("VALUES ?x { … } と書いてください。", "Write VALUES ?x { … }."),
        "GRAPH": (
            "GRAPH の後にグラフの IRI か変数を書いてください。",
            "GRAPH takes the IRI of a graph, or a variable.",
        ),
        "FROM": ("FROM の後にグラフの IRI を <…> で書いてください。", "FROM takes the IRI of a graph, in <…>."),
        "PREFIX": ("PREFIX 名前: <IRI> と書いてください。", "Write PREFIX name: <IRI>."),
        "NOT": ("NOT の後は EXISTS か IN です。", "EXISTS or IN follows NOT."),
        "ASC": ("ASC(?x) と書いてください。", "Write ASC(?x)."),
        "DESC": ("DESC(?x) と書いてください。", "Write DESC(?x)."),
        "CONSTRUCT": ("CONSTRUCT { … } WHERE { … } と書いてください。", "Write CONSTRUCT { … } WHERE { … }."),
        "BASE": ("BASE <IRI> と書いてください。", "Write BASE <IRI>."),
        "BY": ("BY の後に変数か、括弧に入れた式を書いてください。", "BY takes variables, or expressions in brackets."),
        "AS": ("AS の後に変数を書いてください。", "AS takes a variable."),
    }
)
"""What follows a keyword."""

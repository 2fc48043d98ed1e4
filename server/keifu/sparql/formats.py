"""The formats of answers: their media types, which one a client asked for, and how results become bytes."""

import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from keifu.errors import LimitReached, NotAcceptable
from keifu.namespaces import PREFIXES


@dataclass(frozen=True)
class Format:
    """A format of answers."""

    media_type: str
    suffix: str
    """What the names of its files end in."""
    aliases: tuple[str, ...] = ()
    """Other media types that it goes by."""
    names: tuple[str, ...] = ()
    """What it is called in a `format` parameter."""

    @property
    def content_type(self) -> str:
        """The value of a Content-Type header."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


JSON_TYPES = ("application/json", "text/javascript", "application/javascript")
XML_TYPES = ("application/xml", "text/xml")
TURTLE_TYPES = ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3", "application/n3")

# The aliases are what SPARQLWrapper and rdflib send. The first of a table is for a client that takes anything.
SOLUTION_TYPES: Mapping[str, Format] = {
    "json": Format("application/sparql-results+json", "srj", JSON_TYPES, ("json",)),
    "xml": Format("application/sparql-results+xml", "srx", XML_TYPES, ("xml",)),
    "csv": Format("text/csv", "csv", (), ("csv",)),
    "tsv": Format("text/tab-separated-values", "tsv", (), ("tsv",)),
}
"""Formats of what SELECT and ASK give."""

GRAPH_TYPES: Mapping[str, Format] = {
    "turtle": Format("text/turtle", "ttl", TURTLE_TYPES, ("turtle", "ttl", "n3")),
    "ntriples": Format("application/n-triples", "nt", ("text/plain",), ("ntriples", "n-triples", "nt")),
    "rdfxml": Format("application/rdf+xml", "rdf", XML_TYPES, ("rdf+xml", "rdfxml", "rdf", "xml")),
    "jsonld": Format(
        "application/ld+json", "jsonld", ("application/json", "application/x-json+ld"), ("json-ld", "jsonld", "json")
    ),
}
"""Formats of what CONSTRUCT and DESCRIBE give, and of the data of a resource."""

QUAD_TYPES: Mapping[str, Format] = {
    "trig": Format("application/trig", "trig", ("application/x-trig",), ("trig",)),
    "nquads": Format("application/n-quads", "nq", ("text/x-nquads",), ("nquads", "n-quads", "nq")),
}
"""Formats of whole datasets, which CONSTRUCT and DESCRIBE can have too: what they give is the default graph."""

HTML = Format("text/html", "html", ("application/xhtml+xml",), ("html",))
JSON = Format("application/json", "json", ("application/sparql-results+json", "application/ld+json"), ("json",))
TEXT = Format("text/plain", "txt", (), ("text",))

FLAT = {name: iri for name, iri in PREFIXES.items() if name not in ("id", "body", "law", "plan", "policy", "graph")}
"""The prefixes whose names have no slash in them; Turtle would have to write `plan:172090\\/dx\\/1.0`."""

ROW_MARKS = {
    "json": (b'[{"', b',{"', b"[{}", b",{}"),
    "xml": (b"<result>",),
    "csv": (b"\r\n",),
    "tsv": (b"\n",),
}
"""What begins or ends each row of solutions as the engine writes them."""

XML_NAME = re.compile(r"[^\W\d][\w.-]*$")
NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""A character that XML has not, in UTF-8."""


def negotiate(accept: str, formats: Iterable[Format], wanted: str = "") -> Format:
    """The format that an Accept header asks for (RFC 9110 §12.5.1); of equal weight the one named more exactly.

    `wanted` is the value of a `format` or `output` parameter: media types or short names, separated by commas. It
    decides only where Accept leaves all open, since clients send guesses in it; unknown names are passed over.
    NotAcceptable names the formats there are.
    """
    offered = list(formats)
    ranges = accepted(accept)
    if set(ranges) <= {"*/*"}:
        for name in wanted.lower().split(","):
            for each in offered:
                if name.strip() in (*each.names, each.media_type, *each.aliases):
                    return each
        ranges = ranges or {"*/*": 1.0}
    best = max(offered, key=lambda each: weight(each, ranges))
    if weight(best, ranges)[0] == 0:
        names = ", ".join(each.media_type for each in offered)
        raise NotAcceptable(
            f"Accept ヘッダーの {accept} に応じられる形式がありません。{names} のどれかを指定してください。",
            f"No format fits the Accept header {accept}. Ask for one of {names}.",
        )
    return best


def accepted(accept: str) -> dict[str, float]:
    """The media ranges of an Accept header, without parameters, with their weights; what is none is passed over."""
    ranges: dict[str, float] = {}
    # A quoted parameter, as the profile of JSON-LD is, may hold the separators; one that is not closed ends the header,
    # or the search for its end would begin anew at each of its quotes.
    for part in re.sub(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', "", accept.lower(), flags=re.DOTALL).split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if "/" in media_range and re.fullmatch(r"(0(\.\d*)?|1(\.0*)?)", quality):
            ranges[media_range] = max(float(quality), ranges.get(media_range, 0.0))
    return ranges


def weight(offered: Format, ranges: Mapping[str, float]) -> tuple[float, int]:
    """Weight of a format among media ranges, and how exactly it is named; the most exact range decides."""
    by_name = [ranges[name] for name in (offered.media_type, *offered.aliases) if name in ranges]
    if by_name:
        return max(by_name), 2 if offered.media_type in ranges else 1
    kind = offered.media_type.partition("/")[0] + "/*"
    return ranges.get(kind, ranges.get("*/*", 0.0)), 0


class Bounded(io.BytesIO):
    """A buffer in memory that a LimitReached ends at `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, data: object) -> int:
        written = super().write(data)  # type: ignore[arg-type]
        if self.tell() > self.limit:
            raise LimitReached(
                "answer_bytes",
                f"答えが上限の {self.limit:,} バイト（設定 answer_bytes）を超えました。"
                "LIMIT と OFFSET で分けてください。",
                f"The answer is over the limit of {self.limit:,} bytes (setting answer_bytes)."
                " Take it in parts with LIMIT and OFFSET.",
            )
        return written


def write_solutions(result: ox.QuerySolutions | ox.QueryBoolean, wanted: Format, limit: int = sys.maxsize) -> bytes:
    """Solutions, or the yes or no of an ASK, as bytes; in CSV and TSV the latter is the bare word `true` or `false`.

    Belongs in the thread that ran the query. LimitReached beyond `limit` bytes.
    """
    buffer = Bounded(limit)
    result.serialize(buffer, ox.QueryResultsFormat.from_media_type(wanted.media_type))
    written = buffer.getvalue()
    return readable(written) if wanted == SOLUTION_TYPES["xml"] else written


def count_rows(body: bytes, wanted: Format) -> int:
    """Solutions in what write_solutions wrote; one too many for each literal that holds `,{}` in JSON or a CRLF in CSV.

    The engine tells no number, and reading its bytes over again costs less than counting its solutions in Python.
    """
    name = wanted.names[0]
    return sum(map(body.count, ROW_MARKS[name])) - (name in ("csv", "tsv"))


def write_graph(
    triples: Iterable[ox.Triple], wanted: Format, limit: int = sys.maxsize, prefixes: Mapping[str, str] = FLAT
) -> bytes:
    """Triples as bytes; LimitReached beyond `limit` bytes, NotAcceptable where the format cannot hold them."""
    buffer = Bounded(limit)
    # What a process was sent equals the format, but is not the same object.
    if wanted == GRAPH_TYPES["rdfxml"]:
        triples = nameable(triples)
    try:
        ox.serialize(triples, buffer, ox.RdfFormat.from_media_type(wanted.media_type), prefixes=dict(prefixes))
    except OSError as error:
        if "does not support RDF 1.2" not in str(error):
            raise
        raise NotAcceptable(
            f"{wanted.media_type} では三つ組を指す項を書けません。text/turtle などを求めてください。",
            f"{wanted.media_type} cannot write terms that are triples. Ask for text/turtle, for example.",
        ) from error
    written = buffer.getvalue()
    if wanted == GRAPH_TYPES["rdfxml"]:
        written = readable(written)
    return tidy(written, len(prefixes)) if wanted.suffix in ("ttl", "trig") else written


def readable(xml: bytes) -> bytes:
    """XML whose readers find what was written; NotAcceptable for a character that XML has not (XML 1.0 §2.2)."""
    if found := NO_XML.search(xml):
        code = f"U+{ord(found[0].decode()):04X}"
        raise NotAcceptable(
            f"XML では文字 {code} を書けません。JSON や Turtle などを求めてください。",
            f"XML cannot write the character {code}. Ask for JSON or Turtle, for example.",
        )
    return xml.replace(b"\r", b"&#13;")


def tidy(turtle: bytes, count: int) -> bytes:
    """Turtle or TriG that begins with `count` lines of prefixes, without those it does not use, the others in order.

    The engine writes them all, each time in another order.
    """
    *lines, body = turtle.split(b"\n", count)
    return b"\n".join([*sorted(line for line in lines if line.split(b" ")[1] in body), body])


def nameable(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples; NotAcceptable where a predicate ends in no XML name (RDF/XML has no other way to write it)."""
    known: set[ox.NamedNode] = set()
    for triple in triples:
        if triple.predicate not in known:
            if not XML_NAME.search(triple.predicate.value):
                raise NotAcceptable(
                    f"RDF/XML では述語 {triple.predicate.value} を書けません。text/turtle などを求めてください。",
                    f"RDF/XML cannot write the predicate {triple.predicate.value}. Ask for text/turtle, for example.",
                )
            known.add(triple.predicate)
        yield triple

"""How a page or a result is cited, and the short address under which a query typed by hand is asked again."""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keifu.errors import NotFound
from keifu.language import messages
from keifu.reading.views import Place

RAW = -zlib.MAX_WBITS
"""Deflate without a head (RFC 1951): an address needs no checksum."""

SPECIAL: Mapping[int, str] = str.maketrans(
    {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {letter: f"\\{letter}" for letter in "&%$#_{}"}
)
"""What TeX would read as commands."""


@dataclass(frozen=True)
class Citation:
    """What is cited; the day of access is the reader's to add."""

    title: str
    dataset: str
    """The name of the dataset in the language of the page."""
    version: str
    address: str
    sources: tuple[str, ...]
    """The places in the documents that it rests on."""

    @property
    def bibtex(self) -> str:
        """The entry as biblatex reads it, but for the day of access, its last field, and the brace that ends it."""
        key = hashlib.sha256(f"{self.address} {self.version}".encode()).hexdigest()[:8]
        # Braces within the quotes keep a name whole and a title in its letters.
        fields = {
            "author": '"{The keifu developers}"',
            "title": f'"{{{self.title.translate(SPECIAL)}}}"',
            "howpublished": f"{{{self.dataset.translate(SPECIAL)}}}",
            "version": f"{{{self.version}}}",
            **({"note": f"{{{'; '.join(self.sources).translate(SPECIAL)}}}"} if self.sources else {}),
            "url": f"{{{self.address}}}",
        }
        lines = (f"  {name} = {value},\n" for name, value in fields.items())
        return f"@online{{keifu-{key},\n{''.join(lines)}"


def sources(places: Iterable[tuple[Place, ...]], lang: str) -> tuple[str, ...]:
    """The places of a thing in words: each document with its sections and pages."""
    _ = messages(lang).gettext
    found: dict[str, list[str]] = {}
    for *_around, place in places:
        document = place.document.label.value if place.document else place.link.label.value
        page = ""
        if place.page or place.pdf_page:
            page = _("%sページ") % place.page if place.page else _("PDFの%sページ") % place.pdf_page
        found.setdefault(document, []).append(" ".join(filter(None, (place.section, page))))
    return tuple(_("、").join(filter(None, (document, *dict.fromkeys(said)))) for document, said in found.items())


def pack(query: str) -> str:
    """A query as a part of an address, without a place where it is kept: it can be unpacked for ever."""
    made = zlib.compressobj(9, wbits=RAW)
    return base64.urlsafe_b64encode(made.compress(query.encode()) + made.flush()).rstrip(b"=").decode()


def unpack(code: str, limit: int) -> str:
    """The query that `pack` made a code of; NotFound where there is none of at most `limit` bytes."""
    try:
        packed = base64.b64decode(code + "=" * (-len(code) % 4), altchars="-_", validate=True)
        opened = zlib.decompressobj(wbits=RAW)
        query = opened.decompress(packed, limit).decode()
        if opened.eof and not opened.unused_data:
            return query
    except (binascii.Error, zlib.error, ValueError):
        pass
    raise NotFound(
        "このアドレスはクエリとして読めません。途中で切れていないか確かめてください。",
        "This address cannot be read as a query. Check whether a part of it is missing.",
    )

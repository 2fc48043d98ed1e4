"""Answers packed for the way (RFC 9110 §8.4): gzip, which every client knows and the standard library writes.

Flask-Compress would bring brotli and zstandard along, and does not know the answers of the endpoint, which do not pass
through Flask and are packed where the query runs.
"""

import gzip
import re

from werkzeug.wrappers import Response

WORTH = 1_000
"""Bytes from which on an answer is packed; a smaller one fits into one packet anyway."""
MOST = 5_000_000
"""Bytes up to which a file is packed while a client waits for it; dumps are packed on the disk."""
TEXT = re.compile(r"text/|.*[/+](json|xml|javascript|n-triples|n-quads|trig)$")
"""Media types of what gets smaller when packed."""


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110 §12.5.3); without one nothing is packed."""
    qualities: dict[str, float] = {}
    for coding, quality in re.findall(r"([\w*-]+)(?:[ \t]*;[ \t]*q=([01](?:\.\d*)?))?", accept_encoding.lower()):
        qualities[coding] = float(quality or 1)
    return qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0))) > 0


def pack(body: bytes) -> bytes:
    """The same bytes for the same body, whenever it is packed."""
    return gzip.compress(body, 6, mtime=0)


def pack_response(response: Response, accept_encoding: str) -> None:
    """Pack the body of a response where the client takes it and it is text, long enough and whole."""
    size = response.content_length
    if response.status_code == 304:
        response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not TEXT.match(response.mimetype or "") or "Content-Encoding" in response.headers:
        return
    if size is None or not WORTH <= size <= MOST:
        return
    response.vary.add("Accept-Encoding")
    tag, _ = response.get_etag()
    if tag:
        # The same tag stands for the packed bytes and the plain ones.
        response.set_etag(tag, weak=True)
    if accepts_gzip(accept_encoding):
        response.direct_passthrough = False
        response.set_data(pack(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"

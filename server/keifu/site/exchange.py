"""A request as the server has it (RSGI), put as the application wants it (WSGI, PEP 3333), and its answer back."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from werkzeug.datastructures import ContentRange
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_content_range_header, parse_range_header
from werkzeug.wsgi import FileWrapper

from keifu.errors import KeifuError, RequestTimeout, UnusableInput
from keifu.metrics import REQUESTS
from keifu.settings import Settings
from keifu.site.outbox import Outbox
from keifu.sparql.endpoint import ERROR, LIGHT, PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

GONE, ROUTE = "keifu.gone", "keifu.route"
"""Where in the environment of a request stands what tells whether its client has left, and which route it took."""


class File(FileWrapper):
    """A file for an answer, which the server sends without passing it through memory (PEP 3333, wsgi.file_wrapper)."""

    @property
    def path(self) -> str:
        """Where it is."""
        return str(self.file.name)


ENVIRON = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.file_wrapper": File,
    # The body is whole here, also where it came in chunks.
    "wsgi.input_terminated": True,
}
"""What the environment of every request holds (PEP 3333)."""

log = logging.getLogger(__name__)


def names_one_host(scope: "Scope") -> bool:
    """Whether a request names one host, as it has to (RFC 9112, 3.2); before HTTP/1.1 it may name none."""
    # The type of the server's headers does not know that they can all be had.
    named = len(scope.headers.get_all("host"))  # type: ignore[attr-defined]
    return named == 1 or (named == 0 and scope.http_version == "1")


def environment(scope: "Scope") -> "WSGIEnvironment":
    """What the line and the headers of a request say, as PEP 3333 names it."""
    host, _, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "HTTP_HOST": scope.authority or scope.server,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if name == "content-type":
            environ[key] = value
        # A name with an underscore would pass for the one with a hyphen, and so for what a proxy says.
        elif "_" not in name:
            key = "HTTP_" + key
            environ[key] = f"{environ[key]},{value}" if environ.get(key) and name != "host" else value
    if scope.method != "GET" or not is_one_part(environ.get("HTTP_RANGE", "")):
        environ.pop("HTTP_RANGE", None)
    return environ


def is_one_part(wanted: str) -> bool:
    """Whether a Range header asks for one part, as is sent; others may be passed over (RFC 9110, 14.2)."""
    found = parse_range_header(wanted)
    return found is not None and found.units == "bytes" and len(found.ranges) == 1


async def receive(scope: "Scope", protocol: "HTTPProtocol", settings: Settings) -> bytes:
    """The body of a request, whole.

    UnusableInput where it breaks off, or the request does not name one host; RequestTimeout where it does not
    arrive in `request_seconds`; RequestEntityTooLarge where it is over `body_bytes`, once it is through or the time is
    up: a client that still sends would not read the answer.
    """
    if not names_one_host(scope):
        raise UnusableInput(
            "リクエストに Host ヘッダーがないか、二つ以上あります。一つだけ送ってください。",
            "The request names no host, or several. Send one Host header.",
        )
    if "content-length" not in scope.headers and "transfer-encoding" not in scope.headers:
        return b""
    size, body, ends = 0, bytearray(), 0
    try:
        async with asyncio.timeout(settings.request_seconds):
            async for chunk in pieces(protocol):
                ends += not chunk
                size += len(chunk)
                if size <= settings.body_bytes:
                    body += chunk
    except TimeoutError as error:
        if size <= settings.body_bytes:
            raise RequestTimeout(
                "リクエストの本文が時間内に届きませんでした（設定 request_seconds）。もう一度送ってください。",
                "The body of the request did not arrive in time (setting request_seconds). Send it again.",
            ) from error
    if size > settings.body_bytes:
        raise RequestEntityTooLarge
    if ends > 1:
        raise broken(size, scope.headers.get("content-length"))
    return bytes(body)


def broken(size: int, length: str | None) -> UnusableInput:
    """The error for a body that breaks off after so many bytes; `length` is what was announced."""
    if length is not None:
        return UnusableInput(
            f"リクエストの本文が {length} バイトのうち {size} バイトで途切れました。全部を送り直してください。",
            f"The body of the request broke off after {size} of {length} bytes. Send it again as a whole.",
        )
    return UnusableInput(
        f"リクエストの本文が {size} バイトで途切れました。最後のチャンクがないか、トレーラーが続いています。"
        "トレーラーなしで全部を送り直してください。",
        f"The body of the request broke off after {size} bytes: its last chunk is missing, or has trailers."
        " Send it again as a whole, without trailers.",
    )


async def pieces(protocol: "HTTPProtocol") -> AsyncIterator[bytes]:
    """A body as it comes in: an empty piece is its end, one more before that where it breaks off or has trailers.

    The server tells these from each other only where it reads the body by itself, and then without a limit.
    """
    async for chunk in protocol:
        yield chunk


def respond(
    app: "WSGIApplication",
    environ: "WSGIEnvironment",
    protocol: "HTTPProtocol",
    outbox: Outbox,
    then: Callable[[], object],
) -> None:
    """Let the application answer a request, in the thread that this runs in."""
    try:
        try:
            give(app, environ, protocol, outbox)
        except (KeifuError, OSError) as error:  # it cannot be sent: too much is, or the disk is full
            give(app, environ | {ERROR: error}, protocol, outbox)
    except Exception:
        log.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
    finally:
        then()


def send(protocol: "HTTPProtocol", status: int, headers: list[tuple[str, str]], path: str) -> None:
    """Let the server send a file, or the part of it that the headers name."""
    match parse_content_range_header(dict(headers).get("Content-Range")):
        case ContentRange(start=int(first), stop=int(after)):
            protocol.response_file_range(status, headers, path, first, after)
        case _:
            protocol.response_file(status, headers, path)


def give(app: "WSGIApplication", environ: "WSGIEnvironment", protocol: "HTTPProtocol", outbox: Outbox) -> None:
    """Hand the answer of the application to the server."""
    said: list[tuple[int, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        said.append((int(status[:3]), headers))
        return bytes

    parts = app(environ, start)
    try:
        # Of a part Werkzeug gives what it is cut from.
        if isinstance(file := getattr(parts, "iterable", parts), File):
            send(protocol, *said[-1], file.path)
        elif len(body := b"".join(parts)) > LIGHT:
            protocol.response_file(*said[-1], str(outbox.put(body)))
        else:
            protocol.response_bytes(*said[-1], body)
        REQUESTS.labels(environ.get(ROUTE, PATH), said[-1][0]).inc()
    finally:
        getattr(parts, "close", bool)()

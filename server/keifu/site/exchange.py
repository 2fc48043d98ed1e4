"""A request as the server has it (RSGI), put as the application wants it (WSGI, PEP 3333), and its answer back."""

import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wsgi import FileWrapper

from keifu.errors import KeifuError
from keifu.metrics import REQUESTS
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
    return environ


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


def give(app: "WSGIApplication", environ: "WSGIEnvironment", protocol: "HTTPProtocol", outbox: Outbox) -> None:
    """Hand the answer of the application to the server."""
    said: list[tuple[int, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        said.append((int(status[:3]), headers))
        return bytes

    parts = app(environ, start)
    try:
        if isinstance(parts, File) and said[-1][0] == 200:
            protocol.response_file(*said[-1], parts.path)
        elif len(body := b"".join(parts)) > LIGHT:
            protocol.response_file(*said[-1], str(outbox.put(body)))
        else:
            protocol.response_bytes(*said[-1], body)
        REQUESTS.labels(environ.get(ROUTE, PATH), said[-1][0]).inc()
    finally:
        getattr(parts, "close", bool)()

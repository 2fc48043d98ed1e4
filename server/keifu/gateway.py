"""Between the server and the application: takes requests in, lets threads answer them, and notes which client leaves.

The server could call the application itself (WSGI), but then a body that never ends holds a thread, and a client that
leaves is not noticed. So it speaks RSGI, its own interface, with this module, which speaks WSGI with the application.
"""

import asyncio
import io
import logging
import os
import secrets
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestEntityTooLarge, RequestTimeout

from keifu import journal, metrics
from keifu.app import create_app
from keifu.dataset.stores import Manifest, Store, current
from keifu.metrics import CACHE_BYTES, CACHE_HITS, DATASET, REQUESTS
from keifu.settings import Settings
from keifu.site.exchange import ENVIRON, GONE, environment, respond
from keifu.site.outbox import Outbox
from keifu.sparql.answers import Answers
from keifu.sparql.endpoint import ERROR, PATH, RUN, Endpoint, Raw, Reply
from keifu.sparql.pool import Pool

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

PAGE_THREADS = 8
"""Threads beside those that wait for public queries."""

LINGER = 0.5
"""Seconds after which somebody looks whether the client is still there; most answers take less."""

LOOK = 1.0
"""Seconds between two looks at which dataset is in service."""


log = logging.getLogger(__name__)


@dataclass(eq=False)
class Client:
    """Who sent a request."""

    left: bool = False

    def gone(self) -> bool:
        """Whether the client has left."""
        return self.left


@dataclass(eq=False)
class Site:
    """The application over one dataset."""

    manifest: Manifest
    app: "WSGIApplication"
    pool: Pool[Any, Any]
    endpoint: Endpoint
    answers: Answers
    requests: int = 0
    """How many it is answering."""

    @classmethod
    def open(cls, settings: Settings) -> "Site":
        """That of the dataset in service."""
        place = current(settings.store) if settings.store else None
        store = Store.open(settings.dataset.absolute(), place.name if place else None, settings.store)
        app = create_app(settings, store)
        parts = app.extensions["keifu"]
        parts.pool.start()
        return cls(store.manifest, app, parts.pool, parts.endpoint, parts.answers)


class Gateway:
    """What the server calls (RSGI); a dataset that is put into service later takes the place of the one before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._site = Site.open(settings)
        DATASET.labels(self._site.manifest.version).set(self._site.manifest.triples)
        # A query that waits for its process holds a thread; the rest are for pages.
        queries = 2 * settings.query_workers + settings.query_queue
        self._threads = ThreadPoolExecutor(queries + PAGE_THREADS, "request")
        # Within the folder that the service removes when it ends, however this process may end.
        self._folder = TemporaryDirectory(prefix="answers-", dir=os.environ.get(metrics.FOLDER))
        self._outbox = Outbox(settings, Path(self._folder.name))
        self._follower: asyncio.Task[None] | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._follower = loop.create_task(self._follow())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._follower is not None:
            self._follower.cancel()
        self._site.pool.close()
        self._folder.cleanup()

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        told: dict[str, object] = {}
        if scope.path == PATH:
            run = secrets.token_hex(4)
            try:
                reply = at_once(self._site.endpoint, scope, run)
            except Exception as error:  # the application tells it in the words and the format that fit
                told = {ERROR: error, RUN: run}
            else:
                if reply is not None:
                    protocol.response_bytes(reply.status, reply.headers, reply.body)
                    REQUESTS.labels(PATH, reply.status.value).inc()
                    return
        client = Client()
        environ = ENVIRON | environment(scope) | {GONE: client.gone} | told
        try:
            body = await self._read(scope, protocol)
        except (RequestTimeout, RequestEntityTooLarge) as error:
            environ[ERROR], body = error, b""
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        site = self._site
        site.requests += 1
        watch = loop.call_later(LINGER, lambda: watchers.append(loop.create_task(notice(protocol, client))))
        watchers: list[asyncio.Task[None]] = []
        try:
            tell = partial(loop.call_soon_threadsafe, finish, done)
            self._threads.submit(respond, site.app, environ, protocol, self._outbox, tell)
            await done
        finally:
            watch.cancel()
            for each in watchers:
                each.cancel()
            site.requests -= 1
            self._retire(site)

    async def _read(self, scope: "Scope", protocol: "HTTPProtocol") -> bytes:
        """The body, whole.

        RequestTimeout where it does not arrive in `request_seconds`; RequestEntityTooLarge where it is over
        `body_bytes`, once it is through or the time is up: a client that still sends would not read the answer.
        """
        if "content-length" not in scope.headers and "transfer-encoding" not in scope.headers:
            return b""
        limit, size, body = self._settings.body_bytes, 0, bytearray()
        try:
            async with asyncio.timeout(self._settings.request_seconds):
                async for chunk in pieces(protocol):
                    size += len(chunk)
                    if size <= limit:
                        body += chunk
        except TimeoutError as error:
            if size <= limit:
                raise RequestTimeout from error
        if size > limit:
            raise RequestEntityTooLarge
        return bytes(body)

    async def _follow(self) -> None:
        """Put into service here what is put into service on the disk; what cannot be opened leaves the old one.

        Beside that, remove the large answers that are sent.
        """
        seen = self._site.manifest.version
        while True:
            await asyncio.sleep(LOOK)
            await asyncio.to_thread(self._outbox.clear)
            site = self._site
            CACHE_BYTES.set(site.answers.memory.size + site.endpoint.memory.size)
            CACHE_HITS.set(site.answers.memory.hits + site.endpoint.hits)
            place = current(self._settings.store or self._settings.dataset)
            if place is None or place.name == seen:
                continue
            seen = place.name
            try:
                self._replace(await asyncio.to_thread(self._open))
            except Exception:
                log.exception("dataset %s cannot be opened; %s stays", seen, self._site.manifest.version)

    def _replace(self, fresh: Site) -> None:
        """Answer from a fresh site from now on."""
        old, self._site = self._site, fresh
        log.info("dataset %s takes the place of %s", fresh.manifest.version, old.manifest.version)
        DATASET.labels(old.manifest.version).set(0)
        DATASET.labels(fresh.manifest.version).set(fresh.manifest.triples)
        self._retire(old)

    def _open(self) -> Site:
        """The site of the dataset in service now, once its processes are ready."""
        site = Site.open(self._settings)
        while not site.pool.is_ready():
            time.sleep(LOOK)
        return site

    def _retire(self, site: Site) -> None:
        """End the processes of a site that is replaced, after its last answer."""
        if site is not self._site and site.requests == 0:
            self._threads.submit(site.pool.close)


def from_environment() -> Gateway:
    """What a server runs, as the environment sets it up."""
    journal.begin()
    metrics.begin()
    return Gateway(Settings.from_env())


def at_once(endpoint: Endpoint, scope: "Scope", run: str) -> Reply | None:
    """The reply to a query that costs less than the way to a thread; None for all else."""
    headers = scope.headers
    if scope.method not in ("GET", "HEAD") or "content-length" in headers or "transfer-encoding" in headers:
        return None
    # The type of the server's headers does not know that they can all be had.
    accept, encoding = (",".join(headers.get_all(name)) for name in ("accept", "accept-encoding"))  # type: ignore[attr-defined]
    query_string = scope.query_string.encode().decode("latin-1")
    return endpoint.at_once(Raw(scope.method, query_string, accept, encoding), headers.get("if-none-match"), run)


async def pieces(protocol: "HTTPProtocol") -> AsyncIterator[bytes]:
    """The body as it comes in."""
    async for chunk in protocol:
        yield chunk


async def notice(protocol: "HTTPProtocol", client: Client) -> None:
    """Wait until the client leaves."""
    await protocol.client_disconnect()
    client.left = True


def finish(done: asyncio.Future[None]) -> None:
    """Tell who waits for an answer that it is given, if somebody still waits."""
    if not done.done():
        done.set_result(None)

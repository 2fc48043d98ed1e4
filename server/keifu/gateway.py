"""Between the server and the application: takes requests in, lets threads answer them, and notes which client leaves.

The server could call the application itself (WSGI), but then a body that never ends holds a thread, and a client that
leaves is not noticed. So it speaks RSGI, its own interface, with this module, which speaks WSGI with the application.
"""

import asyncio
import gc
import io
import logging
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestEntityTooLarge

from keifu import heap, journal, metrics
from keifu.app import create_app
from keifu.dataset.stores import Manifest, Store, current
from keifu.errors import KeifuError
from keifu.metrics import CACHE_BYTES, CACHE_HITS, DATASET, REQUESTS
from keifu.settings import Settings
from keifu.site.exchange import ENVIRON, GONE, environment, names_one_host, receive, respond
from keifu.site.outbox import Outbox
from keifu.sparql.answers import Answers
from keifu.sparql.endpoint import ERROR, PATH, RUN, Endpoint, Raw, Reply, is_endpoint, noted
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

AGAIN = 10.0
"""Seconds after which a dataset that could not be opened is tried again."""

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

    def count(self) -> None:
        """Tell the figures what it keeps."""
        CACHE_BYTES.set(self.answers.memory.size + self.endpoint.memory.size)
        CACHE_HITS.set(self.answers.memory.hits + self.endpoint.hits)

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
        self._tasks: list[asyncio.Task[None]] = []

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._tasks = [loop.create_task(self._follow()), loop.create_task(self._tend())]

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        for task in self._tasks:
            task.cancel()
        self._site.pool.close()
        self._folder.cleanup()

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        told: dict[str, object] = {}
        run = secrets.token_hex(4) if is_endpoint(scope.path) else ""
        if run:
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
            with noted(run) if run and not told else nullcontext():
                body = await receive(scope, protocol, self._settings)
        except (KeifuError, RequestEntityTooLarge) as error:
            body = b""
            environ |= {ERROR: error, RUN: run} if run else {ERROR: error}
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

    async def _follow(self) -> None:
        """Put into service here what is put into service on the disk; what cannot be opened leaves the old one.

        It is tried again after a while: what wanted memory then may find it.
        """
        failed, again = "", 0.0
        while True:
            await asyncio.sleep(LOOK)
            place = None
            with suppress(OSError):  # a folder can be away for a moment
                place = current(self._settings.store or self._settings.dataset)
            if place is None or place.name == self._site.manifest.version:
                continue
            if place.name == failed and time.monotonic() < again:
                continue
            try:
                self._replace(await asyncio.to_thread(self._open))
            except Exception:
                log.exception("dataset %s cannot be opened; %s stays", place.name, self._site.manifest.version)
                failed, again = place.name, time.monotonic() + AGAIN

    async def _tend(self) -> None:
        """Remove the large answers that are sent, and count what is kept."""
        while True:
            await asyncio.sleep(LOOK)
            self._site.count()
            try:
                await asyncio.to_thread(self._outbox.clear)
            except Exception:
                log.exception("large answers that are sent cannot be removed")

    def _replace(self, fresh: Site) -> None:
        """Answer from a fresh site from now on."""
        old, self._site = self._site, fresh
        log.info("dataset %s takes the place of %s", fresh.manifest.version, old.manifest.version)
        DATASET.labels(old.manifest.version).set(0)
        DATASET.labels(fresh.manifest.version).set(fresh.manifest.triples)
        self._retire(old)

    def _open(self) -> Site:
        """The site of the dataset in service now, once its processes are ready; NotReady where they die before."""
        site = Site.open(self._settings)
        while not site.pool.is_ready():
            time.sleep(LOOK)
        return site

    def _retire(self, site: Site) -> None:
        """End the processes of a site that is replaced, after its last answer."""
        if site is not self._site and site.requests == 0:
            self._threads.submit(end, site.pool)


def from_environment() -> Gateway:
    """What a server runs, as the environment sets it up."""
    heap.begin()
    journal.begin()
    metrics.begin()
    return Gateway(Settings.from_env())


def at_once(endpoint: Endpoint, scope: "Scope", run: str) -> Reply | None:
    """The reply to a query that costs less than the way to a thread; None for all else."""
    headers = scope.headers
    if scope.method not in ("GET", "HEAD") or "content-length" in headers or "transfer-encoding" in headers:
        return None
    if not names_one_host(scope):
        return None
    # The type of the server's headers does not know that they can all be had.
    accept, encoding = (",".join(headers.get_all(name)) for name in ("accept", "accept-encoding"))  # type: ignore[attr-defined]
    query_string = scope.query_string.encode().decode("latin-1")
    return endpoint.at_once(Raw(scope.method, query_string, accept, encoding), headers.get("if-none-match"), run)


async def notice(protocol: "HTTPProtocol", client: Client) -> None:
    """Wait until the client leaves."""
    await protocol.client_disconnect()
    client.left = True


def end(pool: Pool[Any, Any]) -> None:
    """End the processes of a dataset that nobody asks any more, and free its memory."""
    pool.close()
    # An application refers to itself, and would stay until the collector comes by; so does its index, after it.
    for _ in range(2):
        gc.collect()


def finish(done: asyncio.Future[None]) -> None:
    """Tell who waits for an answer that it is given, if somebody still waits."""
    if not done.done():
        done.set_result(None)

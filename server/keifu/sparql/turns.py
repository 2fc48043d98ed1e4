"""Whose public query runs next: nobody who asks much keeps out who asks little."""

import ipaddress
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from keifu.errors import ClientGone, LimitReached, TooManyRequests
from keifu.metrics import WAITING
from keifu.settings import Settings

STEP = 0.1
"""Seconds between two looks at whether who waits is still there."""


@dataclass(frozen=True, eq=False)
class Asker:
    """Who waits for an answer."""

    client: str = ""
    """What all requests of one client share: the network address."""
    gone: Callable[[], bool] = lambda: False
    """Whether nobody waits any more."""


ASKER = ContextVar("ASKER", default=Asker())  # noqa: B039 - it is frozen
"""Who waits for what this thread does."""


def client(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network that one site has of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))


class Turns:
    """At most `query_workers` turns at a time, but one at once for each of the first so many clients.

    The second half keeps a process free for a client that comes while another one has them all; there are never more
    than twice `query_workers` less one. Who waits longest among those with the fewest turns comes next.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._changed = threading.Condition()
        self._running: Counter[str] = Counter()
        self._waiting: list[Asker] = []

    @property
    def running(self) -> int:
        """Turns taken now."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """Askers that wait for a turn now."""
        return len(self._waiting)

    @contextmanager
    def turn(self, asker: Asker) -> Iterator[None]:
        """A turn, as soon as there is one.

        Raises TooManyRequests where the client has `client_queries` under way, LimitReached where `query_queue` wait or
        none comes within `query_seconds`, ClientGone where the client leaves.
        """
        with self._changed:
            self._take(asker)
        try:
            yield
        finally:
            with self._changed:
                self._running[asker.client] -= 1
                self._running += Counter()  # forgets who has none
                self._changed.notify_all()

    def _take(self, asker: Asker) -> None:
        settings = self._settings
        under_way = self._running[asker.client] + sum(each.client == asker.client for each in self._waiting)
        if under_way >= settings.client_queries:
            raise too_many(settings)
        mine = replace(asker)
        self._waiting.append(mine)
        try:
            with WAITING.track_inprogress():
                self._wait(mine)
        finally:
            self._waiting.remove(mine)
        self._running[asker.client] += 1

    def _wait(self, mine: Asker) -> None:
        deadline = time.monotonic() + self._settings.query_seconds
        while self._next() is not mine:
            # Who finds the queue full leaves before those in it look again.
            if len(self._waiting) > self._settings.query_queue or time.monotonic() > deadline:
                raise too_full(self._settings)
            self._changed.wait(STEP)
            if mine.gone():
                raise ClientGone

    def _free(self, asker: Asker) -> bool:
        """Whether there is a turn for a client."""
        limit = self._settings.query_workers
        if self._running[asker.client]:
            return self._running.total() < limit
        return self._running.total() < limit or len(self._running) < limit

    def _next(self) -> Asker | None:
        """Who may take a turn now."""
        fitting = filter(self._free, self._waiting)
        return min(fitting, key=lambda asker: self._running[asker.client], default=None)


def too_many(settings: Settings) -> TooManyRequests:
    """The error for a client that asks too much at once."""
    return TooManyRequests(
        "client_queries",
        f"一つの接続元から同時に送れるクエリは {settings.client_queries} 件までです（設定 client_queries）。"
        "前のクエリの答えを待ってから送ってください。",
        f"One client may have {settings.client_queries} queries under way at a time (setting client_queries)."
        " Wait for the answers to those before.",
        1,
    )


def too_full(settings: Settings) -> LimitReached:
    """The error for a query that finds the queue full, or no process in time."""
    return LimitReached(
        "query_queue",
        f"ほかのクエリで混み合っています（設定 query_queue: 待てるのは {settings.query_queue} 件）。"
        "しばらくしてから送り直してください。",
        f"The service is busy with other queries (setting query_queue: {settings.query_queue} may wait)."
        " Send it again later.",
        math.ceil(settings.query_seconds),
    )

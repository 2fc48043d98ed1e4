"""Whose public query runs next: nobody who asks much keeps out who asks little."""

import ipaddress
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

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


@dataclass(eq=False)
class Place:
    """Somebody's place in the queue."""

    client: str
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Held until it is the turn of this place: who gives the turn wakes nobody else."""

    def __post_init__(self) -> None:
        self.turn.acquire()


class Turns:
    """At most `query_workers` turns at a time, but one at once for each of the first so many clients.

    The second half keeps a process free for a client that comes while another one has them all; there are never more
    than twice `query_workers` less one. Who waits longest among those with the fewest turns comes next.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._waiting: list[Place] = []

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
        place = self._queue(asker)
        if not place.turn.acquire(blocking=False):
            self._wait(place, asker.gone)
        try:
            yield
        finally:
            self._give_back(place)

    def _queue(self, asker: Asker) -> Place:
        """A place in the queue, which may have come to its turn already."""
        settings, mine = self._settings, Place(asker.client)
        with self._lock:
            under_way = self._running[mine.client] + sum(each.client == mine.client for each in self._waiting)
            if under_way >= settings.client_queries:
                raise too_many(settings)
            self._waiting.append(mine)
            self._give()
            if len(self._waiting) > settings.query_queue:
                self._waiting.remove(mine)
                raise too_full(settings)
        return mine

    def _wait(self, place: Place, gone: Callable[[], bool]) -> None:
        """Wait for the turn of a place, or leave it."""
        deadline = time.monotonic() + self._settings.query_seconds
        try:
            with WAITING.track_inprogress():
                while not place.turn.acquire(timeout=STEP):
                    if time.monotonic() > deadline:
                        raise too_full(self._settings)
                    if gone():
                        raise ClientGone
        except BaseException:
            with self._lock:
                if place in self._waiting:
                    self._waiting.remove(place)
                    raise
            # Its turn came at the last moment.
            self._give_back(place)
            raise

    def _give_back(self, place: Place) -> None:
        with self._lock:
            self._running[place.client] -= 1
            self._running += Counter()  # forgets who has none
            self._give()

    def _give(self) -> None:
        """Give all turns that there are to those who come next."""
        while (place := self._next()) is not None:
            self._waiting.remove(place)
            self._running[place.client] += 1
            place.turn.release()

    def _free(self, client: str) -> bool:
        """Whether there is a turn for a client."""
        limit = self._settings.query_workers
        if self._running[client]:
            return self._running.total() < limit
        return self._running.total() < limit or len(self._running) < limit

    def _next(self) -> Place | None:
        """The place whose turn it is, if there is a turn."""
        fitting = (each for each in self._waiting if self._free(each.client))
        return min(fitting, key=lambda each: self._running[each.client], default=None)


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

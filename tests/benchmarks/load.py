"""Clients that ask one request after another, and what they measure."""

import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

ACCEPT = "application/sparql-results+json"


class NoAnswer(Exception):
    """A request that was not answered with 200 in time; says why in a word or two."""


@dataclass(frozen=True)
class Figures:
    """What a run gave."""

    seconds: list[float]
    """How long each request took, sorted."""
    elapsed: float
    """How long all took."""

    @property
    def rate(self) -> float:
        """Requests in a second."""
        return len(self.seconds) / self.elapsed

    @property
    def median(self) -> float:
        """In milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p99(self) -> float:
        """In milliseconds; of fewer than a hundred requests the slowest."""
        return self.seconds[int(len(self.seconds) * 0.99)] * 1000


class Client:
    """A connection that is kept open, with the answer that it is waiting for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = bytearray()
        self.sent = 0.0
        self.whole = 0
        """Bytes of the whole answer, as far as its head has told."""

    def ask(self, path: str) -> None:
        """Send a request."""
        self.answer.clear()
        self.whole = 0
        self.sent = time.perf_counter()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nAccept: {ACCEPT}\r\n\r\n".encode())

    def receive(self) -> bool:
        """Take what has come; whether that is the whole answer. NoAnswer where it is not a 200."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise NoAnswer("closed")
        self.answer += part
        if self.whole:
            return len(self.answer) >= self.whole
        end = self.answer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self.answer[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            raise NoAnswer(head[9:12].decode())
        _, told, length = head.partition(b"content-length:")
        if told:
            self.whole = end + 4 + int(length.split(b"\r\n", 1)[0])
            return len(self.answer) >= self.whole
        # The last chunk of an answer without a length; JSON has no such line inside.
        return self.answer.endswith(b"\r\n0\r\n\r\n")


def measure(port: int, paths: Iterator[str], clients: int, seconds: float, patience: float) -> Figures:
    """Let so many clients ask for the paths, each one as soon as it has its answer, until the time or the paths are over.

    NoAnswer where one waits longer than `patience` seconds.
    """
    taken: list[float] = []
    with selectors.DefaultSelector() as selector:
        begin = time.perf_counter()
        asking: list[Client] = []
        for path, _ in zip(paths, range(clients), strict=False):
            client = Client(port)
            client.ask(path)
            selector.register(client.socket, selectors.EVENT_READ, client)
            asking.append(client)
        waiting = len(asking)
        try:
            while waiting:
                for key, _ in selector.select(1):
                    client = key.data
                    if not client.receive():
                        continue
                    now = time.perf_counter()
                    taken.append(now - client.sent)
                    path = next(paths, None) if now - begin < seconds else None
                    if path is None:
                        selector.unregister(client.socket)
                        waiting -= 1
                    else:
                        client.ask(path)
                now = time.perf_counter()
                if any(key.data.sent + patience < now for key in selector.get_map().values()):
                    raise NoAnswer(f"> {patience:g} s")
        finally:
            for client in asking:
                client.socket.close()
        return Figures(sorted(taken), time.perf_counter() - begin)

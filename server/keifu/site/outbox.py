"""Large answers on their way to their clients: in files, which the server sends as fast as each client reads.

What is handed to the server as bytes it holds in memory until the client has taken it, and it tells nobody when that is
(RSGI). A file it reads bit by bit, and who looks sees which files it has open.
"""

import math
import os
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from keifu.errors import LimitReached
from keifu.settings import Settings

MOMENT = 5.0
"""Seconds after which the server has opened a file that it was told to send."""


@dataclass
class Sending:
    """An answer under way."""

    size: int
    began: float = math.inf
    """When its file was whole (time.monotonic)."""


class Outbox:
    """The large answers that a web process sends, as files in a folder of their own; safe to share between threads."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder.resolve()
        self._sent: dict[Path, Sending] = {}
        self._lock = threading.RLock()

    @property
    def size(self) -> int:
        """Bytes under way, as far as is known."""
        with self._lock:
            return sum(each.size for each in self._sent.values())

    def put(self, body: bytes) -> Path:
        """The file with a body, for the server to send; LimitReached where `sending_bytes` are under way."""
        sending, path = Sending(len(body)), self._folder / secrets.token_hex(8)
        with self._lock:
            if self.size + len(body) > self._settings.sending_bytes:
                raise too_much(self._settings)
            self._sent[path] = sending
        try:
            path.write_bytes(body)
        except OSError:
            path.unlink(missing_ok=True)
            with self._lock:
                del self._sent[path]
            raise
        sending.began = time.monotonic()
        return path

    def clear(self) -> None:
        """Remove what is sent, and what its client has not taken within `sending_seconds`, which ends the sending."""
        with self._lock:
            held = {file.path for file in psutil.Process().open_files()} if self._sent else set()
            now = time.monotonic()
            for path, sending in list(self._sent.items()):
                late = now - sending.began > self._settings.sending_seconds
                if late or (now - sending.began > MOMENT and str(path) not in held):
                    # A file that is open stays on the disk when it is removed, but not what was in it.
                    with suppress(FileNotFoundError):
                        os.truncate(path, 0)
                        path.unlink()
                    del self._sent[path]


def too_much(settings: Settings) -> LimitReached:
    """The error for an answer that finds too many before it."""
    return LimitReached(
        "sending_bytes",
        f"大きな答えの送信が上限の {settings.sending_bytes:,} バイト（設定 sending_bytes）まで重なっています。"
        "しばらくしてから送り直すか、LIMIT で範囲を絞ってください。",
        f"Large answers under way have reached the limit of {settings.sending_bytes:,} bytes (setting sending_bytes)."
        " Ask again later, or narrow the query with a LIMIT.",
        1,
    )

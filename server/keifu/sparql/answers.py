"""Answers to public queries: from memory where the dataset was asked before, else from a process of the pool."""

import hashlib
import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from cachetools import LRUCache

from keifu.dataset.stores import Store
from keifu.errors import ClientGone, KeifuError, LimitReached
from keifu.settings import Settings
from keifu.sparql.operations import Answer, Task, perform
from keifu.sparql.pool import Pool

Key = TypeVar("Key")
Value = TypeVar("Value")

OVERHEAD = 2_000
"""Bytes that something remembered takes beside its texts, about."""
LOOK_UP = 100_000
"""Bytes up to which what is only looked up is written out by who asks: 3 ms at most. In a nation one thing can have
17,000 statements, which take 40 ms."""

log = logging.getLogger(__name__)


class TooMuch(Exception):
    """A look-up with more to write than LOOK_UP."""


class Memory(Generic[Key, Value]):
    """What was used last, up to a number of bytes in all; safe to share between threads."""

    def __init__(self, limit: int) -> None:
        self._kept: LRUCache[Key, tuple[Value, int]] = LRUCache(limit, lambda pair: pair[1])
        self._lock = threading.Lock()
        self.hits = 0
        """How often something was found."""

    @property
    def size(self) -> int:
        """Bytes it holds now."""
        return int(self._kept.currsize)

    def get(self, key: Key) -> Value | None:
        """What is remembered, or None."""
        with self._lock:
            pair = self._kept.get(key)
            if pair is None:
                return None
            self.hits += 1
            return pair[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Remember it, unless it alone would push out a quarter of all."""
        size += OVERHEAD
        if size * 4 <= self._kept.maxsize:
            with self._lock:
                self._kept[key] = value, size


def weight(*texts: str | bytes) -> int:
    """Bytes that texts take in memory: up to four for a character."""
    return sum(map(sys.getsizeof, texts))


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given."""

    answer: Answer
    run: str
    """The id by which the log knows the run that made it."""


class Answers:
    """The answers of one dataset; the log has one line for each run of a query, none for an answer from memory."""

    def __init__(self, settings: Settings, pool: Pool[Task, Answer], store: Store) -> None:
        self._limit = settings.answer_bytes
        self._pool = pool
        self._store = store
        self.memory: Memory[Task, Given] = Memory(settings.cache_bytes * 3 // 4)

    def ask(self, task: Task, run: str) -> Given:
        """The answer to a query; `run` is the id of its run, if it is not remembered."""
        given = self.at_hand(task, run)
        if given is None:
            given = self._run(task, run, self._pool.run)
            if task.operation.repeatable:
                self.memory.put(task, given, weight(given.answer.body, *task.texts))
        return given

    def at_hand(self, task: Task, run: str) -> Given | None:
        """The answer, where it is remembered or only has to be looked up, which takes less than a way to a process.

        What is looked up is not remembered here: to look it up again takes hardly longer.
        """
        given = self.memory.get(task)
        if given is None and task.operation.looks_up:
            with suppress(TooMuch):
                return self._run(task, run, self._look_up)
        return given

    def etag(self, task: Task) -> str:
        """What tells one answer from another: the dataset version and all that was asked."""
        operation = task.operation
        asked = repr((operation.text, operation.dataset, task.wanted.media_type)).encode()
        return f"{self._store.manifest.version}-{hashlib.sha256(asked).hexdigest()[:16]}"

    def _look_up(self, task: Task) -> Answer:
        try:
            return perform(self._store, task, min(LOOK_UP, self._limit))
        except LimitReached as error:
            raise TooMuch from error

    def _run(self, task: Task, run: str, work: Callable[[Task], Answer]) -> Given:
        began = time.perf_counter()
        rows, outcome = 0, "error"
        try:
            answer = work(task)
            rows, outcome = answer.rows, "ok"
        except LimitReached as error:
            outcome = error.limit
            raise
        except ClientGone:
            outcome = "gone"
            raise
        except TooMuch:
            outcome = ""
            raise
        except KeifuError as error:
            outcome = type(error).__name__
            raise
        finally:
            ms = (time.perf_counter() - began) * 1000
            said = (run, task.operation.form, task.wanted.suffix, rows, ms, outcome)
            if outcome:
                log.info("id=%s kind=%s format=%s rows=%d ms=%.1f outcome=%s", *said)
        return Given(answer, run)

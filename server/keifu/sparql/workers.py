"""Processes that work for strangers: they live long and can be ended at a limit without harm to the one that asks."""

import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Generic, TypeVar

import psutil

from keifu.errors import ClientGone, KeifuError, LimitReached, ProcessDied

if sys.platform != "win32":
    import resource

Task = TypeVar("Task")
Answer = TypeVar("Answer")
FORKS = sys.platform != "win32"
"""Whether processes can be forked and their files limited."""

STEP = 0.05
"""Seconds between two looks at a process that is at work."""

LOOK = 1.0
"""Seconds of work after which it is looked how much of the shared memory a process has copied; a look takes 0.05 s."""


def serve(pipe: Connection, work: Callable[[Task], Answer], disk: Path | None = None) -> None:
    """The life of a worker: tasks in, answers or errors out, until the other end of the pipe is closed.

    `disk` is the folder of the store that the work reads, if that is on disk.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if FORKS:
        # Whatever a query tries, it opens no file and no socket from here on, and a crash writes no core file.
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors(disk),) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe.send(None)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((True, work(task)))
        except KeifuError as error:
            pipe.send((False, (type(error), error.args, vars(error))))
        except Exception as error:  # whatever it is, the one who asked is waiting
            pipe.send((False, (RuntimeError, (f"{type(error).__name__}: {error}",), {})))


def descriptors(disk: Path | None) -> int:
    """The limit of this process's file descriptors that leaves one for each file of a store that it has not open yet.

    The engine opens the first sixteen files of a store with the store, the others when a query needs them.
    """
    if disk is None:
        return 0
    opened = {file.path for file in psutil.Process().open_files()}
    waiting = sum(str(path) not in opened for path in disk.resolve().glob("*.sst"))
    used = {int(path.name) for path in Path("/dev/fd").iterdir()}
    return next(islice((number for number in count() if number not in used), waiting, None)) if waiting else 0


class Worker(Generic[Task, Answer]):
    """A process at the other end of a pipe."""

    def __init__(self, pipe: Connection, pid: int) -> None:
        self.pipe = pipe
        self.process = psutil.Process(pid)
        self.pipe.recv()
        self.baseline = self.memory()
        self._added = self._copied = 0
        self._unseen = self._worked = 0.0

    def memory(self) -> int:
        """Bytes in memory now."""
        try:
            return int(self.process.memory_info().rss)
        except psutil.NoSuchProcess:
            return 0

    def added(self) -> int:
        """Bytes in memory beyond what it began with."""
        return self.memory() - self.baseline

    def private(self) -> int:
        """Bytes that it shares with no other process; 0 where this cannot be told."""
        try:
            return int(self.process.memory_full_info().uss)
        except psutil.Error:
            return 0

    def kept(self) -> int:
        """Bytes that it holds for itself: what queries left, and the pages that it copied.

        The engine counts references within the data that it reads: a query over everything copies everything, although
        the process has no more in memory than before.
        """
        if self._worked >= LOOK:
            self._copied, self._worked = self.private(), 0.0
        # In less work than this hardly anything can be left, and a look would take as long as a small query.
        if self._unseen >= STEP:
            self._added, self._unseen = self.added(), 0.0
        return max(self._added, self._copied)

    def end(self) -> None:
        """Kill it, whatever it is doing."""
        self.pipe.close()
        with suppress(psutil.NoSuchProcess):
            self.process.kill()

    def ask(self, task: Task, seconds: float, memory: int, gone: Callable[[], bool]) -> tuple[bool, object]:
        """Whether the work went well, and its answer or what `revive` needs for its error.

        Raises LimitReached for time and memory, ClientGone where `gone` becomes true, ProcessDied, or OSError where
        it was dead before.
        """
        self.pipe.send(task)
        began = time.monotonic()
        deadline = began + seconds
        while not self.pipe.poll(min(STEP, seconds)):
            if gone():
                raise ClientGone
            if time.monotonic() > deadline:
                raise LimitReached(
                    "query_seconds",
                    f"クエリを制限時間の {seconds:g} 秒（設定 query_seconds）で止めました。"
                    "条件を足すか LIMIT で範囲を絞ってください。",
                    f"The query was stopped at the limit of {seconds:g} seconds (setting query_seconds)."
                    " Add conditions or a LIMIT.",
                )
            if self.added() > memory:
                raise LimitReached(
                    "query_memory",
                    f"クエリをメモリの上限 {memory:,} バイト（設定 query_memory）で止めました。"
                    "条件を足して範囲を絞ってください。",
                    f"The query was stopped at the limit of {memory:,} bytes of memory"
                    " (setting query_memory). Narrow it with conditions.",
                )
        try:
            ok, result = self.pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise ProcessDied from error
        took = time.monotonic() - began
        self._unseen += took
        self._worked += took
        return ok, result


def revive(kind: type[Exception], args: tuple[object, ...], state: dict[str, object]) -> Exception:
    """An error as it was in the process it came from."""
    error = kind.__new__(kind, *args)
    vars(error).update(state)
    return error

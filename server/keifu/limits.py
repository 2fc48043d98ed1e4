"""Work for strangers: processes that live long, and that can be ended at a limit without harm to the one that asks."""

import gc
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Generic, NoReturn, TypeVar

import psutil

from keifu.errors import KeifuError, LimitReached
from keifu.settings import Settings

if sys.platform != "win32":
    import resource
    from multiprocessing.reduction import recv_handle, send_handle

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Prepare = Callable[[], Callable[[Task], Answer]]
"""Makes ready what the work needs, once, and gives the work."""

FORKS = sys.platform != "win32"
"""Whether processes can be forked; where they cannot, each worker makes ready for itself and may open files."""

STEP = 0.05
"""Seconds between two looks at a process that is at work."""


def serve(pipe: Connection, work: Callable[[Task], Answer]) -> None:
    """The life of a worker: tasks in, answers or errors out, until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if FORKS:
        # Whatever a query tries, it opens no file and no socket from here on, and a crash writes no core file.
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
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


def lone_worker(pipe: Connection, prepare: Prepare[Task, Answer]) -> None:
    """A worker where processes cannot be forked: it makes everything ready for itself."""
    serve(pipe, prepare())


def nursery(control: Connection, prepare: Prepare[Task, Answer]) -> None:
    """The process that makes everything ready once and forks a worker that shares its memory for each pipe it is sent.

    It has one thread only, as forking demands. When the pool is gone, it takes all workers with it, also the busy ones.
    """
    os.setsid()
    signal.signal(signal.SIGTERM, end_group)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    work = prepare()
    gc.freeze()
    while True:
        try:
            handle = recv_handle(control)
        except (EOFError, OSError):
            end_group()
        if (pid := os.fork()) == 0:
            control.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            try:
                serve(Connection(handle), work)
            finally:
                os._exit(0)
        os.close(handle)
        control.send(pid)


def end_group(*_: object) -> NoReturn:
    """End this process and all that it forked, now."""
    os.killpg(0, signal.SIGKILL)
    raise AssertionError("nothing runs after the kill")


class Worker(Generic[Task, Answer]):
    """A process at the other end of a pipe."""

    def __init__(self, pipe: Connection, pid: int) -> None:
        self.pipe = pipe
        self.process = psutil.Process(pid)
        self.pipe.recv()
        self.baseline = self.memory()

    def memory(self) -> int:
        """Bytes in memory now."""
        try:
            return int(self.process.memory_info().rss)
        except psutil.NoSuchProcess:
            return 0

    def added(self) -> int:
        """Bytes in memory beyond what it began with."""
        return self.memory() - self.baseline

    def end(self) -> None:
        """Kill it, whatever it is doing."""
        self.pipe.close()
        with suppress(psutil.NoSuchProcess):
            self.process.kill()

    def ask(self, task: Task, settings: Settings) -> tuple[bool, object]:
        """Whether the work went well, and its answer or what `revive` needs for its error.

        Raises LimitReached for time and memory, KeifuError where the process died, OSError where it was dead before.
        """
        self.pipe.send(task)
        deadline = time.monotonic() + settings.query_seconds
        while not self.pipe.poll(min(STEP, settings.query_seconds)):
            if time.monotonic() > deadline:
                raise LimitReached(
                    "query_seconds",
                    f"クエリを制限時間の {settings.query_seconds:g} 秒（設定 query_seconds）で止めました。"
                    "条件を足すか LIMIT で範囲を絞ってください。",
                    f"The query was stopped at the limit of {settings.query_seconds:g} seconds (setting query_seconds)."
                    " Add conditions or a LIMIT.",
                )
            if self.added() > settings.query_memory:
                raise LimitReached(
                    "query_memory",
                    f"クエリをメモリの上限 {settings.query_memory:,} バイト（設定 query_memory）で止めました。"
                    "条件を足して範囲を絞ってください。",
                    f"The query was stopped at the limit of {settings.query_memory:,} bytes of memory"
                    " (setting query_memory). Narrow it with conditions.",
                )
        try:
            ok, result = self.pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise KeifuError(
                "クエリを実行していたプロセスが落ちました。複雑すぎるおそれがあります。クエリを簡単にしてください。",
                "The process that ran the query died. The query may be too complex. Simplify it.",
            ) from error
        return ok, result


class Pool(Generic[Task, Answer]):
    """At most `query_workers` processes at work and `query_queue` tasks waiting; safe to share between threads."""

    def __init__(self, settings: Settings, prepare: Prepare[Task, Answer]) -> None:
        self._settings = settings
        self._prepare = prepare
        self._context = multiprocessing.get_context("spawn")
        self._turns = threading.BoundedSemaphore(settings.query_workers)
        self._waiting = 0
        self._counting = threading.Lock()
        self._idle: deque[Worker[Task, Answer]] = deque()
        self._nursery: tuple[BaseProcess, Connection] | None = None
        self._forking = threading.Lock()

    def start(self) -> None:
        """Begin to make ready, without waiting for it; the first task does so otherwise."""
        with self._forking:
            self._ensure_nursery()

    def run(self, task: Task) -> Answer:
        """The answer to a task, or the error that it ended with; LimitReached names the setting that stopped it."""
        self._take_turn()
        try:
            worker, (ok, result) = self._ask(task)
            # A process keeps much of what it was once given: the next task shall not pay for this one.
            if worker.added() * 2 < self._settings.query_memory:
                self._idle.append(worker)
            else:
                worker.end()
        finally:
            self._turns.release()
        if not ok:
            raise revive(*result)  # type: ignore[misc]
        return result  # type: ignore[return-value]

    def close(self) -> None:
        """End all processes."""
        while self._idle:
            self._idle.pop().end()
        with self._forking:
            if self._nursery is not None:
                process, control = self._nursery
                control.close()
                process.join()
                process.close()
                self._nursery = None

    def _take_turn(self) -> None:
        settings = self._settings
        if self._turns.acquire(blocking=False):
            return
        with self._counting:
            full = self._waiting >= settings.query_queue
            self._waiting += not full
        if not full:
            try:
                if self._turns.acquire(timeout=settings.query_seconds):
                    return
            finally:
                with self._counting:
                    self._waiting -= 1
        raise LimitReached(
            "query_queue",
            f"ほかのクエリで混み合っています（設定 query_queue: 待てるのは {settings.query_queue} 件）。"
            "しばらくしてから送り直してください。",
            f"The service is busy with other queries (setting query_queue: {settings.query_queue} may wait)."
            " Send it again later.",
            math.ceil(settings.query_seconds),
        )

    def _ask(self, task: Task) -> tuple[Worker[Task, Answer], tuple[bool, object]]:
        while True:
            try:
                worker, fresh = self._idle.pop(), False
            except IndexError:
                worker, fresh = self._hire(), True
            try:
                return worker, worker.ask(task, self._settings)
            except OSError:
                # An idle process can have died unseen; a fresh one cannot.
                worker.end()
                if fresh:
                    raise
            except BaseException:
                worker.end()
                raise

    def _hire(self) -> Worker[Task, Answer]:
        here, there = self._context.Pipe()
        with there:
            if not FORKS:
                process = self._context.Process(target=lone_worker, args=(there, self._prepare), daemon=True)
                process.start()
                pid = process.pid
            else:
                pid = self._fork(there)
        assert pid is not None  # noqa: S101 - it was started
        return Worker(here, pid)

    def _fork(self, pipe: Connection) -> int:
        with self._forking:
            for last in (False, True):
                process, control = self._ensure_nursery()
                try:
                    send_handle(control, pipe.fileno(), process.pid)
                    return int(control.recv())
                except (EOFError, OSError):
                    control.close()
                    process.join()
                    self._nursery = None
                    if last:
                        raise
        raise AssertionError

    def _ensure_nursery(self) -> tuple[BaseProcess, Connection]:
        if self._nursery is None:
            here, there = self._context.Pipe()
            process = self._context.Process(target=nursery, args=(there, self._prepare), daemon=True)
            process.start()
            there.close()
            self._nursery = process, here
        return self._nursery


def revive(kind: type[Exception], args: tuple[object, ...], state: dict[str, object]) -> Exception:
    """An error as it was in the process it came from."""
    error = kind.__new__(kind, *args)
    vars(error).update(state)
    return error

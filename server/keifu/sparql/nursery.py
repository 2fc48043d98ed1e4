"""Where workers come from: a process that makes ready once what all of them share, and forks them."""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Generic, Literal, NoReturn

import psutil

from keifu.errors import NotReady
from keifu.sparql import workers
from keifu.sparql.workers import Answer, Task, Worker, serve

if workers.FORKS:
    from multiprocessing.reduction import recv_handle, send_handle

Prepare = Callable[[], Callable[[Task], Answer]]
"""Makes ready what the work needs, and gives the work."""

RETRY = 10
"""Seconds after which it makes sense to ask again where no process could be started."""


def lone_worker(pipe: Connection, prepare: Prepare[Task, Answer]) -> None:
    """A worker where processes cannot be forked: it makes everything ready for itself."""
    serve(pipe, prepare())


def life(control: Connection, outside: Connection | None, prepare: Prepare[Task, Answer], disk: Path | None) -> None:
    """The life of the process: for each pipe it is sent it forks a worker, until `control` is closed at the other end.

    It has one thread only, as forking demands. When the pool is gone, it takes all workers with it, also the busy ones.
    """
    if outside is not None:
        outside.close()
    os.setsid()
    signal.signal(signal.SIGTERM, end_group)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    work = prepare() if disk is None else None
    gc.freeze()
    control.send(None)
    while True:
        try:
            handle = recv_handle(control)
        except (EOFError, OSError):
            end_group()
        if (pid := os.fork()) == 0:
            control.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            try:
                serve(Connection(handle), work or prepare(), disk)
            finally:
                os._exit(0)
        os.close(handle)
        control.send(pid)


def end_group(*_: object) -> NoReturn:
    """End this process and all that it forked, now."""
    os.killpg(0, signal.SIGKILL)
    raise AssertionError("nothing runs after the kill")


class Nursery(Generic[Task, Answer]):
    """Gives workers; safe to share between threads. Its process is started when it is wanted, and again if it dies.

    What `prepare` makes ready is inherited, unless it is a store in the folder `disk`, which each worker opens itself.
    """

    def __init__(self, prepare: Prepare[Task, Answer], disk: Path | None = None) -> None:
        self._prepare = prepare
        self._disk = disk
        self._forking = threading.Lock()
        self._process: tuple[BaseProcess, Connection] | None = None
        self.ready = False
        """Whether everything is made ready."""

    def start(self) -> None:
        """Begin to make ready, without waiting for it.

        Called while this process has but one thread, it is forked from it, and shares what is in memory here already.
        """
        with self._forking:
            if workers.FORKS and self._process is None:
                alone = self._disk is None and psutil.Process().num_threads() == 1
                self._process = self._begin("fork" if alone else "spawn")

    def is_ready(self) -> bool:
        """Whether a worker can be had at once; does not wait.

        NotReady where the process died before it was ready: who asks again starts another.
        """
        if workers.FORKS and not self.ready and self._forking.acquire(blocking=False):
            try:
                if self._process is None:
                    self._process = self._begin("spawn")
                if self._process[1].poll():
                    self._process[1].recv()
                    self.ready = True
            except (EOFError, OSError) as error:
                self._drop()
                raise no_process() from error
            finally:
                self._forking.release()
        return self.ready or not workers.FORKS

    def hire(self) -> Worker[Task, Answer]:
        """A fresh worker, once everything is ready; NotReady where none can be started."""
        try:
            here, there = multiprocessing.Pipe()
            with there:
                pid = self._fork(there) if workers.FORKS else self._spawn(there)
            # Only with the other end closed here is it noticed that the worker closes it, by dying.
            return Worker(here, pid)
        except (EOFError, OSError, psutil.Error) as error:
            raise no_process() from error

    def close(self) -> None:
        """End the process and all workers that it forked."""
        with self._forking:
            self._drop()

    def _drop(self) -> None:
        if self._process is not None:
            process, control = self._process
            control.close()
            process.join()
            process.close()
            self._process, self.ready = None, False

    def _spawn(self, pipe: Connection) -> int:
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=lone_worker, args=(pipe, self._prepare), daemon=True)
        process.start()
        assert process.pid is not None  # noqa: S101 - it was started
        return process.pid

    def _fork(self, pipe: Connection) -> int:
        with self._forking:
            for last in (False, True):
                if self._process is None:
                    self._process = self._begin("spawn")
                process, control = self._process
                try:
                    if not self.ready:
                        control.recv()
                        self.ready = True
                    send_handle(control, pipe.fileno(), process.pid)
                    return int(control.recv())
                except (EOFError, OSError):
                    self._drop()
                    if last:
                        raise
        raise AssertionError

    def _begin(self, method: Literal["fork", "spawn"]) -> tuple[BaseProcess, Connection]:
        here, there = multiprocessing.Pipe()
        # What is forked holds both ends of the pipe, and would never see the other one close.
        outside = here if method == "fork" else None
        args = (there, outside, self._prepare, self._disk)
        # The two contexts have nothing in common that says they can start a process.
        process: BaseProcess = multiprocessing.get_context(method).Process(target=life, args=args, daemon=True)  # type: ignore[attr-defined]
        process.start()
        there.close()
        return process, here


def no_process() -> NotReady:
    """The error where a process died before anything was asked of it."""
    return NotReady(
        "クエリのプロセスを始められませんでした。サーバーのメモリが足りないおそれがあります。"
        "しばらくしてから、もう一度試してください。",
        "The processes for queries could not be started, perhaps for want of memory on the server."
        " Try again in a little while.",
        RETRY,
    )

"""The check of a store against the shapes, in a process of its own while the build goes on."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection

import pyoxigraph as ox

from keifu.dataset.files import Sources
from keifu.dataset.report import Report
from keifu.errors import BuildFailed


@contextmanager
def checking(store: ox.Store, sources: Sources) -> Iterator[Callable[[], Report]]:
    """Check what the store holds now, whatever is added to it in the block; to call what it gives waits for the report.

    Where processes cannot be forked, or other threads could hold what the check needs, it is done before the block.
    BuildFailed where the process dies.
    """
    if "fork" in get_all_start_methods() and threading.active_count() == 1:
        context = get_context("fork")
        here, there = context.Pipe()
        with here:
            # What is forked has the store as it is now: nothing is sent there, which a store could not be.
            process = context.Process(target=tell, args=(there, here, store, sources))
            process.start()
            there.close()
            try:
                yield lambda: told(here)
            finally:
                process.kill()
                process.join()
    else:
        report = check(store, sources)
        yield lambda: report


def tell(pipe: Connection, outside: Connection, store: ox.Store, sources: Sources) -> None:
    """The life of the process that checks: it sends the report, or why there is none."""
    # Only with the other end closed here is it noticed that the build closes it, by ending however it may.
    outside.close()
    # Ctrl+C reaches this process too; it is for the build to say so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=leave, args=(pipe,), daemon=True).start()
    # Results of queries are to be dropped by the thread that asked: not, as rubbish, by one of those that check.
    gc.collect()
    gc.freeze()
    try:
        pipe.send(check(store, sources))
    except Exception as error:  # whatever it is, the build is waiting
        pipe.send(error)


def leave(pipe: Connection) -> None:
    """End this process once nobody waits for the report."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)


def told(pipe: Connection) -> Report:
    """The report of the process at the other end."""
    try:
        said: Report | Exception = pipe.recv()
    except (EOFError, OSError) as error:
        raise BuildFailed(
            "形状を検査していたプロセスが落ちました。メモリが足りないおそれがあります。空けてもう一度実行してください。",
            "The process that checked the shapes died, perhaps for want of memory. Free some and build again.",
        ) from error
    if isinstance(said, Exception):
        raise said
    return said


def check(store: ox.Store, sources: Sources) -> Report:
    """The report."""
    # pySHACL takes longer to import than a built dataset takes to open.
    from keifu.dataset.validation import validate  # noqa: PLC0415

    return validate(store, sources)

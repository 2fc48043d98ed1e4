"""The check of a store against the shapes, in a process of its own while the build goes on."""

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context

import pyoxigraph as ox

from keifu.dataset.files import Sources
from keifu.dataset.report import Report
from keifu.errors import BuildFailed

held: tuple[ox.Store, Sources]
"""What the process checks: it has the memory of the one it comes from, as that was then."""


@contextmanager
def checking(store: ox.Store, sources: Sources) -> Iterator[Callable[[], Report]]:
    """Check what the store holds now, whatever is added to it in the block; to call what it gives waits for the report.

    Where processes cannot be forked, or other threads could hold what the check needs, it is done before the block.
    BuildFailed where the process dies.
    """
    if "fork" in get_all_start_methods() and threading.active_count() == 1:
        with ProcessPoolExecutor(1, get_context("fork"), hold, (store, sources)) as process:
            waiting = process.submit(check_held)
            try:
                yield waiting.result
            except BrokenProcessPool as error:
                raise BuildFailed(
                    "形状を検査していたプロセスが落ちました。メモリが足りないおそれがあります。空けてもう一度実行してください。",
                    "The process that checked the shapes died, perhaps for want of memory. Free some and build again.",
                ) from error
    else:
        report = check(store, sources)
        yield lambda: report


def hold(store: ox.Store, sources: Sources) -> None:
    """Keep what this process is to check."""
    global held  # noqa: PLW0603 - what is given to a process as it begins is not sent, which a store could not be
    held = store, sources
    # Results of queries are to be dropped by the thread that asked: not, as rubbish, by one of those that check.
    gc.collect()
    gc.freeze()


def check_held() -> Report:
    """The report on what this process was given."""
    return check(*held)


def check(store: ox.Store, sources: Sources) -> Report:
    """The report."""
    # pySHACL takes longer to import than a built dataset takes to open.
    from keifu.dataset.validation import validate  # noqa: PLC0415

    return validate(store, sources)
